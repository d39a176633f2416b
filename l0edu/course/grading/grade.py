"""How is a class graded? A few students at a time; no submission should stop or change another one.

All submissions are read before any of their code runs. The reference solution is graded first. If it does not
earn all points, nobody is graded. Each finished result is kept, so an interrupted run goes on where it
stopped.
"""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

from tqdm import tqdm

from l0edu.course.assignments import Assignment
from l0edu.course.bundle import need_bundle
from l0edu.course.grading.by_hand import hand_trouble
from l0edu.course.grading.graded import FAILED, PENDING, Graded
from l0edu.course.grading.grader import Grader
from l0edu.course.grading.likeness import with_same_files
from l0edu.course.grading.reports import compared
from l0edu.course.grading.results_folder import ResultsFolder
from l0edu.course.grading.sentences import rounded
from l0edu.course.grading.submissions import Submission, collect
from l0edu.course.grading.trial import TimeLimits, need_pytest
from l0edu.course.grading.watch import Watch
from l0edu.course.isolation.values import printable
from l0edu.errors import InputError

__all__ = ["Grading", "grade"]


LONGEST_NAME = 40


@dataclass(frozen=True)
class Grading:
    """A graded class.

    Attributes
    ----------
    students : tuple of Graded
        In the order of their names.
    damage : tuple of str
        What happened to files that no submission may change, and whose submission may have done it.
    by_hand : tuple of str
        The entries in the column of points by hand that are no number of points.
    """

    students: tuple[Graded, ...]
    damage: tuple[str, ...] = ()
    by_hand: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether every student has a score, and nothing was damaged."""
        return not self.damage and all(one.has_score for one in self.students)

    def table(self) -> str:
        """A line for each student, and one for each thing that an instructor should look into."""
        names = [_shown(one.student) for one in self.students]
        width = max(map(len, names))
        lines = [
            f"{name:<{width}}  {_points(one):>9}  {one.status}  {printable(' '.join(one.note.split()))}"
            for name, one in zip(names, self.students, strict=True)
        ]
        more = [f"{one.student}: {one.warning}" for one in self.students if one.status == FAILED]
        more += [f"look into {one.student}: {doubt}" for one in self.students for doubt in one.doubts]
        more += [*self.by_hand, *(f"damage: {one}" for one in self.damage)]
        return "\n".join([line.rstrip() for line in lines] + more)


def _shown(student: str) -> str:
    """A name as a column of a table can hold it."""
    name = printable(" ".join(student.split()))
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 3]}..."


def _points(one: Graded) -> str:
    return f"{rounded(one.score)} of {rounded(one.out_of)}" if one.has_score else ""


def grade(
    submissions: Path,
    out: Path,
    assignment: Assignment,
    bundle: Path | None = None,
    *,
    jobs: int = 2,
    again: bool = False,
    limits: TimeLimits | None = None,
    watched: Sequence[Path] = (),
    doctor: bool = True,
    rerun: bool = False,
) -> Grading:
    """Grade a folder of submissions, and write scores, feedback and Gradescope's files.

    Parameters
    ----------
    submissions : Path
        See `l0edu.course.grading.submissions`.
    out : Path
        The folder for scores.csv, manifest.json and the folders feedback, gradescope and records. A student
        with a record of the same submission, bundle and versions is not graded again. What a person wrote
        into the column "by hand" of scores.csv stays.
    assignment : Assignment
    bundle : Path, optional
        From `l0edu assign instructor init`; without it there are no hidden tests.
    jobs : int
        How many students at a time.
    again : bool
        Grade everybody again.
    limits : TimeLimits, optional
    watched : sequence of Path
        Further places in which nothing may change meanwhile.
    doctor : bool
        Whether the gradient doctor is asked about wrong functions.
    rerun : bool
        Whether one lambda of each results.json of a6 is trained again, about 7 seconds each. The instructor
        reads what differs; the student loses no points.

    Returns
    -------
    Grading
        Every student in the order of their names, and what was damaged.

    Raises
    ------
    InputError
        For folders that cannot be used, or when the reference solution does not earn all points.
    KeyboardInterrupt
        After what is finished was written.
    """
    places = [submissions, *([bundle] if bundle else []), *watched]
    _check(out, places, assignment, bundle, jobs)
    handed_in = collect(submissions, assignment.files)
    grader = Grader(assignment, bundle, limits or TimeLimits(), doctor, rerun, (submissions, out))
    results, watch = ResultsFolder(out, grader), Watch(places)
    found = {one.student: Graded(one.student, one.key, PENDING) for one in handed_in}
    kept = {} if again else {one.student: results.kept(one) for one in handed_in}
    found |= {student: graded for student, graded in kept.items() if graded}
    left = [one for one in handed_in if found[one.student].status == PENDING]
    try:
        _grade_all(left, grader, results, watch, found, jobs)
        failed = [one for one in left if found[one.student].status == FAILED]
        _grade_all(failed, grader, results, watch, found, 1)  # a neighbour may have disturbed it
    finally:
        grading = _closed(handed_in, results, watch, found)
    return grading


def _closed(
    handed_in: Sequence[Submission], results: ResultsFolder, watch: Watch, found: dict[str, Graded]
) -> Grading:
    """Compare the submissions with each other, and write the lists. The records hold no comparison."""
    _warn(watch, results, found)
    assignment = results.grader.assignment
    students = compared([found[one.student] for one in handed_in], handed_in)
    students = with_same_files(students, handed_in, assignment)
    for one in students:
        if one.variant:
            results.write_pages(one)
    damage = tuple(_who(*one) for one in watch.found)
    given = results.write_lists(students, damage)
    return Grading(tuple(students), damage, tuple(hand_trouble(given, results.by_hand)))


def _grade_all(
    left: Sequence[Submission],
    grader: Grader,
    results: ResultsFolder,
    watch: Watch,
    found: dict[str, Graded],
    jobs: int,
) -> None:
    """Grade some students, and keep each result as soon as it is finished; Ctrl-C ends the rest."""
    if not left:
        return
    _ = grader.reference  # or an error, before anybody is graded
    with ThreadPoolExecutor(jobs) as pool:
        futures = [pool.submit(_watched, grader, watch, one) for one in left]
        try:
            for future in tqdm(as_completed(futures), total=len(left), disable=None, unit="student"):
                _write_down(future, results, found)
        except BaseException:
            finished = [
                one for one in futures if one.done() and found[one.result().student].status == PENDING
            ]
            grader.stop.set()
            pool.shutdown(cancel_futures=True)
            for future in finished:
                _write_down(future, results, found)
            raise


def _write_down(future: Future[Graded], results: ResultsFolder, found: dict[str, Graded]) -> None:
    graded = future.result()
    results.write(graded)
    found[graded.student] = graded


def _watched(grader: Grader, watch: Watch, submission: Submission) -> Graded:
    with watch.over(submission.student):
        return grader.grade(submission)


def _warn(watch: Watch, results: ResultsFolder, found: dict[str, Graded]) -> None:
    """Add damage as a warning to all students whose code may have done it."""
    for what, students in watch.found:
        for student in students:
            warning = f"{found[student].warning}; {what}".removeprefix("; ")
            found[student] = replace(found[student], warning=warning)
            results.write(found[student])


def _who(what: str, students: Sequence[str]) -> str:
    return f"{what} while {' and '.join(students)} ran"


def _check(out: Path, places: Sequence[Path], assignment: Assignment, bundle: Path | None, jobs: int) -> None:
    need_pytest()
    if jobs < 1:
        raise InputError(f"jobs = {jobs}: at least one student is graded at a time, so write 1 or more")
    if bundle is not None:
        need_bundle(bundle, assignment)
    for place in places:
        if out.resolve().is_relative_to(place.resolve()):
            raise InputError(
                f"results cannot go into {place}, which must not change: name a folder elsewhere"
            )
