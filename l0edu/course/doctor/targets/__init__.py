"""Which functions does the doctor know? One file for each assignment."""

from l0edu.course.doctor.target import Target
from l0edu.course.doctor.targets import a1, a2, a3, a4, a5, a6
from l0edu.errors import InputError

__all__ = ["target", "targets"]

MODULES = (a1, a2, a3, a4, a5, a6)
TARGETS = {one.function: one for module in MODULES for one in module.TARGETS}


def targets() -> tuple[Target, ...]:
    """All functions that the doctor knows, assignment by assignment.

    Examples
    --------
    >>> [one.function for one in targets() if one.assignment == "a1"]
    ['sample', 'prob_open', 'test_value', 'cdf']
    """
    return tuple(TARGETS.values())


def target(function: str) -> Target:
    """The target of one function.

    Parameters
    ----------
    function : str
        As in "sample".

    Raises
    ------
    InputError
        When there is none.

    Examples
    --------
    >>> target("sample").assignment
    'a1'
    """
    if function not in TARGETS:
        raise InputError(f"{function!r} is no function of an assignment: write one of {', '.join(TARGETS)}")
    return TARGETS[function]
