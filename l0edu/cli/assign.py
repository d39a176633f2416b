"""`l0edu assign`: start, check, release, grade and rehearse the course's assignments."""

import argparse
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from l0edu.course.assignments import ASSIGNMENTS, assignment, assignment_in
from l0edu.errors import InputError

__all__ = ["add", "run"]

BUNDLE = "instructor-bundle"
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
        print(one.title.removeprefix("Assignment "))
        print(f"    {one.points:g} points, {len(one.tasks)} tasks, {one.file}")
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
    from l0edu.course.grading.imports import import_trouble
    from l0edu.course.grading.trial import run_tests
    from l0edu.course.outcomes import RIGHT, table

    one = assignment_in(options.folder)
    trouble = import_trouble(one, (options.folder / one.file).read_bytes())
    if trouble:
        raise InputError(trouble)
    outcomes = run_tests(one, options.folder)
    print(f"{one.title}\n\n{table(outcomes)}")
    hidden = sum(task.hidden for task in one.tasks)
    print(f"\n{hidden:g} more points come from hidden tests, which your instructor runs.")
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
    """Grade a folder of submissions; status 1 when somebody has no score, or files were damaged."""
    from l0edu.course.grading.grade import grade
    from l0edu.course.grading.guess import assignment_handed_in
    from l0edu.course.grading.trial import TimeLimits

    named = options.assignment
    one = assignment(named) if named else assignment_handed_in(options.submissions)
    limits = TimeLimits(options.call_s, options.total_s)
    how = {"jobs": options.jobs, "again": options.again, "limits": limits, "rerun": options.rerun}
    graded = grade(options.submissions, options.out, one, options.bundle, **how)
    print(graded.table())
    if options.bundle is None:
        print("\nThe hidden tests were not run: name your bundle, as in --bundle instructor-bundle")
    print(f"\n{options.out / 'scores.csv'}; a page for each student in {options.out / 'feedback'}")
    return 0 if graded.is_sound else 1


def simulate(options: argparse.Namespace) -> int:
    """Rehearse: grade a class that was made up; status 1 when somebody did not get what was deserved."""
    from l0edu.course.simulation.simulate import simulate

    how = {"seed": options.seed, "jobs": options.jobs, "all_mutants": options.all_mutants, "out": options.out}
    run = simulate(assignment(options.assignment), options.students, **how)
    print(f"{run.table()}\n\n{run.last_lines()}")
    return 0 if run.is_as_expected else 1


def init(options: argparse.Namespace) -> int:
    """Make the instructor's bundle."""
    from l0edu.course.bundle import init

    for path in init(options.folder, options.visibility):
        print(path)
    print(f"\nKeep {options.folder} to yourself: it holds the seed of the hidden tests, and the solutions.")
    return 0


def questions(options: argparse.Namespace) -> int:
    """Write the question bank."""
    from l0edu.course.question_bank import question_bank, read_students

    students = read_students(options.students)
    if options.out.exists() and options.out.samefile(options.students):
        raise InputError(f"--out {options.out} is the list of students: name another file")
    text = question_bank(students)
    options.out.write_text(text, encoding="utf-8", newline="\n")
    print(f"{options.out}: it holds the answers, so keep it to yourself")
    return 0


def _add_for_students(actions: Any) -> None:
    starting = _action(actions, "start", start, "write an assignment into a folder")
    _add_assignment(starting)
    starting.add_argument("folder", type=Path, metavar="FOLDER", help="a new folder")
    checking = _action(
        actions, "check", check, "run the visible tests: not started, wrong or right, and a hint"
    )
    checking.add_argument(
        "folder", type=Path, nargs="?", default=Path(), metavar="FOLDER", help="default: this one"
    )


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
    what = "grade a folder of submissions: one folder, zip or file for each student"
    grading = _action(actions, "grade", grade, what)
    grading.add_argument("submissions", type=Path, metavar="SUBMISSIONS")
    grading.add_argument("--assignment", metavar="NAME", help="a1 to a7 (default: what most of them hold)")
    _add_bundle(grading, required=False)
    grading.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="for scores and feedback")
    grading.add_argument("--again", action="store_true", help="grade everybody again")
    what = "a6: train one lambda of each again, and say where the numbers differ"
    grading.add_argument("--rerun", action="store_true", help=what)
    _add_jobs(grading)
    grading.add_argument(
        "--call-s", type=_seconds, default=10, metavar="S", help="time limit of a call (default: 10 s)"
    )
    grading.add_argument(
        "--total-s", type=_seconds, default=300, metavar="S", help="of a student (default: 300 s)"
    )


def _add_simulate(actions: Any) -> None:
    what = "rehearse: grade a made-up class of right, wrong and hostile submissions"
    parser = _action(actions, "simulate", simulate, what)
    _add_assignment(parser)
    parser.add_argument("--students", type=int, default=30, metavar="N", help="how many (default: 30)")
    parser.add_argument(
        "--all-mutants", action="store_true", help="every known mistake, however many there are"
    )
    parser.add_argument(
        "--seed", type=_seed, default=0, metavar="N", help="which mistakes are tried (default: 0)"
    )
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="keep scores and feedback there")
    _add_jobs(parser)


def _add_instructor(actions: Any) -> None:
    parser = actions.add_parser("instructor", help="what only instructors need: bundle, question bank")
    things = parser.add_subparsers(metavar="ACTION", required=True)
    making = _action(
        things, "init", init, "make the bundle: secret seed, hidden tests, solutions, walk-throughs"
    )
    what = f"a new folder (default: {BUNDLE})"
    making.add_argument("folder", type=Path, nargs="?", default=Path(BUNDLE), metavar="FOLDER", help=what)
    making.add_argument(
        "--visibility",
        choices=("hidden", "after_due_date", "after_published"),
        default="hidden",
        help="when Gradescope shows hidden tests to students (default: hidden)",
    )
    asking = _action(
        things, "questions", questions, "write a question bank for Moodle, with numbers for each student"
    )
    asking.add_argument("students", type=Path, metavar="STUDENTS.txt", help="their numbers, one a line")
    asking.add_argument("--out", type=Path, required=True, metavar="FILE.gift")


def _action(actions: Any, name: str, action: Action, what: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(
        name, help=what, description=f"{what[0].upper()}{what[1:]}."
    )
    parser.set_defaults(run=action)
    return parser


def _add_assignment(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("assignment", metavar="ASSIGNMENT", help="a1 to a7")


def _add_jobs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="students at a time (default: 2)")


def _add_bundle(parser: argparse.ArgumentParser, required: bool = True) -> None:
    what = "from `l0edu assign instructor init`: it decides the hidden tests"
    parser.add_argument("--bundle", type=Path, required=required, metavar="FOLDER", help=what)


def _seconds(text: str) -> float:
    """A time limit; nan is none."""
    with suppress(ValueError):
        if (seconds := float(text)) > 0:
            return seconds
    raise argparse.ArgumentTypeError(f"{text!r} is no time: write a positive number of seconds")


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no seed: write a whole number, 0 or more")
    return int(text)


def _quoted(path: Path) -> str:
    """A path as it can be typed."""
    return f'"{path}"' if " " in str(path) else str(path)
