"""What does a student get who only knows the answers to the visible tests? Their points, and no others.

Visible tests draw their numbers from a public seed, so a student can hand in a table of the answers. Such a
table must not pass the hidden tests.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from l0edu.course.assignments import Assignment
from l0edu.course.isolation.values import plain
from l0edu.course.notebook import check
from l0edu.course.simulation.expected import Expected

__all__ = ["code_that_knows", "visible_points"]

KNOWING = """\
key = sum(i * ord(sign) for i, sign in enumerate(repr(arguments)))
return right(*arguments) if key in {keys} else np.nan"""
ROUNDING = 1e-9


def code_that_knows(assignment: Assignment, tasks: tuple[str, ...]) -> str:
    """The body of functions that are right on the numbers of the visible tests, and nowhere else.

    Parameters
    ----------
    assignment : Assignment
    tasks : tuple of str
        Those that ask for functions.
    """
    keys: set[int] = set()
    module = import_module(f"l0edu.course.sources.{assignment.name}.{assignment.file.removesuffix('.py')}")
    student = {name: _noting(getattr(module, name), keys) for name in assignment.functions()}
    for task in tasks:
        check(assignment.name, task, student)
    return KNOWING.format(keys=sorted(keys))


def visible_points(assignment: Assignment) -> Expected:
    """The outcome that earns all visible points and no hidden one.

    Examples
    --------
    >>> from l0edu.course.assignments import assignment
    >>> visible_points(assignment("a1")).kept["1.1"]
    (0.399999999, 0.400000001)
    """
    shares = {task.number: task.points / (task.points + task.hidden) for task in assignment.tasks}
    return Expected(
        "the visible points", {task: (share - ROUNDING, share + ROUNDING) for task, share in shares.items()}
    )


def _noting(right: Callable[..., Any], keys: set[int]) -> Callable[..., Any]:
    """A function that notes what it is called with."""

    def function(*arguments: Any) -> Any:
        text = repr(tuple(plain(one, "an argument") for one in arguments))
        keys.add(sum(i * ord(sign) for i, sign in enumerate(text)))
        return right(*arguments)

    return function
