"""What do the runs give, in the form of the paper's Table 1? Markdown, and JSON with each run's numbers."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from l0edu.checkpoint import write_atomically
from l0edu.collected import CollectedRun
from l0edu.models import build
from l0edu.reproduce.markdown import markdown_table, mean_and_range
from l0edu.reproduce.plan import find_runs, refuse_other_data
from l0edu.reproduce.quoted import LITERATURE, PAPER
from l0edu.reproduce.rows import Row

__all__ = ["Measured", "measured_rows", "table1_json", "table1_markdown", "write_table1"]

RESULTS = ("run", "seeds", "units left", "test error %", "at its best epoch %", "weights left %")
COSTS = (
    "run",
    "dense",
    "live, expected",
    "live, exact",
    "own gates, expected",
    "own gates, exact",
    "seconds",
)
QUOTED = ("quoted, not trained here", "units left", "test error %", "weights left %", "how it is known")
FULL = "Full MNIST, 200 epochs, Adam 1e-3, minibatches of 100, averaging .999, no L2 term."
FAST = "The embedded digits, few epochs: a fast check of the library, not to be compared with the paper."
ABOUT_RESULTS = """\
Units left have a gate that is open at test time. The test error is that of the last epoch. "At its best
epoch" is the lowest of all epochs, chosen on the test set: the number that the reference code reports. Of
several seeds: the mean, and from which to which value."""
ABOUT_COSTS = """\
FLOPs for one example, a multiply as one and an add as one. "Live" counts what has to be computed; "own gates"
is the paper's convention, each layer by its own gates as if its neighbours were dense. "Expected" weights
units by the probability that their gate is open, "exact" counts those that are open at test time. Seconds are
those of a whole run, on a machine that may have done other things meanwhile."""
ABOUT_QUOTED = """\
Weights left are computed from the units left, here as above. What is recalled has to be checked before anyone
relies on it."""


@dataclass(frozen=True)
class Measured:
    """A row with its finished runs, at least one.

    Attributes
    ----------
    row : Row
    runs : list of CollectedRun
        One a seed.
    """

    row: Row
    runs: list[CollectedRun]

    @property
    def architectures(self) -> list[list[int]]:
        """Units left of each run; all of them, of a network without gates."""
        units = [charge.gates for charge in build(self.row.network.removesuffix("-dense")).charges]
        return [run.architecture or units for run in self.runs]

    def numbers(self, name: str) -> list[float]:
        """A property of `CollectedRun`, of each run."""
        return [getattr(run, name) for run in self.runs]


def measured_rows(rows: Sequence[Row], out: Path, fast: bool = False) -> list[Measured]:
    """The rows that have a finished run below a folder, each with all of these, whatever their seeds.

    Raises
    ------
    InputError
        When a run is damaged, or was trained with other options, or on other data than the first.
    """
    found = [(row, find_runs(out, row, fast).values()) for row in rows]
    several = [Measured(row, [run for run in runs if run.finished]) for row, runs in found]
    refuse_other_data([run for one in several for run in one.runs])
    return [one for one in several if one.runs]


def table1_markdown(measured: Sequence[Measured], fast: bool = False) -> str:
    """Three tables: results, costs, and what is quoted."""
    return "\n\n".join(
        (
            f"# Table 1, {'fast runs' if fast else 'reproduced'}\n\n{FAST if fast else FULL}",
            markdown_table(RESULTS, [_results(one, fast) for one in measured]),
            ABOUT_RESULTS,
            markdown_table(COSTS, [_costs(one, fast) for one in measured]),
            ABOUT_COSTS,
            markdown_table(QUOTED, _quoted(), texts=(0, len(QUOTED) - 1)),
            ABOUT_QUOTED,
        )
    )


def table1_json(measured: Sequence[Measured], fast: bool = False) -> dict[str, Any]:
    """The same with each run's numbers: lists have one entry a seed."""
    quoted = [{**asdict(one), "weights_left": one.weights_left} for one in (*PAPER.values(), *LITERATURE)]
    rows = {one.row.key: _numbers(one, fast) for one in measured}
    return {"mode": "fast" if fast else "full", "rows": rows, "quoted": quoted}


def write_table1(measured: Sequence[Measured], out: Path, fast: bool = False) -> list[Path]:
    """Write table1.md and table1.json into a folder; the paths."""
    files = {
        "table1.md": table1_markdown(measured, fast),
        "table1.json": json.dumps(table1_json(measured, fast), indent=1),
    }
    for name, text in files.items():
        write_atomically(out / name, f"{text}\n".encode())
    return [out / name for name in files]


def _results(one: Measured, fast: bool) -> list[str]:
    best = [run.best_error[0] for run in one.runs if run.best_error is not None]
    left = [100 * share for share in one.numbers("weights_left")]
    shown = (mean_and_range(values, ".2f") for values in (one.numbers("test_error"), best, left))
    return [one.row.title(fast), str(len(one.runs)), _units(one.architectures), *shown]


def _units(architectures: Sequence[Sequence[int]]) -> str:
    """221-210-100, and of several from which to which: 221-210-100 (218..223-208..213-100)."""
    layers = list(zip(*architectures, strict=True))
    middle = "-".join(f"{mean(layer):.0f}" for layer in layers)
    ranges = "-".join(f"{min(one)}..{max(one)}" if min(one) < max(one) else f"{one[0]}" for one in layers)
    return middle if ranges == middle else f"{middle} ({ranges})"


def _costs(one: Measured, fast: bool) -> list[str]:
    counts = ("expected_flops", "flops", "expected_flops_own_gates", "flops_own_gates")
    shown = [mean_and_range(one.numbers(name), ",.0f") for name in counts]
    dense = f"{one.runs[0].dense_flops:,.0f}"
    return [one.row.title(fast), dense, *shown, mean_and_range(one.numbers("seconds"), ",.0f")]


def _quoted() -> list[list[str]]:
    rows = (*PAPER.values(), *LITERATURE)
    networks = {"mlp": "MLP", "lenet5": "LeNet-5"}
    return [
        [
            f"{networks[one.network]}: {one.method}",
            "-".join(map(str, one.architecture)),
            f"{one.error:.1f}",
            f"{100 * one.weights_left:.2f}",
            one.source,
        ]
        for network in networks
        for one in rows
        if one.network == network
    ]


def _numbers(one: Measured, fast: bool) -> dict[str, Any]:
    names = ("test_error", "weights_left", "expected_flops", "flops", "expected_flops_own_gates")
    return {
        "title": one.row.title(fast),
        "seeds": [run.config.seed for run in one.runs],
        "architecture": one.architectures,
        "best_error_and_epoch": [run.best_error for run in one.runs],
        **{name: one.numbers(name) for name in (*names, "flops_own_gates", "dense_flops", "seconds")},
        "expected_l0": [run.last["expected_l0"] for run in one.runs],
        "config": [run.config.to_json() for run in one.runs],
    }
