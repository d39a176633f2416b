"""What is asked of a device around a measurement? To finish its work, what it holds, and what it is."""

import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

from l0edu.bench.environment import peak_mib
from l0edu.gpu.arrays import module_of

__all__ = ["MIB", "Stopwatch", "device_facts", "noting", "pool_mib", "synchronize"]

MIB, GIB = 2**20, 2**30


class Stopwatch:
    """Times an epoch from its second batch to its end; wraps the batches, as `track` of `train_epoch`.

    The device has finished all earlier work when the clock starts, and the epoch's own when it stops. So the
    first batch warms up, and what an epoch does once is not timed: the state's way up and down, and the
    reading of the losses.

    Parameters
    ----------
    synchronize : callable
        Returns when the device has nothing left to do.

    Attributes
    ----------
    seconds : float
        Of the last epoch that came to its end.

    Examples
    --------
    >>> watch = Stopwatch(lambda: None)
    >>> list(watch("abc")), watch.seconds > 0
    (['a', 'b', 'c'], True)
    """

    def __init__(self, synchronize: Callable[[], Any]):
        self.synchronize, self.seconds = synchronize, 0.0

    def __call__(self, batches: Iterable[Any]) -> Iterator[Any]:
        """The batches, timed."""
        left = iter(batches)
        yield next(left)
        self.synchronize()
        started = time.perf_counter()
        yield from left
        self.synchronize()
        self.seconds = time.perf_counter() - started


def noting(notes: dict[str, float], held: Callable[[], float], when: int) -> Callable[..., Iterator[Any]]:
    """For `track` of `train_epoch`: what `held` says is noted before the first batch and after `when`.

    Examples
    --------
    >>> notes = {}
    >>> list(noting(notes, lambda: 7.0, when=2)("abc")), notes
    (['a', 'b', 'c'], {'after 0 steps': 7.0, 'after 2 steps': 7.0})
    """

    def track(batches: Iterable[Any]) -> Iterator[Any]:
        for i, batch in enumerate(batches):
            if i in (0, when):
                notes[f"after {i} steps"] = held()
            yield batch

    return track


def synchronize(device: str) -> None:
    """Wait until the device has done all that was asked of it.

    Examples
    --------
    >>> synchronize("stand-in")  # has nothing to wait for
    """
    if device == "gpu":
        module_of(device).cuda.Device().synchronize()


def pool_mib(device: str) -> float:
    """What CuPy's memory pool holds, used or kept for use, in MiB; for the stand-in, this process's peak.

    Examples
    --------
    >>> pool_mib("stand-in") > 10
    True
    """
    if device != "gpu":
        return peak_mib()
    return module_of(device).get_default_memory_pool().total_bytes() / MIB


def device_facts(device: str) -> dict[str, Any]:
    """Name, memory and compute capability of the device, and the versions of what drives it.

    Examples
    --------
    >>> device_facts("stand-in")
    {'kind': 'stand-in', 'name': 'stand-in'}
    """
    if device != "gpu":
        return {"kind": device, "name": device}
    cupy = module_of(device)
    runtime = cupy.cuda.runtime
    properties = runtime.getDeviceProperties(cupy.cuda.Device().id)
    return {
        "kind": device,
        "name": properties["name"].decode(),
        "memory GiB": round(properties["totalGlobalMem"] / GIB, 1),
        "compute": f"{properties['major']}.{properties['minor']}",
        "driver": _driver_version(),
        "driver's CUDA": _dotted(runtime.driverGetVersion()),
        "CUDA": _dotted(runtime.runtimeGetVersion()),
        "CuPy": cupy.__version__,
    }


def _driver_version() -> str:
    """As nvidia-smi tells it."""
    with suppress(OSError, subprocess.SubprocessError):
        command = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
        said = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout
        return said.splitlines()[0].strip()
    return "unknown"


def _dotted(version: int) -> str:
    """13.1 for CUDA's 13010."""
    return f"{version // 1000}.{version % 1000 // 10}"
