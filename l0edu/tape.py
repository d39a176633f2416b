"""How does a hand-derived gradient get onto autograd's tape?

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

from autograd.core import defvjp_argnums
from autograd.extend import primitive as record
from autograd.tracer import getval, isbox

from l0edu.errors import InputError
from l0edu.tables import Array

__all__ = ["Primitive", "getval", "in_dtype_of", "isbox", "primitive", "unbroadcast"]


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
        kinds = {parameter.kind for parameter in self._signature.parameters.values()}
        if kinds - {inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.POSITIONAL_ONLY}:
            raise InputError(
                f"{self.__name__}: autograd sees positional arguments only: use no *, *args or **kwargs"
            )
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
                raise InputError(f"{self.__name__} can be differentiated once; {self._for_more()}")
            values = {**given.arguments, "g": g, "y": y}
            return tuple(in_dtype_of(values[name], self._gradients[name](values)) for name in wanted)

        return pull

    def _for_more(self) -> str:
        if self.__module__.startswith("l0edu."):
            return (
                f"for second derivatives use l0edu.plain.{self.__name__}, the same formula in autograd.numpy"
            )
        return "for second derivatives spell its formula in autograd.numpy"


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


def in_dtype_of(argument: Any, gradient: Array) -> Array:
    """The gradient in the dtype of what it is the gradient of."""
    dtype = getattr(argument, "dtype", None)
    return gradient if dtype is None or gradient.dtype == dtype else gradient.astype(dtype)


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
