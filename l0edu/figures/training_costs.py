"""What did a network cost at each iteration? Curves over training, with their bands over seeds.

They come from the records of runs; from constants, for networks whose gates do not learn; and, of the time of
a step, from measurements apart from training, if there are any.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from l0edu.errors import InputError
from l0edu.figures.cost_panels import running_median
from l0edu.figures.epochs import Records, column
from l0edu.flops import flops
from l0edu.gating import open_probabilities
from l0edu.models import build
from l0edu.tables import Array

__all__ = [
    "THOUSAND",
    "Costs",
    "Curve",
    "FlatFlops",
    "StepTimes",
    "error_curves",
    "exact_curves",
    "expected_curves",
    "flat_flops",
    "last_iteration",
    "live_curves",
    "time_curves",
]

THOUSAND = 1e3


class FlatFlops(NamedTuple):
    """What a network costs whose gates do not learn: a horizontal line in each convention."""

    expected_own_gates: float
    expected_live: float
    exact: float


class StepTimes(NamedTuple):
    """Measured times of a training step, and where the run stood.

    Attributes
    ----------
    iterations, ms : arrays of shape (n,)
    lower, upper : arrays of shape (n,), optional
        The edges of a band.
    """

    iterations: Array
    ms: Array
    lower: Array | None = None
    upper: Array | None = None


@dataclass(frozen=True)
class Costs:
    """What is drawn of one network.

    Attributes
    ----------
    title : str
    steps : int
        Iterations an epoch: 600 on full MNIST with minibatches of 100.
    runs : dict from curve to list of records' lists
        Of every curve the runs over seeds, each as in metrics.jsonl; the shortest says how far it is drawn.
    flat : dict from curve to FlatFlops
        Curves without runs, as `flat_flops` gives them.
    times : dict from curve to StepTimes
        Measured apart from training. Without any, the records' own times are drawn.
    """

    title: str
    steps: int
    runs: Mapping[str, Sequence[Records]]
    flat: Mapping[str, FlatFlops] = field(default_factory=dict)
    times: Mapping[str, StepTimes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        empty = [name for name, runs in self.runs.items() if not runs or not all(runs)]
        if empty or not (self.runs or self.flat):
            raise InputError(f"{self.title}: no records of {empty or 'any curve'}: train at least one epoch")


class Curve(NamedTuple):
    """A line with its band: iterations in thousands, and lowest, median and highest, of shape (3, n)."""

    name: str
    iterations: Array
    band: Array


def flat_flops(network: str, classes: int | None = None) -> FlatFlops:
    """Of a model whose gates do not learn, dense or with dropout.

    Parameters
    ----------
    network : str
    classes : int, optional
        When the data have not as many as the model usually tells apart.

    Examples
    --------
    >>> flat_flops("mlp-dropout")
    FlatFlops(expected_own_gates=407320.0, expected_live=204160.0, exact=532400.0)
    """
    net = build(network, classes)
    dense = float(flops(net).total)
    if not net.gates():
        return FlatFlops(dense, dense, dense)
    opened = open_probabilities(net, net.init(np.random.default_rng(0), np.float64))
    return FlatFlops(float(flops(net, opened, "own-gates").total), float(flops(net, opened).total), dense)


def expected_curves(costs: Costs) -> list[Curve]:
    """Expected FLOPs for one example in the paper's convention, each layer by its own gates."""
    flat = {name: numbers.expected_own_gates for name, numbers in costs.flat.items()}
    return [*_flat_curves(flat, costs), *_curves_of_runs(costs, "expected_flops_own_gates")]


def live_curves(costs: Costs) -> list[Curve]:
    """Expected FLOPs for one example of what has to be computed, live units only."""
    flat = {name: numbers.expected_live for name, numbers in costs.flat.items()}
    return [*_flat_curves(flat, costs), *_curves_of_runs(costs, "expected_flops")]


def exact_curves(costs: Costs) -> list[Curve]:
    """Exact FLOPs for one example of the network that is left, live units only."""
    flat = {name: numbers.exact for name, numbers in costs.flat.items()}
    return [*_flat_curves(flat, costs), *_curves_of_runs(costs, "flops")]


def time_curves(costs: Costs) -> list[Curve]:
    """Milliseconds a step, measured apart from training; without that, running medians of the records'."""
    if not costs.times:
        curves = _curves_of_runs(costs, "step_ms")
        return [curve._replace(band=np.array([*map(running_median, curve.band)])) for curve in curves]
    found = []
    for name, (iterations, ms, lower, upper) in costs.times.items():
        band = [ms if edge is None else edge for edge in (lower, ms, upper)]
        found.append(Curve(name, np.asarray(iterations) / THOUSAND, np.array(band, float)))
    return found


def error_curves(costs: Costs, key: str) -> list[Curve]:
    """A curve of "test_error" or "train_error" in percent for each kind of runs, against epochs."""
    curves = _curves_of_runs(costs, key)
    return [curve._replace(iterations=curve.iterations * THOUSAND / costs.steps) for curve in curves]


def last_iteration(costs: Costs) -> float:
    """Up to where anything is known, in thousands."""
    epochs = [run[-1]["epoch"] for runs in costs.runs.values() for run in runs]
    measured = [float(np.max(times.iterations)) for times in costs.times.values()]
    return max([epoch * costs.steps for epoch in epochs] + measured, default=1.0) / THOUSAND


def _curves_of_runs(costs: Costs, key: str) -> list[Curve]:
    found = []
    for name, runs in costs.runs.items():
        epochs = min(map(len, runs))
        values = np.array([column(run[:epochs], key)[1] for run in runs])
        band = np.array([values.min(0), np.median(values, 0), values.max(0)])
        found.append(Curve(name, column(runs[0][:epochs], "epoch")[0] * costs.steps / THOUSAND, band))
    return found


def _flat_curves(flat: Mapping[str, float], costs: Costs) -> list[Curve]:
    ends = np.array([0.0, last_iteration(costs)])
    return [Curve(name, ends, np.full((3, 2), float(cost))) for name, cost in flat.items()]
