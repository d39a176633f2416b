"""Is it said how near a run has come to its target, and what to do when it has not?"""

import pytest

from l0edu.reached import missed, reached


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.1, "expected share 0.1000, target 0.1000 (+0.0%)"),
        (0.0985, "expected share 0.0985, target 0.1000 (-1.5%)"),
        (0.12, "expected share 0.1200, target 0.1000 (+20.0%): missed; train for more epochs"),
    ],
)
def test_the_distance_is_said_in_units_of_the_target(share, words):
    assert reached({"pursuit": {"share": share, "aim": 0.1}}) == words


def test_gates_that_closed_too_many_need_larger_steps():
    record = {"pursuit": {"share": 0.07, "aim": 0.1}}
    assert missed(record)
    assert "take a --gate-step-factor of 10" in reached(record)


def test_without_a_target_nothing_is_missed_and_nothing_said():
    assert not missed({"test_error": 1.4})
    assert reached({"test_error": 1.4}) == ""
