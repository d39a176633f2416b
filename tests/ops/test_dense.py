import numpy as np
import pytest
from gradient_checks import (
    batch_in_front,
    check_against_torch,
    check_float32,
    check_gradients,
    numbers,
    refused,
    rngs,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from l0edu.ops import affine, flatten


@st.composite
def dense_layers(draw):
    rng, (units, out, N) = draw(rngs), (draw(st.integers(1, 5)) for _ in range(3))
    b = numbers(rng, out) if draw(st.booleans()) else None
    return {"x": numbers(rng, units, N), "W": numbers(rng, out, units), "b": b}


def differentiable(arguments):
    return ("x", "W") if arguments["b"] is None else ("x", "W", "b")


@given(dense_layers())
@settings(max_examples=25, deadline=None)
def test_gradients_are_those_of_the_twin_and_of_differences(arguments):
    check_gradients(affine, arguments, differentiable(arguments))
    check_float32(affine, arguments, differentiable(arguments))


@pytest.mark.torch
@given(dense_layers())
@settings(max_examples=25, deadline=None)
def test_torch_computes_the_same(arguments):
    F = pytest.importorskip("torch.nn.functional")
    torch_op = batch_in_front(lambda x, W, b: F.linear(x, W, b))
    check_against_torch(affine, torch_op, arguments, differentiable(arguments))


@given(rngs, st.tuples(*[st.integers(1, 4)] * 4))
@settings(max_examples=25, deadline=None)
def test_flattening_puts_the_gradient_back_where_it_came_from(rng, shape):
    check_gradients(flatten, {"x": numbers(rng, *shape)}, ("x",))


@pytest.mark.torch
def test_flattened_units_are_in_the_order_of_torch():
    x = np.arange(2.0 * 3 * 4 * 5).reshape(2, 3, 4, 5)
    check_against_torch(flatten, batch_in_front(lambda x: x.flatten(1)), {"x": x}, ("x",), 0)


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        (((4,), (2, 4), (2,)), r"x \(4,\) and W \(2, 4\) must be"),
        (((4, 3), (4,), (2,)), "must be"),
        (((4, 1, 1, 3), (2, 4), (2,)), "must be"),
        (((3, 4), (2, 4), (2,)), "must be"),
        (((4, 3), (2, 4), (3,)), "each of the 2 rows of W"),
        (((4, 3), (2, 4), (2, 1)), "each of the 2 rows of W"),
    ],
)
def test_what_does_not_fit_is_refused(shapes, message):
    with refused(message):
        affine(*map(np.zeros, shapes))
