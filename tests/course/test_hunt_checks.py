"""Do the checks of a7 turn a hunt into points: in proportion, by halves, and none for nothing?"""

import pytest

from l0edu.course.assignments import assignment
from l0edu.course.grading.trial import run_tests
from l0edu.course.hunt import bugs

A7 = assignment("a7")
ONE = """
import numpy as np
def test_half(gates):
    threshold = np.array([0.5 * np.log(0.3 / 1.7)])
    assert abs(gates.prob_open(threshold, 0.5, -0.3, 1.7)[0] - 0.5) < 1e-9
"""


def outcomes(folder, text):
    (folder / "test_gates.py").write_text(text, encoding="utf-8")
    return run_tests(A7, folder)


def test_half_of_the_points_are_hidden():
    assert sum(task.points for task in A7.tasks) == sum(task.hidden for task in A7.tasks) == 10


def test_points_are_in_proportion_to_the_catches(tmp_path):
    found = {one.task: one for one in outcomes(tmp_path, ONE)}
    visible = [bug for bug in bugs() if bug.visible]
    caught = sum(bug.of == "prob_open" for bug in visible) - 1
    assert found["7.1"].score == pytest.approx(2 * caught / sum(bug.assignment == "a1" for bug in visible))
    assert found["7.4"].score == pytest.approx(2 * 2 * caught / len(visible))
    assert [found[task].status for task in ("7.1", "7.2", "7.3", "7.4")] == [
        "wrong",
        "not started",
        "not started",
        "wrong",
    ]


def test_the_message_counts_the_missed_bugs_and_names_none(tmp_path):
    message = next(one.message for one in outcomes(tmp_path, ONE) if one.task == "7.1")
    assert "prob_open: 1 of 3 planted bugs is missed" in message.splitlines()
    assert "sample: 4 of 4 planted bugs are missed" in message.splitlines()
    assert [bug.name for bug in bugs() if bug.name in message or bug.diagnosis in message] == []


def test_a_file_that_does_not_load_gets_nothing_and_says_why(tmp_path):
    found = outcomes(tmp_path, "import l0edu\n" + ONE)
    assert {(one.status, one.score) for one in found} == {("wrong", 0)}
    assert "test_gates.py imports l0edu" in found[0].message
