"""`l0edu gradcheck`: is a student's function right, and which known mistake is it if not?"""

import argparse
import json
from pathlib import Path
from typing import Any

__all__ = ["add", "run"]


def add(commands: Any) -> None:
    """Add the command to the parser.

    Examples
    --------
    >>> parser = argparse.ArgumentParser()
    >>> add(parser.add_subparsers())
    >>> options = parser.parse_args(["gradcheck", "gate.py:draw", "--as", "sample"])
    >>> options.file, options.stands_for, options.seed, options.json
    ('gate.py:draw', 'sample', 0, False)
    """
    parser = commands.add_parser(
        "gradcheck",
        help="compare your functions with the right ones, and name the mistake",
        description="Tries functions of assignments a1 to a6 on random numbers, beside the right ones and "
        "other routes to the same numbers (autograd, differences, counting, torch if it is there). A wrong "
        "one is compared with known mistakes. Your file runs in a process of its own.",
        epilog="Exit status 0: all are right; 1: one is wrong, missing or not started, or the file imports "
        "what it may not; 2: bad input.",
    )
    where = "your file, or its folder (default: this one): all its functions, or one"
    parser.add_argument("file", metavar="FILE[:FUNCTION]", nargs="?", default=".", help=where)
    parser.add_argument(
        "--as", dest="stands_for", default="", metavar="NAME", help="what FUNCTION is meant to be"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="which random numbers (default: 0)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--tables", action="store_true", help="print the numbers of right functions, too")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the report; 1 when not all functions are right, or the file imports what it may not."""
    from l0edu.course.doctor.examination import examine_file
    from l0edu.course.doctor.report import as_json, report

    path, function = _split(options.file)
    findings = examine_file(path, function, options.stands_for, options.seed)
    trouble = _import_trouble(path)
    if options.json:
        found = {"file": str(path), "seed": options.seed, "imports": trouble, "functions": as_json(findings)}
        print(json.dumps(found, indent=2))
    else:
        print(report(findings, options.tables) + f"{trouble}\n" * bool(trouble), end="")
    return 0 if all(finding.right for finding in findings) and not trouble else 1


def _split(text: str) -> tuple[Path, str]:
    """File and function; a colon that no name follows, as of a drive, belongs to the file."""
    file, colon, function = text.rpartition(":")
    if colon and function.isidentifier() and not Path(text).exists():
        return _file_in(Path(file)), function
    return _file_in(Path(text)), ""


def _file_in(path: Path) -> Path:
    """The file of functions of a student's folder; a file itself."""
    from l0edu.course.assignments import assignment_in

    return path / assignment_in(path).file if path.is_dir() else path


def _import_trouble(path: Path) -> str:
    """What an assignment's file imports and may not; empty when it is nothing, or of another name."""
    from l0edu.course.assignments import ASSIGNMENTS
    from l0edu.course.grading.imports import import_trouble

    source = path.read_bytes()
    troubles = [import_trouble(one, source) for one in ASSIGNMENTS.values() if one.file == path.name]
    return "".join(f"{trouble}, so it gets no points" for trouble in troubles if trouble)
