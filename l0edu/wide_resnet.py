"""Which network does the paper train on CIFAR? A wide ResNet: WRN-28-10, or of another depth and width.

Table 2 has its errors, Figure 4 its cost.
"""

from dataclasses import dataclass
from typing import Any

from l0edu.errors import InputError
from l0edu.gates import HardConcrete
from l0edu.layers import BatchNorm, Chain, Conv, Dense, Flatten, Gate, Layer, MeanPool, Relu, Residual
from l0edu.network import Network

__all__ = ["wide_resnet"]

MOST_WEIGHTS = 200_000_000
MOST_LAYERS = 1_000


def wide_resnet(
    depth: int = 28,
    width: int = 10,
    classes: int = 10,
    law: Any = HardConcrete(drop_rate=0.3),  # noqa: B008 (frozen)
    gates_before_batch_norm: bool = False,
) -> Network:
    """WRN-depth-width of Zagoruyko and Komodakis (2016), with gates on the hidden maps of its blocks.

    ======  =======  ==============================================
    part    output   made of
    ======  =======  ==============================================
    conv0   32 x 32  a convolution, 3 x 3, 16 maps
    stage1  32 x 32  n blocks (3 x 3, 3 x 3), 16 x width maps
    stage2  16 x 16  n blocks (3 x 3, 3 x 3), 32 x width maps
    stage3  8 x 8    n blocks (3 x 3, 3 x 3), 64 x width maps
    head    classes  mean of each map's 8 x 8 pixels, a dense layer
    ======  =======  ==============================================

    A block is batch norm, relu, conv1, batch norm, relu, conv2, and its input is added to that. In the first
    block of stages 2 and 3, conv1 has stride 2. Where a block changes the number of maps, a 1 x 1 convolution
    of its first batch norm and relu is added instead of the input, as in the original code.

    The gates stand where the original has its dropout: after the second batch norm and relu. They gate the
    inputs of conv2 and answer for the filters of conv1.

    Parameters
    ----------
    depth : int
        6 n + 4 for n blocks in each of the three stages: 10, 16, 22, 28, ...
    width : int
        How many times wider than a ResNet of 16, 32 and 64 maps.
    classes : int
    law : law of gates, or None
        None builds the network without gates.
    gates_before_batch_norm : bool
        Put the gates right after conv1, as the authors' code does. Batch norm then all but cancels what the
        data tell them (tutorial 10).

    Returns
    -------
    Network
        For images (3, 32, 32).

    Raises
    ------
    InputError
        For another depth, a width or number of classes below 1, or a network too large for one machine.

    Examples
    --------
    >>> net = wide_resnet(depth=28, width=10)
    >>> sum(charge.gates for charge in net.charges)
    4480
    >>> sum(charge.gates * charge.group_size for charge in net.charges)
    16842240
    """
    _check(depth, width, classes)
    block = _Block(law, gates_before_batch_norm)
    body: list[Layer] = [_conv("conv0", 16, 3)]
    maps, blocks = 16, (depth - 4) // 6
    for stage, filters, stride in ((1, 16 * width, 1), (2, 32 * width, 2), (3, 64 * width, 2)):
        for i in range(1, blocks + 1):
            body += block.layers(f"stage{stage}_block{i}", maps, filters, stride if i == 1 else 1)
            maps = filters
    body += [BatchNorm("bn"), Relu("relu"), MeanPool("pool", 8), Flatten("flat"), Dense("fc", classes)]
    return Network((3, 32, 32), Chain(f"wrn-{depth}-{width}", tuple(body)), gates_before_batch_norm)


@dataclass(frozen=True)
class _Block:
    """How a block is built: batch norm, relu and a convolution, twice, beside a shortcut."""

    law: Any
    gates_before_batch_norm: bool

    def layers(self, name: str, maps: int, filters: int, stride: int) -> tuple[Layer, ...]:
        """The block, for inputs of so many maps; a shortcut and the branch share the first batch norm."""
        first, rest = _normed(name, 1), self.convolutions(name, filters, stride)
        if maps == filters:
            return (Residual(name, Chain(f"{name}_branch", (*first, *rest))),)
        shortcut = _conv(f"{name}_shortcut", filters, 1, stride)
        return (*first, Residual(name, Chain(f"{name}_branch", rest), shortcut))

    def convolutions(self, name: str, filters: int, stride: int) -> tuple[Layer, ...]:
        """From the first convolution to the second."""
        first, second = _conv(f"{name}_conv1", filters, 3, stride), _conv(f"{name}_conv2", filters, 3)
        normed = _normed(name, 2)
        gate = () if self.law is None else (Gate(f"{name}_gate", self.law, charges=first.name),)
        between = (*gate, *normed) if self.gates_before_batch_norm else (*normed, *gate)
        return (first, *between, second)


def _normed(name: str, number: int) -> tuple[Layer, ...]:
    return BatchNorm(f"{name}_bn{number}"), Relu(f"{name}_relu{number}")


def _conv(name: str, filters: int, kernel: int, stride: int = 1) -> Conv:
    return Conv(name, filters, kernel, stride, padding=kernel // 2, bias=False)


def _check(depth: int, width: int, classes: int) -> None:
    sizes: tuple[Any, ...] = (depth, width, classes)
    if not all(isinstance(size, int) and size >= 1 for size in sizes):
        raise InputError(f"depth {depth}, width {width}, classes {classes}: write whole numbers, at least 1")
    if depth < 10 or depth % 6 != 4:
        raise InputError(f"depth {depth}: a wide ResNet has 6 n + 4 layers, such as 10, 16, 22, 28 or 40")
    blocks = (depth - 4) // 6
    weights = blocks * 2 * 9 * (16**2 + 32**2 + 64**2) * width**2
    if depth > MOST_LAYERS or weights > MOST_WEIGHTS:
        raise InputError(
            f"depth {depth}, width {width}: about {weights:,} weights in {depth} layers are too many; "
            f"take at most {MOST_WEIGHTS:,} in {MOST_LAYERS}"
        )
