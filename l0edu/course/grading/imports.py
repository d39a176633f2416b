"""What may a file import? NumPy, and what is harmless in Python itself.

The file is read, never run. A submission that hides an import of l0edu gets past this rule; the fence, which
lets no code read l0edu, then stops it.
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
    'gate.py imports l0edu: a1 is to be written with numpy and no other package'
    >>> import_trouble(assignment("a1"), b"import math, numpy as np")
    ''
    """
    forbidden = imports_of(source.decode("utf-8", "replace")) - assignment.imports - HARMLESS
    if not forbidden:
        return ""
    what, allowed = ", ".join(sorted(forbidden)), " and ".join(sorted(assignment.imports))
    rule = f"{assignment.name} is to be written with {allowed} and no other package"
    return f"{assignment.file} imports {what}: {rule}"
