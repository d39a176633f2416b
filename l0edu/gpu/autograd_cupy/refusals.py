"""What cannot be differentiated on a device, and what should be written instead?

NumPy would answer with an error about conversions, somewhere inside. These say it at once. On NumPy arrays
the functions are autograd's.
"""

import functools
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.extend import defvjp
from autograd.numpy import numpy_vjps, numpy_wrapper

from .array_types import array_module

__all__ = ["replace_refused"]

INSTEAD = {
    "full": "np.ones_like(value, shape=shape) * value",
    "linspace": "start + (stop - start) * t with t = numpy_on(xp).linspace(0.0, 1.0, n)",
    "r_": "np.concatenate([a, b])",
    "c_": "np.stack([a, b], axis=1)",
    "gradient": "(x[2:] - x[:-2]) / 2",
    "logsumexp": "m + np.log(np.sum(np.exp(z - m))) with m = np.max(getval(z)), getval from autograd.tracer",
}


def replace_refused() -> None:
    """Put guarded functions in place of autograd's; SciPy's only once `autograd.scipy` was imported."""
    for name in ("full", "linspace"):
        for module in (anp, numpy_wrapper):
            guard(module, name)
    guard(numpy_wrapper.r_class, "__getitem__", "r_")
    guard(numpy_wrapper.c_class, "__getitem__", "c_")
    defvjp(anp.gradient, gradient_gradient)
    if "autograd.scipy.special" in sys.modules:
        guard(sys.modules["autograd.scipy.special"], "logsumexp")


def guard(owner: ModuleType | type, attribute: str, name: str = "") -> None:
    """Replace a function by one that refuses device arrays; one that does so already stays."""
    function = getattr(owner, attribute)
    if not hasattr(function, "refuses"):
        setattr(owner, attribute, refusing(function, name or attribute))


def refusing(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """The same function, but an error on device arrays."""

    @functools.wraps(function)
    def guarded(*args: Any, **options: Any) -> Any:
        refuse_device(name, *args, *options.values())
        return function(*args, **options)

    guarded.refuses = name  # type: ignore[attr-defined]
    return guarded


def refuse_device(name: str, *values: Any) -> None:
    """NotImplementedError if one of the values, or of their parts, lies on a device."""
    parts = [part for value in values for part in (value if isinstance(value, tuple | list) else [value])]
    if array_module(*parts) is not np:
        raise NotImplementedError(f"autograd cannot do {name} on a device: write {INSTEAD[name]}")


def gradient_gradient(ans: Any, x: Any, *spacings: Any, **options: Any) -> Callable[[Any], Any]:
    """Of `np.gradient`, the differences of neighbours: autograd's rule, which adds to NumPy's zeros."""
    refuse_device("gradient", x)
    return numpy_vjps.grad_gradient(ans, x, *spacings, **options)
