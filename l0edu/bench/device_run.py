"""How is a benchmark on a device run? In two halves, without TF32 and with it, and within a time.

TF32 is chosen when a process starts, so each half has workers of its own. What fails, and what there is no
time for, is named in the record, and does not cost the rest.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from l0edu.bench.cases import Case, Job, select_cases
from l0edu.bench.device_cases import uses_tf32
from l0edu.bench.on_device import TF32
from l0edu.bench.processes import Pool, Worker
from l0edu.bench.record import Conditions, RecordDict, make_record
from l0edu.bench.rounds import Measurement, measure
from l0edu.errors import InputError

__all__ = ["NO_TIME", "measure_on"]

NO_TIME = "no time was left"


def measure_on(
    device: str,
    cases: Sequence[Case],
    conditions: Conditions,
    minutes: float,
    track: Callable[[Any], Iterable[Any]] = iter,
    start: Callable[..., Any] = Worker,
) -> RecordDict:
    """The record of a benchmark on a device: that of `make_record`, with "device" and "missing".

    Parameters
    ----------
    device : str
        "gpu" or "stand-in".
    cases : sequence of Case
        From `device_cases`.
    conditions : Conditions
    minutes : float
        When they are over, or when the user interrupts, no other case is begun.
    track : callable
        Wraps the cases, for example in a progress bar.
    start : callable
        `start(side, threads, variables=...)` gives a worker.

    Returns
    -------
    record
        "device" tells what it is; "missing" has the cases without a measurement, and why.
    """
    run = _Run(device, conditions, time.monotonic() + 60 * minutes)
    with suppress(KeyboardInterrupt):
        for tf32 in (False, True):
            half = [case for case in cases if uses_tf32(case) == tf32]
            if half and run.has_time():
                with Pool(conditions.threads, partial(start, variables={TF32: str(int(tf32))})) as pool:
                    run.measure(run.introduce(half, pool, tf32), pool, track)
    done = {measured.case.name for measured in run.measured} | run.missing.keys()
    missing = run.missing | {case.name: NO_TIME for case in cases if case.name not in done}
    return {**make_record(run.measured, conditions, run.said), "device": run.facts, "missing": missing}


class _Run:
    """What has been measured so far, what the workers said of themselves, and what is missing."""

    def __init__(self, device: str, conditions: Conditions, deadline: float):
        self.device, self.effort, self.deadline = device, conditions.effort, deadline
        self.measured: list[Measurement] = []
        self.said: dict[str, Any] = {}
        self.facts: dict[str, Any] = {}
        self.missing: dict[str, str] = {}

    def has_time(self) -> bool:
        return time.monotonic() < self.deadline

    def introduce(self, cases: Sequence[Case], pool: Pool, tf32: bool) -> Sequence[Case]:
        """Ask each worker what it is; the cases, without torch's part where torch sees no GPU.

        None of them where this library's worker does not start in the second half, so that what was measured
        in the first is kept.
        """
        for side in sorted({job.side for case in cases for job in case.jobs.values()}):
            job = Job(side, "device_environment", {"device": self.device, "tf32": tf32})
            try:
                answer = pool.ask("environment", job, 1)
            except InputError as error:
                if side == "ours":
                    return self._without(cases, error)
                self.missing[side] = str(error)
                return select_cases(cases, [], torch=False)
            notes = answer["notes"]
            if side == "ours":
                self.facts = notes.pop("device")
            self.said[f"{side} with TF32" if tf32 else side] = notes
        return cases

    def _without(self, cases: Sequence[Case], error: InputError) -> Sequence[Case]:
        if not self.measured:
            raise error
        self.missing |= {case.name: str(error) for case in cases}
        return []

    def measure(self, cases: Sequence[Case], pool: Pool, track: Callable[[Any], Iterable[Any]]) -> None:
        """Measure one case after the other; one that fails does not cost the others."""
        for case in track(cases):
            if not self.has_time():
                return
            try:
                self.measured.append(measure(case, pool, self.effort))
            except InputError as error:
                self.missing[case.name] = str(error)
                pool.end_all()
