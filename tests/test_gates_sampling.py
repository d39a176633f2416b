"""Do sampled gates follow their law, wherever its parameters are, and where do gates start?"""

import math

import gate_rounding
import numpy as np
import pytest
from building import HC
from hypothesis import given
from statistics_bounds import assert_follows, deviation, is_plausible_count
from strategies import drop_rates, dtypes, few, hard_concretes, seeds

from l0edu.gates import HardConcrete

BOTH = pytest.mark.parametrize("dtype", [np.float32, np.float64])


# ---- samples follow the law
#
# The bounds of `statistics_bounds`, d = .0146, are not widened for rounding. It moves ranks, counts, means
# by r < 1.4e-4 even in float32 (`gate_rounding`), so that of false alarms, 2 exp(-2 n (d - r)^2), there are
# at most exp(4 n d r) = 1.5 times as many as without rounding.


@given(hard_concretes(), gate_rounding.parameters(shape=1), seeds, dtypes)
@few
def test_stretched_samples_follow_the_cdf(law, log_alpha, seed, dtype):
    log_alpha, u = log_alpha.astype(dtype), law.draw_noise(np.random.default_rng(seed), 50_000, dtype)
    blur = 4 * np.finfo(dtype).eps * (law.zeta - law.gamma)
    assert gate_rounding.of_probability(law, log_alpha, dtype) < 1.4e-4
    assert_follows(law.sample_stretched(log_alpha, u), lambda x: law.cdf(log_alpha, x), blur)


@given(hard_concretes(), gate_rounding.parameters(shape=1), seeds, dtypes)
@few
def test_gates_follow_the_cdf_of_the_gate_on_both_sides_of_its_jumps(law, log_alpha, seed, dtype):
    log_alpha, u = log_alpha.astype(dtype), law.draw_noise(np.random.default_rng(seed), 50_000, dtype)
    assert_follows(law.sample(log_alpha, u), lambda z: law.cdf_gate(log_alpha, z))


@given(hard_concretes(), gate_rounding.parameters(), seeds, dtypes)
@few
def test_exact_zeros_and_ones_are_as_frequent_as_their_point_masses(law, log_alpha, seed, dtype):
    log_alpha, n = log_alpha.astype(dtype), 50_000
    z = law.sample(log_alpha, law.draw_noise(np.random.default_rng(seed), (n, 4), dtype))
    assert is_plausible_count((z == 0).sum(axis=0), n, law.prob_zero(log_alpha)).all()
    assert is_plausible_count((z == 1).sum(axis=0), n, law.prob_one(log_alpha)).all()
    assert is_plausible_count((z > 0).sum(axis=0), n, law.prob_open(log_alpha)).all()


@given(hard_concretes(), gate_rounding.parameters(), seeds, dtypes)
@few
def test_the_mean_is_the_mean_of_samples(law, log_alpha, seed, dtype):
    log_alpha = log_alpha.astype(dtype)
    z = law.sample(log_alpha, law.draw_noise(np.random.default_rng(seed), (50_000, 4), dtype))
    np.testing.assert_allclose(law.mean(log_alpha), z.mean(axis=0, dtype=float), atol=deviation(50_000))


@given(hard_concretes(), gate_rounding.parameters(), dtypes)
@few
def test_the_mean_is_the_midpoint_sum_over_the_noise(law, log_alpha, dtype):
    n = 20_000
    u = (np.arange(n)[:, None] + 0.5) / n
    closest = 1 / (2 * n) + 1e-12  # the midpoint rule on an increasing function from 0 to 1
    closest += gate_rounding.of_mean(law, log_alpha, dtype) if dtype == np.float32 else 0
    mean = law.mean(log_alpha.astype(dtype))
    assert mean.dtype == dtype
    np.testing.assert_allclose(mean, law.sample(log_alpha, u).mean(axis=0), atol=closest)


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
