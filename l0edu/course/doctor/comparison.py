"""When are two results the same? When their shapes are, and their numbers as far as float32 goes."""

from typing import Any

import numpy as np

from l0edu.course.testing import TOLERANCE
from l0edu.tables import Array

__all__ = ["distance", "parts", "same", "table_of_numbers"]


def same(one: Any, other: Any, tolerance: float = TOLERANCE) -> bool:
    """Whether two results are alike: both tuples of the same, or arrays of one shape and the same numbers.

    Parameters
    ----------
    one, other : number, array, or tuple of these
    tolerance : float
        Relative to the largest number of `other`. Two nan, two equal infinities, and two None are the same.

    Examples
    --------
    >>> same((1.0, np.zeros(2)), [1, [0, 0]]), same(np.zeros(2), np.zeros((1, 2))), same(None, 1.0)
    (True, False, False)
    """
    if isinstance(one, tuple | list) and isinstance(other, tuple | list):
        return len(one) == len(other) and all(map(same, one, other, [tolerance] * len(one)))
    return (one is None and other is None) or distance(one, other) <= tolerance


@np.errstate(all="ignore")
def distance(one: Any, other: Any) -> float:
    """max |one - other| / max |other|; infinite where one of them is no array of numbers, or shapes differ.

    Parameters
    ----------
    one, other : number, or array of numbers

    Examples
    --------
    >>> distance([1.0, 2.5], [1.0, 2.0]), distance([1.0], 1.0)
    (0.25, inf)
    """
    mine, theirs = table_of_numbers(one), table_of_numbers(other)
    if mine is None or theirs is None or mine.shape != theirs.shape:
        return float("inf")
    if (np.isfinite(mine) != np.isfinite(theirs)).any():
        return float("inf")
    finite = np.isfinite(mine)
    if not np.array_equal(mine[~finite], theirs[~finite], equal_nan=True):
        return float("inf")
    apart = float(np.abs(mine - theirs, where=finite, out=np.zeros(mine.shape)).max(initial=0.0))
    size = float(np.abs(theirs[finite]).max(initial=0.0))
    return 0.0 if apart == 0 else apart / size if size else float("inf")


def table_of_numbers(value: Any) -> Array | None:
    """The value as an array of floats; None where it is none.

    Parameters
    ----------
    value : object
    """
    if not isinstance(value, bool | int | float | np.generic | np.ndarray | list | tuple):
        return None
    try:
        return np.asarray(value, float)
    except (ValueError, TypeError):
        return None


def parts(value: Any, results: tuple[str, ...]) -> list[Any] | None:
    """The results of a function that returns those named; None if it returned another number of them.

    Parameters
    ----------
    value : object
        What was returned.
    results : tuple of str
        As in `Target`.

    Examples
    --------
    >>> parts((1, 2), ("dx", "dW")), parts(1, ("dx", "dW")), parts([1, 2], ())
    ([1, 2], None, [[1, 2]])
    """
    if not results:
        return [value]
    if isinstance(value, tuple | list) and len(value) == len(results):
        return list(value)
    return None
