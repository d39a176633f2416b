"""pytest in a student's folder, as it is run by hand."""

import subprocess
import sys

import pytest

from l0edu.course.assignments import assignment
from l0edu.course.fences import solved
from l0edu.course.outcomes import read_outcomes
from l0edu.course.student_tree import start


def run(*arguments, cwd):
    command = [sys.executable, "-m", "pytest", "-q", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=100, check=False)


@pytest.fixture
def folder(tmp_path):
    start(assignment("a1"), tmp_path / "a1")
    return tmp_path / "a1"


def solve(folder, old="", new=""):
    text = solved(assignment("a1").source)
    assert old in text
    (folder / "gate.py").write_text(text.replace(old, new), encoding="utf-8")


def test_a_right_file_passes_and_the_tasks_are_listed(folder):
    solve(folder)
    done = run(cwd=folder)
    assert done.returncode == 0
    assert "task 1.4   right        2 of 2 points" in done.stdout


def test_the_first_test_that_fails_is_explained_and_the_others_are_not(folder):
    solve(folder, "return sigmoid(log_alpha - beta", "return sigmoid(log_alpha + beta")
    done = run(folder, cwd=folder.parent)
    assert "For which noise is s_bar below 0?" in done.stdout
    assert "Draw many gates by Eq. 11" not in done.stdout.rpartition("tasks")[2]


def tasks(stdout):
    """The table of tasks; behind it pytest lists failures, at length where CI is set."""
    return stdout.rpartition(" tasks ")[2].partition("short test summary")[0]


def test_a_hint_about_values_does_not_follow_an_error_of_the_code(folder):
    solve(folder, "s_bar = s *", "s_bar = 1 / 0 * s *")
    summary = tasks(run(cwd=folder).stdout)
    assert "ZeroDivisionError" in summary
    assert "hint" not in summary


def test_what_all_tasks_say_is_said_once(folder):
    (folder / "gate.py").write_text("x = (\n")
    summary = tasks(run(cwd=folder).stdout)
    assert summary.count("SyntaxError") == 1


def test_two_folders_at_once_are_each_tried_on_their_own_file(folder):
    solve(folder)
    start(assignment("a5"), folder.parent / "a5")
    done = run("--results", folder / "r.json", folder, folder.parent / "a5", cwd=folder.parent)
    statuses = {one.task[0]: one.status for one in read_outcomes(folder / "r.json")}
    assert statuses == {"1": "right", "5": "not started"}, done.stdout


def test_from_elsewhere_it_says_to_name_the_folder(folder):
    done = run(cwd=folder.parent)
    assert done.returncode == 4
    assert "name the folder of one assignment" in done.stdout + done.stderr


def test_a_folder_without_its_file_says_so_without_a_traceback(folder):
    (folder / "gate.py").unlink()
    done = run(cwd=folder)
    assert "holds no assignment: it should hold one of gate.py" in done.stdout
    assert "plugin.py" not in done.stdout


def test_the_function_test_value_is_no_test(folder):
    assert "error" not in run("gate.py", cwd=folder).stdout.lower()


def test_hidden_tests_need_the_secret(folder, tmp_path):
    hidden = (
        (folder / "tests" / "test_gate.py")
        .read_text(encoding="utf-8")
        .replace("points=", "visibility='hidden', points=")
    )
    (folder / "tests" / "test_gate.py").write_text(hidden, encoding="utf-8")
    solve(folder)
    assert "a hidden test needs --secret FILE" in run(cwd=folder).stdout
