"""How does training skip what a closed gate makes useless?

In one training step most of a pruned network is multiplied by exact zeros. The loss and all gradients are the
same when these units are left out: a closed gate passes nothing forward, and as the clip is flat there, none
of the gradients that it keeps from being computed is other than zero. So each step cuts from the full arrays
the part between live units, computes with it, and the gradient of the cut (`l0edu.ops.cut`) adds what comes
back where it belongs. Penalties and the optimizer stay with the full arrays.
"""

from collections.abc import Sequence

import numpy as np

from l0edu import ops
from l0edu.gates import HardConcrete
from l0edu.gpu import is_on_device
from l0edu.layers import Conv, Gate, Layer, MaxPool, Relu, Tables
from l0edu.liveness import Gated
from l0edu.network import Network
from l0edu.rectified import RectifiedLaw
from l0edu.steps import Apply, Place, Select, Step
from l0edu.subnetwork import steps_of
from l0edu.tables import Array, FlatTable, Table
from l0edu.tape import getval, isbox

__all__ = ["apply_conditionally", "open_units", "pays", "pool_first"]

CLIPPED = (RectifiedLaw.sample, HardConcrete.sample)  # samples whose slope is 0 where the gate is closed
PAYS_WITHOUT_CONVOLUTIONS = 0.5  # of the gates open, or fewer: measured in docs/performance.md


def apply_conditionally(
    net: Network, params: Table, x: Array, gates: FlatTable, always: bool = False
) -> Array:
    """`net.apply(params, x, gates)`, computing only what open gates let through.

    On a device everything is computed: to skip, the host would have to read the gates and wait for them in
    every step.

    Parameters
    ----------
    net : Network
    params : table
    x : array (batch, *in_shape)
    gates : dict
        A value for every gate. One sample for each example leaves nothing to skip, nor do negative values.
    always : bool
        Skip even where it does not pay.

    Returns
    -------
    array (batch, *out_shape)
        The same up to rounding, with the same gradients by params. By the gates themselves a closed one has
        gradient 0 here, which its law's clip would make of it anyway.

    Raises
    ------
    InputError
        As `Network.apply`.

    Examples
    --------
    >>> from l0edu import mlp, sample_gates
    >>> net, rng = mlp((6, 5, 3), drop_rates=(0.5, 0.5)), np.random.default_rng(0)
    >>> params, x = net.init(rng, np.float64), rng.random((2, 6))
    >>> gates = {"gate1": np.array([0, 0.3, 1, 0, 0, 1]), "gate2": np.array([0.2, 0, 0, 0, 0])}
    >>> full = net.apply(params, x, gates)
    >>> np.allclose(apply_conditionally(net, params, x, gates, always=True), full)
    True
    """
    net.check(x, Tables(params, gates))
    if is_on_device(getval(x)):
        return net.apply(params, x, gates)
    opened = open_units(net, gates)
    if not (_are_for_the_batch(net, gates) and (always or pays(net, opened))):
        return net.apply(params, x, gates)
    y = _run(steps_of(Gated(net, opened)), ops.batch_last(x), Tables(params, gates))
    if not isbox(y) and _are_recorded(params, gates):  # nothing is left: gradients must be 0, not missing
        return net.apply(params, x, gates)
    return ops.batch_first(y)


def open_units(net: Network, gates: FlatTable) -> FlatTable:
    """Which gates of whole units are open.

    Left out, as open as far as skipping goes, are the gates of single weights, which make hardly anything
    useless, and those of a law with a `sample` of its own: whether a closed gate has gradient 0, as the clip
    has (Eq. 5), is not known there.
    """
    return {layer.name: getval(gates[layer.name]) != 0 for layer in net.gates() if _is_clipped(layer)}


def _is_clipped(layer: Layer) -> bool:
    """Whether a layer is a Gate that has gradient 0 where it is closed."""
    return type(layer) is Gate and type(layer.law).sample in CLIPPED


def _are_for_the_batch(net: Network, gates: FlatTable) -> bool:
    """Whether there is one gate a unit, for the whole batch, and none that turns a sign."""
    values = {layer.name: getval(gates[layer.name]) for layer in net.gates() if isinstance(layer, Gate)}
    return all(z.shape == net.gate_shapes[name] and not (z < 0).any() for name, z in values.items())


def pays(net: Network, opened: FlatTable) -> bool:
    """Whether skipping saves more time than cutting arrays costs.

    With convolutions always: next to them, cutting is cheap. In a dense network at least half of the gates
    must be closed, as cutting a weight and putting its gradient back costs much of what it saves. Decided by
    shapes and gates alone, never by a clock: a run must repeat.
    """
    if any(isinstance(layer, Conv) for layer in net.layers):
        return True
    gates = sum(map(len, opened.values()))
    return gates > 0 and sum(map(np.count_nonzero, opened.values())) <= PAYS_WITHOUT_CONVOLUTIONS * gates


def pool_first(steps: Sequence[Step]) -> list[Step]:
    """The steps with max-pooling in front of the gates and rectifiers that it follows.

    A maximum is the same before and after a function that never falls, and relu and an open gate are such
    functions: they then see one pixel of each window. A gate that may have a gradient where it is closed
    stays in front: all pixels behind it are equal there, and which of them counts would change.
    """
    ordered: list[Step] = []
    for step in steps:
        position = len(ordered)
        if isinstance(step, Apply) and type(step.layer) is MaxPool:
            while position and _rises(ordered[position - 1]):
                position -= 1
        ordered.insert(position, step)
    return ordered


def _rises(step: Step) -> bool:
    return isinstance(step, Apply) and (type(step.layer) is Relu or _is_clipped(step.layer))


def _run(steps: Sequence[Step], x: Array, tables: Tables) -> Array:
    for step in pool_first(steps):
        if isinstance(step, Apply):
            x = step.layer.apply(x, _tables_for(step, tables))
        elif isinstance(step, Select):
            x = ops.take(x, step.units)
        elif isinstance(step, Place):
            x = ops.put(x, step.units, step.shape, _constants(step, tables))
        else:
            x = _run(step.branch, x, tables) + _run(step.shortcut, x, tables)
    return x


def _tables_for(step: Apply, tables: Tables) -> Tables:
    """The arrays of one layer, as far as the step uses them; for a whole layer the full tables."""
    if step.outputs is None and step.inputs is None:
        return tables
    layer, gates = step.layer, tables.gates or {}
    law = layer.gate_law()
    params = {
        name: _cut(tables.params[layer.name][name], step)
        for name in layer.array_names()
        if law is None or name != law.parameter
    }
    return Tables({layer.name: params}, {layer.name: _cut_gates(gates[layer.name], step)} if law else None)


def _cut(array: Array, step: Apply) -> Array:
    inputs = step.inputs if array.ndim > 1 else None  # a bias has outputs only
    return array if step.outputs is None and inputs is None else ops.cut(array, step.outputs, inputs)


def _cut_gates(z: Array, step: Apply) -> Array:
    """One gate a unit is taken, not cut: as it is computed, its gradient is needed as an array."""
    return _cut(z, step) if z.ndim > 1 or step.outputs is None else ops.take(z, step.outputs)


def _are_recorded(params: Table, gates: FlatTable) -> bool:
    arrays = [array for table in params.values() for array in table.values()]
    return any(map(isbox, [*arrays, *gates.values()]))


def _constants(step: Place, tables: Tables) -> Array | None:
    """The biases or shifts of units that nothing reaches."""
    if step.source is None:
        return None
    (name,) = {"b", "shift", "fill"} & set(step.source.array_names())
    return ops.cut(tables.params[step.source.name][name], step.constants)
