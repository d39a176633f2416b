"""Are the solutions of a5 right, by counting operation for operation and pattern by pattern?"""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

from l0edu import flops, lenet5, mlp
from l0edu.course.sources.a5 import flops as a5
from l0edu.course.sources.a5.checks import chain, pattern, patterns, right_flops

sizes = st.lists(st.integers(1, 3), min_size=1, max_size=5).filter(lambda sizes: sum(sizes) <= 9)
seeds = st.integers(0, 2**32 - 1)


@pytest.fixture
def rng():
    return np.random.default_rng(5)


class Counted:
    """A number that counts how often numbers are multiplied and added."""

    operations = 0

    def __add__(self, other):
        Counted.operations += 1
        return self

    __mul__ = __add__


def operations_of(rows):
    """Of sum(w x) + b for each row of inputs, as a program does them."""
    Counted.operations = 0
    for row in rows:
        terms = [Counted() * x for x in row]
        for term in terms[1:]:
            terms[0] + term
        terms[0] + Counted()
    return Counted.operations


def test_a_dense_layer_costs_the_operations_that_it_does():
    for n_in, n_out in ((1, 1), (3, 2), (5, 7)):
        assert a5.dense_flops(n_in, n_out) == operations_of([range(n_in)] * n_out)


def test_a_convolution_costs_the_operations_that_it_does():
    for in_shape, maps, k in (((1, 5, 6), 2, 3), ((3, 4, 4), 1, 2), ((2, 3, 7), 3, 1), ((2, 3, 3), 2, 3)):
        seen = sliding_window_view(np.zeros(in_shape), (in_shape[0], k, k)).reshape(-1, in_shape[0] * k * k)
        assert a5.conv_flops(in_shape, maps, k) == operations_of(list(seen) * maps)


def test_the_dense_networks_of_the_paper():
    dense = a5.dense_flops(784, 300) + a5.dense_flops(300, 100) + a5.dense_flops(100, 10)
    assert dense == 532_400 == flops(mlp()).total
    convs = a5.conv_flops((1, 28, 28), 20, 5) + a5.conv_flops((20, 12, 12), 50, 5)
    total = convs + a5.dense_flops(800, 500) + a5.dense_flops(500, 10)
    assert total == 4_586_000 == flops(lenet5()).total


def outputs_of(gates, moved=None):
    """A positive network without relu's kinks, in which the unit `moved` = (list, unit) is larger by 1."""
    x = np.ones(len(gates[0]))
    for i, gate in enumerate(gates):
        if moved is not None and moved[0] == i:
            x = x + np.eye(len(x))[moved[1]]
        n_next = len(gates[i + 1]) if i + 1 < len(gates) else 2
        x = np.ones((n_next, len(x))) @ (x * gate) + 1
    return x


@given(sizes, seeds)
@settings(max_examples=60, deadline=None)
def test_a_unit_is_at_work_if_moving_it_moves_the_outputs(sizes, seed):
    gates = [np.random.default_rng([seed, i]).integers(0, 2, n) for i, n in enumerate(sizes)]
    for i, at_work in enumerate(a5.units_at_work(gates)):
        assert at_work.dtype == bool
        moves = [(outputs_of(gates, (i, unit)) != outputs_of(gates)).any() for unit in range(sizes[i])]
        assert at_work.tolist() == moves


def cost_at_work(gates, n_out):
    at_work = [int(layer.sum()) for layer in a5.units_at_work(gates)]
    return sum(2 * a * b for a, b in zip(at_work, [*at_work[1:], n_out], strict=True))


@given(sizes, seeds)
@settings(max_examples=60, deadline=None)
def test_the_cost_is_what_is_at_work_and_the_librarys(sizes, seed):
    gates = [np.random.default_rng([seed, i]).integers(0, 2, n) for i, n in enumerate(sizes)]
    assert a5.chain_flops(gates, 3) == cost_at_work(gates, 3) == right_flops(gates, 3)


def test_the_examples_of_the_page():
    gates = [np.array([1, 0]), np.array([1, 1, 0]), np.array([0, 1])]
    assert [layer.sum() for layer in a5.units_at_work(gates)] == [1, 2, 1]
    assert a5.chain_flops(gates, 4) == 16
    assert a5.chain_flops([gates[0], np.zeros(3), gates[2]], 4) == 8
    four = [np.array([0.5, 0.5])] * 4
    first = a5.expected_flops(four, 3) - a5.expected_flops(four[1:], 3)
    assert first == 2 * 1 * 1 * 0.5625


def mean_over_patterns(probabilities, cost):
    """E[cost(gates)] over independent gates, by going through all patterns."""
    flat, total = np.concatenate(probabilities), 0.0
    for sides in product((0, 1), repeat=len(flat)):
        gates = np.split(np.array(sides), np.cumsum([len(p) for p in probabilities])[:-1])
        total += np.prod(np.where(sides, flat, 1 - flat)) * cost(gates)
    return total


@given(sizes, seeds)
@settings(max_examples=15, deadline=None)
def test_both_expectations_are_means_over_all_patterns(sizes, seed):
    p = [np.random.default_rng([seed, i]).choice([0, 0.2, 0.5, 0.9, 1], n) for i, n in enumerate(sizes)]
    widths = [*sizes[1:], 3]
    live = mean_over_patterns(p, lambda gates: cost_at_work(gates, 3))
    own = mean_over_patterns(
        p, lambda gates: sum(2 * gate.sum() * n for gate, n in zip(gates, widths, strict=True))
    )
    assert a5.expected_flops(p, 3) == pytest.approx(live)
    assert a5.expected_flops_own_gates(p, 3) == pytest.approx(own)


def test_expectations_are_the_librarys_for_the_paper_sizes(rng):
    p = [rng.uniform(size=n) for n in (784, 300, 100)]
    assert a5.expected_flops(p, 10) == pytest.approx(flops(*chain(p, 10)).total)
    assert a5.expected_flops_own_gates(p, 10) == pytest.approx(right_flops(p, 10, "own-gates"))


def test_a_surely_open_network_costs_what_the_dense_one_does():
    p = [np.ones(n) for n in (784, 300, 100)]
    assert a5.expected_flops(p, 10) == a5.expected_flops_own_gates(p, 10) == 532_400


def test_every_list_of_the_patterns_is_closed_in_one_of_them(rng):
    closed = [[i for i, gate in enumerate(gates) if not gate.any()] for gates in patterns(rng)]
    assert closed == [[], [0], [1], [2], [3], [0, 2]]
    assert all(gate.any() and not gate.all() for gate in pattern(rng))
