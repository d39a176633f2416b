"""How does an assignment become otter's test files? One for each task, with visible and hidden cases.

The students' folder holds the visible cases, the grader's all of them. `otter check gate.py --tests-path
tests` runs them. otter prints the line of a test that fails, so the seed stands in another line.
"""

from l0edu.course.assignments import Assignment, Task
from l0edu.course.marks import Mark, marks_in
from l0edu.course.student_tree import student_files

__all__ = ["otter_files"]

HEAD = """\
from otter.test_files import test_case

from l0edu.course.notebook import check

OK_FORMAT = False

name = "{name} task {task}"
points = {points:g}
"""
SECRET = """
SEED = "{seed}"
"""
VISIBLE = """

@test_case(points={points:g}, failure_message={hint!r})
def test_visible(env):
    check("{name}", "{task}", env)
"""
HIDDEN = """

@test_case(points={points:g}, hidden=True, failure_message={hint!r})
def test_hidden(env):
    check("{name}", "{task}", env, seed=SEED)
"""


def otter_files(assignment: Assignment, seed: str) -> dict[str, str]:
    """A folder for students, and one for the grader.

    Parameters
    ----------
    assignment : Assignment
    seed : str
        It stands in the grader's files.

    Returns
    -------
    dict
        From a path, as in "grader/tests/task_1_1.py", to its text.

    Examples
    --------
    >>> from l0edu.course.assignments import assignment
    >>> sorted(otter_files(assignment("a1"), "secret"))[-2:]
    ['student/tests/task_1_3.py', 'student/tests/task_1_4.py']
    """
    files = student_files(assignment)
    given = {"student/README.md": files["README.md"], f"student/{assignment.file}": files[assignment.file]}
    marks = marks_in(assignment.checks)
    for task in assignment.tasks:
        file = f"tests/task_{task.number.replace('.', '_')}.py"
        own = [mark for mark in marks if mark.task == task.number]
        given[f"student/{file}"] = _test_file(assignment, task, own, None)
        given[f"grader/{file}"] = _test_file(assignment, task, own, seed)
    return given


def _test_file(assignment: Assignment, task: Task, marks: list[Mark], seed: str | None) -> str:
    """The cases of one task: with a seed the hidden one too."""
    hint = " ".join(dict.fromkeys(mark.hint for mark in marks if mark.hint))
    names = {"name": assignment.name, "task": task.number, "hint": hint, "seed": seed}
    visible = VISIBLE.format(**names, points=task.points)
    if not seed or not task.hidden:
        return HEAD.format(**names, points=task.points) + visible
    head = HEAD.format(**names, points=task.points + task.hidden) + SECRET.format(seed=seed)
    return head + visible + HIDDEN.format(**names, points=task.hidden)
