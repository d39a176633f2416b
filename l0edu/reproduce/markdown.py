"""How is a table written so that it reads well in a terminal and on a page? Markdown with aligned columns."""

from collections.abc import Sequence
from statistics import mean

__all__ = ["markdown_table", "mean_and_range"]


def markdown_table(heads: Sequence[str], rows: Sequence[Sequence[str]], texts: Sequence[int] = (0,)) -> str:
    """A table in Markdown, its columns of numbers aligned to the right.

    Parameters
    ----------
    heads : sequence of str
    rows : sequence of sequence of str
    texts : sequence of int
        Numbers of the columns that are aligned to the left.

    Examples
    --------
    >>> print(markdown_table(["run", "error"], [["mlp", "1.42"]]))
    | run | error |
    |:----|------:|
    | mlp |  1.42 |
    """
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    sides = ["<" if number in texts else ">" for number in range(len(heads))]
    dashes = ["-" * (width + 1) for width in widths]
    rule = [f":{dash}" if side == "<" else f"{dash}:" for dash, side in zip(dashes, sides, strict=True)]
    lines = [_line(cells, widths, sides) for cells in (heads, *rows)]
    return "\n".join([lines[0], f"|{'|'.join(rule)}|", *lines[1:]])


def mean_and_range(values: Sequence[float], form: str) -> str:
    """The mean, and of several values the smallest and the largest.

    Examples
    --------
    >>> mean_and_range([1.42], ".2f"), mean_and_range([1, 2, 6], ".0f")
    ('1.42', '3 (1 to 6)')
    """
    middle = format(mean(values), form)
    return middle if len(values) == 1 else f"{middle} ({min(values):{form}} to {max(values):{form}})"


def _line(cells: Sequence[str], widths: Sequence[int], sides: Sequence[str]) -> str:
    padded = (f"{cell:{side}{width}}" for cell, side, width in zip(cells, sides, widths, strict=True))
    return f"| {' | '.join(padded)} |"
