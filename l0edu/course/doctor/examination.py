"""Which functions of a file are examined, and what is found?"""

import ast
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from l0edu.course.doctor.diagnosis import diagnosis_of
from l0edu.course.doctor.examined import examine
from l0edu.course.doctor.report import Finding
from l0edu.course.doctor.table import table
from l0edu.course.doctor.target import Target
from l0edu.course.doctor.targets import target, targets
from l0edu.course.draws import generator
from l0edu.course.isolation.isolated import Isolated
from l0edu.errors import InputError

__all__ = ["chosen", "examine_file", "names_in"]


def examine_file(path: Path, function: str = "", stands_for: str = "", seed: int = 0) -> list[Finding]:
    """Try functions of a file in a process of their own, and say what is wrong with each.

    Parameters
    ----------
    path : Path
    function : str
        Only this one; by default all whose names are known.
    stands_for : str
        What that one is meant to be, as in "sample", when its name does not say it.
    seed : int
        Decides the random numbers on which they are tried.

    Raises
    ------
    InputError
        When the file cannot be read or parsed, or holds no such function.
    """
    pairs = chosen(path, function, stands_for)
    with Isolated(path) as student:
        return [_finding(student, name, one, seed) for name, one in pairs]


def _finding(student: Any, name: str, wanted: Target, seed: int) -> Finding:
    found = examine(getattr(student, name), wanted, generator(str(seed), wanted.function))
    return Finding(diagnosis_of(found), table(found), name)


def chosen(path: Path, function: str = "", stands_for: str = "") -> list[tuple[str, Target]]:
    """The names to be examined, each with what it is meant to be.

    Raises
    ------
    InputError
        As `examine_file`.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "mine.py"
    >>> _ = path.write_text("def draw(log_alpha, u, beta, gamma, zeta): ...")
    >>> [(name, one.function) for name, one in chosen(path, "draw", "sample")]
    [('draw', 'sample')]
    """
    names = names_in(path)
    if function:
        if function not in names:
            raise InputError(f"{path.name} has no function {function!r}: it has {', '.join(names) or 'none'}")
        return [(function, _meant(function, stands_for))]
    if stands_for:
        raise InputError(f"--as {stands_for} is about one function: write FILE:FUNCTION --as {stands_for}")
    known = [(one.function, one) for one in targets() if one.function in names]
    if not known:
        raise InputError(
            f"{path.name} has no function of a known name: write {path.name}:FUNCTION --as NAME, with one of "
            f"{', '.join(one.function for one in targets())}"
        )
    return known


def _meant(function: str, stands_for: str) -> Target:
    if not stands_for and function not in {one.function for one in targets()}:
        raise InputError(f"what is {function} meant to be? Say so, as in --as {targets()[0].function}")
    return target(stands_for or function)


def names_in(path: Path) -> list[str]:
    """What a file defines at its top level, in its order; the file is not run.

    Raises
    ------
    InputError
        When it cannot be read, is not UTF-8, or is no Python.
    """
    try:
        source = path.read_text(encoding="utf-8-sig")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python's own, about the source
            tree = ast.parse(source)
    except SyntaxError as error:
        raise InputError(f"{path.name}, line {error.lineno}: {error.msg}: mend this line first") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise InputError(f"{path.name} is no Python file in UTF-8 ({error}): save it as one") from None
    return list(dict.fromkeys(name for node in tree.body for name in _defined(node)))


def _defined(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef):
        yield node.name
    elif isinstance(node, ast.Assign):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))
    elif isinstance(node, ast.ImportFrom):
        yield from (alias.asname or alias.name for alias in node.names)
