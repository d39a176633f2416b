"""How else can FLOPs be counted? Two right versions of each function, in other styles."""

from functools import reduce
from math import prod

import numpy as np

from l0edu.course.catalogue import refactoring


@refactoring(1, "dense_flops")
def dense_flops_by_outputs(n_in, n_out):
    multiplies, adds_of_products, add_of_bias = n_in, n_in - 1, 1
    return n_out * (multiplies + adds_of_products + add_of_bias)


@refactoring(1, "conv_flops")
def conv_flops_by_output_pixels(in_shape, maps, kernel):
    sides = [size - kernel + 1 for size in in_shape[1:]]
    return prod(sides) * maps * (2 * prod((in_shape[0], kernel, kernel)))


@refactoring(1, "units_at_work")
def units_at_work_by_all_later(gates):
    any_open = np.array([np.any(gate) for gate in gates])
    return [np.array(gate, bool) & any_open[i + 1 :].all() for i, gate in enumerate(gates)]


@refactoring(1, "chain_flops")
def chain_flops_from_the_last_dead_end(gates, n_out):
    counts = [np.sum(gate) for gate in gates] + [n_out]
    closed = [i for i, count in enumerate(counts) if count == 0]
    left = counts[closed[-1] if closed else 0 :]
    return 2 * np.dot(left[:-1], left[1:])


@refactoring(1, "expected_flops_own_gates")
def expected_flops_own_gates_by_weights(probabilities, n_out):
    total = 0.0
    for i, p in enumerate(probabilities):
        n_next = n_out if i == len(probabilities) - 1 else probabilities[i + 1].size
        total += (2.0 * np.outer(np.ones(n_next), p)).sum()
    return total


@refactoring(1, "expected_flops")
def expected_flops_layer_by_layer(probabilities, n_out):
    mean_open = [p.sum() for p in probabilities] + [n_out]
    any_open = [1 - np.prod(np.subtract(1, p)) for p in probabilities]
    return sum(
        2 * mean_open[i] * mean_open[i + 1] * prod(any_open[i + 2 :]) for i in range(len(probabilities))
    )


@refactoring(2, "dense_flops")
def dense_flops_of_a_matrix(n_in, n_out):
    return int(np.full((n_out, n_in), 2).sum())


@refactoring(2, "conv_flops")
def conv_flops_by_counting_positions(in_shape, maps, kernel):
    channels, height, width = in_shape
    total = 0
    for bottom in range(kernel, height + 1):
        for right in range(kernel, width + 1):
            window = (bottom - (bottom - kernel)) * (right - (right - kernel))
            total += 2 * window * channels * maps
    return total


@refactoring(2, "units_at_work")
def units_at_work_by_recursion(gates):
    if not gates:
        return []
    later = units_at_work_by_recursion(gates[1:])
    wanted = not later or later[0].any()
    return [np.array([bool(z) and bool(wanted) for z in gates[0]]), *later]


@refactoring(2, "chain_flops")
def chain_flops_by_folding(gates, n_out):
    def add_layer(so_far, gate):
        total, outputs = so_far
        inputs = np.sum(gate) * (outputs > 0)
        return total + 2 * inputs * outputs, inputs

    return reduce(add_layer, gates[::-1], (0, n_out))[0]


@refactoring(2, "expected_flops_own_gates")
def expected_flops_own_gates_as_a_dot_product(probabilities, n_out):
    sizes = np.array([len(p) for p in probabilities] + [n_out])
    return 2 * np.array([np.sum(p) for p in probabilities]) @ sizes[1:]


@refactoring(2, "expected_flops")
def expected_flops_by_recursion(probabilities, n_out):
    def walk(i):
        """Cost from list i on, expected units at work in it, P(no dead end from it on)."""
        if i == len(probabilities):
            return 0.0, n_out, 1.0
        cost, at_work, passable = walk(i + 1)
        p = probabilities[i]
        return cost + 2 * p.sum() * at_work, p.sum() * passable, passable * (1 - (1 - p).prod())

    return walk(0)[0]
