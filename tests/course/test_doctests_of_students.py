"""Does `python -m doctest FILE` accept whatever the tests accept? For right answers in several styles."""

import doctest
from functools import wraps
from importlib import import_module

import numpy as np
import pytest
from course_kit import FUNCTIONAL, lost, refactored, solution

from l0edu.course.assignments import assignment

each = pytest.mark.parametrize("name", FUNCTIONAL)


def returning(convert, functions):
    """The same functions, with `convert` applied to each number or array that they return."""

    def deep(value):
        if type(value) in (list, tuple):
            return type(value)(map(deep, value))
        return convert(value)

    def converted(function):
        return wraps(function)(lambda *arguments, **named: deep(function(*arguments, **named)))

    return {name: converted(function) for name, function in functions.items()}


def numpy_scalar(value):
    """1.5 as np.float64(1.5), as the sum over an array is."""
    return np.asarray(value)[()] if isinstance(value, int | float) else value


def plain_list(value):
    return np.asarray(value).tolist()


def failures(name, functions):
    """What doctest prints of the file's examples when these functions stand in it."""
    one = assignment(name)
    module = import_module(f"l0edu.course.sources.{name}.{one.file.removesuffix('.py')}")
    printed = []
    runner = doctest.DocTestRunner(verbose=False)
    for example in doctest.DocTestFinder(recurse=True).find(module):
        example.globs = {**vars(module), **functions}
        runner.run(example, out=printed.append)
    assert runner.tries > len(one.functions()) - 1
    return "".join(printed)


@each
def test_the_examples_of_a_file_hold_for_its_solution_and_both_refactorings(name):
    for functions in (solution(name), refactored(name, 1), refactored(name, 2)):
        assert failures(name, functions) == ""


@each
def test_the_examples_hold_when_numbers_are_numpys_own(name):
    assert failures(name, returning(numpy_scalar, solution(name))) == ""


@each
def test_the_examples_fail_when_a_function_is_wrong(name):
    for function in assignment(name).functions():
        if function != "draw":
            assert failures(name, solution(name) | {function: lambda *_, **__: None}) != ""


@each
def test_lists_in_place_of_arrays_lose_nothing(name):
    functions = returning(plain_list, solution(name))
    assert lost(name, functions) == lost(name, functions, "one", hidden=True) == set()


@each
def test_numpys_own_numbers_lose_nothing(name):
    functions = returning(numpy_scalar, solution(name))
    assert lost(name, functions) == lost(name, functions, "one", hidden=True) == set()
