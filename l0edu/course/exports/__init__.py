"""How does an assignment reach another grader? As nbgrader's notebook, or as otter's test files."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from l0edu.course.assignments import Assignment
from l0edu.course.bundle import SEED, need_bundle, need_new_folder, write
from l0edu.course.exports.nbgrader import nbgrader_files
from l0edu.course.exports.otter import otter_files
from l0edu.errors import InputError

__all__ = ["TOOLS", "export", "seed_of_export"]

TOOLS: dict[str, Callable[[Assignment, str], dict[str, str]]] = {
    "nbgrader": nbgrader_files,
    "otter": otter_files,
}


def export(assignment: Assignment, to: str, bundle: Path, folder: Path) -> list[Path]:
    """Write an assignment for another grader.

    Parameters
    ----------
    assignment : Assignment
        One whose answers are functions.
    to : str
        "nbgrader" or "otter".
    bundle : Path
        From `l0edu assign instructor init`: its seed decides the hidden tests.
    folder : Path
        New, or empty.

    Returns
    -------
    list of Path
        What was written. It holds a seed made from the bundle's, and for nbgrader the solutions.

    Raises
    ------
    InputError
        When the tool is unknown, the folder is not empty, or some tasks are handed in as files.
    """
    if to not in TOOLS:
        raise InputError(f"there is no export to {to!r}: write one of {', '.join(TOOLS)}")
    if len(assignment.functions()) < len(assignment.tasks):
        raise InputError(f"{assignment.name} is handed in as files, which {to} does not grade: take a1 to a5")
    need_new_folder(folder)
    need_bundle(bundle, assignment)
    secret = (bundle / SEED).read_text(encoding="utf-8").strip()
    seed = seed_of_export(secret, assignment.name)
    files = TOOLS[to](assignment, seed)
    return [write(folder / name, text, private=seed in text) for name, text in files.items()]


def seed_of_export(secret: str, name: str) -> str:
    """A seed for one assignment, from which the bundle's cannot be found.

    Other graders show more than they should: nbgrader's feedback shows the cells of hidden tests.

    Parameters
    ----------
    secret : str
        The bundle's seed.
    name : str
        Of the assignment.

    Examples
    --------
    >>> seed_of_export("secret", "a1") == seed_of_export("secret", "a2")
    False
    """
    return hashlib.sha256(f"{secret}\nexport {name}".encode()).hexdigest()
