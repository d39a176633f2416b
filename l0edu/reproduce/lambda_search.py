"""Which lambdas leave wanted numbers of units? A search by short runs, one lambda a layer.

The paper's MLP with separate lambdas ends at 266-88-33, and the lambdas are not known. Here each layer's is
moved along its own secant: units ~ lambda^slope, with the slope between the layer's last two runs. That
layers also act on each other is left to the iteration.
"""

from collections.abc import Callable, Sequence
from math import exp, log
from typing import Any, NamedTuple

__all__ = ["Tried", "closest", "distance", "next_lambdas", "search"]

SLOPE = -0.7  # of log units against log lambda, before two runs say more
STEEPEST, FLATTEST = -3.0, -0.25
LARGEST_STEP = log(4.0)
LEAST_CHANGE = 0.02  # of log lambda between two runs that say something about a slope


class Tried(NamedTuple):
    """A run of the search.

    Attributes
    ----------
    lam : list of float
        lambda of each layer, in units of 1/N.
    units : list of int
        What was left at its end.
    """

    lam: list[float]
    units: list[int]


def search(
    run: Callable[[list[float]], Sequence[int]],
    start: Sequence[float],
    wanted: Sequence[float],
    most: int = 12,
    close: float = 0.03,
) -> list[Tried]:
    """All runs of the search, in order; `closest` picks one.

    Parameters
    ----------
    run : callable
        From lambdas to units left.
    start : sequence of float
        The first lambdas.
    wanted : sequence of float
        Units wanted in each layer.
    most : int
        So many runs at most.
    close : float
        Good enough: the largest relative distance of a layer.

    Examples
    --------
    >>> tried = search(lambda lam: [round(100 / one) for one in lam], [1.0, 1.0], [50, 20])
    >>> len(tried), closest(tried, [50, 20]).units
    (3, [50, 20])
    """
    tried: list[Tried] = []
    lam = list(start)
    while len(tried) < most:
        tried.append(Tried(lam, [int(left) for left in run(lam)]))
        if distance(tried[-1].units, wanted) <= close:
            break
        lam = next_lambdas(tried, wanted)
    return tried


def next_lambdas(tried: Sequence[Tried], wanted: Sequence[float]) -> list[float]:
    """Each layer's next lambda, by its secant, to four digits."""
    return [float(f"{_next(tried, layer, units):.4g}") for layer, units in enumerate(wanted)]


def distance(units: Sequence[int], wanted: Sequence[float]) -> float:
    """The largest relative distance of a layer: |log(units / wanted)|.

    Examples
    --------
    >>> round(distance([110, 50], [100, 50]), 3)
    0.095
    """
    return max(abs(_log(left) - log(aim)) for left, aim in zip(units, wanted, strict=True))


def closest(tried: Sequence[Tried], wanted: Sequence[float]) -> Tried:
    """The run with the smallest distance."""
    return min(tried, key=lambda one: distance(one.units, wanted))


def _next(tried: Sequence[Tried], layer: int, wanted: float) -> float:
    last = tried[-1]
    missing = log(wanted) - _log(last.units[layer])
    step = missing / _slope(tried, layer)
    return exp(log(last.lam[layer]) + max(-LARGEST_STEP, min(LARGEST_STEP, step)))


def _slope(tried: Sequence[Tried], layer: int) -> float:
    """Of log units against log lambda, between the last two runs that differ in this layer's lambda."""
    last: Any = tried[-1]
    for before in reversed(tried[:-1]):
        change = log(last.lam[layer]) - log(before.lam[layer])
        if abs(change) >= LEAST_CHANGE:
            slope = (_log(last.units[layer]) - _log(before.units[layer])) / change
            return max(STEEPEST, min(FLATTEST, slope))
    return SLOPE


def _log(units: int) -> float:
    return log(max(units, 0.5))
