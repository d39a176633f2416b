"""Are solutions cut out whole, and is what is left of one found?"""

import pytest

from l0edu.course.fences import BEGIN, END, cut, fences, leaks, more_than_stubs, solved
from l0edu.errors import InputError

SOURCE = f'''"""A file."""


def double(x):
    """Task 1.1. Twice x."""
    {BEGIN}
    # Adding is enough.
    twice = x + x
    return twice
    {END}


{BEGIN}
SECRET = 3
{END}
KEPT = 4
'''


def test_a_cut_source_raises_where_the_solution_was_and_keeps_the_rest():
    text = cut(SOURCE)
    assert 'raise NotImplementedError("task 1.1: write double")' in text
    assert "KEPT = 4" in text
    assert not any(word in text for word in ("twice = ", "SECRET", "SOLUTION", "Adding"))


def test_a_solved_source_has_the_solutions_and_no_fences():
    text = solved(SOURCE)
    assert "twice = x + x" in text
    assert "SOLUTION" not in text


def test_a_fence_knows_its_function_and_its_task():
    assert [(one.function, one.task) for one in fences(SOURCE)] == [("double", "1.1"), ("", "")]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ((BEGIN, "x = 1", BEGIN, END), "line 3: ### BEGIN SOLUTION inside the fence of line 1"),
        (("x = 1", END), "line 2: ### END SOLUTION without"),
        (("x = 1", BEGIN), "line 2: ### BEGIN SOLUTION without"),
    ],
)
def test_fences_that_do_not_match_are_refused(lines, message):
    with pytest.raises(InputError, match=message):
        cut("\n".join(lines))


def test_a_source_that_does_not_parse_without_its_solutions_is_refused():
    source = f"if x:\n{BEGIN}\n    y = 1\n{END}\n"
    with pytest.raises(InputError, match="does not parse once the solutions are cut out"):
        cut(source)


def test_fence_text_is_a_leak_even_where_nothing_parses():
    assert leaks("this is prose: BEGIN SOLUTION", SOURCE) == ["BEGIN SOLUTION"]


def test_a_solution_under_another_name_is_a_leak():
    source = f"def f(a, b):\n    {BEGIN}\n    return (a - b) * (a + b) / (a * b + 1)\n    {END}\n"
    copied = "def g(a, b):\n    x = 1\n    return (a - b) * (a + b) / (a * b + 1)\n"
    assert "(a - b) * (a + b) / (a * b + 1)" in leaks(copied, source)
    assert leaks("def g(a, b):\n    return a - b\n", source) == []


LINE = "(a - b) * (a + b) / (a * b + 1)"
WHY = "# The product of sum and difference is a difference of squares."
EXPLAINED = f'def f(a, b):\n    """Task 1.1. F."""\n    {BEGIN}\n    {WHY}\n    return {LINE}\n    {END}\n'


@pytest.mark.parametrize(
    "text",
    [
        f"# return {LINE}\n",
        f"HINT = {LINE!r}\n",
        f'"""Help.\n\n>>> {LINE}\n"""\n',
        f"A page.\n\n```python\nz = {LINE}\n```\n",
        f"- Take `{LINE}`.\n",
    ],
)
def test_a_solution_in_a_comment_a_string_or_on_a_page_is_a_leak(text):
    assert leaks(text, EXPLAINED)


def test_the_explanation_of_a_solution_is_a_leak():
    assert leaks(f"x = 1\n{WHY}\n", EXPLAINED) == [WHY.removeprefix("# ")]
    assert leaks("The product of sum and difference.", EXPLAINED) == []


@pytest.mark.parametrize(
    "source",
    [
        EXPLAINED.replace(f"    return {LINE}\n    {END}\n", f"    {END}\n    return {LINE}\n"),
        EXPLAINED.replace(f"    {BEGIN}\n    {WHY}\n", f"    {WHY}\n    {BEGIN}\n"),
        EXPLAINED.replace(f"    {BEGIN}\n", "").replace(f"    {END}\n", ""),
        EXPLAINED + "    # One more word.\n",
    ],
)
def test_what_stands_beside_a_fence_is_more_than_a_stub(source):
    assert more_than_stubs(cut(source), ["f"]) == ["f"]
    assert more_than_stubs(cut(EXPLAINED), ["f"]) == []
