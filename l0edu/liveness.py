"""Which units matter? Those that can be other than zero, if something reads them.

    alive     this unit can be other than 0: followed forward, from the input
    wanted    something downstream reads this unit: followed backward, from the output

A unit costs something only if it is both. A closed gate kills forward and unwants backward: a closed gate on
the inputs of fc2 makes a whole row of fc1 useless too.

The two walks here are the same whether a gate is open or closed (`Mask`, a yes or no for each unit) or open
with some probability (`l0edu.chances.Chance`): they need no more than what `l0edu.units.Units` lists.
"""

from collections.abc import Iterator
from functools import singledispatch
from math import prod
from typing import Any, NamedTuple, TypeVar

import numpy as np

from l0edu.errors import InputError
from l0edu.layers import (
    BatchNorm,
    Chain,
    Conv,
    Dense,
    Flatten,
    Gate,
    Layer,
    Put,
    Residual,
    Take,
)
from l0edu.network import Network
from l0edu.units import Units

__all__ = ["Ends", "Gated", "alive_after", "along", "ends", "wanted_before"]

U = TypeVar("U", bound=Units)


class Gated(NamedTuple):
    """A network, and what is known of its gates.

    Attributes
    ----------
    net : Network
    gates : dict
        For each gated layer, an array of bool or of probabilities: one a unit, or one for each link between
        an input and an output. A layer that is missing has open gates.
    """

    net: Network
    gates: dict[str, Any]


class Ends(NamedTuple):
    """What a layer can be given and what is asked of it.

    Attributes
    ----------
    layer : Layer
    alive : Units
        At its input.
    wanted : Units
        At its output.
    """

    layer: Layer
    alive: Any
    wanted: Any


def ends(body: Layer, alive: U, wanted: U, gated: Gated) -> Iterator[Ends]:
    """Every leaf of `body` with what is alive at its input and wanted at its output, in order.

    Parameters
    ----------
    body : layer
    alive, wanted : Units
        At the input and at the output of the whole body.
    gated : Gated

    Examples
    --------
    >>> from l0edu import mlp
    >>> from l0edu.units import Mask
    >>> net = mlp((2, 3, 2), drop_rates=(0.2, 0.5))
    >>> gated = Gated(net, {"gate2": np.array([True, False, True])})
    >>> for end in ends(net.body, Mask(np.ones(2, bool)), Mask(np.ones(2, bool)), gated):
    ...     print(end.layer.name, end.alive.on, end.wanted.on)
    gate1 [ True  True] [ True  True]
    fc1 [ True  True] [ True False  True]
    relu1 [ True  True  True] [ True False  True]
    gate2 [ True  True  True] [ True  True  True]
    fc2 [ True False  True] [ True  True]
    """
    if isinstance(body, Chain):
        for layer, given, asked in along(body, alive, wanted, gated):
            yield from ends(layer, given, asked, gated)
    elif isinstance(body, Residual):
        for side in body.sides():
            yield from ends(side, alive, wanted, gated)
    else:
        yield Ends(body, alive, wanted)


def along(chain: Chain, alive: U, wanted: U, gated: Gated) -> list[Ends]:
    """The layers of a chain with what is alive before and wanted behind each of them."""
    before = [alive]
    for layer in chain.layers:
        before.append(alive_after(layer, before[-1], gated))
    behind = [wanted]
    for layer in reversed(chain.layers):
        behind.append(wanted_before(layer, behind[-1], gated))
    return [Ends(*end) for end in zip(chain.layers, before[:-1], reversed(behind[:-1]), strict=True)]


@singledispatch
def alive_after(layer: Layer, alive: Any, gated: Gated) -> Any:
    """What is alive behind a layer. Layers that keep units apart and 0 at 0 pass on what they get."""
    if not layer.keeps_units:
        raise InputError(
            f"what {type(layer).__name__} {layer.name!r} does to dead units is not known: register it with "
            "l0edu.liveness.alive_after and wanted_before"
        )
    return alive


@singledispatch
def wanted_before(layer: Layer, wanted: Any, gated: Gated) -> Any:
    """What is wanted in front of a layer, likewise."""
    return wanted


@alive_after.register
@wanted_before.register
def _gate(layer: Gate, units: Any, gated: Gated) -> Any:
    open_gates = gated.gates.get(layer.name)
    return units if open_gates is None else units.behind(open_gates)


@alive_after.register
def _(layer: BatchNorm, alive: Any, gated: Gated) -> Any:
    """Its shift makes every unit alive."""
    return alive.mixed(gated.net.shapes[layer.name][0][0], always=True)


@alive_after.register
def _(layer: Flatten, alive: Any, gated: Gated) -> Any:
    return alive.as_pixels(_pixels(layer, gated.net))


@wanted_before.register
def _(layer: Flatten, wanted: Any, gated: Gated) -> Any:
    return wanted.as_maps(_pixels(layer, gated.net))


@alive_after.register(Dense)
@alive_after.register(Conv)
def _(layer: Dense | Conv, alive: Any, gated: Gated) -> Any:
    """A bias makes every output alive, else any input that is."""
    links = gated.gates.get(layer.name)
    if links is None:
        return alive.mixed(gated.net.weight_shapes[layer.name][0], always=layer.bias)
    return alive.joined(links, always=layer.bias)


@wanted_before.register(Dense)
@wanted_before.register(Conv)
def _(layer: Dense | Conv, wanted: Any, gated: Gated) -> Any:
    """Every input is read by every output, unless single weights have gates."""
    links = gated.gates.get(layer.name)
    if links is None:
        return wanted.mixed(gated.net.weight_shapes[layer.name][1], always=False)
    return wanted.joined(links.T, always=False)


@alive_after.register
def _(layer: Take, alive: Any, gated: Gated) -> Any:
    return alive.taken(np.array(layer.units, int))


@wanted_before.register
def _(layer: Take, wanted: Any, gated: Gated) -> Any:
    count = gated.net.shapes[layer.name][0][0]
    return wanted.put_among(np.array(layer.units, int), count, others=False)


@alive_after.register
def _(layer: Put, alive: Any, gated: Gated) -> Any:
    units = np.array(layer.units, int)
    read = alive if layer.units else alive.taken(units)  # a Put of no units does not read its input
    return read.put_among(units, layer.shape[0], others=layer.filled)


@wanted_before.register
def _(layer: Put, wanted: Any, gated: Gated) -> Any:
    read = wanted.taken(np.array(layer.units, int))
    return read if layer.units else read.mixed(gated.net.shapes[layer.name][0][0], always=False)


@alive_after.register
def _(layer: Chain, alive: Any, gated: Gated) -> Any:
    for part in layer.layers:
        alive = alive_after(part, alive, gated)
    return alive


@wanted_before.register
def _(layer: Chain, wanted: Any, gated: Gated) -> Any:
    for part in reversed(layer.layers):
        wanted = wanted_before(part, wanted, gated)
    return wanted


@alive_after.register
def _(layer: Residual, alive: Any, gated: Gated) -> Any:
    """Either side."""
    branch = alive_after(layer.branch, alive, gated)
    return branch.either(alive if layer.shortcut is None else alive_after(layer.shortcut, alive, gated))


@wanted_before.register
def _(layer: Residual, wanted: Any, gated: Gated) -> Any:
    """Either side."""
    branch = wanted_before(layer.branch, wanted, gated)
    return branch.either(wanted if layer.shortcut is None else wanted_before(layer.shortcut, wanted, gated))


def _pixels(layer: Flatten, net: Network) -> int:
    return prod(net.shapes[layer.name][0][1:])
