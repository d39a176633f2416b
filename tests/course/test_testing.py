"""What does a student read when a result is wrong?"""

import re
from types import SimpleNamespace

import numpy as np
import pytest
from course_kit import FUNCTIONAL, solution
from course_kit import tests_of as checks_of

from l0edu.course.draws import PUBLIC_SEED, generator
from l0edu.course.testing import close, numbers


def complaint(name, test, **functions):
    """The message of one test of an assignment, when these functions take the place of the right ones."""
    run = {one: function for one, function, _ in checks_of(name)}[test]
    needs_rng = "rng" in run.__code__.co_varnames[: run.__code__.co_argcount]
    given = {"rng": generator(PUBLIC_SEED, test)} if needs_rng else {}
    with pytest.raises(AssertionError) as caught:
        run(student=SimpleNamespace(**solution(name) | functions), **given)
    return str(caught.value)


def test_the_inputs_of_the_worst_entry_are_named():
    with pytest.raises(
        AssertionError, match=r"^z at \[1, 0\] is 7, and should be 1, for u = 0\.3, beta = 0\.5$"
    ):
        close([[1, 1], [7, 1]], np.ones((2, 2)), "z", u=[0.3, 0.4], beta=0.5)


def test_a_wrong_shape_is_told_without_inputs():
    with pytest.raises(AssertionError, match=r"shape \(3,\), and should be an array of shape \(2,\)$"):
        close([1, 1, 1], [1, 1], "z", u=[0.3, 0.4])


def test_numbers_are_an_array_of_floats_or_an_assertion():
    assert numbers((1, True), (2,)).tolist() == [1.0, 1.0]
    assert numbers(np.float32(2), ()).shape == ()
    for wrong in (None, "1", [1, [2]], [1, 2, 3], {"a": 1}):
        with pytest.raises(AssertionError, match=r"^z is .*, and should be an array of shape \(2,\)$"):
            numbers(wrong, (2,), "z")


def test_what_a_message_names_leads_to_the_same_wrong_number_again():
    def wrong(log_alpha, beta, gamma, zeta):
        return 1 / (1 + np.exp(log_alpha - beta * np.log(-gamma / zeta)))

    message = complaint("a1", "test_prob_open_is_eq_12", prob_open=wrong)
    numbers_said, named = message.split(", for ")
    inputs = {name: float(value) for name, value in (one.split(" = ") for one in named.split(", "))}
    yours, right = (float(one) for one in numbers_said.split(" is ")[1].split(", and should be "))
    assert wrong(**inputs) == pytest.approx(yours, abs=1e-4)
    assert solution("a1")["prob_open"](**inputs) == pytest.approx(right, abs=1e-4)


def test_a5_says_with_which_gates():
    message = complaint(
        "a5", "test_a_unit_works_if_it_is_alive_and_wanted", units_at_work=lambda gates: gates
    )
    assert message.startswith("with gates 1") or message.startswith("with gates 0")
    assert "units_at_work(gates)[" in message


@pytest.mark.parametrize("name", FUNCTIONAL)
def test_none_is_answered_by_a_sentence_in_every_test(name):
    nothing = dict.fromkeys(solution(name), lambda *_: None)
    for test, _, _ in checks_of(name):
        assert re.search(r"None|shape|return|asked for", complaint(name, test, **nothing)), test
