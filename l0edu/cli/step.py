"""`l0edu step`: one optimization step by hand, worked out, as a worksheet, as its key, or graded."""

import argparse
from pathlib import Path
from typing import Any

from l0edu import one_step

__all__ = ["add", "run"]

PAGES = {"worksheet": one_step.worksheet, "key": one_step.key, "example": one_step.worked_example}


def add(commands: Any) -> None:
    """Add the command to the parser.

    Examples
    --------
    >>> parser = argparse.ArgumentParser()
    >>> add(parser.add_subparsers())
    >>> options = parser.parse_args(["step", "--variant", "s123456", "--key"])
    >>> options.variant, options.page, options.check
    ('s123456', 'key', None)
    """
    parser = commands.add_parser(
        "step",
        help="one optimization step by hand: worked out, as a worksheet, graded",
        description="Prints every number of one optimization step of a 2-2-1 network with three gates, from "
        "the noise to the updated log_alpha. Whoever has the seed or the variant can print the key.",
        epilog="Exit status of --check: 0 when all answers are right, 1 when not, 2 for a bad file.",
    )
    _add_choice_of_numbers(parser)
    _add_what_to_do(parser)
    parser.set_defaults(run=run, page="example")


def run(options: argparse.Namespace) -> int:
    """Print a page, write an empty file of answers, or grade one; 1 when not all answers are right."""
    exercise = _exercise(options)
    if options.answers is not None:
        one_step.write_empty_answers(exercise, options.answers)
        print(f"{options.answers}: put numbers in place of null; the same command with --check grades it")
        return 0
    if options.check is not None:
        marks = one_step.grade(exercise, one_step.read_answers(options.check, exercise))
        print(one_step.report(exercise, marks), end="")
        return 0 if all(mark.verdict == "right" for mark in marks) else 1
    print(PAGES[options.page](exercise), end="")
    return 0


def _add_choice_of_numbers(parser: argparse.ArgumentParser) -> None:
    numbers = parser.add_mutually_exclusive_group()
    numbers.add_argument("--seed", type=int, default=0, metavar="N", help="which numbers (default: 0)")
    numbers.add_argument(
        "--variant", metavar="ID", help="numbers made from a text, such as a student's number"
    )


def _add_what_to_do(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group()
    pages = {"worksheet": "print it with numbered blanks", "key": "print the answers alone"}
    for page, summary in pages.items():
        what.add_argument(f"--{page}", dest="page", action="store_const", const=page, help=summary)
    what.add_argument(
        "--answers", type=Path, metavar="FILE.json", help="write a file of blanks, to be filled in"
    )
    what.add_argument(
        "--check", type=Path, metavar="FILE.json", help="grade such a file; give its --seed or --variant"
    )


def _exercise(options: argparse.Namespace) -> one_step.Exercise:
    if options.variant is not None:
        return one_step.of_variant(options.variant)
    return one_step.of_seed(options.seed)
