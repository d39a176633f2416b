"""What does an item of the paper give in numbers? Small computations with the library, each in a sentence.

Unless said otherwise beta = 2/3, gamma = -0.1, zeta = 1.1 and log_alpha = 0.
"""

from math import prod

import numpy as np

from l0edu.bernoulli import BernoulliGates
from l0edu.concrete import concrete_sample
from l0edu.flops import flops
from l0edu.gates import HardConcrete
from l0edu.gating import draw_noise, open_probabilities
from l0edu.gaussian import HardGaussian
from l0edu.lp import lp_penalty, lp_terms
from l0edu.models import lenet5, mlp
from l0edu.network import Network
from l0edu.objective import objective_terms
from l0edu.ops import cross_entropy, scale
from l0edu.penalty import expected_l0, l0_penalty, l2_penalty, weighted_squares
from l0edu.rectified import hard_sigmoid
from l0edu.tables import Array, Table
from l0edu.wide_resnet import wide_resnet

__all__ = [
    "at_test",
    "atoms_of_figure_2",
    "clip",
    "code_cost",
    "coin",
    "continuous",
    "decay_under_coins",
    "decay_under_gates",
    "expected_weights",
    "flops_at_the_start",
    "gate",
    "gated_weights",
    "group_decay",
    "law_of_a_gate",
    "lp",
    "mlp_of_table_1",
    "objective",
    "open_by_cdf",
    "open_in_closed_form",
    "reparameterized",
    "risk",
    "smoothed_risk",
    "stretched",
    "wide_resnet_at_the_start",
    "wide_resnet_of_table_2",
]

LAW, GAUSSIAN, COINS = HardConcrete(), HardGaussian(), BernoulliGates()
ZERO = np.zeros(1)
N = 60_000  # training examples of MNIST
WEIGHTS = np.array([2.0, -1.0])
TARGET = 0.45  # of the toy loss (z - .45)^2


def shown(numbers: Array | float) -> str:
    """Numbers to four digits behind the point, without zeros at their end.

    Examples
    --------
    >>> shown(np.array([0.5, 0.83182]))
    '0.5, 0.8318'
    """
    rounded = (f"{float(x) + 0.0:.4f}" for x in np.ravel(numbers))
    return ", ".join(x.rstrip("0").rstrip(".") for x in rounded)


def fresh(net: Network) -> Table:
    """Initial parameters, always the same."""
    return net.init(np.random.default_rng(0))


def risk() -> str:
    """Eq. 1 for a network that guesses among ten classes."""
    loss = float(cross_entropy(np.zeros((1, 10)), np.array([0])))
    weights = float(lp_penalty(np.ones(266_200), 0))
    price = 0.1 / N * weights
    total = shown(loss + price)
    return f"guessing with the MLP's {weights:,.0f} weights: {shown(loss)} + .1/N times these = {total}"


def gated_weights() -> str:
    """Eq. 2 for three weights."""
    weights, z = np.array([0.5, -2.0, 1.5]), np.array([1.0, 0.0, 1.0])
    theta = scale(weights[:, None], z)[:, 0]
    norm = shown(lp_penalty(theta, 0))
    return f"weights {shown(weights)} under gates {shown(z)}: {shown(theta)}, L0 norm {norm}"


def coin() -> str:
    """Eq. 3 for one coin, by going through both patterns."""
    value, slope = COINS.exact_gradient(lambda z: float((z[0] - TARGET) ** 2), ZERO)
    return f"E[(z - .45)^2] = {shown(value)} at pi = 1/2, with slope {shown(slope)} by the logit"


def continuous() -> str:
    """Eq. 4 for the two laws that ship."""
    concrete, gaussian = LAW.cdf(ZERO, ZERO), GAUSSIAN.cdf(ZERO + 0.5, ZERO)
    return (
        f"two laws: Q(s <= 0) = {shown(concrete)} for a hard concrete, {shown(gaussian)} for a Gaussian at .5"
    )


def clip() -> str:
    """Eq. 5 for three numbers."""
    s = np.array([-0.05, 0.3, 1.02])
    return f"s = {shown(s)} become z = {shown(hard_sigmoid(s))}"


def open_by_cdf() -> str:
    """Eq. 6 for the two laws that ship."""
    concrete, gaussian = LAW.prob_open(ZERO), GAUSSIAN.prob_open(ZERO + 0.5)
    return f"P(z != 0) = {shown(concrete)} for a hard concrete, {shown(gaussian)} for a Gaussian at .5"


def smoothed_risk() -> str:
    """Eq. 7 for one gate and the toy loss, averaged over evenly spaced noise."""
    u = (np.arange(100_000) + 0.5) / 100_000
    loss = ((LAW.sample(ZERO, u) - TARGET) ** 2).mean()
    return f"E[(z - .45)^2] = {shown(loss)} for one gate, and lambda times {shown(LAW.prob_open(ZERO))}"


def reparameterized() -> str:
    """Eq. 8: one noise, two values of phi."""
    s = LAW.sample_stretched(np.array([0.0, 0.1]), np.array([0.3, 0.3]))
    return f"the noise .3 at log_alpha = 0 and .1: s_bar = {shown(s)}"


def objective() -> str:
    """Eq. 9 for a tiny network."""
    net, rng = mlp((4, 3, 2), (0.2, 0.5)), np.random.default_rng(0)
    params = fresh(net)
    x, y = np.ones((5, 4), np.float32), np.zeros(5, int)
    terms = objective_terms(net, params, x, y, draw_noise(net, params, rng), lam=0.001)
    data, l0 = float(terms["data"]), float(terms["l0"])
    return f"a 4-3-2 network, five examples, lambda = .001: {shown(data)} + {shown(l0)} = {shown(data + l0)}"


def stretched() -> str:
    """Eq. 10 for one draw."""
    u = np.array([0.3])
    s = concrete_sample(ZERO, u, LAW.beta)
    return f"u = .3 gives s = {shown(s)} and s_bar = {shown(LAW.sample_stretched(ZERO, u))}"


def gate() -> str:
    """Eq. 11 for three draws."""
    u = np.array([0.1, 0.3, 0.9])
    return f"u = {shown(u)} give z = {shown(LAW.sample(ZERO, u))}"


def open_in_closed_form() -> str:
    """Eq. 12 at three locations."""
    log_alpha = np.array([-3.0, 0.0, 3.0])
    return f"P(z != 0) = {shown(LAW.prob_open(log_alpha))} at log_alpha = {shown(log_alpha)}"


def at_test() -> str:
    """Eq. 13 at three locations."""
    log_alpha = np.array([-2.4, -1.0, 0.0])
    return f"z^ = {shown(LAW.test_value(log_alpha))} at log_alpha = {shown(log_alpha)}"


def decay_under_coins() -> str:
    """Eq. 14 for two weights and fair coins."""
    pi = COINS.prob_open(ZERO)
    return f"weights {shown(WEIGHTS)}, pi = {shown(pi)}: {shown(weighted_squares(WEIGHTS, pi))}"


def decay_under_gates() -> str:
    """Eq. 15 for two weights."""
    p = LAW.prob_open(ZERO)
    return f"weights {shown(WEIGHTS)}, P(z != 0) = {shown(p)}: {shown(weighted_squares(WEIGHTS, p))}"


def expected_weights() -> str:
    """Eq. 16 for the MLP at its start."""
    net = mlp()
    return f"the MLP at its start: {float(expected_l0(net, fresh(net))):,.0f} of its 266,200 weights"


def group_decay() -> str:
    """Eq. 17 for the MLP at its start."""
    net = mlp()
    squares = 2 * float(l2_penalty(net, fresh(net), weight_decay=1.0))
    return f"the MLP at its start: {squares:,.1f}, so {shown(5e-4 / 2 * squares)} with a weight decay of 5e-4"


def lp() -> str:
    """Figure 1 at one weight."""
    powers = (0, 0.5, 1, 2)
    charges = [lp_terms(np.array([0.25]), p)[0] for p in powers]
    return f"a weight of .25 pays {shown(np.array(charges))} for p = {shown(np.array(powers))}"


def atoms_of_figure_2() -> str:
    """The atoms of Figure 2a."""
    law = HardConcrete(beta=0.5)
    atoms = np.concatenate([law.prob_zero(ZERO), law.prob_one(ZERO)])
    return f"with beta = 1/2: P(z = 0) and P(z = 1) are {shown(atoms)}, together {atoms.sum():.0%}"


def flops_at_the_start() -> str:
    """The first points of Figure 3, in the paper's convention."""
    nets = (mlp(), lenet5())
    dense = [flops(net).total for net in nets]
    first = [flops(net, open_probabilities(net, fresh(net)), "own-gates").total for net in nets]
    return (
        " and ".join(f"{a:,.0f} of {b:,.0f}" for a, b in zip(first, dense, strict=True)) + " FLOPs an example"
    )


def wide_resnet_at_the_start() -> str:
    """The first points of Figure 4a, in the paper's convention and as live units."""
    net = wide_resnet()
    opened = float(HardConcrete(drop_rate=0.3).prob_open(np.log(0.7 / 0.3)))
    gates = {gate: np.full(shape, opened) for gate, shape in net.gate_shapes.items()}
    own, live, dense = (flops(net, *of).total / 1e9 for of in ((gates, "own-gates"), (gates,), ()))
    return (
        f"WRN-28-10, each gate open with {shown(opened)}: {own:.2f} of {dense:.2f} GFLOP, {live:.2f} if live"
    )


def wide_resnet_of_table_2() -> str:
    """The network of Table 2, counted."""
    net = wide_resnet()
    weights = sum(prod(shape) for shape in net.weight_shapes.values())
    gates = sum(charge.gates for charge in net.charges)
    gated = sum(charge.gates * charge.group_size for charge in net.charges)
    return f"WRN-28-10 has {weights:,} weights, {gated:,} of them behind {gates:,} gates"


def mlp_of_table_1() -> str:
    """A row of Table 1, counted."""
    left = {f"gate{i}": np.arange(n) < k for i, (n, k) in enumerate([(784, 266), (300, 88), (100, 33)], 1)}
    counted = flops(mlp(), left)
    weights = sum(row.inputs * row.outputs for row in counted.rows)
    return f"the MLP at 266-88-33 has {weights:,.0f} of 266,200 weights and {counted.total:,.0f} FLOPs"


def code_cost() -> str:
    """The last term of Appendix A for the MLP at its start."""
    net = mlp()
    nats = float(l0_penalty(net, fresh(net), 0.1))
    return f"the MLP at its start, lambda = .1 for the data set: {nats:,.0f} nats"


def law_of_a_gate() -> str:
    """Appendix B at log_alpha = 0."""
    masses = np.concatenate([LAW.prob_zero(ZERO), LAW.prob_one(ZERO)])
    density = shown(LAW.pdf(ZERO, ZERO + 0.5))
    return f"P(z = 0) and P(z = 1) are {shown(masses)}; the density of s_bar at 1/2 is {density}"
