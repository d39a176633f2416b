"""What may a file import? NumPy, and some modules of Python that give no answers away.

The file is read here, and not run. A submission can hide an import of l0edu from this check. Then the process
in which it runs refuses to read l0edu.
"""

import ast
import warnings

from l0edu.course.assignments import Assignment

__all__ = ["HARMLESS", "import_trouble", "imports_of", "parsed"]

# Modules of Python that every assignment allows.
HARMLESS = frozenset(
    {
        "__future__",
        "cmath",
        "collections",
        "dataclasses",
        "functools",
        "itertools",
        "math",
        "operator",
        "typing",
    }
)


def import_trouble(assignment: Assignment, source: bytes) -> str:
    """What is wrong with what a file imports, as a sentence; empty when nothing is.

    Parameters
    ----------
    assignment : Assignment
    source : bytes
        Of the file of functions.

    Examples
    --------
    >>> from l0edu.course.assignments import assignment
    >>> import_trouble(assignment("a1"), b"from l0edu.gates import HardConcrete")
    'gate.py imports l0edu: a1 is to be written with numpy and no other package'
    >>> import_trouble(assignment("a1"), b"import math, numpy as np")
    ''
    """
    forbidden = imports_of(source.decode("utf-8", "replace")) - {"numpy"} - HARMLESS
    if not forbidden:
        return ""
    rule = f"{assignment.name} is to be written with numpy and no other package"
    return f"{assignment.file} imports {', '.join(sorted(forbidden))}: {rule}"


def imports_of(source: str) -> set[str]:
    """The packages that a source imports, anywhere in it; "." stands for an import from its own folder.

    Parameters
    ----------
    source : str
        What cannot be parsed imports nothing.

    Examples
    --------
    >>> sorted(imports_of("import numpy.linalg as la; from l0edu.gates import HardConcrete"))
    ['l0edu', 'numpy']
    """
    found = {name.split(".")[0] or "." for node in ast.walk(parsed(source)) for name in _imported(node)}
    return {name for name in found if name == "." or name.isidentifier()}  # nothing else can be imported


def parsed(source: str) -> ast.Module:
    """The syntax tree of a source; an empty one for what cannot be parsed.

    Parameters
    ----------
    source : str

    Examples
    --------
    >>> len(parsed("x = 1").body), len(parsed("x = = 1").body)
    (1, 0)
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python's own, about the source
        try:
            return ast.parse(source.removeprefix("\ufeff"))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ast.Module([], [])


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return ["." * node.level + (node.module or "")]
    if not isinstance(node, ast.Call) or not node.args:
        return []
    function, first = node.func, node.args[0]
    called = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    if called in ("__import__", "import_module") and isinstance(first, ast.Constant):
        return [str(first.value)]
    return []
