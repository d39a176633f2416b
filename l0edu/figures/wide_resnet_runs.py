"""What of a folder of runs is drawn in Figure 4? Those of wide ResNets on CIFAR, each under its own name.

Runs of one network on the same images have a column; those that differ in their seed alone make one curve,
named by what was done with the gates: "lambda 0.5 / N", or "target 0.5 of the weights, gates from epoch 9".
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from l0edu.collected import CollectedRun, Group, group_runs
from l0edu.collected.wide_resnets import gates_in_words, is_on_cifar, network_and_data, without_variant
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
    columns: dict[tuple[str, str, int], list[CollectedRun]] = {}
    for run in runs:
        if run.finished and is_on_cifar(run.config):
            column = (without_variant(run.config.network), run.config.data, run.config.data_crc)
            columns.setdefault(column, []).append(run)
    found = [_costs(column) for column in columns.values() if any(map(_learns, column))]
    if not found:
        raise InputError("Figure 4 needs a finished run of a wide ResNet with gates on CIFAR: train one")
    return found


def _learns(run: CollectedRun) -> bool:
    return gates_in_words(run.config) not in FLAT


def _costs(runs: Sequence[CollectedRun]) -> Costs:
    config, groups = runs[0].config, group_runs(runs)
    curves = {
        name: [run.records for run in group.runs] for name, group in zip(_names(groups), groups, strict=True)
    }
    flat = {} if "dense" in curves else {"dense": flat_flops(f"{without_variant(config.network)}-dense")}
    return Costs(network_and_data(config), config.steps_per_epoch, curves, flat)


def _names(groups: Sequence[Group]) -> list[str]:
    """Of each group its curve's name, with its folder where others have the same."""
    names = [gates_in_words(group.runs[0].config) for group in groups]
    counts = Counter(names)
    return [
        name if counts[name] == 1 else f"{name} ({group.runs[0].name})"
        for name, group in zip(names, groups, strict=True)
    ]
