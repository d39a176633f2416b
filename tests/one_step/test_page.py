"""Can the pages be printed, and does the worksheet keep its answers to itself?"""

import re

import pytest
from step_variants import variants

from l0edu.one_step import ANSWERS, key, of_variant, worked_example, worksheet
from l0edu.one_step.numerals import computed

PAGES = [worked_example, worksheet, key]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_plain_ascii_of_88_columns_without_trailing_blanks(page):
    for exercise in variants():
        text = page(exercise)
        assert text.isascii()
        assert text.endswith("\n")
        for row in text.splitlines():
            assert len(row) <= 88, row
            assert row == row.rstrip()


@pytest.mark.parametrize("page", PAGES)
def test_every_answer_has_its_number_once(page):
    numbers = re.findall(r"\[ ?(\d+)\] (\S+)", page(variants()[0]))
    assert dict(numbers) == {str(number): name for number, name in enumerate(ANSWERS, 1)}
    assert len(numbers) == len(ANSWERS) == 70


def test_the_worked_example_and_the_key_give_the_same_results():
    for exercise in variants()[:20]:
        shown = {name: computed(exercise.values[name]).strip() for name in ANSWERS}
        rows = re.findall(r"\[ ?\d+\] (\S+) .* = +(-?[\d.]+)$", worked_example(exercise), re.MULTILINE)
        assert dict(rows) == shown
        assert dict(re.findall(r"\[ ?\d+\] (\S+) +(-?[\d.]+)", key(exercise))) == shown


def test_a_worksheet_has_a_blank_for_every_answer_and_no_answer():
    for exercise in variants():
        text = worksheet(exercise)
        assert text.count("= " + "_" * 8) + text.count("=  " + "_" * 8) == 70
        decimals = set(re.findall(r"-?\d+\.\d{4}(?!\d)", text))
        assert decimals == {"0.0005"}  # the tolerance


def test_what_is_given_stands_on_the_worksheet():
    exercise = variants()[0]
    text = worksheet(exercise)
    for name in ("x1", "x2", "t", "w11", "v2", "log_alpha3", "u2", "lambda", "eta"):
        assert f"{name} = {exercise.givens[name]:g}" in text


def test_zero_has_no_sign():
    assert not re.search(r"-0(\.0*)?(?![.\d])", "".join(map(worked_example, variants()[:50])))


def test_the_worked_example_says_what_the_step_was_good_for():
    last = worked_example(variants()[0]).splitlines()[-1]
    after, before = map(float, re.findall(r"\d+\.\d{4}", last))
    assert after < before


@pytest.mark.parametrize("name", ["x" * 200, "a\nb\tc", "\x1b[31mred", "\udcff"])
def test_a_strange_variant_cannot_break_the_page(name):
    exercise = of_variant(name)
    first = worksheet(exercise).splitlines()[0]
    assert first.isprintable()
    assert len(first) <= 97
