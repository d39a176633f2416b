"""Which penalties shrink a weight, and which only count it? Figure 1 of the paper."""

from collections.abc import Sequence
from itertools import cycle

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from l0edu.figures.canvas import BLACK, BLUE, GREEN, ORANGE, PURPLE, new_axes, tidy
from l0edu.lp import lp_terms

__all__ = ["LP_ALT", "draw_lp", "lp_figure"]

LP_ALT = (
    "The penalty |theta|^p of one weight against theta from -2 to 2, for p = 0, 1/2, 1 and 2. For p = 2 it "
    "is a parabola, for p = 1 a V, for p = 1/2 a cusp. For p = 0 it is 1 everywhere but at theta = 0, where "
    "it is 0: it counts the weight, whatever its size."
)
TOP = 2.2  # of the y-axis: steeper penalties leave the picture here
NAMES = {0: "p = 0: counts", 0.5: "p = 1/2", 1: "p = 1: lasso", 2: "p = 2: weight decay"}


def draw_lp(powers: Sequence[float] = (0, 0.5, 1, 2), ax: Axes | None = None) -> Axes:
    """|theta|^p against theta, for each p  (Figure 1).

    Parameters
    ----------
    powers : sequence of floats, >= 0
    ax : Axes, optional
        Where to draw; without it, on a new figure.

    Returns
    -------
    Axes
        With one line for each p, labelled where it leaves the picture.

    Raises
    ------
    InputError
        When a power is negative or not finite.

    Examples
    --------
    >>> ax = draw_lp()
    >>> [line.get_label() for line in ax.lines]
    ['p = 0: counts', 'p = 1/2', 'p = 1: lasso', 'p = 2: weight decay', '_open', '_closed']
    """
    ax = tidy(ax or new_axes(), "weight θ", "penalty |θ|$^p$")
    ax.set(xlim=(-2, 2), ylim=(-0.06, TOP))
    theta = np.linspace(-2, 2, 801)
    looks = cycle(
        zip((BLACK, BLUE, GREEN, ORANGE, PURPLE), ("-", "-.", "--", (0, (4, 1, 1, 1, 1, 1))), strict=False)
    )
    for p, (colour, dashes) in zip(powers, looks, strict=False):
        penalty = lp_terms(theta, p)
        line = np.where(theta == 0, np.nan, penalty) if p == 0 else penalty  # p = 0 breaks off at 0
        name = NAMES.get(p, f"p = {p:g}")
        ax.plot(theta, line, color=colour, linestyle=dashes, linewidth=2, label=name)
        _name_line(ax, p, name)
    if 0 in powers:
        _mark_jump(ax)
    return ax


def lp_figure() -> Figure:
    """Figure 1 of the paper."""
    figure = Figure(figsize=(6, 3.8), layout="constrained")
    draw_lp(ax=figure.add_subplot())
    return figure


def _name_line(ax: Axes, p: float, name: str) -> None:
    """Name a penalty at the right edge, or at the upper one if it gets there first."""
    end = float(lp_terms(np.array(2.0), p))
    if end <= TOP:
        ax.annotate(name, (2, end), xytext=(6, 0), textcoords="offset points", verticalalignment="center")
    else:
        crossing = TOP ** (1 / p)
        ax.annotate(
            name, (crossing, TOP), xytext=(0, 4), textcoords="offset points", horizontalalignment="center"
        )


def _mark_jump(ax: Axes) -> None:
    """The penalty for p = 0 at theta = 0: it approaches the open circle, and takes the value of the dot."""
    at_zero = float(lp_terms(np.array(0.0), 0))
    beside = float(lp_terms(np.array(1e-9), 0))
    look = {
        "marker": "o",
        "markersize": 7,
        "color": BLACK,
        "linestyle": "none",
        "zorder": 5,
        "clip_on": False,
    }
    ax.plot([0], [beside], markerfacecolor="white", markeredgewidth=1.6, label="_open", **look)  # type: ignore[arg-type]
    ax.plot([0], [at_zero], label="_closed", **look)  # type: ignore[arg-type]
