"""How are curves over training drawn with their bands? What Figures 3 and 4 share: looks, lines, words."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from l0edu.errors import InputError
from l0edu.figures.canvas import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, label_ends, tidy
from l0edu.figures.training_costs import Costs, Curve, last_iteration

__all__ = [
    "Look",
    "Looks",
    "columns_of",
    "draw_curves",
    "draw_flops",
    "handles",
    "has_band",
    "in_order",
    "in_words",
    "looks_of",
    "seeds",
]

GAP = 0.12  # between numbers at the right edge
LETTER, LINE_AND_GAP = 6.0, 50.0  # of an entry of a legend, in points
POINTS = 72  # to an inch


class Look(NamedTuple):
    """What a curve is known by, in every panel and without its colour."""

    colour: str
    dashes: Any
    marker: str


Looks = Mapping[str, Look]

FLAT = {"dense": Look(GREY, "-", "v"), "dropout": Look(PURPLE, ":", "^")}
OTHERS = (
    Look(BLUE, "--", "o"),
    Look(ORANGE, "-.", "s"),
    Look(GREEN, (0, (6, 1, 1, 1, 1, 1)), "D"),
    Look(BLACK, (0, (1, 1)), "X"),
)
UNITS = {1e9: "GFLOPs", 1e6: "MFLOPs", 1e3: "kFLOPs"}


def looks_of(networks: Sequence[Costs]) -> dict[str, Look]:
    """Each curve's look: "dense" and "dropout" first, then in the order in which they come.

    Raises
    ------
    InputError
        When there is no curve, or more than four beside those named "dense" and "dropout".
    """
    names = [name for costs in networks for name in (*costs.flat, *costs.runs, *costs.times)]
    others = [name for name in dict.fromkeys(names) if name not in FLAT]
    if not names or len(others) > len(OTHERS):
        raise InputError(
            f"{len(others)} curves beside dense and dropout: give one to {len(OTHERS)}, as by naming the "
            "folders of single runs"
        )
    flat = {name: look for name, look in FLAT.items() if name in names}
    return {**flat, **dict(zip(others, OTHERS, strict=False))}


def in_order(curves: Sequence[Curve]) -> list[Curve]:
    """First "dense", so that a dotted "dropout" that costs the same can be seen on it; then the others."""
    order = {name: place for place, name in enumerate(FLAT)}
    return sorted(curves, key=lambda curve: order.get(curve.name, len(order)))


def draw_flops(ax: Axes, curves: Sequence[Curve], costs: Costs, looks: Looks) -> None:
    """Curves from 0, in units that keep the numbers short, over the iterations of training."""
    top = max((float(curve.band.max()) for curve in curves), default=0.0) or 1.0
    size, unit = next(((size, unit) for size, unit in UNITS.items() if top >= size), (1e3, "kFLOPs"))
    tidy(ax, "", f"{unit} an example")
    ax.set(xlim=(0, last_iteration(costs)), ylim=(0, 1.08 * top / size))
    draw_curves(ax, [curve._replace(band=curve.band / size) for curve in in_order(curves)], looks)


def draw_curves(ax: Axes, curves: Sequence[Curve], looks: Looks) -> None:
    """Medians as lines with their last value at the right edge, and bands where there is more than one."""
    ends: dict[str, tuple[float, str]] = {}
    for curve in curves:
        name, iterations, (low, median, high) = curve
        colour, dashes, _ = looks[name]
        ax.plot(iterations, median, color=colour, linestyle=dashes, linewidth=1.8, label=name)
        if has_band(curve):
            ax.fill_between(iterations, low, high, color=colour, alpha=0.2, linewidth=0, label=f"_{name}")
        ends.setdefault(f"{median[-1]:#.3g}".rstrip("."), (median[-1], colour))
    label_ends(ax, [(value, text, colour) for text, (value, colour) in ends.items()], GAP)


def has_band(curve: Curve) -> bool:
    """Whether its runs differ."""
    return bool((curve.band[0] < curve.band[2]).any())


def handles(looks: Looks, curves: Sequence[Curve], markers: bool = False) -> list[Any]:
    """For a legend: each curve's look, and what the bands are if one of `curves` has any."""
    lines = [
        Line2D([], [], color=colour, linestyle=dashes, marker=marker if markers else "", label=name)
        for name, (colour, dashes, marker) in looks.items()
    ]
    band = Patch(color=GREY, alpha=0.3, linewidth=0, label="lowest to highest")
    return [*lines, band] if any(map(has_band, curves)) else lines


def columns_of(found: Sequence[Any], inches: float, most: int) -> int:
    """In how many columns the entries of a legend fit across a figure; they fill one after the other.

    Examples
    --------
    >>> short, long = (Line2D([], [], label=letters * "n") for letters in (10, 60))
    >>> columns_of([short, short, short], 10.4, 3), columns_of([long, long, long], 10.4, 3)
    (3, 1)
    """
    widths = [LETTER * len(handle.get_label()) + LINE_AND_GAP for handle in found]
    for columns in range(min(most, len(found)), 1, -1):
        if sum(part.max() for part in np.array_split(widths, columns)) <= inches * POINTS:
            return columns
    return 1


def seeds(networks: Sequence[Costs]) -> str:
    """How many runs the medians are of, in words; empty if each curve is one run."""
    counts = {len(runs) for costs in networks for runs in costs.runs.values()}
    if counts <= {1}:
        return ""
    several = f"{min(counts)}" if len(counts) == 1 else f"{min(counts)} to {max(counts)}"
    return f", medians of {several} seeds"


def in_words(curve: Curve) -> str:
    """Where a curve begins and ends, or that it is flat.

    Examples
    --------
    >>> in_words(Curve("dense", np.array([0.0, 6.0]), np.full((3, 2), 532_400.0)))
    'dense 532,400 throughout'
    """
    first, last = (f"{value:,.0f}" if value >= 1000 else f"{value:.3g}" for value in curve.band[1, [0, -1]])
    return f"{curve.name} {last} throughout" if first == last else f"{curve.name} from {first} to {last}"
