"""How does the gradient of a sum or a maximum come back to the shape of what was reduced?

autograd adds NumPy's zeros of that shape, which no device array can be added to. Here the gradient is
broadcast instead. Counts are Python's numbers: NumPy's would turn float32 into float64.
"""

import math
from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.extend import defvjp
from autograd.numpy import numpy_wrapper
from autograd.numpy.numpy_vjps import match_complex

__all__ = ["replace_reductions", "spread"]

Axes = int | tuple[int, ...] | list[int] | None
Gradient = Callable[[Any], Any]


def replace_reductions() -> None:
    """Register the rules of this file in place of autograd's."""
    defvjp(anp.sum, sum_gradient)
    defvjp(anp.prod, prod_gradient)
    defvjp(numpy_wrapper._primitive_mean, mean_gradient)
    defvjp(numpy_wrapper._primitive_var, var_gradient)
    defvjp(numpy_wrapper._primitive_std, std_gradient)
    for choose in (anp.max, anp.min, anp.amax, anp.amin):
        defvjp(choose, chooser_gradient)


def reduced_axes(shape: tuple[int, ...], axis: Axes) -> set[int]:
    """The axes that a reduction removes, counted from 0."""
    axes = range(len(shape)) if axis is None else (axis,) if isinstance(axis, int | np.integer) else axis
    return {int(one) % len(shape) for one in axes}


def count(shape: tuple[int, ...], axis: Axes) -> int:
    """How many numbers are reduced to one."""
    return math.prod(shape[one] for one in reduced_axes(shape, axis)) if shape else 1


def spread(g: Any, shape: tuple[int, ...], axis: Axes) -> Any:
    """What was reduced along `axis`, repeated along it again: a view, so never change it in place."""
    if shape == ():
        return g
    reduced = reduced_axes(shape, axis)
    kept = tuple(1 if one in reduced else size for one, size in enumerate(shape))
    return anp.broadcast_to(anp.reshape(g, kept), shape)


def sum_gradient(ans: Any, x: Any, axis: Axes = None, **_: Any) -> Gradient:
    """The product with 1.0 makes an array of the view: a user's own rule may change g in place."""
    shape = anp.shape(x)
    return lambda g: match_complex(x, spread(g, shape, axis) * 1.0)


def mean_gradient(ans: Any, x: Any, axis: Axes = None, **_: Any) -> Gradient:
    """As for a sum, divided by how many numbers were averaged."""
    shape = anp.shape(x)
    return lambda g: match_complex(x, spread(g, shape, axis) / count(shape, axis))


def prod_gradient(ans: Any, x: Any, axis: Axes = None, **_: Any) -> Gradient:
    """g times the product of the others; autograd's formula, which divides by x."""
    shape = anp.shape(x)
    return lambda g: spread(g * ans, shape, axis) / x


def var_gradient(ans: Any, x: Any, axis: Axes = None, ddof: int = 0, **_: Any) -> Gradient:
    """2 g (x - mean) / (n - ddof)."""
    shape = anp.shape(x)

    def gradient(g: Any) -> Any:
        centred = anp.conj(x - anp.mean(x, axis=axis, keepdims=True))
        return 2.0 * spread(g, shape, axis) * centred / (count(shape, axis) - ddof)

    return gradient


def std_gradient(ans: Any, x: Any, axis: Axes = None, ddof: int = 0, **_: Any) -> Gradient:
    """g (x - mean) / std / (n - ddof); 0 for a single number, whose std is 0."""
    shape = anp.shape(x)
    n = count(shape, axis)

    def gradient(g: Any) -> Any:
        if n <= 1:
            return match_complex(x, spread(g, shape, axis) * 0.0)
        centred = anp.conj(x - anp.mean(x, axis=axis, keepdims=True))
        return spread(g / ans, shape, axis) * centred / (n - ddof)

    return gradient


def chooser_gradient(ans: Any, x: Any, axis: Axes = None, **_: Any) -> Gradient:
    """Of a maximum or minimum: g goes to the numbers that attain it, in equal shares."""
    shape = anp.shape(x)

    def gradient(g: Any) -> Any:
        attained = x == spread(ans, shape, axis)
        how_many = anp.sum(attained, axis=axis, keepdims=True, dtype=anp.result_type(g))
        return spread(g, shape, axis) * attained / how_many

    return gradient
