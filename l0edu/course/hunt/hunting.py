"""Which bugs do a student's tests catch? The rules of the hunt.

The tests run on versions: sets of functions that are right, or that hold one planted bug. A failing test
is run again. A test that fails on a right version every time raises a false alarm, and it earns nothing. A
test that passes and fails on the same version is taken out. Any other test that fails every time on a version
with a bug catches this bug. The versions come in a random order, and the file is loaded again for each.
"""

import ast
import os
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from l0edu.course.assignments import assignment
from l0edu.course.grading.imports import import_trouble
from l0edu.course.hunt.arena import Arena, Verdict
from l0edu.course.hunt.bugs import Bug, Version, bugs, right_versions, version_with
from l0edu.course.isolation.limits import Limits
from l0edu.errors import InputError

__all__ = ["HUNT_LIMITS", "HuntResult", "hunt", "tests_in"]

TOTAL_S = 100 if hasattr(os, "fork") else 140  # without fork, a new Python for each version takes its time
HUNT_LIMITS = Limits(call_s=3, load_s=10, total_s=TOTAL_S, memory_mb=1024, file_mb=1)
RIGHT_RUNS = 2  # how often each right version is run again, for each function
CONFIRMATIONS = 2  # how often a test has to fail again on a bug
RETRIES = 4  # how often a failing test is run again on a right version: if it passes once, it is random
MAX_TESTS = 100
FICKLE = "passes and fails on the same version: seed its random numbers"


@dataclass
class HuntResult:
    """What came of a hunt.

    Attributes
    ----------
    bugs : tuple of Bug
        That were planted.
    tests : list of str
        The tests of the file.
    caught_by : dict
        From the name of a caught bug to the tests that catch it.
    false_alarms : dict
        From a test that fails on a right version to a sentence that says how.
    out : dict
        From a test that was taken out to a sentence that says why.
    called : dict
        From a test to the functions that it called.
    trouble : str
        Why there was no hunt, or only half of one; then nothing counts.
    """

    bugs: tuple[Bug, ...] = ()
    tests: list[str] = field(default_factory=list)
    caught_by: dict[str, list[str]] = field(default_factory=dict)
    false_alarms: dict[str, str] = field(default_factory=dict)
    out: dict[str, str] = field(default_factory=dict)
    called: dict[str, set[str]] = field(default_factory=dict)
    trouble: str = ""

    @property
    def caught(self) -> list[Bug]:
        """The bugs that were caught."""
        return [bug for bug in self.bugs if bug.name in self.caught_by]

    @property
    def missed(self) -> list[Bug]:
        """The bugs that were not."""
        return [bug for bug in self.bugs if bug.name not in self.caught_by]

    @property
    def share(self) -> float:
        """Caught bugs as a fraction of all."""
        return len(self.caught) / max(1, len(self.bugs))

    @property
    def quiet(self) -> float:
        """Of the tests that ever fail, the fraction that fail only where a bug is; 0 when none fails.

        It is scaled down when fewer than half of the bugs are caught, since a test that never fails is no
        use.
        """
        useful, failing = self.failing
        return useful / max(1, failing) * min(1.0, 2 * self.share)

    @property
    def failing(self) -> tuple[int, int]:
        """How many tests fail only where a bug is, and how many ever fail."""
        useful = {test for tests in self.caught_by.values() for test in tests}
        return len(useful), len(useful) + len(self.false_alarms) + len(self.out)

    def tried(self, name: str) -> bool:
        """Whether a test called a function of an assignment, as of "a1"."""
        functions = {bug.of for bug in bugs() if bug.assignment == name}
        return any(functions & called for called in self.called.values())


def hunt(
    path: Path,
    limits: Limits | None = None,
    rng: np.random.Generator | None = None,
    planted: Sequence[Bug] | None = None,
) -> HuntResult:
    """Run a student's tests on right versions and on versions with a bug, and count what they catch.

    Parameters
    ----------
    path : Path
        The student's file.
    limits : Limits, optional
        `call_s` is the time of one test on one version, `total_s` that of the hunt.
    rng : Generator, optional
        Decides in which order versions are met.
    planted : sequence of Bug, optional
        Default: all.

    Returns
    -------
    HuntResult

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> test = "def test_cdf(gates): assert gates.cdf(0.0, 0.9, 0.5, -0.1, 1.1) > 0.5"
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "test_gates.py")
    ...     _ = path.write_text(test, encoding="utf-8")
    ...     result = hunt(path, planted=[bug for bug in bugs() if bug.of == "cdf"])
    >>> [bug.name for bug in result.caught], result.false_alarms
    (['cdf_that_falls'], {})
    """
    result = HuntResult(tuple(bugs() if planted is None else planted))
    rng = rng or np.random.default_rng()
    try:
        result.tests = tests_in(path)
        with Arena(path, limits or HUNT_LIMITS) as arena:
            result.called = arena.called
            _Hunt(arena, result).meet_all(rng)
    except InputError as error:
        result.trouble = str(error)
        result.caught_by.clear()
    return result


class _Hunt:
    """Runs tests on versions, and keeps the result."""

    def __init__(self, arena: Arena, result: HuntResult) -> None:
        self.arena, self.result = arena, result
        self.standing = list(result.tests)

    def meet_all(self, rng: np.random.Generator) -> None:
        """Run on right versions first, then on all in random order; a test that is out catches nothing.

        A test runs on the bugs of a function only if it calls that function. The same tests also run again on
        right versions, for each function, so a test cannot tell from its calls that a bug is coming.
        """
        for version in right_versions():
            self._meet(version, self.standing)
        functions = dict.fromkeys(bug.of for bug in self.result.bugs)
        concerned = {of: [test for test in self.standing if of in self._called(test)] for of in functions}
        rounds = [(version_with(bug), bug.of) for bug in self.result.bugs]
        rounds += [(version, of) for of in functions for version in RIGHT_RUNS * right_versions()]
        for i in rng.permutation(len(rounds)):
            version, of = rounds[i]
            self._meet(version, [test for test in concerned[of] if test in self.standing])
        self.result.caught_by = self._still_caught()

    def _called(self, test: str) -> set[str]:
        return self.arena.called.get(test, set())

    def _still_caught(self) -> dict[str, list[str]]:
        """The bugs that are caught by tests that were not taken out."""
        caught = {
            bug: [test for test in tests if test in self.standing]
            for bug, tests in self.result.caught_by.items()
        }
        return {bug: tests for bug, tests in caught.items() if tests}

    def _meet(self, version: Version, tests: list[str]) -> None:
        failed = self._failing(version, tests)
        for _ in range(CONFIRMATIONS if version.bug else RETRIES):
            again = self._failing(version, failed)
            fickle = [test for test in failed if test not in again and test in self.standing]
            self._fall(self.result.out, dict.fromkeys(fickle, FICKLE))
            failed = again
        if version.bug:
            self.result.caught_by[version.bug.name] = list(failed)
        else:
            self._fall(self.result.false_alarms, failed)

    def _failing(self, version: Version, tests: Sequence[str] | dict[str, str]) -> dict[str, str]:
        """The tests that fail, each with a sentence; tests that are out or not written are dropped."""
        verdicts = self.arena.run(version, tests)
        self._fall(self.result.out, _whys(verdicts, "out"))
        self._fall({}, _whys(verdicts, "unwritten"))
        return _whys(verdicts, "failed")

    def _fall(self, into: dict[str, str], tests: dict[str, str]) -> None:
        into.update(tests)
        self.standing = [test for test in self.standing if test not in tests]


def _whys(verdicts: dict[str, Verdict], kind: str) -> dict[str, str]:
    return {test: verdict.why for test, verdict in verdicts.items() if verdict.kind == kind}


def tests_in(path: Path) -> list[str]:
    """The tests of a file: its functions `test_...`, outside of classes and other functions.

    Parameters
    ----------
    path : Path

    Returns
    -------
    list of str
        Their names, in the order of the file.

    Raises
    ------
    InputError
        When it cannot be read as Python, imports more than it may, or has too many tests or two of a name.
    """
    try:
        source = path.read_bytes()
        with warnings.catch_warnings(action="ignore"):  # about the student's backslashes
            tree = ast.parse(source, path.name)
    except OSError as error:
        raise InputError(f"{path.name} cannot be read: {error.strerror}") from None
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise InputError(f"{path.name} is no Python: {error}") from None
    if trouble := import_trouble(assignment("a7"), source):
        raise InputError(trouble)
    names = [
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test")
    ]
    if twice := [name for name in names if names.count(name) > 1]:
        raise InputError(f"{path.name} has two tests of the name {twice[0]}: Python knows the second only")
    if len(names) > MAX_TESTS:
        raise InputError(f"{path.name} has {len(names)} tests: write at most {MAX_TESTS}")
    return names
