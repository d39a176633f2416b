"""What of a folder of runs is drawn in Figure 4? Those of wide ResNets on CIFAR, each under its own name.

Runs of one network on the same images, in batches of one size, have a column. Those that differ in their seed
alone make one curve, named by what was done with the gates: "lambda 0.5 / N", or "target 0.5 of the weights,
gates from epoch 9".
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence

from l0edu.collected import CollectedRun, Group, group_runs
from l0edu.collected.wide_resnets import gates_in_words, is_on_cifar, network_and_data, without_variant
from l0edu.config import CLASSES, Config
from l0edu.errors import InputError
from l0edu.figures.training_costs import Costs, flat_flops

__all__ = ["wide_resnet_costs"]

FLAT = ("dense", "dropout")


def wide_resnet_costs(runs: Iterable[CollectedRun]) -> list[Costs]:
    """What is drawn of runs, a column for each network and its images.

    Parameters
    ----------
    runs : iterable of CollectedRun
        Passed over are those that are not finished, of other networks, or on other data. Where no dense
        network was trained, its constant cost is drawn.

    Raises
    ------
    InputError
        When none is left whose gates learn.
    """
    columns: dict[Hashable, list[CollectedRun]] = {}
    for run in runs:
        if run.finished and is_on_cifar(run.config):
            columns.setdefault(_column(run.config), []).append(run)
    found = [column for column in columns.values() if any(map(_learns, column))]
    if not found:
        raise InputError("Figure 4 needs a finished run of a wide ResNet with gates on CIFAR: train one")
    sizes = {column[0].config.batch_size for column in found}
    return [_costs(column, say_batches=len(sizes) > 1) for column in found]


def _column(config: Config) -> Hashable:
    """What runs share that can be compared; where images are held out, the seed decides which."""
    crc = None if config.validation else config.data_crc
    images = config.data, config.images, config.validation, crc
    return without_variant(config.network), images, config.batch_size


def _learns(run: CollectedRun) -> bool:
    return gates_in_words(run.config) not in FLAT


def _costs(runs: Sequence[CollectedRun], say_batches: bool) -> Costs:
    config, groups = runs[0].config, group_runs(runs)
    curves = {
        name: [run.records for run in group.runs] for name, group in zip(_names(groups), groups, strict=True)
    }
    dense = f"{without_variant(config.network)}-dense"
    flat = {} if "dense" in curves else {"dense": flat_flops(dense, CLASSES.get(config.data))}
    title = network_and_data(config) + f", batches of {config.batch_size}" * say_batches
    return Costs(title, config.steps_per_epoch, curves, flat)


def _names(groups: Sequence[Group]) -> list[str]:
    """Of each group its curve's name, with its folder where others have the same."""
    names = [gates_in_words(group.runs[0].config) for group in groups]
    counts = Counter(names)
    return [
        name if counts[name] == 1 else f"{name} ({group.runs[0].name})"
        for name, group in zip(names, groups, strict=True)
    ]
