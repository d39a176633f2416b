import numpy as np
import pytest
from gradient_checks import (
    batch_in_front,
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

from l0edu.ops import max_pool, mean_pool

both = pytest.mark.parametrize("op", [max_pool, mean_pool], ids=lambda op: op.__name__)


@st.composite
def images(draw, ties=False):
    """Images and a window, with ragged edges; with `ties` the pixels are small integers."""
    rng, k = draw(rngs), draw(st.integers(1, 3))
    shape = [draw(st.integers(low, low + 3)) for low in (1, k, k, 1)]
    if ties:
        return {"x": rng.integers(-1, draw(st.integers(0, 2)), shape) * 1.0, "k": k}
    return {"x": numbers(rng, *shape), "k": k}


@both
@given(arguments=images())
@settings(max_examples=40, deadline=None)
def test_gradients_are_those_of_the_twin_and_of_differences(op, arguments):
    check_gradients(op, arguments, ("x",))
    check_float32(op, arguments, ("x",))


def torch_twin(op):
    F = pytest.importorskip("torch.nn.functional")
    return batch_in_front({"max_pool": F.max_pool2d, "mean_pool": F.avg_pool2d}[op.__name__])


@pytest.mark.torch
@both
@given(arguments=images())
@settings(max_examples=25, deadline=None)
def test_torch_computes_the_same(op, arguments):
    x, k = arguments["x"], arguments["k"]
    check_against_torch(lambda x: op(x, k), lambda x: torch_twin(op)(x, k), {"x": x}, ("x",))


@pytest.mark.torch
@given(images(ties=True))
@settings(max_examples=40, deadline=None)
def test_torch_gives_the_gradient_to_the_same_of_the_pixels_that_tie(arguments):
    x, k = arguments["x"], arguments["k"]
    check_against_torch(lambda x: max_pool(x, k), lambda x: torch_twin(max_pool)(x, k), {"x": x}, ("x",), 0)


def test_among_equal_pixels_the_first_in_reading_order_gets_the_gradient():
    found = gradients(max_pool, {"x": np.ones((1, 4, 4, 1)), "k": 2}, ("x",), np.ones((1, 2, 2, 1)))["x"]
    np.testing.assert_array_equal(found[0, :, :, 0], [[1, 0, 1, 0], [0, 0, 0, 0]] * 2)


def first_of_equals(g, x, k):
    """The gradient of max_pool, one window after the other."""
    dx = np.zeros_like(x)
    for c, i, j, n in np.ndindex(g.shape):
        window = (c, slice(k * i, k * i + k), slice(k * j, k * j + k), n)
        dx[window].flat[x[window].argmax()] = g[c, i, j, n]  # argmax is the first, too
    return dx


@given(images(ties=True), rngs)
@settings(max_examples=40, deadline=None)
def test_the_gradient_is_that_of_every_window_by_itself(arguments, rng):
    x, k = arguments["x"], arguments["k"]
    y = max_pool(x, k)
    g = rng.normal(size=y.shape)
    found = gradients(max_pool, arguments, ("x",), g)["x"]
    np.testing.assert_array_equal(found, first_of_equals(g, x, k))


@pytest.mark.parametrize("op", [max_pool, mean_pool])
def test_a_nan_is_not_lost(op):
    x = np.zeros((1, 4, 4, 1))
    x[0, 3, 2] = np.nan
    np.testing.assert_array_equal(op(x, 2)[0, :, :, 0], [[0, 0], [0, np.nan]])


@given(images(ties=True))
@settings(max_examples=25, deadline=None)
def test_each_window_passes_on_its_whole_gradient_to_one_pixel(arguments):
    y = max_pool(**arguments)
    found = gradients(max_pool, arguments, ("x",), np.ones_like(y))["x"]
    assert found.sum() == y.size == np.count_nonzero(found)


@both
@given(arguments=images())
@settings(max_examples=25, deadline=None)
def test_pixels_that_fill_no_window_have_no_gradient(op, arguments):
    k, x = arguments["k"], arguments["x"]
    h, w = x.shape[1] // k * k, x.shape[2] // k * k
    found = gradients(op, arguments, ("x",), np.ones_like(op(**arguments)))["x"]
    assert not found[:, h:].any()
    assert not found[:, :, w:].any()


@both
@pytest.mark.parametrize(
    ("shape", "k", "message"),
    [
        ((4, 3), 2, r"got shape \(4, 3\)"),
        ((4, 4, 4), 2, r"got shape \(4, 4, 4\)"),
        ((1, 4, 1, 1), 2, "does not fit an image of 4 x 1"),
        ((1, 4, 4, 1), 5, "5 x 5 window does not fit"),
        ((1, 4, 4, 1), 0, "0 x 0 window does not fit"),
        ((1, 4, 4, 1), -1, "window does not fit"),
    ],
)
def test_what_does_not_fit_is_refused(op, shape, k, message):
    with refused(message):
        op(np.zeros(shape), k)
