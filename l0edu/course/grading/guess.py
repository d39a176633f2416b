"""Which assignment was handed in? The one whose files, or else functions, most students handed in."""

import ast
from collections.abc import Sequence
from pathlib import Path

from l0edu.course.assignments import ASSIGNMENTS, Assignment
from l0edu.course.grading.imports import parsed
from l0edu.course.grading.submissions import collect
from l0edu.errors import InputError

__all__ = ["assignment_handed_in"]


def assignment_handed_in(submissions: Path) -> Assignment:
    """The assignment to which the submissions in a folder belong.

    Parameters
    ----------
    submissions : Path

    Raises
    ------
    InputError
        When the folder is none, or neither the names of files nor those of functions tell.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     Path(folder, "ann").mkdir()
    ...     _ = Path(folder, "ann", "gate.py").write_text("x = 1")
    ...     assignment_handed_in(Path(folder)).name
    'a1'
    """
    found = {one.name: _sources(submissions, one) for one in ASSIGNMENTS.values()}
    named = _most({name: len(sources) for name, sources in found.items()})
    if len(named) > 1:  # as with carol.py, which may be any file
        named = _most({name: _asked(found[name], ASSIGNMENTS[name]) for name in named})
    if len(named) != 1:
        raise InputError(
            f"the files in {submissions} do not tell the assignment: name it, as in --assignment a1"
        )
    return ASSIGNMENTS[named[0]]


def _most(numbers: dict[str, int]) -> list[str]:
    """The names with the largest number, if it is not 0."""
    most = max(numbers.values())
    return [name for name, number in numbers.items() if number == most > 0]


def _sources(submissions: Path, assignment: Assignment) -> list[bytes]:
    """The files of functions that can be read."""
    handed_in = collect(submissions, assignment.files)
    return [one.files[assignment.file] for one in handed_in if not one.trouble]


def _asked(sources: Sequence[bytes], assignment: Assignment) -> int:
    """How many functions the files define that the assignment asks for, or tests for its hunt."""
    asked = assignment.functions()
    trees = [parsed(source.decode("utf-8", "replace")) for source in sources]
    found = [node for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)]
    return sum(node.name in asked or (not asked and _is_test(node)) for node in found)


def _is_test(function: ast.FunctionDef) -> bool:
    return "gates" in [one.arg for one in function.args.args]
