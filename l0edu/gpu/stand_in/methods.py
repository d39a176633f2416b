"""Which methods does a device array have? CuPy's, with CuPy's signatures, done by NumPy's own."""

from collections.abc import Callable
from typing import Any

import numpy as np

from l0edu.gpu.stand_in.accounts import hide
from l0edu.gpu.stand_in.arguments import prepared
from l0edu.gpu.stand_in.launches import WAITS
from l0edu.gpu.stand_in.moving import check_dtype
from l0edu.gpu.stand_in.signatures import CUPY, parameters
from l0edu.gpu.stand_in.storage import launch_for, stored_in, wrap

__all__ = ["add_methods"]


def add_methods(kind: type) -> None:
    """Give the class those methods that it does not define itself."""
    for name in CUPY["methods"]:
        if not hasattr(kind, name):
            setattr(kind, name, method(kind, name))


def method(kind: type, name: str) -> Callable[..., Any]:
    """The method of that name."""
    signature = parameters("methods", name)
    function = getattr(np.ndarray, name, None) or getattr(np, name)

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        check(name, args, kwargs)
        host_args, host_kwargs = prepared(signature, args, kwargs)
        sources = [self, *stored_in((*args, *kwargs.values()))]
        result = wrap(kind, function(self._host, *host_args, **host_kwargs), sources)
        launch_for(name, result, sources)
        return result

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"{name} of NumPy's arrays, with the arguments that CuPy takes."
    return call


def check(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """CuPy's refusals and waits, for the methods that have some."""
    if name in WAITS:
        hide(f"{name}() waits for the device: the shape of its result depends on the numbers")
    if name == "fill" and args and isinstance(args[0], np.ndarray) and args[0].ndim:
        raise ValueError("non-scalar numpy.ndarray cannot be used for fill")
    if name in ("view", "astype"):
        for kind in (*args[:1], *kwargs.values()):
            check_type(kind)


def check_type(kind: Any) -> None:
    """Refuse dtypes that CuPy has not, and NumPy's array type, of which it would make an array of objects."""
    if isinstance(kind, type) and issubclass(kind, np.ndarray):
        raise TypeError("view(numpy.ndarray): CuPy would give an array of objects; use get()")
    if isinstance(kind, type | np.dtype):
        check_dtype(np.dtype(kind))
