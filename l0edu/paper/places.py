"""On which line of which file is a function? Looked up in the source: right after every edit."""

import ast
from functools import cache
from pathlib import Path
from typing import NamedTuple

from l0edu.errors import InputError

__all__ = ["Place", "place"]

PACKAGE = Path(__file__).parents[1]


class Place(NamedTuple):
    """Where something is defined.

    Attributes
    ----------
    name : str
        As `HardConcrete.sample`.
    path : str
        Beginning with `l0edu/`.
    line : int
        That of its `def` or `class`.

    Examples
    --------
    >>> where = place("l0edu.rectified:hard_sigmoid")
    >>> where.name, where.path, where.file.exists()
    ('hard_sigmoid', 'l0edu/rectified.py', True)
    """

    name: str
    path: str
    line: int

    @property
    def file(self) -> Path:
        """The file on this machine."""
        return PACKAGE.parent / self.path


def place(reference: str) -> Place:
    """Where a function or class of the library is defined.

    Parameters
    ----------
    reference : str
        Module and name, as "l0edu.gates:HardConcrete.sample".

    Returns
    -------
    Place

    Raises
    ------
    InputError
        When there is no such module, or no such name in it.

    Notes
    -----
    The source is read, once a file, and nothing is imported.

    Examples
    --------
    >>> found = place("l0edu.gates:HardConcrete.sample")
    >>> found.path, "def sample(" in found.file.read_text().splitlines()[found.line - 1]
    ('l0edu/gates.py', True)
    """
    module, _, name = reference.partition(":")
    path = Path(*module.split(".")).with_suffix(".py")
    if not (PACKAGE.parent / path).is_file():
        raise InputError(f"{reference!r}: there is no file {path.as_posix()}; write module:name")
    lines = _lines(PACKAGE.parent / path)
    if name not in lines:
        raise InputError(f"{reference!r}: {path.as_posix()} defines no {name}")
    return Place(name, path.as_posix(), lines[name])


@cache
def _lines(file: Path) -> dict[str, int]:
    """The line of every function and class of a file, methods under `Class.method`."""
    found = {}
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node.lineno
        if isinstance(node, ast.ClassDef):
            methods = (part for part in node.body if isinstance(part, ast.FunctionDef))
            found.update({f"{node.name}.{method.name}": method.lineno for method in methods})
    return found
