"""How long does a training step take in torch on the same device? The yardstick there, in eager mode.

Tasks as in `l0edu.bench.on_device`. The stand-in has no torch of its own: the CPU takes its place.
"""

from collections.abc import Callable
from functools import cache

import torch
from torch import Tensor

from l0edu.bench.devices import MIB, Stopwatch, noting
from l0edu.bench.environment import peak_mib
from l0edu.bench.problems import Problem, images, make_problem
from l0edu.bench.timing import Answer, Measure
from l0edu.bench.torch_reference import Trainer, load, model_of, tensors
from l0edu.errors import InputError

__all__ = ["DEVICE_TASKS", "DeviceTrainer", "environment", "memory", "step"]


class DeviceTrainer(Trainer):
    """The same with all averages in a few launches, as torch.optim does on a GPU."""

    def update_average(self) -> None:
        """One more step in the average."""
        with torch.no_grad():
            torch._foreach_lerp_(self.average, self.params, 1 - self.averaging)


def environment(device: str, tf32: bool = False) -> Measure:
    """Versions of torch, its CUDA and its cuDNN; an error where it sees no GPU."""
    where = _place(device, tf32)
    notes = {"torch": torch.__version__, "TF32": tf32, "device": "the CPU"}
    if where == "cuda":
        versions = {"CUDA": torch.version.cuda, "cuDNN": torch.backends.cudnn.version()}
        notes = {**notes, **versions, "device": torch.cuda.get_device_name()}
    return lambda _: {"notes": notes}


def step(network: str, batch: int, device: str, tf32: bool = False, on_activations: bool = False) -> Measure:
    """Milliseconds of a training step on a device; one step before them is not timed."""
    where, problem = _place(device, tf32), make_problem(network)
    model = model_of(network, problem, on_activations).to(where)
    train = cache(lambda steps: _images(problem, batch, steps, where))

    def measure(steps: int) -> Answer:
        load(model, problem.net, problem.params)
        x, y = train(steps + 1)
        watch = Stopwatch(torch.cuda.synchronize if where == "cuda" else lambda: None)
        DeviceTrainer(model, averaging=0.999).epoch(x, y, batch, 0.1 / len(y), watch)
        return {"value": 1000 * watch.seconds / steps}

    return measure


def memory(network: str, batch: int, device: str) -> Measure:
    """MiB in torch's memory pool after an epoch; notes have it before the first step and after a tenth."""
    where, problem = _place(device, tf32=False), make_problem(network)
    model = model_of(network, problem, on_activations=False).to(where)

    def measure(steps: int) -> Answer:
        notes: dict[str, float] = {}
        x, y = _images(problem, batch, steps, where)
        track = noting(notes, lambda: _reserved_mib(where), steps // 10)
        DeviceTrainer(model, averaging=0.999).epoch(x, y, batch, 0.1 / len(y), track)
        return {"value": _reserved_mib(where), "notes": notes}

    return measure


def _place(device: str, tf32: bool) -> str:
    """Where torch is to compute, and how exactly."""
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = tf32
    if device != "gpu":
        return "cpu"
    if not torch.cuda.is_available():
        raise InputError(f"torch {torch.__version__} sees no GPU: install a torch made for CUDA")
    return "cuda"


def _images(problem: Problem, batch: int, steps: int, where: str) -> tuple[Tensor, Tensor]:
    x, y = tensors(images(problem.net, batch, steps))
    return x.to(where), y.to(where)


def _reserved_mib(where: str) -> float:
    return torch.cuda.memory_reserved() / MIB if where == "cuda" else peak_mib()


DEVICE_TASKS: dict[str, Callable[..., Measure]] = {
    "device_environment": environment,
    "device_step": step,
    "device_memory": memory,
}
