"""What does a wide ResNet cost while it is trained, and how does it err? Figure 4 of the paper, and more.

    (a)  expected FLOPs in the paper's convention, each layer by its own gates: Figure 4a, on CIFAR-100 4b
    (b)  expected FLOPs of what has to be computed, live units only
    (c)  exact FLOPs of the network that is left at that moment, live units only
    (d)  error on test images (solid) and on training images (dashed) against the epoch: Figure 4c

The paper shows (a) and (d). With several networks or data sets each has a column. Lines are medians over
seeds, bands reach from the lowest to the highest of them.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from math import ceil
from textwrap import fill
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from l0edu.figures.canvas import tidy
from l0edu.figures.curve_panels import (
    Looks,
    columns_of,
    draw_curves,
    draw_flops,
    handles,
    in_order,
    in_words,
    looks_of,
    seeds,
)
from l0edu.figures.training_costs import (
    THOUSAND,
    Costs,
    Curve,
    error_curves,
    exact_curves,
    expected_curves,
    last_iteration,
    live_curves,
)

__all__ = ["figure4", "figure4_alt"]

COSTS: Mapping[str, Callable[[Costs], list[Curve]]] = {
    "expected FLOPs, each layer by its own gates": expected_curves,
    "expected FLOPs, live units only": live_curves,
    "exact FLOPs of what is left, live units only": exact_curves,
}
ERRORS = {"test_error": "test", "train_error": "training"}
MARKERS = 5  # on a curve
LINE, USUAL_ROWS = 0.22, 2  # inches of a line of the legend, for which panels make no place beyond so many
WIDEST = 58  # letters that fit over a column
BEGINNING = 0.1  # the axis of errors need not hold those of this share of the epochs


def figure4(networks: Sequence[Costs]) -> Figure:
    """Four panels: two by two for one network on one data set, else a column for each  (Figure 4).

    Parameters
    ----------
    networks : sequence of Costs
        Titles say on which data. A curve has the same look in all of them.

    Returns
    -------
    Figure
        A number at the right edge says where a curve ends; of errors, those on test images.

    Raises
    ------
    InputError
        When there is no curve, or more than four beside those named "dense" and "dropout".
    """
    looks = looks_of(networks)
    alone = len(networks) == 1
    figure = Figure(figsize=(10.4, 7.4) if alone else (5.2 * len(networks), 11.6), layout="constrained")
    panels = figure.subplots(*((2, 2) if alone else (4, len(networks))), squeeze=False)
    for four, costs in zip([panels.ravel()] if alone else panels.T, networks, strict=True):
        _draw_column(four, costs, looks)
        if not alone:
            four[0].set_title(f"{fill(costs.title, WIDEST)}\n", loc="center", fontsize=11)
    if alone:
        figure.suptitle(networks[0].title, fontsize=12)
    found = handles(looks, _all_curves(networks), markers=True)
    columns = columns_of(found, figure.get_figwidth(), most=3)
    figure.legend(handles=found, loc="outside lower center", ncols=columns, frameon=False, fontsize=10)
    rows = ceil(len(found) / columns)
    figure.set_figheight(figure.get_figheight() + LINE * max(0, rows - USUAL_ROWS))
    return figure


def figure4_alt(networks: Sequence[Costs]) -> str:
    """The alt-text of `figure4`: where each curve begins and ends, and in which convention it counts."""
    parts = []
    for costs in networks:
        parts.append(f"{costs.title}: costs and errors over training{seeds(networks)}.")
        found = {f"{what}, for one example": curves(costs) for what, curves in COSTS.items()}
        found |= {f"error on {name} images, %": error_curves(costs, key) for key, name in ERRORS.items()}
        for what, curves in found.items():
            parts.append(f"{what[0].upper()}{what[1:]}: {'; '.join(map(in_words, in_order(curves)))}.")
    return " ".join(parts)


def _draw_column(panels: Sequence[Axes], costs: Costs, looks: Looks) -> None:
    """The three costs, then the errors."""
    for ax, letter, (what, curves) in zip(panels, "abc", COSTS.items(), strict=False):
        draw_flops(ax, curves(costs), costs, looks)
        ax.set_xlabel("iteration (thousands)")
        ax.set_title(f"({letter}) {what}", loc="left", fontsize=9.5)
    _draw_errors(panels[-1], costs, looks)
    panels[-1].set_title("(d) error on test (solid) and training images (dashed)", loc="left", fontsize=9.5)


def _draw_errors(ax: Axes, costs: Costs, looks: Looks) -> None:
    """Errors from 0; colours and markers are the curves', dashes say on which images."""
    test, train = (in_order(error_curves(costs, key)) for key in ERRORS)
    tidy(ax, "epoch", "error (%)").xaxis.set_major_locator(MaxNLocator(6, integer=True))
    ax.set(xlim=(0, last_iteration(costs) * THOUSAND / costs.steps), ylim=(0, 1.08 * _highest(test + train)))
    for place, curve in enumerate(train):
        _draw_marked(ax, curve, looks, _markers(curve, place, len(train)), "--", markerfacecolor="white")
    draw_curves(ax, test, {name: look._replace(dashes="-") for name, look in looks.items()})
    for place, curve in enumerate(test):
        _draw_marked(ax, curve, looks, _markers(curve, place, len(test)), "none")


def _draw_marked(
    ax: Axes, curve: Curve, looks: Looks, where: tuple[int, int], dashes: str, **more: Any
) -> None:
    colour, _, marker = looks[curve.name]
    look: dict[str, Any] = {
        "color": colour,
        "linestyle": dashes,
        "linewidth": 1.1,
        "marker": marker,
        "markersize": 5,
    }
    label = f"_{curve.name}, {'markers' if dashes == 'none' else 'training'}"
    ax.plot(curve.iterations, curve.band[1], markevery=where, label=label, **look, **more)


def _markers(curve: Curve, place: int, curves: int) -> tuple[int, int]:
    """The first point with a marker, and every how many there is one: in other places on each curve."""
    every = max(1, len(curve.iterations) // MARKERS)
    return place * every // curves, every


def _highest(curves: Sequence[Curve]) -> float:
    """Of the medians behind the beginning, where all errors are high."""
    late = [curve.band[1, int(BEGINNING * curve.band.shape[1]) :] for curve in curves]
    return max((float(errors.max()) for errors in late), default=0.0) or 1.0


def _all_curves(networks: Sequence[Costs]) -> list[Curve]:
    errors = (error_curves(costs, key) for costs in networks for key in ERRORS)
    return [*chain(*errors), *chain(*(curves(costs) for costs in networks for curves in COSTS.values()))]
