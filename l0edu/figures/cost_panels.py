"""How did the cost of a network change while it was trained? Each panel draws one cost against the epoch."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from l0edu.figures.canvas import BLUE, GREEN, GREY, ORANGE, label_ends, new_axes
from l0edu.figures.epochs import Records, column, epoch_axes, plot_line
from l0edu.tables import Array

__all__ = ["draw_expected_l0", "draw_flops", "draw_step_time", "running_median"]

SERIES = {  # key: (label, colour, dashes)
    "expected_flops": ("expected", BLUE, "-"),
    "flops": ("at test time", ORANGE, "--"),
    "expected_flops_own_gates": ("own gates", GREEN, ":"),
}
PREFIXES = {"": 1.0, "k": 1e3, "M": 1e6, "G": 1e9}
WINDOW = 5  # epochs of a running median
GAP = 0.16  # between labels: these panels are low
ROOM = 1.5  # the axis of times ends at so many times the largest median


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
    ax = epoch_axes(records, ax or new_axes(), "expected L0\n(weights)")
    epochs, weights = column(records, "expected_l0")
    plot_line(ax, epochs, weights, BLUE, "-", "expected L0")
    ends = [(weights[-1], f"{weights[-1]:,.0f}", BLUE)]
    if weights.size > 1:
        ax.axhline(weights[0], color=GREY, linewidth=1, linestyle=":", label="first")
        ends.append((weights[0], f"epoch {epochs[0]:g}: {weights[0]:,.0f}", GREY))
    ax.set_ylim(0, 1.08 * weights.max() or 1)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    label_ends(ax, ends)
    return ax


def draw_flops(records: Records, ax: Axes | None = None) -> Axes:
    """FLOPs for one example: expected, at test time, expected in the paper's convention  (Figure 3).

    Parameters
    ----------
    records : sequence of records
        With `expected_flops`, `flops` and `expected_flops_own_gates`; what none of them holds is not drawn.
    ax : Axes, optional
        Where to draw; without it, on a new figure.

    Returns
    -------
    Axes
        From 0, in FLOPs, kFLOPs, MFLOPs or GFLOPs.

    Raises
    ------
    InputError
        When there is no record.
    """
    curves = {key: column(records, key) for key in SERIES if column(records, key)[1].size}
    top = max((values.max() for _, values in curves.values()), default=0.0)
    size, prefix = _in_units(top)
    ax = epoch_axes(records, ax or new_axes(), f"{prefix}FLOPs\nan example")
    ends = []
    for key, (epochs, values) in curves.items():
        name, colour, dashes = SERIES[key]
        plot_line(ax, epochs, values / size, colour, dashes, name)
        ends.append((values[-1] / size, f"{name}: {_short(values[-1] / size)}", colour))
    ax.set_ylim(0, 1.08 * top / size or 1)
    label_ends(ax, ends, GAP)
    return ax


def draw_step_time(records: Records, ax: Axes | None = None) -> Axes:
    """Measured wall time of a training step: a dot an epoch, and the running median of 5 epochs as a line.

    A dotted line keeps the median of the first epochs.

    Parameters
    ----------
    records : sequence of records
        With `step_ms`.
    ax : Axes, optional
        Where to draw; without it, on a new figure.

    Returns
    -------
    Axes
        From 0. Epochs far above every median stand as triangles at the upper edge.

    Raises
    ------
    InputError
        When there is no record.
    """
    ax = epoch_axes(records, ax or new_axes(), f"a step (ms; line:\nmedian of {WINDOW} epochs)")
    epochs, times = column(records, "step_ms")
    medians = running_median(times)
    top = ROOM * medians.max(initial=0.0)
    ax.plot(epochs, times, "o", color=GREY, markersize=2.5, label="epochs")
    for epoch in epochs[times > top]:
        ax.plot(epoch, top, "^", color=GREY, markersize=4, clip_on=False, label="_above")
    plot_line(ax, epochs, medians, BLUE, "-", "median")
    ends = [(last, f"last: {_short(last)} ms", BLUE) for last in medians[-1:]]
    if times.size > 1:
        ax.axhline(medians[0], color=GREY, linewidth=1, linestyle=":", label="first")
        ends.append((medians[0], f"first: {_short(medians[0])} ms", GREY))
    ax.set_ylim(0, top or 1)
    label_ends(ax, ends, GAP)
    return ax


def _in_units(largest: float) -> tuple[float, str]:
    """By how much to divide numbers up to `largest`, and the prefix of the unit, so that they are short.

    Examples
    --------
    >>> _in_units(532_400.0), _in_units(4_586_000.0), _in_units(10.0)
    ((1000.0, 'k'), (1000000.0, 'M'), (1.0, ''))
    """
    return max((size, prefix) for prefix, size in PREFIXES.items() if size <= max(largest, 1.0))


def running_median(values: Array, window: int = WINDOW) -> Array:
    """The median of `window` neighbours around each value; near the ends, of the first and the last ones.

    Examples
    --------
    >>> running_median(np.array([9.0, 1.0, 2.0, 50.0, 3.0, 4.0]))
    array([3., 3., 3., 3., 3., 3.])
    >>> running_median(np.array([3.0, 1.0]))
    array([2., 2.])
    """
    last_start = max(0, len(values) - window)
    starts = np.clip(np.arange(len(values)) - window // 2, 0, last_start)
    return np.array([np.median(values[start : start + window]) for start in starts])


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"
