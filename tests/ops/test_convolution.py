import numpy as np
import pytest
from gradient_checks import (
    assert_close,
    batch_in_front,
    check_against_torch,
    check_float32,
    check_gradients,
    gradients,
    numbers,
    refused,
    rngs,
)
from hypothesis import example, given, settings
from hypothesis import strategies as st

from l0edu.ops import conv2d, convolution
from l0edu.ops.convolution import fold, output_size, patches


@st.composite
def convolutions(draw):
    """Arguments of conv2d: ragged edges, strides larger than the kernel, images of one window, no bias."""
    rng = draw(rngs)
    maps, filters, N, k, stride = (draw(st.integers(1, 3)) for _ in range(5))
    padding = draw(st.integers(0, 2))
    height, width = (max(1, k - 2 * padding) + draw(st.integers(0, 4)) for _ in range(2))
    x, W = numbers(rng, maps, height, width, N), numbers(rng, filters, maps, k, k)
    b = numbers(rng, filters) if draw(st.booleans()) else None
    return {"x": x, "W": W, "b": b, "stride": stride, "padding": padding}


def differentiable(arguments):
    return ("x", "W") if arguments["b"] is None else ("x", "W", "b")


@given(convolutions())
@settings(max_examples=40, deadline=None)
def test_gradients_are_those_of_the_twin_and_of_differences(arguments):
    check_gradients(conv2d, arguments, differentiable(arguments))


@given(convolutions())
@settings(max_examples=25, deadline=None)
def test_float32_stays_float32(arguments):
    check_float32(conv2d, arguments, differentiable(arguments))


@pytest.mark.torch
@given(convolutions())
@settings(max_examples=25, deadline=None)
def test_torch_computes_the_same(arguments):
    F = pytest.importorskip("torch.nn.functional")
    torch_op = batch_in_front(lambda x, W, b, stride, padding: F.conv2d(x, W, b, stride, padding))
    check_against_torch(conv2d, torch_op, arguments, differentiable(arguments))


@pytest.mark.parametrize(
    "given_ones", [{"stride": 2}, {"padding": 1}, {"stride": 2, "padding": 1}, {"stride": 3, "padding": 2}]
)
@pytest.mark.parametrize("bias", [True, False])
def test_arguments_left_out_do_not_change_the_gradient(given_ones, bias):
    rng = np.random.default_rng(0)
    arguments = {"x": numbers(rng, 2, 5, 5, 2), "W": numbers(rng, 3, 2, 3, 3)} | given_ones
    check_gradients(conv2d, arguments | ({"b": numbers(rng, 3)} if bias else {}), ("x", "W"))


@pytest.mark.parametrize("options", [{}, {"stride": 2, "padding": 1}, {"stride": 3}, {"padding": 2}])
@pytest.mark.parametrize("windows", [1, 3, 12, 1000])  # less than a row, part of one, a few rows, all of them
def test_it_does_not_matter_in_which_blocks_the_windows_are_taken(monkeypatch, options, windows):
    rng = np.random.default_rng(0)
    x, W, b = numbers(rng, 2, 8, 7, 3), numbers(rng, 4, 2, 3, 3), numbers(rng, 4)
    monkeypatch.setattr(convolution, "COLUMNS", windows * 3)
    monkeypatch.setattr(convolution, "BLOCK", 0)
    check_gradients(conv2d, {"x": x, "W": W, "b": b, **options}, ("x", "W", "b"))


@pytest.mark.parametrize("at_most", range(1, 9))
def test_pieces_cover_a_range_once_and_are_about_equal(at_most):
    pieces = list(convolution._pieces(7, at_most))
    assert [i for piece in pieces for i in range(7)[piece]] == list(range(7))
    assert len(pieces) == -(-7 // at_most)
    assert max(piece.stop - piece.start for piece in pieces) <= at_most


@pytest.mark.parametrize("N", [30, 31])
def test_a_sum_over_so_many_pixels_that_it_is_cut_in_pieces(N):
    rng = np.random.default_rng(0)
    W, b = numbers(rng, 16, 1, 3, 3), numbers(rng, 16)
    arguments = {"x": rng.normal(size=(1, 12, 14, N)), "W": W, "b": b}  # 144 sums over 120 N columns
    check_gradients(conv2d, arguments, ("x", "W", "b"))
    check_float32(conv2d, arguments, ("x", "W", "b"), 1e-5)


def test_a_kernel_of_one_pixel_mixes_the_maps():
    rng = np.random.default_rng(0)
    x, W = numbers(rng, 2, 3, 4, 5), numbers(rng, 3, 2, 1, 1)
    assert_close(conv2d(x, W), np.einsum("fc,chwn->fhwn", W[:, :, 0, 0], x), 1e-14)
    check_gradients(conv2d, {"x": x, "W": W, "padding": 1}, ("x", "W"))


LAYOUTS = {
    "columns first": np.asfortranarray,
    "every second example": lambda x: np.repeat(x, 2, axis=-1)[..., ::2],
    "upside down": lambda x: x[:, ::-1].copy()[:, ::-1],
    "batch first": lambda x: x.transpose(3, 0, 1, 2).copy().transpose(1, 2, 3, 0),
}


@pytest.mark.parametrize("laid_out", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize(("k", "padding"), [(1, 0), (3, 0), (3, 1)])
def test_the_layout_of_the_image_changes_neither_numbers_nor_the_layout_of_results(laid_out, k, padding):
    rng = np.random.default_rng(0)
    x, W = numbers(rng, 2, 5, 4, 3), numbers(rng, 4, 2, k, k)
    y = conv2d(laid_out(x), W, None, 1, padding)
    assert_close(y, conv2d(x, W, None, 1, padding), 1e-14)
    assert y.flags.c_contiguous
    for g in (y, np.asfortranarray(y)):
        dx, dW = (op(g, laid_out(x), W, 1, padding) for op in (convolution.conv2d_dx, convolution.conv2d_dW))
        assert_close(dx, convolution.conv2d_dx(y, x, W, 1, padding), 1e-14)
        assert_close(dW, convolution.conv2d_dW(y, x, W, 1, padding), 1e-14)
        assert dx.flags.c_contiguous


@pytest.mark.parametrize("sizes", [(0, 2, 3), (3, 0, 3), (3, 2, 0)], ids=["filters", "maps", "batch"])
def test_nothing_at_all_may_be_convolved(sizes):
    filters, maps, N = sizes
    x, W, b = np.ones((maps, 5, 4, N)), np.ones((filters, maps, 3, 3)), np.arange(filters) * 1.0
    y = conv2d(x, W, b, stride=2, padding=1)
    np.testing.assert_array_equal(y, np.broadcast_to(b[:, None, None, None], (filters, 3, 2, N)))
    grads = gradients(conv2d, {"x": x, "W": W, "b": b, "stride": 2, "padding": 1}, ("x", "W"), 1.0)
    assert (grads["x"].shape, grads["W"].shape) == (x.shape, W.shape)
    assert not grads["x"].any()
    assert not grads["W"].any()


def test_the_kernel_is_not_flipped():
    x, W = np.zeros((1, 3, 3, 1)), np.arange(4.0).reshape(1, 1, 2, 2)
    x[0, 1, 1] = 1
    np.testing.assert_array_equal(conv2d(x, W)[0, :, :, 0], [[3, 2], [1, 0]])


@given(st.integers(1, 9), st.integers(1, 4), st.integers(1, 4), st.integers(0, 3))
@settings(max_examples=25, deadline=None)
def test_the_output_has_as_many_rows_as_windows_fit(size, k, stride, padding):
    fit = [at for at in range(0, size + 2 * padding, stride) if at + k <= size + 2 * padding]
    if size + 2 * padding >= k:
        assert output_size(size, k, stride, padding) == len(fit)


@given(rngs, st.integers(1, 3), st.integers(1, 4), st.integers(1, 4), st.integers(0, 4), st.integers(0, 4))
@settings(max_examples=40, deadline=None)
@example(np.random.default_rng(0), 2, 2, 3, 3, 1)  # gaps between windows, pixels that none sees
def test_fold_is_the_transpose_of_patches(rng, maps, k, stride, more_rows, more_columns):
    shape = (maps, k + more_rows, k + more_columns, 2)
    x = rng.normal(size=shape)
    columns = patches(x, k, stride)
    c = rng.normal(size=columns.shape)
    np.testing.assert_allclose(np.sum(columns * c), np.sum(x * fold(c, shape, k, stride)), atol=1e-11)


def test_a_patch_is_one_column_in_the_order_of_the_kernel():
    x = np.arange(2 * 3 * 3 * 2).reshape(2, 3, 3, 2)
    column = patches(x, 2)[:, (1 * 2 + 0) * 2 + 1]  # the window at row 1, column 0, of example 1
    np.testing.assert_array_equal(column, x[:, 1:3, 0:2, 1].ravel())


def test_pixels_under_no_window_have_no_gradient():
    x, W = np.ones((1, 4, 5, 1)), np.ones((1, 1, 2, 2))
    arguments = {"x": x, "W": W, "b": None, "stride": 3, "padding": 0}
    found = gradients(conv2d, arguments, ("x",), np.ones((1, 1, 2, 1)))["x"]
    np.testing.assert_array_equal(found[0, :, :, 0], [[1, 1, 0, 1, 1]] * 2 + [[0] * 5] * 2)


def test_examples_do_not_see_each_other():
    rng = np.random.default_rng(0)
    x, W, b = numbers(rng, 2, 4, 4, 5), numbers(rng, 3, 2, 3, 3), numbers(rng, 3)
    alone = [conv2d(x[..., i : i + 1], W, b) for i in range(5)]
    assert_close(np.concatenate(alone, axis=-1), conv2d(x, W, b), 1e-14)


@pytest.mark.parametrize(
    ("shapes", "options", "message"),
    [
        (((2, 5, 5), (3, 2, 3, 3), (3,)), {}, r"x \(2, 5, 5\) and W"),
        (((2, 5, 5, 1), (3, 2, 9), (3,)), {}, r"W \(3, 2, 9\) must be"),
        (((2, 5, 5, 1), (3, 4, 3, 3), (3,)), {}, r"W .* must be \(filters, 2, k, k\)"),
        (((2, 5, 5, 1), (3, 2, 3, 2), (3,)), {}, r"W .* must be \(filters, 2, k, k\)"),
        (((2, 5, 5, 1), (3, 2, 3, 3), (2,)), {}, "each of the 3 filters"),
        (((2, 5, 5, 1), (3, 2, 3, 3), (3, 1)), {}, "each of the 3 filters"),
        (((2, 5, 2, 1), (3, 2, 3, 3), (3,)), {}, "does not fit an image"),
        (((2, 5, 5, 1), (3, 2, 3, 3), (3,)), {"stride": 0}, "stride 0 must be at least 1"),
        (((2, 5, 5, 1), (3, 2, 3, 3), (3,)), {"padding": -1}, "padding -1 at least 0"),
    ],
)
def test_what_does_not_fit_is_refused(shapes, options, message):
    with refused(message):
        conv2d(*(np.zeros(shape) for shape in shapes), **options)
