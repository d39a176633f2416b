"""What is measured on a device? Training steps beside torch's on the same one, memory, and how exact it is.

Without TF32 first, as that is what float32 means; then the steps and the gradients again with it.
"""

from collections.abc import Iterator
from typing import Any

from l0edu.bench.cases import Case, Job

__all__ = ["AIMS", "DEVICE_GROUPS", "ON_ACTIVATIONS", "device_cases", "uses_tf32"]

DEVICE_GROUPS = {
    "step": "a training step, gates as initialised: batch, noise, forward, backward, Adam, averaging",
    "memory": "what the memory pool holds after an epoch of so many steps of LeNet-5, batch 100",
    "repeat": "two runs of the same steps: percentage of the parameters that differ in any bit",
    "precision": "largest relative error of an array of the gradient, float32 against float64 on the host",
}
ON_ACTIVATIONS = "torch on activations"  # with its gates there; "torch" has them on the weights
SIZES = {  # network and batch
    "gpu": [("mlp", 100), ("mlp", 1024), ("lenet5", 100), ("lenet5", 1024), ("wrn-28-10", 128)],
    "stand-in": [("mlp", 10), ("lenet5", 10), ("wrn-10-1", 4)],  # shows that all of it runs, and nothing else
}
REPEATED = {"gpu": ("mlp", "lenet5", "wrn-16-1"), "stand-in": ("mlp", "lenet5")}
PRECISE = ("mlp", "lenet5")  # not behind batch norm: near its zeros rectifiers switch by rounding alone
BATCH = {"gpu": 100, "stand-in": 10}
STEPS = {"gpu": 1000, "stand-in": 10}
AIMS = {"step/lenet5/1024": 1.5, "step/wrn-28-10/128": 1.5}  # no longer than that times torch eager


def device_cases(device: str) -> list[Case]:
    """Every case for a device, in the order in which they are measured.

    Parameters
    ----------
    device : str
        "gpu", or "stand-in" for small sizes.

    Examples
    --------
    >>> [case.name for case in device_cases("gpu")][:5]
    ['step/mlp/100', 'step/mlp/1024', 'step/lenet5/100', 'step/lenet5/1024', 'step/wrn-28-10/128']
    """
    return [
        *_steps(device, tf32=False),
        _memory(device),
        *_repeats(device),
        *_precision(device, tf32=False),
        *_steps(device, tf32=True),
        *_precision(device, tf32=True),
    ]


def uses_tf32(case: Case) -> bool:
    """Whether a case lets the device round the factors of products to 10 bits.

    Examples
    --------
    >>> [uses_tf32(case) for case in device_cases("gpu")][::15]
    [False, True]
    """
    return case.name.endswith("/TF32")


def _steps(device: str, tf32: bool) -> Iterator[Case]:
    for network, batch in SIZES[device]:
        what = {"network": network, "batch": batch, "device": device, "tf32": tf32}
        jobs = {
            "ours": Job("ours", "device_step", what),
            ON_ACTIVATIONS: Job("torch", "device_step", {**what, "on_activations": True}),
            "torch": Job("torch", "device_step", what),
        }
        yield Case(_name("step", network, batch, tf32=tf32), jobs, most=50)


def _memory(device: str) -> Case:
    what = {"network": "lenet5", "batch": BATCH[device], "device": device}
    jobs = {library: Job(library, "device_memory", what) for library in ("ours", "torch")}
    steps = STEPS[device]
    return Case(f"memory/lenet5/{steps} steps", jobs, unit="MiB", count=steps, rounds=1, fresh=True)


def _repeats(device: str) -> Iterator[Case]:
    for network in REPEATED[device]:
        for repeatable in (True, False):
            what = {"network": network, "batch": BATCH[device], "device": device, "repeatable": repeatable}
            noise = "noise from the host" if repeatable else "noise from the device"
            yield _ours_alone(f"repeat/{network}/{noise}", "device_repeat", what, "%", count=20)


def _precision(device: str, tf32: bool) -> Iterator[Case]:
    for network in PRECISE:
        what = {"network": network, "batch": BATCH[device], "device": device, "tf32": tf32}
        name = _name("precision", network, BATCH[device], tf32=tf32)
        yield _ours_alone(name, "device_precision", what, "ppm", count=1)


def _ours_alone(name: str, task: str, what: dict[str, Any], unit: str, count: int) -> Case:
    return Case(name, {"ours": Job("ours", task, what)}, unit=unit, count=count, rounds=1)


def _name(*parts: Any, tf32: bool) -> str:
    return "/".join([*map(str, parts), *(["TF32"] if tf32 else [])])
