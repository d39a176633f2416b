"""How long was a training step at each point of a run? Measured again, in turns, from the recorded gates.

A run's own times are those of a machine that may have done other things meanwhile. Here epochs of all rows
of a network, its dense and its dropout form, and torch's version, which computes everything in every step,
take turns in processes of their own.

A time is that of a whole training step: minibatch, noise of the gates, forward, backward, Adam, averaging.
For the time of a whole run, what lies between the measured epochs is interpolated. Done so with the exact
FLOPs of three runs of Table 1, which are known in every epoch, ten epochs give the mean over 200 to 1.4 %.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np

from l0edu.bench.cases import Case, Job
from l0edu.bench.processes import Pool
from l0edu.bench.rounds import Effort, measure_all
from l0edu.checkpoint import write_atomically
from l0edu.collected import CollectedRun
from l0edu.errors import InputError
from l0edu.figures.training_costs import StepTimes
from l0edu.reproduce.receipts import comparable, differences
from l0edu.runs import RunFolder

__all__ = [
    "STEP_TIMES",
    "cases_of",
    "first_recorded",
    "measure_step_times",
    "read_step_times",
    "run_ratio",
    "write_step_times",
]

FIRST, POINTS = 1, 10  # epochs of a run that are measured, denser at the start
SECONDS = 0.3  # of one measurement
AGAIN = "measure them again, with --measure-steps, or move the file away"
STEP_TIMES = "step_times.json"  # in the folder of the runs
TORCH = "torch"
Times = dict[str, Any]  # as it lies in step_times.json


def cases_of(runs: Mapping[str, CollectedRun], torch: bool) -> list[Case]:
    """A case for each network: points of its recorded runs, its forms without learned gates, and torch.

    Parameters
    ----------
    runs : dict
        By row key, runs with a recording; one of each row.
    torch : bool
        Whether torch takes part.
    """
    cases = []
    for network in dict.fromkeys(run.config.network for run in runs.values()):
        jobs = {
            f"{key}@{epoch}": Job(
                "ours", "recorded_step", {"folder": str(run.path.resolve()), "epoch": epoch}
            )
            for key, run in runs.items()
            if run.config.network == network
            for epoch in _epochs(len(run.records))
        }
        for form in ("dense", "dropout"):
            jobs[f"{network}-{form}"] = Job("ours", "fresh_step", {"network": f"{network}-{form}"})
        if torch:
            jobs[TORCH] = Job(TORCH, "step", {"network": network})
        cases.append(Case(f"run/{network}", jobs, seconds=SECONDS))
    return cases


def first_recorded(runs: Sequence[CollectedRun]) -> CollectedRun:
    """The first of the runs of a row whose gates can be read.

    Raises
    ------
    InputError
        When there is none: why, of the first.
    """
    for run in runs:
        with suppress(InputError):
            _film(run)
            return run
    _film(runs[0])
    return runs[0]


def measure_step_times(
    runs: Mapping[str, CollectedRun],
    threads: int,
    rounds: int,
    torch: bool,
    track: Callable[[Any], Iterable[Any]] = iter,
) -> Times:
    """Medians and quartiles over the rounds, and the ratio of each row's whole run to torch's.

    Parameters
    ----------
    runs : dict
        By row key, runs with a recording.
    threads : int
        Of each library.
    rounds : int
    torch : bool
    track : callable, optional
        Wraps the cases.

    Returns
    -------
    dict
        For JSON: "threads", "rounds", "environment", and under "networks" what was measured.
    """
    for key, run in runs.items():
        _film(run)
        if not run.finished:
            raise InputError(f"{key}: {run.path} is not finished: train it to its end first")
    with Pool(threads) as pool:
        environment = pool.ask("environment", Job("ours", "environment"), 1)["notes"]
        measured = list(measure_all(cases_of(runs, torch), pool, Effort(rounds), track))
    networks = {one.case.name.removeprefix("run/"): _numbers(one.values, runs) for one in measured}
    return {"threads": threads, "rounds": rounds, "environment": environment, "networks": networks}


def run_ratio(ours: Mapping[int, Sequence[float]], torch: Sequence[float], epochs: int) -> list[float]:
    """Time of all steps of a run over torch's, one number a round.

    Parameters
    ----------
    ours : dict from epoch to sequence of float
        Milliseconds of a step with the gates of that epoch, one a round; in between they are interpolated.
    torch : sequence of float
        Milliseconds of a step, the same in every epoch.
    epochs : int

    Examples
    --------
    >>> run_ratio({1: [4.0], 3: [2.0]}, [6.0], epochs=3)
    [0.5]
    """
    at = np.arange(1, epochs + 1)
    points = sorted(ours)
    means = [
        float(np.interp(at, points, [ours[point][turn] for point in points]).mean())
        for turn in range(len(torch))
    ]
    return [mean / other for mean, other in zip(means, torch, strict=True)]


def _film(run: CollectedRun) -> None:
    """Refuse a run whose gates cannot be read."""
    RunFolder(run.path).load_film()


def write_step_times(times: Times, path: Path) -> None:
    """As JSON, whole or not at all."""
    write_atomically(path, (json.dumps(times, indent=1) + "\n").encode())


def read_step_times(path: Path, runs: Mapping[str, CollectedRun]) -> dict[str, StepTimes]:
    """By row key, what Figure 3 draws.

    Parameters
    ----------
    path : Path
    runs : dict
        By row key, the runs beside which times are drawn: theirs have to be of the same options.

    Raises
    ------
    InputError
        When the file is damaged or holds something else, or times of other runs.
    """
    try:
        networks = json.loads(path.read_bytes())["networks"]
        curves = {key: curve for network in networks.values() for key, curve in network["curves"].items()}
        found = {key: _step_times(curve) for key, curve in curves.items()}
        other = [key for key, run in runs.items() if key in curves and differences(run, curves[key]["of"])]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path} holds no step times ({error}): {AGAIN}") from None
    if other:
        raise InputError(f"{path}: the times of {other[0]} are of a run with other options: {AGAIN}")
    return found


def _step_times(curve: Mapping[str, Any]) -> StepTimes:
    iterations, *times = (np.array(curve[name], float) for name in ("iterations", "ms", "lower", "upper"))
    if iterations.ndim != 1 or not iterations.size or any(ms.shape != iterations.shape for ms in times):
        raise ValueError("a curve has not one time for each iteration")
    return StepTimes(iterations, *times)


def _epochs(last: int) -> list[int]:
    """About ten epochs, evenly spaced in their square root."""
    roots = np.linspace(FIRST, last**0.5, POINTS)
    return sorted({round(float(root) ** 2) for root in roots})


def _numbers(values: Mapping[str, list[float]], runs: Mapping[str, CollectedRun]) -> dict[str, Any]:
    curves: dict[str, Any] = {}
    ratios: dict[str, Any] = {}
    for key, run in runs.items():
        ours = {int(label.split("@")[1]): ms for label, ms in values.items() if label.startswith(f"{key}@")}
        if not ours:
            continue
        steps = ceil(run.config.images / run.config.batch_size)
        curves[key] = {**_curve({epoch * steps: ms for epoch, ms in ours.items()}), "of": comparable(run)}
        if TORCH in values:
            ratios[key] = _quartiles(run_ratio(ours, values[TORCH], len(run.records)))
    last = max(iteration for curve in curves.values() for iteration in curve["iterations"])
    flat = {label: ms for label, ms in values.items() if "@" not in label and label != TORCH}
    curves |= {label: _curve({0: ms, last: ms}) for label, ms in flat.items()}
    torch = {"torch_ms": _quartiles(values[TORCH]), "run_over_torch": ratios} if TORCH in values else {}
    return {"curves": curves, **torch}


def _curve(ms: Mapping[int, Sequence[float]]) -> dict[str, list[float]]:
    spreads = {iteration: _quartiles(numbers) for iteration, numbers in sorted(ms.items())}
    names = {"ms": "median", "lower": "low", "upper": "high"}
    columns: dict[str, list[float]] = {
        name: [spread[part] for spread in spreads.values()] for name, part in names.items()
    }
    return {"iterations": [float(iteration) for iteration in spreads], **columns}


def _quartiles(numbers: Sequence[float]) -> dict[str, float]:
    low, median, high = (float(f"{q:.4g}") for q in np.percentile(numbers, (25, 50, 75)))
    return {"median": median, "low": low, "high": high}
