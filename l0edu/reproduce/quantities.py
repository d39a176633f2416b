"""Which numbers of a run are compared with a receipt? By name, with the step in which each can change.

An expectation is continuous, but less than one operation or one weight is nothing to speak of: its step is 1.
Exact FLOPs change by whole units. A feature map that is open in all runs of a receipt, and closed in one
more, changes them by 4 %: their step is what the most expensive unit costs.
"""

from dataclasses import dataclass
from functools import cache
from math import inf

from l0edu.collected import CollectedRun
from l0edu.collected.widths import first_open
from l0edu.flops import flops
from l0edu.models import build

__all__ = ["Quantity", "of_choose_lambda", "of_figure3", "of_figure4", "of_table1", "of_targets"]

TEST_IMAGES = {"mini": 1_000, "mnist": 10_000}  # for configs that do not say
MARKS = 6  # places along a curve
SHARE_STEP = 0.01  # percent of the network: less is nothing to speak of


@dataclass(frozen=True)
class Quantity:
    """A number of a run.

    Attributes
    ----------
    name : str
        In words, with its unit.
    value : float
    step : float
        The smallest difference that it can have, or that anybody would look at.
    most : float
        The largest value that is possible.
    """

    name: str
    value: float
    step: float = 0.0
    most: float = inf


def of_table1(run: CollectedRun) -> tuple[Quantity, ...]:
    """Test error, units left of each layer, expected L0 and FLOPs: of the last epoch."""
    charges = run.config.build().charges
    units = zip(charges, run.architecture, strict=True)
    return (
        _test_error(run),
        *(Quantity(f"units left, {charge.place()}", left, 1.0, charge.gates) for charge, left in units),
        Quantity("expected L0", run.last["expected_l0"], 1.0),
        Quantity("expected FLOPs, live units", run.expected_flops, 1.0),
        Quantity("expected FLOPs, own gates", run.expected_flops_own_gates, 1.0),
        _exact_flops(run),
    )


def of_figure3(run: CollectedRun) -> tuple[Quantity, ...]:
    """Expected FLOPs in the paper's convention at six epochs along the run, and exact FLOPs at its end."""
    epochs = sorted({max(1, round(mark * len(run.records) / MARKS)) for mark in range(1, MARKS + 1)})
    curve = ((epoch, run.records[epoch - 1]["expected_flops_own_gates"]) for epoch in epochs)
    return (
        *(Quantity(f"expected FLOPs, own gates, epoch {epoch}", value, 1.0) for epoch, value in curve),
        _exact_flops(run),
    )


def of_figure4(run: CollectedRun) -> tuple[Quantity, ...]:
    """What `of_figure3` has, the expected FLOPs of live units at the end, and the test error there."""
    live = Quantity("expected FLOPs, live units", run.expected_flops, 1.0)
    return *of_figure3(run), live, _test_error(run)


def of_targets(run: CollectedRun) -> tuple[Quantity, ...]:
    """The expected share that the target is of, and what `of_table1` has."""
    share = Quantity("expected share, %", 100 * run.last["pursuit"]["share"], SHARE_STEP, 100.0)
    return share, *of_table1(run)


def of_choose_lambda(run: CollectedRun) -> tuple[Quantity, ...]:
    """The error of the images that were held out, and what `of_table1` has."""
    held_out = run.config.images * run.config.validation / (1 - run.config.validation)
    error = run.last["validation_error"]
    return Quantity("validation error, %", error, 100 / round(held_out), 100.0), *of_table1(run)


def _test_error(run: CollectedRun) -> Quantity:
    """In steps of one test image; in none when nobody knows how many there were."""
    images = run.config.test_images or TEST_IMAGES.get(run.config.data)
    return Quantity("test error, %", run.last["test_error"], 100 / images if images else 0.0, 100.0)


def _exact_flops(run: CollectedRun) -> Quantity:
    return Quantity(
        "exact FLOPs, live units", run.flops, _flops_of_a_unit(run.config.network), run.dense_flops
    )


@cache
def _flops_of_a_unit(network: str) -> float:
    """What is saved when the most expensive unit is closed and all others are open; 1 without gates."""
    net = build(network)
    without = (first_open(net, {charge.gate: charge.gates - 1}) for charge in net.charges)
    return float(max((flops(net).total - flops(net, gates).total for gates in without), default=1.0))
