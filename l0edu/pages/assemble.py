"""How do a template, styles, scripts and data become one HTML file that opens anywhere, offline?

The sources stay apart, small and readable (`microscope/law.js`, ...); a reader gets a single file. Scripts
are classic ones, since browsers refuse to load modules from `file://`.
"""

import json
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from l0edu.errors import InputError

__all__ = ["assemble", "asset"]

HEAD, BODY = "<!-- styles and data -->", "<!-- scripts -->"


def asset(path: str) -> str:
    """The text of a source file of a page.

    Parameters
    ----------
    path : str
        Under `l0edu/pages/`, as in "microscope/page.html".

    Returns
    -------
    str

    Raises
    ------
    InputError
        When the package holds no such file.

    Examples
    --------
    >>> asset("microscope/page.html").splitlines()[0]
    '<!doctype html>'
    >>> asset("nothing.css")
    Traceback (most recent call last):
    l0edu.errors.InputError: l0edu/pages holds no nothing.css: install l0edu again
    """
    try:
        return (files("l0edu.pages") / path).read_text(encoding="utf-8")
    except OSError:
        raise InputError(f"l0edu/pages holds no {path}: install l0edu again") from None


def assemble(page: str, styles: Sequence[str], scripts: Sequence[str], data: dict[str, Any]) -> str:
    """One HTML document out of its parts.

    Parameters
    ----------
    page : str
        HTML with the mark `<!-- styles and data -->` in its head, `<!-- scripts -->` at the end of its body.
    styles, scripts : sequence of str
        Sources in CSS and in classic JavaScript, in the order in which they apply.
    data : dict
        What the scripts find, by name, as the global constant `DATA`; anything that JSON can hold.

    Returns
    -------
    str
        It loads nothing: styles, scripts and data stand in it.

    Raises
    ------
    InputError
        When a mark is missing, or data hold a number that is not finite.

    Examples
    --------
    >>> page = f"<head>{HEAD}</head><body>{BODY}</body>"
    >>> print(assemble(page, ["p {}"], ["run(DATA)"], {"log_alpha": 0}))
    <head><style>
    p {}
    </style>
    <script>
    const DATA = {"log_alpha": 0};
    </script></head><body><script>
    run(DATA)
    </script></body>
    """
    for mark in (HEAD, BODY):
        if page.count(mark) != 1:
            raise InputError(f"a page holds the mark {mark} once, and this one {page.count(mark)} times")
    try:
        numbers = json.dumps(data, allow_nan=False).replace("<", "\\u003c")  # so that no text ends the script
    except ValueError:
        raise InputError("data of a page must be finite: leave out what is not, or use None") from None
    above, rest = page.split(HEAD)
    between, below = rest.split(BODY)
    head = [*(_tag("style", style) for style in styles), _tag("script", f"const DATA = {numbers};")]
    body = [_tag("script", script) for script in scripts]
    return "".join([above, "\n".join(head), between, "\n".join(body), below])


def _tag(name: str, text: str) -> str:
    return f"<{name}>\n{text.strip()}\n</{name}>"
