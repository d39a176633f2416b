"""Are the closed forms of the microscope those of the library? Both compute the same cases."""

from itertools import product

import numpy as np
import pytest
from javascript import call_in_node

from l0edu import HardConcrete, value_and_grad

LOG_ALPHAS = (-60.0, -8.0, -2.3978952727983707, -1.0, 0.0, 0.7, 3.0, 8.0, 60.0)
BETAS = (0.05, 0.3, 2 / 3, 1.0, 4.0, 20.0)
STRETCHES = ((-0.1, 1.1), (-0.001, 1.001), (-1e-9, 1.5), (-1.0, 2.0), (-0.02, 1.4), (-100.0, 30.0))
NOISE = (0.0, 1e-300, 1e-12, 0.001, 0.05, 0.3, 0.5, 0.77, 0.999, 1 - 2**-53, 1.0)
VALUES = (-0.5, -1e-3, 0.0, 1e-12, 0.1, 0.5, 0.9, 1 - 1e-12, 1.0, 1.0005, 1.3)
CASES = [
    {"log_alpha": a, "beta": b, "gamma": g, "zeta": z}
    for a, b, (g, z) in product(LOG_ALPHAS, BETAS, STRETCHES)
]
CASES += [dict(zip(CASES[0], row, strict=True)) for row in np.random.default_rng(0).uniform(
    [-8, 0.05, -1, 1.001], [8, 4, -0.001, 2], (300, 4)
).tolist()]  # fmt: skip

TINY = 1e-288  # relative accuracy down to 1e-300

OF_A_GATE = {
    "probZero": HardConcrete.prob_zero,
    "probOne": HardConcrete.prob_one,
    "probOpen": HardConcrete.prob_open,
    "testValue": HardConcrete.test_value,
    "mean": HardConcrete.mean,
    "probOpenSlope": lambda law, at: value_and_grad(law.prob_open)(at)[1],
    "median": lambda law, at: law.quantile(at, np.array(0.5)).clip(0, 1),
}
AT_A_VALUE = {"cdf": HardConcrete.cdf, "survival": HardConcrete.survival, "pdf": HardConcrete.pdf}
OF_NOISE = {
    "s": lambda law, at, u: law.binary_concrete.sample(at, u),
    "sBar": HardConcrete.sample_stretched,
    "z": HardConcrete.sample,
    "slope": lambda law, at, u: value_and_grad(lambda a: law.sample(a, u))(at)[1],
}


def in_node(calls, folder):
    return call_in_node(["microscope/law.js"], calls, folder)


def law_of(case):
    """The library's law, and where it stands."""
    return HardConcrete(case["beta"], case["gamma"], case["zeta"]), np.array(case["log_alpha"])


def same(ours, theirs, scale=1.0):
    """Equal to 1e-12 of their size; or of `scale`, where numbers of that size were subtracted."""
    np.testing.assert_allclose(theirs, ours, rtol=1e-12, atol=1e-12 * scale)


def width(case):
    return case["zeta"] - case["gamma"]


def test_there_are_enough_cases():
    assert len(CASES) > 600


@pytest.mark.parametrize("name", OF_A_GATE)
def test_what_a_gate_has_is_what_the_library_says(name, tmp_path):
    theirs = in_node([[name, case] for case in CASES], tmp_path)
    for case, their in zip(CASES, theirs, strict=True):
        scale = {"testValue": width(case), "median": width(case), "mean": 1e-3}.get(name, TINY)
        same(OF_A_GATE[name](*law_of(case)), their, scale)


@pytest.mark.parametrize("name", AT_A_VALUE)
def test_the_law_of_s_bar_is_what_the_library_says(name, tmp_path):
    calls = [[name, case, value] for case in CASES for value in VALUES]
    theirs = in_node(calls, tmp_path)
    for (_, case, value), their in zip(calls, theirs, strict=True):
        same(AT_A_VALUE[name](*law_of(case), np.array(value)), their, TINY)


@pytest.mark.parametrize("name", OF_NOISE)
def test_what_becomes_of_noise_is_what_the_library_says(name, tmp_path):
    calls = [["draw", case, u] for case in CASES[::2] for u in NOISE]
    theirs = in_node(calls, tmp_path)
    for (_, case, u), their in zip(calls, theirs, strict=True):
        same(OF_NOISE[name](*law_of(case), np.array(u)), their[name], TINY if name == "s" else width(case))


def test_the_quantile_is_what_the_library_says_and_undoes_the_cdf(tmp_path):
    calls = [["quantile", case, p] for case in CASES for p in NOISE]
    for (_, case, p), their in zip(calls, in_node(calls, tmp_path), strict=True):
        same(HardConcrete.quantile(*law_of(case), np.array(p)), their, width(case))


def test_the_nodes_of_the_quadrature_are_numpys(tmp_path):
    rule = in_node([["gaussLegendre", 64]], tmp_path)[0]
    nodes, weights = np.polynomial.legendre.leggauss(64)
    np.testing.assert_allclose([each["node"] for each in rule], (nodes + 1) / 2, rtol=1e-13)
    np.testing.assert_allclose([each["weight"] for each in rule], weights / 2, rtol=1e-11)


def test_the_mean_is_that_of_many_equally_likely_draws(tmp_path):
    case = {"log_alpha": -1.0, "beta": 2 / 3, "gamma": -0.1, "zeta": 1.1}
    mean, *draws = in_node(
        [["mean", case], *(["draw", case, (i + 0.5) / 20_000] for i in range(20_000))], tmp_path
    )
    assert mean == pytest.approx(np.mean([each["z"] for each in draws]), abs=1e-6)
