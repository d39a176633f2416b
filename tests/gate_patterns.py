"""What is an expectation, without cleverness? A mean over all patterns of the gates of a tiny network."""

from collections import Counter
from importlib import import_module
from itertools import product
from math import prod
from unittest import mock

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st
from random_chains import CLASSES, LAWS, Options, RandomRun

from l0edu import Network, flops

ON_UNITS = ("none", "before", "after", "both")
MOST = 12  # gates of a tiny network

shapes = st.one_of(
    st.tuples(st.integers(1, 3)),
    st.tuples(st.integers(1, 2), st.integers(1, 3), st.integers(1, 3)),
)


@st.composite
def tiny_networks(draw, gates=ON_UNITS, depth=0, selection=False, most=MOST):
    """Networks with 1 to `most` gates, deaf ones too; chains at depth 0, else with residual blocks."""
    options = Options(gates, batch_norm=True, deaf=True, laws=LAWS[:1], selection=selection)
    run = RandomRun(draw, options, Counter(), draw(shapes))
    in_shape = run.shape
    for _ in range(draw(st.integers(1, 3))):
        run.add_anything(depth)
    run.add_block(dense=True, units=draw(st.integers(1, CLASSES)))
    net = Network(in_shape, run.chain("net"), allow_gate_before_batch_norm=True)
    assume(1 <= gate_count(net) <= most)
    return net


def gate_count(net):
    return sum(prod(net.gate_shape(layer)) for layer in net.gates())


def random_chances(net, rng):
    """A probability for every gate: now and then 0 or 1, else between; for at least one between."""
    n = gate_count(net)
    kind = rng.choice(3, n, p=[0.15, 0.15, 0.7])
    kind[rng.integers(n)] = 2
    return as_gates(net, np.choose(kind, [np.zeros(n), np.ones(n), rng.uniform(0.05, 0.95, n)]))


def as_gates(net, flat):
    """Numbers for all gates, under the names of their layers."""
    shapes = [net.gate_shape(layer) for layer in net.gates()]
    parts = np.split(np.asarray(flat), np.cumsum([prod(shape) for shape in shapes], dtype=int))[:-1]
    return {
        layer.name: part.reshape(shape) for layer, part, shape in zip(net.gates(), parts, shapes, strict=True)
    }


def coins(p):
    """Every way in which coins can fall, with its probability, where that is not 0."""
    for sides in product(*[[b for b in (0, 1) if (p_i if b else 1 - p_i) > 0] for p_i in p]):
        yield prod(p_i if b else 1 - p_i for p_i, b in zip(p, sides, strict=True)), sides


def mean_over_patterns(net, p, convention="live"):
    """Expected inputs, outputs and FLOPs of every layer (layers, 3): a sum over patterns of exact counts."""
    flat = np.concatenate([p[layer.name].ravel() for layer in net.gates()])
    return sum(
        chance * numbers(flops(net, as_gates(net, sides), convention)) for chance, sides in coins(flat)
    )


def numbers(counted):
    """Inputs, outputs and FLOPs of every layer: (layers, 3)."""
    return np.array([(row.inputs, row.outputs, row.flops) for row in counted.rows], float).reshape(-1, 3)


def in_closed_form(net, p, convention="live"):
    """Expected FLOPs, where the library may not enumerate."""
    with mock.patch.object(import_module("l0edu.flops"), "ENUMERABLE", 0):
        return flops(net, p, convention)


def assert_rows(counted, expected):
    """Each number of each layer is as expected, to 1e-12; what is 0 is so up to rounding."""
    np.testing.assert_allclose(numbers(counted), expected, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(counted.total, expected[:, 2].sum(), rtol=1e-12)
