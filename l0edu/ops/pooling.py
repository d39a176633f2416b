"""How does an image get smaller? One number for each k x k window, the largest or the mean."""

from collections.abc import Iterator

import numpy as np

from l0edu.errors import InputError
from l0edu.gpu.fused import fused
from l0edu.tables import Array
from l0edu.tape import primitive

__all__ = ["max_pool", "mean_pool", "window_max", "window_mean"]


@primitive
def max_pool(x: Array, k: int) -> Array:
    """y[c, i, j] = max over p, q < k of x[c, k i + p, k j + q].

    Windows do not overlap; rows and columns that fill no whole window are left out, as in torch.

    Parameters
    ----------
    x : array (maps, height, width, batch)
    k : int
        Side of a window.

    Returns
    -------
    array (maps, height // k, width // k, batch)

    Raises
    ------
    InputError
        When x has not four axes, k is below 1, or the image is smaller than a window.

    Examples
    --------
    >>> max_pool(np.arange(16.0).reshape(1, 4, 4, 1), 2)[0, :, :, 0]
    array([[ 5.,  7.],
           [13., 15.]])
    """
    _check(x, k)
    return window_max(x, k)


@fused
def window_max(x: Array, k: int) -> Array:
    """`max_pool`, for a window that fits."""
    corners = _corners(x, k)
    y = next(corners).copy()
    for corner in corners:
        np.maximum(y, corner, out=y)
    return y


@max_pool.gradient("x")
@fused
def max_pool_dx(g: Array, y: Array, x: Array, k: int) -> Array:
    """dL/dx = g at the first pixel, in reading order, that holds the window's maximum; 0 elsewhere."""
    dx = np.zeros_like(x)
    rest = g.copy()  # what no pixel of the window has taken yet; np.where is much slower
    *corners, (_, last) = zip(_corners(x, k), _corners(dx, k), strict=True)
    for x_corner, dx_corner in corners:
        taken = rest * (x_corner == y)
        dx_corner[...] = taken
        rest -= taken
    last[...] = rest
    return dx


@primitive
def mean_pool(x: Array, k: int) -> Array:
    """y[c, i, j] = mean over p, q < k of x[c, k i + p, k j + q]; windows as in `max_pool`.

    Parameters
    ----------
    x : array (maps, height, width, batch)
    k : int
        Side of a window.

    Returns
    -------
    array (maps, height // k, width // k, batch)

    Raises
    ------
    InputError
        As `max_pool`.

    Examples
    --------
    >>> mean_pool(np.arange(16.0).reshape(1, 4, 4, 1), 2)[0, :, :, 0]
    array([[ 2.5,  4.5],
           [10.5, 12.5]])
    """
    _check(x, k)
    return window_mean(x, k)


@fused
def window_mean(x: Array, k: int) -> Array:
    """`mean_pool`, for a window that fits."""
    corners = _corners(x, k)
    y = next(corners).copy()
    for corner in corners:
        y += corner
    return y / k**2


@mean_pool.gradient("x")
@fused
def mean_pool_dx(g: Array, x: Array, k: int) -> Array:
    """dL/dx = g / k^2 at every pixel of the window."""
    dx, share = np.zeros_like(x), g / k**2
    for corner in _corners(dx, k):
        corner[...] = share
    return dx


def _check(x: Array, k: int) -> None:
    """Refuse what is no batch of images, or smaller than a window."""
    if np.ndim(x) != 4:
        raise InputError(f"pooling takes images (maps, height, width, batch), got shape {np.shape(x)}")
    if not 1 <= k <= min(x.shape[1:3]):
        raise InputError(f"a {k} x {k} window does not fit an image of {x.shape[1]} x {x.shape[2]}")


def _corners(x: Array, k: int) -> Iterator[Array]:
    """For each place in a window, in reading order, that pixel of all windows: k^2 views (C, h, w, N)."""
    h, w = x.shape[1] // k, x.shape[2] // k
    for p in range(k):
        for q in range(k):
            yield x[:, p : h * k : k, q : w * k : k]
