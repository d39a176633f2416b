"""How did a training run go? Error, expected size and units left, one panel below the other."""

from collections.abc import Mapping
from pathlib import Path

from matplotlib.figure import Figure

from l0edu.figures.canvas import save_png
from l0edu.figures.panels import Records, column, draw_error, draw_expected_l0, draw_units

__all__ = ["curves_alt", "curves_figure", "save_curves"]


def curves_figure(records: Records, units: Mapping[str, int], title: str) -> Figure:
    """All panels of a run, one below the other, so that one epoch is one vertical line.

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
    figure = Figure(figsize=(8, 7), layout="constrained")
    panels = figure.subplots(3, sharex=True)
    draw_error(records, panels[0])
    draw_expected_l0(records, panels[1])
    draw_units(records, units, panels[2])
    for panel in panels:
        panel.label_outer()
    figure.align_ylabels(list(panels))
    figure.suptitle(title, fontsize=12)
    return figure


def curves_alt(records: Records, units: Mapping[str, int], title: str) -> str:
    """The alt-text of `curves_figure`: where each curve ends."""
    errors = column(records, "test_error")[1]
    error = f"test error {errors[-1]:.3g} %, " if errors.size else ""
    weights = column(records, "expected_l0")[1]
    counts = records[-1]["architecture"]
    left = ", ".join(f"{name} {n} of {units[name]}" for name, n in zip(units, counts, strict=True))
    return (
        f"Training curves of {title}. After epoch {records[-1]['epoch']}: {error}"
        f"expected L0 {weights[-1]:,.0f} weights (first {weights[0]:,.0f}); units left: {left}."
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
