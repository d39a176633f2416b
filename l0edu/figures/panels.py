"""How did error and size change while a network was trained? Each panel draws one against the epoch."""

from collections.abc import Mapping
from itertools import cycle

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from l0edu.errors import InputError
from l0edu.figures.canvas import BLACK, BLUE, GREEN, ORANGE, PURPLE, label_ends, new_axes
from l0edu.figures.epochs import Records, column, epoch_axes, plot_line
from l0edu.tables import Array

__all__ = ["draw_error", "draw_units"]

SERIES = {  # key: (label, unit, colour, dashes)
    "test_error": ("test", " %", BLUE, "-"),
    "validation_error": ("validation", " %", ORANGE, "--"),
    "data_loss": ("training", "", GREEN, "-."),
}


def draw_error(records: Records, ax: Axes | None = None) -> Axes:
    """Test and validation error in percent; where neither was measured, the training loss.

    Parameters
    ----------
    records : sequence of records
        Entries that are absent or None are skipped.
    ax : Axes, optional
        Where to draw; without it, on a new figure.

    Returns
    -------
    Axes
        With a logarithmic axis if the values span a factor of 5 or more.

    Raises
    ------
    InputError
        When there is no record.
    """
    keys = [key for key in ("test_error", "validation_error") if column(records, key)[1].size]
    ax = epoch_axes(records, ax or new_axes(), "error (%)" if keys else "training loss (nats)")
    ends = []
    for key in keys or ["data_loss"]:
        epochs, values = column(records, key)
        name, unit, colour, dashes = SERIES[key]
        plot_line(ax, epochs, values, colour, dashes, name)
        ends.append((values[-1], f"{name}: {values[-1]:.3g}{unit}", colour))
    _scale_errors(ax)
    label_ends(ax, ends)
    return ax


def draw_units(records: Records, units: Mapping[str, int], ax: Axes | None = None) -> Axes:
    """Units left in percent of those at the start, a line a layer, labelled with its last count.

    Parameters
    ----------
    records : sequence of records
    units : dict from layer to int
        Gates of each layer before training, in the order of the records' `architecture`.
    ax : Axes, optional
        Where to draw; without it, on a new figure.

    Raises
    ------
    InputError
        When there is no record, or one whose architecture has another number of layers.
    """
    ax = epoch_axes(records, ax or new_axes(), "units left\n(% of the start)")
    epochs, left = _units_left(records, units)
    looks = cycle(zip((BLUE, ORANGE, GREEN, PURPLE, BLACK) * 4, ("-", "--", "-.", ":") * 5, strict=True))
    ends = []
    for (name, start), counts, (colour, dashes) in zip(units.items(), left.T, looks, strict=False):
        percent = 100 * counts / start
        plot_line(ax, epochs, percent, colour, dashes, name)
        ends.append((percent[-1], f"{name}: {counts[-1]:,} of {start:,}", colour))
    ax.set_ylim(0, 105)
    label_ends(ax, ends)
    return ax


def _units_left(records: Records, units: Mapping[str, int]) -> tuple[Array, Array]:
    """Epochs, and the counts (epochs, layers); the start is put before a first epoch of 1."""
    for record in records:
        if len(record["architecture"]) != len(units):
            raise InputError(
                f"epoch {record['epoch']} lists {len(record['architecture'])} gated layers, but `units` "
                f"names {len(units)} ({', '.join(units)}): give one number for each"
            )
    epochs = [record["epoch"] for record in records]
    left = [record["architecture"] for record in records]
    if epochs[0] == 1:
        epochs, left = [0, *epochs], [list(units.values()), *left]
    return np.array(epochs), np.array(left)


def _scale_errors(ax: Axes) -> None:
    """A logarithmic axis where values differ by a factor of 5 or more, else a linear one from 0."""
    values = np.concatenate([np.asarray(line.get_ydata(), float) for line in ax.lines])
    if 0 < 5 * values.min() <= values.max():
        ax.set_yscale("log")
        ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 3, 5)))
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        ax.yaxis.set_minor_locator(NullLocator())
    else:
        ax.set_ylim(0, 1.08 * values.max() or 1)
