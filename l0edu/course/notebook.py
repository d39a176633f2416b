"""How is a task checked inside a notebook? By the same tests, on the functions that its cells defined.

There is no fence here: functions run in the notebook's own process. What isolates a notebook is the tool that
runs it, as nbgrader or otter.
"""

import inspect
from collections.abc import Callable, Mapping
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from l0edu.course.assignments import assignment
from l0edu.course.draws import PUBLIC_SEED, generator
from l0edu.course.marks import Mark, read_mark
from l0edu.errors import InputError

__all__ = ["check"]


def check(name: str, task: str, namespace: Mapping[str, Any], seed: str = PUBLIC_SEED) -> None:
    """Run the tests of one task on the functions of a notebook.

    Parameters
    ----------
    name : str
        The assignment, as in "a1".
    task : str
        As in "1.2".
    namespace : mapping
        Where the functions are: `globals()`.
    seed : str
        Decides the numbers. Another one than `PUBLIC_SEED` runs the hidden tests alone.

    Raises
    ------
    AssertionError
        When a test fails, with its hint.
    InputError
        When there is no such task, or its tests need more than functions.

    Examples
    --------
    >>> from l0edu.course.sources.a1 import gate
    >>> check("a1", "1.2", vars(gate))
    >>> check("a1", "1.2", {"prob_open": lambda log_alpha, beta, gamma, zeta: log_alpha})
    Traceback (most recent call last):
    AssertionError: P(z != 0) at [...] is ..., and should be ...
    hint: For which noise is s_bar below 0? Solve for it.
    """
    student = SimpleNamespace(**{key: value for key, value in namespace.items() if key.isidentifier()})
    for test, mark in _tests(name, task):
        if mark.points if seed == PUBLIC_SEED else mark.hidden:
            _try(test, mark, student, seed)


def _tests(name: str, task: str) -> list[tuple[Callable[..., None], Mark]]:
    checks = vars(import_module(f"l0edu.course.sources.{assignment(name).name}.checks"))
    tests = [value for key, value in checks.items() if key.startswith("test_")]
    marked = [(test, _mark(test)) for test in tests]
    found = [(test, mark) for test, mark in marked if mark.task == task]
    if not found:
        numbers = ", ".join(dict.fromkeys(mark.task for _, mark in marked))
        raise InputError(f"{name} has no task {task!r}: write one of {numbers}")
    return found


def _mark(test: Callable[..., None]) -> Mark:
    (mark,) = (one for one in test.pytestmark if one.name == "task")  # type: ignore[attr-defined]
    return read_mark(test.__name__, mark.args, mark.kwargs)


def _try(test: Callable[..., None], mark: Mark, student: Any, seed: str) -> None:
    at_hand = {"student": student, "rng": generator(seed, test.__name__)}
    wanted = list(inspect.signature(test).parameters)
    if not set(wanted) <= set(at_hand):
        raise InputError(f"task {mark.task} is handed in as files: `l0edu assign check` checks it")
    try:
        test(**{name: at_hand[name] for name in wanted})
    except AssertionError as error:
        what = f"{error}\n" if seed == PUBLIC_SEED else ""  # of hidden tests no number is shown
        raise AssertionError(f"{what}hint: {mark.hint}") from None
