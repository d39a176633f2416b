"""How is a straight run of random layers drawn, one that knows its shape and whether a gate scales it?"""

from typing import Any, NamedTuple

from hypothesis import strategies as st

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
    Relu,
    Residual,
)
from l0edu.layers import Layer, Put, Scale, Take
from l0edu.ops.convolution import output_size

LAWS = (
    HardConcrete(),
    HardConcrete(beta=0.5, gamma=-0.3, zeta=1.2, drop_rate=0.3),
    HardGaussian(),
    HardGaussian(sigma=0.3, drop_rate=0.2),
)
CLASSES = 3


class Options(NamedTuple):
    """What a network may contain."""

    gates: tuple[str, ...]  # which gates one Dense or Conv may have
    batch_norm: bool
    deaf: bool  # whether a gate may stand before batch norm
    laws: tuple[Any, ...]
    selection: bool = False  # whether there may be Take, Put and Scale


class RandomRun:
    """A straight run of layers under construction: it knows the shape, and whether a gate scales it."""

    def __init__(self, draw, options, names, shape, gated=False):
        self.draw, self.options, self.names = draw, options, names
        self.shape, self.gated, self.layers = shape, gated, []

    def fork(self):
        """A side of a Residual: its run starts where this one has come to."""
        return RandomRun(self.draw, self.options, self.names, self.shape, self.gated)

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

    def add_selection(self, keep):
        """A Take, a Put or a Scale; with `keep` what a Take leaves out is put back, as zeros or constants."""
        kind, count = self.draw(st.sampled_from(["none", "none", "take", "put", "scale"])), self.shape[0]
        if kind == "scale":
            self.add(Scale(self.name("scale")))
        if kind == "take" or (kind == "put" and keep):
            self.add(Take(self.name("take"), self.some_units(count, self.draw(st.integers(1, count)))))
        if kind == "put" or (kind == "take" and keep):
            total = count if keep else count + self.draw(st.integers(0, 2))
            among = 0 if self.draw(st.sampled_from([False] * 7 + [True])) else self.shape[0]
            units, shape = self.some_units(total, among), (total, *self.shape[1:])
            self.add(Put(self.name("put"), units, shape, filled=self.toss()))

    def some_units(self, total, count):
        """`count` of `total` units, in increasing order."""
        return tuple(sorted(self.draw(st.permutations(range(total)))[:count]))

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
        if self.options.selection:
            self.add_selection(keep)
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
