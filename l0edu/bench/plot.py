"""How is a record drawn? Ratios as dots with their quartiles, and the time of a step against its size."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

from l0edu.bench.record import RecordDict
from l0edu.errors import InputError
from l0edu.figures.canvas import BLACK, BLUE, GREY, ORANGE, legend_below, save_png, tidy

__all__ = ["bench_figure", "draw_growth", "draw_ratios", "save_plot"]

LOOKS = {  # pair: colour, marker
    "ours/torch": (BLUE, "o"),
    "compacted/torch": (BLUE, "o"),
    "dense/torch": (ORANGE, "s"),
    "compacted/dense": (GREY, "D"),
}
NETWORKS = {"mlp": ("MLP", BLUE), "lenet5": ("LeNet-5", ORANGE), "wrn-16-1": ("WRN-16-1", GREY)}
SIZES = {  # title and label of the x-axis
    "width": ("Wider hidden layers", "width, as a factor"),
    "batch": ("Larger batches", "examples in a batch"),
    "closed": ("Closed gates", "share of the gates that is closed"),
}
TITLES = {"step": "A training step: time / torch's", "inference": "Inference: time / torch's dense network"}
DECIMALS = FuncFormatter(lambda value, _: f"{value:g}")


def save_plot(record: RecordDict, path: str | Path) -> Path | None:
    """Write `bench_figure` to a PNG file, which appears whole or not at all.

    Parameters
    ----------
    record : dict
    path : str or Path
        Ends in `.png`; its folder exists.

    Returns
    -------
    Path or None
        The path; None where there is nothing to draw, and nothing is written.
    """
    return save_png(bench_figure(record), path, _alt(record)) if _panels(record) else None


def bench_figure(record: RecordDict) -> Figure:
    """Ratios of steps and of inference above, the growth of a step's time below.

    Parameters
    ----------
    record : dict
        Panels of which it has no numbers are left out.

    Raises
    ------
    InputError
        When there is nothing to draw.
    """
    rows = _panels(record)
    if not rows:
        raise InputError("there is no ratio and no growth to draw: measure step, inference or growth")
    figure = Figure(figsize=(11, 1 + 4.2 * len(rows)), layout="constrained")
    for part, names in zip(_parts(figure, len(rows)), rows, strict=True):
        for ax, name in zip(part.subplots(1, len(names), squeeze=False)[0], names, strict=True):
            draw_growth(record, name, ax) if name in SIZES else draw_ratios(record, name, ax)
    figure.suptitle(_title(record), fontsize=11)
    return figure


def _panels(record: RecordDict) -> list[list[str]]:
    """The names of the panels, row by row, that there are numbers for."""
    ratios = [group for group in TITLES if _ratio_rows(record, group)]
    sizes = [size for size in SIZES if _curves(record, size)]
    return [row for row in (ratios, sizes) if row]


def _parts(figure: Figure, count: int) -> Sequence[Any]:
    parts = figure.subfigures(count, 1, squeeze=False)
    return [row[0] for row in parts]


def draw_ratios(record: RecordDict, group: str, ax: Axes) -> Axes:
    """A line for each case: the median of its ratios to torch, with whiskers from quartile to quartile.

    Parameters
    ----------
    record : dict
    group : {"step", "inference"}
    ax : Axes
    """
    rows = _ratio_rows(record, group)
    for row, (_, ratios) in enumerate(rows):
        for i, (pair, numbers) in enumerate(ratios.items()):
            y = row + 0.25 * (i - (len(ratios) - 1) / 2)
            colour, marker = LOOKS[pair]
            ax.plot(numbers["quartiles"], [y, y], color=colour, linewidth=2, solid_capstyle="butt")
            ax.plot(numbers["median"], y, marker, color=colour, markersize=6, label="_dot")
    ax.set_yticks(range(len(rows)), [name for name, _ in rows])
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.axvline(1, color=BLACK, linewidth=1.2)
    _log(ax, "x")
    tidy(ax, "ratio (log scale); left of the line is faster", "").set_title(TITLES[group], fontsize=10)
    _pair_legend(ax, list(dict.fromkeys(pair for _, ratios in rows for pair in ratios)))
    return ax


def draw_growth(record: RecordDict, size: str, ax: Axes) -> Axes:
    """Milliseconds of a training step against a size, a line for each network and library.

    Parameters
    ----------
    record : dict
    size : {"width", "batch", "closed"}
    ax : Axes
    """
    for (network, library), points in _curves(record, size).items():
        colour = NETWORKS[network][1]
        dashes, marker = ("-", "o") if library == "ours" else ("--", "s")
        filled = colour if library == "ours" else "white"
        style: dict[str, Any] = {"color": colour, "linestyle": dashes, "marker": marker, "mfc": filled}
        label = f"{NETWORKS[network][0]}, {'l0edu' if library == 'ours' else library}"
        ax.plot(*zip(*points, strict=True), linewidth=1.8, markersize=5, label=label, **style)
    if size != "closed":
        ax.set_xscale("log")
        ax.set_xticks([x for x, _ in next(iter(_curves(record, size).values()))])
        ax.xaxis.set_major_formatter(DECIMALS)
        ax.xaxis.set_minor_locator(NullLocator())
    _log(ax, "y")
    title, label = SIZES[size]
    tidy(ax, label, "ms / training step").set_title(title, fontsize=10)
    legend_below(ax, ax.get_lines())
    return ax


def _ratio_rows(record: RecordDict, group: str) -> list[tuple[str, dict[str, Any]]]:
    """The cases of a group that have ratios to torch, as (name, ratios)."""
    rows = []
    for name, case in record["cases"].items():
        ratios = {pair: numbers for pair, numbers in case["ratios"].items() if pair.endswith("/torch")}
        if case["group"] == group and ratios:
            rows.append((_readable(name), ratios))
    return rows


def _readable(name: str) -> str:
    """As in "LeNet-5 9-18-65-25, batch 100"."""
    _, network, gates, *batch = name.split("/")
    return f"{NETWORKS[network][0]} {gates}" + (f", batch {int(batch[0]):,}" if batch else "")


def _curves(record: RecordDict, size: str) -> dict[tuple[str, str], list[tuple[float, float]]]:
    """(size, milliseconds) for each network and library."""
    curves: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for name, case in record["cases"].items():
        if name.startswith(f"growth/{size}/"):
            network, x = name.split("/")[2:]
            for library, numbers in case["values"].items():
                curves.setdefault((network, library), []).append((float(x), numbers["median"]))
    return curves


def _log(ax: Axes, which: str) -> None:
    """A logarithmic axis with decimal numbers: 1, 2 and 5 of each decade, unless there are many."""
    ax.set(**{f"{which}scale": "log"})
    axis = ax.xaxis if which == "x" else ax.yaxis
    low, high = axis.get_view_interval()
    axis.set_major_locator(LogLocator(subs=(1, 2, 5) if high < 100 * low else (1,)))
    axis.set_major_formatter(DECIMALS)
    axis.set_minor_formatter(NullFormatter())


def _pair_legend(ax: Axes, pairs: Sequence[str]) -> None:
    if len(pairs) > 1:
        looks = [(f"{pair.removesuffix('/torch')} (l0edu)", *LOOKS[pair]) for pair in pairs]
        handles = [Line2D([], [], color=c, marker=m, linewidth=2, label=name) for name, c, m in looks]
        legend_below(ax, handles)


def _title(record: RecordDict) -> str:
    libraries = record["libraries"]
    versions = [f"l0edu {libraries['ours']['l0edu']}"] if "ours" in libraries else []
    versions += [f"torch {libraries['torch']['torch']}"] if "torch" in libraries else []
    quick = ", QUICK" if record["quick"] else ""
    machine = f"{record['machine']['cpu']}, {record['threads']} threads, {record['rounds']} rounds{quick}"
    return f"{' and '.join(versions)}; {machine}; medians, bars from quartile to quartile"


def _alt(record: RecordDict) -> str:
    return f"Benchmark of {_title(record)}. " + " ".join(_sentences(record))


def _sentences(record: RecordDict) -> Iterator[str]:
    for group, title in TITLES.items():
        for name, ratios in _ratio_rows(record, group):
            said = ", ".join(f"{pair} {numbers['median']:.2f}" for pair, numbers in ratios.items())
            yield f"{title}: {name}: {said}."
