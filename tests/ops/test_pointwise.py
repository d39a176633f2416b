import numpy as np
import pytest
from gradient_checks import (
    assert_close,
    check_against_torch,
    check_float32,
    check_gradients,
    gradients,
    numbers,
    refused,
    rngs,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from l0edu.ops import relu, scale

shapes = st.one_of(st.tuples(*[st.integers(1, 4)] * 2), st.tuples(*[st.integers(1, 4)] * 4))
kinks = np.array([[-2.0, -1e-300, -0.0, 0.0, 1e-300, 2.0]])


@given(rngs, shapes)
@settings(max_examples=25, deadline=None)
def test_the_gradient_of_relu_is_that_of_the_twin_and_of_differences(rng, shape):
    check_gradients(relu, {"x": numbers(rng, *shape)}, ("x",))
    check_float32(relu, {"x": numbers(rng, *shape)}, ("x",))


def test_relu_has_slope_0_up_to_0_and_1_behind():
    gradient = gradients(relu, {"x": kinks}, ("x",), np.ones_like(kinks))["x"]
    np.testing.assert_array_equal(gradient, [[0, 0, 0, 0, 1, 1]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_relu_of_what_is_not_finite(dtype):
    with np.errstate(all="raise"):
        y = relu(np.array([np.nan, np.inf, -np.inf], dtype))
    np.testing.assert_array_equal(y, np.array([np.nan, np.inf, 0], dtype), strict=True)


@pytest.mark.torch
@given(rngs, shapes)
@settings(max_examples=25, deadline=None)
def test_relu_is_torchs_at_its_kink_too(rng, shape):
    torch = pytest.importorskip("torch")
    check_against_torch(relu, torch.relu, {"x": rng.integers(-1, 2, shape) * 1.0}, ("x",), 0)
    check_against_torch(relu, torch.relu, {"x": kinks}, ("x",), 0)


@pytest.mark.parametrize("per_example", [False, True])
@given(rng=rngs, shape=shapes)
@settings(max_examples=25, deadline=None)
def test_gates_for_the_minibatch_or_for_each_example(rng, shape, per_example):
    z = rng.uniform(0, 1, (shape[-1], shape[0]) if per_example else shape[0])
    arguments = {"x": numbers(rng, *shape), "z": z * (z > 0.3)}  # some are exactly 0
    check_gradients(scale, arguments, ("x", "z"))
    check_float32(scale, arguments, ("x", "z"))


@pytest.mark.torch
@pytest.mark.parametrize("per_example", [False, True])
@given(rng=rngs, shape=shapes)
@settings(max_examples=25, deadline=None)
def test_torch_computes_the_same_by_broadcasting(per_example, rng, shape):
    z = rng.uniform(0, 1, (shape[-1], shape[0]) if per_example else shape[0])

    def torch_op(x, z):  # broadcast from behind: (batch, ..., units) times (units,) or (batch, ..., units)
        rows = z.reshape(-1, *[1] * (x.ndim - 2), len(x))
        return (x.movedim(0, -1).movedim(-2, 0) * rows).movedim(0, -2).movedim(-1, 0)

    check_against_torch(scale, torch_op, {"x": numbers(rng, *shape), "z": z}, ("x", "z"))


@given(rngs, shapes)
@settings(max_examples=25, deadline=None)
def test_each_example_has_its_own_row_of_gates(rng, shape):
    x, z = numbers(rng, *shape), rng.uniform(0, 1, (shape[-1], shape[0]))
    alone = [scale(x[..., i : i + 1], z[i]) for i in range(shape[-1])]
    np.testing.assert_array_equal(scale(x, z), np.concatenate(alone, axis=-1))


def test_nothing_passes_a_closed_gate_but_the_gate_still_hears():
    x, z = np.ones((2, 3)), np.array([0.0, 0.5])
    found = gradients(scale, {"x": x, "z": z}, ("x", "z"), np.ones((2, 3)))
    np.testing.assert_array_equal(scale(x, z)[0], 0)
    np.testing.assert_array_equal(found["x"][0], 0)
    assert_close(found["z"], np.array([3.0, 3.0]))


@pytest.mark.parametrize("x_shape", [(4, 3), (4, 2, 2, 3)])
@pytest.mark.parametrize("z_shape", [(), (3,), (5,), (4, 3), (1, 4), (3, 1), (3, 4, 1)])
def test_gates_that_fit_neither_units_nor_examples_are_refused(x_shape, z_shape):
    with refused(r"for 4 units and 3 examples: expected \(4,\), or \(3, 4\)"):
        scale(np.ones(x_shape), np.ones(z_shape))
