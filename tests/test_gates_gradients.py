"""Are the gradients of a gate, its penalty and its test value the right ones?"""

import autograd
import autograd.numpy as anp
import gate_rounding
import numpy as np
import pytest
from building import HC
from hypothesis import given
from hypothesis import strategies as st
from statistics_bounds import slope
from strategies import arrays, dtypes, few, hard_concretes, log_alphas, many, noises

from l0edu.errors import InputError
from l0edu.gates import HardConcrete, hard_sigmoid
from l0edu.gradient import value_and_grad

STRICT = {"over": "raise", "invalid": "raise", "divide": "raise"}
BOTH = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def textbook_sample(law, log_alpha, u):
    """Eqs. 10 and 11 in autograd.numpy, which derives the gradient on its own."""
    s = 1 / (1 + anp.exp(-(anp.log(u) - anp.log(1 - u) + log_alpha) / law.beta))
    return anp.clip(s * (law.zeta - law.gamma) + law.gamma, 0, 1)


def is_away_from_kinks(s_bar):
    return (np.abs(s_bar) > 1e-4) & (np.abs(s_bar - 1) > 1e-4)


@given(hard_concretes(), log_alphas(bound=30.0) | log_alphas(bound=5.0), noises((3, 4), inside=0.05))
@many
def test_the_gradient_of_a_sample_is_what_autograd_derives(law, log_alpha, u):
    # beyond 32 the textbook's own derivative overflows: it squares exp((log_alpha + 3) / beta)
    weights = np.arange(1.0, 13).reshape(3, 4) * is_away_from_kinks(law.sample_stretched(log_alpha, u))
    grads = value_and_grad(lambda x: anp.sum(weights * law.sample(x, u)))(log_alpha)[1]
    expected = autograd.grad(lambda x: anp.sum(weights * textbook_sample(law, x, u)))(log_alpha)
    np.testing.assert_allclose(grads, expected, atol=1e-9)


@given(hard_concretes(), gate_rounding.parameters(), noises(4, inside=0.05))
@many
def test_the_gradient_of_a_sample_is_its_slope(law, log_alpha, u):
    smooth = is_away_from_kinks(law.sample_stretched(log_alpha, u))
    grads = value_and_grad(lambda x: anp.sum(law.sample(x, u)))(log_alpha)[1]
    slopes = slope(lambda x: law.sample(x, u), log_alpha)
    np.testing.assert_allclose(grads[smooth], slopes[smooth], atol=1e-6)


@given(hard_concretes(), log_alphas(), noises(4), dtypes)
@many
def test_the_gradient_of_a_sample_is_the_closed_form_and_exactly_zero_where_clipped(law, log_alpha, u, dtype):
    log_alpha, u = log_alpha.astype(dtype), u.astype(dtype)
    with np.errstate(**STRICT):
        z, grads = law.sample(log_alpha, u), value_and_grad(lambda x: anp.sum(law.sample(x, u)))(log_alpha)[1]
    s = law.binary_concrete.sample(log_alpha, u)
    inside = (z > 0) & (z < 1)
    assert grads.dtype == dtype
    assert (grads[~inside] == 0).all()
    expected = (law.zeta - law.gamma) * s * (1 - s) / law.beta
    np.testing.assert_allclose(grads[inside], expected[inside], rtol=1e-5)


@given(hard_concretes(), gate_rounding.parameters(), noises((5, 4)))
@few
def test_with_one_sample_for_each_example_gradients_sum_over_the_batch(law, log_alpha, u):
    gradient = value_and_grad(lambda x, u: anp.sum(law.sample(x, u) ** 2))
    rows = [gradient(log_alpha, row)[1] for row in u]
    np.testing.assert_allclose(gradient(log_alpha, u)[1], np.sum(rows, axis=0), rtol=1e-12, atol=1e-15)


@given(hard_concretes(), log_alphas(), dtypes)
@many
def test_the_gradient_of_the_penalty_is_p_times_one_minus_p(law, log_alpha, dtype):
    log_alpha = log_alpha.astype(dtype)
    with np.errstate(**STRICT):
        grads = value_and_grad(lambda x: anp.sum(law.prob_open(x)))(log_alpha)[1]
    assert grads.dtype == dtype
    product = law.prob_open(log_alpha) * law.prob_zero(log_alpha)
    np.testing.assert_allclose(grads, product, rtol=1e-4 if dtype == np.float32 else 1e-12)


@given(hard_concretes(), gate_rounding.parameters())
@few
def test_the_gradient_of_the_penalty_is_its_slope(law, log_alpha):
    grads = value_and_grad(lambda x: anp.sum(law.prob_open(x)))(log_alpha)[1]
    np.testing.assert_allclose(grads, slope(law.prob_open, log_alpha), atol=1e-7)


@given(hard_concretes(), gate_rounding.parameters(), st.booleans())
@many
def test_the_gradient_of_the_test_value_is_its_slope(law, log_alpha, tempered):
    smooth = is_away_from_kinks(law.noiseless(log_alpha, tempered))
    grads = value_and_grad(lambda x: anp.sum(law.test_value(x, tempered)))(log_alpha)[1]
    slopes = slope(lambda x: law.test_value(x, tempered), log_alpha)
    np.testing.assert_allclose(grads[smooth], slopes[smooth], atol=1e-6)
    z = law.test_value(log_alpha, tempered)
    assert (grads[(z == 0) | (z == 1)] == 0).all()


@BOTH
def test_gradients_have_the_dtype_of_log_alpha_even_for_float64_noise(dtype):
    log_alpha, u = np.zeros(3, dtype), np.full(3, 0.4)
    for f in (lambda x: HC.sample(x, u), HC.prob_open, HC.test_value):
        assert value_and_grad(lambda x, f=f: anp.sum(f(x)))(log_alpha)[1].dtype == dtype


@given(arrays(6, bound=2.0), dtypes)
def test_the_hard_sigmoid_clips_and_passes_gradients_only_in_between(s_bar, dtype):
    s_bar = s_bar.astype(dtype)
    grads = value_and_grad(lambda x: anp.sum(2 * hard_sigmoid(x)))(s_bar)[1]
    np.testing.assert_array_equal(hard_sigmoid(s_bar), np.minimum(1, np.maximum(0, s_bar)))
    np.testing.assert_array_equal(grads, 2 * ((s_bar > 0) & (s_bar < 1)))
    assert grads.dtype == hard_sigmoid(s_bar).dtype == dtype


@pytest.mark.parametrize("name", ["mean", "prob_zero", "prob_one"])
def test_what_cannot_be_differentiated_says_what_can(name):
    with pytest.raises(InputError, match="prob_open is"):
        value_and_grad(lambda x: anp.sum(getattr(HardConcrete(), name)(x)))(np.zeros(2))
