"""Does a student who reads what the hunt says know the line, and what to write instead?"""

import pytest
from hunting_grounds import GOOD, SOLUTION, hunted

from l0edu.course.assignments import assignment
from l0edu.course.grading.trial import run_tests
from l0edu.course.hunt import HuntResult, alarms, bugs, quietness
from l0edu.course.outcomes import table

A7 = assignment("a7")
CALL = "    gates.cdf(ZERO, ZERO, *LAW)\n"


def alarms_of(folder, code):
    return list(alarms(hunted(folder, code, planted=[])))


def test_a_breakpoint_is_out_with_its_line_and_with_where_it_works(tmp_path):
    assert alarms_of(tmp_path, f"def test_bp(gates):\n{CALL}    breakpoint()\n") == [
        "out: test_bp stops at line 7: take `breakpoint()` out; "
        "it works under `python -m pytest test_gates.py`"
    ]
    assert "does not load: stops at line 5: take `breakpoint()` out" in (
        hunted(tmp_path, "breakpoint()\n" + GOOD).trouble
    )


@pytest.mark.parametrize(
    ("last", "place"),
    [
        ("near(1)", "line 8, in near line 6"),
        ("(lambda:\n        1 / 0)()", "line 8, then line 9"),
        ("near(near(1))", "line 8, in near line 6"),
        ("assert all(i for i in range(3))", "line 8"),
    ],
)
def test_a_false_alarm_names_the_line_of_the_test_and_then_that_of_its_helper(tmp_path, last, place):
    code = f"def near(x):\n    assert x == 2\ndef test_near(gates):\n    {last}\n"
    (alarm,) = alarms_of(tmp_path, code)
    assert alarm.startswith(f"false alarm: test_near fails on a right version: {place}: ")


def test_a_test_that_passes_and_fails_on_one_version_learns_about_its_random_numbers(tmp_path):
    code = """
def test_flaky_{0}(gates):
    gates.cdf(ZERO, ZERO, *LAW)
    assert np.random.default_rng().random() < 0.7
"""
    result = hunted(tmp_path, "".join(code.format(i) for i in range(8)))
    assert len(result.out) > len(result.false_alarms)
    assert set(result.out.values()) == {"passes and fails on the same version: seed its random numbers"}


def test_misspelled_functions_and_lists_are_answered_with_what_to_write(tmp_path):
    code = "def test_name(gates):\n    gates.smaple(0)\n"
    code += "def test_list(gates):\n    gates.prob_open([0.0], *LAW)\n"
    name, of_list = alarms_of(tmp_path, code)
    assert name.endswith("line 6: AttributeError: gates has no function smaple: did you mean sample?")
    assert of_list.endswith(
        "log_alpha must be a number or an array of numbers, and is a list: write np.array([...])"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = (1,\n", "is no Python: '(' was never closed (test_gates.py, line 1)"),
        (
            "def test_a(gates): pass\n" * 2,
            "has two tests of the name test_a: Python knows the second only",
        ),
    ],
)
def test_what_is_wrong_with_the_whole_file_is_said_once_and_without_hints(tmp_path, text, said):
    (tmp_path / "test_gates.py").write_text(text, encoding="utf-8")
    shown = table(run_tests(A7, tmp_path))
    assert shown.startswith(f"test_gates.py {said}\n\ntask 7.1   wrong        0 of 2 points\ntask 7.2")
    assert "hint" not in shown


def test_points_have_two_decimals_and_7_4_gives_its_reason(tmp_path):
    text = SOLUTION.read_text(encoding="utf-8").partition("def test_prob_open_vjp")[0]
    bad = "\n\ndef test_bad(gates):\n    assert gates.sigmoid(0.0) == 1\n"
    (tmp_path / "test_gates.py").write_text(text + bad, encoding="utf-8")
    shown = table(run_tests(A7, tmp_path))
    assert "    caught 6 of 18 here, 19 of 51 in all\n" in shown
    assert "    6 of 7 tests that ever fail are quiet; 19 of 51 bugs caught, 26 give all points\n" in shown
    assert "task 7.4   wrong        1.28 of 2 points\n" in shown
    assert "false alarm: test_bad fails" in shown


def test_tests_that_never_fail_are_told_so():
    assert quietness(HuntResult(bugs()[:3])) == "no test ever fails; 0 of 3 bugs caught, 2 give all points"
