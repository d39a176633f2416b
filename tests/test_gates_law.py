"""Is the hard concrete the law of Section 2.3 and Appendix B: its masses, density, quantiles and numbers?"""

import math

import gate_rounding
import numpy as np
import pytest
from building import HC
from hypothesis import given
from hypothesis import strategies as st
from statistics_bounds import integral
from strategies import dtypes, edge_noise, few, hard_concretes, log_alphas, many, numbers

from l0edu.gates import HardConcrete

BOTH = pytest.mark.parametrize("dtype", [np.float32, np.float64])


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


@given(hard_concretes(), gate_rounding.parameters(), dtypes)
@few
def test_the_density_is_the_stretched_formula_of_appendix_b(law, log_alpha, dtype):
    t = np.linspace(0, 1, 21, dtype=dtype)[:, None]
    density, alpha, t = law.pdf(log_alpha.astype(dtype), t), np.exp(log_alpha), t.astype(float)
    rounding = gate_rounding.of_log_density(law, log_alpha, dtype) if dtype == np.float32 else 1e-11
    s, beta = (t - law.gamma) / (law.zeta - law.gamma), law.beta
    top = beta * alpha * s ** (-beta - 1) * (1 - s) ** (-beta - 1)
    expected = top / (alpha * s**-beta + (1 - s) ** -beta) ** 2 / (law.zeta - law.gamma)
    assert density.dtype == dtype
    np.testing.assert_allclose(density, expected, rtol=rounding, atol=np.finfo(dtype).tiny)


@given(hard_concretes(), gate_rounding.parameters(), numbers(0, 0.5), numbers(0.5, 1), dtypes)
@few
def test_the_density_integrates_to_the_cdf(law, log_alpha, low, high, dtype):
    log_alpha, rounding = log_alpha.astype(dtype), 1e-10
    if dtype == np.float32:  # of the area, which is at most 1, and of the two probabilities
        rounding += gate_rounding.of_log_density(law, log_alpha, dtype)
        rounding += 2 * gate_rounding.of_probability(law, log_alpha, dtype)
    area = integral(lambda t: law.pdf(log_alpha, t.astype(dtype)), low, high)
    between = law.cdf(log_alpha, np.array(high, dtype)) - law.cdf(log_alpha, np.array(low, dtype))
    np.testing.assert_allclose(area, between, atol=rounding)


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


@BOTH
def test_the_cdf_of_the_gate_jumps_by_the_point_masses(dtype):
    log_alpha = np.concatenate([np.linspace(-6, 6, 13), np.linspace(-80, 80, 17)]).astype(dtype)
    below_zero, below_one = np.nextafter(np.array([0, 1], dtype), dtype(-1))
    np.testing.assert_array_equal(HC.cdf_gate(log_alpha, below_zero), np.zeros(30))
    np.testing.assert_array_equal(HC.cdf_gate(log_alpha, dtype(0)), HC.prob_zero(log_alpha))
    eps = np.finfo(dtype).eps
    np.testing.assert_allclose(1 - HC.cdf_gate(log_alpha, below_one), HC.prob_one(log_alpha), atol=45 * eps)
    np.testing.assert_array_equal(HC.cdf_gate(log_alpha, np.array(1, dtype)), np.ones(30))


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
