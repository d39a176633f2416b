"""Does a hard concrete stay in range wherever its parameters are, and is it refused where there is none?"""

import math

import numpy as np
import pytest
from building import HC
from hypothesis import given
from strategies import dtypes, edge_noise, few, hard_concretes, log_alphas, many

from l0edu.errors import InputError
from l0edu.gates import HardConcrete

STRICT = {"over": "raise", "invalid": "raise", "divide": "raise"}
BOTH = pytest.mark.parametrize("dtype", [np.float32, np.float64])


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


@given(hard_concretes(), log_alphas(), dtypes)
@few
def test_the_mean_stays_in_range(law, log_alpha, dtype):
    with np.errstate(**STRICT):
        mean = law.mean(log_alpha.astype(dtype))
    assert mean.dtype == dtype
    assert np.abs(mean.astype(float) - 0.5).max() <= 0.5 + 64 * np.finfo(dtype).eps  # a sum of 64 terms


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
