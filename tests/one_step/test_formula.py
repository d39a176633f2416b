"""Do the texts of the sheet say what its functions compute?"""

import math
import re

import pytest
from step_variants import variants

from l0edu.one_step import ANSWERS
from l0edu.one_step.formula import Line, formula
from l0edu.one_step.gates import sigmoid
from l0edu.one_step.numerals import without_needless_brackets
from l0edu.one_step.sheet import SECTIONS

WORDS = {"sigmoid": sigmoid, "log": math.log, "min": min, "max": max, "clip": lambda v: min(1, max(0, v))}


def calculated(text):
    """The value of a line's text, read as a pocket calculator would."""
    text = re.sub(r"log ([\d.]+)", r"log(\1)", text.replace("^", "**"))
    return float(eval(re.sub(r"\[(.*?)\]", r"(\1)", text), {"__builtins__": {}}, WORDS))


def text_of(name, values, digits):
    return ANSWERS[name].text(lambda value: f"({values[value]:{digits}})")


@pytest.mark.parametrize("name", ANSWERS)
def test_the_printed_calculation_gives_the_result(name):
    for exercise in variants()[:20]:
        text = text_of(name, exercise.values, digits=".17g")
        assert calculated(text) == pytest.approx(exercise.values[name], abs=1e-12)


@pytest.mark.parametrize("name", ANSWERS)
def test_brackets_left_out_do_not_change_a_calculation(name):
    for exercise in variants()[:20]:
        text = text_of(name, exercise.values, digits=".4f")
        assert calculated(without_needless_brackets(text)) == calculated(text)


def test_every_line_uses_only_what_is_given_or_stands_above_it():
    known = set(variants()[0].givens)
    for name, line in ANSWERS.items():
        assert set(line.inputs) <= known
        known.add(name)


def test_every_given_number_is_used():
    used = {name for line in ANSWERS.values() for name in line.inputs}
    assert set(variants()[0].givens) <= used


def test_the_equations_are_those_of_the_paper_from_1_to_16():
    found = {block[0].formula.equation for section in SECTIONS for block in section.blocks}
    numbers = {int(number) for equation in found for number in re.findall(r"\d+", equation)}
    assert numbers == {1, 2, 9, 10, 11, 12, 13, 16}


def test_a_formula_has_symbols_numbers_and_slips():
    @formula("C", "{lam} * {size} * {P}", "Eq. 12")
    def C(lam, size, P):
        return lam * size * P

    C.slip("lambda is missing", lambda size, P: size * P)
    line = Line("C1", C, ("lambda", "size1", "P1"))
    values = {"lambda": 0.1, "size1": 2, "P1": 0.5}
    assert C.in_symbols() == "C = lambda * |g| * P"
    assert line.text(lambda name: str(values[name])) == "0.1 * 2 * 0.5"
    assert line.slipped(values) == [("lambda is missing", 1.0)]
