"""How does one image stand for many? It is mirrored or not, and moved by a few pixels."""

from typing import Any

import numpy as np
import numpy.typing as npt

from l0edu.errors import InputError
from l0edu.gpu.arrays import beside, is_on_device

__all__ = ["flip_and_crop"]

Array = npt.NDArray[Any]


def flip_and_crop(rng: np.random.Generator, x: Array, padding: int = 4) -> Array:
    """Mirror each image with probability 1/2, and cut one of its size from the image padded on all sides.

    The padding repeats the image's own pixels in reverse, without the outermost ones, as in the paper on wide
    ResNets; the reference code of L0 regularization pads with black instead.

    Parameters
    ----------
    rng : numpy.random.Generator
        Of NumPy: draws for all images whether they are mirrored, then the topmost rows, then the leftmost
        columns. For images on a device it draws the same, and where each pixel comes from is moved there.
    x : float array, shape (N, C, H, W)
    padding : int
        Pixels on each side, fewer than H and W. An image moves by at most as many.

    Returns
    -------
    array, shape (N, C, H, W)
        A new one, of the dtype of ``x``.

    Raises
    ------
    InputError
        For images of another rank, or a padding that they are too small for.

    Examples
    --------
    Two rows of four pixels move to the right by one, and the second column comes back at the edge:

    >>> x = np.arange(8.0).reshape(1, 1, 2, 4)
    >>> flip_and_crop(np.random.default_rng(0), x, padding=1)
    array([[[[1., 0., 1., 2.],
             [5., 4., 5., 6.]]]])
    """
    _check(x, padding)
    count = len(x)
    mirrored = rng.random(count) < 0.5  # (N,)
    top, left = rng.integers(0, 2 * padding + 1, (2, count))  # (N,) each
    if is_on_device(x):
        return _gathered(x, mirrored, top - padding, left - padding)
    sides = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    padded = np.pad(x, sides, mode="reflect")  # (N, C, H + 2 p, W + 2 p)
    windows = np.lib.stride_tricks.sliding_window_view(padded, x.shape[2:], axis=(2, 3))
    crops = windows[np.arange(count), :, top, left]  # (N, C, H, W)
    crops[mirrored] = crops[mirrored, ..., ::-1]
    return crops


def _gathered(x: Any, mirrored: Array, down: Array, right: Array) -> Any:
    """The same pixels in one launch that gathers them, after two uploads: no padded images are made."""
    count, maps, height, width = x.shape
    rows = _reflected(down[:, None] + np.arange(height), height)  # (N, H)
    columns = _reflected(right[:, None] + np.arange(width), width)  # (N, W)
    columns[mirrored] = columns[mirrored, ::-1]
    images = np.arange(count * maps).reshape(count, maps, 1)
    starts = (images * height + rows[:, None]) * width  # (N, C, H): where a row begins in all of x
    pixels = beside(x, starts[..., None]) + beside(x, columns[:, None, None])  # (N, C, H, W)
    return np.take(x, pixels)


def _reflected(positions: Array, size: int) -> Array:
    """Positions outside 0 ... size - 1, mirrored at the outermost pixels."""
    return size - 1 - np.abs(size - 1 - np.abs(positions))


def _check(x: Array, padding: int) -> None:
    if x.ndim != 4:
        raise InputError(f"images of shape {x.shape} cannot be cropped: give (N, C, H, W)")
    if not 0 <= padding < min(x.shape[2:]):
        raise InputError(
            f"padding {padding} does not fit images of {x.shape[2]} x {x.shape[3]} pixels: "
            f"give 0 to {min(x.shape[2:]) - 1}"
        )
