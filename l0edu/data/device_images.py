"""How does a set of images lie on a device? It is moved once, bytes as bytes, and batches are made there."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from l0edu.data.checks import float_dtype
from l0edu.data.on_demand import FloatsOnDemand
from l0edu.errors import InputError
from l0edu.gpu.arrays import beside, is_on_device, to_host

__all__ = ["DeviceImages"]

Moments = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DeviceImages:
    """Labelled images on a device: what `l0edu.gpu.to_device` makes of a `Dataset` or of `ByteImages`.

    It stands where these stand, and `l0edu.gpu.to_host` gives them back. An index that lies on the host is
    moved, in an explicit upload.

    Parameters
    ----------
    pixels : device array, shape (N, ...)
        Floats, or bytes of shape (N, C, H, W).
    y : device array of int64, shape (N,)
        The class of every image.
    name : str
        What messages call this set, e.g. ``"mnist train"``.
    made_from : type
        Dataset or ByteImages.
    mean, std : NumPy arrays, shape (C,), optional
        Of bytes, as in `ByteImages`.
    dtype : floating point dtype, optional
        Of the inputs that are made of bytes.

    Examples
    --------
    >>> from l0edu.data import ByteImages
    >>> from l0edu.gpu import to_device, to_host
    >>> pixels = np.array([[[[0, 255]]], [[[51, 204]]]], np.uint8)
    >>> host = ByteImages(pixels, np.array([7, 2]), "example", mean=np.array([0.5]), std=np.array([0.25]))
    >>> data = to_device(host, "stand-in")
    >>> len(data), data.image_shape, to_host(data.inputs([1]))
    (2, (1, 1, 2), array([[[[-1.2,  1.2]]]], dtype=float32))
    """

    pixels: Any
    y: Any
    name: str
    made_from: Any
    mean: Moments | None = None
    std: Moments | None = None
    dtype: npt.DTypeLike | None = None

    def __post_init__(self) -> None:
        dtype = float_dtype(self.pixels.dtype if self.mean is None else np.dtype(self.dtype))
        object.__setattr__(self, "dtype", dtype)
        for name in ("mean", "std"):
            moment = getattr(self, name)
            placed = None if moment is None else beside(self.y, moment.astype(dtype)[:, None, None])
            object.__setattr__(self, f"_placed_{name}", placed)

    def __len__(self) -> int:
        return len(self.y)

    @property
    def image_shape(self) -> tuple[int, ...]:
        """The shape of one image."""
        shape: tuple[int, ...] = self.pixels.shape[1:]
        return shape

    @property
    def x(self) -> Any:
        """The images as floats; of bytes, only what is indexed is computed."""
        return self.pixels if self.mean is None else FloatsOnDemand(self)

    def inputs(self, rows: Any) -> Any:
        """Images as a network takes them.

        Parameters
        ----------
        rows : array of int or of bool, or slice
            Which images.

        Returns
        -------
        device array, shape (K, ...)
            Of `dtype`; equal to what the set on the host gives.
        """
        chosen = self.pixels[self._placed(rows)]
        if self.mean is None:
            return chosen
        x = np.divide(chosen, 255, dtype=self.dtype)
        x -= self._placed_mean  # type: ignore[attr-defined] # set in __post_init__
        x /= self._placed_std  # type: ignore[attr-defined]
        return x

    def take(self, indices: npt.ArrayLike) -> "DeviceImages":
        """The images at ``indices``, in that order; they are copied on the device.

        Parameters
        ----------
        indices : array of int, or of bool
            Rows to keep, where an index may occur twice; or a mask of length N.

        Returns
        -------
        DeviceImages
        """
        rows = self._placed(indices)  # (K,)
        return replace(self, pixels=self.pixels[rows], y=self.y[rows])

    def as_dtype(self, dtype: npt.DTypeLike) -> "DeviceImages":
        """The same images as floating point numbers of another width.

        Parameters
        ----------
        dtype : floating point dtype

        Returns
        -------
        DeviceImages
        """
        if self.mean is not None:
            return replace(self, dtype=dtype)
        return replace(self, pixels=self.pixels.astype(float_dtype(dtype), copy=False))

    def reshaped(self, in_shape: Sequence[int]) -> "DeviceImages":
        """The same images in the shape that a model takes; bytes keep theirs.

        Parameters
        ----------
        in_shape : sequence of int
            Shape of one image.

        Returns
        -------
        DeviceImages

        Raises
        ------
        InputError
            When the images do not fit.
        """
        have, want = self.image_shape, tuple(in_shape)
        fits = have == want if self.mean is not None else math.prod(have) == math.prod(want)
        if not fits or any(side < 1 for side in want):
            raise InputError(
                f"{self.name}: images of shape {have} do not fit {want}: change the model or the set"
            )
        return replace(self, pixels=self.pixels.reshape(len(self), *want))

    def on_device(self, move: Callable[[Any], Any]) -> "DeviceImages":  # noqa: ARG002
        """Itself: it is there."""
        return self

    def on_host(self) -> Any:
        """The set as it was before it was moved, with the same changes: `to_host` calls this."""
        arrays = to_host(self.pixels), to_host(self.y)
        if self.mean is None:
            return self.made_from(*arrays, self.name)
        return self.made_from(*arrays, self.name, self.mean, self.std, self.dtype)

    def crc(self, start: int = 0) -> int:
        """That of the set on the host."""
        checksum: int = self.on_host().crc(start)
        return checksum

    def _placed(self, rows: Any) -> Any:
        """Row numbers of the host, moved; a mask as the rows that it marks."""
        if isinstance(rows, slice | int) or is_on_device(rows):
            return rows
        numbers = np.asarray(rows)
        return beside(self.y, np.flatnonzero(numbers) if numbers.dtype == bool else numbers)
