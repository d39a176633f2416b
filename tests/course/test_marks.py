"""Are the marks of tests read, copied and refused as they should be?"""

import pytest

from l0edu.course.marks import hidden_copy, marks_in, read_mark
from l0edu.errors import InputError

CHECKS = """import pytest

LAMBDA = 0.1


@pytest.mark.task("1.1", points=1, hidden=2, hint="Why?")
def test_a(student, rng):
    assert student.f(LAMBDA)


@pytest.mark.task("1.2", points=3)
def test_b(student):
    assert student.f(1)
"""


def test_marks_are_read_without_running_the_tests():
    assert [(mark.task, mark.points, mark.hidden, mark.hint) for mark in marks_in(CHECKS)] == [
        ("1.1", 1, 2, "Why?"),
        ("1.2", 3, 0, ""),
    ]


def test_the_hidden_copy_keeps_helpers_and_gives_the_hidden_points():
    copy = hidden_copy(CHECKS, "after_published")
    assert [(mark.task, mark.points, mark.visibility) for mark in marks_in(copy)] == [
        ("1.1", 2, "after_published")
    ]
    assert "LAMBDA = 0.1" in copy
    assert "test_b" not in copy


@pytest.mark.parametrize(
    "keywords", [{}, {"points": 1, "point": 2}, {"points": -1}, {"points": 1, "visibility": "secret"}]
)
def test_a_mark_that_makes_no_sense_is_refused_by_name(keywords):
    with pytest.raises(InputError, match=r"^test_z: "):
        read_mark("test_z", ("1.1",), keywords)
