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
        epilog="Exit status 0: all are right; 1: one is wrong, missing or not started; 2: bad input.",
    )
    parser.add_argument("file", metavar="FILE[:FUNCTION]", help="your file: all its functions, or one")
    parser.add_argument(
        "--as", dest="stands_for", default="", metavar="NAME", help="what FUNCTION is meant to be"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="which random numbers (default: 0)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--tables", action="store_true", help="print the numbers of right functions, too")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the report; 1 when not all functions are right."""
    from l0edu.course.doctor.examination import examine_file
    from l0edu.course.doctor.report import as_json, report

    path, function = _split(options.file)
    findings = examine_file(path, function, options.stands_for, options.seed)
    if options.json:
        print(json.dumps({"file": str(path), "seed": options.seed, "functions": as_json(findings)}, indent=2))
    else:
        print(report(findings, options.tables), end="")
    return 0 if all(finding.right for finding in findings) else 1


def _split(text: str) -> tuple[Path, str]:
    """File and function; a colon that no name follows, as of a drive, belongs to the file."""
    file, colon, function = text.rpartition(":")
    if colon and function.isidentifier() and not Path(text).exists():
        return Path(file), function
    return Path(text), ""
