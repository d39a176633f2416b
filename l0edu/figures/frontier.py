"""What error does a network have when so much of it is left? Runs over lambdas and seeds, in two panels.

Each point is the median of runs that differ in their seed alone; its bars reach from the lowest to the
highest of them, in both directions. Points of one lambda for all layers are joined in its order; those of
lambdas of their own for each layer stand alone, as open markers.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from l0edu.collected import CollectedRun, Group, Kind, kinds_of_runs, price_numbers, way
from l0edu.errors import InputError
from l0edu.figures.canvas import BLACK, BLUE, GREEN, ORANGE, PURPLE, tidy
from l0edu.figures.placing import Bar, name_points
from l0edu.tables import Array

__all__ = ["draw_frontier", "frontier_alt", "frontier_figure"]

LOOKS = tuple(zip((BLUE, ORANGE, GREEN, PURPLE, BLACK), ("-", "--", "-.", ":", "-"), "osD^v", strict=True))
SIZES = {
    "weights": "gated weights left (%)",
    "flops": "exact FLOPs, live units only (% of the dense network's)",
}
NUMBERS = {
    "lambda": "λ in units of 1/N",
    "target-l0": "target share of the weights",
    "target-flops": "target share of the FLOPs",
}
TICKS = (1, 2, 5)  # on a decade of a logarithmic axis


class Point(NamedTuple):
    """A group of runs as it is drawn: bands in percent, each the lowest, the median and the highest.

    Attributes
    ----------
    way, price : str
        "lambda" and lambda N, or a target's option and the target; no price if there is neither.
    on_path : bool
        Whether it has one lambda for all layers, or a target, and so a place in their order.
    seeds : int
    error, weights, flops : array of shape (3,)
    """

    way: str
    price: str
    on_path: bool
    seeds: int
    error: Array
    weights: Array
    flops: Array


def frontier_figure(runs: Sequence[CollectedRun]) -> Figure:
    """Test error after the last epoch, against weights left and against exact FLOPs.

    Parameters
    ----------
    runs : sequence of CollectedRun
        Left out, and counted in the caption, are those that are not finished and those with nothing left.

    Raises
    ------
    InputError
        When there is nothing to draw, a run has no test error, or there are more than five kinds of runs.
    """
    kinds = _kinds(runs)
    figure = Figure(figsize=(10, 4.8), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    for ax, size in zip(panels, SIZES, strict=True):
        draw_frontier(kinds, size, ax)
    panels[1].set_ylabel("")
    if len(kinds) > 1:
        handles = panels[0].get_legend_handles_labels()
        look = {"frameon": False, "fontsize": 9, "title_fontsize": 12}
        figure.legend(*handles, loc="outside upper center", ncols=5, title=_title(kinds), **look)
    else:
        figure.suptitle(_title(kinds), fontsize=12)
    figure.supxlabel(_caption(runs, kinds), fontsize=9, color=BLACK)
    _name_all(figure, kinds)
    return figure


def draw_frontier(kinds: Sequence[Kind], size: str, ax: Axes) -> Axes:
    """Error against "weights" or "flops", a line for each kind of runs  (axes: percent)."""
    tidy(ax, SIZES[size], "test error, last epoch (%)")
    for kind, (colour, dashes, marker) in zip(kinds, LOOKS, strict=False):
        points = [_point(group) for group in kind.groups]
        path = [point for point in points if point.on_path]
        alone = [point for point in points if not point.on_path]
        for point in points:
            _draw_bars(ax, getattr(point, size), point.error, colour)
        look: dict[str, Any] = {"color": colour, "marker": marker, "markersize": 6}
        line = dashes if len(path) > 1 else "none"
        ax.plot(*_medians(path, size), linestyle=line, linewidth=1.6, label=kind.name, **look)
        ax.plot(*_medians(alone, size), linestyle="none", markerfacecolor="white", label="_alone", **look)
    _scale(ax)
    return ax


def frontier_alt(runs: Sequence[CollectedRun]) -> str:
    """The alt-text of `frontier_figure`: every point in words."""
    kinds = _kinds(runs)
    lines = [
        f"{kind.name}: {'; '.join(_in_words(_point(group)) for group in kind.groups)}." for kind in kinds
    ]
    start = f"{_title(kinds)}: test error after the last epoch, against gated weights left and exact FLOPs."
    return " ".join([start, *lines, _caption(runs, kinds).replace("\n", " ")])


def _kinds(runs: Sequence[CollectedRun]) -> list[Kind]:
    shown = [run for run in runs if _is_shown(run)]
    if not shown:
        raise InputError("no run to draw: each is unfinished or has nothing left; go on with them (--resume)")
    without = [run.name for run in shown if run.test_error is None]
    if without:
        raise InputError(f"{without[0]} has no test error: leave it out of the folder")
    kinds = kinds_of_runs(shown)
    if len(kinds) > len(LOOKS):
        names = "; ".join(kind.name for kind in kinds)
        raise InputError(
            f"{len(kinds)} kinds of runs ({names}): name a folder with at most {len(LOOKS)} of them"
        )
    return kinds


def _is_shown(run: CollectedRun) -> bool:
    return run.finished and run.weights_left > 0 and run.flops > 0


def _point(group: Group) -> Point:
    config, runs = group.runs[0].config, group.runs
    has_target = way(config) != "lambda"
    return Point(
        way=way(config),
        price=price_numbers(config, 3) if has_target or config.lam != [0.0] else "",
        on_path=has_target or len(config.lam) == 1,
        seeds=len({run.config.seed for run in runs}),
        error=_band([run.test_error or 0.0 for run in runs]),
        weights=_band([100 * run.weights_left for run in runs]),
        flops=_band([100 * run.flops_left for run in runs]),
    )


def _band(numbers: Sequence[float]) -> Array:
    return np.array([np.min(numbers), np.median(numbers), np.max(numbers)])


def _medians(points: Sequence[Point], size: str) -> tuple[list[float], list[float]]:
    return [getattr(point, size)[1] for point in points], [point.error[1] for point in points]


def _draw_bars(ax: Axes, size: Array, error: Array, colour: str) -> None:
    """A cross from the lowest to the highest in both directions, through the medians."""
    ax.hlines(error[1], size[0], size[2], color=colour, linewidth=2.6, alpha=0.35, zorder=1.5)
    ax.vlines(size[1], error[0], error[2], color=colour, linewidth=2.6, alpha=0.35, zorder=1.5)


def _name_all(figure: Figure, kinds: Sequence[Kind]) -> None:
    """Their lambda or target, at all points of both panels."""
    figure.draw_without_rendering()  # settles where the panels are
    points = [_point(group) for kind in kinds for group in kind.groups]
    for ax, size in zip(figure.axes, SIZES, strict=True):
        name_points(ax, [_bar(point, getattr(point, size)) for point in points if point.price])


def _bar(point: Point, size: Array) -> Bar:
    low, median, high = point.error
    return Bar(size[1], low, median, high, point.price)


def _scale(ax: Axes) -> None:
    """A logarithmic axis of sizes with plain numbers; one of errors too, if they span a factor of five."""
    ax.set_xscale("log")
    if 0 < 5 * ax.dataLim.y0 <= ax.dataLim.y1:
        ax.set_yscale("log")
    ax.margins(0.08)
    for axis, ends in ((ax.xaxis, ax.dataLim.intervalx), (ax.yaxis, ax.dataLim.intervaly)):
        if axis.get_scale() == "log":
            narrow = ends[1] < 4 * ends[0]
            axis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]) if narrow else LogLocator(subs=TICKS))
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
            axis.set_minor_locator(NullLocator())


def _title(kinds: Sequence[Kind]) -> str:
    data = sorted({group.runs[0].config.data for kind in kinds for group in kind.groups})
    network = f": {kinds[0].name}" if len(kinds) == 1 else ""
    return f"Error against size{network} on {' and '.join(data)}"


def _caption(runs: Sequence[CollectedRun], kinds: Sequence[Kind]) -> str:
    """What a point, its bars and its number are; what is left out."""
    points = [_point(group) for kind in kinds for group in kind.groups]
    seeds = sorted({point.seeds for point in points})
    several = f"{seeds[0]}" if len(seeds) == 1 else f"{seeds[0]} to {seeds[-1]}"
    medians = f"Points: medians of {several} seeds; bars: from the lowest to the highest."
    numbers = " or ".join(text for each, text in NUMBERS.items() if each in {point.way for point in points})
    lines = [f"{'Points: one seed each.' if seeds == [1] else medians} Numbers: {numbers}."]
    unfinished = sum(not run.finished for run in runs)
    empty = sum(run.finished and not _is_shown(run) for run in runs)
    lines += [f"Left out: {unfinished} not finished."] if unfinished else []
    lines += [f"Left out: {empty} with nothing left."] if empty else []
    return "\n".join(lines)


def _in_words(point: Point) -> str:
    name = "lambda N" if point.way == "lambda" else point.way
    price = f"at {name} {point.price} " if point.price else ""
    weights, flops, error = (_band_in_words(band) for band in (point.weights, point.flops, point.error))
    return f"{price}{weights} of the weights, {flops} of the FLOPs, error {error}"


def _band_in_words(band: Array) -> str:
    low, median, high = (f"{number:.3g}" for number in band)
    return f"{median} %" if low == high else f"{median} % ({low} to {high})"
