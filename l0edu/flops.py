"""What does a network cost? Floating-point operations for one example.

A multiply is one, an add is one. As in the paper, those of the weights count and the adds of the biases, not
batch norm, relu, pooling, or the gates themselves. A layer costs what lies between its live inputs and its
wanted outputs (`l0edu.liveness`), at every position of a kernel:

    FLOPs = positions (2 k k inputs outputs - outputs [no bias])

since an output adds one number fewer than it multiplies, unless there is a bias to add. The gates may be
open or closed, which is exact, or open with some probability, which gives the expectation.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from typing import Any

import numpy as np

from l0edu.chances import Chance, OpenGates
from l0edu.charging import INPUT, OUTPUT
from l0edu.errors import InputError
from l0edu.gpu import is_on_device, to_host
from l0edu.gpu.crossing import placed_beside, read
from l0edu.layers import Conv, Dense
from l0edu.liveness import Ends, Gated, ends
from l0edu.network import Network
from l0edu.tables import FlatTable
from l0edu.tape import getval, isbox
from l0edu.units import Mask, Reach

__all__ = ["Flops", "LayerFlops", "expected_total", "flops"]

CONVENTIONS = ("live", "own-gates")
ENUMERABLE = 12  # with so many gates in doubt, all their 4,096 patterns are gone through


@dataclass(frozen=True)
class LayerFlops:
    """What one layer costs for one example.

    Attributes
    ----------
    layer, kind : str
    inputs, outputs : number
        Of its units, those that are used (or how many are to be expected).
    positions : int
        Of the kernel; 1 for Dense.
    flops : number
    """

    layer: str
    kind: str
    inputs: float
    outputs: float
    positions: int
    flops: float


@dataclass(frozen=True, repr=False)
class Flops:
    """What a network costs for one example, layer by layer; prints as a table.

    Attributes
    ----------
    rows : tuple of LayerFlops
        One for each Dense and Conv.
    convention : str
    approximate : bool
        Whether the total is only an approximation of an expectation.
    """

    rows: tuple[LayerFlops, ...]
    convention: str
    approximate: bool = False

    @property
    def total(self) -> float:
        """The sum over layers; an integer unless it is an expectation."""
        return sum(row.flops for row in self.rows)

    def __repr__(self) -> str:
        heads = ("layer", "kind", "inputs", "outputs", "positions", "FLOPs")
        rows = [
            (row.layer, row.kind, *map(_number, (row.inputs, row.outputs, row.positions, row.flops)))
            for row in self.rows
        ]
        lines = [heads, *rows, ("total", *[""] * 4, _number(self.total))]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        formats = [f"{side}{width}" for side, width in zip("<<>>>>", widths, strict=True)]
        table = "\n".join("  ".join(map(format, line, formats)) for line in lines)
        return f"{table}\n(approximate: gates act in more than one way)" if self.approximate else table


def flops(net: Network, gates: FlatTable | None = None, convention: str = "live") -> Flops:
    """positions (2 k k inputs outputs - outputs [no bias]), summed over layers  (Figure 3, Figure 4).

    Parameters
    ----------
    net : Network
    gates : dict, optional
        For every gate whether it is open: bool, or 0 and 1, which counts exactly; or with which probability
        (`open_probabilities`), which gives the expectation. Without it, the dense network. The values of
        gates between 0 and 1, as `test_gates` returns them, are no probabilities: write
        `{name: z > 0 for name, z in test_gates(net, params).items()}`, which `open_at_test` does.
    convention : str
        "live" counts what has to be computed. "own-gates" is the paper's: each layer by the gates that
        charge it alone, as if its neighbours were dense.

    Returns
    -------
    Flops
        With `.total` and `.rows`. An expectation is exact for a chain with gates on units; for other networks
        with at most 12 gates in doubt all patterns are enumerated; else `.approximate` says that events were
        taken as independent that are not.

    Raises
    ------
    InputError
        When a gated layer is missing, a shape does not fit, or a number is outside [0, 1].

    Examples
    --------
    >>> from l0edu import lenet5
    >>> flops(lenet5())
    layer  kind   inputs  outputs  positions      FLOPs
    conv1  Conv        1       20        576    576,000
    conv2  Conv       20       50         64  3,200,000
    fc1    Dense     800      500          1    800,000
    fc2    Dense     500       10          1     10,000
    total                                     4,586,000
    """
    if convention not in CONVENTIONS:
        raise InputError(f"convention = {convention!r}: choose one of {', '.join(CONVENTIONS)}")
    opened = _as_open_gates(net, to_host(gates))
    if all(not gate.in_doubt for gate in opened.values()):
        return _counted(net, opened, convention)
    expected = _expected(net, opened, convention)
    if expected.approximate and _in_doubt(opened) <= ENUMERABLE:
        return _enumerated(net, opened, convention)
    return expected


def expected_total(net: Network, probabilities: FlatTable) -> Any:
    """The expected number of operations for one example, differentiable by the probabilities.

    It is `flops(net, probabilities).total`, but for networks that are no chain, where it stays with the
    approximation.

    Parameters
    ----------
    net : Network
        With gates on units: `Gate`, not `weight_gate`.
    probabilities : dict
        P(z != 0) of every gate, from `open_probabilities`. From a device they are read, and the number is
        moved there: it takes decisions by their values.

    Raises
    ------
    InputError
        As `flops`; and when single weights have gates.

    Examples
    --------
    >>> from l0edu import mlp
    >>> float(
    ...     expected_total(mlp((2, 3, 2), (0.2, 0.5)), {"gate1": np.full(2, 0.5), "gate2": np.full(3, 0.5)})
    ... )
    9.0
    """
    for layer in net.gates():
        if len(net.gate_shape(layer)) > 1:
            raise InputError(
                f"{layer.name!r} has a gate for each weight: expected FLOPs are not differentiable there"
            )
    moved = [p for p in probabilities.values() if is_on_device(getval(p))]
    if moved:
        on_host = {name: read(p) for name, p in probabilities.items()}
        return placed_beside(getval(moved[0]), expected_total(net, on_host))
    return _expected(net, _as_open_gates(net, probabilities), "live").total


def _as_open_gates(net: Network, gates: FlatTable | None) -> dict[str, OpenGates]:
    """Every layer's gates as probabilities in float64, those of kernels joined to links between maps."""
    if gates is None:
        return {}
    names = [layer.name for layer in net.gates()]
    if gates.keys() != set(names):
        raise InputError(
            f"gates are given for {sorted(gates)}, and the network has {names}: give all of them"
        )
    opened = {}
    for layer in net.gates():
        p = _in_float64(gates[layer.name])
        if p.shape != net.gate_shape(layer):
            raise InputError(f"{layer.name!r} has gates of shape {net.gate_shape(layer)}, not {p.shape}")
        if not ((p >= 0) & (p <= 1)).all():
            raise InputError(f"{layer.name!r}: give probabilities in [0, 1], or whether each gate is open")
        opened[layer.name] = OpenGates(layer.name, 1 - np.prod(1 - p, axis=(2, 3)) if p.ndim == 4 else p)
    return opened


def _in_float64(p: Any) -> Any:
    return p.astype(np.float64) if isbox(p) else np.asarray(p, float)


def _counted(net: Network, opened: dict[str, OpenGates], convention: str) -> Flops:
    """All gates are open or closed."""
    masks = {name: gate.p > 0 for name, gate in opened.items()}
    return _summed(net, masks, convention, lambda units: Mask(np.ones(units, bool)))


def _expected(net: Network, opened: dict[str, OpenGates], convention: str) -> Flops:
    """Gates are open with some probability."""
    return _summed(net, opened, convention, Chance.sure)


def _enumerated(net: Network, opened: dict[str, OpenGates], convention: str) -> Flops:
    """The mean over all patterns of the gates in doubt, each counted by its probability."""
    p, patterns = zip(*_patterns(opened), strict=True)
    counted = [_counted(net, gates, convention).rows for gates in patterns]
    rows = (_mean_row(list(zip(p, rows, strict=True))) for rows in zip(*counted, strict=True))
    return Flops(tuple(rows), convention)


def _patterns(opened: dict[str, OpenGates]) -> Iterator[tuple[float, dict[str, OpenGates]]]:
    """Every way in which the gates can be open and closed, with its probability."""
    names, sizes = list(opened), [gate.p.size for gate in opened.values()]
    p = np.concatenate([gate.p.ravel() for gate in opened.values()])
    doubtful = np.flatnonzero((p > 0) & (p < 1))
    for states in product((0.0, 1.0), repeat=len(doubtful)):
        pattern = p.copy()
        pattern[doubtful] = states
        parts = np.split(pattern, np.cumsum(sizes)[:-1])
        gates = {
            name: OpenGates(name, part.reshape(opened[name].p.shape))
            for name, part in zip(names, parts, strict=True)
        }
        yield float(np.prod(np.where(pattern[doubtful] > 0, p[doubtful], 1 - p[doubtful]))), gates


def _mean_row(rows: list[tuple[float, LayerFlops]]) -> LayerFlops:
    inputs, outputs, cost = (
        sum(p * getattr(row, name) for p, row in rows) for name in ("inputs", "outputs", "flops")
    )
    return replace(rows[0][1], inputs=inputs, outputs=outputs, flops=cost)


def _in_doubt(opened: dict[str, OpenGates]) -> int:
    return sum(int(np.count_nonzero((gate.p > 0) & (gate.p < 1))) for gate in opened.values())


def _summed(net: Network, gates: dict[str, Any], convention: str, sure: Callable[[int], Any]) -> Flops:
    """A row for each layer with weights; `sure` makes units that count in any case."""
    sides = _by_own_gates if convention == "own-gates" else _by_live_units
    rows, exact = [], True
    for layer, alive, wanted in sides(net, gates, sure):
        reach = alive.reach(wanted, gates.get(layer.name))
        rows.append(_row(net, layer, reach))
        exact = exact and reach.exact
    return Flops(tuple(rows), convention, approximate=not exact)


def _row(net: Network, layer: Any, reach: Reach) -> LayerFlops:
    kernel = prod(net.weight_shapes[layer.name][2:])
    positions = prod(net.shapes[layer.name][1][1:])
    adds_of_none = 0 if layer.bias else reach.outputs
    cost = positions * (2 * kernel * reach.pairs - adds_of_none)
    return LayerFlops(layer.name, type(layer).__name__, reach.inputs, reach.outputs, positions, cost)


def _by_live_units(net: Network, gates: dict[str, Any], sure: Callable[[int], Any]) -> Iterator[Ends]:
    """Every layer with weights between what is alive before it and wanted behind it."""
    units = net.in_shape[0], net.body.out_shape(net.in_shape)[0]
    for end in ends(net.body, sure(units[0]), sure(units[1]), Gated(net, gates)):
        if isinstance(end.layer, Dense | Conv):
            yield end


def _by_own_gates(net: Network, gates: dict[str, Any], sure: Callable[[int], Any]) -> Iterator[Ends]:
    """Every layer with weights between the gates that charge it."""
    for layer in net.layers:
        if isinstance(layer, Dense | Conv):
            shape = net.weight_shapes[layer.name]
            sides = {INPUT: sure(shape[INPUT]), OUTPUT: sure(shape[OUTPUT])}
            for charge in net.charges:
                if charge.layer == layer.name and charge.axis is not None and charge.gate in gates:
                    units = sure(charge.gates).behind(gates[charge.gate])
                    sides[charge.axis] = units.as_pixels(shape[charge.axis] // charge.gates)
            yield Ends(layer, sides[INPUT], sides[OUTPUT])


def _number(number: float) -> str:
    return f"{number:,.1f}" if number % 1 else f"{number:,.0f}"
