"""Which indices need no transfer? Slices, numbers and device arrays; not lists, NumPy arrays or masks."""

from typing import Any

import numpy as np

from l0edu.gpu.stand_in.accounts import hide
from l0edu.gpu.stand_in.storage import SCALARS, Stored, refuse

__all__ = ["has_mask", "host_index", "host_value", "is_basic", "launches_of", "same_memory"]


def is_basic(index: Any) -> bool:
    """Whether an index selects a view: numbers, slices, None and `...` only."""
    parts = index if isinstance(index, tuple) else (index,)
    return not any(isinstance(part, Stored | np.ndarray | list | bool | np.bool_) for part in parts)


def has_mask(index: Any) -> bool:
    """Whether an index selects by a device array of bool."""
    parts = index if isinstance(index, tuple) else (index,)
    return any(isinstance(part, Stored) and part._host.dtype == bool for part in parts)


def launches_of(index: Any) -> int:
    """How many kernels gather by an index: of several arrays CuPy first makes one, by a fill and one each."""
    parts = index if isinstance(index, tuple) else (index,)
    arrays = sum(isinstance(part, Stored | np.ndarray | list) for part in parts)
    return 1 if arrays < 2 else arrays + 2


def host_index(index: Any) -> Any:
    """The index for the storage; what CuPy would move or wait for is noted as hidden.

    Parameters
    ----------
    index : whatever stands between the brackets
    """
    parts = index if isinstance(index, tuple) else (index,)
    if has_mask(index):  # CuPy counts what it selects, even where one number is assigned
        hide("x[mask] waits for the device to count the mask: multiply by it, or use np.where(mask, ..., x)")
    found = tuple(_host_part(part) for part in parts)
    return found if isinstance(index, tuple) else found[0]


def _host_part(part: Any) -> Any:
    if isinstance(part, Stored):
        return part._host
    if isinstance(part, list | np.ndarray | bool | np.bool_):
        hide(f"x[{type(part).__name__}] moves the index to the device: move it once, with asarray or beside")
    elif isinstance(part, slice) and any(
        isinstance(end, Stored) for end in (part.start, part.stop, part.step)
    ):
        raise TypeError("slice indices must be integers or None, not device arrays")
    return part


def host_value(value: Any, basic: bool) -> Any:
    """What is assigned to elements, from the storage; CuPy's error for NumPy arrays and lists."""
    if isinstance(value, Stored):
        return value._host
    if isinstance(value, SCALARS) or (isinstance(value, np.ndarray) and value.ndim == 0):
        return value
    if isinstance(value, np.ndarray | list | tuple):
        if basic:
            raise ValueError("non-scalar numpy.ndarray cannot be used for fill")
        hide("x[index] = host array moves it to the device: move it with asarray")
        return value
    refuse(value)
    return value


def same_memory(value: Any, place: Any) -> bool:
    """Whether the value assigned is what stands there already: the same memory, seen the same way."""
    if not isinstance(value, Stored) or not isinstance(place, np.ndarray):
        return False
    ours = value._host.__array_interface__
    theirs = place.__array_interface__
    return all(ours[key] == theirs[key] for key in ("data", "shape", "strides", "typestr"))
