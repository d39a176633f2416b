"""Who is measured when, and what do the numbers say? Turns in changing order; medians and quartiles.

A machine's speed drifts by more than what is to be seen, within minutes. So the jobs of a case take turns,
about half a second each, forwards in one round and backwards in the next; a round's values are divided by one
another, and the median of these ratios is the result. All jobs of a case do the same number of repetitions.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from l0edu.bench.cases import Case
from l0edu.bench.processes import Pool

__all__ = ["Effort", "Measurement", "Spread", "measure", "measure_all"]

TRIAL = 3  # repetitions of the second, timed warm-up


@dataclass(frozen=True)
class Effort:
    """How much to measure.

    Attributes
    ----------
    rounds : int
    length : float
        Factor of the cases' `seconds`.
    """

    rounds: int = 12
    length: float = 1.0


@dataclass(frozen=True)
class Spread:
    """Median and quartiles of some numbers.

    Examples
    --------
    >>> Spread.of([3.0, 1.0, 2.0])
    Spread(median=2.0, low=1.5, high=2.5)
    """

    median: float
    low: float
    high: float

    @staticmethod
    def of(numbers: Sequence[float]) -> "Spread":
        """The spread of at least one number."""
        low, median, high = (float(q) for q in np.percentile(numbers, (25, 50, 75)))
        return Spread(median, low, high)


@dataclass(frozen=True)
class Measurement:
    """What a case gave.

    Attributes
    ----------
    case : Case
    count : int
        Repetitions in each measurement.
    values : dict from label to list of float
        A number for each round, of one repetition.
    notes : dict from label to dict
        What else the last answer said.
    """

    case: Case
    count: int
    values: dict[str, list[float]]
    notes: dict[str, dict[str, Any]]

    def ratios(self) -> dict[str, list[float]]:
        """For each pair of the case, as "ours/torch", the ratio in each round."""
        return {
            f"{a}/{b}": [x / y for x, y in zip(self.values[a], self.values[b], strict=True)]
            for a, b in self.case.pairs()
        }


def measure_all(
    cases: Iterable[Case], pool: Pool, effort: Effort, track: Callable[[Any], Iterable[Any]] = iter
) -> Iterator[Measurement]:
    """Measure one case after the other; `track` wraps them, for example in a progress bar."""
    for case in track(cases):
        yield measure(case, pool, effort)


def measure(case: Case, pool: Pool, effort: Effort) -> Measurement:
    """Measure a case in alternating rounds.

    Parameters
    ----------
    case : Case
    pool : Pool
    effort : Effort
    """
    count = case.count or _repetitions(case, pool, effort)
    values: dict[str, list[float]] = {label: [] for label in case.jobs}
    notes: dict[str, dict[str, Any]] = {}
    for turn in range(min(effort.rounds, case.rounds or effort.rounds)):
        labels = list(case.jobs) if turn % 2 == 0 else list(reversed(case.jobs))
        for label in labels:
            answer = pool.ask(case.name, case.jobs[label], count, case.fresh)
            values[label].append(answer["value"])
            notes[label] = answer.get("notes", {})
    return Measurement(case, count, values, notes)


def _repetitions(case: Case, pool: Pool, effort: Effort) -> int:
    """What fills the case's seconds with its slowest job. This is the warm-up, too."""
    slowest = 0.0  # milliseconds
    for job in case.jobs.values():
        pool.ask(case.name, job, 1)
        slowest = max(slowest, pool.ask(case.name, job, TRIAL)["value"])
    wanted = 1000 * case.seconds * effort.length / max(slowest, 1e-6)
    return int(min(max(wanted, 1), case.most))
