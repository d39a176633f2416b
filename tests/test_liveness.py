"""Is a unit that is called dead 0, and one that is called unwanted read by nobody?"""

import autograd.numpy as anp
import numpy as np
import pytest
from building import HC, build, gate, rng
from hypothesis import given
from positive_networks import positive_networks, random_gates
from random_networks import networks, random_inputs, spread_params
from strategies import at_least_500, seeds

from l0edu import BatchNorm, Chain, Conv, Dense, Flatten, MaxPool, Relu, Residual, value_and_grad
from l0edu.layers import Put, Scale, Tables, Take
from l0edu.liveness import Gated, alive_after, ends, open_links, wanted_before
from l0edu.units import Mask


def mask(*on):
    return Mask(np.array(on, bool))


def all_units(shape):
    return Mask(np.ones(shape[0], bool))


def every_end(gated):
    net = gated.net
    return list(ends(net.body, all_units(net.in_shape), all_units(net.body.out_shape(net.in_shape)), gated))


def walk(layer, x, tables, added, seen):
    """The output where some numbers are added behind every layer; `seen` receives the units before that."""
    if isinstance(layer, Chain):
        for part in layer.layers:
            x = walk(part, x, tables, added, seen)
        return x
    if isinstance(layer, Residual):
        branch = walk(layer.branch, x, tables, added, seen)
        return branch + (x if layer.shortcut is None else walk(layer.shortcut, x, tables, added, seen))
    y = layer.apply(x, tables)
    seen[layer.name] = y
    return y + added[layer.name]


def added_everywhere(net, number):
    return {name: np.full((*after, 1), number) for name, (_, after) in net.shapes.items()}


def any_number(array):
    """For each unit, whether any of its numbers is not 0."""
    return np.any(np.reshape(array, (len(array), -1)) != 0, axis=1)


# ---- seen in networks


@given(positive_networks())
@at_least_500
def test_where_nothing_is_negative_exactly_the_dead_units_are_0(positive):
    net, x, tables, gated = positive
    seen = {}
    walk(net.body, np.moveaxis(x, 0, -1), tables, added_everywhere(net, 0.0), seen)
    for end in every_end(gated):
        alive = alive_after(end.layer, end.alive, gated).on
        np.testing.assert_array_equal(any_number(seen[end.layer.name]), alive)


@given(positive_networks())
@at_least_500
def test_where_nothing_is_negative_exactly_the_unwanted_units_have_slope_0(positive):
    net, x, tables, gated = positive

    def total(added):
        return anp.sum(walk(net.body, np.moveaxis(x, 0, -1), tables, added, {}))

    _, slopes = value_and_grad(total)(added_everywhere(net, 1.0))  # so no relu stands at its kink
    for end in every_end(gated):
        np.testing.assert_array_equal(any_number(slopes[end.layer.name]), end.wanted.on)


@given(networks(deaf=True, selection=True), seeds)
@at_least_500
def test_dead_units_are_0_and_unwanted_ones_can_be_anything(net, seed):
    params, gates = spread_params(net, rng(seed)), random_gates(net, rng(seed))
    x, tables = np.moveaxis(random_inputs(net, rng(seed), 3), 0, -1), Tables(params, gates)
    gated, added, seen = (
        Gated(net, {name: open_links(z > 0) for name, z in gates.items()}),
        added_everywhere(net, 0.0),
        {},
    )
    y = walk(net.body, x, tables, added, seen)
    for end in every_end(gated):
        assert not seen[end.layer.name][~alive_after(end.layer, end.alive, gated).on].any()
        offsets = added[end.layer.name]
        offsets[~end.wanted.on] = rng(seed).normal(size=offsets[~end.wanted.on].shape)
    np.testing.assert_allclose(walk(net.body, x, tables, added, {}), y, rtol=0, atol=1e-12 * np.abs(y).max())


# ---- by hand


def shown(gated):
    """For each layer, what is alive at its input and wanted at its output, as digits."""
    return {end.layer.name: (_digits(end.alive), _digits(end.wanted)) for end in every_end(gated)}


def _digits(units):
    return "".join(map(str, units.on.astype(int)))


def test_a_closed_gate_kills_what_follows_and_makes_useless_what_came_before():
    net = build((2,), Dense("fc1", 3, bias=False), Relu("r"), gate("fc2"), Dense("fc2", 2), Dense("fc3", 1))
    found = shown(Gated(net, {"gate": np.array([True, False, True])}))
    assert found["fc1"] == ("11", "101")
    assert found["r"] == ("111", "101")
    assert found["gate"] == ("111", "111")
    assert found["fc2"] == ("101", "11")


def test_behind_closed_gates_only_a_bias_is_alive():
    gates = {"gate": np.zeros(2, bool)}
    for bias, alive in ((True, "111"), (False, "000")):
        net = build((2,), gate("fc1"), Dense("fc1", 3, bias), Dense("fc2", 1))
        assert shown(Gated(net, gates))["fc2"][0] == alive


def test_batch_norm_makes_every_unit_alive_and_a_gate_behind_it_unwanted():
    net = build(
        (2,), gate("fc1"), Dense("fc1", 3, False), BatchNorm("bn"), gate("fc2", "g2"), Dense("fc2", 1)
    )
    found = shown(Gated(net, {"gate": np.zeros(2, bool), "g2": np.array([True, False, False])}))
    assert found["bn"] == ("000", "100")
    assert found["g2"] == ("111", "111")
    assert found["fc1"] == ("00", "100")


def test_a_map_is_wanted_if_any_of_its_pixels_is():
    layers = (Conv("c", 3, 1), MaxPool("pool", 2), Flatten("flat"), gate("fc"), Dense("fc", 1))
    found = shown(Gated(build((1, 4, 4), *layers), {"gate": np.arange(12) == 6}))  # the third pixel of map 1
    assert found["c"] == ("1", "010")
    assert found["flat"] == ("111", "000000100000")


def test_the_pixels_of_a_dead_map_are_dead():
    layers = (Conv("c", 2, 1), gate("c"), Flatten("flat"), Dense("fc", 1))
    found = shown(Gated(build((1, 2, 1), *layers), {"gate": np.array([False, True])}))
    assert found["fc"] == ("0011", "1")


def test_a_unit_of_a_residual_is_alive_on_either_side_and_wanted_by_either():
    branch = Chain("branch", (gate("a", "g1"), Dense("a", 2, bias=False), gate("a", "g2")))
    net = build((2,), gate("in", "g0"), Dense("in", 2, bias=False), Residual("block", branch), Dense("fc", 1))
    gates = {"g0": [True, True], "g1": [False, True], "g2": [True, False]}
    found = shown(Gated(net, {name: np.array(z) for name, z in gates.items()}))
    assert found["in"] == ("11", "11")
    assert found["a"] == ("01", "10")
    assert found["fc"] == ("11", "1")


def test_the_shortcut_keeps_alive_what_the_branch_kills():
    branch = Chain("branch", (Dense("a", 2, bias=False), gate("a")))
    net = build((2,), Residual("block", branch, Chain("side", (Dense("s", 2, bias=False),))), Dense("fc", 1))
    found = shown(Gated(net, {"gate": np.zeros(2, bool)}))
    assert found["a"] == ("11", "00")
    assert found["s"] == ("11", "11")
    assert found["fc"] == ("11", "1")


def test_gates_of_single_weights_are_links():
    net = build((2,), Dense("fc1", 3, bias=False, weight_gate=HC), Dense("fc2", 1, weight_gate=HC))
    linked = {"fc1": np.array([[1, 0], [0, 0], [0, 1]], bool), "fc2": np.array([[1, 1, 0]], bool)}
    assert shown(Gated(net, linked)) == {"fc1": ("11", "110"), "fc2": ("101", "1")}


def test_take_reads_its_units_alone():
    net = build((3,), Dense("fc1", 3), Take("take", (0, 2)), gate("fc2"), Dense("fc2", 1))
    found = shown(Gated(net, {"gate": np.array([True, False])}))
    assert found["fc1"][1] == "100"
    assert found["take"] == ("111", "10")


@pytest.mark.parametrize(("filled", "alive"), [(False, "0101"), (True, "1111")])
def test_put_makes_the_others_alive_if_it_fills_them(filled, alive):
    net = build((2,), Put("put", (1, 3), (4,), filled), Dense("fc", 1))
    assert shown(Gated(net, {}))["fc"][0] == alive


def test_put_of_no_units_reads_nothing():
    net = build((2,), Dense("fc1", 2), Put("put", (), (3,), filled=True), Dense("fc2", 1))
    assert shown(Gated(net, {})) == {"fc1": ("11", "00"), "put": ("11", "111"), "fc2": ("111", "1")}


@pytest.mark.parametrize("layer", [Relu("a"), Scale("a"), MaxPool("a", 1)], ids=lambda a: type(a).__name__)
def test_layers_that_keep_units_apart_pass_on_what_they_get(layer):
    gated = Gated(build((2, 3, 3), layer), {})
    assert alive_after(layer, mask(0, 1), gated).on.tolist() == [False, True]
    assert wanted_before(layer, mask(0, 1), gated).on.tolist() == [False, True]


def test_a_gate_without_a_value_counts_as_open():
    net = build((2,), gate("fc"), Dense("fc", 1))
    assert shown(Gated(net, {}))["fc"] == ("11", "1")
