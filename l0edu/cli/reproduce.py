"""`l0edu reproduce`: train the runs of a published table or figure, or check one against its receipt."""

import argparse
import sys
import tempfile
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from tqdm import tqdm

from l0edu.collected import CollectedRun
from l0edu.errors import InputError
from l0edu.reproduce.check import (
    check_run,
    check_seed,
    check_table,
    other_versions,
    parts_to_check,
    refuse_other_options,
    rows_with_bands,
)
from l0edu.reproduce.choosing import Choice, choose, published_receipt
from l0edu.reproduce.exhibits import EXHIBITS
from l0edu.reproduce.plan import Plan, duration, find_runs, make_plan, what_is_there
from l0edu.reproduce.receipts import (
    Receipt,
    extended,
    mean_seconds,
    read_or_new,
    read_receipt,
    write_receipt,
)
from l0edu.reproduce.rows import L0_ROWS, rows_of
from l0edu.reproduce.table1 import Measured, measured_rows
from l0edu.reproduce.training import train_missing
from l0edu.reproduce.writing import write_exhibit
from l0edu.sweep.jobs import Outcome

__all__ = ["add", "run"]

DESCRIPTION = """
Trains the runs that are missing in --out, then prints the table or draws the figure from all that are
finished there. Stopped at any point, the same command goes on; a finished run is never trained again. Without
--fast or --check, table1, figure3 and targets need the full MNIST (`l0edu data fetch mnist`), and the first
two take hours; figure4 always needs CIFAR, and with the paper's network months on a CPU, so that you will
want a smaller --network. `l0edu runs DIR` says how far runs are. Exits with 1 if a run failed, or if one fell
outside a band of --check.
"""
WITH_STEP_TIMES = ("table1", "figure3")


def add(commands: Any) -> None:
    """Add the command to argparse's subparsers."""
    parser = commands.add_parser(
        "reproduce",
        help="the paper's Table 1, Figures 3 and 4, and other published results, trained anew",
        description=DESCRIPTION,
    )
    parser.add_argument("exhibit", choices=tuple(EXHIBITS))
    runs = parser.add_argument_group("the runs")
    _add_which(runs)
    _add_how(runs)
    _add_wide_resnets(parser.add_argument_group("figure4"))
    _add_check(parser.add_argument_group("receipts"))
    parser.set_defaults(run=run)


def _add_which(group: Any) -> None:
    group.add_argument(
        "--rows", nargs="+", metavar="KEY", help="only these rows, as mlp-lam0.1 (default: all)"
    )
    group.add_argument(
        "--seeds", type=int, metavar="K", help="train seeds 0 to K - 1 of each row (1); 0: none"
    )
    group.add_argument("--data-dir", metavar="D", help="folder of the data's files (default: $L0EDU_DATA)")
    group.add_argument(
        "--fast",
        action="store_true",
        help="fewer epochs, on the embedded digits, for checks; of figure4: wrn-10-1, 3 epochs of CIFAR",
    )


def _add_how(group: Any) -> None:
    group.add_argument("--jobs", type=int, default=1, metavar="J", help="runs at the same time (1)")
    group.add_argument("--out", type=Path, metavar="DIR", help="the runs' folder (one below reproduced/)")
    group.add_argument(
        "--measure-steps",
        type=int,
        metavar="ROUNDS",
        help="time steps again, from the gates that the runs in --out recorded, in turns with torch; "
        "6 rounds take a few minutes",
    )


def _add_wide_resnets(group: Any) -> None:
    group.add_argument("--network", metavar="wrn-D-K", help="a smaller one, as wrn-10-2 (wrn-28-10)")
    group.add_argument(
        "--data", choices=("cifar10", "cifar100"), help="this one only (both, where they are found)"
    )
    group.add_argument("--epochs", type=int, metavar="E", help="of each run (200)")


def _add_check(group: Any) -> None:
    group.add_argument(
        "--check",
        action="store_true",
        help="train one more seed in fast mode, and say whether it falls into the receipt's bands",
    )
    group.add_argument(
        "--seed", type=int, metavar="S", help="seed of the check (default: the next after the receipt's)"
    )
    group.add_argument(
        "--receipt",
        type=Path,
        metavar="FILE.json",
        help="write a receipt of the finished runs; with --check: the receipt (default: the published one)",
    )


def run(options: argparse.Namespace) -> int:
    """Plan, train, show; 0, or 1 when a run failed or fell outside its band."""
    _refuse_numbers(options)
    if options.check:
        return _check(options)
    places = (options.out, options.data_dir)
    choice = choose(
        options.exhibit, options.rows, options.fast, *places, options.network, options.data, options.epochs
    )
    _refuse_what_ends_in_nothing(options, choice)
    return _reproduce(options, choice)


def _refuse_numbers(options: argparse.Namespace) -> None:
    """What cannot be meant, and what is of no use together."""
    for name, least in {"seeds": 0, "jobs": 1, "measure_steps": 1, "seed": 0}.items():
        number = getattr(options, name)
        if number is not None and number < least:
            raise InputError(f"{_as_typed(name)} {number}: it must be at least {least}")
    for name in ("seeds", "measure_steps", "data_dir"):
        if options.check and getattr(options, name) is not None:
            raise InputError(
                f"{_as_typed(name)} is not for --check, which trains one fast run a row: leave it out"
            )
    if options.seed is not None and not options.check:
        raise InputError("--seed is for --check: --seeds says how many are trained")


def _refuse_what_ends_in_nothing(options: argparse.Namespace, choice: Choice) -> None:
    """Before anything is trained: hours later would be late."""
    if options.measure_steps is not None and options.exhibit not in WITH_STEP_TIMES:
        raise InputError(f"--measure-steps is for {' and '.join(WITH_STEP_TIMES)}: leave it out")
    if options.receipt is not None:
        read_or_new(options.receipt, options.exhibit, choice.command)


def _as_typed(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _reproduce(options: argparse.Namespace, choice: Choice) -> int:
    fast, rows, out = options.fast, choice.rows, choice.out
    seeds = range(1 if options.seeds is None else options.seeds)
    seconds = choice.seconds(options.exhibit, fast) if seeds else {}
    plan = make_plan(rows, seeds, out, fast, options.data_dir, seconds)
    if not seeds:
        print(what_is_there(rows, out, fast))
    if options.measure_steps is not None and seeds:
        _refuse_unrecorded(plan)
    failed = _train(plan, options.jobs) if seeds else []
    measured = measured_rows(rows, out, fast)
    if not seeds and not measured:
        raise InputError(f"{out} holds no finished run of these rows: take another --out, or --seeds 1")
    if measured:
        if options.measure_steps is not None:
            _measure_steps(measured_rows(L0_ROWS, out, fast), options.measure_steps, out)
        _show(options, measured, out)
        if options.receipt is not None:
            _extend_receipt(options, choice, measured)
    return 1 if failed else 0


def _refuse_unrecorded(plan: Plan) -> None:
    """When no run of the plan has recorded its gates, or is going to."""
    gated = [one for one in plan.planned if one.row.gated]
    if not any(one.run.config.record if one.run else one.options.get("record") for one in gated):
        raise InputError(
            "--measure-steps needs runs that record their gates, as full runs of the L0 rows do: leave out "
            "--fast, name such a row, or train the run anew with `l0edu train --record`"
        )


def _train(plan: Plan, jobs: int) -> list[Outcome]:
    """Say what is to be done, do it, and say what became of each run; those that failed."""
    print(plan.text(jobs), flush=True)
    try:
        outcomes = train_missing(plan, jobs, report=_report)
    except KeyboardInterrupt:
        print("\nstopped: the same command goes on from here", file=sys.stderr)
        raise
    return [outcome for outcome in outcomes if outcome.status == "failed"]


def _report(outcome: Outcome) -> None:
    words = [f"{outcome.name}: {outcome.status} after {duration(outcome.seconds)}"]
    print(": ".join([*words, outcome.message] if outcome.message else words), flush=True)


def _show(options: argparse.Namespace, measured: list[Measured], out: Path) -> None:
    """Write the table or the figure into the folder; print what is text."""
    files = write_exhibit(options.exhibit, measured, out, options.fast)
    for file in files:
        if file.suffix == ".md":
            print(f"\n{file.read_text(encoding='utf-8')}")
    print(f"written: {', '.join(map(str, files))}")


def _measure_steps(measured: list[Measured], rounds: int, out: Path) -> None:
    """Time the steps of a run of each row, all in turns; write them into the folder, print ratios to torch.

    All rows of the folder, whatever was asked for: the file has those of one measurement.
    """
    from l0edu.bench.environment import cores
    from l0edu.oracle import torch_is_installed
    from l0edu.reproduce.step_times import STEP_TIMES, measure_step_times, write_step_times

    runs = _runs_to_time(measured)
    track = partial(tqdm, disable=None, unit="network", leave=False)
    times = measure_step_times(runs, cores(), rounds, torch_is_installed(), track)
    write_step_times(times, out / STEP_TIMES)
    print(f"\nsteps timed with {times['threads']} threads, {rounds} rounds: {out / STEP_TIMES}")
    for network in times["networks"].values():
        for key, ratio in network.get("run_over_torch", {}).items():
            spread = f"quartiles {ratio['low']:.2f} to {ratio['high']:.2f}"
            print(f"{key}: all its steps take {ratio['median']:.2f} of torch's time ({spread})")


def _runs_to_time(measured: list[Measured]) -> dict[str, CollectedRun]:
    """Of each row the first run whose gates can be read; rows without one are named."""
    from l0edu.reproduce.step_times import first_recorded

    found = {}
    for one in measured:
        try:
            found[one.row.key] = first_recorded(one.runs)
        except InputError as error:
            print(f"{one.row.key}: its steps are not timed: {error}")
    return found


def _extend_receipt(options: argparse.Namespace, choice: Choice, measured: list[Measured]) -> None:
    """Put what was measured into the receipt, as it is by now, and write it."""
    file = options.receipt
    before = read_or_new(file, options.exhibit, choice.command)
    receipt, stay = extended(before, "fast" if options.fast else "full", measured)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_receipt(receipt, file)
    print(f"receipt: {file}")
    if stay:
        print(f"{', '.join(stay)}: its part stays, as it has other seeds too: name another file or --out")


def _check(options: argparse.Namespace) -> int:
    """Train one more seed of each row and compare; 0 when all is inside its band, else 1."""
    if not EXHIBITS[options.exhibit].published:
        raise InputError(f"--check is not for {options.exhibit}: no bands of it are published")
    path = options.receipt or published_receipt(options.exhibit)
    receipt = read_receipt(path, options.exhibit)
    rows = EXHIBITS[options.exhibit].rows
    rows = rows_of(options.rows, rows) if options.rows else rows_with_bands(receipt, rows)
    parts = parts_to_check(receipt, rows)
    seed = check_seed(parts, options.seed)
    refuse_other_options(parts, rows)
    temporary = tempfile.TemporaryDirectory() if options.out is None else nullcontext(options.out)
    with temporary as out:
        plan = make_plan(rows, [seed], Path(out), True, None, mean_seconds(receipt, "fast"))
        if _train(plan, options.jobs):
            return 1
        runs = {row.key: find_runs(Path(out), row, True)[seed] for row in rows}
        return _compare(options.exhibit, receipt, parts, runs)


def _compare(what: str, receipt: Receipt, parts: dict[str, Any], runs: dict[str, CollectedRun]) -> int:
    checked = [one for key, run in runs.items() for one in check_run(what, key, parts[key], run)]
    print(f"\n{check_table(checked)} (in {100 * receipt['share']:g} % of checks all are)")
    for key, run in runs.items():
        if differ := other_versions(parts[key], run):
            print(f"{key}: versions differ: {differ}")
    return 0 if all(one.inside for one in checked) else 1
