"""Do the formulas of the rows, read as they are printed, compute what the library computes?"""

import re

import numpy as np
import pytest
from paper.reading import evaluate, sides

from l0edu import BernoulliGates, HardConcrete, draw_noise, expected_l0, l2_penalty, mlp
from l0edu.bernoulli import all_patterns
from l0edu.concrete import concrete_sample
from l0edu.flops import flops
from l0edu.gaussian import HardGaussian
from l0edu.lp import lp_penalty, lp_terms
from l0edu.models import lenet5
from l0edu.objective import objective_terms
from l0edu.ops import cross_entropy, scale
from l0edu.paper import ITEMS
from l0edu.penalty import l0_penalty, weighted_squares
from l0edu.rectified import hard_sigmoid

LAW, COINS, RNG = HardConcrete(), BernoulliGates(), np.random.default_rng(0)
LOCATIONS = np.array([-3.0, -0.4, 0.0, 2.6])  # two of them beyond the thresholds of Eq. 13
OPEN, PI = LAW.prob_open(LOCATIONS), COINS.prob_open(LOCATIONS)
U = np.array([0.03, 0.4, 0.55, 0.98])
THETA = np.array([0.5, -2.0, 1.5, -0.7])
Z = np.array([1.0, 0.0, 1.0, 0.0])
X, LABELS, LAM = RNG.normal(size=(5, 4)), np.array([0, 1, 1, 0, 1]), 0.3


def statements(key):
    """What a row says, line by line where a line begins anew, and apart where two spaces set it apart."""
    lines = "\n".join(ITEMS[key].formula)
    return [part.removeprefix("so ") for part in re.split(r",\s{2,}|\n(?! )", re.sub(r"\n +", " ", lines))]


# ---- a small network in the words of the equations: two classes, one weight of 4 inputs for the first


def loss(theta, x, y):
    """L(h(x; theta), y): the cross-entropy of the logits (theta x, 0)."""
    return np.logaddexp(theta @ x, 0) - (theta @ x if y == 0 else 0)


def mean_loss(theta):
    """The same by the library, for all examples."""
    logits = np.stack([X @ theta, np.zeros(5)], axis=1)
    return float(cross_entropy(logits, LABELS))


NET = mlp((4, 2), (0.5,))  # a gate for each input, behind which are two weights
PARAMS = NET.init(RNG, np.float64)
NOISE = [draw_noise(NET, PARAMS, RNG) for _ in range(2)]
PARAMS["gate1"]["log_alpha"][:] = LOCATIONS
PARAMS["fc1"]["b"][:] = 0
WEIGHTS = PARAMS["fc1"]["W"]


def two_class_loss(W, x, y):
    return np.log(np.exp(W @ x).sum()) - (W @ x)[y]


def drawn(noise):
    return LAW.sample(LOCATIONS, np.ravel(noise["gate1"]))


def terms(noise):
    return objective_terms(NET, PARAMS, X, LABELS, noise, LAM)


GRID = (np.arange(40) + 0.5) / 40
Q0 = {"Q(s_j <= 0 | phi_j)": "closed[j]", "closed": "closed"}
OVER_J = {"sum_j": "sum({} for j in range(4))", "j": "j"}
OVER_I = {"sum_i": "sum({} for i in range(5))", "i": "i", "N": "5"}
GROUPED = {"Q(s_g <= 0 | phi_g)": "closed[g]", "sum_g": "sum({} for g in range(4))", "|g|": "2", "g": "g"}
SAME = ("s", "u", "beta", "gamma", "zeta", "log_alpha", "s_bar", "theta", "p", "Q")
NAMES = {name: name for name in SAME} | {"theta~": "theta", "z": "z", "pi": "pi", "lambda": str(LAM)}
VALUES = {
    **{"theta": THETA, "z": Z, "log_alpha": LOCATIONS, "u": U, "closed": 1 - OPEN, "pi": PI},
    **{"beta": LAW.beta, "gamma": LAW.gamma, "zeta": LAW.zeta, "s_bar": LAW.sample_stretched(LOCATIONS, U)},
    **{"x": X, "y": LABELS, "loss": loss, "s": concrete_sample(LOCATIONS, U, LAW.beta), "W": WEIGHTS},
}  # fmt: skip
EXPECTATION = {"E_{z ~ Bernoulli(pi)}[": "sum(np.exp(log_q(z)) * ({}) for z in patterns)"}
COIN_VALUES = {"patterns": all_patterns(4), "log_q": lambda z: COINS.log_prob(LOCATIONS, z)}
GAUSS = HardGaussian()

# (row, left-hand side): further names, further values, and what the library computes
WRITTEN = {
    ("eq1", "R(theta)"): (
        OVER_I
        | {"L(h(x_i; theta), y_i)": "loss(theta, x[i], y[i])", "||theta||_0": "np.count_nonzero(theta)"},
        {"theta": THETA * Z},
        mean_loss(THETA * Z) + LAM * lp_penalty(THETA * Z, 0),
    ),
    ("eq1", "||theta||_0"): (OVER_J, {"theta": THETA * Z}, lp_penalty(THETA * Z, 0)),
    ("eq2", "theta_j"): ({"j": ":"}, {}, scale(THETA[:, None], Z)[:, 0]),
    ("eq2", "||theta||_0"): (OVER_J, {}, lp_penalty(scale(THETA[:, None], Z), 0)),
    ("eq3", "R(theta~, pi)"): (
        OVER_I | OVER_J | EXPECTATION | {"L(h(x_i; theta~ z), y_i)": "loss(theta * z, x[i], y[i])"},
        COIN_VALUES,
        COINS.exact_gradient(lambda z: mean_loss(THETA * z), LOCATIONS)[0] + LAM * PI.sum(),
    ),
    ("eq5", "z"): ({}, {"s": np.array([-0.3, 0.2, 1.7])}, hard_sigmoid(np.array([-0.3, 0.2, 1.7]))),
    ("eq6", "q(z != 0 | phi)"): (
        {"Q(s <= 0 | phi)": "closed"},
        {"closed": GAUSS.cdf(LOCATIONS, np.zeros(4))},
        GAUSS.prob_open(LOCATIONS),
    ),
    ("eq7", "R(theta~, phi)"): (
        OVER_I | OVER_J | Q0
        | {"L(h(x_i; theta~ g(s)), y_i)": "loss(theta * np.clip(s, 0, 1), x[i], y[i])"}
        | {"E_{s ~ q(s | phi)}[": "np.mean([{} for s in draws])"},
        {"draws": [LAW.sample_stretched(LOCATIONS, np.full(4, u)) for u in GRID]},
        np.mean([mean_loss(THETA * LAW.sample(LOCATIONS, np.full(4, u))) for u in GRID]) + LAM * OPEN.sum(),
    ),
    ("eq9", "R^(theta~, phi)"): (
        OVER_I
        | {"L": "2", "sum_l": "sum({} for z in draws)", "L_C(phi)": "price"}
        | {"L(h(x_i; theta~ z^(l)), y_i)": "two_class_loss(W * z, x[i], y[i])"},
        {"draws": [*map(drawn, NOISE)], "two_class_loss": two_class_loss, "price": expected_l0(NET, PARAMS)},
        np.mean([terms(noise)["data"] + terms(noise)["l0"] for noise in NOISE]),
    ),
    ("eq9", "z^(l)"): (
        {"g(f(phi, eps^(l)))": "np.clip(s_bar, 0, 1)"},
        {},
        LAW.sample(LOCATIONS, U),
    ),
    ("eq9", "L_C"): (OVER_J | Q0, {}, OPEN.sum()),
    ("eq10", "s"): ({}, {}, concrete_sample(LOCATIONS, U, LAW.beta)),
    ("eq10", "s_bar"): ({}, {}, LAW.sample_stretched(LOCATIONS, U)),
    ("eq11", "z"): ({}, {}, LAW.sample(LOCATIONS, U)),
    ("eq12", "L_C"): (OVER_J | {"P(z_j != 0)": "open[j]"}, {"open": OPEN}, l0_penalty(NET, PARAMS, 0.5)),
    ("eq13", "z^"): ({}, {}, LAW.test_value(LOCATIONS)),
    ("eq13", "theta*"): ({"theta~*": "theta", "z^": "z"}, {}, scale(THETA[:, None], Z)[:, 0]),
    ("eq14", "E||theta||_2^2"): (
        OVER_J | {"E[": "sum(np.exp(log_q(z)) * ({}) for z in patterns)"},
        COIN_VALUES,
        weighted_squares(THETA, PI),
    ),
    ("eq15", "theta^"): (
        {"theta": "theta * z", "sigma": "np.where(z > 0, z, 1)"},
        {"z": np.array([0.3, 0, 1, 0.6])},
        THETA * [1, 0, 1, 1],
    ),
    ("eq15", "E||theta^||_2^2"): (OVER_J | Q0, {}, weighted_squares(THETA, OPEN)),
    ("eq16", "E||theta||_0"): (GROUPED, {}, expected_l0(NET, PARAMS)),
    ("eq17", "E||theta^||_2^2"): (
        GROUPED | {"sum_{j in g}": "sum({} for j in range(2))", "theta~_j": "W[j, g]", "j": "j"},
        {},
        l2_penalty(NET, PARAMS, weight_decay=2.0),
    ),
    ("appendixB", "Q(s)"): ({}, {}, LAW.binary_concrete.cdf(LOCATIONS, VALUES["s"])),
    ("appendixB", "q(s)"): (
        {},
        {"Q": LAW.binary_concrete.cdf(LOCATIONS, VALUES["s"])},
        LAW.binary_concrete.pdf(LOCATIONS, VALUES["s"]),
    ),
}  # fmt: skip

# What a row says beside the equations that are evaluated.
BESIDE = {
    "eq2": ["z_j in {0, 1}", "theta~_j != 0"],
    "eq4": ["s ~ q(s | phi)"],
    "eq7": ["g the hard sigmoid"],
    "eq8": ["s = f(phi, eps)", "eps ~ p(eps), which has no parameters"],
    "eq10": ["u ~ Uniform(0, 1)"],
    "eq11": ["with gamma < 0 and zeta > 1"],
    "eq15": ["sigma = z where z > 0, and 1 where z = 0"],
    "appendixB": ["z: atoms Q_bar(0) at 0 and 1 - Q_bar(1) at 1, and the density of s_bar between"],
}
# Words that must stand in what a row says that is no equation.
WORDS = {
    "figure2": [
        "density of s,",
        "atoms at 0 and at 1",
        "log_alpha = 0, beta = 1/2",
        "E[s], E[z]",
        "without noise",
    ],
    "figure4": ["WRN-28-10", "CIFAR-10 and CIFAR-100", "errors against epochs"],
    "table1": ["gates with z^ > 0", "test error"],
    "table2": ["test errors", "WRN-28-10", "CIFAR-10 and CIFAR-100"],
}


@pytest.mark.parametrize(("key", "left"), WRITTEN)
def test_a_formula_of_a_row_computes_what_the_library_does(key, left):
    names, values, expected = WRITTEN[key, left]
    ((_, *right),) = [sides(part) for part in statements(key) if sides(part)[0] == left]
    assert right
    for side in right:
        found = evaluate(side, NAMES | names, VALUES | values)
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("key", [*(key for key in ITEMS if ITEMS[key].kind == "eq"), "appendixB"])
def test_nothing_that_a_row_says_is_left_unread(key):
    read = {left for row, left in WRITTEN if row == key}
    assert [part for part in statements(key) if sides(part)[0] not in read] == BESIDE.get(key, [])


def test_figure_1_says_the_penalty_and_what_it_becomes():
    penalty, limit = re.fullmatch(
        r"(.*) against theta; as p goes to 0, (.*)", ITEMS["figure1"].formula[0]
    ).groups()
    theta = np.array([-2.0, 0.0, 0.25])
    values = VALUES | {"theta": theta, "p": 0.5}
    np.testing.assert_allclose(evaluate(penalty, NAMES, values), lp_terms(theta, 0.5))
    np.testing.assert_allclose(evaluate(limit, NAMES, values), lp_terms(theta, 0))


def test_figure_3_says_how_a_layer_is_counted():
    counted = re.search(
        r"sum over layers of positions \((.*)\), each weighted by P\(open\)", ITEMS["figure3"].formula[0]
    )[1]
    names = {name: name for name in ("k", "inputs", "outputs")}
    windows = [(576, 5, 1, 20), (64, 5, 20, 50), (1, 1, 800, 500), (1, 1, 500, 10)]  # of LeNet-5
    total = sum(n * evaluate(counted, names, {"k": k, "inputs": i, "outputs": o}) for n, k, i, o in windows)
    assert total == flops(lenet5()).total


def test_table_1_names_the_networks():
    mlp_units, lenet_units = (
        tuple(map(int, found.split("-"))) for found in re.findall(r"\d+(?:-\d+)+", ITEMS["table1"].formula[0])
    )
    assert mlp_units == tuple(charge.gates for charge in mlp().charges)
    assert lenet_units == tuple(charge.gates for charge in lenet5().charges)


def test_appendix_a_leaves_out_a_divergence_which_is_positive():
    exact, bound = ITEMS["appendixA"].formula
    assert bound.strip().removeprefix(">= ") == exact.removeprefix("-ELBO = ").replace(
        " + sum_j KL(q(z_j) || p(z_j))", ""
    )
    assert bound.endswith("E_q(z)[-log p(D | theta~ z)] + lambda sum_j pi_j")


@pytest.mark.parametrize("key", WORDS)
def test_what_is_no_formula_names_what_is_shown(key):
    said = " ".join(ITEMS[key].formula)
    assert [words for words in WORDS[key] if words not in said] == []


def test_every_row_is_read_here():
    here = (
        {row for row, _ in WRITTEN} | set(BESIDE) | set(WORDS) | {"figure1", "figure3", "table1", "appendixA"}
    )
    assert here == set(ITEMS)
