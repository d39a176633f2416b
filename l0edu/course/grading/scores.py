"""How do the scores come into a spreadsheet? As CSV, a line for each student."""

import csv
import io
from collections.abc import Mapping, Sequence

from l0edu.course.grading.by_hand import cell, hand_points
from l0edu.course.grading.graded import Graded
from l0edu.course.grading.sentences import rounded

__all__ = ["scores_csv"]


def scores_csv(graded: Sequence[Graded], by_hand: float = 0, given: Mapping[str, str] | None = None) -> str:
    """A table of students, in their order, with the points of each task.

    Parameters
    ----------
    graded : sequence of Graded
        A student whom the grader failed has no score, which is not a score of 0.
    by_hand : float
        How many points a person gives. If any, there is a column for them and one for the total, which stays
        empty until they are given.
    given : mapping, optional
        What a person wrote into that column before, by student. A student who has left the class keeps a
        line.

    Examples
    --------
    >>> from l0edu.course.outcomes import Outcome
    >>> one = Graded("=ann()", "ann", "graded", (Outcome("test_a", "1.1", 2, 1.5, "wrong"),), note="late")
    >>> print(scores_csv([one]))
    student,score,out of,1.1,status,note
    '=ann(),1.5,2,1.5,graded,late
    <BLANKLINE>
    >>> print(scores_csv([one], by_hand=6, given={"'=ann()": "4"}))
    student,score,out of,1.1,by hand,total,total out of,status,note
    '=ann(),1.5,2,1.5,4,5.5,8,graded,late
    """
    given = given or {}
    tasks = sorted({task.task for one in graded for task in one.tasks})
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    hand = ["by hand", "total", "total out of"] if by_hand or given else []
    writer.writerow(["student", "score", "out of", *tasks, *hand, "status", "note"])
    for one in graded:
        text = given.get(cell(one.student), "")
        writer.writerow(_row(one, tasks, _with_hand(one, text, by_hand) if hand else []))
    gone = [student for student in given if student not in {cell(one.student) for one in graded}]
    blank = [""] * (2 + len(tasks))
    writer.writerows([cell(name), *blank, cell(given[name]), "", "", "not handed in", ""] for name in gone)
    return file.getvalue()


def _row(one: Graded, tasks: Sequence[str], hand: Sequence[str]) -> list[str]:
    by_task = {task.task: task.score for task in one.tasks} if one.has_score else {}
    points = [rounded(one.score), rounded(one.out_of)] if one.has_score else ["", ""]
    scores = [rounded(by_task[task]) if task in by_task else "" for task in tasks]
    variant = f"variant {one.variant[:40]!r}" if one.variant else ""
    said = (one.note, variant, one.checked, one.warning, *one.doubts)
    note = "; ".join(text.rstrip(".") for text in said if text)
    return [cell(one.student), *points, *scores, *hand, one.status, cell(note)]


def _with_hand(one: Graded, text: str, by_hand: float) -> list[str]:
    """What a person wrote, the total with it, and what the total is out of."""
    points = hand_points(text, by_hand)
    total = rounded(one.score + points) if one.has_score and points is not None else ""
    return [cell(text), total, rounded(one.out_of + by_hand) if one.has_score else ""]
