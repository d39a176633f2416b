"""How are the functions of a5, the costs, examined?

Operations are counted while a layer computes; the weights that matter are those to which the output is
sensitive; an expectation is added up over all patterns of the gates.
"""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np
from autograd import grad

from l0edu.course.doctor.target import Case, Column, Target
from l0edu.flops import flops
from l0edu.layers import Conv, Dense
from l0edu.liveness import Gated, ends
from l0edu.models import mlp
from l0edu.network import Network
from l0edu.tables import Array, FlatTable
from l0edu.units import Mask

__all__ = ["TARGETS"]

Gates = list[Array]
LISTS = 4


def dense_flops(n_in: int, n_out: int) -> float:
    """Of the library's layer."""
    return flops(Network((n_in,), Dense("fc", n_out))).total


def conv_flops(in_shape: tuple[int, ...], maps: int, kernel: int) -> float:
    """Of the library's layer."""
    return flops(Network(in_shape, Conv("conv", maps, kernel))).total


def units_at_work(gates: Gates) -> tuple[Array, ...]:
    """Each layer's live inputs; none of them if no output of the layer is wanted."""
    net, by_name = _chain(gates, 1)
    opened = Gated(net, {name: gate > 0 for name, gate in by_name.items()})
    walk = ends(net.body, Mask(np.ones(len(gates[0]), bool)), Mask(np.ones(1, bool)), opened)
    return tuple(end.alive.on & end.wanted.on.any() for end in walk if isinstance(end.layer, Dense))


def chain_flops(gates: Gates, n_out: int) -> float:
    """Of the library's network with these gates."""
    return flops(*_chain(gates, n_out)).total


def expected_flops_own_gates(probabilities: Gates, n_out: int) -> float:
    """Of the library's network, in the paper's convention."""
    return flops(*_chain(probabilities, n_out), "own-gates").total


def expected_flops(probabilities: Gates, n_out: int) -> float:
    """Of the library's network, exact for a chain."""
    return flops(*_chain(probabilities, n_out)).total


def _chain(gates: Gates, n_out: int) -> tuple[Network, FlatTable]:
    net = mlp((*map(len, gates), n_out), (0.5,) * len(gates))
    return net, {f"gate{i}": np.asarray(gate) for i, gate in enumerate(gates, start=1)}


# ---- cases


def _cases_of_dense(rng: np.random.Generator) -> list[Case]:
    return [Case(tuple(sizes)) for sizes in rng.integers(2, 30, (3, 2)).tolist()]


def _cases_of_conv(rng: np.random.Generator) -> list[Case]:
    sizes = rng.integers((2, 9, 2, 2), (5, 12, 5, 5), (3, 4)).tolist()
    return [Case(((channels, height, height + 4), maps, kernel)) for channels, height, maps, kernel in sizes]


def _patterns(rng: np.random.Generator) -> Iterator[tuple[Gates, str]]:
    """Lists of open and closed gates: without a dead end, and with one or two lists closed."""
    for closed in ((), (0,), (1,), (2,), (3,), (0, 2)):
        gates = [rng.permutation([1, 0, 1, *rng.integers(0, 2, rng.integers(1, 4))]) for _ in range(LISTS)]
        lists = f"{'list' if len(closed) == 1 else 'lists'} {' and '.join(map(str, closed))}"
        yield (
            [gate * (i not in closed) for i, gate in enumerate(gates)],
            f"with {lists} closed" if closed else "without a closed list",
        )


def _cases_of_patterns(rng: np.random.Generator) -> list[Case]:
    return [Case((gates,), what) for gates, what in _patterns(rng)]


def _cases_of_chains(rng: np.random.Generator) -> list[Case]:
    return [Case((gates, int(rng.integers(2, 6))), what) for gates, what in _patterns(rng)]


def _cases_of_chances(rng: np.random.Generator) -> list[Case]:
    cases = []
    for sizes in ((2, 2, 3, 2), (2, 3), (1, 2, 2, 2, 2)):
        p = [rng.uniform(0.1, 0.6, n) for n in sizes]
        cases.append(Case((p, int(rng.integers(2, 6))), f"with {len(sizes)} lists of gates"))
    return cases


# ---- other routes


class Counted:
    """A number that counts what is done with it: every product and every sum is one."""

    def __init__(self, tally: list[int]) -> None:
        self.tally = tally

    def __mul__(self, _: "Counted") -> "Counted":
        self.tally[0] += 1
        return self

    __add__ = __mul__


def _counted_output(tally: list[int], n: int) -> None:
    """w_1 x_1 + ... + w_n x_n + b."""
    number = Counted(tally)
    total = number * number
    for _ in range(n - 1):
        total = total + number * number
    total = total + number  # the bias


def _counted_dense(n_in: int, n_out: int) -> int:
    tally = [0]
    for _ in range(n_out):
        _counted_output(tally, n_in)
    return tally[0]


def _counted_conv(in_shape: tuple[int, ...], maps: int, kernel: int) -> int:
    tally, (channels, height, width) = [0], in_shape
    for _, top, left in product(range(maps), range(height), range(width)):
        if top + kernel <= height and left + kernel <= width:
            _counted_output(tally, channels * kernel * kernel)
    return tally[0]


def _output(table: dict[str, Any], gates: Gates) -> Any:
    """The sum of a network's outputs, after the numbers in the table are added to its units."""
    signal: Any = np.ones(len(gates[0]))
    for i, gate in enumerate(gates):
        signal = ((signal + table[f"move{i}"]) * gate) @ table[f"W{i}"] + 1.0
    return signal.sum()


def _slopes(gates: Gates, n_out: int) -> dict[str, Array]:
    sizes = [*map(len, gates), n_out]
    table = {f"W{i}": np.full(sizes[i : i + 2], 1.0) for i in range(len(gates))}
    table |= {f"move{i}": np.zeros(len(gate)) for i, gate in enumerate(gates)}
    found: dict[str, Array] = grad(_output)(table, [gate.astype(float) for gate in gates])
    return found


def _sensitive_units(gates: Gates) -> tuple[Array, ...]:
    """The units to which the output is sensitive."""
    slopes = _slopes(gates, 1)
    return tuple(slopes[f"move{i}"] != 0 for i in range(len(gates)))


def _sensitive_weights(gates: Gates, n_out: int) -> int:
    """A multiply and an add for each weight to which the output is sensitive."""
    slopes = _slopes(gates, n_out)
    return sum(2 * int(np.count_nonzero(slopes[f"W{i}"])) for i in range(len(gates)))


def _by_own_gates(gates: Gates, n_out: int) -> int:
    widths = [*map(len, gates[1:]), n_out]
    return sum(2 * int(gate.sum()) * width for gate, width in zip(gates, widths, strict=True))


def _cost(gates: Gates, n_out: int) -> int:
    """The FLOPs for one pattern of open and closed gates, from the last closed list on."""
    counts = [*(int(gate.sum()) for gate in gates), n_out]
    ends = [i for i, count in enumerate(counts) if count == 0]
    first = max(ends, default=0)
    return sum(2 * a * b for a, b in zip(counts[first:], counts[first + 1 :], strict=False))


def _mean_over_patterns(cost: Callable[[Gates, int], int]) -> Callable[[Gates, int], float]:
    """The route to an expectation: every pattern of the gates by its probability."""

    def mean(probabilities: Gates, n_out: int) -> float:
        p = np.concatenate(probabilities)
        cuts = np.cumsum([len(one) for one in probabilities])[:-1]
        patterns = (np.array(sides) for sides in product((0, 1), repeat=p.size))
        return float(
            sum(np.prod(np.where(one, p, 1 - p)) * cost(np.split(one, cuts), n_out) for one in patterns)
        )

    return mean


TARGETS = (
    Target(
        "a5",
        "dense_flops",
        _cases_of_dense,
        dense_flops,
        (Column("counted operations", _counted_dense),),
        first="library",
    ),
    Target(
        "a5",
        "conv_flops",
        _cases_of_conv,
        conv_flops,
        (Column("counted operations", _counted_conv),),
        first="library",
    ),
    Target(
        "a5",
        "units_at_work",
        _cases_of_patterns,
        units_at_work,
        (Column("sensitivity", _sensitive_units),),
        results=tuple(f"list {i}" for i in range(LISTS)),
        first="library",
    ),
    Target(
        "a5",
        "chain_flops",
        _cases_of_chains,
        chain_flops,
        (Column("sensitivity", _sensitive_weights),),
        first="library",
    ),
    Target(
        "a5",
        "expected_flops_own_gates",
        _cases_of_chances,
        expected_flops_own_gates,
        (Column("all patterns", _mean_over_patterns(_by_own_gates)),),
        first="library",
    ),
    Target(
        "a5",
        "expected_flops",
        _cases_of_chances,
        expected_flops,
        (Column("all patterns", _mean_over_patterns(_cost)),),
        first="library",
    ),
)
