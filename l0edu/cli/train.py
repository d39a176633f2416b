"""`l0edu train`: train a network with gates, and keep the run in a folder."""

import argparse
import sys
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tqdm import tqdm

from l0edu.cli.options import resolve, settings_of
from l0edu.data import NAMES
from l0edu.errors import InputError
from l0edu.models import MODELS, build
from l0edu.network import Network
from l0edu.records import State
from l0edu.runs import Config, RunFolder
from l0edu.train import fit

__all__ = ["add", "run"]


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "train",
        help="train a network with gates and keep the run in a folder",
        description="Train a network with hard concrete gates; by default on the embedded digits.",
        argument_default=argparse.SUPPRESS,  # so that --resume can tell what was asked for from what was not
    )
    parser.add_argument("network", choices=tuple(MODELS))
    parser.add_argument("--data", choices=NAMES, help="mini: 5,000 digits inside the package (default)")
    parser.add_argument("--data-dir", metavar="D", help="folder of IDX files (default: $L0EDU_DATA)")
    parser.add_argument(
        "--lam",
        type=float,
        nargs="+",
        metavar="L",
        help="lambda in units of 1/N, one or one a gated layer (.1; lenet5 on mini .02)",
    )
    parser.add_argument(
        "--weight-decay", type=float, metavar="W", help="weight of the L2 term (0); not times N"
    )
    parser.add_argument("--epochs", type=int, metavar="E", help="120 on the embedded digits, else 200")
    parser.add_argument("--batch-size", type=int, metavar="B", help="examples a step (100)")
    parser.add_argument("--step-size", type=float, metavar="S", help="Adam's (1e-3)")
    parser.add_argument("--averaging", type=float, metavar="A", help="decay of the averages (.999; mini .99)")
    parser.add_argument("--validation", type=float, metavar="V", help="share of training images held out (0)")
    parser.add_argument("--dtype", choices=("float32", "float64"), help="of parameters and images (float32)")
    parser.add_argument("--seed", type=int, help="0")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="the run's folder (runs/NETWORK-DATA, numbered)"
    )
    parser.add_argument("--resume", action="store_true", help="go on with the run in --out, if there is one")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Train, print the table, draw the curves."""
    folder, config, train, validation, test = resolve(options)
    net = build(config.network)
    state = _open(folder, config, net, resume=hasattr(options, "resume"))
    print(f"{describe(config)}: {len(train):,} images, in {folder.path}")
    try:
        with _progress(config, state) as bar, warnings.catch_warnings():
            warnings.showwarning = _show_warning  # type: ignore[assignment]
            for record in fit(net, train, settings_of(config), test, validation, state, _tracker(bar)):
                folder.save(record)
                bar.set_description(f"epoch {record.epoch}, test error {record.test_error:.1f} %")
                bar.set_postfix_str("-".join(map(str, record.architecture)))
    except KeyboardInterrupt:
        print(f"\ngo on with: l0edu train {config.network} --out {folder.path} --resume", file=sys.stderr)
        raise
    _finish(folder, net)
    return 0


def describe(config: Config) -> str:
    """A run in a few words, as in "mlp on mini, lambda 0.1/N"."""
    return f"{config.network} on {config.data}, lambda {' '.join(f'{lam:g}' for lam in config.lam)}/N"


def _open(folder: RunFolder, config: Config, net: Network, resume: bool) -> State | None:
    """Start the folder, or give the state to go on from."""
    if folder.holds_run() and not resume:
        raise InputError(f"{folder.path} holds a run: add --resume to go on with it, or name another --out")
    if not folder.has_checkpoint():
        folder.start(config)
        return None
    state = folder.load_state(net)
    folder.write_config(config)
    return state


def _progress(config: Config, state: State | None) -> Any:
    """A bar over all steps of the run; none where the output is no terminal."""
    steps = -(-config.images // config.batch_size)
    done = 0 if state is None else state.epoch
    return tqdm(
        total=steps * config.epochs,
        initial=steps * done,
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


def _show_warning(message: Warning | str, *_: Any) -> None:
    tqdm.write(f"warning: {message}", file=sys.stderr)


def _finish(folder: RunFolder, net: Network) -> None:
    from l0edu.figures import save_curves

    summary = folder.finish()
    units = {charge.gate: charge.gates for charge in net.charges}
    save_curves(folder.records(), units, describe(folder.config()), folder.curves_file)
    print(table(net, summary))
    print(f"curves: {folder.curves_file}")


def table(net: Network, summary: dict[str, Any]) -> str:
    """The result as text: layer, units, units left; then error, expected L0 and time."""
    lines = [f"{'layer':<20}{'units':>8}{'units left':>12}"]
    for charge, left in zip(net.charges, summary["architecture"], strict=True):
        lines.append(f"{charge.place():<20}{charge.gates:>8,}{left:>12,}")
    weights = sum(charge.gates * charge.group_size for charge in net.charges)
    lines += [
        f"test error {summary['test_error']:.2f} % after {summary['epoch']} epochs",
        f"expected L0 {summary['expected_l0']:,.0f} of {weights:,} gated weights",
        f"{summary['seconds']:.0f} s, {summary['step_ms']:.2f} ms a step",
    ]
    return "\n".join(lines)
