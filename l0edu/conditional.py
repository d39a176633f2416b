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
from l0edu.layers import Conv, Gate, MaxPool, Relu, Tables
from l0edu.liveness import Gated
from l0edu.network import Network
from l0edu.subnetwork import Apply, Place, Select, Step, steps_of
from l0edu.tables import Array, FlatTable, Table
from l0edu.tape import getval, isbox

__all__ = ["apply_conditionally", "open_units", "pays", "pool_first"]

OPEN_WITH_CONVOLUTIONS, OPEN_WITHOUT = 0.9, 0.6  # where cutting costs what it saves: docs/performance.md


def apply_conditionally(
    net: Network, params: Table, x: Array, gates: FlatTable, always: bool = False
) -> Array:
    """`net.apply(params, x, gates)`, computing only what open gates let through.

    Parameters
    ----------
    net : Network
    params : table
    x : array (batch, *in_shape)
    gates : dict
        A value for every gate. One sample for each example leaves nothing to skip.
    always : bool
        Also where it does not pay.

    Returns
    -------
    array (batch, *out_shape)
        The same, and with the same gradients, up to rounding.

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
    >>> np.abs(
    ...     net.apply(params, x, gates) - apply_conditionally(net, params, x, gates, always=True)
    ... ).max() < 1e-15
    np.True_
    """
    net.check(x, Tables(params, gates))
    opened = open_units(net, gates)
    one_a_unit = all(z.shape == net.shapes[name][0][:1] for name, z in opened.items())
    if not (one_a_unit and (always or pays(net, opened))):
        return net.apply(params, x, gates)
    y = _run(steps_of(Gated(net, opened)), ops.batch_last(x), Tables(params, gates))
    if not isbox(y) and _are_recorded(params):  # nothing of them is left: their gradients are to be 0, not missing
        return net.apply(params, x, gates)
    return ops.batch_first(y)


def open_units(net: Network, gates: FlatTable) -> FlatTable:
    """Which gates of whole units are open; those of single weights are left out, as they skip nothing."""
    return {layer.name: getval(gates[layer.name]) != 0 for layer in net.gates() if isinstance(layer, Gate)}


def pays(net: Network, opened: FlatTable) -> bool:
    """Whether so few gates are open that cutting costs less than it saves.

    Decided by shapes and gates alone, never by a clock: a run must repeat.
    """
    gates = sum(map(len, opened.values()))
    convolutions = any(isinstance(layer, Conv) for layer in net.layers)
    limit = OPEN_WITH_CONVOLUTIONS if convolutions else OPEN_WITHOUT
    return sum(map(np.count_nonzero, opened.values())) < limit * gates


def pool_first(steps: Sequence[Step]) -> list[Step]:
    """The steps with max-pooling in front of the gates and rectifiers that it follows.

    A maximum is the same before and after a function that never falls, and relu and an open gate are such
    functions: they then see one pixel of each window.
    """
    ordered: list[Step] = []
    for step in steps:
        position = len(ordered)
        if isinstance(step, Apply) and isinstance(step.layer, MaxPool):
            while position and _rises(ordered[position - 1]):
                position -= 1
        ordered.insert(position, step)
    return ordered


def _rises(step: Step) -> bool:
    return isinstance(step, Apply) and isinstance(step.layer, Gate | Relu)


def _run(steps: Sequence[Step], x: Array, tables: Tables) -> Array:
    for step in pool_first(steps):
        if isinstance(step, Apply):
            x = step.layer.apply(x, _cut_tables(step, tables))
        elif isinstance(step, Select):
            x = ops.take(x, step.units)
        elif isinstance(step, Place):
            x = ops.put(x, step.units, step.shape, _constants(step, tables))
        else:
            x = _run(step.branch, x, tables) + _run(step.shortcut, x, tables)
    return x


def _cut_tables(step: Apply, tables: Tables) -> Tables:
    """The arrays of one layer, as far as the step uses them."""
    layer, gates = step.layer, tables.gates or {}
    law = layer.gate_law()
    names = [name for name in layer.array_names() if law is None or name != law.parameter]
    params = {name: _cut(tables.params[layer.name][name], step) for name in names}
    return Tables({layer.name: params}, {layer.name: _cut(gates[layer.name], step)} if law else None)


def _cut(array: Array, step: Apply) -> Array:
    inputs = step.inputs if array.ndim > 1 else None  # a bias has outputs only
    return array if step.outputs is None and inputs is None else ops.cut(array, step.outputs, inputs)


def _are_recorded(params: Table) -> bool:
    return any(isbox(array) for arrays in params.values() for array in arrays.values())


def _constants(step: Place, tables: Tables) -> Array | None:
    """The biases or shifts of units that nothing reaches."""
    if step.source is None:
        return None
    (name,) = {"b", "shift", "fill"} & set(step.source.array_names())
    return ops.cut(tables.params[step.source.name][name], step.constants)
