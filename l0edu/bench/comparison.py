"""What became slower since a record? Ratios to the yardstick that grew by more than the noise.

Milliseconds of two machines cannot be compared, but ratios to torch, or to a plain product, taken on each of
them can, roughly. A ratio has *regressed* when its new median lies above the record's by more than the noise,
which is the largest of

    10 % of the record's median,
    the distance of the quartiles in the record,
    the distance of the quartiles now.

So a case that scatters must change more before it is flagged. Ratios between two things of this library, as
"compacted/dense", are not compared: they grow when the second becomes faster. Quick records are never
compared, and neither are records with another number of threads.
"""

from dataclasses import dataclass
from typing import Any

from l0edu.bench.cases import YARDSTICKS
from l0edu.bench.record import RecordDict

__all__ = ["LEAST_NOISE", "Regression", "find_regressions", "why_incomparable"]

LEAST_NOISE = 0.10  # of the record's median


@dataclass(frozen=True)
class Regression:
    """A ratio that grew by more than the noise.

    Attributes
    ----------
    case, pair : str
        As "step/mlp/initial" and "ours/torch".
    before, now : float
        Medians.
    noise : float
        What `now - before` exceeds.
    """

    case: str
    pair: str
    before: float
    now: float
    noise: float

    def __str__(self) -> str:
        grown = 100 * (self.now / self.before - 1)
        return f"REGRESSION: {self.pair} was {self.before:.2f} (+{grown:.0f} %, noise {self.noise:.2f})"


def why_incomparable(new: RecordDict, old: RecordDict) -> str | None:
    """The reason why two records are not compared; None when they can be.

    Examples
    --------
    >>> why_incomparable({"quick": True, "threads": 2}, {"quick": False, "threads": 2})
    'a quick run says too little'
    """
    if new["quick"]:
        return "a quick run says too little"
    if old["quick"]:
        return "the record is of a quick run"
    if new["threads"] != old["threads"]:
        return f"the record has {old['threads']} threads, this run {new['threads']}"
    device, other = (record.get("device", {}).get("name", "the CPU") for record in (new, old))
    return None if device == other else f"the record is of {other}, this run of {device}"


def find_regressions(new: RecordDict, old: RecordDict) -> list[Regression]:
    """The ratios of `new` that regressed since `old`, by the rule above.

    Parameters
    ----------
    new, old : record
        Cases and pairs that only one of them has are passed over.

    Examples
    --------
    >>> def record(median):
    ...     numbers = {"median": median, "quartiles": [median - 0.01, median + 0.01]}
    ...     return {"cases": {"step/mlp/initial": {"ratios": {"ours/torch": numbers}}}}
    >>> print(*find_regressions(record(0.80), record(0.60)))
    REGRESSION: ours/torch was 0.60 (+33 %, noise 0.06)
    >>> find_regressions(record(0.65), record(0.60))
    []
    """
    found = []
    for name, case in new["cases"].items():
        before = old["cases"].get(name, {"ratios": {}})["ratios"]
        for pair, numbers in case["ratios"].items():
            if pair in before and pair.split("/")[1] in YARDSTICKS:
                found += _look(name, pair, numbers, before[pair])
    return found


def _look(case: str, pair: str, now: Any, before: Any) -> list[Regression]:
    noise = max(LEAST_NOISE * before["median"], _distance(now), _distance(before))
    if now["median"] - before["median"] <= noise:
        return []
    return [Regression(case, pair, before["median"], now["median"], noise)]


def _distance(numbers: Any) -> float:
    low, high = numbers["quartiles"]
    return float(high - low)
