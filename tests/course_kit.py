"""The checks of an assignment, run in this process on functions that a test puts together."""

import inspect
from functools import cache
from importlib import import_module
from types import SimpleNamespace

from l0edu.course.assignments import ASSIGNMENTS, assignment
from l0edu.course.catalogue import mutants_of, refactorings_of
from l0edu.course.draws import PUBLIC_SEED, generator
from l0edu.course.marks import read_mark

FUNCTIONAL = [name for name in ASSIGNMENTS if name != "a7"]  # assignments whose answers are functions
MUTANTS = [(name, one) for name in FUNCTIONAL for one in mutants_of(name)]


@cache
def solution(name):
    """The functions of a source, solutions included."""
    one = assignment(name)
    module = import_module(f"l0edu.course.sources.{name}.{one.file.removesuffix('.py')}")
    return {function: getattr(module, function) for function in one.functions()}


def refactored(name, version):
    return {function: one.function for function, one in refactorings_of(name, version).items()}


@cache
def tests_of(name):
    """The tests of an assignment that try functions, each with its mark."""
    checks = import_module(f"l0edu.course.sources.{name}.checks")
    found = [(test, function) for test, function in vars(checks).items() if test.startswith("test_")]
    marked = [
        (test, function, function.pytestmark[0])
        for test, function in found
        if hasattr(function, "pytestmark")
    ]
    return [
        (test, function, read_mark(test, mark.args, mark.kwargs))
        for test, function, mark in marked
        if "student" in inspect.signature(function).parameters
    ]


def lost(name, functions, seed=PUBLIC_SEED, hidden=False):
    """The tasks on which these functions lose points."""
    student = SimpleNamespace(**functions)
    return {
        mark.task
        for test, function, mark in tests_of(name)
        if _counts(mark, hidden) and _fails(test, function, student, seed)
    }


def _counts(mark, hidden):
    return mark.hidden > 0 if hidden else mark.points > 0


def _fails(test, function, student, seed):
    wanted = inspect.signature(function).parameters
    given = {"student": student, "rng": generator(seed, test)}
    try:
        function(**{name: given[name] for name in wanted})
    except NotImplementedError:
        raise
    except Exception:
        return True
    return False
