"""Do the rules of the mutant hunt give points for bugs that are caught, and for nothing else?"""

import numpy as np
import pytest
from hunting_grounds import GOOD, SOLUTION, bugs_of, caught_names, hunted

from l0edu.course.assignments import assignment
from l0edu.course.hunt import bugs, hunt, report
from l0edu.course.hunt.bugs import right_functions, right_versions, version_with


@pytest.fixture(scope="module")
def perfect():
    return hunt(SOLUTION, rng=np.random.default_rng(1))


def test_the_example_solution_catches_every_bug_without_a_false_alarm(perfect):
    assert perfect.missed == []
    assert perfect.false_alarms == perfect.out == {}
    assert perfect.share == perfect.quiet == 1


def test_all_tests_of_the_example_solution_but_the_given_one_catch_something(perfect):
    useful = {test for tests in perfect.caught_by.values() for test in tests}
    assert set(perfect.tests) - useful == {"test_sigmoid_is_odd_around_one_half"}
    assert len(perfect.tests) >= 15


def test_every_function_has_visible_bugs_and_hidden_ones_and_no_name_comes_twice():
    names = [bug.name for bug in bugs()]
    assert len(set(names)) == len(names) >= 25
    functions = {bug.of for bug in bugs()}
    for visible in (True, False):
        assert {bug.of for bug in bugs() if bug.visible == visible} == functions
    assert functions == set(right_functions()) - {"sigmoid"}


def test_the_page_gives_the_number_of_bugs_and_names_each_function():
    page = assignment("a7").page
    assert f"There are {len(bugs())} bugs" in page
    assert [name for name in right_functions() if f"`{name}`" not in page and name != "sigmoid"] == []


def test_a_version_has_one_wrong_function_and_right_versions_rewrite_all():
    solution, *others = right_versions()
    for version in others:
        assert all(
            version.functions[name] is not solution.functions[name]
            for name in solution.functions
            if name != "sigmoid"
        )
    wrong = version_with(bugs()[0]).functions
    assert [name for name in wrong if wrong[name] is not solution.functions[name]] == ["sample"]


def test_a_file_without_tests_catches_nothing_and_has_tried_nothing(tmp_path):
    result = hunted(tmp_path, "")
    assert (result.tests, result.caught, result.quiet, result.trouble) == ([], [], 0, "")
    assert not result.tried("a1")


def test_a_test_that_always_fails_raises_a_false_alarm_and_catches_nothing(tmp_path):
    result = hunted(
        tmp_path, "def test_no(gates):\n    gates.cdf(ZERO, ZERO, *LAW)\n    assert False, 'no'\n" + GOOD
    )
    assert list(result.false_alarms) == ["test_no"]
    assert result.false_alarms["test_no"] == "line 7: AssertionError: no"
    assert {test for tests in result.caught_by.values() for test in tests} == {"test_half"}


def test_a_test_that_always_passes_earns_nothing(tmp_path):
    result = hunted(tmp_path, "def test_yes(gates):\n    gates.cdf(ZERO, ZERO, *LAW)\n")
    assert (result.caught, result.false_alarms, result.share, result.quiet) == ([], {}, 0, 0)
    assert result.tried("a1")


def test_tests_that_fail_at_random_win_nothing(tmp_path):
    code = """
def test_{0}(gates):
    gates.cdf(ZERO, ZERO, *LAW)
    assert np.random.default_rng().random() < {1}
"""
    result = hunted(
        tmp_path, "".join(code.format(i, p) for i, p in enumerate((0.1, 0.3, 0.5, 0.5, 0.7, 0.7)))
    )
    assert len(result.false_alarms) + len(result.out) >= 4
    assert len(result.caught) <= 1
    assert result.quiet < 0.5


def test_a_test_that_differs_from_run_to_run_on_one_version_is_out(tmp_path):
    code = """
def test_now_and_then(gates):
    right = gates.cdf(ZERO, ZERO, *LAW)[0] < 0.3 and abs(gates.cdf(ZERO, ZERO + 0.7, *LAW)[0] - 0.5) < 1e-9
    assert right or np.random.default_rng().random() < 0.5
"""
    planted = [bug for bug in bugs_of("cdf") if bug.name != "cdf_divided_by_beta"]
    result = hunted(tmp_path, code, planted * 8)
    assert result.false_alarms == {}
    assert "seed its random numbers" in result.out["test_now_and_then"]
    assert result.caught == []


def test_a_test_that_catches_one_bug_earns_that_bug(tmp_path):
    code = "def test_of_a_value(gates):\n    assert gates.cdf(ZERO, np.array([1.0]), *LAW) > 0.5\n"
    result = hunted(tmp_path, code, bugs_of("cdf") + bugs_of("prob_open"))
    assert caught_names(result) == {"cdf_that_falls"}
    assert result.share == 1 / 11
    assert result.quiet == pytest.approx(2 / 11)


def test_a_test_that_is_not_written_yet_is_no_test(tmp_path):
    result = hunted(
        tmp_path,
        "def test_todo(gates):\n    gates.cdf(ZERO, ZERO, *LAW)\n    raise NotImplementedError\n" + GOOD,
    )
    assert result.false_alarms == result.out == {}
    assert result.caught


def test_students_learn_how_many_bugs_are_missed_and_instructors_learn_which(tmp_path):
    result = hunted(tmp_path, GOOD)
    missed = result.missed[0]
    short, long = report(result), report(result, full=True)
    assert f"cdf: {len(result.missed)} of 5 planted bugs are missed" in short
    for secret in (missed.name, missed.diagnosis):
        assert secret not in short
        assert secret in long


def test_a_hunt_in_another_order_has_the_same_result(tmp_path):
    path = tmp_path / "test_gates.py"
    hunted(tmp_path, GOOD)
    first, second = [hunt(path, rng=np.random.default_rng(seed), planted=bugs_of("cdf")) for seed in (1, 2)]
    assert first.caught_by.keys() == second.caught_by.keys()
    assert first.caught == second.caught != []
