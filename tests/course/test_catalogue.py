"""Does every known mistake lose points on its own task and nowhere else, and nothing right lose any?"""

import inspect

import pytest
from course_kit import FUNCTIONAL, MUTANTS, lost, refactored, solution

from l0edu.course.assignments import assignment
from l0edu.course.catalogue import mutants_of

SEEDS = ("one", "two", "three")
each_mutant = pytest.mark.parametrize(("name", "mutant"), MUTANTS, ids=lambda one: getattr(one, "name", one))
each_assignment = pytest.mark.parametrize("name", FUNCTIONAL)


def test_at_least_30_mistakes_are_known():
    assert len(MUTANTS) >= 30


@each_mutant
def test_a_mutant_loses_points_on_its_own_task_and_only_there(name, mutant):
    functions = solution(name) | {mutant.of: mutant.function}
    assert lost(name, functions) == {assignment(name).task_of(mutant.of).number}


@each_mutant
def test_hidden_tests_catch_a_mutant_whatever_the_seed(name, mutant):
    functions = solution(name) | {mutant.of: mutant.function}
    for seed in SEEDS:
        assert lost(name, functions, seed, hidden=True) == {assignment(name).task_of(mutant.of).number}


@each_assignment
def test_solutions_and_refactorings_lose_nothing_whatever_the_seed(name):
    for functions in (solution(name), refactored(name, 1), refactored(name, 2)):
        for seed in SEEDS:
            assert lost(name, functions, seed) == lost(name, functions, seed, hidden=True) == set()


@each_assignment
def test_there_are_two_refactorings_of_every_function(name):
    assert set(refactored(name, 1)) == set(refactored(name, 2)) == set(solution(name))


@each_mutant
def test_a_mutant_and_its_original_take_the_same_arguments(name, mutant):
    assert (
        inspect.signature(mutant.function).parameters.keys()
        == inspect.signature(solution(name)[mutant.of]).parameters.keys()
    )


@each_assignment
def test_every_task_has_a_known_mistake_and_says_something_different_about_each(name):
    mutants = mutants_of(name)
    assert {one.of for one in mutants} == set(assignment(name).functions())
    assert len({(one.of, one.diagnosis) for one in mutants}) == len(mutants)
    assert len({one.name for one in mutants}) == len(mutants)
    for one in mutants:
        assert one.hint.rstrip(")").endswith(("?", "."))
