"""`l0edu tutorials`: list the tutorials, or write one out as a script, a notebook or a page."""

import argparse
import textwrap
from pathlib import Path
from typing import Any

from l0edu.lessons import FORMATS, Lesson, find, lessons, write

__all__ = ["add", "run"]


def add(commands: Any) -> None:
    """Add the command `tutorials` to what `ArgumentParser.add_subparsers` returned.

    Examples
    --------
    >>> parser = argparse.ArgumentParser()
    >>> add(parser.add_subparsers())
    >>> args = parser.parse_args(["tutorials", "open", "4", "--format", "ipynb"])
    >>> args.number, args.format, args.out
    ('4', 'ipynb', None)
    """
    parser = commands.add_parser(
        "tutorials",
        help="list the tutorials, write one out",
        description="List the tutorials; `l0edu tutorials open 04` writes one into the current folder.",
    )
    parser.set_defaults(run=run)
    actions = parser.add_subparsers(metavar="open", required=False)
    what = "write one tutorial out, as in `l0edu tutorials open 04`"
    opening = actions.add_parser("open", help=what, description=what)
    opening.add_argument("number", help="as the list has it: 04, or 4")
    opening.add_argument(
        "--format",
        choices=FORMATS,
        help="a script (default; or what FILE ends in), a notebook, or a page, for which it is run",
    )
    opening.add_argument("--out", type=Path, metavar="FILE", help="or a folder; default: its own name, here")
    opening.set_defaults(run=open_one)


def run(_: argparse.Namespace) -> int:
    """Print what there is."""
    print("\n\n".join(entry(lesson) for lesson in lessons()))
    print("\nl0edu tutorials open NUMBER writes one into this folder: --format py, ipynb or html")
    return 0


def entry(lesson: Lesson) -> str:
    """A tutorial in the list: number and title, goal, time."""
    goal = textwrap.fill(lesson.header["Goal"], 96, initial_indent="    ", subsequent_indent="    ")
    return f"{lesson.number}  {lesson.title}\n{goal}\n    Time: {lesson.header['Time']}"


def open_one(options: argparse.Namespace) -> int:
    """Write one tutorial, print where it is."""
    lesson = find(options.number)
    ending = options.out.suffix[1:] if options.out else ""
    kind = options.format or (ending if ending in FORMATS else "py")
    name = f"{lesson.path.stem}.{kind}"
    path = options.out or Path(name)
    if path.is_dir():
        path /= name
    if kind == "html":
        print(f"tutorial {lesson.number} is run for its results: {lesson.header['Time']}", flush=True)
    print(write(lesson, kind, path))
    return 0
