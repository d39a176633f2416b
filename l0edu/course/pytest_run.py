"""How are the tests of an assignment run on one submission? By pytest, in a process and a folder of their own.

The tests are those of the installed package and of the instructor's bundle, never those that a submission
brings. The student's functions run in a further, fenced process (`l0edu.course.isolated`), which sees neither
tests nor results.
"""

import importlib.util
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from l0edu.course.assignments import Assignment
from l0edu.course.bundle import HIDDEN_TESTS, SEED
from l0edu.course.outcomes import Outcome, read_outcomes
from l0edu.course.student_tree import PYTEST_INI
from l0edu.errors import InputError

__all__ = ["TimeLimits", "need_pytest", "run_tests"]


@dataclass(frozen=True)
class TimeLimits:
    """How long a submission may take, in seconds: for one call of a function, and for everything."""

    call_s: float = 10.0
    total_s: float = 300.0


def run_tests(
    assignment: Assignment, submission: Path, bundle: Path | None = None, limits: TimeLimits | None = None
) -> list[Outcome]:
    """The outcome of every test on one submission.

    Parameters
    ----------
    assignment : Assignment
    submission : Path
        A folder that holds the assignment's files; nothing else in it is looked at.
    bundle : Path, optional
        From `l0edu assign instructor init`. With it the hidden tests run too.
    limits : TimeLimits, optional

    Returns
    -------
    list of Outcome

    Raises
    ------
    InputError
        When the tests did not come to an end, with what they printed last.
    """
    need_pytest()
    limits = limits or TimeLimits()
    with TemporaryDirectory(prefix="l0edu-tests-", ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        _write_tests(assignment, folder, bundle)
        results = folder / "results.json"
        command = _command(folder, submission.resolve(), results, bundle, limits)
        printed = _call(command, folder, limits.total_s)
        if not results.is_file():
            last = printed[-2000:].strip()
            raise InputError(f"the tests of {assignment.name} did not come to an end: {last}")
        return read_outcomes(results)


def need_pytest() -> None:
    """Refuse in a sentence when pytest is missing.

    Raises
    ------
    InputError
    """
    if importlib.util.find_spec("pytest") is None:
        raise InputError("assignments are checked by pytest: pip install 'l0edu[course]', or pip install pytest")


def _write_tests(assignment: Assignment, folder: Path, bundle: Path | None) -> None:
    tests = folder / "tests"
    tests.mkdir()
    (folder / "pytest.ini").write_text(PYTEST_INI, encoding="utf-8")
    (tests / assignment.tests_name).write_text(assignment.checks, encoding="utf-8")
    if bundle is not None:
        hidden = bundle / assignment.name / HIDDEN_TESTS
        (tests / HIDDEN_TESTS).write_text(hidden.read_text(encoding="utf-8"), encoding="utf-8")


def _command(
    folder: Path, submission: Path, results: Path, bundle: Path | None, limits: TimeLimits
) -> list[str]:
    secret = [] if bundle is None else [f"--secret={(bundle / SEED).resolve()}"]
    how = [f"--submission={submission}", f"--results={results}", "--isolated", f"--call-s={limits.call_s}"]
    return [sys.executable, "-m", "pytest", "-q", f"--rootdir={folder}", *how, *secret, str(folder / "tests")]


def _call(command: list[str], folder: Path, total_s: float) -> str:
    """What the tests printed; they are stopped when their time is up."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=total_s,
        )
    except subprocess.TimeoutExpired:
        return f"they took longer than {total_s:g} s"
    return done.stdout + done.stderr
