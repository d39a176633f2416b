"""Does `python -m pytest test_gates.py` fail exactly where the hunt sees a false alarm?"""

import subprocess
import sys

import pytest
from hunting_grounds import HEAD, SOLUTION

from l0edu.course.assignments import assignment
from l0edu.course.student_tree import start

CODE = """
def test_last_digit(gates):
    z = gates.sample(ZERO + 0.3, ZERO + 0.4, *LAW)
    assert z == gates.sample(ZERO + 0.3, ZERO + 0.4, *LAW)


def test_end_of_the_noise(gates):
    gates.sample(ZERO, ZERO, *LAW)


def test_name(gates):
    gates.smaple(ZERO)


def test_parameters(gates):
    gates.prob_open(ZERO)


def test_shape(gates):
    gates.sample(np.zeros(2), np.full(3, 0.5), *LAW)


def test_value(gates):
    value = gates.sample(ZERO, np.array([0.5]), *LAW)[0]
    assert value == 8
"""


@pytest.fixture
def by_hand(tmp_path):
    """Runs pytest on a file of tests in a student's folder."""

    def run(text):
        start(assignment("a7"), tmp_path / "a7")
        (tmp_path / "a7" / "test_gates.py").write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "test_gates.py", "-v"]
        done = subprocess.run(
            command, cwd=tmp_path / "a7", capture_output=True, text=True, timeout=100, check=False
        )
        return done.stdout

    return run


def test_each_test_meets_the_three_right_versions_by_name(by_hand):
    shown = by_hand(SOLUTION.read_text(encoding="utf-8"))
    name = "test_sigmoid_is_odd_around_one_half"
    for version in ("solution", "rewriting 1", "rewriting 2"):
        assert f"::{name}[{version}] PASSED" in shown
    assert "failed" not in shown


def test_what_the_hunt_refuses_is_refused_and_values_are_shown(by_hand):
    shown = by_hand(HEAD.replace("os, sys", "_, _") + CODE)
    for version in ("solution", "rewriting 1", "rewriting 2"):
        assert f"test_last_digit[{version}] PASSED" in shown
        assert f"test_end_of_the_noise[{version}] FAILED" in shown
    assert "ValueError: sample: u must lie strictly between 0 and 1" in shown
    assert "AttributeError: gates has no function smaple: did you mean sample?" in shown
    assert "TypeError: prob_open: missing a required argument: 'beta'" in shown
    assert "ValueError: sample raised ValueError: operands could not be broadcast" in shown
    assert "assert 0.7" in shown.replace("np.float64(", "")


def test_no_line_of_the_library_is_shown(by_hand):
    shown = by_hand(HEAD + CODE)
    lines = [line for line in shown.splitlines() if ".py:" in line and "test_gates.py:" not in line]
    assert lines == []
    assert "np.log(u)" not in shown
