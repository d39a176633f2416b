"""What does a network cost while it is trained? Figure 3 of the paper, and two rows that it does not have.

    (a)  expected FLOPs in the paper's convention, each layer by its own gates: Figure 3
    (b)  exact FLOPs of the network that is left at that moment, live units only
    (c)  measured time of a training step

A column is a network. Lines are medians over seeds, bands reach from the lowest to the highest of them. Times
that were measured apart from training are of one seed: their bands are what `StepTimes` has as its edges.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from l0edu.figures.canvas import tidy
from l0edu.figures.curve_panels import (
    Looks,
    draw_curves,
    draw_flops,
    handles,
    in_order,
    in_words,
    looks_of,
    seeds,
)
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

EXPECTED = "expected FLOPs, each layer by its own gates"
EXACT = "exact FLOPs of what is left, live units only"
MEASURED = "measured time of a training step"
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
    looks = looks_of(networks)
    figure = Figure(figsize=(5.2 * len(networks), 8.6), layout="constrained")
    panels = figure.subplots(3, len(networks), squeeze=False, sharex="col")
    for (top, middle, bottom), costs in zip(panels.T, networks, strict=True):
        draw_flops(top, expected_curves(costs), costs, looks)
        draw_flops(middle, exact_curves(costs), costs, looks)
        _draw_times(bottom, costs, looks)
        _name_panels((top, middle, bottom), costs)
    figure.align_ylabels(panels[:, 0])
    found = handles(looks, _curves(networks))
    figure.legend(handles=found, loc="outside lower center", ncols=5, frameon=False, fontsize=10)
    return figure


def figure3_alt(networks: Sequence[Costs]) -> str:
    """The alt-text of `figure3`: where each curve begins and ends, and in which convention it counts."""
    parts = [f"Costs over training of {' and '.join(costs.title for costs in networks)}{seeds(networks)}."]
    for costs in networks:
        curves = {
            f"{EXPECTED}, for one example": expected_curves(costs),
            f"{EXACT}, for one example": exact_curves(costs),
            f"{MEASURED}, in milliseconds": time_curves(costs),
        }
        for what, found in curves.items():
            parts.append(f"{costs.title}, {what}: {'; '.join(map(in_words, in_order(found)))}.")
    return " ".join(parts)


def _draw_times(ax: Axes, costs: Costs, looks: Looks) -> None:
    """Lines and their dots; dots far above every median stand at the upper edge."""
    curves = in_order(time_curves(costs))
    tidy(ax, "", "ms a step")
    top = ROOM * max((float(curve.band[1].max()) for curve in curves), default=1.0)
    ax.set(xlim=(0, last_iteration(costs)), ylim=(0, top))
    draw_curves(ax, curves, looks)
    look: dict[str, Any] = {"marker": "o", "linestyle": "none", "markersize": 4 if costs.times else 1.5}
    for name, iterations, ms in _dots(costs, curves):
        dots = {**look, "color": looks[name].colour, "label": f"_{name}"}
        ax.plot(iterations, np.minimum(ms, top), alpha=0.5, **dots)


def _dots(costs: Costs, curves: Sequence[Curve]) -> list[tuple[str, Array, Array]]:
    """Name, iterations and times of what was measured: one a measurement, or one an epoch of every run."""
    if costs.times:
        return [(curve.name, curve.iterations, curve.band[1]) for curve in curves]
    epochs = [(name, *column(run, "step_ms")) for name, runs in costs.runs.items() for run in runs]
    return [(name, epoch * costs.steps / THOUSAND, ms) for name, epoch, ms in epochs]


def _name_panels(panels: Sequence[Axes], costs: Costs) -> None:
    """What each row shows, and in which convention, above each panel."""
    measured = f"{MEASURED} ({'band: quartiles' if costs.times else 'line: median of 5 epochs'})"
    for ax, letter, title in zip(panels, "abc", (EXPECTED, EXACT, measured), strict=True):
        ax.set_title(f"({letter}) {title}", loc="left", fontsize=9.5)
    panels[0].set_title(f"{costs.title}\n", loc="center", fontsize=12)
    panels[-1].set_xlabel("iteration (thousands)")


def _curves(networks: Sequence[Costs]) -> list[Curve]:
    """Those whose bands reach from the lowest to the highest; bands of step times are said in their panel."""
    recorded = [costs for costs in networks if not costs.times]
    drawn = [*map(expected_curves, networks), *map(exact_curves, networks), *map(time_curves, recorded)]
    return [curve for found in drawn for curve in found]
