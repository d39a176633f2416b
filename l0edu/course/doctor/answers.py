"""What does a function answer when it is asked? A value, an error in a sentence, or nothing yet."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np

from l0edu.course.doctor.comparison import same
from l0edu.course.doctor.target import Case, as_it_is
from l0edu.course.isolation.running import StudentError
from l0edu.course.words import on_one_line
from l0edu.errors import InputError
from l0edu.explained import explanation

__all__ = ["Answer", "alike", "ask"]


@dataclass(frozen=True)
class Answer:
    """What one call returned, or why it returned nothing.

    Attributes
    ----------
    value : any
        What was returned.
    error : str
        Why nothing was, or why it cannot be compared, in a sentence; empty otherwise.
    started : bool
        Whether there is anything to call yet.
    """

    value: Any = None
    error: str = ""
    started: bool = True


def ask(function: Any, cases: list[Case], read: Callable[..., Any] = as_it_is) -> list[Answer]:
    """One answer for each case, made comparable by `read`. NumPy's warnings about numbers are hidden.

    Parameters
    ----------
    function : callable
    cases : list of Case
    read : callable
        As `Target.read`.

    Examples
    --------
    >>> ask(lambda x: 1 / x, [Case((2.0,)), Case((0,))])[1]
    Answer(value=None, error='it stops: ZeroDivisionError: division by zero', started=True)
    """
    with np.errstate(all="ignore"):
        return [_readable(_ask(function, case), case, read) for case in cases]


def _readable(answer: Answer, case: Case, read: Callable[..., Any]) -> Answer:
    if answer.error or not answer.started:
        return answer
    try:
        return Answer(read(answer.value, *case.arguments))
    except InputError as error:
        return Answer(error=str(error))


def _ask(function: Any, case: Case) -> Answer:
    try:
        return Answer(function(*deepcopy(case.arguments)))
    except NotImplementedError:
        return Answer(started=False)
    except StudentError as error:
        known = explanation(error.__cause__) if error.__cause__ else None
        return Answer(error=f"it stops: {known or on_one_line(str(error))}")
    except Exception as error:  # whatever a function raises is to be told
        return Answer(error=f"it stops: {explanation(error) or f'{type(error).__name__}: {error}'}")


def alike(yours: list[Answer], others: list[Answer]) -> bool:
    """Whether all answers are the same, and at least one of them is a value.

    Parameters
    ----------
    yours, others : list of Answer
        To the same cases.

    Examples
    --------
    >>> alike([Answer(1.0), Answer(error="a")], [Answer(1.0), Answer(error="b")])
    True
    """
    pairs = list(zip(yours, others, strict=True))
    if not any(one.started and not one.error for one in yours):
        return False
    return all(_alike(one, other) for one, other in pairs)


def _alike(one: Answer, other: Answer) -> bool:
    if one.error or other.error:
        return bool(one.error and other.error)
    return one.started and other.started and same(one.value, other.value)
