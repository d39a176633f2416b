"""How does a hand-derived gradient get onto autograd's tape, and how is a whole table differentiated?

autograd records which operations were applied to the parameters and runs the chain rule backwards over the
record. It needs to know one thing of each operation: given g = dL/dy, what is dL/dx? Here an operation is
declared with `primitive`, and the answer stands right under it:

    @primitive
    def relu(x):
        return np.maximum(x, 0)

    @relu.gradient("x")
    def relu_dx(g, x):
        return g * (x > 0)

Both are plain NumPy, so a debugger can stop in either. A gradient asks by name for what it needs: `g`, the
output `y`, and any argument of the operation.
"""

import functools
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
from autograd.core import VJPNode, add_outgrads, defvjp_argnums, vspace
from autograd.extend import primitive as record
from autograd.tracer import getval, isbox, new_box, trace_stack
from autograd.util import toposort

from l0edu.errors import InputError
from l0edu.tables import Array, map_arrays

__all__ = ["Primitive", "getval", "isbox", "primitive", "unbroadcast", "value_and_grad"]


class Primitive:
    """An operation on arrays with a hand-derived gradient for each argument that can have one.

    Parameters
    ----------
    formula : callable
        The operation in plain NumPy.

    Notes
    -----
    A primitive is differentiable once. Its second derivative is refused with the name of the function in
    `l0edu.plain` that spells the same formula in `autograd.numpy`, which can be differentiated again.
    """

    def __init__(self, formula: Callable[..., Any]):
        functools.update_wrapper(self, formula)
        self.__name__ = formula.__name__
        self._recorded = record(formula)
        self._signature = inspect.signature(formula)
        self._names = list(self._signature.parameters)
        self._gradients: dict[str, Callable[[dict[str, Any]], Array]] = {}
        defvjp_argnums(self._recorded, self._pullback)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Apply the formula, and record it when an argument is being differentiated."""
        if kwargs:  # autograd sees only positional arguments
            bound = self._signature.bind(*args, **kwargs)
            bound.apply_defaults()  # else an argument left out would turn those behind it into keywords again
            args, kwargs = bound.args, bound.kwargs
        return self._recorded(*args, **kwargs)

    def gradient(self, argument: str) -> Callable[[Callable[..., Array]], Callable[..., Array]]:
        """Decorate the function that returns dL/d`argument`.

        Its parameters say what it needs: `g` = dL/dy, the output `y`, and arguments by their names.
        """

        def register(derivative: Callable[..., Array]) -> Callable[..., Array]:
            needed = list(inspect.signature(derivative).parameters)
            unknown = {argument, *needed} - {*self._names, "g", "y"}
            if unknown or {"g", "y"} & {*self._names}:
                raise InputError(
                    f"{self.__name__} takes {self._names}: a gradient may ask for these, g and y, not for "
                    f"{sorted(unknown)}, and no argument may itself be called g or y"
                )
            self._gradients[argument] = lambda values: derivative(*(values[name] for name in needed))
            return derivative

        return register

    def _pullback(
        self, argnums: tuple[int, ...], y: Any, args: tuple[Any, ...], _: Any
    ) -> Callable[[Any], Any]:
        given = self._signature.bind(*args)
        given.apply_defaults()
        wanted = [self._names[i] for i in argnums]
        missing = [name for name in wanted if name not in self._gradients]
        if missing:
            raise InputError(f"{self.__name__} has no gradient by {missing[0]}: pass it as an ordinary array")

        def pull(g: Any) -> tuple[Array, ...]:
            if isbox(g) or isbox(y):
                raise InputError(
                    f"l0edu's {self.__name__} can be differentiated once; for second derivatives use "
                    f"l0edu.plain.{self.__name__}, the same formula in autograd.numpy"
                )
            values = {**given.arguments, "g": g, "y": y}
            return tuple(_in_dtype_of(values[name], self._gradients[name](values)) for name in wanted)

        return pull


def primitive(formula: Callable[..., Any]) -> Primitive:
    """Make an operation of a NumPy formula; its gradients are declared under it.

    Examples
    --------
    >>> @primitive
    ... def cube(x):
    ...     return x**3
    >>> @cube.gradient("x")
    ... def cube_dx(g, x):
    ...     return g * 3 * x**2
    >>> value_and_grad(cube)(np.array(2.0))
    (np.float64(8.0), np.float64(12.0))
    """
    return Primitive(formula)


def _in_dtype_of(argument: Any, gradient: Array) -> Array:
    dtype = getattr(argument, "dtype", None)
    return gradient if dtype is None or gradient.dtype == dtype else gradient.astype(dtype)


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


def unbroadcast(g: Array, shape: tuple[int, ...]) -> Array:
    """Sum g over the axes along which an array of `shape` was broadcast: the gradient of broadcasting.

    Examples
    --------
    >>> unbroadcast(np.ones((5, 3)), (3,))
    array([5., 5., 5.])
    """
    extra = g.ndim - len(shape)
    stretched = tuple(extra + i for i, n in enumerate(shape) if n == 1 and g.shape[extra + i] != 1)
    if extra or stretched:
        g = g.sum(axis=(*range(extra), *stretched), keepdims=False).reshape(shape)
    return g


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
        When params hold something else than floating-point arrays, or the value is not a finite-dimensional
        scalar of the parameters: an array, an object array (a function of plain NumPy that autograd cannot
        see was applied to a parameter), or a number that does not depend on them.

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
        grads = _unshared(map_arrays(_in_dtype_of, params, grads))
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
