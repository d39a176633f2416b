"""Is the rectified Gaussian gate what its formulas say?"""

import math

import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given
from statistics_bounds import assert_follows, deviation, is_plausible_count, slope
from strategies import arrays, drop_rates, dtypes, few, hard_gaussians, many, seeds

from l0edu.errors import InputError
from l0edu.gaussian import HardGaussian, normal_cdf
from l0edu.gradient import value_and_grad

STRICT = {"over": "raise", "invalid": "raise", "divide": "raise"}
LAW = HardGaussian()


def phi(x):
    """The standard normal cdf from math.erf; erf, unlike erfc, is what tables print."""
    return np.array([(1 + math.erf(v / math.sqrt(2))) / 2 for v in np.ravel(x)]).reshape(np.shape(x))


@given(arrays(5, bound=8.0), dtypes)
def test_the_normal_cdf_is_erf(x, dtype):
    y = normal_cdf(x.astype(dtype))
    assert y.dtype == dtype
    np.testing.assert_allclose(y, phi(x), atol=1e-6 if dtype == np.float32 else 1e-15)


def test_the_normal_cdf_keeps_its_left_tail():
    x = np.array([-10.0, -30.0])  # 7.62e-24 and 4.91e-198, where (1 + erf) / 2 is 0
    np.testing.assert_allclose(normal_cdf(x), [7.619853024160526e-24, 4.906713927148187e-198], rtol=1e-12)


def test_the_normal_cdf_takes_a_number_and_an_empty_array():
    assert normal_cdf(np.float32(0.0)) == 0.5
    assert normal_cdf(np.zeros((0, 3))).shape == (0, 3)


@given(arrays(5, bound=6.0))
def test_the_slope_of_the_normal_cdf_is_the_density(x):
    grads = value_and_grad(lambda x: anp.sum(normal_cdf(x)))(x)[1]
    np.testing.assert_allclose(grads, slope(normal_cdf, x), atol=1e-8)
    np.testing.assert_allclose(grads, np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi), rtol=1e-14)


@given(hard_gaussians(), arrays(4, bound=80.0), seeds, dtypes)
@many
def test_every_method_stays_in_range(law, mu, seed, dtype):
    mu, noise = mu.astype(dtype), law.draw_noise(np.random.default_rng(seed), (5, 4), dtype)
    with np.errstate(**STRICT):
        values = [law.sample(mu, noise), law.cdf(mu, noise), law.survival(mu, noise), law.cdf_gate(mu, noise)]
        values += [law.prob_open(mu), law.prob_zero(mu), law.prob_one(mu), law.test_value(mu)]
    assert {v.dtype for v in values} == {np.dtype(dtype)}
    assert all(((v >= 0) & (v <= 1)).all() for v in values)


@pytest.mark.parametrize("method", ["prob_open", "prob_zero", "prob_one", "test_value", "mean"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_function_of_mu_keeps_its_dtype_and_shape(method, dtype):
    value = getattr(LAW, method)(np.zeros((2, 3), dtype))
    assert value.dtype == dtype
    assert value.shape == (2, 3)


@pytest.mark.parametrize("method", ["sample", "sample_stretched", "cdf", "survival", "cdf_gate"])
def test_a_python_float_as_second_argument_does_not_decide_the_dtype(method):
    assert getattr(LAW, method)(np.zeros(3, np.float32), 0.25).dtype == np.float32


def test_a_numpy_number_as_sigma_does_not_decide_the_dtype():
    law, mu = HardGaussian(sigma=np.float64(0.5)), np.zeros(3, np.float32)
    assert law.sample(mu, mu).dtype == law.prob_open(mu).dtype == np.float32


@given(hard_gaussians(), arrays(1, bound=2.0), seeds, dtypes)
@few
def test_samples_follow_the_cdf_before_and_after_the_clip(law, mu, seed, dtype):
    mu, noise = mu.astype(dtype), law.draw_noise(np.random.default_rng(seed), 50_000, dtype)
    assert_follows(law.sample_stretched(mu, noise), lambda x: law.cdf(mu, x))
    assert_follows(law.sample(mu, noise), lambda z: law.cdf_gate(mu, z))


@given(hard_gaussians(), arrays(4), seeds, dtypes)
@few
def test_exact_zeros_and_ones_are_as_frequent_as_their_point_masses(law, mu, seed, dtype):
    mu, n = mu.astype(dtype), 50_000
    z = law.sample(mu, law.draw_noise(np.random.default_rng(seed), (n, 4), dtype))
    assert is_plausible_count((z == 0).sum(axis=0), n, law.prob_zero(mu)).all()
    assert is_plausible_count((z == 1).sum(axis=0), n, law.prob_one(mu)).all()
    assert is_plausible_count((z > 0).sum(axis=0), n, law.prob_open(mu)).all()
    np.testing.assert_allclose(law.mean(mu), z.mean(axis=0), atol=deviation(n))


@given(hard_gaussians(), arrays(4))
@many
def test_the_mean_is_its_closed_form(law, mu):
    low, high = -mu / law.sigma, (1 - mu) / law.sigma
    bell = (np.exp(-(low**2) / 2) - np.exp(-(high**2) / 2)) / math.sqrt(2 * math.pi)
    expected = law.sigma * bell + mu * (phi(high) - phi(low)) + 1 - phi(high)
    np.testing.assert_allclose(law.mean(mu), expected, atol=1e-13)


@given(hard_gaussians(), arrays(4))
@few
def test_the_masses_are_normal_probabilities_and_add_up(law, mu):
    zero, one = phi(-mu / law.sigma), phi((mu - 1) / law.sigma)
    np.testing.assert_allclose(law.prob_zero(mu), zero, atol=1e-14)
    np.testing.assert_allclose(law.prob_one(mu), one, atol=1e-14)
    np.testing.assert_allclose(law.prob_open(mu), 1 - zero, atol=1e-14)
    between = law.cdf_gate(mu, np.nextafter(1.0, 0)) - law.cdf_gate(mu, 0.0)
    np.testing.assert_allclose(zero + between + one, 1, atol=1e-12)


def test_the_test_value_is_the_clipped_mean_of_the_noise():
    np.testing.assert_array_equal(LAW.test_value(np.array([-0.5, 0.25, 1.5])), [0, 0.25, 1])


@given(hard_gaussians(), arrays(4), arrays((3, 4), bound=2.0))
@many
def test_the_gradient_of_a_sample_counts_the_examples_that_are_not_clipped(law, mu, noise):
    s_bar = law.sample_stretched(mu, noise)
    grads = value_and_grad(lambda mu: anp.sum(law.sample(mu, noise)))(mu)[1]
    np.testing.assert_array_equal(grads, ((s_bar > 0) & (s_bar < 1)).sum(axis=0))


@pytest.mark.parametrize("method", ["prob_open", "prob_zero", "prob_one", "mean"])
@given(law=hard_gaussians(), mu=arrays(4))
@few
def test_gradients_are_slopes(method, law, mu):
    f = getattr(law, method)
    grads = value_and_grad(lambda mu: anp.sum(f(mu)))(mu)[1]
    np.testing.assert_allclose(grads, slope(f, mu), atol=1e-6)


@pytest.mark.parametrize("method", ["prob_open", "test_value"])
def test_gradients_of_float32_parameters_are_float32(method):
    f = getattr(LAW, method)
    assert value_and_grad(lambda mu: anp.sum(f(mu)))(np.full(3, 0.5, np.float32))[1].dtype == np.float32


@given(drop_rates, seeds, dtypes)
@few
def test_gates_start_at_the_keep_rate(drop_rate, seed, dtype):
    mu = HardGaussian(drop_rate=drop_rate).init(np.random.default_rng(seed), 10_000, dtype)
    assert mu.dtype == dtype
    assert abs(mu.mean(dtype=float) - (1 - drop_rate)) <= 7 * 0.01 / 100
    assert abs(mu.std(dtype=float) / 0.01 - 1) <= 7 / math.sqrt(2 * 10_000)


@pytest.mark.parametrize(
    "parameters",
    [{"sigma": sigma} for sigma in (0.0, -1, math.nan, math.inf)]
    + [{"drop_rate": rate} for rate in (0, 1, math.nan)],
)
def test_parameters_out_of_range_are_refused_in_one_line(parameters):
    ((name, value),) = parameters.items()
    with pytest.raises(InputError, match=f"{name} = {value}") as caught:
        HardGaussian(**parameters)
    assert len(str(caught.value).splitlines()) == 1
