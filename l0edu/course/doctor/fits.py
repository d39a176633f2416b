"""How does a wrong result differ from the right one? By its kind, its shape, a factor, or in some places."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from l0edu.course.doctor.comparison import same, table_of_numbers
from l0edu.course.doctor.factors import Pair, constant_factor, known_factor
from l0edu.course.doctor.shapes import arrangement
from l0edu.course.testing import close
from l0edu.course.words import listed
from l0edu.tables import Array

__all__ = ["fit", "no_number", "where"]

FEW = 2  # with fewer numbers, some known factor fits by chance


def fit(yours: list[Any], rights: list[Any], numbers: list[dict[str, float]]) -> str:
    """A sentence about the difference that is true in every case; empty when there is none.

    Parameters
    ----------
    yours, rights : list
        One result of each case, and what it should be.
    numbers : list of dict
        Of each case, the factors to try, from `named_numbers`.

    Examples
    --------
    >>> fit([np.array([1.0, 2.0])], [np.array([-1.0, -2.0])], [{"-1": -1.0}])
    'yours is the right one with the other sign'
    >>> fit([None], [np.array([-1.0, -2.0])], [{}])
    'yours is None (is a `return` missing?), and should be an array of shape (2,)'
    """
    tables = [table_of_numbers(one) for one in yours]
    if any(table is None for table in tables):
        return _farthest(yours, rights)
    pairs = [
        (table, np.asarray(right, float))
        for table, right in zip(tables, rights, strict=True)
        if table is not None
    ]
    arranged = [arrangement(*pair) for pair in pairs]
    if all(arranged):
        return arranged[0]
    return _multiple(pairs, numbers) or _complement(pairs)


def _multiple(pairs: list[Pair], numbers: list[dict[str, float]]) -> str:
    entries = sum(right.size for _, right in pairs)
    name = known_factor(pairs, numbers) if entries >= FEW else ""
    if name == "-1":
        return "yours is the right one with the other sign"
    if name:
        return f"yours is the right one times {name}"
    factor = constant_factor(pairs) if entries > FEW else None
    return f"yours is the right one times {factor:.5g}" if factor is not None else ""


def _complement(pairs: list[Pair]) -> str:
    found = all(same(yours, 1 - right) for yours, right in pairs)
    return "yours is 1 minus the right one" if found else ""


def _farthest(yours: list[Any], rights: list[Any]) -> str:
    """Where the first wrong result is farthest off, or which wrong kind or shape it has."""
    for mine, right in zip(yours, rights, strict=True):
        try:
            close(mine, np.asarray(right) + 0.0, "yours")  # -0 becomes 0
        except AssertionError as error:
            return str(error)
    return ""


def where(yours: list[Any], rights: list[Any], regions: list[Mapping[str, Array]]) -> str:
    """In which regions the results are right and in which wrong; if no region tells, where they differ most.

    Parameters
    ----------
    yours, rights : list
        One result of each case, and what it should be.
    regions : list of mapping
        Of each case, as from `Target.regions`.

    Examples
    --------
    >>> regions = [{"x < 0": np.array([True, False]), "x >= 0": np.array([False, True])}]
    >>> where([np.array([1.0, 7.0])], [np.array([1.0, 2.0])], regions)
    'right where x < 0, wrong where x >= 0'
    """
    verdicts: dict[str, bool] = {}
    for mine, right, masks in zip(yours, rights, regions, strict=True):
        for name, mask in masks.items():
            if np.shape(mine) == np.shape(right) == mask.shape and mask.any():
                verdicts[name] = verdicts.get(name, True) and same(
                    np.asarray(mine)[mask], np.asarray(right)[mask]
                )
    good, bad = ([name for name, verdict in verdicts.items() if verdict is kind] for kind in (True, False))
    if good and bad:
        return f"right where {listed(good)}, wrong where {listed(bad)}"
    return _farthest(yours, rights)


def no_number(yours: list[Any], place: str) -> str:
    """What may cause nan or infinite numbers, and where they are if others are finite; empty without them.

    Parameters
    ----------
    yours : list
        One result of each case.
    place : str
        Where it is wrong, from `where`.

    Examples
    --------
    >>> no_number([np.array([np.nan, np.nan])], "")
    'yours is nan, which is no number: is it a log of a negative number, or 0 / 0?'
    >>> no_number([np.array([np.inf, 2.0])], "yours at [0] is inf, and should be 1")
    'yours is infinite in places: is it a log of 0, or a division by 0? Yours at [0] is inf, and should be 1'
    """
    tables = [table_of_numbers(one) for one in yours]
    numbers = np.concatenate([np.ravel(table) for table in tables if table is not None] or [np.zeros(0)])
    finite = np.isfinite(numbers)
    if finite.all():
        return ""
    some = "" if not finite.any() else " in places"
    found = f"yours is infinite{some}: is it a log of 0, or a division by 0?"
    if np.isnan(numbers).any():
        found = f"yours is nan{some}, which is no number: is it a log of a negative number, or 0 / 0?"
    return f"{found} {place[:1].upper()}{place[1:]}" if some else found
