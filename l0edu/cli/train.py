"""`l0edu train`: train a network with gates, and keep the run in a folder."""

import argparse
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tqdm import tqdm

from l0edu.cli.train_options import add_options
from l0edu.errors import InputError
from l0edu.flops import flops
from l0edu.gpu import register
from l0edu.locking import new_folder
from l0edu.models import FAMILY, MODELS
from l0edu.network import Network
from l0edu.reached import reached
from l0edu.recipes import DEFAULTS
from l0edu.request import Request, resolve
from l0edu.running import finish, train_in
from l0edu.runs import Progress, RunFolder

__all__ = ["add", "run", "table"]


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "train",
        help="train a network with gates and keep the run in a folder",
        description="Train a network with gates, or one to compare with; by default on the embedded digits.",
        argument_default=argparse.SUPPRESS,  # so that --resume can tell what was asked for from what was not
    )
    parser.add_argument(
        "network",
        help=f"{', '.join(MODELS)} or {FAMILY}, as in wrn-16-4; -dense: no gates, -dropout: dropout instead",
    )
    add_options(parser)
    files = parser.add_argument_group("the run")
    files.add_argument("--seed", type=int, help="seed of all that is drawn (0)")
    files.add_argument("--out", metavar="DIR", help="the run's folder (runs/NETWORK-DATA, numbered)")
    files.add_argument(
        "--record", action="store_true", help="keep the gates of every epoch, for `l0edu film`"
    )
    files.add_argument("--resume", action="store_true", help="go on with the run in --out, if there is one")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Train, print the table, draw the curves."""
    asked = {name: value for name, value in vars(options).items() if name in {*DEFAULTS, "network"}}
    request = resolve(asked, getattr(options, "out", None), hasattr(options, "resume"))
    if not request.progress.is_finished():
        _refuse_absent(request.progress.config.device)
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


def _refuse_absent(device: str) -> None:
    """A device that is not there is refused before anything is written."""
    if device == "cpu":
        return
    try:
        register(device)
    except InputError as error:
        raise InputError(f"--device {device}: {error}; --device cpu needs none of it") from None


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
    steps, (epochs, inside) = config.steps_per_epoch, progress.steps_done()
    return tqdm(
        total=steps * config.epochs,
        initial=steps * epochs + inside,
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
    width = max([20, *(len(charge.place()) + 1 for charge in net.charges)])
    lines = [f"{'layer':<{width}}{'units':>8}{'units left':>12}"] if net.charges else []
    for charge, left in zip(net.charges, last["architecture"], strict=True):
        lines.append(f"{charge.place():<{width}}{charge.gates:>8,}{left:>12,}")
    weights = sum(charge.gates * charge.group_size for charge in net.charges)
    lines += [
        f"test error {last['test_error']:.2f} % after {last['epoch']} epoch{'s' * (last['epoch'] > 1)}",
        *([f"expected L0 {last['expected_l0']:,.0f} of {weights:,} gated weights"] if weights else []),
        *filter(None, [reached(last)]),
        f"{last['flops']:,} of {flops(net).total:,} FLOPs an example, expected {last['expected_flops']:,.0f}",
        f"{last['seconds']:.0f} s; a step took {first['step_ms']:.2f} ms in the first epoch, "
        f"{last['step_ms']:.2f} ms in the last",
    ]
    return "\n".join(lines)
