"""`l0edu figure`: draw a figure from the library's own formulas, or from runs, and write it as PNG."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

__all__ = ["add", "run"]


def add(commands: Any) -> None:
    """Add the command `figure` to what `ArgumentParser.add_subparsers` returned.

    Examples
    --------
    >>> parser = argparse.ArgumentParser()
    >>> add(parser.add_subparsers())
    >>> args = parser.parse_args(["figure", "hard-concrete", "--beta", "0.4"])
    >>> args.figure, args.beta, args.log_alpha, str(args.out)
    ('hard-concrete', 0.4, 0.0, 'hard-concrete.png')
    """
    parser = commands.add_parser(
        "figure",
        help="draw a figure of the paper, or what runs gave",
        description="Draw a figure of the paper from the library's own formulas, or what the runs in a "
        "folder gave, and write it as PNG.",
    )
    parser.set_defaults(run=run)
    figures = parser.add_subparsers(
        dest="figure", required=True, metavar="{lp,hard-concrete,frontier,figure4,gates-closed}"
    )
    _add_figure(figures, "lp", "Figure 1: the Lp penalties of one weight")
    gate = _add_figure(figures, "hard-concrete", "Figure 2: the law of a gate, and its expected value")
    gate.add_argument("--log-alpha", type=float, default=0.0, metavar="X", help="location (default: 0)")
    gate.add_argument("--beta", type=float, default=0.5, metavar="B", help="temperature (default: 0.5)")
    _add_figures_of_runs(figures)


def _add_figures_of_runs(figures: Any) -> None:
    frontier = _add_figure(figures, "frontier", "Test error against size, for the runs in a folder")
    frontier.add_argument("folder", metavar="DIR", help="folder with runs, over lambdas and seeds")
    figure4 = _add_figure(
        figures, "figure4", "Figure 4: costs and errors of wide ResNets on CIFAR, from runs"
    )
    closed = _add_figure(
        figures, "gates-closed", "Test error of wide ResNets against gates closed, from runs"
    )
    for each in (figure4, closed):
        each.add_argument("folders", nargs="+", metavar="DIR", help="runs, or folders with runs")


def run(args: argparse.Namespace) -> int:
    """Draw the figure, write it, print where it is."""
    from l0edu import figures  # loads matplotlib, which other commands can do without

    figure, alt = DRAW[args.figure](args)
    print(figures.save_png(figure, args.out, alt))
    return 0


def _draw_lp(args: argparse.Namespace) -> tuple[Any, str]:  # noqa: ARG001 (as the others)
    from l0edu import figures

    return figures.lp_figure(), figures.ALT_TEXT["lp"]


def _draw_hard_concrete(args: argparse.Namespace) -> tuple[Any, str]:
    import numpy as np

    from l0edu import figures

    figure = figures.hard_concrete_figure(np.random.default_rng(0), args.log_alpha, args.beta)
    return figure, figures.hard_concrete_alt(args.log_alpha, args.beta)


def _draw_frontier(args: argparse.Namespace) -> tuple[Any, str]:
    from l0edu.collected import collect
    from l0edu.figures.frontier import frontier_alt, frontier_figure

    runs = collect(args.folder)
    drawn = frontier_figure(runs), frontier_alt(runs)
    _say_left_out(runs)
    return drawn


def _draw_figure4(args: argparse.Namespace) -> tuple[Any, str]:
    from l0edu.collected import collect
    from l0edu.figures.figure4 import figure4, figure4_alt
    from l0edu.figures.wide_resnet_runs import wide_resnet_costs

    runs = [run for folder in args.folders for run in collect(folder)]
    networks = wide_resnet_costs(runs)
    drawn = figure4(networks), figure4_alt(networks)
    _say_left_out(runs)
    return drawn


def _draw_gates_closed(args: argparse.Namespace) -> tuple[Any, str]:
    from l0edu.collected import collect
    from l0edu.figures.gates_closed import gates_closed_alt, gates_closed_figure

    runs = [run for folder in args.folders for run in collect(folder)]
    drawn = gates_closed_figure(runs), gates_closed_alt(runs)
    _say_left_out(runs)
    return drawn


def _say_left_out(runs: Sequence[Any]) -> None:
    unfinished = [run.name for run in runs if not run.finished]
    if unfinished:
        print(f"left out, since they are not finished: {', '.join(unfinished)}", file=sys.stderr)


DRAW = {
    "lp": _draw_lp,
    "hard-concrete": _draw_hard_concrete,
    "frontier": _draw_frontier,
    "figure4": _draw_figure4,
    "gates-closed": _draw_gates_closed,
}


def _add_figure(figures: Any, name: str, summary: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = figures.add_parser(name, help=summary, description=f"{summary}.")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path(f"{name}.png"),
        metavar="FILE.png",
        help=f"file to write (default: {name}.png)",
    )
    return parser
