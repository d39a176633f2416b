"""`l0edu runs`: what did the runs in a folder give? A table, a line a run."""

import argparse
import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from l0edu.checkpoint import write_atomically
from l0edu.collected import CollectedRun, collect, price, price_order, way
from l0edu.config import Config

__all__ = ["add", "run", "table"]


class Column(NamedTuple):
    """A column of the table: its heading, a cell's text, and what lines are sorted by, if not by the text."""

    heading: str
    text: Callable[[CollectedRun], str]
    value: Callable[[CollectedRun], Any] | None = None
    measured: bool = False  # whether it needs an epoch
    left: bool = False  # whether it stands at the left


COLUMNS = {
    "name": Column("name", lambda run: run.name, left=True),
    "network": Column("network", lambda run: run.config.network, left=True),
    "data": Column("data", lambda run: run.config.data, left=True),
    "lambda": Column("lambda N", lambda run: price(run.config), lambda run: price_order(run.config)),
    "seed": Column("seed", lambda run: str(run.config.seed), lambda run: run.config.seed),
    "epochs": Column("epochs", lambda run: _epochs(run), lambda run: len(run.records)),
    "units": Column("units left", lambda run: _units(run), lambda run: run.architecture, True),
    "error": Column("error %", lambda run: _number(run.test_error), lambda run: run.test_error, True),
    "weights": Column(
        "weights %", lambda run: _percent(run.weights_left), lambda run: run.weights_left, True
    ),
    "flops": Column("FLOPs %", lambda run: _percent(run.flops_left), lambda run: run.flops_left, True),
    "seconds": Column("seconds", lambda run: f"{run.seconds:,.0f}", lambda run: run.seconds, True),
}
MEASURED = [
    *("units_left", "test_error", "best_error", "best_epoch", "weights_left", "expected_l0"),
    *("flops", "flops_own_gates", "expected_flops", "expected_flops_own_gates", "dense_flops"),
    *("step_ms", "seconds"),
]
LEGEND = (
    "lambda N: lambda in units of 1/N, or a target; error: on the test set, after the last epoch;\n"
    "weights: those between open units, of the gated ones; FLOPs: of what is left (live units only), of the "
    "dense network's"
)


def add(commands: Any) -> None:
    """Add the command `runs` to what `ArgumentParser.add_subparsers` returned.

    Examples
    --------
    >>> parser = argparse.ArgumentParser()
    >>> add(parser.add_subparsers())
    >>> parser.parse_args(["runs", "runs", "--sort", "error"]).sort
    'error'
    """
    parser = commands.add_parser(
        "runs",
        help="a table of the runs in a folder",
        description="Tabulate every run in a folder or below it, from the records of its epochs.",
    )
    parser.add_argument("folder", metavar="DIR", help="folder with runs, or of one run")
    parser.add_argument("--sort", choices=tuple(COLUMNS), default="name", help="column to sort by (name)")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write all numbers in full to a CSV file")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the table; write the file."""
    runs = _in_order(collect(args.folder), COLUMNS[args.sort])
    print(table(runs))
    if args.csv is not None:
        write_atomically(args.csv, _as_csv(runs).encode())
        print(f"CSV: {args.csv}")
    return 0


def table(runs: Sequence[CollectedRun]) -> str:
    """The runs as text, a line each, with a star at those that are not finished."""
    cells = [[column.heading for column in COLUMNS.values()], *map(_cells, runs)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    sides = ["<" if column.left else ">" for column in COLUMNS.values()]
    lines = [
        "  ".join(f"{cell:{side}{width}}" for cell, side, width in zip(line, sides, widths, strict=True))
        for line in cells
    ]
    stars = "* not finished\n" if not all(run.finished for run in runs) else ""
    return "\n".join([*map(str.rstrip, lines), f"{stars}{LEGEND}"])


def _cells(run: CollectedRun) -> list[str]:
    return [column.text(run) if _has(run, column) else "-" for column in COLUMNS.values()]


def _in_order(runs: Sequence[CollectedRun], column: Column) -> list[CollectedRun]:
    """By the column; those that have nothing in it come last."""
    value = column.value or column.text
    filled = [_has(run, column) and value(run) is not None for run in runs]
    lacking = [run for run, there in zip(runs, filled, strict=True) if not there]
    return sorted((run for run, there in zip(runs, filled, strict=True) if there), key=value) + lacking


def _has(run: CollectedRun, column: Column) -> bool:
    return bool(run.records) or not column.measured


def _epochs(run: CollectedRun) -> str:
    return f"{len(run.records)}/{run.config.epochs}{' ' if run.finished else '*'}"


def _units(run: CollectedRun) -> str:
    return "-".join(map(str, run.architecture)) or "no gates"


def _percent(share: float) -> str:
    return _number(100 * share)


def _number(number: float | None) -> str:
    return "-" if number is None else f"{number:.2f}"


def _as_csv(runs: Sequence[CollectedRun]) -> str:
    """Every number in full; nothing where there is no epoch yet."""
    lines = io.StringIO()
    writer = csv.DictWriter(lines, list(_asked(runs[0])) + MEASURED, lineterminator="\n")
    writer.writeheader()
    for each in runs:
        writer.writerow({**_asked(each), **(_measured(each) if each.records else {})})
    return lines.getvalue()


def _asked(run: CollectedRun) -> dict[str, Any]:
    config = run.config
    return {
        **{"name": run.name, "network": config.network, "data": config.data, "lambda_N": _lambdas(config)},
        **{"target_l0": config.target_l0, "target_flops": config.target_flops},
        **{"seed": config.seed, "epochs": len(run.records), "epochs_asked": config.epochs},
        "finished": str(run.finished).lower(),
    }


def _lambdas(config: Config) -> str:
    """In full, and nothing where a target takes their place."""
    return " ".join(map(str, config.lam)) if way(config) == "lambda" else ""


def _measured(run: CollectedRun) -> dict[str, Any]:
    best, epoch = run.best_error or (None, None)
    derived = {"units_left": "-".join(map(str, run.architecture)), "best_error": best, "best_epoch": epoch}
    others = [name for name in MEASURED if name not in derived]
    return {
        **derived,
        **{name: run.last[name] if name in run.last else getattr(run, name) for name in others},
    }
