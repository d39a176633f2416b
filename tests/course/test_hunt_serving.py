"""Do all versions refuse the same calls, and answer the others?"""

import inspect

import numpy as np
import pytest

from l0edu.course.hunt.bugs import parameters, right_functions, right_versions
from l0edu.course.hunt.proxies import gates_over
from l0edu.course.hunt.serving import answer

LAW = (0.5, -0.3, 1.7)
ZERO = np.zeros(2)


@pytest.mark.parametrize(
    ("name", "values", "complaint"),
    [
        ("sample", (ZERO, np.ones(2), *LAW), "u must lie strictly between 0 and 1"),
        ("sample", (ZERO, np.full(2, np.nan), *LAW), "u must lie between"),
        ("sample", ([0.0, 0.0], np.full(2, 0.5), *LAW), "and is a list: write np.array([...])"),
        ("cdf", (ZERO, np.full(2, 1.7), *LAW), "s_bar must lie strictly between -0.3 and 1.7"),
        ("prob_open", (np.array([51.0]), *LAW), "log_alpha must lie between -50 and 50"),
        ("prob_open", (ZERO, 0.5, 1.1, -0.1), "gamma below 0, and zeta above 1"),
        ("prob_open", (ZERO, np.full(2, 0.5), -0.1, 1.1), "beta, gamma and zeta must be numbers"),
        ("prob_open", (np.zeros(200_001), *LAW), "an array may hold 200,000 numbers"),
        ("sample", (np.zeros((30_000, 1)), np.full(30_000, 0.5), *LAW), "too large together"),
        ("expected_l0", ([np.array([51.0])], [1], *LAW), "log_alphas[0] must lie between -50 and 50"),
        (
            "expected_l0",
            ([ZERO, [0.0]], [1, 1], *LAW),
            "log_alphas[1] must be a number or an array of numbers, and is",
        ),
        (
            "prob_open",
            (ZERO, 0.5, None, 1.1),
            "gamma must be a number or an array of numbers, and is a NoneType",
        ),
        ("score_function_gradient", (ZERO, np.zeros((2, 1)), np.array([1.0])), "pi must lie strictly"),
        ("sample", (ZERO,), "no such function"),
        ("exit", (), "no such function"),
        (["cdf"], (), "no such function"),
    ],
)
def test_a_call_outside_of_what_is_promised_is_refused_by_all_alike(name, values, complaint):
    answers = [answer(version, name, values) for version in right_versions()]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] is False
    assert complaint in answers[0][1]


def test_an_error_of_a_function_comes_back_as_a_sentence():
    ok, value = answer(right_versions()[0], "sample", (np.zeros(2), np.full(3, 0.5), *LAW))
    assert not ok
    assert value.startswith("sample raised ValueError: operands could not be broadcast")


def test_right_versions_agree_where_the_formulas_are_defined_and_at_its_ends():
    ends = np.array([-50.0, -1e-12, 0.0, 50.0])
    u, beta = np.array([1e-12, 0.5, 1 - 1e-12, 0.3]), 0.1
    for name, second in (("sample", u), ("cdf", 2 * u - 0.3)):
        answers = [answer(version, name, (ends, second, beta, -0.3, 1.7)) for version in right_versions()]
        assert all(ok for ok, _ in answers)
        for _, value in answers[1:]:
            np.testing.assert_allclose(value, answers[0][1], atol=1e-9)


def test_the_functions_of_gates_have_the_signatures_of_the_solutions():
    gates = gates_over(lambda name, values: (name, values), parameters())
    for name, function in right_functions().items():
        assert inspect.signature(getattr(gates, name)) == inspect.signature(function)
    with pytest.raises(TypeError, match=r"prob_open: missing a required argument: 'beta'"):
        gates.prob_open(ZERO)


def test_a_function_or_an_argument_that_is_none_is_named():
    gates = gates_over(lambda name, values: (True, (name, values)), parameters())
    with pytest.raises(AttributeError, match=r"^gates has no function smaple: did you mean sample\?$"):
        _ = gates.smaple
    with pytest.raises(AttributeError, match=r"no function xyz: it has sigmoid, sample, "):
        _ = gates.xyz
    with pytest.raises(TypeError, match=r"^prob_open: zeta is of the class function: give numbers"):
        gates.prob_open(ZERO, 0.5, -0.3, lambda: 1)
