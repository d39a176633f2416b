"""`l0edu film`: make a page on which the gates of a recorded run close, epoch by epoch."""

import argparse
from pathlib import Path
from typing import Any

from l0edu.cli.showing import check_page_file, open_page, write_page
from l0edu.film import load_film
from l0edu.pages.film_page import film_page
from l0edu.runs import RunFolder

__all__ = ["add", "run"]


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "film",
        help="show how the gates of a recorded run close",
        description="Writes one HTML file, which needs no network, with the gates of a run epoch by epoch, "
        "and opens it. The run was trained with --record; it may still be going on.",
    )
    parser.add_argument("folder", metavar="RUN", help="the run's folder")
    parser.add_argument("other", metavar="RUN2", nargs="?", help="a second one, to be shown beside it")
    parser.add_argument(
        "--out",
        metavar="FILE.html",
        help="the file to write or replace (RUN/film.html, RUN/film-with-RUN2.html)",
    )
    parser.add_argument("--no-browser", action="store_true", help="write the file, and do not open it")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Load, write, open."""
    folders = [options.folder, *([options.other] if options.other is not None else [])]
    file = _own_file(*folders) if options.out is None else Path(options.out)
    films = [load_film(folder) for folder in folders]
    check_page_file(file)
    write_page(file, film_page(films))
    print(f"written: {file}")
    if not options.no_browser:
        open_page(file)
    return 0


def _own_file(folder: str, other: str | None = None) -> Path:
    """Where the page goes without --out: a film of two runs does not replace that of one."""
    page = RunFolder(Path(folder)).film_page
    return page if other is None else page.with_name(f"film-with-{Path(other).resolve().name}.html")
