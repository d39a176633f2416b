"""Where is one launch put in place of several? At a function under `@fused`, when it is given device arrays.

On a GPU each NumPy call is a launch of its own, and a launch costs about 10 microseconds however small the
array is. `l0edu.gpu.kernels` has a kernel for each function here, under the same name: all of it in one
launch. On the CPU nothing changes: the function in plain NumPy is what runs.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

import numpy as np

from l0edu.gpu import kernels
from l0edu.gpu.autograd_cupy import array_module
from l0edu.gpu.autograd_cupy.array_types import MODULES
from l0edu.tape import isbox

__all__ = ["fused"]

Function = TypeVar("Function", bound=Callable[..., Any])

ONE_TYPE = ({np.dtype("float32")}, {np.dtype("float64")})  # what a kernel computes in


def fused(plain: Function) -> Function:
    """Decorate a function in plain NumPy that has a kernel of the same name, called with the same arguments.

    NumPy arrays go to the plain function, and so do others unless all are float32 or all float64, and what
    is being differentiated, as autograd has to see each NumPy call. CuPy's go to the kernel. The stand-in's
    go to the plain function, which then counts as one launch.

    Examples
    --------
    >>> @fused
    ... def decay_and_add(total, p, decay):
    ...     total *= decay
    ...     total += p
    >>> total = np.array([8.0])
    >>> decay_and_add(total, np.array([1.0]), 0.5)
    >>> total
    array([5.])
    """

    @wraps(plain)
    def chosen(*args: Any, **kwargs: Any) -> Any:
        if not MODULES or (args and type(args[0]) is np.ndarray):  # without MODULES there is no device
            return plain(*args, **kwargs)
        return _on_device(plain, args, kwargs)

    return cast(Function, chosen)


def _on_device(plain: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    arrays = [value for value in (*args, *kwargs.values()) if hasattr(value, "dtype")]
    module = array_module(*arrays)
    if module is np or any(map(isbox, arrays)) or {array.dtype for array in arrays} not in ONE_TYPE:
        return plain(*args, **kwargs)
    if hasattr(module, "one_launch"):
        with module.one_launch(plain.__name__):
            return plain(*args, **kwargs)
    return getattr(kernels, plain.__name__)(module, *args, **kwargs)
