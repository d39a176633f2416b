"""`l0edu assign`: start, check, release, grade and rehearse the course's assignments."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from l0edu.course.assignments import ASSIGNMENTS, assignment, assignment_in

__all__ = ["add", "run"]

Action = Callable[[argparse.Namespace], int]


def add(commands: Any) -> None:
    """Add the command `assign` to what `ArgumentParser.add_subparsers` returned.

    Examples
    --------
    >>> parser = argparse.ArgumentParser()
    >>> add(parser.add_subparsers())
    >>> options = parser.parse_args(["assign", "start", "a1", "mine"])
    >>> options.assignment, str(options.folder)
    ('a1', 'mine')
    """
    parser = commands.add_parser(
        "assign",
        help="assignments: start, check, release, grade, rehearse",
        description="The course's assignments. Without a further word: list them.",
    )
    parser.set_defaults(run=run)
    actions = parser.add_subparsers(metavar="ACTION", required=False)
    _add_for_students(actions)
    _add_release_and_export(actions)
    _add_grade(actions)
    _add_simulate(actions)
    _add_instructor(actions)


def run(_: argparse.Namespace) -> int:
    """List the assignments."""
    for one in ASSIGNMENTS.values():
        points = sum(task.points + task.hidden for task in one.tasks)
        print(one.title.removeprefix("Assignment "))
        print(f"    {points:g} points, {len(one.tasks)} tasks, {one.file}")
    print("\nl0edu assign start a1 FOLDER writes one out; l0edu assign check FOLDER checks it")
    return 0


def start(options: argparse.Namespace) -> int:
    """Write a student's folder."""
    from l0edu.course.student_tree import start

    for path in start(assignment(options.assignment), options.folder):
        print(path)
    print(f"\nRead {options.folder / 'README.md'}, then: l0edu assign check {_quoted(options.folder)}")
    return 0


def check(options: argparse.Namespace) -> int:
    """Run the visible tests on a student's folder; status 0 when all are right."""
    from l0edu.course.outcomes import RIGHT, table
    from l0edu.course.pytest_run import run_tests

    one = assignment_in(options.folder)
    outcomes = run_tests(one, options.folder)
    print(f"{one.title}\n\n{table(outcomes)}")
    hidden = sum(task.hidden for task in one.tasks)
    print(f"\n{hidden:g} more points are given by your instructor, on numbers that you do not see.")
    return 0 if all(outcome.status == RIGHT for outcome in outcomes) else 1


def release(options: argparse.Namespace) -> int:
    """Write the zip that students get."""
    from l0edu.course.release import release

    print(release(assignment(options.assignment), options.out))
    return 0


def export(options: argparse.Namespace) -> int:
    """Write an assignment for nbgrader or otter."""
    from l0edu.course.exports import export

    for path in export(assignment(options.assignment), options.to, options.bundle, options.out):
        print(path)
    return 0


def grade(options: argparse.Namespace) -> int:
    """Grade a folder of submissions."""
    raise NotImplementedError


def simulate(options: argparse.Namespace) -> int:
    """Rehearse: grade a class that was made up."""
    raise NotImplementedError


def init(options: argparse.Namespace) -> int:
    """Make the instructor's bundle."""
    from l0edu.course.bundle import init

    for path in init(options.folder, options.visibility):
        print(path)
    print(f"\nKeep {options.folder} to yourself: it holds the seed of the hidden tests, and the solutions.")
    return 0


def questions(options: argparse.Namespace) -> int:
    """Write the question bank."""
    raise NotImplementedError


def _add_for_students(actions: Any) -> None:
    starting = _action(actions, "start", start, "write an assignment into a folder")
    _add_assignment(starting)
    starting.add_argument("folder", type=Path, metavar="FOLDER", help="a new folder")
    checking = _action(
        actions, "check", check, "run the visible tests: not started, wrong or right, and a hint"
    )
    checking.add_argument("folder", type=Path, metavar="FOLDER", help="where your work is")


def _add_release_and_export(actions: Any) -> None:
    releasing = _action(actions, "release", release, "write the zip that students get")
    _add_assignment(releasing)
    releasing.add_argument("--out", type=Path, required=True, metavar="ZIP", help="a zip, or a folder for it")
    exporting = _action(actions, "export", export, "write an assignment for nbgrader or otter")
    _add_assignment(exporting)
    exporting.add_argument("--to", choices=("nbgrader", "otter"), required=True, help="the grader")
    _add_bundle(exporting)
    exporting.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="a new folder")


def _add_grade(actions: Any) -> None:
    pass


def _add_simulate(actions: Any) -> None:
    pass


def _add_instructor(actions: Any) -> None:
    parser = actions.add_parser("instructor", help="what only instructors need: bundle, question bank")
    things = parser.add_subparsers(metavar="ACTION", required=True)
    making = _action(
        things, "init", init, "make the bundle: secret seed, hidden tests, solutions, walk-throughs"
    )
    making.add_argument("folder", type=Path, metavar="FOLDER", help="a new folder")
    making.add_argument(
        "--visibility",
        choices=("hidden", "after_due_date", "after_published"),
        default="hidden",
        help="when Gradescope shows hidden tests to students (default: hidden)",
    )


def _action(actions: Any, name: str, action: Action, what: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(
        name, help=what, description=f"{what[0].upper()}{what[1:]}."
    )
    parser.set_defaults(run=action)
    return parser


def _add_assignment(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("assignment", metavar="ASSIGNMENT", help="a1 to a7")


def _add_bundle(parser: argparse.ArgumentParser) -> None:
    what = "from `l0edu assign instructor init`: it decides the hidden tests"
    parser.add_argument("--bundle", type=Path, required=True, metavar="FOLDER", help=what)


def _quoted(path: Path) -> str:
    """A path as it can be typed."""
    return f'"{path}"' if " " in str(path) else str(path)
