"""How long does this library take? The tasks of its worker, prepared with the arguments of a job."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from l0edu.bench.environment import library_versions, numpy_blas
from l0edu.bench.operations import copy, op, product
from l0edu.bench.problems import digits, make_problem
from l0edu.bench.replays import fresh_step, recorded_step
from l0edu.bench.timing import Answer, Measure, milliseconds_of, peak_memory_of
from l0edu.bench.training_steps import steps_from
from l0edu.compact import compact
from l0edu.settings import Settings
from l0edu.train import begin, fit

__all__ = ["TASKS", "environment", "inference", "memory", "step", "training"]


def environment() -> Measure:
    """Versions, BLAS and threads of this process."""
    return lambda _: {"notes": {**library_versions(), "blas": numpy_blas()}}


def step(
    network: str,
    batch: int = 100,
    counts: Sequence[int] | None = None,
    closed: float | None = None,
    width: int = 1,
) -> Measure:
    """Milliseconds of a training step; each measurement has the same start, and one step before it.

    Parameters
    ----------
    network, counts, closed, width
        As for `make_problem`.
    batch : int

    Examples
    --------
    >>> step("mlp", batch=10)(2)["value"] > 0
    True
    """
    problem = make_problem(network, counts, closed, width)
    settings = Settings(epochs=1, batch_size=batch, lam=0.1, averaging=0.999)
    start = replace(begin(problem.net, settings), params=problem.params)
    return steps_from(problem.net, settings, start)


def training(network: str, epochs: int) -> Measure:
    """Seconds of `fit` with its default settings on the embedded digits; notes have the final test error.

    Parameters
    ----------
    network : str
    epochs : int
    """
    net = make_problem(network).net
    train, test = digits(net)

    def measure(repetitions: int) -> Answer:
        started = time.perf_counter()
        for _ in range(repetitions):
            *_, last = fit(net, train, Settings(epochs=epochs), test)
        seconds = (time.perf_counter() - started) / repetitions
        return {"value": seconds, "notes": {"test error %": last.test_error}}

    return measure


def inference(network: str, counts: Sequence[int], batch: int, compacted: bool = False) -> Measure:
    """Milliseconds of a forward pass, of the network without gates or of what compaction leaves of it.

    Parameters
    ----------
    network, counts
        As for `make_problem`.
    batch : int
    compacted : bool
    """
    net, params = make_problem(network, counts)
    x = digits(net)[1].x[:batch]
    if compacted:
        net, params, _ = compact(net, params)
    return milliseconds_of(lambda: net.apply(params, x))


def memory(network: str) -> Measure:
    """Peak memory of this process in MiB, after so many training steps."""
    return peak_memory_of(lambda: step(network))


TASKS: dict[str, Callable[..., Measure]] = {
    "environment": environment,
    "step": step,
    "fresh_step": fresh_step,
    "recorded_step": recorded_step,
    "training": training,
    "inference": inference,
    "memory": memory,
    "op": op,
    "product": product,
    "copy": copy,
}
