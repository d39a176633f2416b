"""What may a file import? "a1 is to be written with numpy alone."

The file is read, never run. A submission that hides an import gets past this rule, but not past the fence.
"""

from l0edu.course.assignments import Assignment
from l0edu.course.isolation.student import imports_of

__all__ = ["HARMLESS", "import_trouble"]

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
)  # parts of Python that no assignment needs to forbid


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
    'gate.py imports l0edu: a1 is to be written with numpy alone'
    >>> import_trouble(assignment("a1"), b"import math, numpy as np")
    ''
    """
    forbidden = imports_of(source.decode("utf-8", "replace")) - assignment.imports - HARMLESS
    if not forbidden:
        return ""
    what, allowed = ", ".join(sorted(forbidden)), " and ".join(sorted(assignment.imports))
    return f"{assignment.file} imports {what}: {assignment.name} is to be written with {allowed} alone"
