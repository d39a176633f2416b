"""What error does a wide ResNet have when so many of its gates are closed? Runs side by side, in two panels.

Each point is a run, with a number that the key below names. Filled circles have their gates behind batch
norm, open squares in front of it. The line is the network without gates, trained equally long.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from l0edu.collected import CollectedRun
from l0edu.collected.wide_resnets import gates_in_words, is_on_cifar, network_and_data
from l0edu.errors import InputError
from l0edu.figures.canvas import BLACK, BLUE, GREY, ORANGE, tidy
from l0edu.figures.placing import Bar, name_points

__all__ = ["gates_closed_alt", "gates_closed_figure"]

AXES = {"closed": "gates closed at test time (%)", "flops": "exact FLOPs left (% of the dense network's)"}
LINE = 0.19  # height of a line of the key, in inches


MARKER: dict[str, Any] = {"linestyle": "none", "markersize": 7, "markeredgewidth": 1.6}
LOOKS: dict[bool, dict[str, Any]] = {
    False: {**MARKER, "marker": "o", "color": BLUE},
    True: {**MARKER, "marker": "s", "color": ORANGE, "markerfacecolor": "white"},
}
BELOW: dict[str, Any] = {
    "xytext": (0, -3),
    "textcoords": "offset points",
    "verticalalignment": "top",
    "fontsize": 9,
    "color": GREY,
}


class Point(NamedTuple):
    """A run as it is drawn, in percent.

    Attributes
    ----------
    name : str
        What was done with its gates, and the seed if there are several.
    before : bool
        Whether its gates stand in front of batch norm.
    closed, flops, error : float
    """

    name: str
    before: bool
    closed: float
    flops: float
    error: float


def gates_closed_figure(runs: Sequence[CollectedRun]) -> Figure:
    """Test error after the last epoch, against gates closed and against exact FLOPs.

    Parameters
    ----------
    runs : sequence of CollectedRun
        Wide ResNets of one size on one set of images. Those that are not finished are left out.

    Raises
    ------
    InputError
        When no finished run has gates, or when networks, images or numbers of epochs differ.
    """
    runs = _finished(runs)
    points, dense = _points(runs)
    figure = Figure(figsize=(10, 4.2 + LINE * len(points)), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    for ax, across in zip(panels, AXES, strict=True):
        _draw(ax, across, points, dense)
    panels[1].set_ylabel("")
    panels[1].invert_xaxis()  # so that smaller networks stand to the right in both panels
    figure.suptitle(_title(runs), fontsize=12)
    figure.supxlabel(_key(points), x=0.06, horizontalalignment="left", fontsize=9, color=BLACK)
    figure.draw_without_rendering()  # settles where the panels are
    for ax, across in zip(panels, AXES, strict=True):
        name_points(ax, [_bar(i, point, across) for i, point in enumerate(points, start=1)])
    return figure


def gates_closed_alt(runs: Sequence[CollectedRun]) -> str:
    """The alt-text of `gates_closed_figure`: every point in words."""
    runs = _finished(runs)
    points, dense = _points(runs)
    each = [
        f"{point.name}: {point.closed:.3g} % of the gates closed, {point.flops:.3g} % of the FLOPs left, "
        f"error {point.error:.3g} %"
        for point in points
    ]
    without = f" Without gates: {', '.join(f'{error:.3g} %' for error in dense)}." if dense else ""
    return f"{_title(runs)}. {'; '.join(each)}.{without}"


def _draw(ax: Axes, across: str, points: Sequence[Point], dense: Sequence[float]) -> None:
    tidy(ax, AXES[across], "test error, last epoch (%)")
    for before, look in LOOKS.items():
        shown = [point for point in points if point.before is before]
        ax.plot([getattr(point, across) for point in shown], [point.error for point in shown], **look)
    for error in dense:
        ax.axhline(error, color=GREY, linewidth=1.4)
    if dense:
        ax.annotate("without gates", (0.01, min(dense)), xycoords=("axes fraction", "data"), **BELOW)
    ax.margins(0.1)


def _finished(runs: Sequence[CollectedRun]) -> list[CollectedRun]:
    return [run for run in runs if run.finished and is_on_cifar(run.config)]


def _points(runs: Sequence[CollectedRun]) -> tuple[list[Point], list[float]]:
    """Finished runs with gates in order of gates closed, and the errors of those without."""
    seeds = len({run.config.seed for run in runs})
    points = [_point(run, seeds > 1) for run in runs if run.architecture]
    if not points:
        raise InputError("no finished run of a wide ResNet with gates on CIFAR: train one")
    if len({network_and_data(run.config) for run in runs}) > 1:
        raise InputError("runs of several networks or sets of images: name folders with runs of one")
    epochs = sorted({run.config.epochs for run in runs})
    if len(epochs) > 1:
        raise InputError(f"runs of {epochs} epochs: name folders with runs of one length")
    dense = [run.test_error or 0.0 for run in runs if not run.architecture]
    return sorted(points, key=lambda point: (point.closed, point.error)), dense


def _point(run: CollectedRun, with_seed: bool) -> Point:
    gates = sum(charge.gates for charge in run.config.build().charges)
    closed = 100 * (1 - sum(run.architecture) / gates)
    before = run.config.network.endswith("-before-bn")
    name = gates_in_words(run.config) + (f", seed {run.config.seed}" if with_seed else "")
    return Point(name, before, closed, 100 * run.flops_left, run.test_error or 0.0)


def _bar(number: int, point: Point, across: str) -> Bar:
    return Bar(getattr(point, across), point.error, point.error, point.error, str(number))


def _title(runs: Sequence[CollectedRun]) -> str:
    return network_and_data(runs[0].config)


def _key(points: Sequence[Point]) -> str:
    lines = [f"{number:>2}  {point.name}" for number, point in enumerate(points, start=1)]
    return "\n".join(["Circles: gates behind batch norm; squares: in front of it.", *lines])
