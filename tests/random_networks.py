"""What may a whole network look like? Hypothesis strategies for networks, and everything to run one with.

`networks()` draws the description: blocks of Dense and Conv with relu, pools and batch norm around them;
gates before and behind their layer, across all of these and through a Flatten; weight gates; residual blocks
with the identity, a Dense or a Conv beside the branch; chains inside chains. Sizes are small: an example
takes milliseconds. `problems()` adds parameters, a batch, labels and noise.

The arrays come from a seed rather than from Hypothesis, which is faster and keeps numbers away from the kinks
of relu; `spread_params` says what they are.
"""

from collections import Counter
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st
from strategies import seeds

from l0edu import (
    BatchNorm,
    Chain,
    Conv,
    Dense,
    Flatten,
    Gate,
    HardConcrete,
    HardGaussian,
    MaxPool,
    MeanPool,
    Network,
    Relu,
    Residual,
    draw_noise,
)
from l0edu.layers import Layer
from l0edu.ops.convolution import output_size

LAWS = (
    HardConcrete(),
    HardConcrete(beta=0.5, gamma=-0.3, zeta=1.2, drop_rate=0.3),
    HardGaussian(),
    HardGaussian(sigma=0.3, drop_rate=0.2),
)
CLASSES = 3


class Problem(NamedTuple):
    """A network with all that one training step needs."""

    net: Network
    params: dict[str, dict[str, np.ndarray]]
    x: np.ndarray
    y: np.ndarray
    noise: dict[str, np.ndarray]


class Options(NamedTuple):
    """What a network may contain."""

    gates: tuple[str, ...]  # which gates one Dense or Conv may have
    batch_norm: bool
    deaf: bool  # whether a gate may stand before batch norm
    laws: tuple[Any, ...]


class _Run:
    """A straight run of layers under construction: it knows the shape, and whether a gate scales it."""

    def __init__(self, draw, options, names, shape, gated=False):
        self.draw, self.options, self.names = draw, options, names
        self.shape, self.gated, self.layers = shape, gated, []

    def fork(self):
        """A side of a Residual: its run starts where this one has come to."""
        return _Run(self.draw, self.options, self.names, self.shape, self.gated)

    def toss(self):
        return self.draw(st.booleans())

    def name(self, kind):
        self.names[kind] += 1
        return f"{kind}{self.names[kind]}"

    def add(self, layer: Layer):
        self.layers.append(layer)
        self.shape = layer.out_shape(self.shape)
        self.gated = isinstance(layer, Gate) or (
            self.gated and not isinstance(layer, Dense | Conv | Residual)
        )

    def add_gate(self, charges):
        self.add(Gate(self.name("gate"), self.draw(st.sampled_from(self.options.laws)), charges))

    def add_unitwise(self, keep):
        """Up to two layers that keep units apart; with `keep` none that makes an image smaller."""
        kinds = ["none", "relu", "relu"]
        kinds += ["bn"] if self.options.batch_norm else []
        kinds += ["max", "mean"] if len(self.shape) == 3 and not keep else []
        for kind in self.draw(st.lists(st.sampled_from(kinds), max_size=2)):
            if kind == "relu":
                self.add(Relu(self.name("relu")))
            elif kind == "bn" and (not self.gated or self.options.deaf):
                self.add(BatchNorm(self.name("bn"), eps=self.draw(st.sampled_from([1e-3, 1e-1]))))
            elif kind in ("max", "mean"):
                size = self.draw(st.integers(1, min(3, *self.shape[1:])))
                self.add((MaxPool if kind == "max" else MeanPool)(self.name("pool"), size))

    def add_conv(self, name, law, keep):
        padding = self.draw(st.integers(0, 1))
        kernel = 2 * padding + 1 if keep else self.draw(st.integers(1, min(3, *self.shape[1:])))
        stride = 1 if keep else self.draw(st.integers(1, 2))
        filters = self.shape[0] if keep else self.draw(st.integers(1, 5))
        self.add(Conv(name, filters, kernel, stride, padding, self.toss(), law))

    def add_block(self, dense=None, keep=False, units=None):
        """One Dense or Conv, with its gates and the unitwise layers before, between and behind them."""
        if dense is None:
            dense = len(self.shape) == 1 or (not keep and self.draw(st.sampled_from([False] * 4 + [True])))
        name, gates = self.name("fc" if dense else "conv"), self.draw(st.sampled_from(self.options.gates))
        law = self.draw(st.sampled_from(self.options.laws)) if gates == "weights" else None
        self.add_unitwise(keep)
        if dense and len(self.shape) == 3 and self.toss():  # one gate a pixel; below, one gate a map
            self.add(Flatten(self.name("flat")))
        if gates in ("before", "both"):
            self.add_gate(name)
            self.add_unitwise(keep)
        if dense:
            if len(self.shape) == 3:
                self.add(Flatten(self.name("flat")))
            units = units or (self.shape[0] if keep else self.draw(st.integers(1, 6)))
            self.add(Dense(name, units, self.toss(), law))
        else:
            self.add_conv(name, law, keep)
        if gates in ("after", "both"):
            self.add_unitwise(keep)
            self.add_gate(name)

    def add_residual(self, depth):
        """A branch beside a shortcut; in line, where no shortcut makes the branch's shape."""
        branch, keep = self.fork(), self.draw(st.sampled_from([False, True, True]))
        for _ in range(self.draw(st.integers(1, 2))):
            branch.add_anything(depth - 1, keep)
        if branch.shape == self.shape and self.draw(st.sampled_from([False, True, True])):
            self.add(Residual(self.name("block"), branch.chain("branch")))
            return
        shortcut = self.fork()
        if shortcut.add_shortcut(branch.shape):
            self.add(Residual(self.name("block"), branch.chain("branch"), shortcut.chain("shortcut")))
        else:
            for layer in branch.layers:
                self.add(layer)

    def add_shortcut(self, shape):
        """A Dense or Conv that makes `shape`, with gates of its own; False if there is none."""
        name, gates = self.name("shortcut"), self.draw(st.sampled_from(self.options.gates))
        law = self.draw(st.sampled_from(self.options.laws)) if gates == "weights" else None
        layer: Layer
        if len(shape) == 1:
            layer = Dense(name, shape[0], self.toss(), law)
        else:
            fits = _kernels(self.shape, shape) if len(self.shape) == 3 else []
            if not fits:
                return False
            layer = Conv(name, shape[0], *self.draw(st.sampled_from(fits)), self.toss(), law)
        if gates in ("before", "both"):
            self.add_gate(name)
        if len(shape) == 1 and len(self.shape) == 3:
            self.add(Flatten(self.name("flat")))
        self.add(layer)
        if gates in ("after", "both"):
            self.add_gate(name)
        return True

    def add_anything(self, depth, keep=False):
        if depth > 0 and self.draw(st.sampled_from([False, False, True])):
            self.add_residual(depth)
        else:
            self.add_block(keep=keep)

    def chain(self, name):
        """The run as a Chain, some of it in a Chain of its own."""
        layers = list(self.layers)
        if len(layers) > 1 and self.toss():
            start = self.draw(st.integers(0, len(layers) - 2))
            end = self.draw(st.integers(start + 1, len(layers)))
            layers[start:end] = [Chain(f"part of {name}", tuple(layers[start:end]))]
        return Chain(name, tuple(layers))


def _kernels(before, after):
    """Every small (kernel, stride, padding) that makes images of the one shape into those of the other."""
    choices = [(k, s, p) for s in (1, 2, 3) for k in (1, 2, 3, 4, 5) for p in (0, 1)]
    return [
        choice
        for choice in choices
        if tuple(output_size(size, *choice) for size in before[1:]) == tuple(after[1:])
    ]


shapes = st.one_of(
    st.tuples(st.integers(2, 6)),
    st.tuples(st.integers(1, 3), st.integers(4, 8), st.integers(4, 8)),
    st.tuples(
        st.integers(1, 3), st.integers(4, 8), st.integers(4, 8)
    ),  # images twice: more can be done to them
)


@st.composite
def networks(
    draw,
    batch_norm=True,
    gates=("none", "before", "after", "both", "weights"),
    deaf=False,
    max_blocks=3,
    laws=LAWS,
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
    """
    run = _Run(draw, Options(gates, batch_norm, deaf, laws), Counter(), draw(shapes))
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
        for key in set(table) & {"b", "shift"}:
            table[key] = rng.normal(0, 0.5, table[key].shape).astype(dtype)
        if "scale" in table:
            table["scale"] = rng.uniform(0.5, 1.5, table["scale"].shape).astype(dtype)
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
