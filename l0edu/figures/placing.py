"""Where does a number stand beside its point, so that it covers no other number, no point and no line?"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from l0edu.figures.canvas import BLACK

__all__ = ["Bar", "name_points"]

SIZE = 8.5  # of the letters, in points
LETTER, LINE = 0.62 * SIZE, 1.25 * SIZE  # width of a letter and height of a line
POINTS = 72  # to an inch
MARKER = 4.0  # half the width of a point
STEP = 4.0  # along a line


class Bar(NamedTuple):
    """A point with a name, and the ends of the bar that it stands on."""

    x: float
    low: float
    y: float
    high: float
    name: str


class Box(NamedTuple):
    """A rectangle on the paper, in points (72 to an inch)."""

    left: float
    bottom: float
    right: float
    top: float

    def covers(self, other: "Box") -> bool:
        """Whether the two share any area."""
        apart = self.right <= other.left or other.right <= self.left
        return not (apart or self.top <= other.bottom or other.top <= self.bottom)


def name_points(ax: Axes, bars: Sequence[Bar]) -> None:
    """Write each name above its bar, below it or beside its point: at the first place that is free.

    Parameters
    ----------
    ax : Axes
        Laid out, with its limits set: names do not follow a later change.
    bars : sequence of Bar
        In the order in which they choose.
    """
    taken = [_box(*_on_paper(ax, bar.x, bar.y), MARKER, MARKER) for bar in bars] + list(_along_lines(ax))
    for bar in bars:
        inside = [box for box in _places(ax, bar) if _is_inside(ax, box)]
        free = [box for box in inside if not any(box.covers(other) for other in taken)]
        box = next(iter(free or inside or _places(ax, bar)))
        taken.append(box)
        x, y = _on_paper(ax, bar.x, bar.y)
        ax.annotate(
            bar.name,
            xy=(bar.x, bar.y),
            xytext=((box.left + box.right) / 2 - x, (box.bottom + box.top) / 2 - y),
            textcoords="offset points",
            horizontalalignment="center",
            verticalalignment="center",
            fontsize=SIZE,
            color=BLACK,
        )


def _places(ax: Axes, bar: Bar) -> Iterator[Box]:
    """Where a name may stand, the best place first."""
    x, y = _on_paper(ax, bar.x, bar.y)
    above, below = (_on_paper(ax, bar.x, end)[1] for end in (bar.high, bar.low))
    half, up = LETTER * len(bar.name) / 2, LINE / 2
    above, below = max(above, y + MARKER) + up + 1, min(below, y - MARKER) - up - 1
    beside = MARKER + half + 2
    for lines in range(3):
        for shift in (0, half - MARKER, MARKER - half):
            yield _box(x + shift, above + lines * LINE, half, up)
            yield _box(x + shift, below - lines * LINE, half, up)
        for side in (beside, -beside):
            yield _box(x + side, y + (1 + lines) * up, half, up)
            yield _box(x + side, y - (1 + lines) * up, half, up)


def _along_lines(ax: Axes) -> Iterator[Box]:
    """Small boxes along every line of the axes, a few points from each to the next."""
    for line in ax.lines:
        if line.get_linestyle() != "None":
            across, up = (np.asarray(values, float) for values in line.get_data())
            corners = [_on_paper(ax, x, y) for x, y in zip(across, up, strict=True)]
            for (x0, y0), (x1, y1) in pairwise(corners):
                for share in np.linspace(0, 1, 2 + int(np.hypot(x1 - x0, y1 - y0) / STEP)):
                    yield _box(x0 + share * (x1 - x0), y0 + share * (y1 - y0), 1, 1)


def _is_inside(ax: Axes, box: Box) -> bool:
    """Whether a name would lie within the axes, or a little beyond their right or upper edge."""
    frame, inch = ax.get_window_extent(), ax.figure.dpi / POINTS
    left, bottom, right = (edge / inch for edge in (frame.x0, frame.y0, frame.x1))
    return bool(left < box.left and bottom < box.bottom and box.right < right + 2 * LETTER)


def _box(x: float, y: float, half_width: float, half_height: float) -> Box:
    return Box(x - half_width, y - half_height, x + half_width, y + half_height)


def _on_paper(ax: Axes, x: float, y: float) -> tuple[float, float]:
    across, up = ax.transData.transform((x, y)) * POINTS / ax.figure.dpi
    return float(across), float(up)
