"""Which numbers does the doctor show? Yours, the right ones, and the same computed in other ways."""

import importlib.util
from dataclasses import dataclass
from typing import Any

import numpy as np

from l0edu.course.doctor.comparison import distance, parts, table_of_numbers
from l0edu.course.doctor.examined import Examined
from l0edu.course.testing import TOLERANCE
from l0edu.tables import Array

__all__ = ["Block", "Table", "table"]

SHOWN = 5, 3  # so many entries of a result, alone or beside others


@dataclass(frozen=True)
class Block:
    """One result of a function, by each route.

    Attributes
    ----------
    rows : list of (str, list)
        Entries: where they stand, and a number or None for each route.
    farthest : list
        Of each route, the largest relative difference from any other, yours left out; None without numbers.
        From numbers that are all 0, the largest difference.
    gaps : list of int
        The rows, counted from 0, before which entries are left out.
    """

    rows: list[tuple[str, list[float | None]]]
    farthest: list[float | None]
    gaps: list[int]

    @property
    def wrong(self) -> bool:
        """Whether yours is farther off than rounding is."""
        return self.farthest[0] is None or not self.farthest[0] <= TOLERANCE


@dataclass(frozen=True)
class Table:
    """Yours and the other routes on one case.

    Attributes
    ----------
    what : str
        What distinguishes the case.
    titles : list of str
        Of the routes; the first is yours.
    blocks : list of Block
        One for each result.
    """

    what: str
    titles: list[str]
    blocks: list[Block]


@np.errstate(all="ignore")
def table(found: Examined) -> Table | None:
    """The numbers of the first wrong case, or of the first case if all are right; None without numbers.

    Parameters
    ----------
    found : Examined

    Examples
    --------
    >>> from l0edu.course.doctor.examined import examine
    >>> from l0edu.course.doctor.targets import target
    >>> prob_open = target("prob_open")
    >>> made = table(examine(prob_open.right, prob_open, np.random.default_rng(0)))
    >>> made.titles[:3], made.blocks[0].rows[0][0]
    (['yours', 'library', 'counted gates'], '[0]')
    """
    case = min(found.wrong_cases(), default=0)
    if found.yours[case].error or not found.yours[case].started:
        return None
    arguments = found.cases[case].arguments
    columns = [one for one in found.target.columns if not one.package or _installed(one.package)]
    others = [found.rights[case], *(one.compute(*arguments) for one in columns)]
    titles = ["yours", found.target.first, *(one.title for one in columns)]
    routes = [_results(value, found) for value in (found.yours[case].value, *others)]
    names = found.target.results or ("",)
    blocks = [
        _block(name, [route[i] for route in routes], SHOWN[len(names) > 1]) for i, name in enumerate(names)
    ]
    return Table(found.cases[case].what, titles, blocks)


def _installed(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


def _results(value: Any, found: Examined) -> list[Any]:
    """Each result; None for each where there is another number of them."""
    names = found.target.results
    return parts(value, names) or [None] * len(names)


def _block(name: str, values: list[Any], count: int) -> Block:
    arrays = [table_of_numbers(value) for value in values]
    right = np.asarray(values[1], float)
    shown = [array if array is not None and array.shape == right.shape else None for array in arrays]
    chosen = _chosen(shown[0], right, count)
    rows = [
        (f"{name}{_place(i, right)}", [None if array is None else float(array.flat[i]) for array in shown])
        for i in chosen
    ]
    gaps = [k for k in range(1, len(chosen)) if chosen[k] > chosen[k - 1] + 1]
    return Block(rows, [_farthest(k, arrays) for k in range(len(arrays))], gaps)


def _place(i: int, array: Array) -> str:
    index = np.unravel_index(i, array.shape)
    return f"[{', '.join(map(str, index))}]" if array.ndim else ""


def _chosen(yours: Array | None, right: Array, count: int) -> list[int]:
    """The entries with the largest differences, and some with the smallest, in the array's order."""
    apart = np.zeros(right.shape) if yours is None else np.nan_to_num(np.abs(yours - right), nan=np.inf)
    apart = np.where(apart <= TOLERANCE * np.abs(right).max(initial=0), 0, apart)  # rounding decides nothing
    order = np.argsort(-apart, axis=None, kind="stable")
    best = count // 2
    flat = order[:count] if best >= len(order) else np.union1d(order[: count - best], order[-best:])
    return [int(i) for i in flat]


def _farthest(k: int, arrays: list[Array | None]) -> float | None:
    """How far route k is from the others, the student's left out."""
    others = [other for i, other in enumerate(arrays) if i not in (0, k) and other is not None]
    mine = arrays[k]
    if mine is None or not others or mine.shape != others[0].shape:
        return None
    return float(np.max([_apart(mine, other) for other in others]))


def _apart(mine: Array, other: Array) -> float:
    """The relative difference; where it would be divided by 0, the difference itself."""
    relative = distance(mine, other)
    return relative if np.isfinite(relative) else float(np.abs(mine - other).max())
