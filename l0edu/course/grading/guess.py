"""Which assignment was handed in? The one whose files most students have."""

from pathlib import Path

from l0edu.course.assignments import ASSIGNMENTS, Assignment
from l0edu.course.grading.submissions import collect
from l0edu.errors import InputError

__all__ = ["assignment_handed_in"]


def assignment_handed_in(submissions: Path) -> Assignment:
    """The assignment to which the submissions in a folder belong.

    Parameters
    ----------
    submissions : Path

    Raises
    ------
    InputError
        When the folder is none, or the names of files do not tell.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     Path(folder, "ann").mkdir()
    ...     _ = Path(folder, "ann", "gate.py").write_text("x = 1")
    ...     assignment_handed_in(Path(folder)).name
    'a1'
    """
    readable = {one.name: _readable(submissions, one) for one in ASSIGNMENTS.values()}
    most = max(readable.values())
    best = [name for name, number in readable.items() if number == most]
    if most == 0 or len(best) > 1:
        raise InputError(
            f"the files in {submissions} do not tell the assignment: name it, as in --assignment a1"
        )
    return ASSIGNMENTS[best[0]]


def _readable(submissions: Path, assignment: Assignment) -> int:
    return sum(not one.trouble for one in collect(submissions, assignment.files))
