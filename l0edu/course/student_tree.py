"""What does a student get? Page, stubs and visible tests, cut from the one source of an assignment."""

from pathlib import Path

from l0edu.course.assignments import Assignment
from l0edu.course.fences import cut
from l0edu.errors import InputError

__all__ = ["PYTEST_INI", "start", "student_files"]

PYTEST_INI = """\
[pytest]
addopts = -p l0edu.course.plugin -p no:cacheprovider --tb=short
testpaths = tests
"""
CONFTEST = '''\
"""Says what to do when pytest was started elsewhere, and so has not read pytest.ini."""

import pytest


def pytest_runtest_setup(item):
    if not item.config.pluginmanager.hasplugin("l0edu.course.plugin"):
        pytest.exit("name the folder of one assignment, as in: python -m pytest my-a1", returncode=4)
'''


def student_files(assignment: Assignment) -> dict[str, str]:
    """The files of a student's folder, by name.

    Parameters
    ----------
    assignment : Assignment

    Returns
    -------
    dict
        From a path with forward slashes to a text.

    Examples
    --------
    >>> from l0edu.course.assignments import assignment
    >>> sorted(student_files(assignment("a1")))
    ['README.md', 'gate.py', 'pytest.ini', 'tests/conftest.py', 'tests/test_gate.py']
    """
    given = {name: cut(assignment.read(name)) for name in assignment.given}
    return {
        "README.md": assignment.page,
        assignment.file: cut(assignment.source),
        f"tests/{assignment.tests_name}": assignment.checks,
        "tests/conftest.py": CONFTEST,
        "pytest.ini": PYTEST_INI,
        **given,
    }


def start(assignment: Assignment, folder: Path) -> list[Path]:
    """Write a student's folder.

    Parameters
    ----------
    assignment : Assignment
    folder : Path
        Made if it is not there. Nothing in it is overwritten.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    InputError
        When one of the files is there already: a student's work may be in it.
    """
    files = {folder / name: text for name, text in student_files(assignment).items()}
    for path in files:
        if path.exists():
            raise InputError(f"{path} is there already, and may hold your work: name a new folder")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return list(files)
