"""Are the costs of a5 those of the library? Each test tries one function, and needs no other."""

from itertools import product

import numpy as np
import pytest

from l0edu import Conv, Dense, Network, flops, mlp
from l0edu.course.testing import close
from l0edu.liveness import Gated, ends
from l0edu.units import Mask


def chain(gates, n_out):
    """The library's network of these gates, and the gates by their names."""
    net = mlp((*map(len, gates), n_out), (0.5,) * len(gates))
    return net, {f"gate{i}": np.asarray(gate) for i, gate in enumerate(gates, start=1)}


def right_flops(gates, n_out, convention="live"):
    """By the library: exact for 0 and 1, else the expectation."""
    net, by_name = chain(gates, n_out)
    return flops(net, by_name, convention).total


def right_units(gates, n_out=3):
    """By the library: the live inputs of each dense layer of which any output is wanted."""
    net, by_name = chain(gates, n_out)
    opened = Gated(net, {name: gate > 0 for name, gate in by_name.items()})
    walk = ends(net.body, Mask(np.ones(len(gates[0]), bool)), Mask(np.ones(n_out, bool)), opened)
    return [end.alive.on & end.wanted.on.any() for end in walk if isinstance(end.layer, Dense)]


def pattern(rng, closed=()):
    """0 and 1 for four lists of 4 to 7 gates; each list has open and closed ones, or is `closed`."""
    gates = [rng.permutation([1, 0, 1, *rng.integers(0, 2, rng.integers(1, 5))]) for _ in range(4)]
    return [gate * (i not in closed) for i, gate in enumerate(gates)]


def patterns(rng):
    """A network without dead ends, four with a closed list, and one with two."""
    return [pattern(rng, closed) for closed in ((), (0,), (1,), (2,), (3,), (0, 2))]


def chances(rng, sizes=(3, 2, 4, 2)):
    """P(open) for lists of gates that are often closed together, in hundredths."""
    return [rng.uniform(0.1, 0.6, n).round(2) for n in sizes]


def signs(gates):
    """Gates as the page writes them: 10, 110, 01."""
    return ", ".join("".join(str(int(one)) for one in gate) for gate in gates)


def listed(p):
    """Probabilities as a message shows them."""
    return ", ".join(str(one.tolist()) for one in p)


def mean_over_patterns(p, n_out):
    """What the open units cost, pattern by pattern, each weighted by its probability."""
    flat, cuts = np.concatenate(p), np.cumsum([len(one) for one in p])[:-1]
    costs = [
        np.prod(np.where(sides, flat, 1 - flat)) * right_flops(np.split(np.array(sides), cuts), n_out)
        for sides in product((0, 1), repeat=len(flat))
    ]
    return sum(costs)


def one_layer(in_shape, layer):
    """What the library counts for a single layer."""
    return flops(Network(in_shape, layer)).total


@pytest.mark.task("5.1", points=1, hidden=1, hint="Write out one output of three inputs and count the signs.")
def test_a_dense_layer_multiplies_and_adds(student, rng):
    for n_in, n_out in rng.integers(2, 30, (4, 2)).tolist():
        close(
            student.dense_flops(n_in, n_out),
            one_layer((n_in,), Dense("fc", n_out)),
            f"dense_flops({n_in}, {n_out})",
        )


@pytest.mark.task(
    "5.2", points=1, hidden=1, hint="At how many positions is the kernel laid, and what is done at one?"
)
def test_a_convolution_costs_the_same_at_each_position(student, rng):
    for channels, height, maps, kernel in rng.integers((3, 9, 2, 3), (7, 13, 6, 6), (4, 4)).tolist():
        in_shape = (channels, height, height + 4)
        right = one_layer(in_shape, Conv("conv", maps, kernel))
        close(student.conv_flops(in_shape, maps, kernel), right, f"conv_flops({in_shape}, {maps}, {kernel})")


@pytest.mark.task(
    "5.2", points=1, hint="How large is an output map when a 5 x 5 kernel slides over 28 x 28 pixels?"
)
def test_the_convolutions_of_lenet5(student):
    close(student.conv_flops((1, 28, 28), 20, 5), 576_000, "conv1 of LeNet-5")
    close(student.conv_flops((20, 12, 12), 50, 5), 3_200_000, "conv2 of LeNet-5")


@pytest.mark.task(
    "5.3", points=1, hidden=2, hint="Close one whole list of gates: what is useless before it, and behind it?"
)
def test_a_unit_works_if_it_is_alive_and_wanted(student, rng):
    for gates in patterns(rng):
        yours, right = student.units_at_work(gates), right_units(gates)
        assert isinstance(yours, list | tuple), f"a list of arrays is asked for, not {type(yours).__name__}"
        assert len(yours) == 4, f"four lists of gates make four arrays, not {len(yours)}"
        for i, (mine, wanted) in enumerate(zip(yours, right, strict=True)):
            close(mine, wanted, f"with gates {signs(gates)} units_at_work(gates)[{i}]")


@pytest.mark.task(
    "5.4", points=1, hidden=2, hint="Which inputs and which outputs of a layer are still there?"
)
def test_the_cost_of_what_is_left(student, rng):
    for gates in patterns(rng):
        n_out = int(rng.integers(2, 6))
        what = f"with gates {signs(gates)} and n_out = {n_out} your total"
        close(student.chain_flops(gates, n_out), right_flops(gates, n_out), what)


@pytest.mark.task("5.4", points=1, hint="The first layer of 266-88-33 costs 2 x 266 x 88.")
def test_the_mlp_of_table_1(student):
    gates = [np.arange(n) < left for n, left in ((784, 266), (300, 88), (100, 33))]
    close(student.chain_flops([gate.astype(int) for gate in gates], 10), 53_284, "the total of 266-88-33")


@pytest.mark.task(
    "5.5",
    points=1,
    hidden=1,
    hint="By which units does the reference code weigh a layer, and which are whole?",
)
def test_the_expectation_by_own_gates(student, rng):
    p, n_out = chances(rng), int(rng.integers(2, 6))
    what = f"with probabilities {listed(p)} and n_out = {n_out} your total"
    close(student.expected_flops_own_gates(p, n_out), right_flops(p, n_out, "own-gates"), what)


@pytest.mark.task(
    "5.6",
    points=1,
    hidden=3,
    hint="Which events do the cost's factors share? Multiply only what is independent.",
)
def test_the_expectation_is_the_mean_over_all_patterns(student, rng):
    p = chances(rng, (1, 2, 2, 2))
    what = f"with probabilities {listed(p)} and n_out = 3 your total"
    close(student.expected_flops(p, 3), mean_over_patterns(p, 3), what)
    for sizes in ((3, 2, 4, 2), (2, 3), (2, 2, 2, 2, 2)):
        p, n_out = chances(rng, sizes), int(rng.integers(2, 6))
        what = f"with probabilities {listed(p)} and n_out = {n_out} your total"
        close(student.expected_flops(p, n_out), right_flops(p, n_out), what)


@pytest.mark.task(
    "5.6",
    points=1,
    hidden=1,
    hint="Among so many gates no list is ever wholly closed. What is left of the cost then?",
)
def test_the_expectation_for_the_papers_mlp(student, rng):
    p = chances(rng, (784, 300, 100))
    close(student.expected_flops(p, 10), right_flops(p, 10), "your total for 784-300-100")
