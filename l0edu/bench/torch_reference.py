"""How would one write the same gated networks in torch? The yardstick: idiomatic, as the paper's code has it.

Gates are sampled once a minibatch and multiplied into the weights, as in the authors' code, or with
`on_activations` into the activations, as one would write Eq. 2 by groups. Both are measured
(docs/performance.md). The optimizer is torch.optim.Adam as it comes, and nothing leaves torch within a step.
In two points this code follows l0edu and not the authors': a closed map's bias is closed with it, and the
average has no part of the initial parameters.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from math import log
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from l0edu.bench.problems import digits, epochs_of, make_problem
from l0edu.bench.timing import Answer, Measure, milliseconds_of, peak_memory_of
from l0edu.data import Dataset
from l0edu.network import Network
from l0edu.records import Settings
from l0edu.tables import Table
from l0edu.train import begin

__all__ = ["TASKS", "L0Conv2d", "L0Dense", "Trainer", "build", "load", "use_threads"]

BETA, GAMMA, ZETA = 2 / 3, -0.1, 1.1
EDGE = 1e-6  # how near u may come to 0 and 1


class L0Layer(nn.Module):  # type: ignore[misc] # mypy does not see torch's own types
    """A layer whose weights share gates.

    Parameters
    ----------
    weight : tuple of int
        Shape of the weights, outputs first.
    gates : int

    Attributes
    ----------
    on_activations : bool
        Whether the gates multiply activations; else weights, as in the paper's own code with one sample a
        minibatch.
    """

    on_activations = False

    def __init__(self, weight: Sequence[int], gates: int):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(*weight))
        self.bias = nn.Parameter(torch.zeros(weight[0]))
        self.log_alpha = nn.Parameter(torch.zeros(gates))
        self.group_size = self.weight.numel() // gates

    def gates(self) -> Tensor:
        """Sampled in training (Eqs. 10 and 11), else the test values (Eq. 13)."""
        if self.training:
            logit = torch.logit(torch.rand_like(self.log_alpha), eps=EDGE)
            s = torch.sigmoid((logit + self.log_alpha) / BETA)
        else:
            s = torch.sigmoid(self.log_alpha)
        return F.hardtanh(s * (ZETA - GAMMA) + GAMMA, 0, 1)

    def penalty(self) -> Tensor:
        """|g| P(z != 0), summed over the gates  (Eqs. 12 and 16)."""
        return self.group_size * torch.sigmoid(self.log_alpha - BETA * log(-GAMMA / ZETA)).sum()


class L0Dense(L0Layer):
    """A dense layer with a gate for each input."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__((outputs, inputs), gates=inputs)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, inputs) to (batch, outputs)."""
        z = self.gates()
        if self.on_activations:
            return F.linear(x * z, self.weight, self.bias)
        return F.linear(x, self.weight * z, self.bias)


class L0Conv2d(L0Layer):
    """A convolution with a gate for each output map."""

    def __init__(self, inputs: int, outputs: int, kernel: int):
        super().__init__((outputs, inputs, kernel, kernel), gates=outputs)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, inputs, height, width) to (batch, outputs, h, w)."""
        z = self.gates()
        if self.on_activations:
            return F.conv2d(x, self.weight, self.bias) * z.view(-1, 1, 1)
        return F.conv2d(x, self.weight * z.view(-1, 1, 1, 1), self.bias * z)


def build(network: str, width: int = 1, gated: bool = True) -> nn.Sequential:
    """The MLP or LeNet-5, with gates or of torch's own layers; sub-modules are named as in l0edu."""
    dense: Any = L0Dense if gated else nn.Linear
    conv: Any = L0Conv2d if gated else nn.Conv2d
    if network == "mlp":
        h1, h2 = 300 * width, 100 * width
        layers = {"fc1": dense(784, h1), "relu1": nn.ReLU(), "fc2": dense(h1, h2), "relu2": nn.ReLU()}
        return nn.Sequential(OrderedDict(**layers, fc3=dense(h2, 10)))
    maps = {"conv1": conv(1, 20, 5), "relu1": nn.ReLU(), "pool1": nn.MaxPool2d(2)}
    maps |= {"conv2": conv(20, 50, 5), "relu2": nn.ReLU(), "pool2": nn.MaxPool2d(2), "flat": nn.Flatten()}
    return nn.Sequential(OrderedDict(**maps, fc1=dense(800, 500), relu3=nn.ReLU(), fc2=dense(500, 10)))


def load(model: nn.Module, net: Network, params: Table) -> None:
    """Copy l0edu's parameters into a model of `build`."""
    with torch.no_grad():
        for charge in net.charges:
            layer = getattr(model, charge.layer)
            layer.weight.copy_(torch.tensor(params[charge.layer]["W"]))
            layer.bias.copy_(torch.tensor(params[charge.layer]["b"]))
            if isinstance(layer, L0Layer):
                layer.log_alpha.copy_(torch.tensor(params[charge.gate]["log_alpha"]))


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

    def epoch(self, x: Tensor, y: Tensor, batch: int, lam: float) -> None:
        """One pass in random order; `lam` is already divided by N."""
        for part in torch.randperm(len(y)).split(batch):
            self.step(x[part], y[part], lam)

    def step(self, x: Tensor, y: Tensor, lam: float) -> None:
        """One step of Adam and of the average."""
        self.optimizer.zero_grad()
        self.loss(x, y, lam).backward()
        self.optimizer.step()
        self.steps += 1
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
        model = build(network, width)
        for layer in model.modules():
            if isinstance(layer, L0Layer):
                layer.on_activations = on_activations
        load(model, problem.net, problem.params)
        trainer = Trainer(model, averaging=0.999)
        (warm_up,) = map(_tensors, epochs_of(problem.net, 1, batch))
        epochs = [_tensors(data) for data in epochs_of(problem.net, steps, batch)]
        trainer.epoch(*warm_up, batch, lam=0.1 / len(warm_up[1]))
        started = time.perf_counter()
        for x, y in epochs:
            trainer.epoch(x, y, batch, lam=0.1 / len(y))
        return {"value": 1000 * (time.perf_counter() - started) / steps}

    return measure


def training(network: str, epochs: int) -> Measure:
    """Seconds of training on the embedded digits, evaluated after each epoch."""
    net, settings = make_problem(network).net, Settings()
    (x, y), (test_x, test_y) = map(_tensors, digits(net))

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
    x = _tensors(digits(problem.net)[1])[0][:batch]

    def forward() -> None:
        with torch.no_grad():
            model(x)

    return milliseconds_of(forward)


def memory(network: str) -> Measure:
    """Peak memory of this process in MiB, after so many training steps."""
    return peak_memory_of(lambda: step(network))


def _tensors(data: Dataset) -> tuple[Tensor, Tensor]:
    return torch.tensor(data.x), torch.tensor(data.y)


TASKS: dict[str, Callable[..., Measure]] = {
    "environment": environment,
    "step": step,
    "training": training,
    "inference": inference,
    "memory": memory,
}
