"""What does the doctor know about a function? Cases to try it on, the right results, and checks of these."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from l0edu.tables import Array

__all__ = ["Case", "Column", "Target", "as_it_is"]


class Case(NamedTuple):
    """Arguments on which a function is tried.

    Attributes
    ----------
    arguments : tuple
        In the order of the signature.
    what : str
        What distinguishes it from the other cases, as in "with u of shape (5, 12)".
    """

    arguments: tuple[Any, ...]
    what: str = ""


@dataclass(frozen=True)
class Column:
    """Another route to the right numbers, which shares no formula with the first.

    Attributes
    ----------
    title : str
        As in "central difference".
    compute : callable
        Of the function's own arguments.
    tolerance : float
        The largest error of the route itself, relative to the largest number.
    package : str
        The package that must be installed for it; empty when none is needed.
    """

    title: str
    compute: Callable[..., Any]
    tolerance: float = 1e-7
    package: str = ""


def as_it_is(value: Any, *_: Any) -> Any:
    """The value itself: the results of most functions can be compared as they are."""
    return value


def _no_trouble(*_: Any) -> str:
    return ""


def _nothing(*_: Any) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Target:
    """A function that students write.

    Attributes
    ----------
    assignment, function : str
        As in "a1" and "sample".
    draw : callable
        `draw(rng)` makes the cases.
    right : callable
        The right function; its parameters are named as the students' are.
    columns : tuple of Column
        Other routes to the right numbers.
    results : tuple of str
        The names of what it returns, when that is a tuple, as in ("dW", "dlog_alpha").
    first : str
        The title of the right function's own column.
    regions : callable
        `regions(*arguments)` gives regions in which a mistake may show while others stay right: masks by
        their descriptions, such as "the gate is closed". A mask whose shape is not the result's is ignored.
    read : callable
        `read(returned, *arguments)` makes what is compared, for a function with many right answers. When it
        cannot, it raises an InputError, as in "it returns 2 things, and should return 3". The columns return
        what is compared, too.
    trouble : callable
        `trouble(compared, *arguments)` is a sentence that says why this cannot be used; empty when it can.
    separable : bool
        Whether each result is judged alone, so that several known mistakes may be named.

    Examples
    --------
    >>> def double(x):
    ...     return 2 * x
    >>> doubled = Target("a0", "double", lambda rng: [Case((rng.normal(),))], double)
    >>> doubled.by_name(doubled.draw(np.random.default_rng(0))[0])
    {'x': 0.1257...}
    """

    assignment: str
    function: str
    draw: Callable[[np.random.Generator], list[Case]]
    right: Callable[..., Any]
    columns: tuple[Column, ...] = ()
    results: tuple[str, ...] = ()
    first: str = "by hand"
    regions: Callable[..., Mapping[str, Array]] = _nothing
    read: Callable[..., Any] = as_it_is
    trouble: Callable[..., str] = _no_trouble
    separable: bool = True

    def by_name(self, case: Case) -> dict[str, Any]:
        """The arguments of a case under the names of the parameters."""
        return dict(zip(inspect.signature(self.right).parameters, case.arguments, strict=True))
