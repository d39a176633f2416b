"""Which part of a network has to be computed? The steps that are left without what does not matter.

Kept on every wire are the units that are alive and wanted (`l0edu.liveness`). A layer computes those of its
outputs that some live input reaches, from those of its inputs that are alive: the part of W between the two.
Between layers stands a `Select` where a layer reads only some of the units that are there, and a `Place`
where units that nobody computed have to be there all the same, as zeros or as constants.

Training applies the steps to arrays that are cut from the full ones (`l0edu.conditional`), and compaction
makes a smaller network of them (`l0edu.compact`).
"""

from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

import numpy as np

from l0edu.layers import BatchNorm, Chain, Conv, Dense, Flatten, Layer, Put, Residual, Take
from l0edu.liveness import Gated, alive_after, along, wanted_before
from l0edu.tables import Array, Shape
from l0edu.units import Mask

__all__ = ["Apply", "Fork", "Place", "Select", "Step", "steps_of"]


class Apply(NamedTuple):
    """Apply a layer to what is kept.

    Attributes
    ----------
    layer : Layer
        One with arrays of which a part is used: a Dense, a Conv, a Gate, a BatchNorm; or one without arrays.
    outputs, inputs : indices or None
        The part: units of the full layer along axis 0 and, for W, along axis 1. None for all.
    """

    layer: Layer
    outputs: Array | None = None
    inputs: Array | None = None


class Select(NamedTuple):
    """Go on with some of the units that are there.

    Attributes
    ----------
    before : str
        The layer that reads them.
    units : indices
        Among the units that are there.
    """

    before: str
    units: Array


class Place(NamedTuple):
    """Put the units that are there among others that nobody computed.

    Attributes
    ----------
    behind : str
        The layer whose output it is.
    units : indices
        Where the units go; where there are none, what went before is not read.
    shape : tuple of int
        Of one example afterwards.
    source : Layer or None
        Whose bias or shift the others hold; None for zeros.
    constants : indices
        Which units of `source` they are.
    """

    behind: str
    units: Array
    shape: Shape
    source: Layer | None = None
    constants: Array | None = None


class Fork(NamedTuple):
    """Add what two lists of steps make of the same units.

    Attributes
    ----------
    residual : Residual
    branch, shortcut : list of steps
    """

    residual: Residual
    branch: list["Step"]
    shortcut: list["Step"]


Step: TypeAlias = Apply | Select | Place | Fork


@dataclass(frozen=True)
class _Part:
    """The steps up to a wire.

    Attributes
    ----------
    steps : list of steps
    there : bool array
        Which of the full network's units are on the wire.
    shape : tuple of int
        The wire's shape in the full network.
    """

    steps: list[Step]
    there: Array
    shape: Shape


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
    relu1 [0 2] None
    gate2 [0 2] None
    fc2 None [0 2]
    """
    net = gated.net
    inputs = np.ones(net.in_shape[0], bool)
    outputs = np.ones(net.body.out_shape(net.in_shape)[0], bool)
    part = _cut(net.body, _Part([], inputs, net.in_shape), Mask(inputs), Mask(outputs), gated)
    return _fitted(part, outputs, net.body.name).steps


def _cut(layer: Layer, before: _Part, alive: Mask, wanted: Mask, gated: Gated) -> _Part:
    """The steps before, and what is left of one more layer."""
    if isinstance(layer, Chain):
        for end in along(layer, alive, wanted, gated):
            before = _cut(end.layer, before, end.alive, end.wanted, gated)
        return before
    if isinstance(layer, Residual):
        return _cut_residual(layer, before, alive, wanted, gated)
    read = alive.on & wanted_before(layer, wanted, gated).on
    before = _fitted(before, read, layer.name)
    computed = _computed(layer, before, wanted, gated)
    part = _Part(_applied(layer, before, computed), computed, layer.out_shape(before.shape))
    needed = wanted.on & alive_after(layer, alive, gated).on
    return _with_constants(part, needed, layer) if (needed & ~computed).any() else part


def _computed(layer: Layer, before: _Part, wanted: Mask, gated: Gated) -> Array:
    """The outputs that depend on what is there; the others that are alive hold a bias or a shift."""
    there = Mask(before.there)
    if isinstance(layer, Dense | Conv):
        links = gated.gates.get(layer.name)
        reached = there.mixed(len(wanted.on), False) if links is None else there.joined(links, False)
        return wanted.on & reached.on
    if isinstance(layer, BatchNorm):
        return before.there
    if isinstance(layer, Put):
        return alive_after(replace(layer, filled=False), there, gated).on
    return alive_after(layer, there, gated).on


def _applied(layer: Layer, before: _Part, computed: Array) -> list[Step]:
    """One more step, unless it has nothing to do; to select and place is done where it is needed."""
    if isinstance(layer, Take | Put) or not computed.any():
        return before.steps
    if isinstance(layer, Dense | Conv):
        return [*before.steps, Apply(layer, _indices(computed), _indices(before.there))]
    return [*before.steps, Apply(layer, None if isinstance(layer, Flatten) else _indices(computed))]


def _cut_residual(layer: Residual, before: _Part, alive: Mask, wanted: Mask, gated: Gated) -> _Part:
    start = _Part([], before.there, before.shape)
    branch = _cut(layer.branch, start, alive, wanted, gated)
    shortcut = start if layer.shortcut is None else _cut(layer.shortcut, start, alive, wanted, gated)
    there = alive_after(layer, alive, gated).on & wanted.on
    sides = [
        _fitted(side, there, layer.name).steps for side in (branch, shortcut) if (side.there & there).any()
    ]
    steps = [Fork(layer, *sides)] if len(sides) == 2 else [step for side in sides for step in side]
    return _Part([*before.steps, *steps], there, branch.shape)


def _with_constants(part: _Part, needed: Array, layer: Layer) -> _Part:
    """The needed outputs that are not computed hold the layer's bias or shift, or what a Put fills in."""
    constants = needed & ~part.there
    if isinstance(layer, Put):  # its constants are numbered without the units that go in between
        constants = np.delete(constants, np.array(layer.units, int))
    return _fitted(part, needed, layer.name, layer, np.flatnonzero(constants))


def _fitted(
    part: _Part, needed: Array, name: str, source: Layer | None = None, constants: Array | None = None
) -> _Part:
    """Exactly the needed units: select among those there, and place these among zeros or constants."""
    if needed is part.there or np.array_equal(needed, part.there):
        return part
    steps, shared = list(part.steps), part.there & needed
    if shared.any() and not np.array_equal(shared, part.there):
        steps.append(Select(name, np.flatnonzero(shared[part.there])))
    if not np.array_equal(shared, needed):
        shape = (int(needed.sum()), *part.shape[1:])
        steps.append(Place(name, np.flatnonzero(shared[needed]), shape, source, constants))
    return _Part(steps, needed, part.shape)


def _indices(units: Array) -> Array | None:
    """The units as numbers; None when they are all of them."""
    return None if units.all() else np.flatnonzero(units)
