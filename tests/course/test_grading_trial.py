"""Do tests end when their time is up, with what they started, and is what was finished kept?"""

import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from l0edu.course.assignments import assignment
from l0edu.course.fences import solved
from l0edu.course.grading.trial import TimeIsUpError, TimeLimits, run_tests

A1 = assignment("a1")


def submission(folder, text):
    (folder / "gate.py").write_text(text, encoding="utf-8")
    return folder


def processes_with(text):
    """Processes of Linux whose command line holds a text."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            found += [process.name] if text.encode() in (process / "cmdline").read_bytes() else []
    return found


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="looks at the processes of Linux")
def test_an_endless_loop_outside_of_functions_is_ended_with_its_processes(tmp_path):
    place = submission(tmp_path, f"{solved(A1.source)}\nwhile True:\n    pass\n")
    start = time.monotonic()
    with pytest.raises(TimeIsUpError):
        run_tests(A1, place, limits=TimeLimits(call_s=1, total_s=3))
    assert time.monotonic() - start < 12
    assert processes_with(str(tmp_path)) == []


def test_what_was_finished_is_kept_when_the_tests_are_ended(tmp_path):
    slow = solved(A1.source) + "\n\ndef cdf(*_):\n    while True:\n        pass\n"
    with pytest.raises(TimeIsUpError) as caught:
        run_tests(A1, submission(tmp_path, slow), limits=TimeLimits(call_s=50, total_s=8))
    assert sum(one.score for one in caught.value.outcomes if one.task != "1.4") == 6


def test_tests_end_soon_after_somebody_wants_them_to(tmp_path):
    stop = threading.Event()
    stop.set()
    with pytest.raises(TimeIsUpError):
        run_tests(A1, submission(tmp_path, solved(A1.source)), limits=TimeLimits(), stop=stop)


def test_options_and_plugins_of_the_instructors_own_pytest_do_not_matter(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTEST_ADDOPTS", "--collect-only")
    monkeypatch.setenv("PYTEST_PLUGINS", "no_such_plugin")
    outcomes = run_tests(A1, submission(tmp_path, solved(A1.source)))
    assert {one.status for one in outcomes} == {"right"}
