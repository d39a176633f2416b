"""Which names does a student's file define? It is read, and not run."""

import ast
import warnings
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from l0edu.course.isolation.isolated import Isolated
from l0edu.course.isolation.running import StudentError
from l0edu.course.words import listed, on_one_line
from l0edu.errors import InputError

__all__ = ["names_in", "why_missing"]


def names_in(path: Path) -> list[str]:
    r"""What a file defines outside of its functions, in its order.

    Parameters
    ----------
    path : Path

    Raises
    ------
    InputError
        When it does not load: what the fenced process says of it.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "gate.py"
    >>> _ = path.write_bytes(b"# coding: latin-1 \xeb\nif True:\n    def cdf(): ...\nx, y = 1, 2")
    >>> names_in(path)
    ['cdf', 'x', 'y']
    """
    source = path.read_bytes()
    try:
        return _names(source)
    except (SyntaxError, ValueError):
        raise InputError(_why_it_does_not_load(path)) from None
    except (RecursionError, MemoryError):
        raise InputError(f"{path.name} is nested too deeply: split its longest expression") from None


def _names(source: str | bytes) -> list[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python's own, about the source
        return list(dict.fromkeys(_defined(ast.parse(source))))


def _defined(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.ImportFrom):
        yield from (alias.asname or alias.name for alias in node.names)
    else:
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.expr) or isinstance(getattr(child, "ctx", None), ast.Store):
                yield from _defined(child)


def _why_it_does_not_load(path: Path) -> str:
    with Isolated(path) as student:
        try:
            student.anything()
        except StudentError as error:
            return on_one_line(str(error))
    return f"{path.name} is no Python file"


def why_missing(function: str, file: str, names: list[str], source: str) -> str:
    """A question about a function that is not there, with the names that may be its new one.

    Parameters
    ----------
    function, file : str
        The name that is missing, and where.
    names : list of str
        What the file defines.
    source : str
        The file as it was given out, whose names are not new.

    Examples
    --------
    >>> why_missing("prob_open", "gate.py", ["sample", "prob_opened"], "def sample(): ...")
    'was it renamed? gate.py has prob_opened'
    >>> why_missing("prob_open", "gate.py", ["sample"], "def sample(): ...")
    'was it deleted?'
    """
    known = _names(source)
    new = get_close_matches(function, [name for name in names if name not in known], n=3, cutoff=0)
    return f"was it renamed? {file} has {listed(new)}" if new else "was it deleted?"
