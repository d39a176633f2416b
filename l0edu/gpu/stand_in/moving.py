"""How does data become a device array when the code asks for it? By one transfer, or by none if it is one."""

from typing import Any

import numpy as np

from l0edu.gpu.stand_in.accounts import launch, upload
from l0edu.gpu.stand_in.storage import Stored, stored_in, unwrap

__all__ = ["SUPPORTED", "check_dtype", "make"]

SUPPORTED = "?bhilqBHILQefdFD"  # CuPy has arrays of these dtypes only


def check_dtype(dtype: np.dtype[Any]) -> None:
    """ValueError for text, objects and other dtypes of the host."""
    if dtype.char not in SUPPORTED:
        raise ValueError(f"Unsupported dtype {dtype}")


def make(kind: type, obj: Any, dtype: Any = None, copy: Any = None, order: Any = "K", ndmin: int = 0) -> Any:
    """A device array of numbers, host arrays or device arrays.

    Parameters
    ----------
    kind : type
        That of device arrays.
    obj : number, array, or nested list of them
    dtype, copy, order, ndmin
        As for `numpy.array`; what lies on the device is copied only where it must be, or where copy is True.
    """
    order = order or "K"
    if isinstance(obj, Stored):
        if not copy and (dtype is None or obj._host.dtype == dtype) and ndmin <= obj._host.ndim:
            return obj
        made = np.array(obj._host, dtype, ndmin=ndmin, order=order)
        launch("copy", [obj._host, made])
        return kind._of(made)  # type: ignore[attr-defined]
    if isinstance(obj, list | tuple) and next(stored_in(obj), None) is not None:
        return kind._of(_joined(obj, dtype, ndmin))  # type: ignore[attr-defined]
    upload()
    made = np.array(obj, dtype, ndmin=ndmin, order=order)
    check_dtype(made.dtype)
    return kind._of(made)  # type: ignore[attr-defined]


def _joined(obj: Any, dtype: Any, ndmin: int) -> Any:
    """The storage of a nested list of device arrays; they may not be mixed with numbers."""
    if not _only_arrays(obj):
        np.array(obj)  # raises CuPy's error: each array would have to be read
    made = np.array(unwrap(obj), dtype, ndmin=ndmin)
    launch("array", [made, made])
    return made


def _only_arrays(obj: Any) -> bool:
    return isinstance(obj, Stored) or (isinstance(obj, list | tuple) and all(map(_only_arrays, obj)))
