"""Does the gradient doctor name every known mistake, and nothing that is right?"""

from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from course_kit import FUNCTIONAL

import l0edu
from l0edu.course.assignments import assignment
from l0edu.course.catalogue import mutants_of, refactorings_of
from l0edu.course.doctor import diagnose, targets

SEEDS = range(10)
MUTANTS = [
    pytest.param(one, mutant, id=f"{one.assignment}-{mutant.name}")
    for one in targets()
    for mutant in mutants_of(one.assignment)
    if mutant.of == one.function
]
REFACTORINGS = [
    pytest.param(
        one,
        refactorings_of(one.assignment, version)[one.function].function,
        id=f"{one.assignment}-{one.function}-{version}",
    )
    for one in targets()
    for version in (1, 2)
]
each_target = pytest.mark.parametrize("target", targets(), ids=lambda target: target.function)


def diagnoses(target, function):
    student = SimpleNamespace(**{target.function: function})
    return [diagnose(student, target, np.random.default_rng(seed)) for seed in SEEDS]


@pytest.mark.parametrize(("target", "mutant"), MUTANTS)
def test_a_known_mistake_is_named_whatever_the_numbers(target, mutant):
    for found in diagnoses(target, mutant.function):
        assert (found.verdict, found.mutant) == ("wrong", mutant.name)
        assert (found.sentence, found.hint) == (mutant.diagnosis, mutant.hint)


@pytest.mark.parametrize(("target", "function"), REFACTORINGS)
def test_a_right_function_in_another_style_gets_no_diagnosis(target, function):
    for found in diagnoses(target, function):
        assert (found.verdict, found.mutant, found.sentence, found.hint) == ("right", None, "", "")


@each_target
def test_the_solution_is_right(target):
    file = assignment(target.assignment).file.removesuffix(".py")
    source = import_module(f"l0edu.course.sources.{target.assignment}.{file}")
    assert {one.verdict for one in diagnoses(target, getattr(source, target.function))} == {"right"}


@each_target
def test_an_answer_in_float32_is_right(target):
    def rounded(value):
        return [*map(rounded, value)] if isinstance(value, tuple | list) else np.asarray(value, np.float32)

    found = diagnoses(target, lambda *arguments: rounded(target.right(*arguments)))
    assert {one.verdict for one in found} == {"right"}


@each_target
def test_a_function_that_is_not_written_is_not_started(target):
    def stub(*_):
        raise NotImplementedError("task 1.1: write it")

    assert {(one.verdict, one.sentence) for one in diagnoses(target, stub)} == {("not started", "")}


def test_every_function_that_an_assignment_asks_for_is_known():
    wanted = [(a, name) for a in FUNCTIONAL for name in assignment(a).functions()]
    assert [(one.assignment, one.function) for one in targets()] == wanted


def test_all_known_mistakes_have_a_target():
    assert len(MUTANTS) == sum(len(mutants_of(name)) for name in FUNCTIONAL)


def test_the_guide_says_how_many_mistakes_are_known():
    page = (Path(l0edu.__file__).parents[1] / "docs" / "howto" / "gradcheck.md").read_text(encoding="utf-8")
    assert f"knows {len(MUTANTS)} mistakes" in page
