"""How are the functions of a6 examined: compaction, a count of weights, and a choice?

What is compared of a small network is what `l0edu.course.doctor.small_network` reads.
"""

from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd import grad

from l0edu.compact import compact
from l0edu.course.doctor.small_network import images, read, side_by_side, trouble
from l0edu.course.doctor.target import Case, Column, Target
from l0edu.flops import flops
from l0edu.gates import HardConcrete
from l0edu.gating import test_gates
from l0edu.models import mlp
from l0edu.network import Network
from l0edu.tables import Array, Table

__all__ = ["TARGETS"]

Arrays = list[Array]
Records = list[dict[str, Any]]
ALLOWED = 10  # mistakes more than the best
SWEEPS = 60
BEHIND = (ALLOWED, ALLOWED + 1, 2, None)  # mistakes of a large lambda more than the best; None: any


def compact_mlp(weights: Arrays, biases: Arrays, gates: Arrays) -> tuple[Arrays, Arrays, Arrays]:
    """By the library's `compact`."""
    net, params = _gated(weights, biases, gates)
    small, opened = compact(net, params).params, test_gates(net, params)
    layers = range(1, len(gates) + 1)
    W, b = ([small[f"fc{i}"][name] for i in layers] for name in "Wb")
    return W, b, [np.flatnonzero(opened[f"gate{i}"]) for i in layers]


def weights_left(shapes: list[tuple[int, int]], kept: Arrays) -> int:
    """Of the library's network: each weight is a multiply and an add."""
    net = mlp((*(columns for _, columns in shapes), shapes[-1][0]), (0.5,) * len(shapes))
    opened = {f"gate{i}": one for i, one in enumerate(_opened(shapes, kept), start=1)}
    return int(flops(net, opened).total) // 2


def choose(records: Records) -> float:
    """From the largest lambda downwards, the first that is good enough."""
    fewest = int(np.sort([record["validation_mistakes"] for record in records])[0])
    downwards = sorted(records, key=lambda record: -record["lambda"])
    return next(float(one["lambda"]) for one in downwards if one["validation_mistakes"] <= fewest + ALLOWED)


def _gated(weights: Arrays, biases: Arrays, gates: Arrays) -> tuple[Network, Table]:
    """The library's network, with values of log_alpha that give it these gates at test time."""
    hc = HardConcrete()
    net = mlp((*map(len, gates), len(biases[-1])), (0.5,) * len(gates))
    params: Table = {}
    for i, (W, b, z) in enumerate(zip(weights, biases, gates, strict=True), start=1):
        s = np.clip((z - hc.gamma) / (hc.zeta - hc.gamma), 1e-9, 1 - 1e-9)
        log_alpha = np.log(s / (1 - s)) + np.where(z == 0, -50, np.where(z == 1, 50, 0))
        params |= {f"fc{i}": {"W": W, "b": b}, f"gate{i}": {"log_alpha": log_alpha}}
    return net, params


def _opened(shapes: list[tuple[int, int]], kept: Arrays) -> Arrays:
    """Each layer's inputs, 1.0 where they are kept."""
    return [
        np.isin(np.arange(columns), units) * 1.0 for (_, columns), units in zip(shapes, kept, strict=True)
    ]


# ---- cases


def _gates(rng: np.random.Generator, n: int) -> Array:
    """Gates that are closed, open by a hair, nearly closed, half open and open: at least one of each."""
    kinds = rng.permutation(np.concatenate([np.arange(8) % 5, rng.integers(0, 5, n - 8)]))
    low, high = np.array([[0, 1e-9, 0.1, 0.6, 1], [0, 1e-8, 0.4, 0.9, 1]])
    return rng.uniform(low[kinds], high[kinds])


def _cases_of_networks(rng: np.random.Generator) -> list[Case]:
    cases = []
    for layers in (3, 2, 4):
        sizes = [*rng.integers(9, 14, layers).tolist(), int(rng.integers(3, 6))]
        weights = [rng.normal(size=(sizes[i + 1], sizes[i])) for i in range(layers)]
        biases = [rng.normal(size=rows) for rows in sizes[1:]]
        cases.append(Case((weights, biases, [_gates(rng, n) for n in sizes[:-1]]), f"with {layers} layers"))
    return cases


def _cases_of_counts(rng: np.random.Generator) -> list[Case]:
    return [
        Case(([W.shape for W in weights], [np.flatnonzero(z) for z in gates]), what)
        for (weights, _, gates), what in _cases_of_networks(rng)
    ]


def _cases_of_sweeps(rng: np.random.Generator) -> list[Case]:
    """Of well-trained networks and of others, where one percent is more than one mistake."""
    sweeps = [_sweep(rng, 200 * (i % 2), BEHIND[i // 2 % len(BEHIND)]) for i in range(SWEEPS)]
    return [Case((records,), f"with validation mistakes of {_described(records)}") for records in sweeps]


def _sweep(rng: np.random.Generator, more: int, behind: int | None) -> Records:
    """Eight lambdas in random order: five with few mistakes, one `behind` the best, two with many."""
    lambdas = np.sort(rng.choice(np.arange(40), 8, replace=False)) / 20
    rise = more + np.repeat([0, 1], [5, 3]) * rng.integers(0, 60, 8).cumsum()
    validation, test = (rng.integers(40, 62, 8) + rise for _ in range(2))
    if behind is not None:
        validation[5] = np.delete(validation, 5).min() + behind
    columns = {
        "validation_mistakes": validation,
        "test_mistakes": test,
        "weights_left": rng.integers(2000, 80000, 8),
    }
    return [
        {"lambda": float(lambdas[i])} | {name: int(column[i]) for name, column in columns.items()}
        for i in rng.permutation(8)
    ]


def _described(records: Records) -> str:
    ordered = sorted(records, key=lambda record: float(record["lambda"]))
    return ", ".join(f"{one['lambda']:g}: {one['validation_mistakes']}" for one in ordered)


# ---- other routes


def _gated_logits(table: dict[str, Any], biases: Arrays, gates: Arrays, x: Any) -> Any:
    """Of the large network; its inputs are moved, before their gates, by numbers of the table."""
    for i, (b, z) in enumerate(zip(biases, gates, strict=True)):
        x = ((anp.maximum(0, x) if i else x) + table[f"move{i}"]) * z @ table[f"W{i}"].T + b
    return x


def _slopes(weights: Arrays, biases: Arrays, gates: Arrays, x: Array) -> dict[str, Array]:
    """How the sum of the logits moves with each weight and with each layer's inputs."""
    table = {f"W{i}": W for i, W in enumerate(weights)}
    table |= {f"move{i}": np.zeros(len(z)) for i, z in enumerate(gates)}
    found: dict[str, Array] = grad(lambda moved: anp.sum(_gated_logits(moved, biases, gates, x)))(table)
    return found


def _gated_network(weights: Arrays, biases: Arrays, gates: Arrays) -> tuple[Array, ...]:
    """The large network's numbers; an input counts as kept when the logits change with it."""
    x = images(len(gates[0]))
    slopes = _slopes(weights, biases, gates, x)
    moving = [slopes[f"move{i}"] != 0 for i in range(len(gates))]
    sizes = [*(int(one.sum()) for one in moving), len(biases[-1])]
    table = {f"W{i}": W for i, W in enumerate(weights)} | {f"move{i}": 0.0 for i in range(len(gates))}
    return (
        side_by_side(moving),
        np.stack([sizes[1:], sizes[:-1]], axis=1).astype(float),
        np.array(sizes[1:], float),
        _gated_logits(table, biases, gates, x),
    )


def _sensitive_weights(shapes: list[tuple[int, int]], kept: Arrays) -> int:
    """The weights with which the logits move, in a network in which nothing cancels."""
    weights, biases = [np.ones(shape) for shape in shapes], [np.ones(rows) for rows, _ in shapes]
    slopes = _slopes(weights, biases, _opened(shapes, kept), np.ones((1, shapes[0][1])))
    return sum(int(np.count_nonzero(slopes[f"W{i}"])) for i in range(len(shapes)))


def _pair_by_pair(records: Records) -> float:
    """The largest lambda that no other beats by more than is allowed."""
    lam, mistakes = (np.array([one[name] for one in records]) for name in ("lambda", "validation_mistakes"))
    beaten = (mistakes[:, None] - mistakes > ALLOWED).any(axis=1)
    return float(lam[~beaten].max())


TARGETS = (
    Target(
        "a6",
        "compact_mlp",
        _cases_of_networks,
        compact_mlp,
        (Column("gated network", _gated_network),),
        results=("kept", "W.shape", "b.size", "logits"),
        first="library",
        read=read,
        trouble=trouble,
        separable=False,
    ),
    Target(
        "a6",
        "weights_left",
        _cases_of_counts,
        weights_left,
        (Column("sensitivity", _sensitive_weights),),
        first="library",
    ),
    Target(
        "a6",
        "choose",
        _cases_of_sweeps,
        choose,
        (Column("compared pairs", _pair_by_pair),),
        first="by the rule",
    ),
)
