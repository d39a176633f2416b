"""`l0edu microscope`: open the gate microscope, a page on which one gate can be moved by hand."""

import argparse
import webbrowser
from pathlib import Path
from typing import Any

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
    from l0edu.checkpoint import write_atomically
    from l0edu.errors import InputError
    from l0edu.pages.microscope_page import microscope

    path = args.out
    if path.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"{path}: the microscope is a web page; give a name that ends in .html")
    try:
        write_atomically(path, microscope().encode("utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); name another folder") from None
    print(path)
    if not args.no_browser and not webbrowser.open(path.resolve().as_uri()):
        print("no browser was found: open the file in one")
    return 0
