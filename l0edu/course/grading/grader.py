"""What happens to one submission? It is refused with a reason, or tested; wrong functions are diagnosed."""

import hashlib
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

import numpy as np

from l0edu.course.assignments import Assignment
from l0edu.course.bundle import HIDDEN_TESTS, SEED
from l0edu.course.draws import generator
from l0edu.course.fences import solved
from l0edu.course.grading.alike import said_once
from l0edu.course.grading.diagnoses import diagnoses, wrong_functions
from l0edu.course.grading.graded import FAILED, GRADED, PENDING, REFUSED, STOPPED, Graded, unearned
from l0edu.course.grading.imports import import_trouble
from l0edu.course.grading.reports import RESULTS, report_files, results_hold
from l0edu.course.grading.retraining import trained_again
from l0edu.course.grading.submissions import Submission
from l0edu.course.grading.trial import TimeIsUpError, TimeLimits, run_tests
from l0edu.course.isolation.limits import Limits
from l0edu.course.outcomes import RIGHT, WRONG, Outcome
from l0edu.errors import InputError

__all__ = ["Grader", "fitted", "versions"]


def versions() -> dict[str, str]:
    """The programs that a result depends on."""
    from l0edu import __version__

    return {"l0edu": __version__, "numpy": np.__version__, "python": platform.python_version()}


@dataclass
class Grader:
    """Grades submissions of one assignment, all by the same tests.

    Parameters
    ----------
    assignment : Assignment
    bundle : Path or None
    limits : TimeLimits
    doctor : bool
        Whether wrong functions are diagnosed.
    rerun : bool
        Whether one lambda of each results.json is trained again.
    private : sequence of Path
        Folders that no student's code may read.
    """

    assignment: Assignment
    bundle: Path | None
    limits: TimeLimits
    doctor: bool = True
    rerun: bool = False
    private: Sequence[Path] = ()

    def __post_init__(self) -> None:
        self.stop = Event()

    @cached_property
    def reference(self) -> list[Outcome]:
        """What the reference solution earns, which is everything.

        Raises
        ------
        InputError
            When it earns less: then the grader is broken.
        """
        source = solved(self.assignment.source).encode()
        files = {self.assignment.file: source, **report_files(self.assignment, "reference")}
        try:
            outcomes = self._tested(files)
        except TimeIsUpError:
            late = f"is not finished after {self.limits.total_s:g} s"
            raise InputError(f"the reference solution of {self.assignment.name} {late}: allow more") from None
        missed = [one for one in outcomes if one.status != RIGHT]
        if missed or not outcomes:
            why = f"{missed[0].test}: {missed[0].message}" if missed else "there are no tests"
            raise InputError(
                f"the reference solution of {self.assignment.name} fails, so nobody is graded: {why}"
            )
        return outcomes

    @cached_property
    def digest(self) -> str:
        """The SHA-256 sum of all that results depend on, submissions apart."""
        secret = (
            [self.bundle / SEED, self.bundle / self.assignment.name / HIDDEN_TESTS] if self.bundle else []
        )
        texts = [self.assignment.checks, *(path.read_text(encoding="utf-8") for path in secret)]
        return _digest([*texts, repr(versions()), repr(self.limits), repr((self.doctor, self.rerun))])

    def digest_of(self, submission: Submission) -> str:
        """The SHA-256 sum of all that one result depends on."""
        return _digest([self.digest, submission.digest])

    def grade(self, submission: Submission) -> Graded:
        """The result of one student, whatever happens."""
        start = time.monotonic()
        blank = Graded(submission.student, submission.key, PENDING, digest=self.digest_of(submission))
        try:
            found = self._graded(submission, blank)
        except Exception as error:  # the grader's own failure with one student must not stop the rest
            warning = f"the grader failed: {type(error).__name__}: {error}"
            found = replace(blank, status=FAILED, warning=warning)
        return replace(found, seconds=round(time.monotonic() - start, 2))

    def _graded(self, submission: Submission, blank: Graded) -> Graded:
        trouble = submission.trouble or import_trouble(
            self.assignment, submission.files[self.assignment.file]
        )
        if trouble:
            nothing = tuple(replace(one, hint="") for one in unearned(self.reference, WRONG))
            return replace(blank, status=REFUSED, outcomes=nothing, note=trouble)
        try:
            tested = self._tested(submission.files)
        except TimeIsUpError as stopped:
            note = f"stopped after {self.limits.total_s:g} s: is there an endless loop?"
            finished = fitted(stopped.outcomes, self.reference, "not reached in time")
            return replace(blank, status=STOPPED, outcomes=finished, note=note)
        outcomes, note = said_once(fitted(tested, self.reference, ""), self.assignment)
        held, doubts = self._trained_again(submission, outcomes)
        diagnosed = self._diagnosed(submission, outcomes)
        found = replace(blank, status=GRADED, outcomes=outcomes, note=note)
        return replace(found, diagnoses=diagnosed, checked=held, doubts=doubts)

    def _tested(self, files: dict[str, bytes]) -> list[Outcome]:
        with TemporaryDirectory(prefix="l0edu-submission-", ignore_cleanup_errors=True) as name:
            for file, content in files.items():
                Path(name, file).write_bytes(content)
            where = (self.assignment, Path(name), self.bundle)
            return run_tests(*where, self.limits, self.stop, self.private)

    def _trained_again(
        self, submission: Submission, outcomes: Sequence[Outcome]
    ) -> tuple[str, tuple[str, ...]]:
        """What holds, and what differs, when one lambda of a results.json is trained again."""
        if not (self.rerun and results_hold(outcomes)) or self.stop.is_set():
            return "", ()
        seed = (self.bundle / SEED).read_text(encoding="utf-8") if self.bundle else submission.digest
        draw = int(generator(seed, submission.student).integers(2**32))
        return trained_again(submission.files[RESULTS], draw, self.stop, self.limits.total_s)

    def _diagnosed(self, submission: Submission, outcomes: Sequence[Outcome]) -> dict[str, str]:
        wrong = wrong_functions(self.assignment, outcomes)
        if not (self.doctor and wrong) or self.stop.is_set():
            return {}
        with TemporaryDirectory(prefix="l0edu-submission-", ignore_cleanup_errors=True) as name:
            file = Path(name, self.assignment.file)
            file.write_bytes(submission.files[self.assignment.file])
            limits = Limits(call_s=min(self.limits.call_s, 2), load_s=min(self.limits.call_s, 10), total_s=30)
            secret = [*self.private, *([self.bundle] if self.bundle else [])]
            return diagnoses(file, wrong, limits, secret)


def fitted(outcomes: Sequence[Outcome], reference: Sequence[Outcome], missing: str) -> tuple[Outcome, ...]:
    """The outcomes by task, visible ones first, without a point for a test that did not run.

    Parameters
    ----------
    outcomes : sequence of Outcome
    reference : sequence of Outcome
        The tests that there are.
    missing : str
        What to say of a test that did not run; empty when all must have.

    Raises
    ------
    InputError
        When the tests are not those of the reference, or give more points than they have.

    Examples
    --------
    >>> test = Outcome("test_a", "1.1", 2, 2, "right")
    >>> [(one.score, one.message) for one in fitted([], [test], "not reached in time")]
    [(0, 'not reached in time')]
    """
    found = {(one.test, one.visibility): one for one in outcomes}
    ordered = sorted(reference, key=lambda one: (one.task, one.visibility != "visible"))
    wanted = {(one.test, one.visibility): one for one in ordered}
    wrong = [
        one.test for place, one in found.items() if place not in wanted or not _is_fair(one, wanted[place])
    ]
    lacking = [] if missing else [place[0] for place in wanted if place not in found]
    if wrong or lacking:
        raise InputError(f"the results are not those of the tests: see {', '.join([*wrong, *lacking])}")
    blank = {place: unearned([one], WRONG, missing)[0] for place, one in wanted.items()}
    return tuple(found.get(place, blank[place]) for place in wanted)


def _is_fair(one: Outcome, reference: Outcome) -> bool:
    return (one.task, one.points) == (reference.task, reference.points) and 0 <= one.score <= one.points


def _digest(texts: Sequence[str]) -> str:
    return hashlib.sha256(repr(list(texts)).encode("utf-8", "replace")).hexdigest()
