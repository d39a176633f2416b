"""Are the numbers that rows compute right? Each is computed again here, without the library."""

import math

import numpy as np
import pytest

from l0edu.paper import ITEMS
from l0edu.paper.values import shown

BETA, GAMMA, ZETA = 2 / 3, -0.1, 1.1


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def normal_cdf(x):
    return (1 + math.erf(x / math.sqrt(2))) / 2


def s_bar(u, log_alpha=0.0):
    s = sigmoid((math.log(u / (1 - u)) + log_alpha) / BETA)
    return s * (ZETA - GAMMA) + GAMMA


def open_at(log_alpha, beta=BETA):
    return sigmoid(log_alpha - beta * math.log(-GAMMA / ZETA))


def short(*numbers):
    return ", ".join(f"{x:.4f}".rstrip("0").rstrip(".") for x in numbers)


def smoothed_toy():
    draws = [min(1, max(0, s_bar((i + 0.5) / 20_000))) for i in range(20_000)]
    return sum((z - 0.45) ** 2 for z in draws) / 20_000


def density_at_half():
    h = 1e-5
    cdf = [sigmoid(BETA * math.log((t - GAMMA) / (ZETA - t))) for t in (0.5 - h, 0.5 + h)]
    return (cdf[1] - cdf[0]) / (2 * h)


PRICE = 0.1 / 60_000 * 266_200
EXPECTED = {
    "eq1": (short(math.log(10)), short(math.log(10) + PRICE)),
    "eq2": ("0.5, 0, 1.5, L0 norm 2",),
    "eq3": (short(0.5 * 0.45**2 + 0.5 * 0.55**2), short((0.55**2 - 0.45**2) / 4)),
    "eq4": (short(1 - open_at(0)), short(normal_cdf(-1))),
    "eq5": ("0, 0.3, 1",),
    "eq6": (short(open_at(0)), short(normal_cdf(1))),
    "eq7": (short(smoothed_toy()), short(open_at(0))),
    "eq8": (short(s_bar(0.3), s_bar(0.3, 0.1)),),
    "eq10": (short((s_bar(0.3) - GAMMA) / (ZETA - GAMMA)), short(s_bar(0.3))),
    "eq11": (short(0, s_bar(0.3), 1),),
    "eq12": (short(*map(open_at, (-3, 0, 3))),),
    "eq13": (short(0, sigmoid(-1) * (ZETA - GAMMA) + GAMMA, 0.5),),
    "eq14": (short(0.5 * 5),),
    "eq15": (short(open_at(0) * 5),),
    "figure1": (short(1, 0.25**0.5, 0.25, 0.25**2),),
    "figure2": (short(1 - open_at(0, 0.5)), f"{2 - 2 * open_at(0, 0.5):.0%}"),
    "table1": (
        f"{266 * 88 + 88 * 33 + 33 * 10:,} of 266,200",
        f"{2 * (266 * 88 + 88 * 33 + 33 * 10):,} FLOPs",
    ),
    "table2": (
        f"{9 * sum((a + 3 * b) * b for a, b in ((16, 160), (160, 320), (320, 640))):,} of them",
        f"{4 * (160 + 320 + 640):,} gates",
    ),
    "appendixB": (short(1 - open_at(0), 1 - open_at(0)), short(density_at_half())),
}


@pytest.mark.parametrize("key", EXPECTED)
def test_a_number_is_that_of_the_formula(key):
    said = ITEMS[key].value()
    assert [number for number in EXPECTED[key] if number not in said] == [], said


@pytest.mark.parametrize(("key", "kept", "unit"), [("eq16", 1.0, 1.0), ("appendixA", 1.0, 0.1)])
def test_the_penalty_of_the_mlp_is_that_of_its_drop_rates(key, kept, unit):
    starts = [math.log(4), 0.0, 0.0]  # drop rates .2, .5 and .5
    weights = [784 * 300, 300 * 100, 100 * 10]
    expected = unit * sum(n * open_at(start) for n, start in zip(weights, starts, strict=True))
    printed = [float(word.replace(",", "")) for word in ITEMS[key].value().split() if "," in word[1:-1]]
    assert printed[0] == pytest.approx(expected, rel=1e-3)


def test_the_decay_of_the_mlp_is_that_of_he_s_variance():
    """Sum over layers of P(open) times the number of weights times 2 / inputs."""
    expected = 2 * (open_at(math.log(4)) * 300 + open_at(0) * 100 + open_at(0) * 10)
    first, second = ITEMS["eq17"].value().split(": ")[1].split(", so ")
    assert float(first) == pytest.approx(expected, rel=0.02)
    assert float(second.split()[0]) == pytest.approx(2.5e-4 * float(first), rel=1e-3)


def test_the_terms_of_the_objective_add_up_and_are_as_large_as_they_should_be():
    data, l0, total = map(float, ITEMS["eq9"].value().split(": ")[1].replace("=", "+").split(" + "))
    assert total == pytest.approx(data + l0, abs=1.01e-4)
    assert l0 == pytest.approx(0.001 * (12 * open_at(math.log(4)) + 6 * open_at(0)), rel=0.01)
    assert 0 < data < 3


def test_the_flops_of_the_start_are_two_for_each_weight_that_is_expected():
    """Own gates: positions times 2 k k inputs P(open), on top of what has no gate."""
    mlp = 2 * (235_200 * open_at(math.log(4)) + 31_000 * open_at(0))
    lenet = 4_586_000 * open_at(0)
    first, second = (part.split(" of ")[0] for part in ITEMS["figure3"].value().split(" and "))
    assert float(first.replace(",", "")) == pytest.approx(mlp, rel=1e-3)
    assert float(second.replace(",", "")) == pytest.approx(lenet, rel=5e-3)


def test_the_wide_resnet_is_cheaper_by_the_share_of_first_convolutions_that_is_closed():
    """Blocks of 160, 320 and 640 maps, four each; the first of a stage has the inputs of the one before."""
    stages = [(16, 160, 1024), (160, 320, 256), (320, 640, 64)]
    first = sum(18 * (inputs + 3 * maps) * maps * positions for inputs, maps, positions in stages)
    closed = 1 - open_at(math.log(7 / 3))
    said = ITEMS["figure4"].value()
    assert f": {10.484060672 - closed * first / 1e9:.2f} of 10.48 GFLOP" in said
    assert short(1 - closed) in said


def test_numbers_are_shown_with_four_digits_and_no_minus_zero():
    assert shown(np.array([-0.0, 1 / 3, 2.0, -1.5])) == "0, 0.3333, 2, -1.5"
