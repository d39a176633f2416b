"""Which bugs are planted, and which versions are right? Known mistakes, and three spellings of the solution.

The bugs are the known mistakes of a1 to a3. A version is a complete set of the functions of a1 to a3. Some
versions are right, in three styles. In each other version one function has a known mistake.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from l0edu.course.assignments import assignment
from l0edu.course.catalogue import mutants_of, refactorings_of

__all__ = [
    "Bug",
    "Version",
    "bugs",
    "parameters",
    "right_functions",
    "right_versions",
    "version_with",
]

HUNTED = ("a1", "a2", "a3")
HELPERS = ("sigmoid",)

Functions = dict[str, Callable[..., Any]]


@dataclass(frozen=True)
class Bug:
    """One planted bug.

    Attributes
    ----------
    name : str
        As in "sample_without_beta".
    of : str
        The function that it is in, as in "sample".
    diagnosis : str
        As in "the 1/beta is missing".
    assignment : str
        As in "a1".
    visible : bool
        Whether it is in the half that students are scored on before they hand in.
    """

    name: str
    of: str
    diagnosis: str
    assignment: str
    visible: bool


@dataclass(frozen=True)
class Version:
    """The functions of a1 to a3, right or with one bug in them.

    Attributes
    ----------
    functions : dict
        From a name to a function.
    bug : Bug or None
        None for a right version.
    """

    functions: Functions
    bug: Bug | None = None


@cache
def bugs() -> tuple[Bug, ...]:
    """All bugs, in the order of the sources; of each function every second one is visible.

    Examples
    --------
    >>> first, second, *_ = bugs()
    >>> first.name, first.of, first.visible, second.visible
    ('sample_without_beta', 'sample', True, False)
    """
    found: list[Bug] = []
    for name in HUNTED:
        for one in mutants_of(name):
            before = sum(bug.of == one.of and bug.assignment == name for bug in found)
            found.append(Bug(one.name, one.of, one.diagnosis, name, visible=before % 2 == 0))
    return tuple(found)


@cache
def right_functions() -> Functions:
    """The solutions of a1 to a3 and the helper `sigmoid`, by name.

    Examples
    --------
    >>> round(float(right_functions()["prob_open"](0.0, 2 / 3, -0.1, 1.1)), 4)
    0.8318
    """
    modules = [_solution(name) for name in HUNTED]
    helpers = {name: getattr(modules[0], name) for name in HELPERS}
    return helpers | {name: one for module in modules for name, one in _task_functions(module).items()}


def right_versions() -> tuple[Version, ...]:
    """The solutions, and their two rewritings in another style.

    Examples
    --------
    >>> [version.functions["cdf"].__name__ for version in right_versions()]
    ['cdf', 'cdf_by_odds', 'cdf_in_a_loop']
    """
    return (
        Version(right_functions()),
        *(Version(right_functions() | _rewritten(number)) for number in (1, 2)),
    )


def version_with(bug: Bug) -> Version:
    """The solutions, with one function replaced by one that has the bug.

    Parameters
    ----------
    bug : Bug
        From `bugs`.

    Examples
    --------
    >>> version = version_with(bugs()[0])
    >>> version.functions["sample"].__name__, version.functions["cdf"].__name__
    ('sample_without_beta', 'cdf')
    """
    wrong = next(one for one in mutants_of(bug.assignment) if one.name == bug.name)
    return Version(right_functions() | {bug.of: wrong.function}, bug)


@cache
def parameters() -> dict[str, list[str]]:
    """The parameters of each function, by its name.

    Examples
    --------
    >>> parameters()["prob_open"]
    ['log_alpha', 'beta', 'gamma', 'zeta']
    """
    return {
        name: list(inspect.signature(function).parameters) for name, function in right_functions().items()
    }


def _rewritten(number: int) -> dict[str, Callable[..., Any]]:
    return {of: one.function for name in HUNTED for of, one in refactorings_of(name, number).items()}


def _solution(name: str) -> Any:
    return import_module(f"l0edu.course.sources.{name}.{Path(assignment(name).file).stem}")


def _task_functions(module: Any) -> dict[str, Callable[..., Any]]:
    """The functions that a task asks for: their docstrings say so."""
    functions = {name: one for name, one in vars(module).items() if inspect.isfunction(one)}
    return {name: one for name, one in functions.items() if (one.__doc__ or "").startswith("Task ")}
