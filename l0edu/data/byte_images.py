"""How does a large set stay small in memory? Its pixels stay bytes, and a batch at a time becomes floats."""

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from l0edu.data.checks import check_labels, float_dtype, host_array, read_only
from l0edu.data.dataset import Dataset
from l0edu.data.device_images import DeviceImages
from l0edu.data.on_demand import FloatsOnDemand
from l0edu.errors import InputError

__all__ = ["ByteImages", "Images", "channel_moments"]

Array = npt.NDArray[Any]
Bytes = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int64]
Moments = npt.NDArray[np.float64]

IMAGES_AT_ONCE = 256


@dataclass(frozen=True, eq=False)
class ByteImages:
    """Labelled images of bytes, read-only, which `inputs` turns into (pixels / 255 - mean) / std.

    It takes the place of a `Dataset` where all pixels as floats would take four times the memory, or eight.

    Parameters
    ----------
    pixels : array of uint8, shape (N, C, H, W)
        May be mapped from a file (`numpy.memmap`): then only what is looked at is read.
    y : integer array, shape (N,)
        The class of every image.
    name : str
        What messages call this set, e.g. ``"cifar10 train"``.
    mean, std : arrays, shape (C,)
        Of each channel, in units of the full scale 255. Take those of the training images for the test images
        too: `channel_moments`.
    dtype : floating point dtype
        Of `inputs`.

    Raises
    ------
    InputError
        For pixels that are not bytes of rank 4, labels or moments that do not belong to them, a ``std`` that
        is not positive, or a dtype that is not floating point.

    Examples
    --------
    >>> pixels = np.array([[[[0, 255]]], [[[51, 204]]]], np.uint8)
    >>> data = ByteImages(pixels, np.array([7, 2]), "example", mean=np.array([0.5]), std=np.array([0.25]))
    >>> data.inputs([1])
    array([[[[-1.2,  1.2]]]], dtype=float32)
    """

    pixels: Bytes
    y: Labels
    name: str
    mean: Moments
    std: Moments
    dtype: npt.DTypeLike = np.float32

    def __post_init__(self) -> None:
        pixels, y = host_array(self.pixels, self.name), host_array(self.y, self.name)
        _check_bytes(pixels, self.name)
        check_labels(y, pixels, self.name)
        moments = {name: np.asarray(getattr(self, name), np.float64) for name in ("mean", "std")}
        _check_moments(moments, pixels, self.name)
        own: dict[str, Array] = {"pixels": pixels, "y": y.astype(np.int64, copy=False), **moments}
        for name, array in own.items():
            object.__setattr__(self, name, read_only(array))
        object.__setattr__(self, "dtype", float_dtype(self.dtype))

    def __len__(self) -> int:
        return len(self.y)

    @property
    def image_shape(self) -> tuple[int, ...]:
        """The shape of one image, (C, H, W)."""
        return self.pixels.shape[1:]

    @property
    def x(self) -> FloatsOnDemand:
        """The images as floats, of which only what is indexed is computed: ``data.x[:10]``."""
        return FloatsOnDemand(self)

    def inputs(self, rows: Any) -> Array:
        """Images as a network takes them, (pixels / 255 - mean) / std.

        Parameters
        ----------
        rows : array of int or of bool, or slice
            Which images.

        Returns
        -------
        array, shape (K, C, H, W)
            A new one, of `dtype`.
        """
        mean, std = (moment.astype(self.dtype)[:, None, None] for moment in (self.mean, self.std))
        x = np.divide(self.pixels[rows], 255, dtype=self.dtype)  # (K, C, H, W)
        x -= mean
        x /= std
        return x

    def take(self, indices: npt.ArrayLike) -> "ByteImages":
        """The images at ``indices``, in that order; their bytes are copied.

        Parameters
        ----------
        indices : array of int, or of bool
            Rows to keep, where an index may occur twice; or a mask of length N.

        Returns
        -------
        ByteImages
            With the same mean and std.
        """
        rows = np.asarray(indices)  # (K,)
        return replace(self, pixels=self.pixels[rows], y=self.y[rows])

    def as_dtype(self, dtype: npt.DTypeLike) -> "ByteImages":
        """The same images, whose `inputs` have another width.

        Parameters
        ----------
        dtype : floating point dtype

        Returns
        -------
        ByteImages
        """
        return replace(self, dtype=dtype)

    def reshaped(self, in_shape: Sequence[int]) -> "ByteImages":
        """The same images, for a network that takes them in their own shape.

        Parameters
        ----------
        in_shape : sequence of int

        Returns
        -------
        ByteImages

        Raises
        ------
        InputError
            For another shape than `image_shape`: a mean and a std belong to each channel.
        """
        if tuple(in_shape) != self.image_shape:
            raise InputError(
                f"{self.name}: images of shape {self.image_shape} do not fit {tuple(in_shape)}: "
                "change the model or the set"
            )
        return self

    def on_device(self, move: Callable[[Array], Any]) -> DeviceImages:
        """The same set on a device, its pixels as bytes; `l0edu.gpu.to_device` calls this.

        Parameters
        ----------
        move : callable
            From a NumPy array to one on the device.

        Returns
        -------
        DeviceImages
        """
        moments = self.mean, self.std, self.dtype
        return DeviceImages(move(np.asarray(self.pixels)), move(self.y), self.name, ByteImages, *moments)

    def crc(self, start: int = 0) -> int:
        """CRC-32 of labels, then pixels, going on from ``start``; the same for every dtype.

        Parameters
        ----------
        start : int
            The CRC-32 of what comes before.

        Returns
        -------
        int
        """
        crc = zlib.crc32(self.y.tobytes(), start)
        for part in _parts(self.pixels):
            crc = zlib.crc32(part.tobytes(), crc)
        return crc


Images: TypeAlias = Dataset | ByteImages | DeviceImages


def channel_moments(pixels: Bytes) -> tuple[Moments, Moments]:
    """Mean and standard deviation of each channel of pixels / 255, from counts of the 256 values.

    Counts and sums are whole numbers, so that only the last division and the root are rounded.

    Parameters
    ----------
    pixels : array of uint8, shape (N, C, H, W)
        At least one image.

    Returns
    -------
    mean, std : arrays of float64, shape (C,)

    Examples
    --------
    >>> channel_moments(np.array([[[[0, 255]], [[51, 51]]]], np.uint8))
    (array([0.5, 0.2]), array([0.5, 0. ]))
    """
    counts = np.zeros((pixels.shape[1], 256), np.int64)
    for part in _parts(pixels):
        for channel, count in enumerate(counts):
            count += np.bincount(part[:, channel].ravel(), minlength=256)
    values, n = np.arange(256), pixels[:, 0].size
    first, second = (counts @ values).tolist(), (counts @ values**2).tolist()  # sums of v and of v^2
    variances = [(n * b - a * a) / (n * n) for a, b in zip(first, second, strict=True)]
    return np.array(first) / (255 * n), np.sqrt(variances) / 255


def _parts(pixels: Bytes) -> Iterator[Bytes]:
    return (pixels[start : start + IMAGES_AT_ONCE] for start in range(0, len(pixels), IMAGES_AT_ONCE))


def _check_bytes(pixels: Array, name: str) -> None:
    if pixels.dtype != np.uint8 or pixels.ndim != 4:
        raise InputError(
            f"{name}: pixels are {pixels.dtype} of shape {pixels.shape}: give uint8, (N, C, H, W)"
        )


def _check_moments(moments: dict[str, Moments], pixels: Bytes, name: str) -> None:
    for what, moment in moments.items():
        if moment.shape != pixels.shape[1:2] or not np.isfinite(moment).all():
            raise InputError(
                f"{name}: {what} has shape {moment.shape}: give a finite number for each of the "
                f"{pixels.shape[1]} channels"
            )
    if not (moments["std"] > 0).all():
        raise InputError(f"{name}: std is not positive: a channel of one value cannot be scaled")
