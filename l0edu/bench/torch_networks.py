"""How would one write the gated networks in torch? Layers with gates, and the networks made of them.

Sub-modules are named as the layers in l0edu. Gates are sampled once a minibatch and multiplied into the
weights, as in the authors' code, or with `on_activations` into the activations, as one would write Eq. 2 by
groups. In one point this code follows l0edu and not the authors': a closed map's bias is closed with it.
"""

from collections import OrderedDict
from collections.abc import Sequence
from math import log
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from l0edu.network import Network
from l0edu.tables import Table

__all__ = ["GatedConv2d", "L0Conv2d", "L0Dense", "L0Layer", "WideBlock", "build", "load"]

THEIR_NAMES = {"W": "weight", "b": "bias", "scale": "weight", "shift": "bias", "log_alpha": "log_alpha"}
BETA, GAMMA, ZETA = 2 / 3, -0.1, 1.1
EDGE = 1e-6  # how near u may come to 0 and 1


class L0Layer(nn.Module):  # type: ignore[misc] # mypy does not see torch's own types
    """A layer whose weights share gates.

    Parameters
    ----------
    weight : tuple of int
        Shape of the weights, outputs first.
    gates : int
    bias : bool

    Attributes
    ----------
    on_activations : bool
        Whether the gates multiply activations; else weights, as in the paper's own code with one sample a
        minibatch.
    """

    on_activations = False

    def __init__(self, weight: Sequence[int], gates: int, bias: bool = True):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(*weight))
        self.bias = nn.Parameter(torch.zeros(weight[0])) if bias else None
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


class GatedConv2d(L0Layer):
    """A 3 x 3 convolution without bias, with a gate for each of the maps that it reads.

    Parameters
    ----------
    inputs, outputs : int
    group_size : int
        How many weights a gate answers for: those that make its map.
    """

    def __init__(self, inputs: int, outputs: int, group_size: int):
        super().__init__((outputs, inputs, 3, 3), inputs, bias=False)
        self.group_size = group_size

    def forward(self, x: Tensor) -> Tensor:
        """(batch, inputs, height, width) to (batch, outputs, height, width)."""
        z = self.gates().view(-1, 1, 1)
        if self.on_activations:
            return F.conv2d(x * z, self.weight, padding=1)
        return F.conv2d(x, self.weight * z, padding=1)


class WideBlock(nn.Module):  # type: ignore[misc] # mypy does not see torch's own types
    """y = x + conv2(z relu(bn2(conv1(a)))), a = relu(bn1(x)).

    Where the number of maps changes, a 1 x 1 convolution of a is added in place of x.
    """

    def __init__(self, maps: int, filters: int, stride: int):
        super().__init__()
        self.bn1, self.bn2 = nn.BatchNorm2d(maps), nn.BatchNorm2d(filters)
        self.conv1 = nn.Conv2d(maps, filters, 3, stride, padding=1, bias=False)
        self.conv2 = GatedConv2d(filters, filters, group_size=9 * maps)
        self.shortcut = None if maps == filters else nn.Conv2d(maps, filters, 1, stride, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, maps, height, width) to (batch, filters, height / stride, width / stride)."""
        a = F.relu(self.bn1(x))
        branch = self.conv2(F.relu(self.bn2(self.conv1(a))))
        return branch + (x if self.shortcut is None else self.shortcut(a))


def build(network: str, width: int = 1, gated: bool = True) -> nn.Sequential:
    """The MLP or LeNet-5, with gates or of torch's own layers; or a wide ResNet, always with gates."""
    if network.startswith("wrn-"):
        return _wide_resnet(*map(int, network.split("-")[1:]))
    dense: Any = L0Dense if gated else nn.Linear
    conv: Any = L0Conv2d if gated else nn.Conv2d
    if network == "mlp":
        h1, h2 = 300 * width, 100 * width
        layers = {"fc1": dense(784, h1), "relu1": nn.ReLU(), "fc2": dense(h1, h2), "relu2": nn.ReLU()}
        return nn.Sequential(OrderedDict(**layers, fc3=dense(h2, 10)))
    maps = {"conv1": conv(1, 20, 5), "relu1": nn.ReLU(), "pool1": nn.MaxPool2d(2)}
    maps |= {"conv2": conv(20, 50, 5), "relu2": nn.ReLU(), "pool2": nn.MaxPool2d(2), "flat": nn.Flatten()}
    return nn.Sequential(OrderedDict(**maps, fc1=dense(800, 500), relu3=nn.ReLU(), fc2=dense(500, 10)))


def _wide_resnet(depth: int, width: int) -> nn.Sequential:
    """WRN-depth-width with gates, for images (batch, 3, 32, 32) and 10 classes."""
    layers: dict[str, nn.Module] = {"conv0": nn.Conv2d(3, 16, 3, padding=1, bias=False)}
    maps = 16
    for stage, filters, stride in ((1, 16 * width, 1), (2, 32 * width, 2), (3, 64 * width, 2)):
        for i in range(1, (depth - 4) // 6 + 1):
            layers[f"stage{stage}_block{i}"] = WideBlock(maps, filters, stride if i == 1 else 1)
            maps = filters
    layers |= {"bn": nn.BatchNorm2d(maps), "relu": nn.ReLU(), "pool": nn.AvgPool2d(8), "flat": nn.Flatten()}
    return nn.Sequential(OrderedDict(**layers, fc=nn.Linear(maps, 10)))


def load(model: nn.Module, net: Network, params: Table) -> None:
    """Copy l0edu's parameters into a model of `build`; log_alpha where the model has gates."""
    charged = {charge.gate: charge.layer for charge in net.charges}
    with torch.no_grad():
        for name, table in params.items():
            layer = _gated(model, name, charged[name]) if name in charged else _layer(model, name)
            for array, value in table.items():
                if array != "log_alpha" or isinstance(layer, L0Layer):
                    getattr(layer, THEIR_NAMES[array]).copy_(torch.tensor(value))


def _layer(model: nn.Module, name: str) -> Any:
    """The sub-module of a layer; "stage1_block1_conv1" is `conv1` of `stage1_block1`."""
    block, _, part = name.rpartition("_")
    return getattr(getattr(model, block) if block else model, part)


def _gated(model: nn.Module, gate: str, charged: str) -> Any:
    """The sub-module that holds a gate's log_alpha: a block's second convolution, else the charged layer."""
    block = gate.rpartition("_")[0]
    return _layer(model, f"{block}_conv2" if block else charged)
