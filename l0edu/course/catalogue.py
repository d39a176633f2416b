"""Which mistakes are known, and what is to be said about each? The mutants of every assignment, as data.

A mutant is a wrong implementation of one function, with a diagnosis and a hint. The gradient doctor names
it, the mutant hunt hides it, the dry run hands it in. A refactoring is a right implementation in another
style, which none of the three may mistake for a wrong one.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

__all__ = ["Mutant", "Refactoring", "mutant", "mutants_of", "refactoring", "refactorings_of"]

Function = Callable[..., Any]


@dataclass(frozen=True)
class Mutant:
    """A known wrong implementation.

    Attributes
    ----------
    of : str
        The function that it stands for, as in "sample".
    diagnosis : str
        What is wrong with it, as in "the 1/beta is missing".
    hint : str
        A question that leads to the mistake.
    function : callable
        The wrong implementation, of the same signature.
    """

    of: str
    diagnosis: str
    hint: str
    function: Function

    @property
    def name(self) -> str:
        """As in "sample_without_beta"."""
        return self.function.__name__


@dataclass(frozen=True)
class Refactoring:
    """A right implementation in another style: `version` 1 or 2 of the function `of`."""

    of: str
    version: int
    function: Function


def mutant(of: str, diagnosis: str, hint: str) -> Callable[[Function], Function]:
    """Mark a function as a known wrong implementation of the function `of`.

    Parameters
    ----------
    of : str
        As in "sample".
    diagnosis, hint : str
        As in `Mutant`.

    Examples
    --------
    >>> @mutant("double", "it triples", hint="How often is x added?")
    ... def double_that_triples(x):
    ...     return 3 * x
    >>> double_that_triples.entry.diagnosis
    'it triples'
    """

    def mark(function: Function) -> Function:
        function.entry = Mutant(of, diagnosis, hint, function)  # type: ignore[attr-defined]
        return function

    return mark


def refactoring(version: int, of: str) -> Callable[[Function], Function]:
    """Mark a function as right implementation number `version` of the function `of`.

    Parameters
    ----------
    version : int
        1 or 2.
    of : str
        As in "sample".

    Examples
    --------
    >>> @refactoring(1, "double")
    ... def double_by_adding(x):
    ...     return x + x
    >>> double_by_adding.entry.version
    1
    """

    def mark(function: Function) -> Function:
        function.entry = Refactoring(of, version, function)  # type: ignore[attr-defined]
        return function

    return mark


def mutants_of(name: str) -> tuple[Mutant, ...]:
    """The mutants of an assignment, in the order of the source.

    Parameters
    ----------
    name : str
        As in "a1".

    Examples
    --------
    >>> {one.of for one in mutants_of("a1")} == {"sample", "prob_open", "test_value", "cdf"}
    True
    """
    return tuple(one for one in _entries(name, "mutants") if isinstance(one, Mutant))


def refactorings_of(name: str, version: int) -> dict[str, Refactoring]:
    """One right rewriting of an assignment's functions, by the name of the function.

    Parameters
    ----------
    name : str
        As in "a1".
    version : int
        1 or 2.

    Examples
    --------
    >>> sorted(refactorings_of("a1", 1))
    ['cdf', 'prob_open', 'sample', 'test_value']
    """
    entries = (one for one in _entries(name, "refactorings") if isinstance(one, Refactoring))
    return {one.of: one for one in entries if one.version == version}


def _entries(name: str, kind: str) -> list[Mutant | Refactoring]:
    path = f"l0edu.course.sources.{name}.{kind}"
    if not (Path(__file__).parent / "sources" / name / f"{kind}.py").is_file():
        return []
    module = import_module(path)
    return [value.entry for value in _functions(module) if hasattr(value, "entry")]


def _functions(module: ModuleType) -> list[Any]:
    """The functions that a module defines, in the order of its source."""
    own = [value for value in vars(module).values() if getattr(value, "__module__", "") == module.__name__]
    return sorted(filter(inspect.isfunction, own), key=lambda function: function.__code__.co_firstlineno)
