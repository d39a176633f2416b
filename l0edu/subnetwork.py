"""Which part of a network has to be computed? The steps that are left without what does not matter.

Kept on every wire are the units that are alive and wanted (`l0edu.liveness`). A layer computes those of its
outputs that some live input reaches, from those of its inputs that are alive: the part of W between the two.
Between layers stands a `Select` where a layer reads only some of the units that are present, and a `Place`
where units that nobody computed have to be present all the same, as zeros or as constants.

Training applies the steps to arrays that are cut from the full ones (`l0edu.conditional`), and compaction
makes a smaller network of them (`l0edu.compact`).
"""

from dataclasses import replace
from typing import NamedTuple

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
from l0edu.liveness import Gated, Visit, alive_after, along
from l0edu.steps import Apply, Fork, Place, Select, Step
from l0edu.tables import Array, Shape
from l0edu.units import Mask

__all__ = ["steps_of"]


class _Prefix(NamedTuple):
    """The steps from the input up to a wire.

    Attributes
    ----------
    steps : list of steps
    present : bool array (units,)
        Which units of the full network are on the wire.
    indices : indices or None
        The same as numbers; None for all.
    shape : tuple of int
        The wire's shape in the full network.
    """

    steps: list[Step]
    present: Array
    indices: Array | None
    shape: Shape

    def has_units(self) -> bool:
        """Whether any unit is present."""
        return self.indices is None or len(self.indices) > 0

    def then(self, *steps: Step) -> "_Prefix":
        """The same units behind more steps; where there are none, nothing is to be done."""
        return self._replace(steps=[*self.steps, *steps]) if self.has_units() else self


def steps_of(gated: Gated) -> list[Step]:
    """What is left to compute of a network under gates that are open or closed.

    Parameters
    ----------
    gated : Gated
        With masks: arrays of bool.

    Returns
    -------
    list of steps
        From all units of the network's input to all units of its output.

    Examples
    --------
    >>> from l0edu import mlp
    >>> net = mlp((2, 3, 2), drop_rates=(0.2, 0.5))
    >>> for step in steps_of(Gated(net, {"gate2": np.array([True, False, True])})):
    ...     print(step.layer.name, step.outputs, step.inputs)
    gate1 None None
    fc1 [0 2] None
    relu1 None None
    gate2 [0 2] None
    fc2 None [0 2]
    """
    net = gated.net
    inputs = np.ones(net.in_shape[0], bool)
    outputs = np.ones(net.body.out_shape(net.in_shape)[0], bool)
    start = _prefix([], inputs, net.in_shape)
    end = _steps_along(net.body, start, Mask(inputs), Mask(outputs), gated)
    return _fitted(end, outputs, net.body.name).steps


def _steps_along(body: Layer, before: _Prefix, alive: Mask, wanted: Mask, gated: Gated) -> _Prefix:
    """The steps up to and with a body: layer after layer."""
    layers = body.layers if isinstance(body, Chain) else (body,)
    for visit in along(layers, alive, wanted, gated):
        before = _steps_behind(visit.layer, before, visit, gated)
    return before


@ByType
def _steps_behind(layer: Layer, before: _Prefix, visit: Visit, gated: Gated) -> _Prefix:
    """The steps up to and with one more layer.

    A layer without a rule is applied whole, or left out when nothing reads it.
    """
    shape = layer.out_shape(before.shape)
    if not visit.wanted.on.any():
        return _prefix(before.steps, np.zeros(shape[0], bool), shape)
    before = _fitted(before, np.ones(before.shape[0], bool), layer.name)
    return _prefix([*before.steps, Apply(layer)], np.ones(shape[0], bool), shape)


@_steps_behind.register(Chain, subclasses=True)
def _steps_of_chain(layer: Chain, before: _Prefix, visit: Visit, gated: Gated) -> _Prefix:
    return _steps_along(layer, before, visit.alive, visit.wanted, gated)


@_steps_behind.register(Relu, MaxPool, MeanPool)
def _steps_of_unitwise(layer: Layer, before: _Prefix, visit: Visit, gated: Gated) -> _Prefix:
    """Whatever units are present."""
    return before.then(Apply(layer))._replace(shape=layer.out_shape(before.shape))


@_steps_behind.register(Flatten)
def _steps_of_flatten(layer: Flatten, before: _Prefix, visit: Visit, gated: Gated) -> _Prefix:
    before = _fitted(before, _read(visit), layer.name)
    pixels = alive_after(layer, Mask(before.present), gated).on
    return _prefix(before.then(Apply(layer)).steps, pixels, layer.out_shape(before.shape))


@_steps_behind.register(Gate, Scale)
def _steps_of_gate(layer: Layer, before: _Prefix, visit: Visit, gated: Gated) -> _Prefix:
    before = _fitted(before, _read(visit), layer.name)
    return before.then(Apply(layer, before.indices))


@_steps_behind.register(BatchNorm)
def _steps_of_batch_norm(layer: BatchNorm, before: _Prefix, visit: Visit, gated: Gated) -> _Prefix:
    before = _fitted(before, _read(visit), layer.name)
    return _with_constants(before.then(Apply(layer, before.indices)), visit, layer)


@_steps_behind.register(Dense, Conv)
def _steps_of_weights(layer: Dense | Conv, before: _Prefix, visit: Visit, gated: Gated) -> _Prefix:
    """The outputs that are wanted and depend on what is present, from that."""
    before, shape = _fitted(before, _read(visit), layer.name), layer.out_shape(before.shape)
    links = gated.opened.get(layer.name)
    if links is not None:
        computed = visit.wanted.on & Mask(before.present).joined(links, always=False).on
    else:
        computed = visit.wanted.on if before.has_units() else np.zeros(shape[0], bool)
    outputs = _prefix(before.steps, computed, shape)
    return _with_constants(outputs.then(Apply(layer, outputs.indices, before.indices)), visit, layer)


@_steps_behind.register(Take)
def _steps_of_take(layer: Take, before: _Prefix, visit: Visit, gated: Gated) -> _Prefix:
    """Where its units are read they are selected."""
    before = _fitted(before, _read(visit), layer.name)
    taken = alive_after(layer, Mask(before.present), gated).on
    return _prefix(before.steps, taken, layer.out_shape(before.shape))


@_steps_behind.register(Put)
def _steps_of_put(layer: Put, before: _Prefix, visit: Visit, gated: Gated) -> _Prefix:
    """Where its units are read they are placed."""
    before = _fitted(before, _read(visit), layer.name)
    put = alive_after(replace(layer, filled=False), Mask(before.present), gated).on
    return _with_constants(_prefix(before.steps, put, layer.shape), visit, layer)


@_steps_behind.register(Residual, subclasses=True)
def _steps_of_residual(layer: Residual, before: _Prefix, visit: Visit, gated: Gated) -> _Prefix:
    """The sum of both sides; one of them alone where the other makes nothing that is wanted."""
    start = before._replace(steps=[])
    ends = [_steps_along(side, start, visit.alive, visit.wanted, gated) for side in layer.sides()]
    ends += [start] if layer.shortcut is None else []
    summed = visit.alive_after.on & visit.wanted.on
    sides = [_fitted(end, summed, layer.name).steps for end in ends if (end.present & summed).any()]
    steps = [Fork(layer, *sides)] if len(sides) == 2 else [step for side in sides for step in side]
    return _prefix([*before.steps, *steps], summed, ends[0].shape)


def _read(visit: Visit) -> Array:
    """The inputs of a layer that are alive and asked for."""
    both: Array = visit.alive.on & visit.wanted_before.on
    return both


def _with_constants(prefix: _Prefix, visit: Visit, layer: Layer) -> _Prefix:
    """The needed outputs that are not computed hold the layer's bias or shift, or what a Put fills in."""
    needed = visit.alive_after.on & visit.wanted.on
    constants = needed & ~prefix.present
    if not constants.any():
        return prefix
    if isinstance(layer, Put):  # its constants are numbered without the units that go in between
        constants = np.delete(constants, np.array(layer.units, int))
    return _fitted(prefix, needed, layer.name, layer, np.flatnonzero(constants))


def _fitted(
    prefix: _Prefix, needed: Array, name: str, source: Layer | None = None, constants: Array | None = None
) -> _Prefix:
    """Exactly the needed units: select among those present, and place these among zeros or constants."""
    present = prefix.present
    if (present == needed).all():
        return prefix
    steps, shared = list(prefix.steps), present & needed
    if shared.any() and (shared != present).any():
        steps.append(Select(name, np.flatnonzero(shared[present])))
    if (shared != needed).any():
        shape = (int(needed.sum()), *prefix.shape[1:])
        steps.append(Place(name, np.flatnonzero(shared[needed]), shape, source, constants))
    return _prefix(steps, needed, prefix.shape)


def _prefix(steps: list[Step], present: Array, shape: Shape) -> _Prefix:
    return _Prefix(steps, present, None if present.all() else present.nonzero()[0], shape)
