"""Does a result depend on the hyperparameters on which it should? Each of them is doubled in turn."""

from collections.abc import Callable
from typing import Any

from l0edu.course.doctor.answers import ask
from l0edu.course.doctor.comparison import same
from l0edu.course.doctor.target import Case, Target
from l0edu.course.words import listed

__all__ = ["dependence"]


def dependence(function: Callable[..., Any], target: Target, cases: list[Case]) -> str:
    """Which hyperparameters `function` ignores by mistake, or uses by mistake; empty when there are none.

    Parameters
    ----------
    function : callable
    target : Target
    cases : list of Case
        In each, every float is doubled in turn.

    Examples
    --------
    >>> import numpy as np
    >>> from l0edu.course.doctor.targets import target
    >>> prob_open = target("prob_open")
    >>> cases = prob_open.draw(np.random.default_rng(0))
    >>> dependence(lambda log_alpha, beta, gamma, zeta: log_alpha * zeta, prob_open, cases)
    'yours does not change with beta and gamma, and should'
    """
    forgotten, needless = [], []
    for i, (name, value) in enumerate(target.by_name(cases[0]).items()):
        if isinstance(value, float):
            yours, right = (_changes(one, target, cases, i) for one in (function, target.right))
            forgotten += [name] if right and yours is False else []
            needless += [name] if yours and right is False else []
    if forgotten:
        return f"yours does not change with {listed(forgotten)}, and should"
    return f"yours changes with {listed(needless)}, and should not" if needless else ""


def _changes(function: Callable[..., Any], target: Target, cases: list[Case], i: int) -> bool | None:
    """Whether argument i makes a difference in any case; None where there is no result."""
    moved = [Case((*case.arguments[:i], 2 * case.arguments[i], *case.arguments[i + 1 :])) for case in cases]
    before, after = (ask(function, some, target.read) for some in (cases, moved))
    if any(answer.error or not answer.started for answer in (*before, *after)):
        return None
    return not all(same(one.value, other.value) for one, other in zip(before, after, strict=True))
