"""Are skipping and compaction right around a layer of your own, whatever it does to its units?"""

from dataclasses import dataclass
from typing import ClassVar

import autograd.numpy as anp
import numpy as np
import pytest
from building import HC, build, gate, rng
from gradient_checks import refused
from hypothesis import given
from hypothesis import strategies as st
from skipping import assert_alike, skipping, whole
from strategies import few, seeds

import l0edu
from l0edu import BatchNorm, Conv, Dense, Flatten, MaxPool, Relu, value_and_grad
from l0edu import test_gates as values_at_test_time
from l0edu.compact import compact
from l0edu.layers import Layer
from l0edu.liveness import Gated, alive_after, wanted_before
from l0edu.steps import Place
from l0edu.subnetwork import steps_of
from l0edu.units import Mask


@dataclass(frozen=True)
class OfSameShape(Layer):
    def out_shape(self, in_shape):
        return in_shape


class Sigmoid(OfSameShape):
    """Keeps units apart, but is not 0 at 0."""

    keeps_units: ClassVar[bool] = True

    def apply(self, x, tables):
        return 1 / (1 + anp.exp(-x))


class Slope(OfSameShape):
    """Keeps units apart, with one number for all of them."""

    keeps_units: ClassVar[bool] = True

    def init(self, rng, in_shape, dtype):
        return {"slope": np.asarray(0.1, dtype)}

    def array_names(self):
        return ("slope",)

    def apply(self, x, tables):
        return anp.where(x > 0, x, tables.params[self.name]["slope"] * x)


class Shift(OfSameShape):
    """Keeps units apart, with a number for each."""

    keeps_units: ClassVar[bool] = True

    def init(self, rng, in_shape, dtype):
        return {"shift": rng.normal(size=in_shape[0]).astype(dtype)}

    def array_names(self):
        return ("shift",)

    def apply(self, x, tables):
        return x + anp.reshape(tables.params[self.name]["shift"], (-1, *[1] * (x.ndim - 1)))


class Centred(OfSameShape):
    """Mixes units: each loses the mean of all."""

    def apply(self, x, tables):
        return x - anp.mean(x, axis=0)


class Reversed(OfSameShape):
    """Mixes units in a way that is known."""

    def apply(self, x, tables):
        return x[::-1]


class Softplus(Relu):
    """A subclass of a layer of the library, but not 0 at 0."""

    def apply(self, x, tables):
        return anp.log(1 + anp.exp(x))


class Widened(MaxPool):
    """A subclass that adds a number to what its parent makes."""

    def apply(self, x, tables):
        return super().apply(x, tables) + 1


@alive_after.register(Reversed)
@wanted_before.register(Reversed)
def _(layer, units, gated):
    return Mask(units.on[::-1])


def compacted(net):
    def apply(params, x, gates):
        small = compact(net, params)
        return small.net.apply(small.params, x)

    return apply


OWN = [kind("own") for kind in (Sigmoid, Slope, Shift, Centred, Reversed, Softplus)]
own = pytest.mark.parametrize("layer", OWN, ids=lambda layer: type(layer).__name__)


def networks_around(layer):
    """A vector's and an image's network, with gates before and behind the layer."""
    dense = (
        Dense("fc1", 4, bias=False),
        Relu("r"),
        gate("fc1", "g1"),
        layer,
        gate("fc2", "g2"),
        Dense("fc2", 3),
    )
    conv = (Conv("c1", 4, 3), BatchNorm("bn"), gate("c1", "g1"), layer, gate("c2", "g2"), Conv("c2", 2, 2))
    return build((3,), *dense), build((2, 5, 5), *conv, Flatten("flat"), Dense("fc", 2))


@own
@given(seed=seeds, images=st.booleans())
@few
def test_steps_and_small_networks_compute_the_same_around_it(layer, seed, images):
    net = networks_around(layer)[images]
    params, x = net.init(rng(seed), np.float64), rng(seed).normal(size=(3, *net.in_shape))
    for name in ("g1", "g2"):
        params[name]["log_alpha"] = rng(seed).choice([-9.0, 0.3, 9.0], 4)
    gates = {name: rng(seed + 1).choice([0, 0.5, 1], 4) for name in ("g1", "g2")}

    def loss(params, way):
        return (way(net)(params, x, gates) ** 2).sum()

    assert_alike(value_and_grad(loss)(params, skipping)[1], value_and_grad(loss)(params, whole)[1])
    small, y = compact(net, params), net.apply(params, x, l0edu.test_gates(net, params))
    np.testing.assert_allclose(small.net.apply(small.params, x), y, rtol=0, atol=1e-12 * np.abs(y).max())


def walks(layer, alive, wanted):
    """What is alive behind a layer and wanted before it."""
    gated = Gated(build((3,), layer), {})
    alive, wanted = Mask(np.array(alive, bool)), Mask(np.array(wanted, bool))
    return alive_after(layer, alive, gated).on.tolist(), wanted_before(layer, wanted, gated).on.tolist()


@pytest.mark.parametrize("kind", [Sigmoid, Centred])
def test_all_that_it_makes_is_alive_and_it_reads_all_or_nothing(kind):
    assert walks(kind("own"), [0, 0, 0], [0, 0, 0]) == ([True] * 3, [False] * 3)
    assert walks(kind("own"), [0, 0, 1], [0, 1, 0]) == ([True] * 3, [True] * 3)


def test_a_rule_of_its_own_says_more():
    assert walks(Reversed("own"), [1, 0, 0], [0, 1, 1]) == ([False, False, True], [True, True, False])


@dataclass(frozen=True)
class OwnGates(OfSameShape):
    """Gates of its own, one for each weight."""

    def weight_shape(self, in_shape):
        return in_shape

    def init(self, rng, in_shape, dtype):
        return {"W": np.ones(in_shape, dtype), "log_alpha": np.zeros(in_shape, dtype)}

    def array_names(self):
        return ("W", "log_alpha")

    def gate_law(self):
        return HC

    def apply(self, x, tables):
        return x * anp.reshape(tables.params[self.name]["W"] * tables.gates[self.name], (-1, 1))


def test_gates_in_a_layer_of_ones_own_are_computed_but_cannot_be_compacted():
    net = build((3,), OwnGates("own"), Dense("fc", 2))
    params, gates, x = net.init(rng(), np.float64), {"own": np.array([0, 0.5, 1])}, np.ones((2, 3))
    np.testing.assert_allclose(skipping(net)(params, x, gates), net.apply(params, x, gates))
    with refused("OwnGates 'own' is a layer of your own with gates"):
        compact(net, params)


def test_one_that_nobody_reads_is_left_out():
    net = build((3,), Centred("own"), gate("fc"), Dense("fc", 2))
    assert [type(step) for step in steps_of(Gated(net, {"gate": np.zeros(3, bool)}))] == [Place]


class CentredWeights(Dense):
    """A subclass of Dense whose rows depend on all of their weights."""

    def apply(self, x, tables):
        W = tables.params[self.name]["W"]
        return anp.dot(W - anp.mean(W, axis=1, keepdims=True), x)


@pytest.mark.parametrize("way", [skipping, compacted], ids=["skipping", "compact"])
def test_a_subclass_is_not_taken_for_its_parent(way):
    dense = build((4,), gate("fc", "g"), CentredWeights("fc", 3, bias=False))
    pooled = build(
        (1, 6, 6), Conv("c", 3, 3), gate("c", "g"), Widened("w", 2), Flatten("flat"), Dense("fc", 2)
    )
    for net in (dense, pooled):
        params, x = net.init(rng(), np.float64), rng(1).normal(size=(3, *net.in_shape))
        params["g"]["log_alpha"] = np.array([-9.0, 0.3, 9.0, -9.0])[: len(params["g"]["log_alpha"])]
        gates = values_at_test_time(net, params)
        np.testing.assert_allclose(way(net)(params, x, gates), net.apply(params, x, gates), atol=1e-12)
