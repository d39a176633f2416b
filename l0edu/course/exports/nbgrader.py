"""How does an assignment become nbgrader's notebook? A cell for each task, and cells of tests.

nbgrader itself cuts out what stands between `### BEGIN SOLUTION` and `### END SOLUTION`, and between the
fences of hidden tests, when it makes the students' version. The metadata is that of its schema 3.
"""

import json
from typing import Any

from l0edu.course.assignments import Assignment, Task
from l0edu.course.exports.cells import preamble, task_sources, without_sections

__all__ = ["nbgrader_files"]

Cell = dict[str, Any]

INTRODUCTION = """\
*In this notebook:* fill in the cells, and run the cell of tests under each. A cell of tests gives all of its
points or none. Use NumPy and what is in the cells; nothing else is needed.

"""
LEFT_OUT = ("How to work", "Rules")  # of files and commands
VISIBLE = """\
# Task {task}: {points}
from l0edu.course.notebook import check

check("{name}", "{task}", globals())"""
HIDDEN = """\
# Task {task}, on numbers that are not shown: {points}
### BEGIN HIDDEN TESTS
from l0edu.course.notebook import check

check("{name}", "{task}", globals(), seed="{seed}")
### END HIDDEN TESTS"""


def nbgrader_files(assignment: Assignment, seed: str) -> dict[str, str]:
    """The source version of the notebook, where nbgrader looks for it.

    Parameters
    ----------
    assignment : Assignment
    seed : str
        It stands in the cells of hidden tests.

    Returns
    -------
    dict
        From a path, as in "source/a1/a1.ipynb", to its text.

    Examples
    --------
    >>> from l0edu.course.assignments import assignment
    >>> list(nbgrader_files(assignment("a1"), "secret"))
    ['source/a1/a1.ipynb']
    """
    sources = task_sources(assignment)
    page = without_sections(assignment.page, LEFT_OUT)
    title, _, rest = page.partition("\n\n")
    cells = [
        _markdown(f"{title}\n\n{INTRODUCTION}{rest}"),
        _code("helpers", preamble(assignment), locked=True),
    ]
    for task in assignment.tasks:
        cells.append(_code(f"task_{_id(task)}", sources[task.number], solution=True))
        cells += _tests(assignment, task, seed)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}
    name = assignment.name
    return {f"source/{name}/{name}.ipynb": json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"}


def _tests(assignment: Assignment, task: Task, seed: str) -> list[Cell]:
    """A cell of visible tests, and one of hidden tests where a task has them."""
    kinds = (("visible", VISIBLE, task.points), ("hidden", HIDDEN, task.hidden))
    return [
        _code(
            f"{kind}_{_id(task)}",
            text.format(name=assignment.name, task=task.number, points=_points(points), seed=seed),
            locked=True,
            points=points,
        )
        for kind, text, points in kinds
        if points
    ]


def _points(points: float) -> str:
    return f"{points:g} point" if points == 1 else f"{points:g} points"


def _id(task: Task) -> str:
    return task.number.replace(".", "_")


def _markdown(text: str) -> Cell:
    return {"cell_type": "markdown", "id": "page", "metadata": {}, "source": text}


def _code(
    name: str, text: str, locked: bool = False, solution: bool = False, points: float | None = None
) -> Cell:
    marks: dict[str, Any] = {"grade_id": name, "schema_version": 3, "task": False, "cell_type": "code"}
    marks |= {"locked": locked, "solution": solution, "grade": points is not None}
    if points is not None:
        marks["points"] = points
    metadata = {"nbgrader": marks}
    cell = {"cell_type": "code", "id": name, "metadata": metadata, "source": text}
    return cell | {"execution_count": None, "outputs": []}
