"""Whose numbers are in a report, and did somebody else hand them in too? All reports are compared.

Each results.json states a variant, such as the student number, which decides the seed. Two students who each
trained their own networks share neither variant nor numbers. A submission's name should contain the variant.
A platform may have chosen the name, so another name is a doubt for the instructor and costs no points.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from l0edu.course.assignments import Assignment
from l0edu.course.grading.graded import Graded, unearned
from l0edu.course.grading.submissions import Submission
from l0edu.course.outcomes import RIGHT, Outcome
from l0edu.course.report.files import ReportError
from l0edu.course.report.results import Results, check_results

__all__ = ["HELD_BACK", "compared", "report_files", "results_hold", "shows"]

RESULTS = "results.json"
JUDGED_BY_RESULTS = ("6.5", "6.6")  # the tasks that give no points for somebody else's numbers
COPIED = (
    "results.json is of the variant of another submission, or holds the same numbers: tasks 6.5 and 6.6 give "
    "no points until your instructor knows whose they are"
)
HELD_BACK = "held back"
ALIKE = 6  # of 8 lambdas with the same units left; of 28 pairs of honest sweeps none had more than 3


def report_files(assignment: Assignment, variant: str) -> dict[str, bytes]:
    """What a student hands in beside the file of functions, made up; nothing for most assignments.

    Parameters
    ----------
    assignment : Assignment
    variant : str
        Decides the numbers.

    Examples
    --------
    >>> from l0edu.course.assignments import assignment
    >>> report_files(assignment("a1"), "ann")
    {}
    """
    if RESULTS not in assignment.files:
        return {}
    from l0edu.course.sources.a6.made_up import made_up_files

    return made_up_files(variant)


def results_hold(outcomes: Sequence[Outcome]) -> bool:
    """Whether a results.json was handed in that the tests accept.

    Parameters
    ----------
    outcomes : sequence of Outcome
    """
    statuses = {one.status for one in outcomes if one.task == JUDGED_BY_RESULTS[0]}
    return statuses == {RIGHT}


def shows(student: str, variant: str) -> bool:
    """Whether a submission's name holds a variant: all its words, in any order.

    Parameters
    ----------
    student : str
        The name of a submission.
    variant : str
        That its results.json states.

    Examples
    --------
    >>> shows("Lee, Ann_4711", "ann lee"), shows("Ann Lee_4711", "4711"), shows("s12", "s1")
    (True, True, False)
    """
    return bool(_words(variant)) and _words(variant) <= _words(student)


def compared(students: Sequence[Graded], submissions: Sequence[Submission]) -> list[Graded]:
    """The same students, each with variant and doubts, and without points for shared results.

    Results are shared when two submissions have the same variant or the same numbers. Of those with the same
    variant, one keeps its points: the only one whose name contains the variant.

    Parameters
    ----------
    students : sequence of Graded
    submissions : sequence of Submission
        Theirs, in the same order.

    Returns
    -------
    list of Graded
        In the same order.
    """
    pairs = zip(students, submissions, strict=True)
    reports = {one.student: _results(handed_in) for one, handed_in in pairs if results_hold(one.outcomes)}
    found = {student: results for student, results in reports.items() if results}
    return [_settled(one, found) if one.student in found else one for one in students]


def _results(submission: Submission) -> Results | None:
    """What results.json says. The tests have accepted it, in a process of their own."""
    with TemporaryDirectory(prefix="l0edu-report-") as folder:
        Path(folder, RESULTS).write_bytes(submission.files.get(RESULTS, b""))
        try:
            return check_results(Path(folder))
        except (ReportError, NotImplementedError):
            return None


def _settled(graded: Graded, reports: Mapping[str, Results]) -> Graded:
    """One student, once all reports are known."""
    mine = reports[graded.student]
    others = {student: one for student, one in reports.items() if student != graded.student}
    sharing = [student for student, one in others.items() if _is_shared(mine, one)]
    keeps = not sharing or _is_owner(graded.student, mine, {student: others[student] for student in sharing})
    doubts = [*graded.doubts, *_doubts(graded.student, mine, others, sharing, keeps)]
    settled = replace(graded, variant=mine.variant, doubts=tuple(doubts))
    return settled if keeps else _without_points(settled)


def _is_shared(mine: Results, other: Results) -> bool:
    return mine.seed == other.seed or mine.points == other.points


def _is_owner(student: str, mine: Results, sharing: Mapping[str, Results]) -> bool:
    """Whether only this student's name contains the variant, and all who share have the same variant."""
    others = [shows(name, one.variant) or one.seed != mine.seed for name, one in sharing.items()]
    return shows(student, mine.variant) and not any(others)


def _doubts(
    student: str, mine: Results, others: Mapping[str, Results], sharing: Sequence[str], keeps: bool
) -> list[str]:
    """Sentences for the instructor."""
    found = []
    if not shows(student, mine.variant):
        found.append(f"the name does not hold the variant {_short(mine.variant)} of results.json")
    if sharing:
        who = "this one keeps its" if keeps else "this one gets no"
        names = " and ".join(sharing)
        found.append(f"results.json has the variant or the numbers of {names}: {who} points for 6.5 and 6.6")
    for name in (one for one in others if one not in sharing):
        found += _alike(mine, others[name], name)
    return found


def _alike(mine: Results, other: Results, name: str) -> list[str]:
    """What two reports with different seeds have in common."""
    pairs = list(zip(mine.points, other.points, strict=True))
    records = sum(a == b for a, b in pairs)
    units = sum(a.units_left == b.units_left for a, b in pairs)
    found = [f"results.json has {records} of {len(pairs)} records in common with {name}"] if records else []
    if units >= ALIKE:
        found.append(f"results.json has the same units left at {units} of {len(pairs)} lambdas as {name}")
    return found


def _without_points(graded: Graded) -> Graded:
    """Without the points that rest on results.json."""
    tests = [_lost(one) if one.task in JUDGED_BY_RESULTS else one for one in graded.outcomes]
    return replace(graded, outcomes=tuple(tests), note="; ".join(filter(None, [graded.note, COPIED])))


def _lost(one: Outcome) -> Outcome:
    """A test that gave points is held back; any other stays as it is."""
    return unearned([replace(one, hint="")], HELD_BACK)[0] if one.score else one


def _short(variant: str) -> str:
    return repr(variant[:40])


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text).casefold()))
