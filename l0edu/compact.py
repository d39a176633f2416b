"""How does a pruned network become physically small? Its closed gates go, and all that they made useless.

The steps that `l0edu.subnetwork` leaves under the test gates (Eq. 13) become the layers of a network of its
own, without gates: Dense and Conv with fewer units and the part of W between live ones, Take and Put where
slicing is not enough. A gate between 0 and 1 is multiplied into the weights next to it.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import NamedTuple

import numpy as np

from l0edu import ops
from l0edu.errors import InputError
from l0edu.folding import folded
from l0edu.gating import test_gates
from l0edu.gpu import to_host
from l0edu.layers import BatchNorm, Chain, Conv, Dense, Gate, Layer, Put, Residual, Scale, Tables, Take
from l0edu.liveness import Gated, open_links
from l0edu.network import Network
from l0edu.steps import Apply, Fork, Place, Select, Step
from l0edu.subnetwork import steps_of
from l0edu.tables import Array, FlatTable, Table

__all__ = ["Compacted", "compact"]


class Compacted(NamedTuple):
    """A smaller network that computes what the gated one does at test time.

    Attributes
    ----------
    net : Network
        Without gates.
    params : table
    stats : table or None
        Moments for batch norm, if they were given.
    """

    net: Network
    params: Table
    stats: Table | None


def compact(net: Network, params: Table, stats: Table | None = None) -> Compacted:
    """The network that is left when the gates closed at test time are taken out  (Eq. 13).

    Parameters
    ----------
    net : Network
        Any; one without gates comes back as it is, up to units that nothing reads.
    params : table
    stats : table, optional
        Moments for batch norm, from `l0edu.evaluation.batch_norm_stats`; without them it takes those of each
        batch.

    Returns
    -------
    Compacted
        With `.net`, `.params` and `.stats`: `small.net.apply(small.params, x, stats=small.stats)` equals
        `net.apply(params, x, test_gates(net, params), stats)` up to rounding. Its arrays are copies, on the
        host wherever params are, as it takes the values of gates to decide.

    Raises
    ------
    InputError
        When a table lacks an array, or a layer of your own has gates.

    Notes
    -----
    A layer of your own is kept whole; it must read no other layer's arrays.

    Examples
    --------
    >>> from l0edu import mlp
    >>> net, rng = mlp((4, 3, 2), drop_rates=(0.5, 0.5)), np.random.default_rng(0)
    >>> params = net.init(rng, np.float64)
    >>> params["gate1"]["log_alpha"] = np.array([-5.0, 5.0, -5.0, 0.3])
    >>> params["gate2"]["log_alpha"] = np.array([5.0, -5.0, 5.0])
    >>> small = compact(net, params)
    >>> small.net
    mlp: (4,) -> (2,)
    layer       kind   output  weights  gates
    gate1_take  Take   (2,)
    fc1         Dense  (2,)          4
    relu1       Relu   (2,)
    fc2         Dense  (2,)          4
    total                            8  0
    >>> x = rng.random((5, 4))
    >>> np.allclose(small.net.apply(small.params, x), net.apply(params, x, test_gates(net, params)))
    True
    """
    params, stats = to_host(params), to_host(stats)
    gates = test_gates(net, params)
    net.check_tables(Tables(params, gates, stats))
    opened = {name: open_links(z != 0) for name, z in gates.items()}
    builder = _Builder(net, params, gates, stats)
    body = Chain(net.body.name, builder.layers(steps_of(Gated(net, opened))))
    small, arrays = folded(Network(net.in_shape, body), builder.params)
    return Compacted(small, arrays, None if stats is None else builder.stats)


class _Builder:
    """Turns steps into layers, and collects the arrays that these need."""

    def __init__(self, net: Network, params: Table, gates: FlatTable, stats: Table | None) -> None:
        self._full, self._gates, self._full_stats = params, gates, stats
        self._layers = {layer.name: layer for layer in net.layers}
        self._names = {name for name, layer in self._layers.items() if not isinstance(layer, Take | Put)}
        self.params: Table = {}
        self.stats: Table = {}

    def layers(self, steps: Sequence[Step]) -> tuple[Layer, ...]:
        """One layer a step."""
        return tuple(self._layer(step) for step in steps)

    def _layer(self, step: Step) -> Layer:
        if isinstance(step, Select):
            return Take(self._new_name(step.before, Take), tuple(step.units.tolist()))
        if isinstance(step, Place):
            return self._put(step)
        if isinstance(step, Fork):
            return self._residual(step)
        return self._smaller(step)

    def _smaller(self, step: Apply) -> Layer:
        """The layer of a step with fewer units, and its part of the arrays."""
        layer = step.layer
        arrays = self._ungated(layer)
        if arrays:
            self.params[layer.name] = {name: _kept(array, step) for name, array in arrays.items()}
        if isinstance(layer, BatchNorm) and self._full_stats is not None:
            moments = self._full_stats[layer.name]
            self.stats[layer.name] = {name: _kept(array, step) for name, array in moments.items()}
        units = None if step.outputs is None else len(step.outputs)
        if isinstance(layer, Dense):
            return replace(layer, units=units or layer.units, weight_gate=None)
        if isinstance(layer, Conv):
            return replace(layer, filters=units or layer.filters, weight_gate=None)
        return Scale(layer.name) if type(layer) is Gate else layer

    def _ungated(self, layer: Layer) -> dict[str, Array]:
        """A layer's arrays with the values of its gates in them."""
        if type(layer) is Gate:
            return {"z": self._gates[layer.name]}
        arrays = dict(self._full.get(layer.name, {}))
        law = layer.gate_law()
        if law is not None:
            if type(layer) not in (Dense, Conv):
                raise InputError(
                    f"{type(layer).__name__} {layer.name!r} is a layer of your own with gates, which cannot "
                    "be taken out of it: put a Gate beside it instead"
                )
            del arrays[law.parameter]
            arrays["W"] = arrays["W"] * self._gates[layer.name]
        return arrays

    def _put(self, step: Place) -> Put:
        name = self._new_name(step.behind, Put)
        if step.source is not None:
            self.params[name] = {"fill": self._constants(step.source)[step.constants]}
        return Put(name, tuple(step.units.tolist()), step.shape, filled=step.source is not None)

    def _constants(self, layer: Layer) -> Array:
        """What the units of a layer hold when nothing alive reaches them."""
        arrays = self._full[layer.name]
        if not isinstance(layer, BatchNorm):
            return arrays["fill" if isinstance(layer, Put) else "b"]
        if self._full_stats is None:
            return arrays["shift"]
        moments = self._full_stats[layer.name]
        return arrays["shift"] - arrays["scale"] * moments["mean"] / np.sqrt(moments["var"] + layer.eps)

    def _residual(self, step: Fork) -> Residual:
        branch, shortcut = (self.layers(steps) for steps in (step.branch, step.shortcut))
        name = step.residual.name
        other = Chain(f"{name}_shortcut", shortcut) if shortcut else None
        return Residual(name, Chain(f"{name}_branch", branch), other)

    def _new_name(self, layer: str, kind: type[Layer]) -> str:
        """That of a Take or Put of the full network, else its neighbour's and its kind; numbered if taken."""
        kept = isinstance(self._layers.get(layer), kind)
        wish = layer if kept else f"{layer}_{kind.__name__.lower()}"
        candidates = (wish if number == 1 else f"{wish}{number}" for number in count(1))
        name = next(name for name in candidates if name not in self._names)
        self._names.add(name)
        return name


def _kept(array: Array, step: Apply) -> Array:
    """A copy of the part of an array that a step uses."""
    return np.array(ops.cut(array, step.outputs, step.inputs if array.ndim > 1 else None))
