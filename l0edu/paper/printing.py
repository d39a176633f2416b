"""How is an item of the paper shown in a terminal?"""

import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

from l0edu.paper.errata import ERRATA
from l0edu.paper.item import Item
from l0edu.paper.places import Place, place

__all__ = ["describe", "listing"]

WIDTH = 110
LABEL = 12  # characters before the text of a line


def listing(items: Iterable[Item]) -> str:
    """One line for each item: what to type, and what it is.

    Parameters
    ----------
    items : iterable of Item
        As in `ITEMS.values()`.

    Returns
    -------
    str

    Examples
    --------
    >>> from l0edu.paper import find
    >>> print(listing(find("eq11, table2")))
    eq11        the hard concrete gate
    table2      errors of wide ResNets on CIFAR
    """
    return "\n".join(f"{item.key:{LABEL}}{item.title}" for item in items)


def describe(item: Item) -> str:
    """All that is known of an item, with the lines of its functions and a number computed now.

    Parameters
    ----------
    item : Item
        From `find`, or `ITEMS["eq11"]`.

    Returns
    -------
    str
        Without what the item lacks. A path begins at the current folder, where it lies under it.

    Raises
    ------
    InputError
        When the item names a function that is not there.

    Examples
    --------
    >>> from l0edu.paper import find
    >>> describe(find("eq5")[0]).splitlines()[:2]
    ['Equation 5: the hard sigmoid', '  says      z = min(1, max(0, s))']
    """
    lines = [f"{item.name}: {item.title}"]
    for label, texts in _sections(item):
        for text in texts:
            first = f"  {label:{LABEL - 2}}"
            lines.append(textwrap.fill(text, WIDTH, initial_indent=first, subsequent_indent=" " * LABEL,
                                       break_long_words=False, break_on_hyphens=False))  # fmt: skip
            label = ""
    return "\n".join(lines)


def _sections(item: Item) -> Iterator[tuple[str, Iterable[str]]]:
    """The label of each section, and its entries; empty sections are left out by the caller's loop."""
    yield "says", item.formula
    yield "means", [item.meaning]
    yield "code", [_shown(place(reference)) for reference in item.code]
    yield "tests", item.tests
    yield "gives", [item.value()] if item.value else []
    yield "differs", [f"{entry}: {ERRATA[entry]} (docs/errata.md)" for entry in item.errata]
    yield "derived", [f"docs/derivations/{item.derivation}"] if item.derivation else []
    yield "slides", [", ".join(map(str, item.slides))] if item.slides else []
    yield "tutorials", [f"tutorials/{name}" for name in item.tutorials]
    yield "try", item.commands
    yield "trust", [f"the paper's own text: {item.known} (docs/errata.md says what that means)"]


def _shown(where: Place) -> str:
    """FILE:LINE name, with the path as an editor or a terminal can open it from here."""
    here = Path.cwd()
    path = where.file.relative_to(here) if where.file.is_relative_to(here) else where.file
    return f"{path}:{where.line} {where.name}"
