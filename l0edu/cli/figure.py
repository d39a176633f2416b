"""`l0edu figure`: draw a figure of the paper from the library's own formulas, and write it as PNG."""

import argparse
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
        help="draw a figure of the paper",
        description="Draw a figure of the paper from the library's own formulas, and write it as PNG.",
    )
    parser.set_defaults(run=run)
    figures = parser.add_subparsers(dest="figure", required=True, metavar="{lp,hard-concrete}")
    _add_figure(figures, "lp", "Figure 1: the Lp penalties of one weight")
    gate = _add_figure(figures, "hard-concrete", "Figure 2: the law of a gate, and its expected value")
    gate.add_argument("--log-alpha", type=float, default=0.0, metavar="X", help="location (default: 0)")
    gate.add_argument("--beta", type=float, default=0.5, metavar="B", help="temperature (default: 0.5)")


def run(args: argparse.Namespace) -> int:
    """Draw the figure, write it, print where it is."""
    import numpy as np

    from l0edu import figures  # loads matplotlib, which other commands can do without

    if args.figure == "lp":
        figure, alt = figures.lp_figure(), figures.ALT_TEXT["lp"]
    else:
        rng = np.random.default_rng(0)
        figure = figures.hard_concrete_figure(rng, args.log_alpha, args.beta)
        alt = figures.hard_concrete_alt(args.log_alpha, args.beta)
    print(figures.save_png(figure, args.out, alt))
    return 0


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
