"""Is the Lp penalty sum |theta|^p, with the conventions at 0 that its docstring states?"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statistics_bounds import slope
from strategies import arrays, dtypes, numbers

from l0edu.errors import InputError
from l0edu.gradient import value_and_grad
from l0edu.lp import lp_penalty, lp_terms

STRICT = {"over": "raise", "invalid": "raise", "divide": "raise"}
powers = st.sampled_from([0, 0.5, 1, 2]) | numbers(0, 4)
gradient = value_and_grad(lp_penalty)


@given(arrays((2, 3)), powers, dtypes)
def test_every_weight_is_charged_its_power(theta, p, dtype):
    theta = theta.astype(dtype)
    expected = [[abs(float(t)) ** p if t else 0.0 for t in row] for row in theta]
    terms, total = lp_terms(theta, p), lp_penalty(theta, p)
    assert terms.dtype == total.dtype == dtype
    np.testing.assert_allclose(terms, expected, rtol=1e-4 if dtype == np.float32 else 1e-13, atol=1e-44)
    np.testing.assert_allclose(total, np.sum(expected), rtol=1e-4, atol=1e-44)


@pytest.mark.parametrize(("p", "charge"), [(0, 2.0), (0.5, 3.5), (1, 9.25), (2, 81.0625)])
def test_the_penalties_of_figure_1_by_hand(p, charge):
    assert float(lp_penalty(np.array([-9.0, 0.0, 0.25]), p)) == charge


@given(arrays(5).filter(lambda t: (np.abs(t) > 0.01).all()), powers)
def test_away_from_zero_the_gradient_is_the_slope(theta, p):
    np.testing.assert_allclose(
        gradient(theta, p)[1], slope(lambda t: lp_terms(t, p), theta), rtol=1e-4, atol=1e-7
    )


@given(powers, dtypes)
def test_at_zero_the_gradient_is_zero_by_convention(p, dtype):
    with np.errstate(**STRICT):
        grads = gradient(np.array([0.0, -0.0, 1.0], dtype), p)[1]
    assert grads.dtype == dtype
    np.testing.assert_allclose(grads, [0, 0, p], rtol=1e-6, atol=1e-44)


@given(dtypes)
def test_counting_weights_pulls_at_none_of_them_however_small(dtype):
    theta = np.array([np.finfo(dtype).smallest_subnormal, -1e-20, 0, 3], dtype)
    with np.errstate(**STRICT):
        value, grads = gradient(theta, 0)
    assert value == 3
    np.testing.assert_array_equal(grads, np.zeros(4))


def test_the_lasso_pulls_at_every_weight_alike_and_the_square_in_proportion():
    theta = np.array([-3.0, 0.01, 0.0])
    np.testing.assert_array_equal(gradient(theta, 1)[1], [-1, 1, 0])
    np.testing.assert_allclose(gradient(theta, 2)[1], 2 * theta)


def test_below_one_a_small_weight_is_pulled_harder_than_a_large_one():
    pull = np.abs(gradient(np.array([1e-4, 1.0, 100.0]), 0.5)[1])
    np.testing.assert_allclose(pull, [50, 0.5, 0.05])


def test_the_power_may_be_given_by_name():
    theta = np.array([3.0, -4.0])
    np.testing.assert_array_equal(value_and_grad(lambda t: lp_penalty(t, p=2))(theta)[1], [6, -8])


@pytest.mark.parametrize("p", [-1, -1e-9, math.nan, math.inf])
@pytest.mark.parametrize("function", [lp_terms, lp_penalty])
def test_a_power_that_is_negative_or_not_finite_is_refused_in_one_line(function, p):
    with pytest.raises(InputError, match="finite p >= 0") as caught:
        function(np.ones(3), p)
    assert len(str(caught.value).splitlines()) == 1
    assert str(p) in str(caught.value)
