"""Which arguments does CuPy take? Device arrays and numbers; shapes and axes of the host; no host arrays."""

import importlib
import inspect
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from l0edu.gpu.stand_in.accounts import hide
from l0edu.gpu.stand_in.refusals import check_use
from l0edu.gpu.stand_in.signatures import Parameters, parameters
from l0edu.gpu.stand_in.storage import Stored, stored_in, unwrap

__all__ = ["check_arrays", "numpy_names", "prepared"]

# What CuPy reads as Python numbers: a device array here is an error, a NumPy array is not.
HOST_ONLY = frozenset([
    "N", "axes", "axis", "axis1", "axis2", "ddof", "decimals", "destination", "dims", "indices_or_sections",
    "k", "n", "ndmin", "new_shape", "newshape", "num", "offset", "pad_width", "repeats", "reps", "shape",
    "shift", "source", "window_shape",
])  # fmt: skip

# What CuPy moves to the device by itself, under the names of functions and of methods.
MOVED = frozenset([
    ("take", "indices"), ("put", "ind"), ("put", "v"), ("put", "indices"), ("put", "values"),
    ("delete", "indices"), ("compress", "condition"), ("percentile", "q"), ("quantile", "q"),
])  # fmt: skip

JOINS = frozenset(
    ["concat", "concatenate", "stack", "hstack", "vstack", "dstack", "column_stack", "row_stack"]
)
ORDERED = frozenset(["reshape", "ravel", "flatten", "copy"])  # here CuPy takes no None for the order
ANY_FIRST = frozenset(["shape", "ndim", "size", "isclose", "allclose", "array_equal", "array_equiv"])
Prepared = tuple[list[Any], dict[str, Any]]


def prepared(signature: Parameters, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Prepared:
    """The arguments for NumPy's function: storage in place of device arrays, after CuPy's checks."""
    signature.check(args, kwargs)
    name = signature.name
    if name in ORDERED and kwargs.get("order", "C") is None:
        raise TypeError("object of type 'NoneType' has no len()")
    places = [*signature.positional, *[""] * len(args)]  # more where it takes *args
    check_use(name, {**dict(zip(places, args, strict=False)), **kwargs})
    found = [_ready(name, place, value) for place, value in zip(places, args, strict=False)]
    return found, {key: _ready(name, key, value) for key, value in kwargs.items()}


def _ready(name: str, parameter: str, value: Any) -> Any:
    if parameter in HOST_ONLY:
        if isinstance(value, np.ndarray):
            return on_host(parameter, value)
        if next(stored_in([value]), None) is not None:
            raise TypeError(f"{name}(): {parameter} may not be a device array: give Python numbers")
    if isinstance(value, np.ndarray | list) and (name, parameter) in MOVED:
        hide(f"{name}() moves {parameter} to the device: move it once, with asarray or beside")
        return value
    return unwrap(value)


def on_host(parameter: str, value: np.ndarray[Any, Any]) -> Any:
    """The numbers of a NumPy array of axes or sizes; CuPy goes through that of axes."""
    if parameter != "axis":
        return value.tolist()
    if not value.ndim:
        raise TypeError("iteration over a 0-d array")
    return tuple(value.tolist())


def check_arrays(signature: Parameters, args: tuple[Any, ...]) -> None:
    """CuPy's errors for lists and numbers in place of arrays."""
    if not args:
        return
    if signature.name in JOINS and not all(isinstance(item, Stored) for item in args[0]):
        raise TypeError("Only cupy arrays can be concatenated")
    takes_arrays = signature.positional[:1] == ("a",) and signature.name not in ANY_FIRST
    if takes_arrays and not isinstance(args[0], Stored | np.ndarray):
        raise AttributeError(f"{type(args[0]).__name__!r} object has no attribute {signature.name!r}")


@cache
def numpy_names(name: str) -> dict[str, str]:
    """How NumPy calls those parameters of a function which CuPy calls otherwise.

    Parameters
    ----------
    name : str
        As in signatures.json.
    """
    place, _, last = name.rpartition(".")
    function = getattr(importlib.import_module(f"numpy.{place}".rstrip(".")), last)
    try:
        theirs = inspect.signature(function).parameters
    except ValueError:  # NumPy before 2.4 has no signature for functions in C, whose names are CuPy's
        return {}
    pairs = zip(parameters("functions", name).positional, theirs, strict=False)
    return {
        ours: name
        for ours, name in pairs
        if ours not in theirs and theirs[name].kind is not inspect.Parameter.POSITIONAL_ONLY
    }
