"""How is what training reported drawn against the epoch?

A record is what training reports after an epoch, as a dictionary (`Record.metrics`). Used here are

    epoch             1, 2, ...
    test_error        %; absent or None where there is no test set, likewise `validation_error`
    data_loss         mean cross-entropy of the epoch, drawn where no error was measured
    architecture      units left in each gated layer
    expected_l0       expected number of weights that are not zero
    expected_flops    for one example; `expected_flops_own_gates` in the paper's convention
    flops             for one example, of the network at test time
    step_ms           mean wall time of the epoch's steps
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from l0edu.errors import InputError
from l0edu.figures.canvas import tidy
from l0edu.tables import Array

__all__ = ["Records", "column", "epoch_axes", "plot_line"]

Records = Sequence[Mapping[str, Any]]


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


def epoch_axes(records: Records, ax: Axes, y: str) -> Axes:
    """Axes whose x-axis runs over the epochs, up to the last one."""
    if not records:
        raise InputError("no records to draw: train for at least one epoch first")
    first, last = records[0]["epoch"], records[-1]["epoch"]
    ax.set_xlim(first - 1, last)
    ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    return tidy(ax, "epoch", y)


def plot_line(ax: Axes, epochs: Array, values: Array, colour: str, dashes: str, name: str) -> None:
    """A line with a dot at its end, which is all there is of a single epoch."""
    ax.plot(epochs, values, color=colour, linestyle=dashes, linewidth=1.8, label=name)
    ax.plot(epochs[-1:], values[-1:], "o", color=colour, markersize=5, clip_on=False, label="_end")
