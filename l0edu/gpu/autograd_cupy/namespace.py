"""Where do `np.zeros`, `np.array` and `np.random` make their arrays? On the device, in this namespace."""

from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.tracer import isbox

from .array_types import array_module

__all__ = ["numpy_on"]

CREATORS = ("zeros", "ones", "empty", "arange", "eye", "identity", "tri", "random")
OF_VALUES = ("full", "linspace", "logspace")


def numpy_on(xp: ModuleType) -> SimpleNamespace:
    """`autograd.numpy`, but what its functions make of nothing, of numbers or of lists lies on the device.

    Parameters
    ----------
    xp : module
        `cupy`, or another module that was registered; `numpy` works too.

    Returns
    -------
    namespace
        Use it as `np`.

    Examples
    --------
    >>> import numpy
    >>> np = numpy_on(numpy)
    >>> np.sum(np.zeros((2, 3)) + np.array([1.0, 2.0, 3.0]))
    np.float64(12.0)
    """
    names = {name: value for name, value in vars(anp).items() if not name.startswith("_")}
    names |= {name: getattr(xp, name) for name in CREATORS if hasattr(xp, name)}
    names |= {name: of_values(xp, name) for name in OF_VALUES}
    names |= {"array": array_on(xp), "asarray": asarray_on(xp)}
    return SimpleNamespace(**names)


def of_values(xp: ModuleType, name: str) -> Callable[..., Any]:
    """A function that makes an array of numbers; of arrays, autograd's, which says what to write instead."""

    def create(*args: Any, **options: Any) -> Any:
        of_arrays = any(isbox(value) or array_module(value) is not np for value in (*args, *options.values()))
        return getattr(anp if of_arrays else xp, name)(*args, **options)

    return create


def array_on(xp: ModuleType) -> Callable[..., Any]:
    """`np.array`: host data are moved; device arrays and lists of them are copied, and differentiable."""

    def array(data: Any, *args: Any, **options: Any) -> Any:
        made = anp.array(data, *args, **options)
        return made if isbox(made) else xp.asarray(made)

    return array


def asarray_on(xp: ModuleType) -> Callable[..., Any]:
    """`np.asarray`: as `np.array`, but an array that lies on the device is not copied."""
    array = array_on(xp)

    def asarray(data: Any, dtype: Any = None) -> Any:
        if isinstance(data, list | tuple):
            return array(data, dtype=dtype)
        if isbox(data):
            return data if dtype is None else data.astype(dtype)
        return xp.asarray(data, dtype)

    return asarray
