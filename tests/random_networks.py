"""What may a whole network look like? Hypothesis strategies for networks, and everything to run one with.

`networks()` draws the description: blocks of Dense and Conv with relu, pools and batch norm around them;
gates before and behind their layer, across all of these and through a Flatten; weight gates; residual blocks
with the identity, a Dense or a Conv beside the branch; chains inside chains. Sizes are small: an example
takes milliseconds. `problems()` adds parameters, a batch, labels and noise.

The arrays come from a seed rather than from Hypothesis, which is faster and keeps numbers away from the kinks
of relu; `spread_params` says what they are.
"""

from collections import Counter
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st
from random_chains import CLASSES, LAWS, Options, RandomRun
from strategies import seeds

from l0edu import (
    BatchNorm,
    HardConcrete,
    Network,
    cross_entropy,
    draw_noise,
    l0_penalty,
    l2_penalty,
    sample_gates,
)


class Problem(NamedTuple):
    """A network with all that one training step needs."""

    net: Network
    params: dict[str, dict[str, np.ndarray]]
    x: np.ndarray
    y: np.ndarray
    noise: dict[str, np.ndarray]


shapes = st.one_of(
    st.tuples(st.integers(2, 6)),
    st.tuples(st.integers(1, 3), st.integers(4, 8), st.integers(4, 8)),
)


@st.composite
def networks(
    draw,
    batch_norm=True,
    gates=("none", "before", "after", "both", "weights"),
    deaf=False,
    max_blocks=3,
    laws=LAWS,
    selection=False,
):
    """Networks of one to `max_blocks` blocks and a dense head of three classes.

    Parameters
    ----------
    batch_norm : bool
        Whether there may be any; without it, examples of a batch do not see each other.
    gates : tuple of str
        Which gates a Dense or Conv may have: ("none",) draws dense networks, without "both" each weight has
        at most one gate, without "weights" every gate is a Gate, so that noise may be drawn for each example.
    deaf : bool
        Whether a Gate may feed batch norm; such a network has `allow_gate_before_batch_norm`.
    max_blocks : int
    laws : tuple of laws
    selection : bool
        Whether there may be Take, Put and Scale, as in compacted networks.
    """
    options = Options(gates, batch_norm, deaf, laws, selection)
    run = RandomRun(draw, options, Counter(), draw(shapes))
    in_shape = run.shape
    for _ in range(draw(st.integers(1, max_blocks))):
        run.add_anything(depth=2)
    run.add_block(dense=True, units=CLASSES)
    return Network(in_shape, run.chain("net"), allow_gate_before_batch_norm=deaf)


@st.composite
def problems(draw, dtype=np.float64, examples=4, noise_per_example=False, **options):
    """A network of `networks(**options)` with parameters, a batch, labels and noise."""
    net, rng = draw(networks(**options)), np.random.default_rng(draw(seeds))
    params = spread_params(net, rng, dtype)
    x = random_inputs(net, rng, examples, dtype)
    noise = draw_noise(net, params, rng, examples if noise_per_example else None)
    return Problem(net, params, x, rng.integers(0, CLASSES, examples), noise)


# ---- arrays, all from a generator


def spread_params(net, rng, dtype=np.float64, closed=None):
    """Parameters as after some training: no bias, scale or shift is 0 or 1, and gates of all three kinds.

    At test time each gate is closed, fractional or open, the first with probability `closed`, by default a
    different one for each layer of gates, now and then 1: then nothing passes that layer.
    """
    params = net.init(rng, dtype)
    for layer in net.layers:
        table = params.get(layer.name, {})
        for key in sorted(set(table) & {"b", "shift", "fill"}):
            table[key] = rng.normal(0, 0.5, table[key].shape).astype(dtype)
        for key in sorted(set(table) & {"scale", "z"}):
            table[key] = rng.uniform(0.5, 1.5, table[key].shape).astype(dtype)
        law = layer.gate_law()
        if law is not None:
            share = rng.choice([0.0, 0.3, 0.5, 1.0], p=[0.3, 0.35, 0.3, 0.05]) if closed is None else closed
            table[law.parameter] = spread_gates(law, rng, table[law.parameter].shape, share).astype(dtype)
    return params


def spread_gates(law, rng, shape, closed=0.4):
    """Parameters of gates that are closed at test time with probability `closed`, else fractional or open.

    None is near the threshold: a test that rounds differently finds the same gates closed.
    """
    if isinstance(law, HardConcrete):
        low, high = np.log(-law.gamma / law.zeta), np.log((1 - law.gamma) / (law.zeta - 1))
    else:
        low, high = 0.0, 1.0
    kinds = rng.choice(3, shape, p=[closed, (1 - closed) / 2, (1 - closed) / 2])
    far, between = rng.uniform(0.1, 2, shape), rng.uniform(0.1, 0.9, shape)
    return np.choose(kinds, [low - far, low + between * (high - low), high + far])


def random_inputs(net, rng, examples=4, dtype=np.float64):
    """A batch for a network."""
    return rng.standard_normal((examples, *net.in_shape)).astype(dtype)


def random_stats(net, rng, dtype=np.float64):
    """Moments for every batch norm of a network, as `record` would hold them."""
    units = {layer.name: net.shapes[layer.name][0][0] for layer in net.layers if isinstance(layer, BatchNorm)}
    return {
        name: {"mean": rng.normal(0, 0.5, n).astype(dtype), "var": rng.uniform(0.5, 2, n).astype(dtype)}
        for name, n in units.items()
    }


def unitary_gates(net, dtype=np.float64):
    """Every gate at exactly 1."""
    return {layer.name: np.ones(net.gate_shape(layer), dtype) for layer in net.gates()}


# ---- what is differentiated


def objective(params, problem):
    net, _, x, y, noise = problem
    data = cross_entropy(net.apply(params, x, sample_gates(net, params, noise)), y)
    return data + l0_penalty(net, params, 0.01) + l2_penalty(net, params, 0.1, biases=True, batch_norm=True)


def data_term(params, problem):
    net, _, x, y, noise = problem
    return cross_entropy(net.apply(params, x, sample_gates(net, params, noise)), y)
