"""How did a training run go? What the network does on the left, what it costs on the right."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import SubplotSpec

from l0edu.figures.canvas import save_png
from l0edu.figures.cost_panels import draw_expected_l0, draw_flops, draw_step_time, running_median
from l0edu.figures.epochs import Records, column
from l0edu.figures.panels import draw_error, draw_units

__all__ = ["curves_alt", "curves_figure", "save_curves"]

Draw = Callable[..., Axes]  # of the records, on `ax`


def curves_figure(records: Records, units: Mapping[str, int], title: str) -> Figure:
    """All panels of a run; in each column one epoch is one vertical line.

    On the left the error above the units left, on the right expected L0, FLOPs and the time of a step, so
    that one sees whether they fall together. Units and expected L0 are left out where nothing has gates.

    Parameters
    ----------
    records : sequence of records
        At least one.
    units : dict from layer to int
        Gates of each layer before training.
    title : str
        What was trained, and how.

    Raises
    ------
    InputError
        When there is no record, or `units` names another number of layers than the records.
    """
    figure = Figure(figsize=(10, 6.5), layout="constrained")
    grid = figure.add_gridspec(1, 2)
    sizes: list[Draw] = [partial(draw_units, units=units)] if units else []
    weights: list[Draw] = [draw_expected_l0] if units else []
    _draw_column(records, [draw_error, *sizes], figure, grid[0, 0])
    _draw_column(records, [*weights, draw_flops, draw_step_time], figure, grid[0, 1])
    figure.suptitle(title, fontsize=12)
    return figure


def curves_alt(records: Records, units: Mapping[str, int], title: str) -> str:
    """The alt-text of `curves_figure`: where each curve ends, and where those of costs begin."""
    errors = column(records, "test_error")[1]
    error = f"test error {errors[-1]:.3g} %, " if errors.size else ""
    return (
        f"Training curves of {title}. After epoch {records[-1]['epoch']}: {error}"
        f"{_weights(records) if units else ''}{_costs(records)}{_units_left(records, units)}."
    )


def save_curves(records: Records, units: Mapping[str, int], title: str, path: str | Path) -> Path:
    """Write `curves_figure` to a PNG file, which appears whole or not at all; return its path.

    Parameters
    ----------
    records, units, title
        As for `curves_figure`.
    path : str or Path
        Ends in `.png`; its folder exists.

    Raises
    ------
    InputError
        As `curves_figure` and `save_png`.
    """
    return save_png(curves_figure(records, units, title), path, curves_alt(records, units, title))


def _draw_column(records: Records, draws: Sequence[Draw], figure: Figure, place: SubplotSpec) -> None:
    """Panels one below the other, the axis of epochs under the last."""
    cells = place.subgridspec(len(draws), 1)
    panels = [draw(records, ax=figure.add_subplot(cells[row, 0])) for row, draw in enumerate(draws)]
    for panel in panels:
        panel.label_outer()
    figure.align_ylabels(panels)


def _costs(records: Records) -> str:
    """FLOPs and time of a step in words."""
    expected, at_test = (column(records, key)[1] for key in ("expected_flops", "flops"))
    times = running_median(column(records, "step_ms")[1])
    return (
        f"expected FLOPs an example {expected[-1]:,.0f} (first {expected[0]:,.0f}), "
        f"{at_test[-1]:,.0f} at test time; a training step took {times[-1]:.3g} ms "
        f"(first {times[0]:.3g}; medians of 5 epochs); "
    )


def _weights(records: Records) -> str:
    weights = column(records, "expected_l0")[1]
    return f"expected L0 {weights[-1]:,.0f} weights (first {weights[0]:,.0f}); "


def _units_left(records: Records, units: Mapping[str, int]) -> str:
    counts = zip(units, records[-1]["architecture"], strict=True)
    return (
        "units left: " + ", ".join(f"{name} {n} of {units[name]}" for name, n in counts)
        if units
        else "no gates"
    )
