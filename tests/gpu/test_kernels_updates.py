"""Do the kernels of the optimizers update parameters as the plain versions do?"""

import numpy as np
import pytest
from gpu.host_kernels import assert_same, both

from l0edu.averaging import decay_and_add
from l0edu.optim import adam_rule_in_place, sgd_rule_in_place

each_dtype = pytest.mark.parametrize("dtype", [np.float32, np.float64])
each_stride = pytest.mark.parametrize("stride", [1, 2, -1])


def buffers(count, dtype, stride=1, size=101):
    rng = np.random.default_rng(0)
    return [np.abs(rng.normal(size=size)).astype(dtype)[::stride] for _ in range(count)]


@each_dtype
@each_stride
@pytest.mark.parametrize("t", [1, 10, 100_000])
def test_adam(t, stride, dtype):
    p, g, g_sum, g2_sum, work = buffers(5, dtype, stride)
    plain, kernel = both(adam_rule_in_place, p, g, g_sum, g2_sum, work, t, 1e-3, 0.9, 0.999, 1e-8)
    for found, expected in zip(kernel[:4], plain[:4], strict=True):  # but for what is in `work`
        np.testing.assert_allclose(found, expected, rtol=4 * np.finfo(dtype).eps)


@each_dtype
@each_stride
@pytest.mark.parametrize("nesterov", [False, True])
def test_sgd(nesterov, stride, dtype):
    p, g, v, work = buffers(4, dtype, stride)
    plain, kernel = both(sgd_rule_in_place, p, g, v, work, 0.1, 0.9, nesterov)
    for found, expected in zip(kernel[:3], plain[:3], strict=True):
        np.testing.assert_allclose(found, expected, rtol=8 * np.finfo(dtype).eps, atol=1e-7)


@each_dtype
@each_stride
def test_averaging(stride, dtype):
    total, p = buffers(2, dtype, stride)
    assert_same(decay_and_add, total, p, 0.999, ulps=1)


@each_dtype
def test_a_parameter_without_a_gradient_ever_stays_where_it_is(dtype):
    p, zero = np.ones(3, dtype), np.zeros(3, dtype)
    _, kernel = both(adam_rule_in_place, p, zero, zero, zero, zero, 1, 1e-3, 0.9, 0.999, 1e-8)
    assert kernel[0].tolist() == [1, 1, 1]


@each_dtype
def test_nan_and_infinity_spread_alike(dtype):
    g = np.array([np.nan, np.inf, -np.inf, 1], dtype)
    p, g_sum, g2_sum, work = (np.ones(4, dtype) for _ in range(4))
    plain, kernel = both(adam_rule_in_place, p, g, g_sum, g2_sum, work, 1, 1e-3, 0.9, 0.999, 1e-8)
    for found, expected in zip(kernel[:4], plain[:4], strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_no_parameters_at_all():
    empty = np.ones(0)
    assert both(decay_and_add, empty, empty, 0.9)[1][0].shape == (0,)
