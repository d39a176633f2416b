"""What does every set of images ask of its arrays? One whole label per image, floats, and no changes."""

from typing import Any

import numpy as np
import numpy.typing as npt

from l0edu.errors import InputError
from l0edu.gpu.arrays import is_on_device

__all__ = ["check_labels", "float_dtype", "host_array", "read_only"]

Array = npt.NDArray[Any]


def check_labels(y: Array, images: Array, name: str) -> None:
    """InputError unless ``y`` is one whole number per image.

    Examples
    --------
    >>> check_labels(np.array([7, 2]), np.zeros((3, 28, 28)), "digits")
    Traceback (most recent call last):
    ...
    l0edu.errors.InputError: digits: 2 labels for images of shape (3, 28, 28): give one label per image
    """
    if y.ndim != 1 or not np.issubdtype(y.dtype, np.integer):
        raise InputError(f"{name}: labels are {y.dtype} of shape {y.shape}: give whole numbers, (N,)")
    if images.shape[:1] != y.shape:
        raise InputError(
            f"{name}: {len(y)} labels for images of shape {images.shape}: give one label per image"
        )


def float_dtype(dtype: npt.DTypeLike) -> np.dtype[Any]:
    """The dtype, e.g. of a name; InputError unless it is a floating point one.

    Examples
    --------
    >>> float_dtype("float32")
    dtype('float32')
    """
    try:
        chosen = np.dtype(dtype)
    except TypeError:
        raise InputError(f"{dtype!r} is not a dtype: give float32 or float64") from None
    if not np.issubdtype(chosen, np.floating):
        raise InputError(f"dtype {chosen} cannot hold pixels in [0, 1]: give float32 or float64")
    return chosen


def host_array(array: Any, name: str) -> Array:
    """The NumPy array; InputError for one on a device, where a set is moved as a whole.

    Examples
    --------
    >>> host_array([7, 2], "digits")
    array([7, 2])
    """
    if is_on_device(array):
        raise InputError(
            f"{name}: an array lies on a device: make the set of NumPy arrays, then move it with to_device"
        )
    return np.asarray(array)


def read_only(array: Array) -> Array:
    """The same memory, by a view that refuses changes; the given array stays as it is.

    Examples
    --------
    >>> read_only(np.zeros(3)).flags.writeable
    False
    """
    view = array.view()
    view.flags.writeable = False
    return view
