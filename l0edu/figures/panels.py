"""How did one quantity of a training run change? Each panel draws it against the epoch.

A record is what training reports after an epoch, as a dictionary (`Record.metrics`). Used here are

    epoch             1, 2, ...
    test_error        %; absent or None where there is no test set, likewise `validation_error`
    data_loss         mean cross-entropy of the epoch, drawn where no error was measured
    expected_l0       expected number of weights that are not zero
    architecture      units left in each gated layer
"""

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from l0edu.errors import InputError
from l0edu.figures.canvas import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, label_ends, new_axes, tidy
from l0edu.tables import Array

__all__ = ["Records", "column", "draw_error", "draw_expected_l0", "draw_units"]

Records = Sequence[Mapping[str, Any]]

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
    ax = _epochs(records, ax or new_axes(), "error (%)" if keys else "training loss (nats)")
    ends = []
    for key in keys or ["data_loss"]:
        epochs, values = column(records, key)
        name, unit, colour, dashes = SERIES[key]
        _plot(ax, epochs, values, colour, dashes, name)
        ends.append((values[-1], f"{name}: {values[-1]:.3g}{unit}", colour))
    _scale_errors(ax)
    label_ends(ax, ends)
    return ax


def draw_expected_l0(records: Records, ax: Axes | None = None) -> Axes:
    """Expected number of weights that are not zero; a dotted line keeps the value of the first record.

    Parameters
    ----------
    records : sequence of records
    ax : Axes, optional
        Where to draw; without it, on a new figure.

    Raises
    ------
    InputError
        When there is no record.
    """
    ax = _epochs(records, ax or new_axes(), "expected L0\n(weights)")
    epochs, weights = column(records, "expected_l0")
    _plot(ax, epochs, weights, BLUE, "-", "expected L0")
    ends = [(weights[-1], f"{weights[-1]:,.0f}", BLUE)]
    if weights.size > 1:
        ax.axhline(weights[0], color=GREY, linewidth=1, linestyle=":", label="first")
        ends.append((weights[0], f"epoch {epochs[0]:g}: {weights[0]:,.0f}", GREY))
    ax.set_ylim(0, 1.08 * weights.max() or 1)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
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
    ax = _epochs(records, ax or new_axes(), "units left\n(% of the start)")
    epochs, left = _units_left(records, units)
    looks = cycle(zip((BLUE, ORANGE, GREEN, PURPLE, BLACK) * 4, ("-", "--", "-.", ":") * 5, strict=True))
    ends = []
    for (name, start), counts, (colour, dashes) in zip(units.items(), left.T, looks, strict=False):
        percent = 100 * counts / start
        _plot(ax, epochs, percent, colour, dashes, name)
        ends.append((percent[-1], f"{name}: {counts[-1]:,} of {start:,}", colour))
    ax.set_ylim(0, 105)
    label_ends(ax, ends)
    return ax


def column(records: Records, key: str) -> tuple[Array, Array]:
    """The epochs in which `key` was measured, and what it was.

    Examples
    --------
    >>> column([{"epoch": 1, "test_error": 9.5}, {"epoch": 2, "test_error": None}], "test_error")
    (array([1.]), array([9.5]))
    """
    measured = [(record["epoch"], record[key]) for record in records if record.get(key) is not None]
    epochs, values = np.array(measured, dtype=float).reshape(-1, 2).T
    return epochs, values


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


def _epochs(records: Records, ax: Axes, y: str) -> Axes:
    """Axes whose x-axis runs over the epochs, up to the last one."""
    if not records:
        raise InputError("no records to draw: train for at least one epoch first")
    first, last = records[0]["epoch"], records[-1]["epoch"]
    ax.set_xlim(first - 1, last)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    return tidy(ax, "epoch", y)


def _plot(ax: Axes, epochs: Array, values: Array, colour: str, dashes: str, name: str) -> None:
    """A line with a dot at its end, which is all there is of a single epoch."""
    ax.plot(epochs, values, color=colour, linestyle=dashes, linewidth=1.8, label=name)
    ax.plot(epochs[-1:], values[-1:], "o", color=colour, markersize=5, clip_on=False, label="_end")


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
