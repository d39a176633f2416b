"""What is a network as a whole? A description with checked names and shapes, and a function of tables."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np

from l0edu import ops
from l0edu.charging import Charge, find_charges
from l0edu.deaf_gates import refuse_deaf_gates
from l0edu.errors import InputError
from l0edu.gpu.together import check_together
from l0edu.layers import BatchNorm, Gate, Layer, Tables, leaves, walk_shapes
from l0edu.tables import Array, FlatTable, Shape, Table, look_up

__all__ = ["Network"]


@dataclass(frozen=True, repr=False)
class Network:
    """A network: its body of layers for inputs of one shape.

    Training, testing and counting differ only in which numbers stand for the gates, so `apply` takes them as
    data: there is no train flag and no random generator.

    Parameters
    ----------
    in_shape : tuple of int
        Shape of one input, (features,) or (maps, height, width).
    body : layer
        Usually a `Chain`.
    allow_gate_before_batch_norm : bool
        Such a gate is deaf to the data and refused unless asked for.

    Raises
    ------
    InputError
        For a name used twice, shapes that do not fit, or a gate that cannot charge its layer.

    Examples
    --------
    >>> from l0edu import Chain, Dense, Gate, HardConcrete, Network, Relu
    >>> net = Network(
    ...     in_shape=(4,),
    ...     body=Chain(
    ...         "tiny",
    ...         (
    ...             Gate("gate1", HardConcrete(), charges="fc1"),
    ...             Dense("fc1", 3),
    ...             Relu("relu1"),
    ...             Dense("fc2", 2),
    ...         ),
    ...     ),
    ... )
    >>> net
    tiny: (4,) -> (2,)
    layer  kind   output  weights  gates
    gate1  Gate   (4,)             4 on the inputs of fc1
    fc1    Dense  (3,)         12
    relu1  Relu   (3,)
    fc2    Dense  (2,)          6
    total                      18  4
    >>> params = net.init(np.random.default_rng(0))
    >>> net.apply(params, np.ones((5, 4), np.float32)).shape
    (5, 2)
    """

    in_shape: Shape
    body: Layer
    allow_gate_before_batch_norm: bool = False

    def __post_init__(self) -> None:
        if not _is_shape(self.in_shape):
            raise InputError(f"in_shape = {self.in_shape!r}: write a tuple of sizes, as in (1, 28, 28)")
        for name, count in Counter(layer.name for layer in self.layers).items():
            if count > 1:
                raise InputError(f"{count} layers are called {name!r}: every layer needs a name of its own")
            if "/" in name or not name:
                raise InputError(f"layer name {name!r}: use a name that is not empty and has no slash")
        _ = self.charges
        if not self.allow_gate_before_batch_norm:
            refuse_deaf_gates(self.body)

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """All layers that are not made of layers, in order."""
        return tuple(leaves(self.body))

    @cached_property
    def shapes(self) -> dict[str, tuple[Shape, Shape]]:
        """Input and output shape of every layer."""
        return {layer.name: (before, after) for layer, before, after in walk_shapes(self.body, self.in_shape)}

    @cached_property
    def weight_shapes(self) -> dict[str, Shape]:
        """The shape of W, of every layer that has one."""
        shapes = {layer.name: layer.weight_shape(self.shapes[layer.name][0]) for layer in self.layers}
        return {name: shape for name, shape in shapes.items() if shape is not None}

    @cached_property
    def charges(self) -> tuple[Charge, ...]:
        """Which weights each gated layer answers for, in the order of `gates()`."""
        units = {gate.name: self.gate_shape(gate)[0] for gate in self.layers if isinstance(gate, Gate)}
        return find_charges(self.body, self.weight_shapes, units)

    def gates(self) -> tuple[Layer, ...]:
        """The gated layers in order: `Gate`, and Dense or Conv with a `weight_gate`."""
        return self._gates

    @cached_property
    def _gates(self) -> tuple[Layer, ...]:
        return tuple(layer for layer in self.layers if layer.gate_law() is not None)

    def gate_shape(self, layer: Layer) -> Shape:
        """The shape of a gated layer's gates: (units,), or W's."""
        return self.gate_shapes[layer.name]

    @cached_property
    def gate_shapes(self) -> dict[str, Shape]:
        """The shape of every gated layer's gates."""
        return {
            layer.name: self.shapes[layer.name][0][:1]
            if isinstance(layer, Gate)
            else self.weight_shapes[layer.name]
            for layer in self.gates()
        }

    def init(self, rng: np.random.Generator, dtype: Any = np.float32) -> Table:
        """Fresh parameters: `params[layer][array]`.

        Parameters
        ----------
        rng : numpy Generator
        dtype : float32 or float64

        Returns
        -------
        table
            W, b, the gates' parameter, scale and shift, of each layer that has any.

        Raises
        ------
        InputError
            When dtype is not a floating-point one.
        """
        if np.dtype(dtype).kind != "f":
            raise InputError(
                f"dtype = {np.dtype(dtype)}: parameters are floating-point, np.float32 or np.float64"
            )
        tables = ((layer, layer.init(rng, self.shapes[layer.name][0], dtype)) for layer in self.layers)
        return {layer.name: table for layer, table in tables if table}

    def apply(
        self,
        params: Table,
        x: Array,
        gates: FlatTable | None = None,
        stats: Table | None = None,
        record: Table | None = None,
    ) -> Array:
        """The network's output: a deterministic function of its arguments.

        Parameters
        ----------
        params : table
        x : array (batch, *in_shape)
        gates : dict, optional
            A value for every gate: from `sample_gates` or `test_gates`. Without it, the dense network.
        stats : table, optional
            Means and variances for batch norm. Without it, those of this batch.
        record : dict, optional
            Receives this batch's means and variances: the one side effect of the library's networks.

        Returns
        -------
        array (batch, *out_shape)

        Raises
        ------
        InputError
            When x does not fit or is not floating-point, a table lacks a layer, or some arrays are on the
            host and some on a device.
        """
        self.check(x, Tables(params, gates, stats))
        return ops.batch_first(self.body.apply(ops.batch_last(x), Tables(params, gates, stats, record)))

    def check(self, x: Array, tables: Tables) -> None:
        """Refuse a batch that does not fit, and tables that lack an array of a layer or lie elsewhere."""
        if np.shape(x)[1:] != self.in_shape:
            wanted = ", ".join(["batch", *map(str, self.in_shape)])
            raise InputError(f"the network takes inputs of shape ({wanted}), got {np.shape(x)}: reshape them")
        if np.dtype(x.dtype).kind != "f":
            raise InputError(
                f"the network takes floating-point inputs, not {x.dtype}: write x / 255 for images"
            )
        check_together(x=x, params=tables.params, gates=tables.gates, stats=tables.stats)
        self.check_tables(tables)

    def check_tables(self, tables: Tables) -> None:
        """Refuse tables that lack an array of a layer."""
        for layer in self.layers:
            for array in layer.array_names():
                look_up(tables.params, layer.name, array)
            if tables.gates is not None and layer.gate_law() is not None:
                _require(layer.name, "gates", tables.gates)
            if tables.stats is not None and isinstance(layer, BatchNorm):
                _require(layer.name, "stats", tables.stats)
                for moment in ("mean", "var"):
                    _require(moment, f"stats[{layer.name!r}]", tables.stats[layer.name])

    def __repr__(self) -> str:
        weights = sum(prod(shape) for shape in self.weight_shapes.values())
        gates = sum(charge.gates for charge in self.charges)
        rows = [
            ("layer", "kind", "output", "weights", "gates"),
            *map(self._row, self.layers),
            ("total", "", "", f"{weights:,}", f"{gates:,}"),
        ]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        formats = [f"{side}{width}" for side, width in zip("<<<><", widths, strict=True)]
        lines = ["  ".join(map(format, row, formats)).rstrip() for row in rows]
        return "\n".join(
            [f"{self.body.name}: {self.in_shape} -> {self.body.out_shape(self.in_shape)}", *lines]
        )

    def _row(self, layer: Layer) -> tuple[str, ...]:
        shape = self.weight_shapes.get(layer.name)
        weights = "" if shape is None else f"{prod(shape):,}"
        gates = [
            f"{charge.gates:,} on the {charge.place()}"
            for charge in self.charges
            if charge.gate == layer.name
        ]
        return (layer.name, type(layer).__name__, str(self.shapes[layer.name][1]), weights, "".join(gates))


def _is_shape(shape: Any) -> bool:
    return isinstance(shape, tuple) and shape != () and all(isinstance(n, int) and n >= 1 for n in shape)


def _require(name: str, where: str, table: Any) -> None:
    if name not in table:
        raise InputError(f"the table {where} has nothing under {name!r}; it has {sorted(table)}")
