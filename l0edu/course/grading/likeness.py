"""Did two students hand in the same file? The instructor reads of it; it costs no points."""

from collections.abc import Sequence
from dataclasses import replace

from l0edu.course.assignments import Assignment
from l0edu.course.fences import cut
from l0edu.course.grading.graded import Graded
from l0edu.course.grading.submissions import Submission
from l0edu.course.words import listed

__all__ = ["with_same_files"]

MOST = 3  # names in a sentence


def with_same_files(
    students: Sequence[Graded], submissions: Sequence[Submission], assignment: Assignment
) -> list[Graded]:
    """The same students, with a doubt where two handed in the same file of functions.

    Empty files and unchanged files to fill in raise no doubt.

    Parameters
    ----------
    students : sequence of Graded
    submissions : sequence of Submission
        Theirs, in the same order.
    assignment : Assignment

    Examples
    --------
    >>> from l0edu.course.assignments import assignment
    >>> class_of_two = [Graded("ann", "ann", "graded"), Graded("bob", "bob", "graded")]
    >>> handed_in = [Submission(one.student, one.key, {"gate.py": b"x = 1"}) for one in class_of_two]
    >>> with_same_files(class_of_two, handed_in, assignment("a1"))[0].doubts
    ('the same gate.py as bob',)
    """
    given = _content(cut(assignment.source).encode())
    owners: dict[bytes, list[str]] = {}
    for one in submissions:
        owners.setdefault(_content(one.files.get(assignment.file, b"")), []).append(one.student)
    found = []
    for graded, one in zip(students, submissions, strict=True):
        content = _content(one.files.get(assignment.file, b""))
        others = [name for name in owners[content] if name != one.student and content not in (b"", given)]
        doubt = [f"the same {assignment.file} as {_some(others)}"] if others else []
        found.append(replace(graded, doubts=(*graded.doubts, *doubt)))
    return found


def _content(source: bytes) -> bytes:
    """The lines of a file, without differences that an editor or a platform makes at their ends."""
    return b"\n".join(source.split(b"\r\n")).strip()


def _some(names: Sequence[str]) -> str:
    more = [f"{len(names) - MOST} more"] if len(names) > MOST else []
    return listed([*names[:MOST], *more])
