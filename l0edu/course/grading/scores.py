"""How do the scores come into a spreadsheet? As CSV, a line for each student."""

import csv
import io
from collections.abc import Sequence

from l0edu.course.grading.graded import Graded
from l0edu.course.isolation.values import printable

__all__ = ["scores_csv"]

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet computes what begins so


def scores_csv(graded: Sequence[Graded], by_hand: float = 0) -> str:
    """A table of students, in their order, with the points of each task.

    Parameters
    ----------
    graded : sequence of Graded
        A student whom the grader failed has no score, which is not a score of 0.
    by_hand : float
        With points that a person gives there is an empty column for them.

    Examples
    --------
    >>> from l0edu.course.outcomes import Outcome
    >>> one = Graded("=ann()", "ann", "graded", (Outcome("test_a", "1.1", 2, 1.5, "wrong"),), note="late")
    >>> print(scores_csv([one]))
    student,score,out of,1.1,status,note
    '=ann(),1.5,2,1.5,graded,late
    """
    tasks = sorted({task.task for one in graded for task in one.tasks})
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    hand = ["by hand"] if by_hand else []
    writer.writerow(["student", "score", "out of", *tasks, *hand, "status", "note"])
    writer.writerows([_row(one, tasks, [""] * len(hand)) for one in graded])
    return file.getvalue()


def _row(one: Graded, tasks: Sequence[str], hand: Sequence[str]) -> list[str]:
    by_task = {task.task: task.score for task in one.tasks} if one.has_score else {}
    points = [f"{one.score:g}", f"{one.out_of:g}"] if one.has_score else ["", ""]
    scores = [f"{by_task[task]:g}" if task in by_task else "" for task in tasks]
    variant = f"variant {one.variant[:40]!r}" if one.variant else ""
    note = "; ".join(text for text in (one.note, variant, one.warning, *one.doubts) if text)
    return [_text(one.student), *points, *scores, *hand, one.status, _text(note)]


def _text(text: str) -> str:
    """One line that no spreadsheet takes for a formula."""
    line = printable(" ".join(text.split()))
    return f"'{line}" if text.startswith(FORMULA) or line.startswith(FORMULA) else line
