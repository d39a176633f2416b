"""How does training walk through a data set: in which parts, and in which order?"""

from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from l0edu.data.byte_images import Images
from l0edu.errors import InputError
from l0edu.gpu.arrays import beside
from l0edu.gpu.together import check_together

__all__ = ["Arrays", "batches", "split"]

Array = npt.NDArray[Any]


class Arrays(Protocol):
    """Anything with inputs ``x`` and labels ``y`` of equal length."""

    @property
    def x(self) -> Any:
        """Inputs, one per row."""

    @property
    def y(self) -> Any:
        """Labels, one per row."""


def split(rng: np.random.Generator, data: Images, fraction: float) -> tuple[Images, Images]:
    """Hold out a random ``fraction`` of the images, e.g. for validation.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws one permutation; classes are not balanced.
    data : Dataset, ByteImages or DeviceImages
    fraction : float
        Share to hold out, strictly between 0 and 1.

    Returns
    -------
    rest, held_out : as data
        Together every image exactly once.

    Raises
    ------
    InputError
        When ``fraction`` lies outside (0, 1) or leaves either part empty.
    """
    if not 0 < fraction < 1:
        raise InputError(
            f"fraction {fraction} of {data.name} cannot be held out: give a number between 0 and 1"
        )
    held = round(fraction * len(data))
    if not 0 < held < len(data):
        raise InputError(
            f"fraction {fraction} of the {len(data)} images of {data.name} leaves a part empty: change it"
        )
    order = rng.permutation(len(data))  # (N,)
    return data.take(order[held:]), data.take(order[:held])


def batches(rng: np.random.Generator, data: Arrays, size: int) -> Iterator[tuple[Array, Array]]:
    """Walk once through ``data`` in random order, ``size`` images at a time.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws one permutation, at the call. For data on a device it is moved there, in one upload.
    data : Dataset, ByteImages or DeviceImages
        Or any object with arrays ``x`` and ``y``.
    size : int
        Images in a batch; the last batch may be shorter.

    Yields
    ------
    x, y : arrays
        One batch of inputs and labels.

    Raises
    ------
    InputError
        At the call, when ``size`` is below 1, or when one of ``x`` and ``y`` lies on a device alone.

    Examples
    --------
    >>> from l0edu.data import Dataset
    >>> data = Dataset(np.zeros((5, 1, 28, 28)), np.arange(5), "example")
    >>> [len(y) for x, y in batches(np.random.default_rng(0), data, 2)]
    [2, 2, 1]
    """
    if size < 1:
        raise InputError(f"batch size {size} is too small: give at least 1")
    check_together(x=data.x, y=data.y)
    order = beside(data.y, rng.permutation(len(data.y)))  # (N,)
    parts = (order[start : start + size] for start in range(0, len(order), size))
    return ((data.x[part], data.y[part]) for part in parts)
