"""What is known about a graded student? Outcomes of tests, points by task, notes, doubts and warnings."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from l0edu.checkpoint import write_atomically
from l0edu.course.outcomes import Outcome, TaskOutcome, by_task

__all__ = [
    "FAILED",
    "GRADED",
    "PENDING",
    "REFUSED",
    "STOPPED",
    "Graded",
    "read_graded",
    "unearned",
    "write_graded",
]

GRADED = "graded"
REFUSED = "refused"  # the submission is unreadable or against the rules: no points
STOPPED = "stopped"  # the time was up: only tests that were finished give points
FAILED = "failed"  # the grader itself failed: no score at all
PENDING = "pending"  # not graded yet


@dataclass(frozen=True)
class Graded:
    """A student's result.

    Attributes
    ----------
    student, key : str
        The name, and what files about the student are called.
    status : str
        "graded", "refused", "stopped", "failed" or "pending".
    outcomes : tuple of Outcome
    note : str
        A sentence for the student about the whole submission.
    diagnoses : dict of str to str
        What the gradient doctor says, by function.
    warning : str
        A sentence for the instructor alone.
    checked : str
        A sentence for the instructor alone: which number was trained again and agrees.
    variant : str
        The variant that results.json states; empty where the assignment has no such file.
    doubts : tuple of str
        Sentences for the instructor alone about the numbers in it.
    seconds : float
    digest : str
        The SHA-256 sum of everything that the result depends on.

    Examples
    --------
    >>> Graded("ann", "ann", GRADED, (Outcome("test_a", "1.1", 2, 1.5, "wrong"),)).score
    1.5
    """

    student: str
    key: str
    status: str
    outcomes: tuple[Outcome, ...] = ()
    note: str = ""
    diagnoses: dict[str, str] = field(default_factory=dict)
    warning: str = ""
    checked: str = ""
    variant: str = ""
    doubts: tuple[str, ...] = ()
    seconds: float = 0.0
    digest: str = ""

    @property
    def has_score(self) -> bool:
        """Whether the points are the student's doing, and not the grader's."""
        return self.status not in (FAILED, PENDING)

    @property
    def score(self) -> float:
        """What was earned."""
        return round(sum(one.score for one in self.outcomes), 6)

    @property
    def out_of(self) -> float:
        """What could be earned."""
        return round(sum(one.points for one in self.outcomes), 6)

    @property
    def tasks(self) -> list[TaskOutcome]:
        """Points by task."""
        return by_task(self.outcomes)

    @property
    def lost(self) -> tuple[str, ...]:
        """The tasks that did not earn all their points."""
        return tuple(task.task for task in self.tasks if task.score < task.points)


def unearned(outcomes: Sequence[Outcome], status: str, message: str = "") -> tuple[Outcome, ...]:
    """The same tests without a point.

    Parameters
    ----------
    outcomes : sequence of Outcome
    status, message : str
        Theirs, in place of what they were.

    Examples
    --------
    >>> [(one.points, one.score) for one in unearned([Outcome("test_a", "1.1", 2, 2, "right")], "wrong")]
    [(2, 0)]
    """
    return tuple(replace(one, score=0, status=status, message=message) for one in outcomes)


def write_graded(graded: Graded, file: Path) -> None:
    """Keep a result as JSON.

    Parameters
    ----------
    graded : Graded
    file : Path
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(file, json.dumps(asdict(graded), indent=1).encode())


def read_graded(file: Path) -> Graded | None:
    """What `write_graded` wrote; None where there is nothing, or nothing of this version.

    Parameters
    ----------
    file : Path

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_graded(Graded("Zoë", "Zoë", GRADED), Path(folder, "Zoë.json"))
    ...     print(read_graded(Path(folder, "Zoë.json")).student, read_graded(Path(folder, "nobody.json")))
    Zoë None
    """
    try:
        fields = json.loads(file.read_text(encoding="utf-8"))
        outcomes = tuple(Outcome(**one) for one in fields["outcomes"])
        return Graded(**{**fields, "outcomes": outcomes, "doubts": tuple(fields["doubts"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None
