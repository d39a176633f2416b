"""When does an answer agree with the right one? When its numbers do; a list is as good as an array."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from l0edu.tables import Array

__all__ = ["TOLERANCE", "close", "numbers"]

TOLERANCE = 2e-5  # of the largest number: float32 passes, a forgotten factor does not


def close(yours: Any, right: Any, what: str = "your result", **inputs: Any) -> None:
    """Go on when two arrays have one shape, and agree within `TOLERANCE` of the largest right number.

    Parameters
    ----------
    yours, right : number, or array of numbers
    what : str
        What the message calls it.
    **inputs : number, or array of numbers
        What the message names beside a wrong entry, by keyword: they broadcast to the shape of `right`.

    Raises
    ------
    AssertionError
        Otherwise; the message says where the two are farthest apart.

    Examples
    --------
    >>> close(np.array([0.1, 0.2]), np.array([0.1, 0.3]), "z")
    Traceback (most recent call last):
    AssertionError: z at [1] is 0.2, and should be 0.3
    >>> close(np.float32(0.1), 0.1)
    >>> close([0.1, 0.2], [0.1, 0.3], "z", log_alpha=[-1.0, 1.5], beta=0.5)
    Traceback (most recent call last):
    AssertionError: z at [1] is 0.2, and should be 0.3, for log_alpha = 1.5, beta = 0.5
    """
    __tracebackhide__ = True
    wanted = np.asarray(right, float)
    trouble = _misshapen(yours, wanted.shape) or _farthest(np.asarray(yours, float), wanted, inputs)
    if trouble:
        raise AssertionError(f"{what} {trouble}")


def numbers(yours: Any, shape: tuple[int, ...], what: str = "your result") -> Array:
    """An answer as an array, for checks that go on computing with it.

    Parameters
    ----------
    yours : number, or array of numbers
    shape : tuple of int
        The shape that is asked for.
    what : str
        What the message calls it.

    Raises
    ------
    AssertionError
        When the answer is nothing of that shape.

    Examples
    --------
    >>> numbers([1, 2], (2,))
    array([1., 2.])
    >>> numbers(None, (2,), "z")
    Traceback (most recent call last):
    AssertionError: z is None (is a `return` missing?), and should be an array of shape (2,)
    """
    __tracebackhide__ = True
    trouble = _misshapen(yours, shape)
    if trouble:
        raise AssertionError(f"{what} {trouble}")
    return np.asarray(yours, float)


def _misshapen(yours: Any, shape: tuple[int, ...]) -> str:
    """Why `yours` is nothing of this shape, as the end of a sentence; empty when it is."""
    if not isinstance(yours, bool | int | float | np.generic | np.ndarray | list | tuple):
        return f"is {_named(yours)}, and should be {_kind(shape)}"
    if isinstance(yours, np.ndarray) and yours.shape != shape:
        return f"is {_kind(yours.shape)}, and should be {_kind(shape)}"
    try:
        mine = np.asarray(yours, float)
    except (ValueError, TypeError):
        return f"is no array of numbers, and should be {_kind(shape)}"
    return "" if mine.shape == shape else f"is {_kind(mine.shape)}, and should be {_kind(shape)}"


def _farthest(mine: Array, wanted: Array, inputs: Mapping[str, Any]) -> str:
    """Where the two are farthest apart, as the end of a sentence; empty when that is not too far."""
    if mine.size == 0:
        return ""
    distance = np.where(np.isfinite(mine), np.abs(mine - wanted), np.inf)
    if distance.max() <= TOLERANCE * np.abs(wanted).max():
        return ""
    worst = np.unravel_index(distance.argmax(), mine.shape)
    where = f"at [{', '.join(str(int(i)) for i in worst)}] " if mine.ndim else ""
    numbers_there = f"is {mine[worst]:.6g}, and should be {wanted[worst] + 0.0:.6g}"
    return f"{where}{numbers_there}{_at(worst, mine.shape, inputs)}"


def _at(place: tuple[Any, ...], shape: tuple[int, ...], inputs: Mapping[str, Any]) -> str:
    """The inputs of one entry, as the end of a sentence."""
    named = [f"{name} = {np.broadcast_to(one, shape)[place]:.6g}" for name, one in inputs.items()]
    return f", for {', '.join(named)}" if named else ""


def _kind(shape: tuple[int, ...]) -> str:
    return f"an array of shape {shape}" if shape else "a single number"


def _named(value: Any) -> str:
    return "None (is a `return` missing?)" if value is None else f"of type {type(value).__name__}"
