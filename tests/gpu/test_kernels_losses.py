"""Do the kernels of the loss, the penalties and relu compute what the plain versions do?"""

import numpy as np
import pytest
from gpu.host_kernels import assert_same, layouts

from l0edu import gaussian, penalty
from l0edu.ops import loss, pointwise

each_dtype = pytest.mark.parametrize("dtype", [np.float32, np.float64])
each_layout = pytest.mark.parametrize("layout", layouts(np.random.default_rng(0), float))
ODD = [[-800.0, 0.0, 800.0], [1e30, 1e30, 1e30], [np.nan, 0.0, 1.0], [0.0, np.nan, -1.0], [np.inf, 0.0, 1.0]]


def of_layout(layout, dtype, seed=0):
    return layouts(np.random.default_rng(seed), dtype)[layout]


@each_dtype
@each_layout
def test_probabilities_of_classes_and_their_logarithms(layout, dtype):
    assert_same(loss.log_softmax, of_layout(layout, dtype))
    assert_same(loss.softmax, of_layout(layout, dtype))


@each_dtype
def test_probabilities_of_classes_at_extreme_places(dtype):
    assert_same(loss.log_softmax, np.array(ODD, dtype))
    assert_same(loss.softmax, np.array(ODD, dtype))


@each_dtype
@each_layout
def test_the_slope_of_relu(layout, dtype):
    assert_same(pointwise.relu_dx, of_layout(layout, dtype), of_layout(layout, dtype, 1))


@each_dtype
def test_the_slope_of_relu_at_extreme_places(dtype):
    g, y = np.array([1, np.nan, np.inf, 1], dtype), np.array([0, 1, 0, np.nan], dtype)
    assert_same(pointwise.relu_dx, g, y)


@each_dtype
@each_layout
def test_one_gradient_for_all_probabilities(layout, dtype):
    assert_same(penalty.evenly, of_layout(layout, dtype), np.array(0.3, dtype), 0.7)


@each_dtype
@pytest.mark.parametrize("so_far", [0.0, 2.5])
def test_a_number_is_added_with_its_weight(so_far, dtype):
    assert_same(penalty.add_times, np.array(0.3, dtype), 0.7, so_far)
    assert_same(penalty.add_times, np.array(0.3, dtype), 0.7, np.array(so_far, dtype))


@each_dtype
@each_layout
@pytest.mark.parametrize("shape", [(3, 4), (3, 1), (1, 4), ()])
def test_squares_of_weights_and_their_slope(shape, layout, dtype):
    W, g = of_layout(layout, dtype), np.array(0.3, dtype)
    p = np.random.default_rng(1).random(shape).astype(dtype)
    assert_same(penalty.each_square, W, p)
    assert_same(penalty.weighted_squares_dW, g, W, p)
    assert_same(penalty.each_square, W, 1.0)
    assert_same(penalty.weighted_squares_dW, g, W, 1.0)


@each_dtype
@each_layout
def test_probabilities_of_gaussian_gates(layout, dtype):
    assert_same(gaussian.normal_cdf, of_layout(layout, dtype))


@each_dtype
def test_probabilities_of_gaussian_gates_at_extreme_places(dtype):
    x = np.array([-40, -9, -0.0, 0, 9, 40, np.inf, -np.inf, np.nan], dtype)
    assert_same(gaussian.normal_cdf, x, scale=0)
