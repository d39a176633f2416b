"""How long does a training step take on a device, what does it hold, and how exact is it?

Tasks of this library's worker. A worker with TF32 is another process than one without: CuPy reads CUPY_TF32
before its first product, once.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial

import numpy as np

from l0edu.bench.devices import Stopwatch, device_facts, noting, pool_mib, synchronize
from l0edu.bench.environment import library_versions
from l0edu.bench.problems import Problem, digits, images, make_problem
from l0edu.bench.timing import Answer, Measure
from l0edu.errors import InputError
from l0edu.gating import draw_noise
from l0edu.gpu.arrays import to_device, to_host
from l0edu.gradient import value_and_grad
from l0edu.network import Network
from l0edu.objective import objective_terms
from l0edu.records import State
from l0edu.settings import Settings
from l0edu.tables import Array, FlatTable, Table, map_arrays
from l0edu.train import begin, train_epoch

__all__ = ["DEVICE_TASKS", "TF32", "environment", "memory", "precision", "repeat", "step"]

TF32 = "CUPY_TF32"  # "1" in the environment: CuPy's float32 products may round their factors


def environment(device: str, tf32: bool = False) -> Measure:
    """What the device is, and the versions of this library's side."""
    _check_tf32(device, tf32)
    return lambda _: {"notes": {**library_versions(), "device": device_facts(device), "TF32": tf32}}


def step(network: str, batch: int, device: str, tf32: bool = False) -> Measure:
    """Milliseconds of a training step on a device; one step before them is not timed.

    Parameters
    ----------
    network : str
        As for `make_problem`.
    batch : int
    device : str
    tf32 : bool
        Has to be what this process was started with.

    Examples
    --------
    >>> step("mlp", 10, "stand-in")(2)["value"] > 0
    True
    """
    _check_tf32(device, tf32)
    problem, settings = make_problem(network), _settings(batch)
    start = _start(problem, settings)
    train = cache(lambda steps: to_device(images(problem.net, batch, steps), device))

    def measure(steps: int) -> Answer:
        watch = Stopwatch(partial(synchronize, device))
        train_epoch(problem.net, train(steps + 1), settings, start, watch)
        return {"value": 1000 * watch.seconds / steps}

    return measure


def memory(network: str, batch: int, device: str) -> Measure:
    """MiB in the memory pool after an epoch; notes have it before the first step and after a tenth of them.

    Parameters
    ----------
    network, batch, device
        As for `step`.
    """
    problem, settings = make_problem(network), _settings(batch)

    def measure(steps: int) -> Answer:
        notes: dict[str, float] = {}
        track = noting(notes, partial(pool_mib, device), steps // 10)
        train = to_device(images(problem.net, batch, steps), device)
        train_epoch(problem.net, train, settings, _start(problem, settings), track)
        return {"value": pool_mib(device), "notes": notes}

    return measure


def repeat(network: str, batch: int, device: str, repeatable: bool) -> Measure:
    """Percentage of the parameters that differ in any bit between two runs; notes: by how much at most.

    Parameters
    ----------
    network, batch, device
        As for `step`.
    repeatable : bool
        Whether the noise is drawn on the host, or on the device.
    """
    problem, settings = make_problem(network), replace(_settings(batch), repeatable=repeatable)

    def measure(steps: int) -> Answer:
        train, start = to_device(images(problem.net, batch, steps), device), _start(problem, settings)
        first, second = (
            _flat(to_host(train_epoch(problem.net, train, settings, start)[0].params)) for _ in range(2)
        )
        differing = np.mean(first.view(np.uint32) != second.view(np.uint32))
        return {
            "value": 100 * float(differing),
            "notes": {"largest difference": float(abs(first - second).max())},
        }

    return measure


def precision(network: str, batch: int, device: str, tf32: bool = False) -> Measure:
    """The largest relative error ||g - g'|| / ||g'|| of an array of the gradient, in parts per million.

    g is computed in float32 on the device, g' in float64 on the host.

    Parameters
    ----------
    network, batch, device, tf32
        As for `step`.

    Examples
    --------
    >>> precision("mlp", 10, "stand-in")(1)["value"] < 10
    True
    """
    _check_tf32(device, tf32)
    net, params = make_problem(network)
    noise = draw_noise(net, params, np.random.default_rng(1))
    data = digits(net)[0].take(np.arange(batch))
    given = {"params": params, "noise": noise, "x": data.x}

    def measure(_: int) -> Answer:
        exact = _gradient(net, data.y, **map_arrays(lambda array: array.astype(np.float64), given))
        here = to_host(_gradient(net, *to_device({"y": data.y}, device).values(), **to_device(given, device)))
        errors = map_arrays(lambda g, g64: np.linalg.norm(g - g64) / np.linalg.norm(g64), here, exact)
        largest = max(float(error) for arrays in errors.values() for error in arrays.values())
        return {"value": 1e6 * largest}

    return measure


def _settings(batch: int) -> Settings:
    return Settings(epochs=1, batch_size=batch, lam=0.1, averaging=0.999)


def _start(problem: Problem, settings: Settings) -> State:
    return replace(begin(problem.net, settings), params=problem.params)


def _gradient(net: Network, y: Array, params: Table, noise: FlatTable, x: Array) -> Table:
    objective = partial(objective_terms, net, x=x, y=y, noise=noise, lam=1e-5, conditional=False)
    return value_and_grad(objective)(params)[1]


def _flat(params: Table) -> Array:
    return np.concatenate([array.ravel() for arrays in params.values() for array in arrays.values()])


def _check_tf32(device: str, tf32: bool) -> None:
    if device == "gpu" and (os.environ.get(TF32) == "1") != tf32:
        raise InputError(f"TF32 is asked to be {tf32}: start this process with {TF32}={int(tf32)}")


DEVICE_TASKS: dict[str, Callable[..., Measure]] = {
    "device_environment": environment,
    "device_step": step,
    "device_memory": memory,
    "device_repeat": repeat,
    "device_precision": precision,
}
