"""What does a convolution compute? Lay out the patches under the kernel as columns; the rest is one product.

    x (C, H, W, N)  -- patches -->  (C k k, h w N)  -- W as (F, C k k) -->  (F, h w N)  ->  y (F, h, w, N)

`fold` is the transpose of `patches`: it adds every column back to the pixels that it was copied from.

The patches hold each pixel k k times. So they are made for one block of windows after the other, a few rows
of the result: a block stays in the processor's cache, and all of them never need memory at once. A GPU wants
few and large operations: there, all patches of a batch are made at once.
"""

from collections.abc import Iterator
from math import ceil, prod
from typing import TypeAlias

import numpy as np

from l0edu.errors import InputError
from l0edu.gpu.arrays import is_on_device
from l0edu.gpu.fused import fused
from l0edu.ops.sums import long_product, sum_by_unit
from l0edu.tables import Array, Shape
from l0edu.tape import primitive

__all__ = ["conv2d", "fold", "output_size", "patches"]

BLOCK = 2**20  # numbers in the patches of a block: 4 MiB of float32
COLUMNS = 1024  # but no fewer columns than that, as BLAS needs some: 24 MB for 640 maps and a 3 x 3 kernel

Index: TypeAlias = tuple[slice, slice, slice]


def output_size(size: int, k: int, stride: int = 1, padding: int = 0) -> int:
    """How many positions a window of k pixels takes: (size + 2 padding - k) // stride + 1.

    Parameters
    ----------
    size : int
        Height or width of the image, in pixels.
    k, stride, padding : int
        Side of the window, step between windows, and zeros added at either end.

    Examples
    --------
    >>> output_size(28, 5), output_size(32, 3, stride=2, padding=1)
    (24, 16)
    """
    return (size + 2 * padding - k) // stride + 1


@primitive
def conv2d(x: Array, W: Array, b: Array | None = None, stride: int = 1, padding: int = 0) -> Array:
    """y[f, i, j] = b[f] + sum over c, p, q of W[f, c, p, q] x[c, i stride + p, j stride + q], x padded.

    As in torch this is a cross-correlation: the kernel is not flipped.

    Parameters
    ----------
    x : array (maps, height, width, batch)
    W : array (filters, maps, k, k)
    b : array (filters,), optional
    stride, padding : int
        Step between windows, and rows of zeros around the image, the same in both directions.

    Returns
    -------
    array (filters, h, w, batch), with h = (height + 2 padding - k) // stride + 1 and w likewise

    Raises
    ------
    InputError
        When a rank is wrong, the maps do not fit, the kernel is not square, empty, or larger than the padded
        image, b has another length, stride is below 1, or padding is negative.

    Examples
    --------
    >>> conv2d(np.ones((1, 3, 3, 1)), W=np.ones((1, 1, 2, 2)))[0, :, :, 0]
    array([[4., 4.],
           [4., 4.]])
    """
    h, w = _check(x, W, b, stride, padding)
    k, shape = W.shape[2], (len(W), h, w, x.shape[3])
    if is_on_device(x):
        y = (_rows(W) @ patches(x, k, stride, padding)).reshape(shape)
    else:
        padded, y = _pad(x, padding), np.empty_like(x, np.result_type(x, W), order="C", shape=shape)
        for here, seen in _blocks(y, W, stride):
            y[here] = (_rows(W) @ patches(padded[seen], k, stride)).reshape(y[here].shape)
    if b is not None:
        y += b[:, None, None, None]
    return y


@conv2d.gradient("x")
def conv2d_dx(g: Array, x: Array, W: Array, stride: int, padding: int) -> Array:
    """dL/dx = fold(W^T g): each pixel collects from all windows that saw it."""
    if is_on_device(g):
        return fold(_rows(W).T @ _rows(g), x.shape, W.shape[2], stride, padding)
    dx = np.zeros_like(x, np.result_type(g, W), order="C", shape=_padded_shape(x.shape, padding))
    for here, seen in _blocks(g, W, stride):
        _add_folded(_rows(W).T @ _rows(g[here]), dx[seen], W.shape[2], stride)
    return _without_padding(dx, padding)


@conv2d.gradient("W")
def conv2d_dW(g: Array, x: Array, W: Array, stride: int, padding: int) -> Array:
    """dL/dW = g patches^T: the sum over positions and examples is in the product, or over blocks of them."""
    if is_on_device(g):
        return (_rows(g) @ patches(x, W.shape[2], stride, padding).T).reshape(W.shape)
    padded = _pad(x, padding)
    dW = np.zeros_like(W, np.result_type(g, x), shape=(prod(W.shape[1:]), len(W)))
    for here, seen in _blocks(g, W, stride):
        columns = patches(padded[seen], W.shape[2], stride)  # computed again: keeping it costs k k times x
        dW += long_product(columns, _rows(g[here]))
    return dW.T.reshape(W.shape)


@conv2d.gradient("b")
def conv2d_db(g: Array) -> Array:
    """dL/db = g, summed over positions and examples."""
    return sum_by_unit(g)


@fused
def patches(x: Array, k: int, stride: int = 1, padding: int = 0) -> Array:
    """(C, H, W, N) to (C k k, h w N): the pixels under the kernel, one column a window.

    Parameters
    ----------
    x : array (C, H, W, N)
        A batch of N images.
    k, stride, padding : int
        Side of the window, no larger than the padded image, step between windows, and zeros around the image.

    Returns
    -------
    array (C k k, h w N), with h = (H + 2 padding - k) // stride + 1 and w likewise
        Rows go by map, then by the kernel's row and column; columns by h, w and N. The patches of a 1 x 1
        kernel are the pixels of x, and may share its memory.

    Examples
    --------
    >>> x = np.arange(9.0).reshape(1, 3, 3, 1)
    >>> patches(x, k=2)
    array([[0., 1., 3., 4.],
           [1., 2., 4., 5.],
           [3., 4., 6., 7.],
           [4., 5., 7., 8.]])
    """
    x = _pad(x, padding)
    C, H, W, N = x.shape
    if k == stride == 1:
        return x.reshape(C, H * W * N)
    h, w = output_size(H, k, stride), output_size(W, k, stride)
    columns = np.empty_like(x, shape=(C, k, k, h, w, N))
    for p in range(k):
        for q in range(k):
            columns[:, p, q] = x[:, p : p + h * stride : stride, q : q + w * stride : stride]
    return columns.reshape(C * k * k, h * w * N)


@fused
def fold(columns: Array, shape: Shape, k: int, stride: int = 1, padding: int = 0) -> Array:
    """(C k k, h w N) to (C, H, W, N): the transpose of `patches`, which adds up what it had copied.

    Parameters
    ----------
    columns : array (C k k, h w N)
        As `patches` lays them out.
    shape : tuple of int
        (C, H, W, N), without the padding.
    k, stride, padding : int
        As for `patches`.

    Returns
    -------
    array (C, H, W, N)

    Examples
    --------
    How many of the four 2 x 2 windows see each pixel of a 3 x 3 image:

    >>> x = np.ones((1, 3, 3, 1))
    >>> fold(patches(x, k=2), x.shape, k=2)[0, :, :, 0]
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    x = np.zeros_like(columns, shape=_padded_shape(shape, padding))
    _add_folded(columns, x, k, stride)
    return _without_padding(x, padding)


def _add_folded(columns: Array, x: Array, k: int, stride: int) -> None:
    """Add fold(columns) to x."""
    C, H, W, N = x.shape
    h, w = output_size(H, k, stride), output_size(W, k, stride)
    columns = columns.reshape(C, k, k, h, w, N)
    for p in range(k):
        for q in range(k):
            x[:, p : p + h * stride : stride, q : q + w * stride : stride] += columns[:, p, q]


def _blocks(y: Array, W: Array, stride: int) -> Iterator[tuple[Index, Index]]:
    """Blocks of the result y (F, h, w, N), each with the part of the padded image that its windows see.

    A block is some rows of the result or, where one is too long, part of a row.
    """
    (_, h, w, N), k = y.shape, W.shape[2]
    windows = max(COLUMNS, BLOCK // max(1, prod(W.shape[1:]))) // max(1, N)
    for rows in _pieces(h, max(1, windows // w)):
        for columns in _pieces(w, max(1, windows)):
            down, across = (slice(s.start * stride, (s.stop - 1) * stride + k) for s in (rows, columns))
            yield (slice(None), rows, columns), (slice(None), down, across)


def _pieces(length: int, at_most: int) -> Iterator[slice]:
    """A range in as few pieces as can be, of sizes as equal as can be."""
    size = ceil(length / ceil(length / at_most))
    for start in range(0, length, size):
        yield slice(start, min(start + size, length))


def _rows(x: Array) -> Array:
    """One row for each filter: (F, C k k) of a kernel, (F, h w N) of a result."""
    return x.reshape(len(x), prod(x.shape[1:]))


def _pad(x: Array, padding: int) -> Array:
    if padding == 0:
        return x
    padded = np.zeros_like(x, shape=_padded_shape(x.shape, padding))
    padded[:, padding:-padding, padding:-padding] = x
    return padded


def _padded_shape(shape: Shape, padding: int) -> Shape:
    C, H, W, N = shape
    return C, H + 2 * padding, W + 2 * padding, N


def _without_padding(x: Array, padding: int) -> Array:
    return x[:, padding:-padding, padding:-padding].copy() if padding else x


def _check(x: Array, W: Array, b: Array | None, stride: int, padding: int) -> Shape:
    """Refuse shapes that do not fit; else the output's height and width."""
    if np.ndim(x) != 4 or np.ndim(W) != 4:
        raise InputError(
            f"conv2d: x {np.shape(x)} and W {np.shape(W)} must be (maps, h, w, batch) and (out, maps, k, k)"
        )
    if W.shape[1] != x.shape[0] or W.shape[2] != W.shape[3]:
        raise InputError(
            f"conv2d: W {W.shape} must be (filters, {x.shape[0]}, k, k) for x of shape {x.shape}"
        )
    if b is not None and b.shape != (len(W),):
        raise InputError(f"conv2d: b {b.shape} must have one number for each of the {len(W)} filters")
    if stride < 1 or padding < 0:
        raise InputError(f"conv2d: stride {stride} must be at least 1 and padding {padding} at least 0")
    if W.shape[2] < 1:
        raise InputError(f"conv2d: W {W.shape} has an empty kernel: k must be at least 1")
    h, w = (output_size(size, W.shape[2], stride, padding) for size in x.shape[1:3])
    if h < 1 or w < 1:
        raise InputError(
            f"conv2d: a {W.shape[2]} x {W.shape[3]} kernel does not fit an image of {x.shape[1:3]}: pad it"
        )
    return h, w
