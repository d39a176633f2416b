"""Which files does a grading leave? Scores of all; feedback, a file for Gradescope and a record of each."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from l0edu.checkpoint import write_atomically
from l0edu.course.bundle import HIDDEN_TESTS, SEED
from l0edu.course.grading.by_hand import read_by_hand
from l0edu.course.grading.feedback import feedback_page
from l0edu.course.grading.graded import FAILED, Graded, read_graded, write_graded
from l0edu.course.grading.grader import Grader, versions
from l0edu.course.grading.gradescope import gradescope_json
from l0edu.course.grading.scores import scores_csv
from l0edu.course.grading.submissions import Submission

__all__ = ["ResultsFolder"]


class ResultsFolder:
    """The folder of results.

    Parameters
    ----------
    out : Path
        Made if it is not there.
    grader : Grader
        Whose results it holds.

    Raises
    ------
    InputError
        When there is a scores.csv that cannot be read: a person may have written points into it.
    """

    def __init__(self, out: Path, grader: Grader) -> None:
        read_by_hand(out / "scores.csv")  # or an error, before anybody is graded
        self.out, self.grader = out, grader
        for name in ("feedback", "gradescope", "records"):
            (out / name).mkdir(parents=True, exist_ok=True)

    def kept(self, submission: Submission) -> Graded | None:
        """An earlier result of the same submission by the same tests."""
        found = read_graded(self.out / "records" / f"{submission.key}.json")
        digest = self.grader.digest_of(submission)
        return found if found and found.digest == digest and found.status != FAILED else None

    def write(self, graded: Graded) -> None:
        """Write the record and the pages of one student; no pages when the grader itself failed."""
        write_graded(graded, self.out / "records" / f"{graded.key}.json")
        self.write_pages(graded)

    def write_pages(self, graded: Graded) -> None:
        """Write what a student reads."""
        if graded.has_score:
            page = feedback_page(graded, self.grader.assignment, _programs())
            _write(self.out / "feedback" / f"{graded.key}.html", page)
            _write(self.out / "gradescope" / f"{graded.key}.json", gradescope_json(graded, self.by_hand))

    def write_lists(self, students: Sequence[Graded], damage: Sequence[str]) -> dict[str, str]:
        """Write scores.csv and manifest.json. scores.csv begins with a mark that tells Excel: UTF-8.

        What a person wrote into the column "by hand" is kept. It is also returned, by student.
        """
        given = read_by_hand(self.out / "scores.csv")
        _write(self.out / "scores.csv", "\ufeff" + scores_csv(students, self.by_hand, given))
        manifest = self._manifest(students, damage)
        _write(self.out / "manifest.json", json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
        return given

    @property
    def by_hand(self) -> float:
        """The points that a person gives."""
        return self.grader.assignment.by_hand

    def _manifest(self, students: Sequence[Graded], damage: Sequence[str]) -> dict[str, Any]:
        return {
            "assignment": self.grader.assignment.name,
            **versions(),
            "limits": vars(self.grader.limits),
            "sha256": self._fingerprints(),
            "damage": list(damage),
            "students": {
                one.student: {"key": one.key, "status": one.status, "sha256": one.digest} for one in students
            },
        }

    def _fingerprints(self) -> dict[str, str]:
        """Sums that tell which tests and which seed were used, and not the seed."""
        assignment, bundle = self.grader.assignment, self.grader.bundle
        texts = {"tests": assignment.checks}
        if bundle is not None:
            texts["hidden tests"] = (bundle / assignment.name / HIDDEN_TESTS).read_text(encoding="utf-8")
            texts["seed"] = (bundle / SEED).read_text(encoding="utf-8")
        return {name: hashlib.sha256(text.encode()).hexdigest()[:16] for name, text in texts.items()}


def _programs() -> str:
    found = versions()
    return f"Graded with l0edu {found['l0edu']}, NumPy {found['numpy']} and Python {found['python']}."


def _write(path: Path, text: str) -> None:
    write_atomically(path, text.encode("utf-8", "replace"))
