"""Is the binary concrete the law that the paper's Appendix B writes down, in floats of either size?"""

import math

import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statistics_bounds import assert_follows, integral, slope
from strategies import dtypes, edge_noise, few, log_alphas, noises, seeds

from l0edu.concrete import BinaryConcrete, log_sigmoid, logit, sigmoid
from l0edu.errors import InputError
from l0edu.gradient import value_and_grad

STRICT = {"over": "raise", "invalid": "raise", "divide": "raise"}

betas = st.floats(0.1, 3.0)


# ---- sigmoid and logit


@given(log_alphas(bound=1024.0), dtypes)
def test_sigmoid_is_the_textbook_formula_and_never_overflows(x, dtype):
    with np.errstate(**STRICT):
        y = sigmoid(x.astype(dtype))
    expected = [1 / (1 + math.exp(-v)) if v > -700 else 0.0 for v in x]
    assert y.dtype == dtype
    np.testing.assert_allclose(y, expected, rtol=1e-6 if dtype == np.float32 else 1e-14, atol=1e-44)


@given(log_alphas(), dtypes)
def test_sigmoid_of_minus_x_is_the_other_side_of_the_coin(x, dtype):
    x = x.astype(dtype)
    np.testing.assert_allclose(sigmoid(x) + sigmoid(-x), 1, rtol=2 * np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_slope_of_sigmoid_keeps_its_digits_on_both_tails(dtype):
    x = np.array([-40, -1, 0, 1, 40], dtype)
    grads = value_and_grad(lambda x: anp.sum(sigmoid(x)))(x)[1]
    exact = [math.exp(-abs(v)) / (1 + math.exp(-abs(v))) ** 2 for v in x.tolist()]
    assert grads.dtype == dtype
    np.testing.assert_allclose(grads, exact, rtol=8 * np.finfo(dtype).eps)


@given(log_alphas(), dtypes)
def test_log_sigmoid_is_the_logarithm_of_sigmoid(x, dtype):
    with np.errstate(**STRICT):
        y = log_sigmoid(x.astype(dtype))
    assert y.dtype == dtype
    np.testing.assert_allclose(y, np.log(1 / (1 + np.exp(-x))), rtol=1e-6, atol=1e-15)


@given(log_alphas(bound=16.0))
def test_logit_inverts_sigmoid(x):
    np.testing.assert_allclose(logit(sigmoid(x)), x, atol=1e-8)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_logit_is_finite_at_0_and_at_1_and_increases(dtype):
    with np.errstate(**STRICT):
        odds = logit(edge_noise(dtype)[:, 0])
    assert odds.dtype == dtype
    assert np.isfinite(odds).all()
    assert (np.diff(odds) >= 0).all()


@pytest.mark.parametrize("p", [0.25, 0.5, 0, 1])
def test_the_logit_of_a_python_number_is_a_python_number(p):
    odds = logit(p)
    assert type(odds) is float
    assert odds == logit(np.array([float(p)]))[0]


# ---- the law


@few
@given(betas, log_alphas(), dtypes)
def test_every_method_is_finite_and_in_range_at_every_edge(beta, log_alpha, dtype):
    law, log_alpha, edges = BinaryConcrete(beta), log_alpha.astype(dtype), edge_noise(dtype)
    with np.errstate(**STRICT):
        s = [getattr(law, name)(log_alpha, edges) for name in ("sample", "quantile", "cdf", "survival")]
        density = law.pdf(log_alpha, edges)
    assert {a.dtype for a in (*s, density)} == {np.dtype(dtype)}
    assert all(((a >= 0) & (a <= 1)).all() for a in s)
    assert np.isfinite(density).all()
    assert (density >= 0).all()


@given(log_alphas(bound=6.0, shape=1), betas, seeds, dtypes)
@few
def test_samples_follow_the_cdf(log_alpha, beta, seed, dtype):
    law, log_alpha = BinaryConcrete(beta), log_alpha.astype(dtype)
    u = np.random.default_rng(seed).random(50_000, dtype=dtype)
    blur = 4 * np.finfo(dtype).eps
    assert_follows(law.sample(log_alpha, u), lambda s: law.cdf(log_alpha, s), blur)


@given(log_alphas(bound=5.0), st.floats(0.3, 3.0))
@few
def test_the_density_is_the_formula_of_appendix_b(log_alpha, beta):
    alpha, s = np.exp(log_alpha), np.linspace(0.01, 0.99, 99)[:, None]
    top = beta * alpha * s ** (-beta - 1) * (1 - s) ** (-beta - 1)
    expected = top / (alpha * s**-beta + (1 - s) ** -beta) ** 2
    np.testing.assert_allclose(BinaryConcrete(beta).pdf(log_alpha, s), expected, rtol=1e-11)


@given(log_alphas(bound=6.0), betas, st.floats(0.02, 0.5), st.floats(0.5, 0.98))
@few
def test_the_density_integrates_to_the_cdf(log_alpha, beta, low, high):
    law = BinaryConcrete(beta)
    area = integral(lambda s: law.pdf(log_alpha, s), low, high)
    between = law.cdf(log_alpha, np.array(high)) - law.cdf(log_alpha, np.array(low))
    np.testing.assert_allclose(area, between, atol=1e-10)


@given(log_alphas(), betas, dtypes)
@few
def test_cdf_and_survival_add_up_to_one(log_alpha, beta, dtype):
    law, log_alpha, s = BinaryConcrete(beta), log_alpha.astype(dtype), edge_noise(dtype)
    both = law.cdf(log_alpha, s) + law.survival(log_alpha, s)
    np.testing.assert_allclose(both, 1, rtol=4 * np.finfo(dtype).eps)


def test_the_survival_keeps_the_digits_that_one_minus_the_cdf_loses():
    law, log_alpha, s = BinaryConcrete(1.0), np.array([-50.0]), np.array([0.5])
    np.testing.assert_allclose(law.survival(log_alpha, s), math.exp(-50.0), rtol=1e-12)
    assert 1 - law.cdf(log_alpha, s) == 0


def test_outside_of_the_unit_interval_the_law_has_no_mass():
    law, s = BinaryConcrete(), np.array([-np.inf, -1.0, 0.0, 1.0, 2.0, np.inf])
    log_alpha = np.zeros(6)
    np.testing.assert_array_equal(law.cdf(log_alpha, s), [0, 0, 0, 1, 1, 1])
    np.testing.assert_array_equal(law.survival(log_alpha, s), [1, 1, 1, 0, 0, 0])
    np.testing.assert_array_equal(law.pdf(log_alpha, s), np.zeros(6))


@given(log_alphas(bound=6.0), st.floats(1.0, 3.0))
@few
def test_the_quantile_inverts_the_cdf(log_alpha, beta):
    # at a low temperature most quantiles above 1/2 round to 1, where floats are too coarse to invert
    law, p = BinaryConcrete(beta), np.linspace(0.001, 0.999, 99)[:, None]
    back = law.cdf(log_alpha, law.quantile(log_alpha, p))
    np.testing.assert_allclose(back - p, np.zeros((99, 4)), atol=1e-12)


@given(log_alphas(bound=6.0), betas)
@few
def test_quantiles_near_zero_keep_their_digits_at_any_temperature(log_alpha, beta):
    law, p = BinaryConcrete(beta), np.geomspace(1e-9, 0.5, 30)[:, None]
    log_alpha = -np.abs(log_alpha)
    np.testing.assert_allclose(
        law.cdf(log_alpha, law.quantile(log_alpha, p)) / p, np.ones((30, 4)), rtol=1e-12
    )


@pytest.mark.parametrize("method", ["sample", "quantile", "cdf", "survival", "pdf"])
def test_a_python_float_does_not_decide_the_dtype(method):
    value = getattr(BinaryConcrete(), method)(np.zeros(3, np.float32), 0.25)
    assert value.dtype == np.float32
    assert value.shape == (3,)


@pytest.mark.parametrize("beta", [0, -0.5, math.nan, math.inf])
def test_a_temperature_that_is_not_positive_is_refused_in_one_line(beta):
    with pytest.raises(InputError, match="temperature must be positive") as caught:
        BinaryConcrete(beta)
    assert len(str(caught.value).splitlines()) == 1
    assert str(beta) in str(caught.value)


# ---- its gradient


@given(log_alphas(bound=5.0), betas, noises((3, 4), inside=0.01))
@few
def test_the_gradient_of_a_sample_is_its_slope_summed_over_the_batch(log_alpha, beta, u):
    law, weights = BinaryConcrete(beta), np.arange(1.0, 13).reshape(3, 4)
    grads = value_and_grad(lambda x: anp.sum(weights * law.sample(x, u)))(log_alpha)[1]
    slopes = slope(lambda x: law.sample(x, u), np.tile(log_alpha, (3, 1)))
    np.testing.assert_allclose(grads, (weights * slopes).sum(axis=0), atol=1e-6)


def test_the_gradient_of_a_float32_sample_is_float32():
    grads = value_and_grad(lambda x: anp.sum(BinaryConcrete().sample(x, 0.5)))(np.ones(2, np.float32))[1]
    assert grads.dtype == np.float32


def test_noise_has_no_gradient_and_says_so():
    with pytest.raises(InputError, match="no gradient by u"):
        value_and_grad(lambda u: anp.sum(BinaryConcrete().sample(np.zeros(2), u)))(np.full(2, 0.5))
