"""Which units matter? Those that can be other than zero, if something reads them.

    alive     this unit can be other than 0: followed forward, from the input
    wanted    something downstream reads this unit: followed backward, from the output

A unit costs something only if it is both. A closed gate kills its unit for what follows, and makes unwanted
what only that unit read: a closed gate on the inputs of fc2 makes a whole row of fc1 useless too.

The two walks here are the same whether a gate is open or closed (`Mask`, a yes or no for each unit) or open
with some probability (`l0edu.chances.Chance`): they need no more than what `l0edu.units.Units` lists.
"""

from collections.abc import Iterator, Sequence
from math import prod
from typing import Any, NamedTuple, TypeVar

import numpy as np

from l0edu.by_type import ByType
from l0edu.layers import (
    BatchNorm,
    Chain,
    Conv,
    Dense,
    Flatten,
    Gate,
    Layer,
    MaxPool,
    MeanPool,
    Put,
    Relu,
    Residual,
    Scale,
    Take,
)
from l0edu.network import Network
from l0edu.tables import Array
from l0edu.units import Units

__all__ = ["Ends", "Gated", "Visit", "alive_after", "along", "ends", "open_links", "wanted_before"]

U = TypeVar("U", bound=Units)


class Gated(NamedTuple):
    """A network, and what is known of its gates.

    Attributes
    ----------
    net : Network
    opened : dict
        For each gated layer, an array of bool or of probabilities: one a unit, or one for each link between
        an input and an output (`open_links`). The gates of a layer that is missing are open.
    """

    net: Network
    opened: dict[str, Any]


def open_links(opened: Array) -> Array:
    """Open gates as `Gated` wants them: for gates on weights, one for each pair of output and input.

    A kernel of which any weight is open links its input map with its output map.

    Parameters
    ----------
    opened : bool array
        (units,), or of the shape of W.
    """
    return np.logical_or.reduce(opened, axis=(2, 3)) if opened.ndim == 4 else opened


class Ends(NamedTuple):
    """What a layer can be given, and what is asked of it.

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


class Visit(NamedTuple):
    """What both walks know at one layer of a chain.

    Attributes
    ----------
    layer : Layer
    alive, alive_after : Units
        At its input and at its output.
    wanted_before, wanted : Units
        At its input and at its output.
    """

    layer: Layer
    alive: Any
    alive_after: Any
    wanted_before: Any
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
        for visit in along(body.layers, alive, wanted, gated):
            yield from ends(visit.layer, visit.alive, visit.wanted, gated)
    elif isinstance(body, Residual):
        for side in body.sides():
            yield from ends(side, alive, wanted, gated)
    else:
        yield Ends(body, alive, wanted)


def along(layers: Sequence[Layer], alive: U, wanted: U, gated: Gated) -> Iterator[Visit]:
    """Both walks along layers that follow each other.

    Parameters
    ----------
    layers : sequence of layers
    alive, wanted : Units
        In front of the first and behind the last.
    gated : Gated
    """
    forward, backward = [alive], [wanted]
    for layer in layers:
        forward.append(alive_after(layer, forward[-1], gated))
    for layer in reversed(layers):
        backward.append(wanted_before(layer, backward[-1], gated))
    backward.reverse()
    return map(Visit, layers, forward, forward[1:], backward, backward[1:])


@ByType
def alive_after(layer: Layer, alive: Any, gated: Gated) -> Any:
    """What is alive behind a layer.

    Of a layer of your own nothing is known, so all that it makes counts as alive; a rule that says more is
    registered with `@alive_after.register`. It asks of the units no more than `Units` answers, so that it
    holds for probabilities too: `alive.taken(order)`, say, for a layer that reorders them.
    """
    return alive.mixed(gated.net.shapes[layer.name][1][0], always=True)


@ByType
def wanted_before(layer: Layer, wanted: Any, gated: Gated) -> Any:
    """What is wanted in front of a layer.

    A layer of your own reads everything if anything of it is wanted; a rule that says more is registered with
    `@wanted_before.register`.
    """
    return wanted.mixed(gated.net.shapes[layer.name][0][0], always=False)


@alive_after.register(Relu, MaxPool, MeanPool, Scale)
@wanted_before.register(Relu, MaxPool, MeanPool, Scale, BatchNorm)
def _same_units(layer: Layer, units: Any, gated: Gated) -> Any:
    """The same units: an output depends on its own input alone, and is 0 where that is 0."""
    return units


@alive_after.register(Gate)
@wanted_before.register(Gate)
def _behind_gate(layer: Gate, units: Any, gated: Gated) -> Any:
    gate = gated.opened.get(layer.name)
    return units if gate is None else units.behind(gate)


@alive_after.register(BatchNorm)
def _alive_after_batch_norm(layer: BatchNorm, alive: Any, gated: Gated) -> Any:
    """Its shift makes every unit alive."""
    return alive.mixed(gated.net.shapes[layer.name][0][0], always=True)


@alive_after.register(Flatten)
def _alive_after_flatten(layer: Flatten, alive: Any, gated: Gated) -> Any:
    return alive.as_pixels(_pixels(layer, gated.net))


@wanted_before.register(Flatten)
def _wanted_before_flatten(layer: Flatten, wanted: Any, gated: Gated) -> Any:
    return wanted.as_maps(_pixels(layer, gated.net))


@alive_after.register(Dense, Conv)
def _alive_after_weights(layer: Dense | Conv, alive: Any, gated: Gated) -> Any:
    """A bias makes every output alive, else any input that is."""
    links = gated.opened.get(layer.name)
    if links is None:
        return alive.mixed(gated.net.weight_shapes[layer.name][0], always=layer.bias)
    return alive.joined(links, always=layer.bias)


@wanted_before.register(Dense, Conv)
def _wanted_before_weights(layer: Dense | Conv, wanted: Any, gated: Gated) -> Any:
    """Every input is read by every output, unless single weights have gates."""
    links = gated.opened.get(layer.name)
    if links is None:
        return wanted.mixed(gated.net.weight_shapes[layer.name][1], always=False)
    return wanted.joined(links.T, always=False)


@alive_after.register(Take)
def _alive_after_take(layer: Take, alive: Any, gated: Gated) -> Any:
    return alive.taken(np.array(layer.units, int))


@wanted_before.register(Take)
def _wanted_before_take(layer: Take, wanted: Any, gated: Gated) -> Any:
    count = gated.net.shapes[layer.name][0][0]
    return wanted.put_among(np.array(layer.units, int), count, others=False)


@alive_after.register(Put)
def _alive_after_put(layer: Put, alive: Any, gated: Gated) -> Any:
    units = np.array(layer.units, int)
    read = alive if layer.units else alive.taken(units)  # a Put of no units does not read its input
    return read.put_among(units, layer.shape[0], others=layer.filled)


@wanted_before.register(Put)
def _wanted_before_put(layer: Put, wanted: Any, gated: Gated) -> Any:
    read = wanted.taken(np.array(layer.units, int))
    return read if layer.units else read.mixed(gated.net.shapes[layer.name][0][0], always=False)


@alive_after.register(Chain, subclasses=True)
def _alive_after_chain(layer: Chain, alive: Any, gated: Gated) -> Any:
    for part in layer.layers:
        alive = alive_after(part, alive, gated)
    return alive


@wanted_before.register(Chain, subclasses=True)
def _wanted_before_chain(layer: Chain, wanted: Any, gated: Gated) -> Any:
    for part in reversed(layer.layers):
        wanted = wanted_before(part, wanted, gated)
    return wanted


@alive_after.register(Residual, subclasses=True)
def _alive_after_residual(layer: Residual, alive: Any, gated: Gated) -> Any:
    """Either side."""
    branch = alive_after(layer.branch, alive, gated)
    return branch.either(alive if layer.shortcut is None else alive_after(layer.shortcut, alive, gated))


@wanted_before.register(Residual, subclasses=True)
def _wanted_before_residual(layer: Residual, wanted: Any, gated: Gated) -> Any:
    """Either side."""
    branch = wanted_before(layer.branch, wanted, gated)
    return branch.either(wanted if layer.shortcut is None else wanted_before(layer.shortcut, wanted, gated))


def _pixels(layer: Flatten, net: Network) -> int:
    return prod(net.shapes[layer.name][0][1:])
