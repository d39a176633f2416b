"""`l0edu compact`: make the pruned network of a run physically small, check it, and keep it in a file."""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from l0edu.compact import Compacted, compact
from l0edu.config import Config
from l0edu.data import load
from l0edu.errors import InputError
from l0edu.evaluation import logits
from l0edu.flops import flops
from l0edu.network_file import load_network, save_network
from l0edu.normalized_inputs import behind_normalization
from l0edu.runs import RunFolder
from l0edu.tables import Array
from l0edu.trained import Run, load_run

__all__ = ["add", "run"]

PASSES = 7  # over the timed images, of each network
TIMED = 1000  # images, at most
ROUNDING = 1000  # machine epsilons of the largest logit; random networks, dense and with images, had up to 4


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "compact",
        help="make the network of a run small and keep it in a file",
        description="Takes the gates that are closed at test time out of a run's network, with all that they "
        "made useless, checks that the small network computes the same, and compares sizes and speed. A FILE "
        "that holds a network is replaced; any other is left alone.",
    )
    parser.add_argument("folder", metavar="RUN", help="the run's folder")
    parser.add_argument("--out", metavar="FILE", help="the file to write (RUN/compact.npz)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Compact, compare, write; 1 and nothing written when the small network computes something else."""
    trained = load_run(options.folder)
    default = RunFolder(Path(options.folder)).compact_file
    file = default if options.out is None else Path(options.out)
    _check_target(file)
    before = Compacted(trained.net, trained.params, trained.stats)
    networks = before, compact(*before)
    x, source = _images(trained)
    print(f"{trained.config.describe()}, after {len(trained.records)} epochs\n")
    alike, apart, explained = _compare(networks, x)
    print(
        f"checked on {source}: the same label on {alike:,}; logits differ by at most {apart:.1e} "
        f"(rounding explains {explained:.1e})"
    )
    if not apart <= explained:  # nan is not
        print("l0edu: the compacted network computes something else: nothing was written", file=sys.stderr)
        return 1
    print(f"\n{_table(networks, _seconds(networks, x[:TIMED]))}\n\n{networks[1].net}\n")
    save_network(file, *_for_images(networks[1], trained.config))
    print(f"written: {file}, to be read with l0edu.load_network")
    return 0


def _check_target(file: Path) -> None:
    """Let only a file of this kind be replaced: a slip of the pen must not cost a checkpoint."""
    if not file.parent.is_dir():
        raise InputError(f"--out {file}: there is no folder {file.parent}")
    if file.exists():
        try:
            load_network(file)
        except InputError:
            raise InputError(
                f"{file} is there and holds no network: delete it, or name another --out"
            ) from None


def _images(trained: Run) -> tuple[Any, str]:
    """The images that the two networks are compared on, and what they are."""
    config, shape = trained.config, trained.net.in_shape
    try:
        test = load(config.data, config.data_dir, config.dtype)[1].reshaped(shape)
        return test.x, f"{len(test):,} test images of {config.data}"
    except InputError as error:
        print(f"no test images ({error}), so random ones are taken")
    x = np.random.default_rng(0).random((TIMED, *shape), np.dtype(config.dtype))
    return x, f"{TIMED:,} random images"


def _for_images(network: Compacted, config: Config) -> Compacted:
    """The network for images in [0, 1]: where training normalized channels, behind a layer that does."""
    if config.channel_mean is None or config.channel_std is None:
        return network
    return behind_normalization(network, config.channel_mean, config.channel_std)


def _compare(networks: Sequence[Compacted], x: Any) -> tuple[int, float, float]:
    """How many labels are the same, how far the logits are apart, and how far rounding can bring them."""
    before, after = (logits(net, params, x, stats) for net, params, stats in networks)
    apart = float(np.abs(after - before).max())
    explained = ROUNDING * float(np.finfo(before.dtype).eps) * max(1.0, float(np.abs(before).max()))
    alike = np.count_nonzero(before.argmax(axis=1) == after.argmax(axis=1))
    return int(alike), apart, explained


def _seconds(networks: Sequence[Compacted], x: Array) -> list[float]:
    """Seconds for 1,000 images: the median of several passes, the networks taking turns."""
    rounds = [[_seconds_of_a_pass(network, x) for network in networks] for _ in range(PASSES)]
    return [median(times) * 1000 / len(x) for times in zip(*rounds, strict=True)]


def _seconds_of_a_pass(network: Compacted, x: Array) -> float:
    started = time.perf_counter()
    logits(network.net, network.params, x, network.stats)
    return time.perf_counter() - started


def _table(networks: Sequence[Compacted], seconds: Sequence[float]) -> str:
    """The two networks side by side; how seconds were measured stands below."""
    lines = [f"{'':<24}{'run':>14}{'compacted':>14}"]
    for (name, before), (_, after) in zip(*map(_sizes, networks), strict=True):
        times = f"{before / after:>10,.1f} x" if after else ""
        lines.append(f"{name:<24}{before:>14,}{after:>14,}{times}")
    before, after = seconds
    lines.append(f"{'s for 1,000 images':<24}{before:>14.4f}{after:>14.4f}{before / after:>10.1f} x")
    lines.append(f"(median of {PASSES} passes over up to {TIMED:,} images, the two in turn, 500 at once)")
    return "\n".join(lines)


def _sizes(network: Compacted) -> Iterator[tuple[str, int]]:
    """What can be counted of a network."""
    arrays = [(name, array) for table in network.params.values() for name, array in table.items()]
    total = sum(array.size for _, array in arrays)
    weights = sum(array.size for name, array in arrays if name == "W")
    gates = sum(charge.gates for charge in network.net.charges)
    yield "weights", weights
    yield "biases and constants", total - weights - gates
    yield "gates", gates
    yield "FLOPs for one image", int(flops(network.net).total)
    yield "bytes of all arrays", sum(array.nbytes for _, array in arrays)
