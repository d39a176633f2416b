"""Which assignments are there, and what belongs to each? A folder of `sources/` holds everything about one.

Students get the page, the source with its solutions cut out, and the visible tests; see
`l0edu.course.student_tree`.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from l0edu.course.marks import Mark, marks_in
from l0edu.errors import InputError

__all__ = ["ASSIGNMENTS", "Assignment", "Task", "assignment", "assignment_in"]

SOURCES = Path(__file__).parent / "sources"
ROW = re.compile(r"^\|\s*(\d\.\d)\s*\|\s*([^|]*?)\s*\|\s*([^|]*?)\s*\|")  # a line of a page's table of tasks


@dataclass(frozen=True)
class Task:
    """One thing to do, and what it earns.

    Attributes
    ----------
    number : str
        As in "1.2".
    subject : str
        The function that it asks for, or the file.
    points, hidden : float
        What its visible and its hidden tests give.
    """

    number: str
    subject: str
    points: float
    hidden: float


@dataclass(frozen=True)
class Assignment:
    """One assignment.

    Attributes
    ----------
    name : str
        As in "a1".
    files : tuple of str
        What is handed in; the first is the file of functions.
    given : tuple of str
        Further files that students get.
    by_hand : float
        Points that a person gives, by the rubric on the page.
    """

    name: str
    files: tuple[str, ...]
    given: tuple[str, ...] = ()
    by_hand: float = 0

    @property
    def points(self) -> float:
        """What can be earned: by visible tests, by hidden ones and by hand."""
        return sum(task.points + task.hidden for task in self.tasks) + self.by_hand

    @property
    def file(self) -> str:
        """The file of functions, as in "gate.py"."""
        return self.files[0]

    @property
    def folder(self) -> Path:
        """Where its sources stand."""
        return SOURCES / self.name

    @cached_property
    def page(self) -> str:
        """The student's page, in Markdown."""
        return self.read("page.md")

    @property
    def title(self) -> str:
        """The heading of its page."""
        return self.page.splitlines()[0].removeprefix("# ")

    @property
    def source(self) -> str:
        """The file of functions, solutions included."""
        return self.read(self.file)

    @property
    def checks(self) -> str:
        """The tests."""
        return self.read("checks.py")

    @property
    def tests_name(self) -> str:
        """What the tests are called in a student's folder, as in "test_gate.py"."""
        return "test_hunt.py" if self.file.startswith("test_") else f"test_{self.file}"

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """Its tasks in order: subjects from the page's table, points from the marks of the tests."""
        marks = marks_in(self.checks)
        return tuple(_task(number, subject, marks) for number, subject in self._rows())

    def read(self, name: str) -> str:
        """The text of one of its files."""
        return (self.folder / name).read_text(encoding="utf-8")

    def task_of(self, function: str) -> Task | None:
        """The task that asks for a function, if one does.

        Examples
        --------
        >>> assignment("a1").task_of("prob_open").number
        '1.2'
        """
        return next((task for task in self.tasks if task.subject == function), None)

    def functions(self) -> tuple[str, ...]:
        """The functions that tasks ask for, in the order of the source.

        Examples
        --------
        >>> assignment("a1").functions()
        ('sample', 'prob_open', 'test_value', 'cdf')
        """
        asked = {task.subject for task in self.tasks}
        defined = (node for node in ast.parse(self.source).body if isinstance(node, ast.FunctionDef))
        return tuple(node.name for node in defined if node.name in asked)

    def _rows(self) -> Iterator[tuple[str, str]]:
        """Number and subject of each line of the page's table of tasks."""
        for line in self.page.splitlines():
            if match := ROW.match(line):
                yield match[1], match[2].strip("`")


def _task(number: str, subject: str, marks: list[Mark]) -> Task:
    own = [mark for mark in marks if mark.task == number]
    return Task(number, subject, sum(mark.points for mark in own), sum(mark.hidden for mark in own))


ASSIGNMENTS = {
    one.name: one
    for one in (
        Assignment("a1", ("gate.py",)),
        Assignment("a2", ("gradients.py",)),
        Assignment("a3", ("penalties.py",)),
        Assignment("a4", ("layers.py",)),
        Assignment("a5", ("flops.py",)),
        Assignment(
            "a6",
            ("compaction.py", "results.json", "answers.json", "plot.png", "report.md"),
            ("experiment.py",),
            by_hand=6,
        ),
        Assignment("a7", ("test_gates.py",)),
    )
}


def assignment(name: str) -> Assignment:
    """One assignment by its name.

    Parameters
    ----------
    name : str
        As in "a1".

    Raises
    ------
    InputError
        When there is none.

    Examples
    --------
    >>> assignment("a1").file
    'gate.py'
    >>> assignment("a9")
    Traceback (most recent call last):
    l0edu.errors.InputError: there is no assignment 'a9': write one of a1, a2, a3, a4, a5, a6, a7
    """
    if name not in ASSIGNMENTS:
        raise InputError(f"there is no assignment {name!r}: write one of {', '.join(ASSIGNMENTS)}")
    return ASSIGNMENTS[name]


def assignment_in(folder: Path) -> Assignment:
    """The assignment that a student's folder holds, told by its file of functions.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    Assignment

    Raises
    ------
    InputError
        When there is no such folder, or no file of an assignment in it, or files of two.
    """
    if folder.is_file():
        raise InputError(f"{folder} is a file: name the folder that it is in")
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder: `l0edu assign start a1 {folder}` makes one")
    found = [one for one in ASSIGNMENTS.values() if (folder / one.file).is_file()]
    if len(found) == 1:
        return found[0]
    files = ", ".join(one.file for one in found or ASSIGNMENTS.values())
    if not found:
        raise InputError(f"{folder} holds no assignment: it should hold one of {files}")
    raise InputError(f"{folder} holds {files}, of more than one assignment: give each a folder of its own")
