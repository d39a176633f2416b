"""What does pytest know about an assignment? The mark `task`, and what a test is given.

`pytest.ini` in a student's folder loads this plugin. Fixtures:

- `student`: the student's functions, as in `student.sample(...)`. Run by hand they are called in this
  process, where a debugger can follow; with `--isolated`, as `l0edu assign` does, in a fenced one.
- `rng`: a generator, seeded for each test: publicly for visible tests, from the secret seed for hidden ones.
- `submission`: the student's folder.
- `partial`: `partial(0.5)` gives half of the test's points, even when the test then fails.
- `gates`: the functions of each right version in turn, on which tests of the mutant hunt are tried by hand.
"""

from collections.abc import Callable, Iterator
from functools import partial as bound
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from l0edu.course.assignments import ASSIGNMENTS, assignment_in
from l0edu.course.draws import PUBLIC_SEED, generator
from l0edu.course.hunt.bugs import parameters, right_versions
from l0edu.course.hunt.proxies import Gates, gates_over
from l0edu.course.hunt.serving import answer
from l0edu.course.isolation.isolated import Isolated
from l0edu.course.isolation.limits import Limits
from l0edu.course.isolation.running import StudentError
from l0edu.course.isolation.student import Direct
from l0edu.course.marks import Mark, read_mark
from l0edu.course.outcomes import NOT_STARTED, RIGHT, WRONG, Outcome, table, write_outcomes
from l0edu.errors import InputError

__all__ = [
    "Outcomes",
    "gates",
    "partial",
    "pytest_addoption",
    "pytest_configure",
    "pytest_pycollect_makeitem",
    "rng",
    "student",
    "submission",
]

LIBRARY = Path(__file__).parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of this plugin."""
    group = parser.getgroup("l0edu", "assignments of l0edu")
    group.addoption("--submission", type=Path, metavar="DIR", help="the student's folder (default: the root)")
    group.addoption(
        "--isolated", action="store_true", help="call the student's functions in a fenced process"
    )
    group.addoption(
        "--call-s", type=float, default=10, metavar="S", help="time limit of a call there, in seconds"
    )
    group.addoption("--secret", type=Path, metavar="FILE", help="the seed of hidden tests")
    group.addoption(
        "--private", type=Path, action="append", default=[], metavar="DIR", help="not to be read there"
    )
    group.addoption("--results", type=Path, metavar="FILE", help="write outcomes as JSON")


def pytest_configure(config: pytest.Config) -> None:
    """Register the mark `task` and collect outcomes."""
    config.addinivalue_line(
        "markers", "task(number, points, hidden, hint, visibility): see l0edu.course.marks"
    )
    config.pluginmanager.register(Outcomes(config.getoption("--results")), "l0edu-outcomes")


def pytest_pycollect_makeitem(collector: pytest.Module | pytest.Class) -> list[pytest.Item] | None:
    """Find no test in a student's functions: `test_value` in gate.py is none."""
    functions = {one.file for one in ASSIGNMENTS.values() if not one.file.startswith("test_")}
    return [] if collector.path.name in functions else None


class Outcomes:
    """Collects what becomes of each test that is marked with a task.

    Parameters
    ----------
    file : Path or None
        Where to write it.
    """

    def __init__(self, file: Path | None) -> None:
        self.file = file
        self.found: list[Outcome] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
        """Note the outcome of a test, or of its fixtures when they fail."""
        report = yield
        mark = _mark_of(item)
        if mark and (call.when == "call" or (call.when == "setup" and call.excinfo)):
            earned = item.stash.get(EARNED, 1.0 if call.excinfo is None else 0.0)
            self.found.append(_outcome(item.name, mark, call.excinfo, earned))
        return report

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print the tasks with their points."""
        if self.found:
            terminalreporter.section("tasks")
            terminalreporter.write_line(table(self.found))

    def pytest_sessionfinish(self) -> None:
        """Write the file."""
        if self.file is not None:
            write_outcomes(self.found, self.file)


EARNED: pytest.StashKey[float] = pytest.StashKey()


@pytest.fixture
def partial(request: pytest.FixtureRequest) -> Callable[[float], None]:
    """`partial(fraction)` sets which part of the test's points is earned."""

    def earn(fraction: float) -> None:
        request.node.stash[EARNED] = min(1.0, max(0.0, float(fraction)))

    return earn


@pytest.fixture(scope="module")
def submission(request: pytest.FixtureRequest) -> Path:
    """The student's folder: that of the option, or the one above the folder of the tests."""
    return Path(request.config.getoption("--submission") or request.path.parents[1])


@pytest.fixture(params=range(3), ids=("solution", "rewriting 1", "rewriting 2"))
def gates(request: pytest.FixtureRequest) -> Gates:
    """A right version of a1, a2 and a3, for tests of a7 by hand; it refuses what the hunt refuses."""
    return gates_over(bound(answer, right_versions()[request.param]), parameters())


@pytest.fixture(scope="module")
def student(request: pytest.FixtureRequest, submission: Path) -> Iterator[Direct | Isolated]:
    """The student's functions."""
    file = _file_of_functions(submission)
    if not request.config.getoption("--isolated"):
        yield Direct(file)
        return
    call_s = request.config.getoption("--call-s")
    limits = Limits(call_s=call_s, load_s=max(call_s, 5))
    with Isolated(file, limits, _secrets(request.config)) as fenced:
        yield fenced


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """A generator of the test's own."""
    mark = _mark_of(request.node)
    if mark is None or mark.visibility == "visible":
        return generator(PUBLIC_SEED, request.node.name)
    secret = request.config.getoption("--secret")
    if secret is None:
        pytest.fail("a hidden test needs --secret FILE: run it by `l0edu assign grade`", pytrace=False)
    return generator(secret.read_text(encoding="utf-8").strip(), request.node.name)


def _secrets(config: pytest.Config) -> list[Path]:
    """What a student's code may not read: the bundle, other submissions, and the right answers in l0edu."""
    seed = config.getoption("--secret")
    return [*([seed.parent] if seed else []), *config.getoption("--private"), LIBRARY]


def _file_of_functions(submission: Path) -> Path:
    try:
        return submission / assignment_in(submission).file
    except InputError as error:
        pytest.fail(str(error), pytrace=False)


def _mark_of(item: pytest.Item) -> Mark | None:
    mark = item.get_closest_marker("task")
    return read_mark(item.name, mark.args, dict(mark.kwargs)) if mark else None


def _outcome(
    test: str, mark: Mark, error: pytest.ExceptionInfo[BaseException] | None, earned: float
) -> Outcome:
    status, message = _status(error)
    if status == RIGHT and earned < 1:
        status = WRONG
    score = mark.points * earned
    hint = "" if error and error.errisinstance(StudentError) else mark.hint  # it is about values
    return Outcome(test, mark.task, mark.points, score, status, mark.visibility, hint, message)


def _status(error: pytest.ExceptionInfo[BaseException] | None) -> tuple[str, str]:
    if error is None:
        return RIGHT, ""
    if error.errisinstance(NotImplementedError):
        return NOT_STARTED, ""
    return WRONG, _message(error.value)


def _message(error: BaseException) -> str:
    """What an assertion said, without pytest's unfolding of it; or another error with its name."""
    if isinstance(error, AssertionError | pytest.fail.Exception):
        return str(error).split("\nassert ")[0]
    return f"{type(error).__name__}: {error}"
