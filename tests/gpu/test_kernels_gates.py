"""Do the kernels of the gates compute what the plain versions do?"""

import gpu.host_kernels as host
import numpy as np
import pytest
from gpu.host_kernels import assert_same, both, layouts

from l0edu import concrete, gates
from l0edu.gpu import kernels

BETA, GAMMA, ZETA = 2 / 3, -0.1, 1.1
EXTREME = [-800.0, -100.0, -3.0, -0.0, 0.0, 1e-30, 3.0, 100.0, 800.0, np.inf, -np.inf, np.nan]

each_dtype = pytest.mark.parametrize("dtype", [np.float32, np.float64])
each_layout = pytest.mark.parametrize("layout", layouts(np.random.default_rng(0), float))


def uniform(x):
    """Numbers in (0, 1) in the layout of x."""
    return (np.arctan(x, out=x) if x.flags.writeable else np.arctan(x)) / 4 + 0.5


def of_layout(layout, dtype, seed=0):
    return layouts(np.random.default_rng(seed), dtype)[layout]


@each_dtype
@each_layout
def test_gates_are_sampled_alike_whatever_the_layout(layout, dtype):
    log_alpha, u = of_layout(layout, dtype), uniform(of_layout(layout, dtype, 1))
    assert_same(gates.hard_concrete, log_alpha, u, BETA, GAMMA, ZETA)
    assert_same(gates.hard_concrete, log_alpha[0], u, BETA, GAMMA, ZETA)


@each_dtype
def test_gates_are_sampled_alike_at_extreme_places(dtype):
    edges = [0.0, 5e-324, 1e-45, np.finfo(dtype).tiny, 1e-7, 0.5, 1 - np.finfo(dtype).epsneg, 1.0, np.nan]
    log_alpha, u = np.array(EXTREME, dtype)[:, None], np.array(edges, dtype)
    assert_same(gates.hard_concrete, log_alpha, u, BETA, GAMMA, ZETA)
    plain, kernel = both(gates.hard_concrete, log_alpha, u, BETA, GAMMA, ZETA)
    for exactly in (0, 1):
        np.testing.assert_array_equal(kernel[0] == exactly, plain[0] == exactly)


@each_dtype
@each_layout
def test_the_slope_of_a_gate(layout, dtype):
    g, z = of_layout(layout, dtype), np.clip(of_layout(layout, dtype, 1), 0, 1)
    assert_same(gates.hard_concrete_slope, g, z, BETA, GAMMA, ZETA)


@each_dtype
def test_the_slope_is_exactly_zero_at_a_clipped_gate_and_nan_stays_nan(dtype):
    z = np.array([0, 1, 0.5, np.nan, 0, 1e-40], dtype)
    g = np.array([1, -1, np.nan, 1, np.inf, 1], dtype)
    assert_same(gates.hard_concrete_slope, g, z, BETA, GAMMA, ZETA)
    slope = kernels.hard_concrete_slope(host, g, z, BETA, GAMMA, ZETA)
    assert slope[:2].tolist() == [0, 0]
    assert np.isnan(slope[2:5]).all()


@each_dtype
@each_layout
def test_probabilities_and_their_gradient(layout, dtype):
    log_alpha, g = of_layout(layout, dtype), of_layout(layout, dtype, 1)
    assert_same(concrete.sigmoid, log_alpha)
    assert_same(gates.open_probability, log_alpha, -1.6)
    assert_same(gates.open_probability_dlog_alpha, g, log_alpha, -1.6)


@each_dtype
def test_probabilities_at_extreme_places(dtype):
    log_alpha = np.array(EXTREME, dtype)
    assert_same(concrete.sigmoid, log_alpha, scale=0)
    assert_same(gates.open_probability, log_alpha, -1.6, scale=0)
    assert_same(gates.open_probability_dlog_alpha, np.ones_like(log_alpha), log_alpha, -1.6, scale=0)


@each_dtype
@pytest.mark.parametrize("shape", [(), (0,), (0, 3)])
def test_one_gate_and_none_at_all(shape, dtype):
    log_alpha = np.full(shape, 0.3, dtype)
    assert kernels.hard_concrete(host, log_alpha, log_alpha, BETA, GAMMA, ZETA).shape == shape
    assert kernels.sigmoid(host, log_alpha).shape == shape
