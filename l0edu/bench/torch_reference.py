"""How would one train the same gated networks in torch? The yardstick: idiomatic, as the paper's code has it.

The networks are those of `l0edu.bench.torch_networks`, with their gates on the weights or on the activations:
both are measured (docs/performance.md). The optimizer is torch.optim.Adam as it comes, and nothing leaves
torch within a step. In one point this code follows l0edu and not the authors': the average has no part of the
initial parameters.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from l0edu.bench.problems import Problem, digits, epochs_of, make_problem
from l0edu.bench.timing import Answer, Measure, milliseconds_of, peak_memory_of
from l0edu.bench.torch_networks import L0Layer, build, load
from l0edu.data import Dataset
from l0edu.settings import Settings
from l0edu.train import begin

__all__ = ["TASKS", "Trainer", "build", "load", "model_of", "tensors", "use_threads"]

Track = Callable[[Iterable[Any]], Iterable[Any]]


class Trainer:
    """Adam on Eq. 9, and averaged parameters.

    Parameters
    ----------
    model : nn.Module
        With gates.
    averaging : float
    """

    def __init__(self, model: nn.Module, averaging: float):
        self.model, self.averaging, self.steps = model, averaging, 0
        self.gated = [layer for layer in model.modules() if isinstance(layer, L0Layer)]
        self.params = list(model.parameters())
        self.average = [torch.zeros_like(p) for p in self.params]
        self.optimizer = torch.optim.Adam(self.params, lr=1e-3)

    def epoch(self, x: Tensor, y: Tensor, batch: int, lam: float, track: Track = iter) -> None:
        """One pass in random order; `lam` is already divided by N, and `track` wraps the batches."""
        for part in track(torch.randperm(len(y), device=y.device).split(batch)):
            self.step(x[part], y[part], lam)

    def step(self, x: Tensor, y: Tensor, lam: float) -> None:
        """One step of Adam and of the average."""
        self.optimizer.zero_grad()
        self.loss(x, y, lam).backward()
        self.optimizer.step()
        self.steps += 1
        self.update_average()

    def update_average(self) -> None:
        """One more step in the average."""
        with torch.no_grad():
            for average, p in zip(self.average, self.params, strict=True):
                average.mul_(self.averaging).add_(p, alpha=1 - self.averaging)

    def loss(self, x: Tensor, y: Tensor, lam: float) -> Tensor:
        """The data term under sampled gates, and the penalty."""
        return F.cross_entropy(self.model(x), y) + lam * sum(layer.penalty() for layer in self.gated)

    def test_error(self, x: Tensor, y: Tensor) -> float:
        """Percent wrong under the averaged parameters and their test gates."""
        kept = [p.detach().clone() for p in self.params]
        self.model.eval()
        with torch.no_grad():
            for p, average in zip(self.params, self.average, strict=True):
                p.copy_(average / (1 - self.averaging**self.steps))
            wrong = (self.model(x).argmax(dim=1) != y).sum().item()
            for p, own in zip(self.params, kept, strict=True):
                p.copy_(own)
        self.model.train()
        return 100 * wrong / len(y)


# ---- the tasks, as in `l0edu.bench.ours`


def use_threads(threads: int) -> None:
    """Let torch compute with so many threads."""
    torch.set_num_threads(threads)


def environment() -> Measure:
    """Version, BLAS and threads of torch."""
    notes = {
        "torch": torch.__version__,
        "blas": "MKL" if torch.backends.mkl.is_available() else "unknown",
        "oneDNN": torch.backends.mkldnn.is_available(),
        "kernel": torch.backends.cpu.get_cpu_capability(),
        "threads": torch.get_num_threads(),
    }
    return lambda _: {"notes": notes}


def step(
    network: str,
    batch: int = 100,
    counts: Sequence[int] | None = None,
    closed: float | None = None,
    width: int = 1,
    on_activations: bool = False,
) -> Measure:
    """Milliseconds of a training step; each measurement has the same start, and one step before it."""
    problem = make_problem(network, counts, closed, width)

    def measure(steps: int) -> Answer:
        trainer = Trainer(model_of(network, problem, on_activations, width), averaging=0.999)
        (warm_up,) = map(tensors, epochs_of(problem.net, 1, batch))
        epochs = [tensors(data) for data in epochs_of(problem.net, steps, batch)]
        trainer.epoch(*warm_up, batch, lam=0.1 / len(warm_up[1]))
        started = time.perf_counter()
        for x, y in epochs:
            trainer.epoch(x, y, batch, lam=0.1 / len(y))
        return {"value": 1000 * (time.perf_counter() - started) / steps}

    return measure


def training(network: str, epochs: int) -> Measure:
    """Seconds of training on the embedded digits, evaluated after each epoch."""
    net, settings = make_problem(network).net, Settings()
    (x, y), (test_x, test_y) = map(tensors, digits(net))

    def measure(repetitions: int) -> Answer:
        started = time.perf_counter()
        for _ in range(repetitions):
            model = build(network)
            load(model, net, begin(net, settings).params)
            trainer = Trainer(model, settings.averaging)
            for _ in range(epochs):
                trainer.epoch(x, y, settings.batch_size, lam=0.1 / len(y))
                error = trainer.test_error(test_x, test_y)
        return {"value": (time.perf_counter() - started) / repetitions, "notes": {"test error %": error}}

    return measure


def inference(network: str, counts: Sequence[int], batch: int) -> Measure:
    """Milliseconds of a forward pass of the network without gates."""
    problem = make_problem(network, counts)
    model = build(network, gated=False)
    load(model, problem.net, problem.params)
    model.eval()
    x = tensors(digits(problem.net)[1])[0][:batch]

    def forward() -> None:
        with torch.no_grad():
            model(x)

    return milliseconds_of(forward)


def memory(network: str) -> Measure:
    """Peak memory of this process in MiB, after so many training steps."""
    return peak_memory_of(lambda: step(network))


def tensors(data: Dataset) -> tuple[Tensor, Tensor]:
    """Images and labels."""
    return torch.tensor(data.x), torch.tensor(data.y)


def model_of(network: str, problem: Problem, on_activations: bool, width: int = 1) -> nn.Sequential:
    """A problem's network and parameters in torch, with its gates on the weights or on the activations."""
    model = build(network, width)
    for layer in model.modules():
        if isinstance(layer, L0Layer):
            layer.on_activations = on_activations
    load(model, problem.net, problem.params)
    return model


TASKS: dict[str, Callable[..., Measure]] = {
    "environment": environment,
    "step": step,
    "training": training,
    "inference": inference,
    "memory": memory,
}
