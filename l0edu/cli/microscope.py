"""`l0edu microscope`: open the gate microscope, a page on which one gate can be moved by hand."""

import argparse
from pathlib import Path
from typing import Any

from l0edu.cli.showing import check_page_file, open_page, write_page
from l0edu.pages.microscope_page import microscope

__all__ = ["add", "run"]


def add(commands: Any) -> None:
    """Add the command `microscope` to what `ArgumentParser.add_subparsers` returned.

    Examples
    --------
    >>> parser = argparse.ArgumentParser()
    >>> add(parser.add_subparsers())
    >>> args = parser.parse_args(["microscope", "--out", "gate.html", "--no-browser"])
    >>> str(args.out), args.no_browser
    ('gate.html', True)
    """
    parser = commands.add_parser(
        "microscope",
        help="open a page that shows one gate, with sliders",
        description="Write the gate microscope, one HTML file that needs no network, and open it.",
    )
    parser.set_defaults(run=run)
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("microscope.html"),
        metavar="FILE.html",
        help="file to write or replace (default: microscope.html)",
    )
    parser.add_argument("--no-browser", action="store_true", help="write the file, and do not open it")


def run(args: argparse.Namespace) -> int:
    """Write the page, open it, print where it is."""
    check_page_file(args.out)
    write_page(args.out, microscope())
    print(args.out)
    if not args.no_browser:
        open_page(args.out)
    return 0
