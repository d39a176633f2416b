"""Which functions does the module have? CuPy's, looked up by name when they are first asked for."""

import importlib
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np

from l0edu.gpu.stand_in import creation
from l0edu.gpu.stand_in.array import ndarray
from l0edu.gpu.stand_in.dispatch import call, call_ufunc
from l0edu.gpu.stand_in.signatures import CUPY, UFUNCS

__all__ = ["Ufunc", "function", "look_up", "names"]

HERE: dict[str, Any] = {"array": creation.array, "asarray": creation.asarray}
HERE |= {"asanyarray": creation.asarray, "asnumpy": creation.asnumpy, "ndarray": ndarray}
FROM_NUMPY = [
    "bool_", "complex128", "complex64", "complexfloating", "dtype", "e", "euler_gamma", "finfo", "float16",
    "float32", "float64", "floating", "generic", "iinfo", "inexact", "inf", "int16", "int32", "int64", "int8",
    "int_", "integer", "intp", "isscalar", "issubdtype", "nan", "newaxis", "number", "pi", "promote_types",
    "uint16", "uint32", "uint64", "uint8",
]  # fmt: skip
PLACES = ("fft", "lib", "linalg")


class Ufunc:
    """A ufunc of CuPy's: callable, with the methods that CuPy has for it.

    Parameters
    ----------
    name : str
    """

    def __init__(self, name: str) -> None:
        self.__name__ = name
        self._ufunc = getattr(np, name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The ufunc itself, with `out`, `dtype` and `casting`."""
        return call_ufunc(ndarray, self._ufunc, "__call__", args, kwargs)

    def at(self, a: Any, indices: Any, b: Any) -> None:
        """As `numpy.ufunc.at`, for the ufuncs for which CuPy has it."""
        call_ufunc(ndarray, self._ufunc, "at", (a, indices, b), {})

    def reduce(self, *args: Any, **kwargs: Any) -> Any:
        """As `numpy.ufunc.reduce`, for `add` and `multiply`."""
        return call_ufunc(ndarray, self._ufunc, "reduce", args, kwargs)

    def accumulate(self, *args: Any, **kwargs: Any) -> Any:
        """As `numpy.ufunc.accumulate`, for `add` and `multiply`."""
        return call_ufunc(ndarray, self._ufunc, "accumulate", args, kwargs)

    def outer(self, *args: Any, **kwargs: Any) -> Any:
        """As `numpy.ufunc.outer`."""
        return call_ufunc(ndarray, self._ufunc, "outer", args, kwargs)


def function(name: str) -> Any:
    """The function of that dotted name.

    Parameters
    ----------
    name : str
        As in signatures.json: "sum", "linalg.norm".
    """
    place, _, last = name.rpartition(".")
    ours = getattr(importlib.import_module(f"numpy.{place}".rstrip(".")), last)

    def found(*args: Any, **kwargs: Any) -> Any:
        return call(ndarray, name, ours, args, kwargs)

    found.__name__ = found.__qualname__ = last
    found.__doc__ = f"{name} of NumPy, on device arrays, with the arguments that CuPy takes."
    return found


@cache
def look_up(name: str) -> Any:
    """What the module has under a name; AttributeError where CuPy or the stand-in has nothing."""
    if name in HERE:
        return HERE[name]
    if name in FROM_NUMPY:
        return getattr(np, name)
    if name in UFUNCS:
        return Ufunc(name)
    if name in PLACES:
        return place(name)
    if name in CUPY["functions"]:
        return function(name)
    raise AttributeError(f"the stand-in for CuPy has no {name!r}")


def place(name: str) -> SimpleNamespace:
    """A part of the module: `linalg`, `fft`, or `lib` with `stride_tricks`."""
    inside = {
        full.removeprefix(f"{name}."): full for full in CUPY["functions"] if full.startswith(f"{name}.")
    }
    if name == "lib":
        return SimpleNamespace(stride_tricks=place("lib.stride_tricks"))
    return SimpleNamespace(**{short: function(full) for short, full in inside.items()})


def names() -> list[str]:
    """All names under which `look_up` finds something: not those that this version of NumPy has not."""
    plain = [name for name in CUPY["functions"] if name in HERE or hasattr(np, name)]
    return sorted({*HERE, *FROM_NUMPY, *UFUNCS, *PLACES, *plain})
