"""Which mistake is in each wrong function? The gradient doctor tries the function in a fenced process."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

import l0edu
from l0edu.course.assignments import Assignment
from l0edu.course.doctor.diagnosis import diagnose
from l0edu.course.doctor.targets import target
from l0edu.course.isolation.isolated import Isolated
from l0edu.course.isolation.limits import Limits
from l0edu.course.outcomes import WRONG, Outcome, by_task

__all__ = ["diagnoses", "wrong_functions"]

LIBRARY = Path(l0edu.__file__).parent


def wrong_functions(assignment: Assignment, outcomes: Sequence[Outcome]) -> list[str]:
    """The functions whose task is wrong, in order.

    Parameters
    ----------
    assignment : Assignment
    outcomes : sequence of Outcome

    Examples
    --------
    >>> from l0edu.course.assignments import assignment
    >>> wrong_functions(assignment("a1"), [Outcome("test_a", "1.2", 1, 0, "wrong")])
    ['prob_open']
    """
    wrong = {task.task for task in by_task(outcomes) if task.status == WRONG}
    return [task.subject for task in assignment.tasks if task.number in wrong]


def diagnoses(
    file: Path, functions: Sequence[str], limits: Limits, secret: Sequence[Path] = ()
) -> dict[str, str]:
    """The known mistake in each function, where one fits, and the hint that leads to it.

    Parameters
    ----------
    file : Path
        The student's.
    functions : sequence of str
    limits : Limits
        Of the fenced process.
    secret : sequence of Path
        What it may not read, beside l0edu itself.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from l0edu.course.assignments import assignment
    >>> right = "- beta * np.log(-gamma / zeta))"
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "gate.py")
    ...     _ = file.write_text(assignment("a1").source.replace(right, "- np.log(-gamma / zeta))"))
    ...     diagnoses(file, ["prob_open"], Limits())
    {'prob_open': 'beta is missing in front of log(-gamma / zeta). What does the temperature do to
    the threshold?'}
    """
    found: dict[str, str] = {}
    with Isolated(file, limits, [*secret, LIBRARY]) as student:
        for name in functions:
            with suppress(Exception):  # unknown to the doctor, or it fails: this costs no points
                diagnosis = diagnose(student, target(name), np.random.default_rng(0))
                if diagnosis.mutant is not None:
                    found[name] = f"{diagnosis.sentence.rstrip('.')}. {diagnosis.hint}".strip()
    return found
