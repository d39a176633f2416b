"""What table leads from each item of the paper to the code, the test, the slide and the erratum?"""

import re
from collections.abc import Iterable, Iterator

from l0edu.paper.errata import ERRATA
from l0edu.paper.finding import ITEMS
from l0edu.paper.item import Item
from l0edu.paper.places import place

__all__ = ["crosswalk"]

HEAD = """\
---
html_theme.sidebar_secondary.remove: true
---

# From the paper to the code

Every equation, figure, table and appendix of the paper, and where it is in the library. `l0edu paper eq11`
prints a row in a terminal, with a number that the library computes. Tests are named as sentences: below, the
underscores of their names are spaces. Slides are those of the talk by Flam-Shepherd, Farhadi and Guo (March
2018). In italics stands how far to trust the row about the paper's own text, in the words of the
[errata](../errata.md): read (in public material about the paper), computed, or recalled.

"""
COLUMNS = ("item", "formula", "function and test", "slide, tutorial, errata")


def crosswalk() -> str:
    """The cross-walk of the documentation, a page in MyST Markdown for docs/generated/.

    Returns
    -------
    str
        With links relative to docs/generated/.

    Raises
    ------
    InputError
        When a row names a function that is not there.

    Notes
    -----
    A row for each of `ITEMS`: Eqs. 1 to 17, then figures, tables and appendices. Lines of functions are
    looked up now, by `place`.

    Examples
    --------
    >>> print(next(line for line in crosswalk().splitlines() if line.startswith("| item")))
    | item | formula | function and test | slide, tutorial, errata |
    """
    rows = [COLUMNS, ("---",) * len(COLUMNS), *map(_cells, ITEMS.values())]
    return HEAD + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _cells(item: Item) -> tuple[str, ...]:
    name = f"[{item.name}](../derivations/{item.derivation})" if item.derivation else item.name
    places = [place(reference) for reference in item.code]
    code = [f"`{where.name}`<br>`{where.path}:{where.line}`" for where in places]
    tests = ["*held by*", *map(_sentence, item.tests)] if item.tests else []
    return (
        f"{name}: {item.title}. *{item.known.capitalize()}.*",
        _lines(map(_code, item.formula)),
        _lines([*code, *tests]),
        _lines(_elsewhere(item)),
    )


def _elsewhere(item: Item) -> Iterator[str]:
    if item.slides:
        yield f"slide {', '.join(map(str, item.slides))}"
    if item.tutorials:
        yield f"tutorial {', '.join(map(_tutorial, item.tutorials))}"
    if item.errata:
        yield f"errata {', '.join(map(_erratum, item.errata))}"


def _lines(parts: Iterable[str]) -> str:
    return "<br>".join(parts)


def _code(formula: str) -> str:
    """As code in a cell of a table, where a bar would begin the next cell."""
    return "`" + formula.strip().replace("|", r"\|") + "`"


def _tutorial(name: str) -> str:
    """A reference to its page on the site, by its number."""
    return f"{{doc}}`{name[:2]} <../tutorials/{name.removesuffix('.py')}>`"


def _erratum(entry: str) -> str:
    """A link to the entry, by the identifier that its heading has on the site."""
    heading = f"{entry}. {ERRATA[entry]}".lower().replace(" ", "-")
    return f"[{entry}](../errata.md#{re.sub(r'[^a-z0-9_-]', '', heading)})"


def _sentence(test: str) -> str:
    """tests/test_x.py::test_it_is_so, to be read: it is so (`tests/test_x.py`)."""
    path, _, name = test.partition("::")
    return f"{name.removeprefix('test_').replace('_', ' ')} (`{path}`)"
