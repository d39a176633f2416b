"""Are the quantiles of Student's t those of the tables?"""

import math
from itertools import product

import pytest

from l0edu.errors import InputError
from l0edu.reproduce.student import share_within, t_quantile

# Two-sided, by degrees of freedom: at 90, 95 and 99 %, to the digits that are printed in textbooks.
TABLE = {
    1: (6.314, 12.706, 63.657),
    2: (2.920, 4.303, 9.925),
    3: (2.353, 3.182, 5.841),
    7: (1.895, 2.365, 3.499),
    10: (1.812, 2.228, 3.169),
    30: (1.697, 2.042, 2.750),
    120: (1.658, 1.980, 2.617),
}


@pytest.mark.parametrize(("degrees", "quantiles"), TABLE.items())
def test_quantiles_are_those_of_the_printed_tables(degrees, quantiles):
    found = [round(t_quantile(share, degrees), 3) for share in (0.90, 0.95, 0.99)]
    assert found == list(quantiles)


def test_quantiles_are_those_of_scipy_far_into_the_tails():
    stats = pytest.importorskip("scipy.stats")
    for degrees, share in product([1, 2, 3, 4, 7, 8, 31, 500], [0.01, 0.5, 0.99, 0.9999, 1 - 1e-6]):
        expected = stats.t.ppf((1 + share) / 2, degrees)
        assert t_quantile(share, degrees) == pytest.approx(expected, rel=1e-8), (degrees, share)


def test_one_degree_of_freedom_is_cauchys_distribution():
    assert t_quantile(0.8, 1) == pytest.approx(math.tan(0.4 * math.pi), rel=1e-12)


def test_with_two_degrees_there_is_a_formula():
    assert share_within(1.7, 2) == pytest.approx(1.7 / math.sqrt(2 + 1.7**2), rel=1e-12)


def test_with_many_degrees_it_is_the_normal_distribution():
    assert share_within(1.5, 100_001) == pytest.approx(math.erf(1.5 / math.sqrt(2)), abs=1e-5)


@pytest.mark.parametrize("degrees", [1, 2, 9, 40])
def test_the_quantile_inverts_the_probability(degrees):
    assert share_within(t_quantile(0.97, degrees), degrees) == pytest.approx(0.97, rel=1e-12)
    assert share_within(0, degrees) == 0
    assert share_within(math.inf, degrees) == pytest.approx(1)


@pytest.mark.parametrize(("share", "degrees"), [(1.0, 3), (-0.1, 3), (math.nan, 3), (0.9, 0)])
def test_what_has_no_quantile_is_refused(share, degrees):
    with pytest.raises(InputError):
        t_quantile(share, degrees)


@pytest.mark.parametrize("t", [-1.0, math.nan])
def test_a_negative_t_is_refused(t):
    with pytest.raises(InputError, match="0 or positive"):
        share_within(t, 3)
