"""What is told about a hunt? To students how many bugs each function has left; to instructors which."""

import math
from collections.abc import Iterator, Sequence

from l0edu.course.hunt.bugs import Bug
from l0edu.course.hunt.hunting import HuntResult

__all__ = ["alarms", "counts", "quietness", "report"]


def report(result: HuntResult, full: bool = False) -> str:
    """A hunt in words.

    Parameters
    ----------
    result : HuntResult
    full : bool
        For instructors alone: each bug, with what is wrong and the tests that catch it.

    Examples
    --------
    >>> sign = Bug("cdf_that_falls", "cdf", "it is 1 - Q", "a1", True)
    >>> result = HuntResult((sign,), ["test_cdf_rises"], {"cdf_that_falls": ["test_cdf_rises"]})
    >>> print(report(result))
    1 test: 1 of 1 planted bugs caught, 0 false alarms
      cdf: the planted bug is caught
    >>> print(report(result, full=True).splitlines()[-1])
        caught   it is 1 - Q (cdf_that_falls), by test_cdf_rises
    """
    if result.trouble:
        return result.trouble
    tests = f"{len(result.tests)} test{'s' * (len(result.tests) != 1)}"
    caught = f"{len(result.caught)} of {len(result.bugs)} planted bugs caught"
    head = f"{tests}: {caught}, {len(result.false_alarms)} false alarms"
    return "\n".join([head, *alarms(result), *(f"  {line}" for line in counts(result, full=full))])


def alarms(result: HuntResult) -> Iterator[str]:
    """A line for each test that counts for nothing.

    Parameters
    ----------
    result : HuntResult
    """
    for test, why in result.false_alarms.items():
        yield f"false alarm: {test} fails on a right version: {why}"
    for test, why in result.out.items():
        yield f"out: {test} {why}"


def counts(result: HuntResult, assignments: Sequence[str] = (), full: bool = False) -> Iterator[str]:
    """A line for each function with a bug; for chosen assignments also a line that sums up.

    Parameters
    ----------
    result : HuntResult
    assignments : sequence of str, optional
        Only the functions of these, as of ("a1",).
    full : bool
        Also a line for each bug.
    """
    chosen = [bug for bug in result.bugs if not assignments or bug.assignment in assignments]
    if assignments:
        here = f"{sum(bug in result.caught for bug in chosen)} of {len(chosen)}"
        yield f"caught {here} here, {len(result.caught)} of {len(result.bugs)} in all"
    for function in dict.fromkeys(bug.of for bug in chosen):
        planted = [bug for bug in chosen if bug.of == function]
        missed = [bug for bug in planted if bug in result.missed]
        yield f"{function}: {_count(len(missed), len(planted))}"
        yield from (_line(result, bug) for bug in planted if full)


def quietness(result: HuntResult) -> str:
    """How many tests fail only where a bug is, and how many bugs they have to catch for all points.

    Parameters
    ----------
    result : HuntResult

    Examples
    --------
    >>> signs = [Bug(f"sign_{i}", "cdf", "it is 1 - Q", "a1", True) for i in range(5)]
    >>> quietness(HuntResult(tuple(signs), caught_by={"sign_1": ["test_a"]}, out={"test_b": "ends Python"}))
    '1 of 2 tests that ever fail is quiet; 1 of 5 bugs caught, 3 give all points'
    """
    quiet, failing = result.failing
    tests = f"{quiet} of {failing} tests that ever fail {'is' if quiet == 1 else 'are'} quiet"
    enough = math.ceil(len(result.bugs) / 2)
    bugs = f"{len(result.caught)} of {len(result.bugs)} bugs caught, {enough} give all points"
    return f"{tests if failing else 'no test ever fails'}; {bugs}"


def _count(missed: int, planted: int) -> str:
    if planted == 1:
        return "the planted bug is missed" if missed else "the planted bug is caught"
    if missed == 0:
        return f"all {planted} planted bugs are caught"
    return f"{missed} of {planted} planted bugs {'is' if missed == 1 else 'are'} missed"


def _line(result: HuntResult, bug: Bug) -> str:
    tests = result.caught_by.get(bug.name)
    by = f", by {', '.join(tests)}" if tests else ""
    return f"  {'caught' if tests else 'MISSED'}   {bug.diagnosis} ({bug.name}){by}"
