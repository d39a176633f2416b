"""What became of the tests of one submission? Outcomes, read and written as JSON, and summed up by task."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

__all__ = [
    "NOT_STARTED",
    "RIGHT",
    "WRONG",
    "Outcome",
    "TaskOutcome",
    "by_task",
    "read_outcomes",
    "table",
    "write_outcomes",
]

RIGHT, WRONG, NOT_STARTED = "right", "wrong", "not started"


@dataclass(frozen=True)
class Outcome:
    """What became of one test.

    Attributes
    ----------
    test : str
        Its name.
    task : str
        As in "1.2".
    points, score : float
        What it can give, and what it gave.
    status : str
        "right", "wrong" or "not started".
    visibility : str
        "visible", or when students learn of it.
    hint : str
        Of its mark.
    message : str
        What went wrong; empty when nothing did.
    """

    test: str
    task: str
    points: float
    score: float
    status: str
    visibility: str = "visible"
    hint: str = ""
    message: str = ""


@dataclass(frozen=True)
class TaskOutcome:
    """What became of one task: the sum of its tests."""

    task: str
    points: float
    score: float
    status: str
    tests: tuple[Outcome, ...]


def by_task(outcomes: Sequence[Outcome]) -> list[TaskOutcome]:
    """The tasks in order, each with its tests.

    A task is not started when all its tests say so, right when all are right, and wrong otherwise.

    Parameters
    ----------
    outcomes : sequence of Outcome

    Examples
    --------
    >>> tests = [Outcome("test_a", "1.1", 2, 2, RIGHT), Outcome("test_b", "1.1", 1, 0, WRONG)]
    >>> [(one.task, one.score, one.points, one.status) for one in by_task(tests)]
    [('1.1', 2, 3, 'wrong')]
    """
    return [_task(number, outcomes) for number in sorted({one.task for one in outcomes})]


def table(outcomes: Sequence[Outcome]) -> str:
    """The tasks as a student reads them: status and points, and what the first test that fails says.

    What all tasks say, as that the file cannot be read, stands above them once.

    Parameters
    ----------
    outcomes : sequence of Outcome

    Examples
    --------
    >>> print(
    ...     table([Outcome("test_a", "1.1", 2, 0, WRONG, hint="Which sign?", message="z is 1, should be 2")])
    ... )
    task 1.1   wrong        0 of 2 points
        z is 1, should be 2
        hint: Which sign?
    total                   0 of 2 points
    """
    tasks = by_task(outcomes)
    said = [_said(task) for task in tasks]
    common = said[0] if len(said) > 1 and said.count(said[0]) == len(said) else []
    lines = [*common, *([""] if common else [])]
    for task, own in zip(tasks, said, strict=True):
        lines += [_line(task), *(f"    {line}" for line in own if not common)]
    score, points = sum(one.score for one in outcomes), sum(one.points for one in outcomes)
    return "\n".join([*lines, f"{'total':<24}{_rounded(score)} of {points:g} points"])


def write_outcomes(outcomes: Sequence[Outcome], file: Path) -> None:
    """Write outcomes as JSON.

    Parameters
    ----------
    outcomes : sequence of Outcome
    file : Path
    """
    file.write_text(json.dumps({"tests": [asdict(one) for one in outcomes]}, indent=1), encoding="utf-8")


def read_outcomes(file: Path) -> list[Outcome]:
    """What `write_outcomes` wrote.

    Parameters
    ----------
    file : Path

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_outcomes([Outcome("test_a", "1.1", 2, 2, RIGHT)], Path(folder, "r.json"))
    ...     print(read_outcomes(Path(folder, "r.json"))[0].score)
    2
    """
    return [Outcome(**one) for one in json.loads(file.read_text(encoding="utf-8"))["tests"]]


def _task(number: str, outcomes: Sequence[Outcome]) -> TaskOutcome:
    tests = tuple(one for one in outcomes if one.task == number)
    statuses = {one.status for one in tests}
    status = statuses.pop() if len(statuses) == 1 else WRONG
    return TaskOutcome(
        number, sum(one.points for one in tests), sum(one.score for one in tests), status, tests
    )


def _line(task: TaskOutcome) -> str:
    return f"task {task.task}   {task.status:<12} {_rounded(task.score)} of {task.points:g} points"


def _rounded(score: float) -> str:
    return f"{round(score, 2):g}"


def _said(task: TaskOutcome) -> list[str]:
    """Message and hint of the first test that fails; of a hidden one the hint alone."""
    wrong = [test for test in task.tests if test.status == WRONG]
    if not wrong:
        return []
    message = wrong[0].message.splitlines() if wrong[0].visibility == "visible" else []
    return message + ([f"hint: {wrong[0].hint}"] if wrong[0].hint else [])
