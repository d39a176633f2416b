"""Where does a page go that a command makes, and who opens it?"""

import webbrowser
from pathlib import Path

from l0edu.checkpoint import write_atomically
from l0edu.errors import InputError

__all__ = ["check_page_file", "open_page", "write_page"]


def check_page_file(file: Path) -> None:
    """InputError for a file that cannot become a page: another ending than .html, or no such folder.

    Examples
    --------
    >>> check_page_file(Path("gate.png"))
    Traceback (most recent call last):
    l0edu.errors.InputError: gate.png: this makes a web page; give a name that ends in .html
    """
    if file.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"{file}: this makes a web page; give a name that ends in .html")
    if not file.parent.is_dir():
        raise InputError(f"{file}: there is no folder {file.parent}: make it, or name another folder")


def write_page(file: Path, page: str) -> None:
    """Write a page whole or not at all; InputError where that cannot be."""
    try:
        write_atomically(file, page.encode("utf-8"))
    except OSError as error:
        raise InputError(f"{file}: cannot be written ({error.strerror}); name another folder") from None


def open_page(file: Path) -> None:
    """Open a page in a browser; say so where none is found."""
    if not webbrowser.open(file.resolve().as_uri()):
        print("no browser was found: open the file in one")
