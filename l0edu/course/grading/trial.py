"""How are the tests run on one submission? By pytest, in its own process and folder, with a time limit.

The tests are those of the installed package and of the instructor's bundle, never a submission's own. The
student's functions run in one more process, which may do little (`l0edu.course.isolation.isolated`).
"""

import importlib.util
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

from l0edu.course.assignments import Assignment
from l0edu.course.bundle import HIDDEN_TESTS, SEED
from l0edu.course.isolation.processes import end_with_all_it_started, ended_in_time
from l0edu.course.outcomes import Outcome, read_outcomes
from l0edu.course.student_tree import PYTEST_INI
from l0edu.errors import InputError

__all__ = ["TimeIsUpError", "TimeLimits", "need_pytest", "run_tests"]

GRACE_S = 5.0  # in which pytest ends the fenced process and writes down what it has


@dataclass(frozen=True)
class TimeLimits:
    """How long a submission may take, in seconds.

    What its own process may use beside time is said in `l0edu.course.isolation.limits.Limits`.

    Attributes
    ----------
    call_s : float
        For one call of a function.
    total_s : float
        For all tests, visible and hidden, with Python's start.
    """

    call_s: float = 10.0
    total_s: float = 300.0


class TimeIsUpError(InputError):
    """The tests took too long. `outcomes` holds what became of those that were finished."""

    def __init__(self, outcomes: list[Outcome]) -> None:
        super().__init__("the tests took too long: is there an endless loop?")
        self.outcomes = outcomes


def run_tests(
    assignment: Assignment,
    submission: Path,
    bundle: Path | None = None,
    limits: TimeLimits | None = None,
    stop: Event | None = None,
    private: Sequence[Path] = (),
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
    stop : Event, optional
        Once it is set, the tests are ended.
    private : sequence of Path
        Folders that the student's code may not read, beside the bundle and l0edu itself.

    Returns
    -------
    list of Outcome
        In the order in which pytest ran them.

    Raises
    ------
    TimeIsUpError
        When they took too long, or were ended.
    InputError
        When they did not come to an end by themselves, with what they printed last.
    """
    need_pytest()
    limits = limits or TimeLimits()
    with TemporaryDirectory(prefix="l0edu-tests-", ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        _write_tests(assignment, folder, bundle)
        command = _command(folder, submission.resolve(), bundle, limits)
        command += [f"--private={one.resolve()}" for one in private]
        in_time = _run(command, folder, limits.total_s, stop or Event())
        outcomes = _outcomes(folder / "results.json")
        if not in_time:
            raise TimeIsUpError(outcomes or [])
        if outcomes is None:
            printed = (folder / "printed.txt").read_text(encoding="utf-8", errors="replace")
            raise InputError(
                f"the tests of {assignment.name} did not come to an end: {printed[-2000:].strip()}"
            )
        return outcomes


def need_pytest() -> None:
    """Refuse in a sentence when pytest is missing.

    Raises
    ------
    InputError
    """
    if importlib.util.find_spec("pytest") is None:
        raise InputError("assignments are checked by pytest: pip install 'l0edu[course]', or pytest")


def _write_tests(assignment: Assignment, folder: Path, bundle: Path | None) -> None:
    tests = folder / "tests"
    tests.mkdir()
    (folder / "pytest.ini").write_text(PYTEST_INI, encoding="utf-8")
    (tests / assignment.tests_name).write_text(assignment.checks, encoding="utf-8")
    if bundle is not None:
        hidden = bundle / assignment.name / HIDDEN_TESTS
        (tests / HIDDEN_TESTS).write_text(hidden.read_text(encoding="utf-8"), encoding="utf-8")


def _command(folder: Path, submission: Path, bundle: Path | None, limits: TimeLimits) -> list[str]:
    secret = [] if bundle is None else [f"--secret={(bundle / SEED).resolve()}"]
    results = f"--results={folder / 'results.json'}"
    how = [f"--submission={submission}", results, "--isolated", f"--call-s={limits.call_s}"]
    return [sys.executable, "-m", "pytest", "-q", f"--rootdir={folder}", *how, *secret, str(folder / "tests")]


def _run(command: list[str], folder: Path, total_s: float, stop: Event) -> bool:
    """Whether a command ended in time. If not, it is asked to end, then killed with all it started."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment |= {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
    with (folder / "printed.txt").open("wb") as printed:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=printed,
            start_new_session=True,
        )
        try:
            return ended_in_time(process, total_s, stop)
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end as Ctrl-C does, so that it closes what it opened; then kill it and what it started."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_S)
    end_with_all_it_started(process)
    process.wait()


def _outcomes(results: Path) -> list[Outcome] | None:
    """What the tests wrote; None where they did not."""
    try:
        return read_outcomes(results)
    except (OSError, ValueError, TypeError, KeyError):
        return None
