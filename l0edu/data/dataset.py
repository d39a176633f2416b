"""What is a set of labelled images?"""

import math
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from l0edu.data.checks import check_labels, float_dtype, host_array, read_only
from l0edu.data.device_images import DeviceImages
from l0edu.errors import InputError

__all__ = ["Dataset", "from_images"]

Array = npt.NDArray[Any]
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images and their labels, read-only.

    Parameters
    ----------
    x : array, shape (N, 1, 28, 28)
        Pixels in [0, 1], floating point. `reshaped` gives (N, 784).
    y : array of int64, shape (N,)
        The class of every image.
    name : str
        What messages call this set, e.g. ``"mnist train"``.

    Raises
    ------
    InputError
        When ``x`` and ``y`` differ in length, or when ``y`` is not one whole number per image.

    Examples
    --------
    >>> data = Dataset(np.zeros((3, 1, 28, 28)), np.array([7, 2, 1]), "example")
    >>> len(data), data.reshaped((784,)).x.shape, data.take([0, 2]).y
    (3, (3, 784), array([7, 1]))
    """

    x: Array
    y: Labels
    name: str

    def __post_init__(self) -> None:
        x, y = host_array(self.x, self.name), host_array(self.y, self.name)
        check_labels(y, x, self.name)
        object.__setattr__(self, "x", read_only(x))
        object.__setattr__(self, "y", read_only(y.astype(np.int64, copy=False)))

    def __len__(self) -> int:
        return len(self.y)

    @property
    def image_shape(self) -> tuple[int, ...]:
        """The shape of one image."""
        return self.x.shape[1:]

    def crc(self, start: int = 0) -> int:
        """CRC-32 of the images, then of the labels, going on from `start`; another for another dtype."""
        return zlib.crc32(self.y.tobytes(), zlib.crc32(self.x.tobytes(), start))

    def as_dtype(self, dtype: npt.DTypeLike) -> "Dataset":
        """The same images as floating point numbers of another width.

        Parameters
        ----------
        dtype : floating point dtype

        Returns
        -------
        Dataset
        """
        return replace(self, x=self.x.astype(float_dtype(dtype), copy=False))

    def reshaped(self, in_shape: Sequence[int]) -> "Dataset":
        """The same images in the shape that a model takes.

        Parameters
        ----------
        in_shape : sequence of int
            Shape of one image, e.g. ``(784,)`` or ``(1, 28, 28)``.

        Returns
        -------
        Dataset

        Raises
        ------
        InputError
            When an image does not hold as many numbers as ``in_shape`` asks for.
        """
        have, want = self.x.shape[1:], tuple(in_shape)
        if math.prod(have) != math.prod(want) or any(side < 1 for side in want):
            raise InputError(
                f"{self.name}: images of shape {have} do not fit {want}: change the model or the set"
            )
        return replace(self, x=self.x.reshape(len(self), *want))  # (N, *in_shape)

    def take(self, indices: npt.ArrayLike) -> "Dataset":
        """The images at ``indices``, in that order.

        Parameters
        ----------
        indices : array of int, or of bool
            Rows to keep, where an index may occur twice; or a mask of length N.

        Returns
        -------
        Dataset
        """
        rows = np.asarray(indices)  # (K,)
        return replace(self, x=self.x[rows], y=self.y[rows])

    def on_device(self, move: Callable[[Array], Any]) -> DeviceImages:
        """The same set on a device; `l0edu.gpu.to_device` calls this.

        Parameters
        ----------
        move : callable
            From a NumPy array to one on the device.

        Returns
        -------
        DeviceImages
        """
        return DeviceImages(move(self.x), move(self.y), self.name, Dataset)


def from_images(
    images: Array, labels: Array, name: str, dtype: npt.DTypeLike = np.float32, classes: int = 10
) -> Dataset:
    """Pixels / 255 for images of bytes; pixels as they are for images of floats.

    Parameters
    ----------
    images : array, shape (N, h, w) or (N, c, h, w)
        Either uint8, or floats that already lie in [0, 1].
    labels : integer array, shape (N,)
        Classes 0 .. ``classes`` - 1.
    name : str
        What messages call this set.
    dtype : floating point dtype
        Of the pixels in the result.
    classes : int
        Number of classes.

    Returns
    -------
    Dataset
        Images have shape (N, c, h, w), with c = 1 for (N, h, w).

    Raises
    ------
    InputError
        For another shape or dtype, labels out of range, or pixels outside [0, 1] or not finite.

    Examples
    --------
    >>> data = from_images(np.full((2, 28, 28), 51, np.uint8), np.array([3, 1]), "example")
    >>> data.x.shape, data.x.dtype, round(float(data.x.max()), 4)
    ((2, 1, 28, 28), dtype('float32'), 0.2)
    """
    images, labels = np.asarray(images), np.asarray(labels)
    _check_pixels(images, name)
    if images.ndim == 3:
        images = images[:, None]  # (N, 1, h, w)
    scale = 255 if images.dtype == np.uint8 else 1
    data = Dataset(np.divide(images, scale, dtype=float_dtype(dtype)), labels, name)
    if ((data.y < 0) | (data.y >= classes)).any():
        found = f"{data.y.min()}..{data.y.max()}"
        raise InputError(f"{name}: labels out of range: found {found}, give labels in 0..{classes - 1}")
    return data


def _check_pixels(images: Array, name: str) -> None:
    if images.ndim not in (3, 4):
        raise InputError(f"{name}: images have shape {images.shape}: give (N, h, w) or (N, c, h, w)")
    if images.dtype == np.uint8:
        return
    if not np.issubdtype(images.dtype, np.floating):
        raise InputError(f"{name}: images are {images.dtype}: give uint8, or floats in [0, 1]")
    if not np.isfinite(images).all():
        raise InputError(f"{name}: some pixels are not finite: give floats in [0, 1]")
    if ((images < 0) | (images > 1)).any():
        found = f"{images.min():g}..{images.max():g}"
        raise InputError(f"{name}: pixels out of range: found {found}, give floats in [0, 1]")
