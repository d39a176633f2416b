"""When does an answer agree with the right one? When its numbers do; its type was dealt with before."""

from typing import Any

import numpy as np

__all__ = ["TOLERANCE", "agrees", "close"]

TOLERANCE = 2e-5  # of the largest number: float32 passes, a forgotten factor does not


def agrees(yours: Any, right: Any) -> bool:
    """Whether two arrays have one shape and agree within `TOLERANCE` of the largest right number.

    Parameters
    ----------
    yours, right : number, or array of numbers

    Examples
    --------
    >>> agrees(np.float32(0.1), 0.1), agrees([0.1, 0.2], [0.1, 0.3]), agrees(0.1, [0.1])
    (True, False, False)
    """
    return not _difference(yours, right)


def close(yours: Any, right: Any, what: str = "your result") -> None:
    """Go on when `agrees(yours, right)`.

    Parameters
    ----------
    yours, right : number, or array of numbers
    what : str
        What the message calls it.

    Raises
    ------
    AssertionError
        Otherwise; the message says where the two are farthest apart.

    Examples
    --------
    >>> close(np.array([0.1, 0.2]), np.array([0.1, 0.3]), "z")
    Traceback (most recent call last):
    AssertionError: z at [1] is 0.2, and should be 0.3
    """
    __tracebackhide__ = True
    difference = _difference(yours, right)
    if difference:
        raise AssertionError(f"{what} {difference}")


def _difference(yours: Any, right: Any) -> str:
    """What is wrong with `yours`, as the end of a sentence; empty when nothing is."""
    if not isinstance(yours, bool | int | float | np.generic | np.ndarray | list | tuple):
        return f"is {_named(yours)}, and should be {_kind(np.shape(right))}"
    try:
        mine, wanted = np.asarray(yours, float), np.asarray(right, float)
    except (ValueError, TypeError):
        return f"is no array of numbers, and should be {_kind(np.shape(right))}"
    if mine.shape != wanted.shape:
        return f"is {_kind(mine.shape)}, and should be {_kind(wanted.shape)}"
    return _farthest(mine, wanted)


def _farthest(mine: np.ndarray, wanted: np.ndarray) -> str:
    """Where the two are farthest apart, if that is too far."""
    if mine.size == 0:
        return ""
    distance = np.where(np.isfinite(mine), np.abs(mine - wanted), np.inf)
    if distance.max() <= TOLERANCE * np.abs(wanted).max():
        return ""
    worst = np.unravel_index(distance.argmax(), mine.shape)
    where = f"at [{', '.join(str(int(i)) for i in worst)}] " if mine.ndim else ""
    return f"{where}is {mine[worst]:.6g}, and should be {wanted[worst] + 0.0:.6g}"


def _kind(shape: tuple[int, ...]) -> str:
    return f"an array of shape {shape}" if shape else "a single number"


def _named(value: Any) -> str:
    return "None (is a `return` missing?)" if value is None else f"of type {type(value).__name__}"
