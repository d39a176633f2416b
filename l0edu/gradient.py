"""How is an objective differentiated by every array of a table at once?

The arrays are recorded one by one, so that the objective sees ordinary dictionaries; then the chain rule runs
backwards over the tape (`l0edu.nodes`).
"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from autograd.core import vspace
from autograd.tracer import Box, isbox, new_box, trace_stack

from l0edu.errors import InputError
from l0edu.gpu import is_on_device
from l0edu.gpu.together import check_together
from l0edu.nodes import FROM_EARLIER, Node
from l0edu.tables import map_arrays
from l0edu.tape import getval, in_dtype

__all__ = ["value_and_grad"]


def value_and_grad(objective: Callable[..., Any], into: Any = None) -> Callable[..., tuple[Any, Any]]:
    """The objective's value and its gradient by every array of its first argument.

    Parameters
    ----------
    objective : callable
        `objective(params, *args)` returns a scalar, or a dictionary of named scalars, the *terms*, whose sum
        is differentiated: `{"data": ..., "l0": ...}` keeps the parts of the loss apart.
    into : table, optional
        Arrays of the names, shapes and dtypes of `params`, which every call overwrites with the gradients
        and returns as `grads`: nothing is allocated, but what an earlier call returned is gone.

    Returns
    -------
    callable
        `evaluate(params, *args) -> (value, grads)`: the value as the objective returned it, and a table of
        the names, shapes and dtypes of `params`; zeros where the objective does not depend on an array.

    Raises
    ------
    InputError
        When params hold anything but floating-point arrays, all on the host or all on one device, or the
        value is not a scalar that depends on them: an array, an object array (plain NumPy applied to a
        parameter), or a constant. When `into` does not fit `params` or shares memory with them, or the
        gradients to be written there are themselves being differentiated. When the objective uses a value
        that an earlier evaluation recorded.

    Examples
    --------
    >>> params = {"fc1": {"W": np.array([1.0, 2.0])}}
    >>> value_and_grad(lambda p: p["fc1"]["W"] @ p["fc1"]["W"])(params)
    (np.float64(5.0), {'fc1': {'W': array([2., 4.])}})
    """

    @functools.wraps(objective)
    def evaluate(params: Any, *args: Any) -> tuple[Any, Any]:
        tape: list[Node] = []
        roots = _roots(tape, params, into)
        try:
            with trace_stack.new_trace() as level:
                boxes = map_arrays(lambda array, root: new_box(array, level, root), params, roots)
                value = objective(boxes, *args)
            _start_backward(value, level, tape)
            while tape:  # what has been passed is dropped, and with it the arrays that it held
                tape.pop().pass_on()
        finally:
            tape.clear()
        value = map_arrays(lambda term: _unboxed(term, level), value)
        return value, _own_arrays(params, roots) if into is None else _completed(into, roots)

    return evaluate


def _kind(value: Any) -> str:
    dtype = getattr(value, "dtype", None)
    return type(value).__name__ if dtype is None else f"{type(value).__name__} of {dtype}"


def _roots(tape: list[Node], params: Any, into: Any) -> Any:
    """A node for each array of params."""
    check_together(params=params, into=into)
    if into is None:
        return map_arrays(functools.partial(_root, tape), params)
    _check_alike(params, into, "into")
    return map_arrays(functools.partial(_root, tape), params, into)


def _root(tape: list[Node], array: Any, into: Any = None) -> Node:
    dtype = getattr(array, "dtype", None)
    if dtype is None or dtype.kind != "f":
        raise InputError(f"params must hold floating-point arrays, got {_kind(array)}")
    if type(array) not in Box.type_mappings:
        raise InputError(
            f"params hold a {type(array).__module__}.{type(array).__name__}, which autograd does not know: "
            "for arrays on a GPU call l0edu.gpu.register() first"
        )
    return Node.of_parameter(tape, into)


def _check_alike(params: Any, into: Any, path: str) -> None:
    if isinstance(params, dict):
        if not isinstance(into, dict) or into.keys() != params.keys():
            names = sorted(into) if isinstance(into, dict) else _kind(into)
            raise InputError(f"{path} holds {names}, and the params {sorted(params)}: both must be alike")
        for name, part in params.items():
            _check_alike(part, into[name], f"{path}/{name}")
    elif not _is_array(into) or (
        _is_array(params) and (into.shape != params.shape or into.dtype != params.dtype)
    ):
        wanted = f"an array {np.shape(params)} of {getattr(params, 'dtype', 'floats')}"
        raise InputError(
            f"{path} is {np.shape(into)}, {_kind(into)}: it must be {wanted}, as the parameter is"
        )
    elif np.may_share_memory(into, getval(params)):
        raise InputError(f"{path} shares memory with the parameter: give it an array of its own")


def _is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray) or is_on_device(value)


def _start_backward(value: Any, level: int, tape: list[Node]) -> None:
    """The derivative of the sum of the terms by each of them is 1."""
    terms = list(value.values()) if isinstance(value, dict) else [value]
    for term in terms:
        _check_scalar(term)
        _check_fresh(term, level, tape)
    ends = [term for term in terms if isbox(term) and term._trace == level]
    if not ends:
        raise InputError(
            "the objective does not depend on params: it must compute with the params it is given"
        )
    for end in ends:
        end._node.receive(vspace(end._value).ones())


def _check_fresh(term: Any, level: int, tape: list[Node]) -> None:
    """Refuse what another trace recorded: its gradient would be lost without a word."""
    if isbox(term) and (term._trace > level or (term._trace == level and term._node.tape is not tape)):
        raise InputError(FROM_EARLIER)


def _check_scalar(term: Any) -> None:
    value = getval(term)
    dtype = np.dtype(getattr(value, "dtype", float))
    if dtype.hasobject:
        raise InputError(
            "the objective returned an object array: it applies a plain numpy function to a parameter; "
            "write `import autograd.numpy as np` where the objective is defined"
        )
    if dtype.kind == "c":
        raise InputError("the objective returned a complex number: take its real part or its modulus")
    if np.ndim(value) != 0:
        raise InputError(
            f"the objective must return a scalar, got shape {np.shape(value)}: take a mean or sum"
        )


def _unboxed(value: Any, level: int) -> Any:
    """Out of this trace's box; a box of a trace around it stays."""
    return value._value if isbox(value) and value._trace == level else value


def _own_arrays(params: Any, roots: Any) -> Any:
    """Gradients that own their memory: one that is a view, or stands under two names, is copied."""
    seen: set[int] = set()

    def own(array: Any, root: Node) -> Any:
        if root.arrived is None:
            return np.zeros_like(array)
        g = in_dtype(root.arrived[0], array.dtype)
        shared = id(g) in seen or getattr(g, "base", None) is not None
        seen.add(id(g))
        return g.copy() if shared else g

    return map_arrays(own, params, roots)


def _completed(into: Any, roots: Any) -> Any:
    """The arrays that were to receive the gradients, with zeros where none came."""
    map_arrays(lambda root: root.accumulator.zeros_if_empty(), roots)
    return into
