"""`l0edu train`: train a network with gates, and keep the run in a folder."""

import argparse
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tqdm import tqdm

from l0edu.data import NAMES
from l0edu.flops import flops
from l0edu.locking import new_folder
from l0edu.models import MODELS
from l0edu.network import Network
from l0edu.request import DEFAULTS, Request, resolve
from l0edu.running import finish, train_in
from l0edu.runs import Progress, RunFolder

__all__ = ["add", "run", "table"]

MISSED = 0.02  # of the target
ADVICE = {
    True: "train for more epochs",
    False: "the gates closed too late and too many: take a --gate-step-factor of 10, and more epochs",
}


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "train",
        help="train a network with gates and keep the run in a folder",
        description="Train a network with gates, or one to compare with; by default on the embedded digits.",
        argument_default=argparse.SUPPRESS,  # so that --resume can tell what was asked for from what was not
    )
    parser.add_argument("network", choices=tuple(MODELS), help="-dense: no gates; -dropout: dropout instead")
    _add_data(parser.add_argument_group("data"))
    _add_objective(parser.add_argument_group("objective"))
    _add_steps(parser.add_argument_group("optimizer"))
    _add_gates(parser.add_argument_group("gates"))
    files = parser.add_argument_group("the run")
    files.add_argument("--seed", type=int, help="seed of all that is drawn (0)")
    files.add_argument("--out", metavar="DIR", help="the run's folder (runs/NETWORK-DATA, numbered)")
    files.add_argument(
        "--record", action="store_true", help="keep the gates of every epoch, for `l0edu film`"
    )
    files.add_argument("--resume", action="store_true", help="go on with the run in --out, if there is one")
    parser.set_defaults(run=run)


def _add_data(group: Any) -> None:
    group.add_argument("--data", choices=NAMES, help="mini: 5,000 digits inside the package (default)")
    group.add_argument("--data-dir", metavar="D", help="folder of IDX files (default: $L0EDU_DATA)")
    group.add_argument("--validation", type=float, metavar="V", help="share of training images held out (0)")


def _add_objective(group: Any) -> None:
    group.add_argument(
        "--lam",
        type=float,
        nargs="+",
        metavar="L",
        help="lambda in units of 1/N, one or one a gated layer (.1; lenet5 on mini .02)",
    )
    target = group.add_mutually_exclusive_group()
    target.add_argument(
        "--target-l0", type=float, metavar="T", help="no lambda: expected share of gated weights left, as .1"
    )
    target.add_argument(
        "--target-flops", type=float, metavar="T", help="no lambda: expected share of the dense FLOPs left"
    )
    group.add_argument(
        "--weight-decay", type=float, metavar="W", help="weight of the L2 term (0); not times N"
    )


def _add_steps(group: Any) -> None:
    group.add_argument("--epochs", type=int, metavar="E", help="120 on the embedded digits, else 200")
    group.add_argument("--batch-size", type=int, metavar="B", help="examples a step (100)")
    group.add_argument("--step-size", type=float, metavar="S", help="Adam's (1e-3)")
    group.add_argument(
        "--gate-step-factor",
        type=float,
        metavar="F",
        help="how many times larger the gates' steps are (1; 10 with a target)",
    )
    group.add_argument("--averaging", type=float, metavar="A", help="decay of the averages (.999; mini .99)")
    group.add_argument("--dtype", choices=("float32", "float64"), help="of parameters and images (float32)")


def _add_gates(group: Any) -> None:
    group.add_argument(
        "--conditional",
        action=argparse.BooleanOptionalAction,
        help="skip in each step what closed gates make useless (yes; the same up to rounding)",
    )
    group.add_argument(
        "--per-example",
        action=argparse.BooleanOptionalAction,
        help="draw the gates anew for each example of a batch (no; with dropout yes)",
    )


def run(options: argparse.Namespace) -> int:
    """Train, print the table, draw the curves."""
    asked = {name: value for name, value in vars(options).items() if name in {*DEFAULTS, "network"}}
    request = resolve(asked, getattr(options, "out", None), hasattr(options, "resume"))
    with _claimed(request) as folder:
        print(f"{request.progress.config.describe()}: {len(request.train):,} images, in {folder.path}")
        folder.begin(request.progress)
        try:
            progress = _train(request, folder)
        except KeyboardInterrupt:
            command = ["l0edu", "train", request.progress.config.network, f"--out={folder.path}", "--resume"]
            print(f"\ngo on with: {shlex.join(command)}", file=sys.stderr)
            raise
        finish(folder, request.net, progress)
        print(table(request.net, progress.records))
        print(f"curves: {folder.curves_file}")
    return 0


def _train(request: Request, folder: RunFolder) -> Progress:
    progress = request.progress
    with _progress_bar(progress) as bar:
        for progress in train_in(folder, request, _tracker(bar)):
            record = progress.records[-1]
            bar.set_description(f"epoch {record['epoch']}, test error {record['test_error']:.1f} %")
            bar.set_postfix_str("-".join(map(str, record["architecture"])))
    return progress


@contextmanager
def _claimed(request: Request) -> Iterator[RunFolder]:
    """The run's folder, held against other processes: the named one, or the first free of a numbered name."""
    config = request.progress.config
    folder = request.folder or RunFolder(new_folder(Path("runs") / f"{config.network}-{config.data}"))
    with folder.claimed():
        yield folder


def _progress_bar(progress: Progress) -> Any:
    """A bar over all steps of the run; none where the output is no terminal."""
    config = progress.config
    steps = -(-config.images // config.batch_size)
    return tqdm(
        total=steps * config.epochs,
        initial=steps * len(progress.records),
        desc="training",
        unit="step",
        disable=None,
        file=sys.stdout,
    )


def _tracker(bar: Any) -> Callable[[Iterable[Any]], Iterable[Any]]:
    def track(batches: Iterable[Any]) -> Iterable[Any]:
        for batch in batches:
            yield batch
            bar.update()

    return track


def table(net: Network, records: Sequence[dict[str, Any]]) -> str:
    """The result as text: layer, units, units left; then error, expected L0, FLOPs and time."""
    first, last = records[0], records[-1]
    lines = [f"{'layer':<20}{'units':>8}{'units left':>12}"] if net.charges else []
    for charge, left in zip(net.charges, last["architecture"], strict=True):
        lines.append(f"{charge.place():<20}{charge.gates:>8,}{left:>12,}")
    weights = sum(charge.gates * charge.group_size for charge in net.charges)
    lines += [
        f"test error {last['test_error']:.2f} % after {last['epoch']} epoch{'s' * (last['epoch'] > 1)}",
        *([f"expected L0 {last['expected_l0']:,.0f} of {weights:,} gated weights"] if weights else []),
        *_reached(last),
        f"{last['flops']:,} of {flops(net).total:,} FLOPs an example, expected {last['expected_flops']:,.0f}",
        f"{last['seconds']:.0f} s; a step took {first['step_ms']:.2f} ms in the first epoch, "
        f"{last['step_ms']:.2f} ms in the last",
    ]
    return "\n".join(lines)


def _reached(last: dict[str, Any]) -> list[str]:
    """How near a target the run has come, if it had one."""
    if "pursuit" not in last:
        return []
    share, aim = last["pursuit"]["share"], last["pursuit"]["aim"]
    missed = share / aim - 1
    reached = f"expected share {share:.4f}, target {aim:.4f} ({missed:+.1%})"
    return [reached if abs(missed) <= MISSED else f"{reached}: missed; {ADVICE[missed > 0]}"]
