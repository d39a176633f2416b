"""What does a network cost while it is trained? Figure 3 of the paper, and two rows that it does not have.

    (a)  expected FLOPs in the paper's convention, each layer by its own gates: Figure 3
    (b)  exact FLOPs of the network that is left at that moment, live units only
    (c)  measured time of a training step

A column is a network. Lines are medians over seeds, bands reach from the lowest to the highest of them. Times
that were measured apart from training are of one seed: their bands are what `StepTimes` has as its edges.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from l0edu.errors import InputError
from l0edu.figures.canvas import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, label_ends, tidy
from l0edu.figures.epochs import column
from l0edu.figures.training_costs import (
    THOUSAND,
    Costs,
    Curve,
    exact_curves,
    expected_curves,
    last_iteration,
    time_curves,
)
from l0edu.tables import Array

__all__ = ["figure3", "figure3_alt"]

FLAT_LOOKS = {"dense": (GREY, "-"), "dropout": (PURPLE, ":")}
LOOKS = ((BLUE, "--"), (ORANGE, "-."), (GREEN, (0, (6, 1, 1, 1, 1, 1))), (BLACK, (0, (1, 1))))
EXPECTED = "expected FLOPs, each layer by its own gates"
EXACT = "exact FLOPs of what is left, live units only"
MEASURED = "measured time of a training step"
GAP = 0.12  # between numbers at the right edge
ROOM = 1.5  # the axis of times ends at so many times the largest median


def figure3(networks: Sequence[Costs]) -> Figure:
    """A column of three panels for each network, over the iterations of training  (Figure 3).

    Parameters
    ----------
    networks : sequence of Costs
        A curve has the same look in all of them.

    Returns
    -------
    Figure
        The axes go from 0; a number at the right edge says where a curve ends.

    Raises
    ------
    InputError
        When there is no curve, or more than four beside those named "dense" and "dropout".
    """
    looks = _looks(networks)
    figure = Figure(figsize=(5.2 * len(networks), 8.6), layout="constrained")
    panels = figure.subplots(3, len(networks), squeeze=False, sharex="col")
    for (top, middle, bottom), costs in zip(panels.T, networks, strict=True):
        _draw_flops(top, _in_order(expected_curves(costs)), costs, looks)
        _draw_flops(middle, _in_order(exact_curves(costs)), costs, looks)
        _draw_times(bottom, costs, looks)
        _name_panels((top, middle, bottom), costs)
    figure.align_ylabels(panels[:, 0])
    handles = _handles(networks, looks)
    figure.legend(handles=handles, loc="outside lower center", ncols=5, frameon=False, fontsize=10)
    return figure


def figure3_alt(networks: Sequence[Costs]) -> str:
    """The alt-text of `figure3`: where each curve begins and ends, and in which convention it counts."""
    parts = [f"Costs over training of {' and '.join(costs.title for costs in networks)}{_seeds(networks)}."]
    for costs in networks:
        curves = {
            f"{EXPECTED}, for one example": expected_curves(costs),
            f"{EXACT}, for one example": exact_curves(costs),
            f"{MEASURED}, in milliseconds": time_curves(costs),
        }
        for what, found in curves.items():
            parts.append(f"{costs.title}, {what}: {'; '.join(map(_in_words, _in_order(found)))}.")
    return " ".join(parts)


def _in_order(curves: Sequence[Curve]) -> list[Curve]:
    """First "dense", so that a dotted "dropout" that costs the same can be seen on it; then the others."""
    order = {name: place for place, name in enumerate(FLAT_LOOKS)}
    return sorted(curves, key=lambda curve: order.get(curve.name, len(order)))


def _looks(networks: Sequence[Costs]) -> dict[str, Any]:
    """Colour and dashes of each curve: "dense" and "dropout" first, then in the order in which they come."""
    names = [name for costs in networks for name in (*costs.flat, *costs.runs, *costs.times)]
    others = [name for name in dict.fromkeys(names) if name not in FLAT_LOOKS]
    if not names or len(others) > len(LOOKS):
        raise InputError(f"{len(others)} curves beside dense and dropout: give one to {len(LOOKS)}")
    flat = {name: look for name, look in FLAT_LOOKS.items() if name in names}
    return {**flat, **dict(zip(others, LOOKS, strict=False))}


def _draw_flops(ax: Axes, curves: Sequence[Curve], costs: Costs, looks: Mapping[str, Any]) -> None:
    """In units that keep the numbers short."""
    top = max((float(curve.band.max()) for curve in curves), default=0.0) or 1.0
    size, unit = (1e6, "MFLOPs") if top >= 1e6 else (1e3, "kFLOPs")
    tidy(ax, "", f"{unit} an example")
    ax.set(xlim=(0, last_iteration(costs)), ylim=(0, 1.08 * top / size))
    _draw_curves(ax, [curve._replace(band=curve.band / size) for curve in curves], looks)


def _draw_times(ax: Axes, costs: Costs, looks: Mapping[str, Any]) -> None:
    """Lines and their dots; dots far above every median stand at the upper edge."""
    curves = _in_order(time_curves(costs))
    tidy(ax, "", "ms a step")
    top = ROOM * max((float(curve.band[1].max()) for curve in curves), default=1.0)
    ax.set(xlim=(0, last_iteration(costs)), ylim=(0, top))
    _draw_curves(ax, curves, looks)
    look: dict[str, Any] = {"marker": "o", "linestyle": "none", "markersize": 4 if costs.times else 1.5}
    for name, iterations, ms in _dots(costs, curves):
        ax.plot(iterations, np.minimum(ms, top), color=looks[name][0], alpha=0.5, label=f"_{name}", **look)


def _dots(costs: Costs, curves: Sequence[Curve]) -> list[tuple[str, Array, Array]]:
    """Name, iterations and times of what was measured: one a measurement, or one an epoch of every run."""
    if costs.times:
        return [(curve.name, curve.iterations, curve.band[1]) for curve in curves]
    epochs = [(name, *column(run, "step_ms")) for name, runs in costs.runs.items() for run in runs]
    return [(name, epoch * costs.steps / THOUSAND, ms) for name, epoch, ms in epochs]


def _draw_curves(ax: Axes, curves: Sequence[Curve], looks: Mapping[str, Any]) -> None:
    """Medians as lines with their last value at the right edge, and bands where there is more than one."""
    ends: dict[str, tuple[float, str]] = {}
    for curve in curves:
        name, iterations, (low, median, high) = curve
        colour, dashes = looks[name]
        ax.plot(iterations, median, color=colour, linestyle=dashes, linewidth=1.8, label=name)
        if _has_band(curve):
            ax.fill_between(iterations, low, high, color=colour, alpha=0.2, linewidth=0, label=f"_{name}")
        ends.setdefault(f"{median[-1]:.3g}", (median[-1], colour))
    label_ends(ax, [(value, text, colour) for text, (value, colour) in ends.items()], GAP)


def _has_band(curve: Curve) -> bool:
    return bool((curve.band[0] < curve.band[2]).any())


def _name_panels(panels: Sequence[Axes], costs: Costs) -> None:
    """What each row shows, and in which convention, above each panel."""
    measured = f"{MEASURED} ({'band: quartiles' if costs.times else 'line: median of 5 epochs'})"
    for ax, letter, title in zip(panels, "abc", (EXPECTED, EXACT, measured), strict=True):
        ax.set_title(f"({letter}) {title}", loc="left", fontsize=9.5)
    panels[0].set_title(f"{costs.title}\n", loc="center", fontsize=12)
    panels[-1].set_xlabel("iteration (thousands)")


def _handles(networks: Sequence[Costs], looks: Mapping[str, Any]) -> list[Any]:
    """For the legend: each curve's look, and what the bands are."""
    lines = [Line2D([], [], color=look[0], linestyle=look[1], label=name) for name, look in looks.items()]
    band = Patch(color=GREY, alpha=0.3, linewidth=0, label="lowest to highest")
    recorded = [costs for costs in networks if not costs.times]  # bands of the others are in their panel
    curves = [*map(expected_curves, networks), *map(exact_curves, networks), *map(time_curves, recorded)]
    return [*lines, band] if any(_has_band(curve) for found in curves for curve in found) else lines


def _seeds(networks: Sequence[Costs]) -> str:
    """How many runs the medians are of, in words; empty if each curve is one run."""
    counts = {len(runs) for costs in networks for runs in costs.runs.values()}
    if counts <= {1}:
        return ""
    several = f"{min(counts)}" if len(counts) == 1 else f"{min(counts)} to {max(counts)}"
    return f", medians of {several} seeds"


def _in_words(curve: Curve) -> str:
    first, last = (f"{value:,.0f}" if value >= 1000 else f"{value:.3g}" for value in curve.band[1, [0, -1]])
    return f"{curve.name} {last} throughout" if first == last else f"{curve.name} from {first} to {last}"
