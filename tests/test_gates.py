"""Is the hard concrete the law of Section 2.3 and Appendix B, wherever its parameters are?"""

import math
from dataclasses import dataclass
from typing import ClassVar

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statistics_bounds import assert_follows, deviation, integral, is_plausible_count, slope
from strategies import (
    arrays,
    drop_rates,
    dtypes,
    edge_noise,
    few,
    hard_concretes,
    log_alphas,
    many,
    noises,
    seeds,
)

from l0edu.concrete import logit, sigmoid
from l0edu.errors import InputError
from l0edu.gates import HardConcrete, RectifiedLaw, hard_sigmoid
from l0edu.gradient import value_and_grad

STRICT = {"over": "raise", "invalid": "raise", "divide": "raise"}
BOTH = pytest.mark.parametrize("dtype", [np.float32, np.float64])
HC = HardConcrete()


def in_unit_interval(*values):
    return all(((v >= 0) & (v <= 1)).all() for v in values)


# ---- no parameter and no noise breaks a method


@given(hard_concretes(), log_alphas(), dtypes)
@many
def test_samples_stay_in_range_at_every_edge_of_the_noise(law, log_alpha, dtype):
    log_alpha, u = log_alpha.astype(dtype), edge_noise(dtype)
    with np.errstate(**STRICT):
        z, s_bar = law.sample(log_alpha, u), law.sample_stretched(log_alpha, u)
    rounding = 4 * np.finfo(dtype).eps
    assert z.dtype == s_bar.dtype == dtype
    assert in_unit_interval(z, (s_bar - law.gamma + rounding) / (law.zeta - law.gamma + 2 * rounding))


@given(hard_concretes(), log_alphas(), dtypes)
@many
def test_probabilities_and_test_values_stay_in_range(law, log_alpha, dtype):
    log_alpha = log_alpha.astype(dtype)
    with np.errstate(**STRICT):
        values = [law.prob_open(log_alpha), law.prob_zero(log_alpha), law.prob_one(log_alpha)]
        values += [law.test_value(log_alpha), law.test_value(log_alpha, tempered=True)]
    assert {v.dtype for v in values} == {np.dtype(dtype)}
    assert in_unit_interval(*values)


@given(hard_concretes(), log_alphas(), dtypes)
@many
def test_the_cdf_and_its_kin_stay_in_range_on_the_whole_line(law, log_alpha, dtype):
    log_alpha = log_alpha.astype(dtype)
    points = np.array([-2, law.gamma, 0, 1e-30, 0.5, 1, law.zeta, 3], dtype)[:, None]
    with np.errstate(**STRICT):
        values = [f(log_alpha, points) for f in (law.cdf, law.survival, law.cdf_gate)]
        density = law.pdf(log_alpha, points)
    assert {v.dtype for v in (*values, density)} == {np.dtype(dtype)}
    assert in_unit_interval(*values)
    assert (np.isfinite(density) & (density >= 0)).all()


@given(hard_concretes(), log_alphas())
@few
def test_the_mean_stays_in_range(law, log_alpha):
    with np.errstate(**STRICT):
        mean = law.mean(log_alpha)
    assert np.abs(mean - 0.5).max() <= 0.5 + 1e-12


@pytest.mark.parametrize("method", ["prob_open", "prob_zero", "prob_one", "test_value", "mean"])
@BOTH
def test_a_function_of_log_alpha_keeps_its_dtype_and_shape(method, dtype):
    value = getattr(HC, method)(np.zeros((2, 3), dtype))
    assert value.dtype == dtype
    assert value.shape == (2, 3)


@pytest.mark.parametrize(
    "method", ["sample", "sample_stretched", "cdf", "survival", "pdf", "quantile", "cdf_gate"]
)
def test_a_python_float_as_second_argument_does_not_decide_the_dtype(method):
    value = getattr(HC, method)(np.zeros(3, np.float32), 0.25)
    assert value.dtype == np.float32
    assert value.shape == (3,)


@pytest.mark.parametrize("name", ["beta", "gamma", "zeta"])
def test_a_numpy_number_as_hyperparameter_does_not_decide_the_dtype(name):
    law = HardConcrete(**{name: np.float64(getattr(HC, name))})
    log_alpha = np.zeros(3, np.float32)
    assert law.sample(log_alpha, log_alpha + 0.25).dtype == np.float32
    assert law.prob_open(log_alpha).dtype == np.float32


# ---- samples follow the law


@given(hard_concretes(), log_alphas(bound=6.0, shape=1), seeds, dtypes)
@few
def test_stretched_samples_follow_the_cdf(law, log_alpha, seed, dtype):
    log_alpha, u = log_alpha.astype(dtype), law.draw_noise(np.random.default_rng(seed), 50_000, dtype)
    blur = 4 * np.finfo(dtype).eps * (law.zeta - law.gamma)
    assert_follows(law.sample_stretched(log_alpha, u), lambda x: law.cdf(log_alpha, x), blur)


@given(hard_concretes(), log_alphas(bound=6.0, shape=1), seeds, dtypes)
@few
def test_gates_follow_the_cdf_of_the_gate_on_both_sides_of_its_jumps(law, log_alpha, seed, dtype):
    log_alpha, u = log_alpha.astype(dtype), law.draw_noise(np.random.default_rng(seed), 50_000, dtype)
    assert_follows(law.sample(log_alpha, u), lambda z: law.cdf_gate(log_alpha, z))


@given(hard_concretes(), log_alphas(bound=12.0), seeds, dtypes)
@few
def test_exact_zeros_and_ones_are_as_frequent_as_their_point_masses(law, log_alpha, seed, dtype):
    log_alpha, n = log_alpha.astype(dtype), 50_000
    z = law.sample(log_alpha, law.draw_noise(np.random.default_rng(seed), (n, 4), dtype))
    assert is_plausible_count((z == 0).sum(axis=0), n, law.prob_zero(log_alpha)).all()
    assert is_plausible_count((z == 1).sum(axis=0), n, law.prob_one(log_alpha)).all()
    assert is_plausible_count((z > 0).sum(axis=0), n, law.prob_open(log_alpha)).all()


@given(hard_concretes(), log_alphas(bound=12.0), seeds)
@few
def test_the_mean_is_the_mean_of_samples(law, log_alpha, seed):
    z = law.sample(log_alpha, law.draw_noise(np.random.default_rng(seed), (50_000, 4)))
    np.testing.assert_allclose(law.mean(log_alpha), z.mean(axis=0), atol=deviation(50_000))


@given(hard_concretes(), log_alphas(bound=12.0))
@few
def test_the_mean_is_the_midpoint_sum_over_the_noise(law, log_alpha):
    n = 20_000
    u = (np.arange(n)[:, None] + 0.5) / n
    closest = 1 / (2 * n) + 1e-12  # the midpoint rule on an increasing function from 0 to 1
    np.testing.assert_allclose(law.mean(log_alpha), law.sample(log_alpha, u).mean(axis=0), atol=closest)


# ---- identities of the law


@given(hard_concretes(), log_alphas(), dtypes)
@many
def test_the_masses_of_zero_between_and_one_add_up(law, log_alpha, dtype):
    log_alpha = log_alpha.astype(dtype)
    zero, one, opened = law.prob_zero(log_alpha), law.prob_one(log_alpha), law.prob_open(log_alpha)
    near_one = np.nextafter(dtype(1), dtype(0))
    between = law.cdf_gate(log_alpha, near_one) - law.cdf_gate(log_alpha, dtype(0))
    tolerance = 500 * np.finfo(dtype).eps
    np.testing.assert_allclose(zero + between + one, 1, atol=tolerance)
    np.testing.assert_allclose(zero + opened, 1, atol=tolerance)


@given(hard_concretes(), log_alphas(), dtypes)
@many
def test_the_penalty_is_the_survival_at_zero_to_all_digits(law, log_alpha, dtype):
    log_alpha = log_alpha.astype(dtype)
    expected = 1 / (1 + np.exp(law.beta * np.log(-law.gamma / law.zeta) - log_alpha.astype(float)))
    tolerance = 200 * np.finfo(dtype).eps
    np.testing.assert_allclose(law.prob_open(log_alpha), expected, rtol=tolerance)
    np.testing.assert_allclose(law.survival(log_alpha, dtype(0)), expected, rtol=tolerance)


@given(hard_concretes(), log_alphas(bound=5.0))
@few
def test_the_density_is_the_stretched_formula_of_appendix_b(law, log_alpha):
    alpha, t = np.exp(log_alpha), np.linspace(0, 1, 21)[:, None]
    s, beta = (t - law.gamma) / (law.zeta - law.gamma), law.beta
    top = beta * alpha * s ** (-beta - 1) * (1 - s) ** (-beta - 1)
    expected = top / (alpha * s**-beta + (1 - s) ** -beta) ** 2 / (law.zeta - law.gamma)
    np.testing.assert_allclose(law.pdf(log_alpha, t), expected, rtol=1e-11)


@given(hard_concretes(), log_alphas(bound=6.0), st.floats(0, 0.5), st.floats(0.5, 1))
@few
def test_the_density_integrates_to_the_cdf(law, log_alpha, low, high):
    area = integral(lambda t: law.pdf(log_alpha, t), low, high)
    between = law.cdf(log_alpha, np.array(high)) - law.cdf(log_alpha, np.array(low))
    np.testing.assert_allclose(area, between, atol=1e-10)


@given(hard_concretes(), log_alphas())
@few
def test_beyond_the_stretch_there_is_no_mass(law, log_alpha):
    low, high = np.array(law.gamma - 0.1), np.array(law.zeta + 0.1)
    assert (law.cdf(log_alpha, low) == 0).all()
    assert (law.survival(log_alpha, high) == 0).all()
    assert (law.pdf(log_alpha, low) == 0).all()
    assert (law.pdf(log_alpha, high) == 0).all()


@given(log_alphas(bound=6.0), dtypes, st.floats(2 / 3, 3.0))
@many
def test_the_quantile_inverts_the_cdf(log_alpha, dtype, beta):
    # for beta < 2/3 many quantiles round to gamma or zeta, the poles of the density: see the next test
    law, p = HardConcrete(beta), np.linspace(0.01, 0.99, 99, dtype=dtype)[:, None]
    log_alpha = log_alpha.astype(dtype)
    back = law.cdf(log_alpha, law.quantile(log_alpha, p))
    assert np.abs(back - p).max() <= (1e-10 if dtype == np.float64 else 5e-3)


@given(hard_concretes(), log_alphas(), dtypes)
@many
def test_the_quantile_is_right_up_to_the_rounding_of_s_bar_everywhere(law, log_alpha, dtype):
    log_alpha, p = log_alpha.astype(dtype), edge_noise(dtype)
    x, eps = law.quantile(log_alpha, p), np.finfo(dtype).eps
    blur = dtype(4 * eps * (law.zeta - law.gamma))
    assert np.isfinite(x).all()
    assert (law.cdf(log_alpha, x - blur) <= p + 200 * eps).all()
    assert (law.cdf(log_alpha, x + blur) >= p - 200 * eps).all()


@given(hard_concretes(), log_alphas(), dtypes)
@few
def test_the_quantile_and_the_cdf_never_decrease(law, log_alpha, dtype):
    log_alpha, grid = log_alpha.astype(dtype), np.linspace(0, 1, 101, dtype=dtype)[:, None]
    rounding = 4 * np.finfo(dtype).eps
    assert (np.diff(law.quantile(log_alpha, grid), axis=0) >= -rounding).all()
    assert (np.diff(law.cdf_gate(log_alpha, grid), axis=0) >= -rounding).all()


def test_the_cdf_of_the_gate_jumps_by_the_point_masses():
    log_alpha = np.linspace(-6, 6, 13)
    before_one = HC.cdf_gate(log_alpha, np.nextafter(1.0, -1))
    np.testing.assert_array_equal(HC.cdf_gate(log_alpha, np.nextafter(0.0, -1)), np.zeros(13))
    np.testing.assert_array_equal(HC.cdf_gate(log_alpha, 0.0), HC.prob_zero(log_alpha))
    np.testing.assert_allclose(1 - before_one, HC.prob_one(log_alpha), atol=1e-14)
    np.testing.assert_array_equal(HC.cdf_gate(log_alpha, np.array(1.0)), np.ones(13))


# ---- numbers computed once and for all, with beta = 2/3, gamma = -0.1, zeta = 1.1

REFERENCE = """
    -4.605   .9529  .0471  .0020  0      0      .0131
    -3.000   .8024  .1976  .0100  0      0      .0604
    -2.398   .6898  .3102  .0180  0      0      .1027
    -1.599   .5001  .4999  .0393  .1017  0      .1942
    -1.000   .3547  .6453  .0692  .2227  .1189  .2929
     0.000   .1682  .8318  .1682  .5000  .5000  .5000
     0.8473  .0797  .9203  .3205  .7400  .8371  .6781
     1.386   .0481  .9519  .4471  .8599  .9666  .7736
     2.398   .0180  .9820  .6898  1      1      .8973
     4.605   .0020  .9980  .9529  1      1      .9869
"""  # log_alpha, P(z = 0), P(z != 0), P(z = 1), test value, median, mean


@pytest.mark.parametrize("row", REFERENCE.strip().splitlines(), ids=lambda row: row.split()[0])
def test_the_table_of_reference_values(row):
    log_alpha, *expected = (np.array([float(number)]) for number in row.split())
    values = [HC.prob_zero, HC.prob_open, HC.prob_one, HC.test_value]
    values = [f(log_alpha) for f in values] + [HC.sample(log_alpha, np.array([0.5])), HC.mean(log_alpha)]
    np.testing.assert_allclose(values, expected, atol=5.0001e-5)


def test_half_of_the_mass_of_figure_2_is_at_zero_and_at_one():
    law, log_alpha = HardConcrete(beta=0.5), np.zeros(1)
    np.testing.assert_allclose(law.prob_zero(log_alpha), 0.2317, atol=5e-5)
    np.testing.assert_allclose(law.prob_one(log_alpha), 0.2317, atol=5e-5)


@given(hard_concretes(), st.booleans())
@many
def test_the_test_value_reaches_zero_and_one_at_the_closed_form_thresholds(law, tempered):
    scale = law.beta if tempered else 1.0
    closing, opening = -math.log(-law.zeta / law.gamma), math.log((1 - law.gamma) / (law.zeta - 1))
    step = np.array([-1e-6, 1e-6])
    closed = law.test_value(scale * (closing + step), tempered)
    opened = law.test_value(scale * (opening + step), tempered)
    assert (closed == 0).tolist() == [True, False]
    assert (opened == 1).tolist() == [False, True]


def test_at_the_threshold_of_the_test_value_the_gate_is_still_open_three_times_in_ten():
    log_alpha = np.array([math.log(0.1 / 1.1)])
    assert HC.test_value(log_alpha - 1e-9) == 0
    assert HC.prob_open(log_alpha).round(2) == 0.31


# ---- refusals


@pytest.mark.parametrize(
    "gamma_and_zeta", [(0.0, 1.1), (0.1, 1.1), (-0.1, 1.0), (-0.1, 0.9), (math.nan, 1.1), (-0.1, math.inf)]
)
def test_a_stretch_that_does_not_reach_beyond_zero_and_one_is_refused(gamma_and_zeta):
    gamma, zeta = gamma_and_zeta
    with pytest.raises(InputError, match="needed is gamma < 0 and zeta > 1") as caught:
        HardConcrete(gamma=gamma, zeta=zeta)
    assert f"gamma = {gamma}, zeta = {zeta}" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_the_swapped_ends_that_slides_print_are_recognised():
    with pytest.raises(InputError, match=r"slides about this paper print .* swapped") as caught:
        HardConcrete(gamma=1.1, zeta=-0.1)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("beta", [0, -2 / 3, math.nan, math.inf])
def test_a_temperature_that_is_not_positive_is_refused(beta):
    with pytest.raises(InputError, match="temperature must be positive") as caught:
        HardConcrete(beta=beta)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("drop_rate", [0, 1, -0.1, 1.5, math.nan])
def test_a_drop_rate_of_zero_is_refused_rather_than_replaced(drop_rate):
    # the authors' released code turns a drop rate of 0 silently into .5
    with pytest.raises(InputError, match="strictly between 0 and 1") as caught:
        HardConcrete(drop_rate=drop_rate)
    assert str(drop_rate) in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


# ---- gradients


def textbook_sample(law, log_alpha, u):
    """Eqs. 10 and 11 in autograd.numpy, which derives the gradient on its own."""
    s = 1 / (1 + anp.exp(-(anp.log(u) - anp.log(1 - u) + log_alpha) / law.beta))
    return anp.clip(s * (law.zeta - law.gamma) + law.gamma, 0, 1)


def is_away_from_kinks(s_bar):
    return (np.abs(s_bar) > 1e-4) & (np.abs(s_bar - 1) > 1e-4)


@given(hard_concretes(), log_alphas(bound=5.0), noises((3, 4), inside=0.05))
@many
def test_the_gradient_of_a_sample_is_what_autograd_derives(law, log_alpha, u):
    weights = np.arange(1.0, 13).reshape(3, 4) * is_away_from_kinks(law.sample_stretched(log_alpha, u))
    grads = value_and_grad(lambda x: anp.sum(weights * law.sample(x, u)))(log_alpha)[1]
    expected = autograd.grad(lambda x: anp.sum(weights * textbook_sample(law, x, u)))(log_alpha)
    np.testing.assert_allclose(grads, expected, atol=1e-9)


@given(hard_concretes(), log_alphas(bound=5.0), noises(4, inside=0.05))
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


@given(hard_concretes(), log_alphas(bound=5.0), noises((5, 4)))
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


@given(hard_concretes(), log_alphas(bound=5.0))
@few
def test_the_gradient_of_the_penalty_is_its_slope(law, log_alpha):
    grads = value_and_grad(lambda x: anp.sum(law.prob_open(x)))(log_alpha)[1]
    np.testing.assert_allclose(grads, slope(law.prob_open, log_alpha), atol=1e-7)


@given(hard_concretes(), log_alphas(bound=8.0), st.booleans())
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


# ---- noise and initial values


class RiggedGenerator:
    """Stands for a generator whose uniform draws are all one number."""

    def __init__(self, number):
        self.number = number

    def random(self, shape, dtype):
        return np.full(shape, self.number, dtype)


@BOTH
@pytest.mark.parametrize("edge", [0.0, 1.0])
def test_noise_is_strictly_inside_the_unit_interval_whatever_the_generator_draws(edge, dtype):
    rigged = RiggedGenerator(np.nextafter(dtype(edge), dtype(0)))  # 0 itself, or the largest draw below 1
    u = HC.draw_noise(rigged, (3,), dtype)
    assert u.dtype == dtype
    assert ((u > 0) & (u < 1)).all()
    assert np.abs(u - edge).max() <= 4 * np.finfo(dtype).eps


@given(seeds, dtypes)
@few
def test_noise_is_uniform(seed, dtype):
    u = HC.draw_noise(np.random.default_rng(seed), (100, 100), dtype)
    assert u.shape == (100, 100)
    assert_follows(u.ravel(), lambda x: np.clip(x, 0, 1))


@given(drop_rates, seeds, dtypes)
@few
def test_gates_start_where_the_sigmoid_is_the_keep_rate(drop_rate, seed, dtype):
    n = 10_000
    log_alpha = HardConcrete(drop_rate=drop_rate).init(np.random.default_rng(seed), n, dtype)
    assert log_alpha.dtype == dtype
    assert abs(log_alpha.mean(dtype=float) - math.log((1 - drop_rate) / drop_rate)) <= 7 * 0.01 / n**0.5
    assert abs(log_alpha.std(dtype=float) / 0.01 - 1) <= 7 / (2 * n) ** 0.5


def test_initial_values_are_float32_of_any_shape_unless_asked_otherwise():
    log_alpha = HC.init(np.random.default_rng(0), (2, 3))
    assert log_alpha.shape == (2, 3)
    assert log_alpha.dtype == np.float32


# ---- a law of one's own


@dataclass(frozen=True)
class HardLogistic(RectifiedLaw):
    """A third law, with nothing but what `RectifiedLaw` asks for: s_bar = mu + logistic noise / 4."""

    parameter: ClassVar[str] = "mu"
    drop_rate: float = 0.5

    def draw_noise(self, rng, shape, dtype=np.float64):
        return (logit(rng.random(shape)) / 4).astype(dtype)

    def sample_stretched(self, phi, noise):
        return phi + noise

    def cdf(self, phi, s_bar):
        return sigmoid(4 * (s_bar - phi))

    def noiseless(self, phi):
        return phi

    def init(self, rng, n, dtype=np.float32):
        return rng.normal(1 - self.drop_rate, 0.01, n).astype(dtype)


OWN = HardLogistic()


def test_a_law_that_lacks_a_method_cannot_be_made():
    class Unfinished(RectifiedLaw):
        def cdf(self, phi, s_bar):
            return s_bar

    with pytest.raises(TypeError, match="abstract"):
        Unfinished()


@given(log_alphas(bound=2.0, shape=1), seeds)
@few
def test_the_gates_of_a_law_of_ones_own_follow_its_cdf(phi, seed):
    z = OWN.sample(phi, OWN.draw_noise(np.random.default_rng(seed), 50_000))
    assert_follows(z, lambda x: OWN.cdf_gate(phi, x))
    assert is_plausible_count((z == 0).sum(), z.size, OWN.prob_zero(phi)).all()
    assert is_plausible_count((z > 0).sum(), z.size, OWN.prob_open(phi)).all()
    assert is_plausible_count((z == 1).sum(), z.size, OWN.prob_one(phi)).all()
    assert abs(OWN.mean(phi) - z.mean()) <= deviation(z.size)


@given(log_alphas(bound=2.0))
@few
def test_the_mean_of_a_law_of_ones_own_is_its_closed_form(phi):
    # the integral of 1 / (1 + exp(4 (t - phi))) over t from 0 to 1
    expected = (np.logaddexp(0, 4 * phi) - np.logaddexp(0, 4 * (phi - 1))) / 4
    np.testing.assert_allclose(OWN.mean(phi), expected, rtol=1e-12)


@pytest.mark.parametrize("method", ["prob_open", "prob_zero", "prob_one", "mean", "test_value"])
def test_what_follows_from_a_law_of_ones_own_is_differentiable(method):
    phi, f = np.array([-0.7, 0.2, 0.6, 1.3]), getattr(OWN, method)
    grads = value_and_grad(lambda x: anp.sum(f(x)))(phi)[1]
    np.testing.assert_allclose(grads, slope(f, phi), atol=1e-8)


def test_the_gates_of_a_law_of_ones_own_are_differentiable():
    phi, noise = np.array([-0.7, 0.2, 0.6, 1.3]), np.array([[0.1, 0.1, 0.1, -0.9], [0.8, -0.3, 0.0, 0.4]])
    grads = value_and_grad(lambda x: anp.sum(OWN.sample(x, noise)))(phi)[1]
    np.testing.assert_array_equal(grads, [1, 1, 2, 1])


@pytest.mark.parametrize("name", ["mean", "prob_zero", "prob_one"])
def test_what_cannot_be_differentiated_says_what_can(name):
    with pytest.raises(InputError, match="prob_open is"):
        value_and_grad(lambda x: anp.sum(getattr(HardConcrete(), name)(x)))(np.zeros(2))
