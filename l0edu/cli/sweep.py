"""`l0edu sweep`: train many runs, over grids of options and over seeds, several at once."""

import argparse
import shlex
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from tqdm import tqdm

from l0edu.cli import train
from l0edu.errors import InputError
from l0edu.recipes import DEFAULTS
from l0edu.sweep.execute import BACKENDS, check_where, run_all
from l0edu.sweep.folder import claimed
from l0edu.sweep.jobs import Outcome
from l0edu.sweep.manifest import Sweep
from l0edu.sweep.plan import expand
from l0edu.sweep.seeds import spawn_seeds

__all__ = ["add", "run"]

DESCRIPTION = """
Trains a run for each point of a grid and each seed, in a folder each. Where `l0edu train` takes a number, a
grid may stand: START:STOP:log:COUNT, START:STOP:lin:COUNT or A,B,C; of several grids every combination is
trained. A sweep that was stopped goes on with --out DIR --resume. Exits with 1 if a run failed.
"""
USAGE = "l0edu sweep [OPTIONS] train NETWORK [OPTIONS, also those of `l0edu train`, with grids]"
EXAMPLE = "l0edu sweep train mlp --lam 0.01:3:log:8 --seeds 5"


def add(commands: Any) -> None:
    """Add the command to argparse's subparsers."""
    parser = commands.add_parser(
        "sweep",
        help="train many runs: grids of options, seeds, several at once",
        description=DESCRIPTION,
        usage=USAGE,
    )
    _add_options(parser)
    parser.add_argument(
        "arguments",
        nargs=argparse.REMAINDER,
        metavar="train NETWORK ...",
        help=f"what `l0edu train` takes, with grids; as in: {EXAMPLE}",
    )
    parser.set_defaults(run=run, parser_class=type(parser))


def _add_options(parser: Any) -> None:
    sweep = parser.add_argument_group("the sweep")
    sweep.add_argument("--seeds", type=int, metavar="K", help="runs for each point (1)")
    sweep.add_argument("--seed", type=int, metavar="ROOT", help="from which the runs' seeds are spawned (0)")
    sweep.add_argument(
        "--threads", type=int, metavar="T", help="threads of the linear algebra (BLAS) in each run (1)"
    )
    sweep.add_argument("--out", metavar="DIR", help="the sweep's folder (runs/sweep-NETWORK-DATA, numbered)")
    sweep.add_argument("--resume", action="store_true", help="go on with the sweep in --out, if there is one")
    where = parser.add_argument_group("where it runs")
    where.add_argument("--jobs", type=int, default=1, metavar="J", help="runs at once on this machine (1)")
    where.add_argument(
        "--backend", choices=BACKENDS, default="loky", help="processes here (loky), or a cluster"
    )
    where.add_argument("--address", metavar="ADDRESS", help="the cluster's address, as in tcp://HOST:8786")


def run(options: argparse.Namespace) -> int:
    """Train what is not done yet, say what failed; 1 if something did, else 0."""
    asked = _asked(options)
    check_where(options.jobs, options.backend, options.address, asked.threads if asked else 1)
    with claimed(asked, options.out, options.resume) as (folder, sweep):
        print(f"{_size(sweep)}, in {folder}", flush=True)
        again = _command(options, folder)
        try:
            with _sigterm_interrupts():
                outcomes = _run_all(sweep, folder, options)
        except KeyboardInterrupt:
            print(f"\ngo on with: {again}", file=sys.stderr)
            raise
    return _conclude(outcomes, folder, again)


def _asked(options: argparse.Namespace) -> Sweep | None:
    """The sweep that the command line asks for; None when it only says where one is to go on."""
    own = options.parser_class(prog="l0edu sweep", add_help=False, allow_abbrev=False)
    _add_options(own)
    _, arguments = own.parse_known_args(options.arguments, options)  # those behind `train`, too
    numbers = {"seeds": options.seeds, "seed": options.seed, "threads": options.threads}
    given = {name: number for name, number in numbers.items() if number is not None}
    if not arguments:
        _refuse_incomplete(options, given)
        return None
    if arguments[0] != "train":
        raise InputError(f"{arguments[0]} cannot be swept: write, for example, {EXAMPLE}")
    root = given.get("seed", 0)
    return Sweep(
        _points(arguments[1:], options.parser_class),
        root,
        spawn_seeds(root, given.get("seeds", 1)),
        given.get("threads", 1),
    )


def _refuse_incomplete(options: argparse.Namespace, given: dict[str, int]) -> None:
    """Without a word on what to train, only a sweep that was begun can go on."""
    if not options.resume:
        raise InputError(f"say what to train, as in: {EXAMPLE}; or go on with a sweep: --out DIR --resume")
    if given:
        raise InputError(
            f"--{next(iter(given))} is that of the sweep to go on with: leave it out, or say what to train, "
            f"as in: {EXAMPLE}"
        )


def _points(arguments: list[str], parser_class: Any) -> dict[str, dict[str, Any]]:
    """The options of each point, read by the parser of `l0edu train`."""
    parser = parser_class(prog="l0edu")
    train.add(parser.add_subparsers(parser_class=partial(parser_class, allow_abbrev=False)))
    return {name: _options_of(point, parser) for name, point in expand(arguments).items()}


def _options_of(point: list[str], parser: Any) -> dict[str, Any]:
    """The options of one point; their names in full, as grids and the runs' names go by them."""
    parsed, unknown = parser.parse_known_args(["train", *point])
    if unknown:
        raise InputError(
            f"`l0edu train` takes no {unknown[0]}: write its options in full (l0edu train --help)"
        )
    options = {name: value for name, value in vars(parsed).items() if name in {*DEFAULTS, "network"}}
    if "data_dir" in options:
        options["data_dir"] = str(Path(options["data_dir"]).expanduser().resolve())
    return options


def _size(sweep: Sweep) -> str:
    points, seeds = len(sweep.points), len(sweep.seeds)
    runs = f"{points} point{'s' * (points > 1)} x {seeds} seed{'s' * (seeds > 1)}"
    return f"{runs} = {points * seeds} run{'s' * (points * seeds > 1)}"


def _command(options: argparse.Namespace, folder: Path) -> str:
    """How one goes on."""
    command = ["l0edu", "sweep", f"--out={folder}", "--resume"]
    if options.jobs > 1:
        command.append(f"--jobs={options.jobs}")
    if options.address is not None:
        command += [f"--backend={options.backend}", f"--address={options.address}"]
    return shlex.join(command)


@contextmanager
def _sigterm_interrupts() -> Iterator[None]:
    """End as with Ctrl-C when a batch system says that time is up."""
    if threading.current_thread() is not threading.main_thread():  # Python lets no other one listen
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _run_all(sweep: Sweep, folder: Path, options: argparse.Namespace) -> list[Outcome]:
    jobs = sweep.jobs()
    with tqdm(total=len(jobs), desc="runs", unit="run", disable=None, file=sys.stdout) as bar:
        where = options.jobs, options.backend, options.address
        return run_all(jobs, folder, *where, sweep.threads, _reporter(bar))


def _reporter(bar: Any) -> Callable[[Outcome], None]:
    """Moves the bar, or writes a line where there is none; repeats the library's warnings."""
    failed = 0

    def report(outcome: Outcome) -> None:
        nonlocal failed
        failed += outcome.status == "failed"
        if bar.disable:
            print(f"{outcome.name}: {outcome.status}, {outcome.seconds:.1f} s", flush=True)
        bar.set_postfix_str(f"{failed} failed", refresh=False)
        bar.update()
        if outcome.message and outcome.status != "failed":
            tqdm.write(f"warning: {outcome.name}: {outcome.message}", file=sys.stderr)

    return report


def _conclude(outcomes: list[Outcome], folder: Path, again: str) -> int:
    """Counts, a table of what failed, and the next step."""
    counts = Counter(outcome.status for outcome in outcomes)
    said = {"done": "done", "was done": "done before", "failed": "failed"}
    print(", ".join(f"{counts[status]} {words}" for status, words in said.items() if counts[status]))
    failed = [outcome for outcome in outcomes if outcome.status == "failed"]
    width = max((len(outcome.name) for outcome in failed), default=0)
    for outcome in failed:
        print(f"{outcome.name:<{width}}  {outcome.message}")
    if failed:
        print(f"go on with: {again}")
    print(f"compare the runs: {shlex.join(['l0edu', 'runs', str(folder)])}")
    return 1 if failed else 0
