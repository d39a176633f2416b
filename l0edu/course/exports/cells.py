"""Into which pieces does the file of an assignment fall? Imports and helpers, then each task."""

import ast
import re
from collections.abc import Collection

from l0edu.course.assignments import Assignment

__all__ = ["preamble", "task_sources", "without_sections"]


def preamble(assignment: Assignment) -> str:
    """Imports and helpers: all of the source that is no task.

    Parameters
    ----------
    assignment : Assignment

    Examples
    --------
    >>> from l0edu.course.assignments import assignment
    >>> print(preamble(assignment("a1")).splitlines()[0])
    import numpy as np
    """
    asked = set(assignment.functions())
    kept = [node for node in _nodes(assignment) if getattr(node, "name", "") not in asked]
    return "\n\n".join(_text(assignment.source, node) for node in kept if not _is_docstring(node))


def task_sources(assignment: Assignment) -> dict[str, str]:
    """The source of every function that a task asks for, fences included, by the number of the task.

    Parameters
    ----------
    assignment : Assignment

    Examples
    --------
    >>> from l0edu.course.assignments import assignment
    >>> list(task_sources(assignment("a1")))
    ['1.1', '1.2', '1.3', '1.4']
    """
    nodes = {getattr(node, "name", ""): node for node in _nodes(assignment)}
    return {task.number: _text(assignment.source, nodes[task.subject]) for task in assignment.tasks}


def without_sections(page: str, titles: Collection[str]) -> str:
    r"""A page in Markdown without some of its sections.

    Parameters
    ----------
    page : str
    titles : collection of str

    Examples
    --------
    >>> without_sections("# A\n\n### Rules\n\nNo.\n\n## B\n", {"Rules"})
    '# A\n\n## B\n'
    """
    sections = re.split(r"^(?=#+ )", page, flags=re.MULTILINE)
    return "".join(one for one in sections if one.partition("\n")[0].lstrip("# ") not in titles)


def _nodes(assignment: Assignment) -> list[ast.stmt]:
    return ast.parse(assignment.source).body


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _text(source: str, node: ast.stmt) -> str:
    """The lines of a statement, and the line of a closing fence under it."""
    lines = source.splitlines()
    last = node.end_lineno or node.lineno
    while last < len(lines) and lines[last].startswith(" "):
        last += 1
    return "\n".join(lines[node.lineno - 1 : last])
