"""How long does an operation take, and how long the product, or the copy, that it cannot do without?

A gradient is timed by itself: the operation is recorded once, and its node is asked again and
again for the gradients by the arguments that have one.
"""

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np
from autograd.core import VJPNode
from autograd.tracer import new_box, trace_stack

from l0edu import ops
from l0edu.bench.timing import Measure, milliseconds_of
from l0edu.errors import InputError
from l0edu.tables import Array

__all__ = ["copy", "op", "product", "pullback"]


def op(op: str, arguments: Sequence[Any], by: Sequence[int] = ()) -> Measure:
    """Milliseconds of an operation of `l0edu.ops`, or of its gradient.

    Parameters
    ----------
    op : str
        Its name.
    arguments : sequence
        A list is the shape of a random array, "labels" are classes 0 to 9 for the array before them, and a
        number is itself.
    by : sequence of int
        Which arguments to differentiate by; none of them for the operation itself.

    Examples
    --------
    >>> op("relu", [[3, 4]], by=[0])(10)["value"] > 0
    True
    """
    if op not in ops.__all__:
        raise InputError(f"there is no operation {op!r}: choose one of {', '.join(ops.__all__)}")
    function, values = getattr(ops, op), _random_arguments(arguments)
    return milliseconds_of(pullback(function, values, by) if by else lambda: function(*values))


def product(products: Sequence[Sequence[int]]) -> Measure:
    """Milliseconds of plain products (m, k) @ (k, n), one after the other.

    Examples
    --------
    >>> product([(2, 3, 4), (4, 3, 2)])(10)["value"] > 0
    True
    """
    rng = np.random.default_rng(0)
    pairs = [(_normal(rng, (m, k)), _normal(rng, (k, n))) for m, k, n in products]
    return milliseconds_of(lambda: [a @ b for a, b in pairs])


def copy(numbers: int) -> Measure:
    """Milliseconds of a copy of so many float32 numbers, into memory that is there already.

    Examples
    --------
    >>> copy(10)(10)["value"] > 0
    True
    """
    x = _normal(np.random.default_rng(0), (numbers,))
    into = np.empty_like(x)
    return milliseconds_of(lambda: np.copyto(into, x))


def pullback(function: Callable[..., Any], values: Sequence[Any], by: Sequence[int]) -> Callable[[], Any]:
    """A function that computes all the gradients of one traced call, for a fixed random dL/dy.

    Examples
    --------
    >>> x = np.array([[-1.0, 2.0]])
    >>> pullback(ops.relu, [x], by=[0])()[0] != 0
    array([[False,  True]])
    """
    with trace_stack.new_trace() as level:
        boxed = [
            new_box(value, level, VJPNode.new_root()) if i in by else value for i, value in enumerate(values)
        ]
        y = function(*boxed)
    g = np.random.default_rng(1).standard_normal(y.shape).astype(y.dtype)
    return lambda: tuple(y._node.vjp(g))


def _random_arguments(arguments: Sequence[Any]) -> list[Any]:
    rng = np.random.default_rng(0)
    values: list[Any] = []
    for argument in arguments:
        if argument == "labels":
            values.append(rng.integers(0, 10, len(values[-1])))
        else:
            values.append(_normal(rng, argument) if isinstance(argument, list) else argument)
    return values


def _normal(rng: np.random.Generator, shape: Sequence[int]) -> Array:
    return rng.standard_normal(prod(shape), dtype=np.float32).reshape(shape)
