"""How does an operation bring its own hand-derived gradient?

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
output `y`, and any argument of the operation. Where two gradients share work, one function returns both,
under `@op.gradient("W", "b")`.
"""

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from autograd.core import SparseObject, defvjp_argnums
from autograd.extend import primitive as autograd_primitive
from autograd.tracer import find_top_boxed_args, getval, isbox, new_box

from l0edu.errors import InputError
from l0edu.tables import Array, Shape

__all__ = ["Primitive", "getval", "in_dtype", "isbox", "primitive", "unbroadcast"]


POSITIONAL = {inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.POSITIONAL_ONLY}


class Derivative(NamedTuple):
    """A gradient function, what it is the gradient by, and the names of what it asks for."""

    arguments: tuple[str, ...]
    function: Callable[..., Any]
    needed: list[str]

    def __call__(self, values: dict[str, Any]) -> dict[str, Any]:
        """dL/d(argument) under each argument's name."""
        gradients = self.function(*[values[name] for name in self.needed])
        if len(self.arguments) == 1:
            return {self.arguments[0]: gradients}
        if not isinstance(gradients, tuple | list) or len(gradients) != len(self.arguments):
            names = ", ".join(self.arguments)
            raise InputError(f"a gradient by {names} must return a tuple of {len(self.arguments)} arrays")
        return dict(zip(self.arguments, gradients, strict=True))


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
        self._formula, self._recorded = formula, autograd_primitive(formula)
        self._signature = inspect.signature(formula)
        parameters = self._signature.parameters.values()
        self._names = _positional_names(self._signature, self.__name__)
        self._defaults = {p.name: p.default for p in parameters if p.default is not p.empty}
        self._gradients: dict[str, Derivative] = {}
        self._asked: dict[tuple[int, ...], tuple[list[str], set[str]]] = {}
        defvjp_argnums(self._recorded, self._pullback)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Apply the formula, and record it when an argument is being differentiated."""
        args = self._in_order(args, kwargs) if kwargs else args
        boxes, level, node_of, _ = find_top_boxed_args(args)
        if not boxes:
            return self._formula(*args)
        values = list(args)
        for position, box in boxes:
            values[position] = box._value
        y = self(*values)  # which may be boxed by a trace around this one
        positions = [position for position, _ in boxes]
        node = node_of(y, self._recorded, values, {}, positions, [box._node for _, box in boxes])
        return new_box(y, level, node)

    def gradient(self, *arguments: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Decorate the function that returns dL/d`argument`, or a tuple of them when several are named.

        Its parameters say what it needs: `g` = dL/dy, the output `y`, and arguments by their names. One that
        returns several is asked once, whichever of them are differentiated.
        """

        def register(derivative: Callable[..., Any]) -> Callable[..., Any]:
            needed = _positional_names(inspect.signature(derivative), f"a gradient of {self.__name__}")
            unknown = {*arguments, *needed} - {*self._names, "g", "y"}
            if unknown or {"g", "y"} & {*self._names}:
                raise InputError(
                    f"{self.__name__} takes {self._names}: a gradient may ask for these, g and y, not for "
                    f"{sorted(unknown)}, and no argument may itself be called g or y"
                )
            joint = Derivative(arguments, derivative, needed)
            self._gradients.update(dict.fromkeys(arguments, joint))
            self._asked.clear()
            return derivative

        return register

    def _in_order(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        """Every argument by its position, as autograd sees no others."""
        rest = self._names[len(args) :]
        named = self._defaults | kwargs
        if not (kwargs.keys() <= {*rest} <= named.keys()):
            self._signature.bind(*args, **kwargs)  # raises Python's own TypeError
        return (*args, *[named[name] for name in rest])

    def _pullback(self, argnums: Sequence[int], y: Any, args: Sequence[Any], _: Any) -> Callable[[Any], Any]:
        """The chain rule through this operation: it keeps what its gradients ask for, and nothing else."""
        asked = tuple(argnums)
        if asked not in self._asked:
            self._asked[asked] = self._ask(asked)
        wanted, needed = self._asked[asked]
        known = {**self._defaults, **dict(zip(self._names, args, strict=False)), "y": y}
        kept = {name: known[name] for name in needed}
        forms, again = {name: _form(known[name]) for name in wanted}, isbox(y)

        def pull(g: Any) -> list[Any]:
            if again or isbox(g):
                raise InputError(f"{self.__name__} can be differentiated once; {self._for_more()}")
            values, found = {**kept, "g": g}, dict[str, Any]()
            for name, (shape, _) in forms.items():
                if name not in found:
                    found = self._gradients[name](values) | found
                self._check(found[name], name, shape)
            return [in_dtype(found[name], dtype) for name, (_, dtype) in forms.items()]

        return pull

    def _ask(self, argnums: tuple[int, ...]) -> tuple[list[str], set[str]]:
        """The names of these arguments, and of what their gradients ask for."""
        wanted = [self._names[i] for i in argnums]
        for name in wanted:
            if name not in self._gradients:
                raise InputError(f"{self.__name__} has no gradient by {name}: pass it as an ordinary array")
        return wanted, {need for name in wanted for need in self._gradients[name].needed} - {"g"}

    def _check(self, gradient: Any, name: str, shape: Shape) -> None:
        """Refuse what is no gradient by this argument: one of another shape would be broadcast silently."""
        if getattr(gradient, "shape", None) != shape and type(gradient) is not SparseObject:
            found = f"has shape {gradient.shape}" if hasattr(gradient, "shape") else f"is {gradient!r:.40}"
            raise InputError(
                f"{self.__name__}'s gradient by {name} {found}: return an array of {name}'s shape {shape}"
            )

    def _for_more(self) -> str:
        if self.__module__.startswith("l0edu."):
            return (
                f"for second derivatives use l0edu.plain.{self.__name__}, the same formula in autograd.numpy"
            )
        return "for second derivatives spell its formula in autograd.numpy"


def _positional_names(signature: inspect.Signature, whose: str) -> list[str]:
    """The names of a function's parameters, none of which may be for keywords only."""
    if {parameter.kind for parameter in signature.parameters.values()} - POSITIONAL:
        raise InputError(f"{whose}: autograd sees positional arguments only: use no *, *args or **kwargs")
    return list(signature.parameters)


def _form(value: Any) -> tuple[Shape, Any]:
    """Shape and dtype; of a Python number () and None."""
    return getattr(value, "shape", ()), getattr(value, "dtype", None)


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
    >>> import numpy as np
    >>> from l0edu import value_and_grad
    >>> value_and_grad(cube)(np.array(2.0))
    (np.float64(8.0), np.float64(12.0))
    """
    return Primitive(formula)


def in_dtype(gradient: Any, dtype: Any) -> Any:
    """The gradient in the dtype of what it is the gradient of; None leaves it as it is.

    A gradient that adds itself to an array (`autograd.core.SparseObject`, as of a slice) stays as it is: it
    takes on the dtype of what it is added to.
    """
    if dtype is None or type(gradient) is SparseObject or gradient.dtype == dtype:
        return gradient
    return gradient.astype(dtype)


def unbroadcast(g: Array, shape: tuple[int, ...]) -> Array:
    """Sum g over the axes along which an array of `shape` was broadcast: the gradient of broadcasting.

    Examples
    --------
    >>> import numpy as np
    >>> unbroadcast(np.ones((5, 3)), (3,))
    array([5., 5., 5.])
    """
    extra = g.ndim - len(shape)
    stretched = tuple(extra + i for i, n in enumerate(shape) if n == 1 and g.shape[extra + i] != 1)
    if extra or stretched:
        g = g.sum(axis=(*range(extra), *stretched), keepdims=False).reshape(shape)
    return g
