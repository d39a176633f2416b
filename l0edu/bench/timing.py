"""What does a task give to its worker? A function of a number of repetitions that returns an answer."""

import time
from collections.abc import Callable
from typing import Any, TypeAlias

from l0edu.bench.environment import peak_mib

__all__ = ["Answer", "Measure", "milliseconds_of", "peak_memory_of"]

Answer: TypeAlias = dict[str, Any]  # {"value": of one repetition, "notes": {...} if there are any}
Measure: TypeAlias = Callable[[int], Answer]


def milliseconds_of(call: Callable[[], Any]) -> Measure:
    """Mean milliseconds of a call.

    Examples
    --------
    >>> milliseconds_of(lambda: None)(10)["value"] >= 0
    True
    """

    def measure(repetitions: int) -> Answer:
        started = time.perf_counter()
        for _ in range(repetitions):
            call()
        return {"value": 1000 * (time.perf_counter() - started) / repetitions}

    return measure


def peak_memory_of(prepare: Callable[[], Measure]) -> Measure:
    """Peak memory of this process in MiB after a task, which is prepared here; notes have it before.

    Examples
    --------
    >>> answer = peak_memory_of(lambda: milliseconds_of(lambda: None))(1)
    >>> answer["value"] >= answer["notes"]["MiB before"] > 0
    True
    """
    before = peak_mib()
    task = prepare()

    def measure(repetitions: int) -> Answer:
        task(repetitions)
        return {"value": peak_mib(), "notes": {"MiB before": before}}

    return measure
