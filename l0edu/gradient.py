"""How is an objective differentiated by every array of a table at once?

The arrays are put on autograd's tape one by one, so that the objective sees ordinary dictionaries; then the
chain rule runs backwards over what was recorded.
"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from autograd.core import VJPNode, add_outgrads, vspace
from autograd.tracer import isbox, new_box, trace_stack
from autograd.util import toposort

from l0edu.errors import InputError
from l0edu.tables import Array, map_arrays
from l0edu.tape import in_dtype_of

__all__ = ["value_and_grad"]


def value_and_grad(objective: Callable[..., Any]) -> Callable[..., tuple[Any, Any]]:
    """The objective's value and its gradient by every array of its first argument.

    Parameters
    ----------
    objective : callable
        `objective(params, *args)` returns a scalar, or a dictionary of named scalars, the *terms*, whose sum
        is differentiated: `{"data": ..., "l0": ...}` keeps the parts of the loss apart.

    Returns
    -------
    callable
        `evaluate(params, *args) -> (value, grads)`: the value as the objective returned it, and a table of
        the names, shapes and dtypes of `params`; zeros where the objective does not depend on an array.

    Raises
    ------
    InputError
        When params hold anything but floating-point arrays, or the value is not a scalar that depends on
        them: an array, an object array (plain NumPy applied to a parameter), or a constant.

    Examples
    --------
    >>> params = {"fc1": {"W": np.array([1.0, 2.0])}}
    >>> value_and_grad(lambda p: p["fc1"]["W"] @ p["fc1"]["W"])(params)
    (np.float64(5.0), {'fc1': {'W': array([2., 4.])}})
    """

    @functools.wraps(objective)
    def evaluate(params: Any, *args: Any) -> tuple[Any, Any]:
        roots = map_arrays(_new_root, params)
        with trace_stack.new_trace() as level:
            boxes = map_arrays(lambda array, root: new_box(array, level, root), params, roots)
            value = objective(boxes, *args)
            total = sum(value.values()) if isinstance(value, dict) else value
        gradient_of = _backward(_end_of_trace(total, level))
        grads = map_arrays(lambda array, root: gradient_of.get(root, np.zeros_like(array)), params, roots)
        grads = _unshared(map_arrays(in_dtype_of, params, grads))
        return map_arrays(lambda box: _unboxed(box, level), value), grads

    return evaluate


def _kind(value: Any) -> str:
    dtype = getattr(value, "dtype", None)
    return type(value).__name__ if dtype is None else f"{type(value).__name__} of {dtype}"


def _new_root(array: Any) -> VJPNode:
    if not np.issubdtype(getattr(array, "dtype", object), np.floating):
        raise InputError(f"params must hold floating-point arrays, got {_kind(array)}")
    return VJPNode.new_root()


def _end_of_trace(total: Any, level: int) -> Any:
    if not isbox(total) or total._trace != level:
        if np.dtype(getattr(total, "dtype", float)).hasobject:
            raise InputError(
                "the objective returned an object array: it applies a plain numpy function to a parameter; "
                "write `import autograd.numpy as np` where the objective is defined"
            )
        raise InputError(
            "the objective does not depend on params: it must compute with the params it is given"
        )
    if total._value.dtype.kind == "c":
        raise InputError("the objective returned a complex number: take its real part or its modulus")
    if total._value.dtype.hasobject:
        raise InputError("the objective returned an object array: use autograd.numpy instead of numpy in it")
    if np.ndim(total._value) != 0:
        raise InputError(
            f"the objective must return a scalar, got shape {total._value.shape}: take a mean or sum"
        )
    return total


def _backward(end: Any) -> dict[VJPNode, Array]:
    """The chain rule, from the end of the tape to its roots."""
    pending = {end._node: (vspace(end._value).ones(), False)}
    roots = {}
    for node in toposort(end._node):
        g = pending.pop(node)[0]
        if not node.parents:
            roots[node] = g
        for parent, part in zip(node.parents, node.vjp(g), strict=True):
            pending[parent] = add_outgrads(pending.get(parent), part)
    return roots


def _unboxed(value: Any, level: int) -> Any:
    """Out of this trace's box; a box of a trace around it stays."""
    return value._value if isbox(value) and value._trace == level else value


def _unshared(grads: Any) -> Any:
    """Gradients that own their memory: one that is a view, or stands under two names, is copied."""
    seen: set[int] = set()

    def own(g: Any) -> Any:
        shared = id(g) in seen or getattr(g, "base", None) is not None
        seen.add(id(g))
        return g.copy() if shared else g

    return map_arrays(own, grads)
