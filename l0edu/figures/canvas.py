"""What do all figures share? Colours, plain axes, labels, and a file that is written whole or not at all.

No figure touches pyplot: each is an ordinary `matplotlib.figure.Figure`, which needs no display, no backend
and no clean-up. Colours are those of Okabe and Ito, which the colour-blind tell apart; even so, no line is
known by its colour alone: it also has a dash pattern of its own, and a label.
"""

from collections.abc import Sequence
from io import BytesIO
from itertools import pairwise
from pathlib import Path

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from l0edu.checkpoint import write_atomically
from l0edu.errors import InputError

__all__ = [
    "BLACK",
    "BLUE",
    "GREEN",
    "GREY",
    "ORANGE",
    "PURPLE",
    "label_ends",
    "legend_below",
    "new_axes",
    "save_png",
    "tidy",
]

BLACK, GREY = "#222222", "#767676"
BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"  # Okabe and Ito's, without the pale


def new_axes(size: tuple[float, float] = (6.0, 4.0)) -> Axes:
    """Axes on a figure of their own, `size` in inches."""
    return Figure(figsize=size, layout="constrained").add_subplot()


def tidy(ax: Axes, x: str, y: str) -> Axes:
    """The look of all axes: two named spines and a faint grid behind the data."""
    ax.set_xlabel(x)
    ax.set_ylabel(y)
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(color="#E4E4E4", linewidth=0.7)
    ax.set_axisbelow(True)
    return ax


def legend_below(ax: Axes, handles: Sequence[Artist]) -> None:
    """A legend in two columns below the x-axis, where no curve can run into it."""
    ax.legend(
        handles=handles,
        ncols=2,
        loc="upper center",
        bbox_to_anchor=(0.5, -0.16),
        frameon=False,
        fontsize=9,
    )


def label_ends(ax: Axes, ends: Sequence[tuple[float, str, str]], gap: float = 0.11) -> None:
    """Name lines at the right edge of the axes, with leaders where names had to move apart.

    Parameters
    ----------
    ax : Axes
        With its limits set: the labels do not follow a later change of the y-axis.
    ends : sequence of (y, text, colour)
        Where each line ends, and its name; the colour is that of the leader.
    gap : float
        Least distance of two labels, as a share of the height of the axes.
    """
    heights = [_height(ax, y) for y, _, _ in ends]
    for (_, text, colour), height, place in zip(ends, heights, spread(heights, gap), strict=True):
        ax.annotate(
            text,
            xy=(1.005, height),
            xytext=(1.035, place),
            xycoords="axes fraction",
            verticalalignment="center",
            fontsize=9,
            color=BLACK,
            arrowprops={"arrowstyle": "-", "color": colour, "shrinkA": 0, "shrinkB": 0, "relpos": (0, 0.5)},
        )


def spread(heights: Sequence[float], gap: float) -> list[float]:
    """Heights in [0, 1], moved as little as needed to lie at least `gap` apart, their order kept.

    More than fit at that distance are spaced evenly.

    Examples
    --------
    >>> spread([0.5, 0.0, 0.5], gap=0.25)
    [0.5, 0.0, 0.75]
    >>> spread([1.0, 1.0, 1.0], gap=0.25)
    [0.5, 0.75, 1.0]
    """
    gap = min(gap, 1 / max(1, len(heights) - 1))
    places = list(heights)
    order = sorted(range(len(places)), key=places.__getitem__)
    for lower, upper in pairwise(order):
        places[upper] = max(places[upper], places[lower] + gap)
    ceiling = 1.0
    for each in reversed(order):
        places[each] = min(places[each], ceiling)
        ceiling = places[each] - gap
    return places


def save_png(figure: Figure, path: str | Path, description: str) -> Path:
    """Write a figure as PNG: the whole file appears at once, or none does.

    Parameters
    ----------
    figure : Figure
    path : str or Path
        Ends in `.png`; its folder exists. A file of that name is replaced.
    description : str
        The alt-text: what the figure shows. It goes into the file's metadata, as `Description`.

    Returns
    -------
    Path
        The path, as given.

    Raises
    ------
    InputError
        When the name has another ending, or the file cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() != ".png":
        raise InputError(f"{path}: figures are written as PNG; give a name that ends in .png")
    image = BytesIO()
    figure.savefig(image, format="png", dpi=150, metadata={"Description": description})
    try:
        write_atomically(path, image.getvalue())
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); name another folder") from None
    return path


def _height(ax: Axes, y: float) -> float:
    """Where on the y-axis `y` lies, from 0 at the foot of the axes to 1 at their top."""
    ax.get_ylim()  # settles limits that are still to be scaled to the data
    return float((ax.transData + ax.transAxes.inverted()).transform((1.0, y))[1])
