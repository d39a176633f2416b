"""Which rules about shapes and order ask for what CuPy has not, or make NumPy arrays?

`order=None`, an order of axes that is an array, and zeros on the host.
"""

from collections.abc import Callable, Sequence
from typing import Any

import autograd.numpy as anp
from autograd.extend import defvjp

from .array_types import array_module

__all__ = ["replace_shapes"]

Gradient = Callable[[Any], Any]


def replace_shapes() -> None:
    """Register the rules of this file in place of autograd's."""
    defvjp(anp.reshape, reshape_gradient)
    defvjp(anp.ravel, ravel_gradient)
    defvjp(anp.transpose, transpose_gradient)
    defvjp(anp.trace, trace_gradient)
    defvjp(anp.diff, diff_gradient)
    defvjp(anp.sort, sort_gradient)
    defvjp(anp.partition, partition_gradient)


def reshape_gradient(ans: Any, x: Any, shape: Any = None, order: str | None = None, **_: Any) -> Gradient:
    """Back to the shape of x."""
    return lambda g: anp.reshape(g, anp.shape(x), order=order or "C")


def ravel_gradient(ans: Any, x: Any, order: str | None = None) -> Gradient:
    """Back to the shape of x."""
    return lambda g: anp.reshape(g, anp.shape(x), order=order or "C")


def transpose_gradient(ans: Any, x: Any, axes: Sequence[int] | None = None) -> Gradient:
    """The axes back in their order."""
    if axes is None:
        return anp.transpose
    order = [int(axis) % len(axes) for axis in axes]
    return lambda g: anp.transpose(g, tuple(order.index(axis) for axis in range(len(order))))


def trace_gradient(ans: Any, x: Any, offset: int = 0) -> Gradient:
    """g on the diagonal, 0 elsewhere; a trace of its first two axes."""
    eye = array_module(x).eye(x.shape[0], x.shape[1], k=offset, dtype=x.dtype)
    return lambda g: anp.reshape(eye, eye.shape + (1,) * anp.ndim(g)) * g


def diff_gradient(ans: Any, x: Any, n: int = 1, axis: int = -1) -> Gradient:
    """Of y = x[1:] - x[:-1], taken n times: each x is added in one place and subtracted in the next."""
    shape = list(anp.shape(x))
    shape[axis] = 1

    def gradient(g: Any) -> Any:
        zero = anp.zeros_like(g, shape=tuple(shape))
        for _ in range(n):
            g = anp.concatenate((zero, g), axis) - anp.concatenate((g, zero), axis)
        return g

    return gradient


def sort_gradient(ans: Any, x: Any, axis: int = -1, kind: Any = None, order: Any = None) -> Gradient:
    """Each number's gradient goes back to where the number stood."""
    return put_back(anp.argsort(x, axis, **given(kind=kind, order=order)), "sort")


def partition_gradient(
    ans: Any, x: Any, kth: Any, axis: int = -1, kind: Any = None, order: Any = None
) -> Gradient:
    """As for `sort`."""
    return put_back(anp.argpartition(x, kth, axis, **given(kind=kind, order=order)), "partition")


def given(**options: Any) -> dict[str, Any]:
    """The options that are not None: CuPy's argsort has no `order`."""
    return {name: value for name, value in options.items() if value is not None}


def put_back(taken_from: Any, name: str) -> Gradient:
    """The gradient of y = x[taken_from], where every place is taken once."""
    if taken_from.ndim > 1:
        raise NotImplementedError(f"Gradient of {name} not implemented for multi-dimensional arrays.")
    back = anp.argsort(taken_from)
    return lambda g: g[back]
