"""Which functions of a file are examined, and what is found?"""

from pathlib import Path
from typing import Any

from l0edu.course.assignments import ASSIGNMENTS, assignment
from l0edu.course.doctor.diagnosis import MISSING, Diagnosis, diagnosis_of
from l0edu.course.doctor.examined import examine
from l0edu.course.doctor.names import names_in, why_missing
from l0edu.course.doctor.report import Finding
from l0edu.course.doctor.table import table
from l0edu.course.doctor.target import Target
from l0edu.course.doctor.targets import target, targets
from l0edu.course.draws import generator
from l0edu.course.isolation.isolated import Isolated
from l0edu.errors import InputError

__all__ = ["chosen", "examine_file"]


def examine_file(path: Path, function: str = "", stands_for: str = "", seed: int = 0) -> list[Finding]:
    """Try functions of a file in a process of their own, and say what is wrong with each.

    Parameters
    ----------
    path : Path
    function : str
        Only this one. By default, in a file with the name of an assignment's file: all functions that this
        assignment asks for, missing ones included. In any other file: all functions whose names are known.
    stands_for : str
        What that one is meant to be, as in "sample", when its name does not say it.
    seed : int
        Decides the random numbers on which they are tried.

    Returns
    -------
    list of Finding
        One for each function.

    Raises
    ------
    InputError
        When the file does not load, or holds no such function.
    """
    names = names_in(path)
    wanted = chosen(path.name, names, function, stands_for)
    with Isolated(path) as student:
        return [
            _finding(student, name, one, seed) if name in names else _missing(path.name, names, one)
            for name, one in wanted
        ]


def _finding(student: Any, name: str, wanted: Target, seed: int) -> Finding:
    found = examine(getattr(student, name), wanted, generator(str(seed), wanted.function))
    return Finding(diagnosis_of(found), table(found), name)


def _missing(file: str, names: list[str], wanted: Target) -> Finding:
    sentence = why_missing(wanted.function, file, names, assignment(wanted.assignment).source)
    return Finding(Diagnosis(wanted.function, MISSING, sentence=sentence), None, wanted.function)


def chosen(file: str, names: list[str], function: str = "", stands_for: str = "") -> list[tuple[str, Target]]:
    """The names to be examined, each with what it is meant to be.

    Parameters
    ----------
    file : str
        The file's name. If an assignment's file is called so, all functions of the assignment are chosen,
        there or not.
    names : list of str
        What the file defines.
    function, stands_for : str
        As for `examine_file`.

    Raises
    ------
    InputError
        When there is no such function, or none at all.

    Examples
    --------
    >>> [(name, one.function) for name, one in chosen("mine.py", ["draw", "cdf"], "draw", "sample")]
    [('draw', 'sample')]
    >>> [name for name, _ in chosen("mine.py", ["draw", "cdf"])]
    ['cdf']
    """
    if function:
        if function not in names:
            raise InputError(f"{file} has no function {function!r}: it has {', '.join(names) or 'none'}")
        return [(function, _meant(function, stands_for))]
    if stands_for:
        raise InputError(f"--as {stands_for} is about one function: write FILE:FUNCTION --as {stands_for}")
    of = next((one.name for one in ASSIGNMENTS.values() if one.file == file), "")
    wanted = [(one.function, one) for one in targets() if of in ("", one.assignment)]
    known = [(name, one) for name, one in wanted if name in names]
    if not known:
        which = f"that the doctor knows of {of}" if of else "of a known name"
        raise InputError(
            f"{file} has no function {which}: write {file}:FUNCTION --as NAME, with one of "
            f"{', '.join(one.function for one in targets())}"
        )
    return wanted if of else known


def _meant(function: str, stands_for: str) -> Target:
    if not stands_for and function not in {one.function for one in targets()}:
        raise InputError(f"what is {function} meant to be? Say so, as in --as {targets()[0].function}")
    return target(stands_for or function)
