"""How many weights are left when so many units are? The products of widths that Table 1 stands for."""

from functools import cache
from math import prod
from typing import Any

import numpy as np

from l0edu.charging import INPUT, OUTPUT
from l0edu.flops import flops
from l0edu.models import build
from l0edu.network import Network

__all__ = ["first_open", "weights_between"]


@cache
def weights_between(network: str, architecture: tuple[int, ...]) -> dict[str, int]:
    """How many weights of each gated layer lie between open units: the product of the widths beside it.

    Parameters
    ----------
    network : str
        Name of a model.
    architecture : tuple of int
        Open units of each gated layer.

    Examples
    --------
    >>> weights_between("mlp", (219, 214, 100))
    {'fc1': 46866, 'fc2': 21400, 'fc3': 1000}
    >>> weights_between("lenet5", (20, 25, 45, 462))
    {'conv1': 500, 'conv2': 12500, 'fc1': 20790, 'fc2': 4620}
    """
    net = build(network)
    widths = dict(zip(net.gate_shapes, architecture, strict=True))
    charged = dict.fromkeys(charge.layer for charge in net.charges)
    return {layer: _weights_of(net, layer, widths) for layer in charged}


def _weights_of(net: Network, layer: str, widths: dict[str, int]) -> int:
    shape = net.weight_shapes[layer]
    sides = (_width(net, layer, axis, widths) for axis in (OUTPUT, INPUT))
    return prod(sides) * prod(shape[2:])


def _width(net: Network, layer: str, axis: int, widths: dict[str, int]) -> int:
    """Open units on one side of a layer: by the gates that charge this side, else by those next to it."""
    units = net.weight_shapes[layer][axis]
    own = [charge.gate for charge in net.charges if (charge.layer, charge.axis) == (layer, axis)]
    ruling = own or [gate for gate in widths if _narrows(net, gate, layer, axis)]
    return min((units * widths[gate] // net.gate_shapes[gate][0] for gate in ruling), default=units)


def _narrows(net: Network, gate: str, layer: str, axis: int) -> bool:
    """Whether a side of a layer loses units when one gate of `gate` closes."""
    units = net.gate_shapes[gate][0]
    counted = flops(net, first_open(net, {gate: units - 1})).rows
    row = next(row for row in counted if row.layer == layer)
    return (row.inputs if axis == INPUT else row.outputs) < net.weight_shapes[layer][axis]


def first_open(net: Network, widths: dict[str, int]) -> dict[str, Any]:
    """Gates of which the first so many are open; of layers that are not named, all."""
    units = {gate: shape[0] for gate, shape in net.gate_shapes.items()}
    return {gate: np.arange(n) < widths.get(gate, n) for gate, n in units.items()}
