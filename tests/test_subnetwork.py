"""Do the steps that are left use exactly the numbers that matter?"""

import numpy as np
from building import HC, build, gate, rng
from hypothesis import given
from positive_networks import positive_networks, random_gates
from random_networks import networks, random_inputs, spread_params
from strategies import at_least_500, few, seeds

from l0edu import BatchNorm, Chain, Conv, Dense, Flatten, Network, Relu, Residual, value_and_grad
from l0edu.layers import Gate, Put, Take
from l0edu.liveness import Gated, open_links
from l0edu.steps import Apply, Fork, Place
from l0edu.subnetwork import steps_of
from l0edu.tables import map_arrays


def every_step(steps):
    for step in steps:
        yield step
        if isinstance(step, Fork):
            yield from every_step([*step.branch, *step.shortcut])


def indices(units):
    return slice(None) if units is None else units


def used_numbers(gated, params):
    """For every array, True where a step uses its number; those of gates are left out."""
    used = map_arrays(lambda array: np.zeros(array.shape, bool), params)
    for step in every_step(steps_of(gated)):
        layer = step.layer if isinstance(step, Apply) else getattr(step, "source", None)
        for name in layer.array_names() if layer else ():
            if isinstance(step, Place):
                used[layer.name][name][step.constants] |= name in ("b", "shift", "scale", "fill")
            elif name == "W":
                used[layer.name]["W"][indices(step.outputs)] = _row_of_inputs(step, params[layer.name]["W"])
            else:
                used[layer.name][name][indices(step.outputs)] = True
    for name, opened in gated.opened.items():
        if "W" in used[name]:
            used[name]["W"] &= np.reshape(opened, (*opened.shape, *[1] * (used[name]["W"].ndim - 2)))
    return used


def _row_of_inputs(step, W):
    row = np.zeros(W.shape[1:], bool)
    row[indices(step.inputs)] = True
    return row


def of_weights(net, table):
    """The arrays of a table without those that describe gates."""
    laws = {layer.name: layer.gate_law().parameter for layer in net.gates()}
    return {
        name: {key: array for key, array in arrays.items() if key != laws.get(name)}
        for name, arrays in table.items()
    }


def any_in_kernel(array):
    """For each pair of output and input, whether any of its numbers is not 0."""
    return (array != 0).any(axis=(2, 3)) if array.ndim == 4 else array != 0


@given(networks(deaf=True, selection=True), seeds)
@at_least_500
def test_numbers_that_no_step_uses_can_be_anything(net, seed):
    params, gates, x = (
        spread_params(net, rng(seed)),
        random_gates(net, rng(seed)),
        random_inputs(net, rng(seed)),
    )
    gated = Gated(net, {name: open_links(z > 0) for name, z in gates.items()})
    used = used_numbers(gated, params)
    other = map_arrays(lambda a, kept: np.where(kept, a, rng(seed).normal(size=a.shape)), params, used)
    y = net.apply(params, x, gates)
    np.testing.assert_allclose(net.apply(other, x, gates), y, rtol=0, atol=1e-12 * np.abs(y).max())


@given(positive_networks())
@at_least_500
def test_where_nothing_is_negative_exactly_the_numbers_that_matter_are_used(positive):
    net, x, (params, gates, stats, _), gated = positive
    _, slopes = value_and_grad(lambda p: net.apply(p, x, gates, stats).sum())(params)
    used = used_numbers(gated, params)
    map_arrays(
        lambda slope, kept: np.testing.assert_array_equal(any_in_kernel(slope), any_in_kernel(kept)),
        of_weights(net, slopes),
        of_weights(net, used),
    )


@given(positive_networks())
@few
def test_no_step_is_left_of_a_gate_that_is_closed(positive):
    for step in every_step(steps_of(positive.gated)):
        if isinstance(step, Apply) and isinstance(step.layer, Gate):
            assert positive.gated.opened[step.layer.name][indices(step.outputs)].all()


# ---- by hand


def shown(net, **gates):
    """The steps as words; of a fork, its sides in brackets."""
    return _words(steps_of(Gated(net, {name: np.array(z, bool) for name, z in gates.items()})))


def _words(steps):
    return " ".join(map(_word, steps))


def _word(step):
    if isinstance(step, Fork):
        return f"[{_words(step.branch)}|{_words(step.shortcut)}]"
    if isinstance(step, Apply):
        parts = [("out", step.outputs), ("in", step.inputs)]
        return step.layer.name + "".join(
            f":{side}{_digits(units)}" for side, units in parts if units is not None
        )
    constants = (
        "" if getattr(step, "source", None) is None else f"+{step.source.name}{_digits(step.constants)}"
    )
    return f"{type(step).__name__.lower()}{_digits(step.units)}{constants}"


def _digits(units):
    return "".join(map(str, units.tolist()))


def test_with_every_gate_open_every_layer_is_applied_whole():
    net = build((2,), gate("fc1"), Dense("fc1", 3), Relu("r"), Dense("fc2", 2))
    assert shown(net, gate=[1, 1]) == "gate fc1 r fc2"


def test_a_closed_gate_takes_inputs_and_outputs():
    net = build((2,), Dense("fc1", 3), Relu("r"), gate("fc2"), Dense("fc2", 2))
    assert shown(net, gate=[1, 0, 1]) == "fc1:out02 r gate:out02 fc2:in02"


def test_inputs_of_the_network_are_selected():
    net = build((3,), gate("fc1"), Dense("fc1", 2))
    assert shown(net, gate=[0, 1, 1]) == "select12 gate:out12 fc1:in12"


def test_when_all_is_closed_the_last_bias_is_placed_and_else_zeros():
    layers = (gate("fc1"), Dense("fc1", 3), Dense("fc2", 2))
    assert shown(build((2,), *layers), gate=[0, 0]) == "place+fc1012 fc2"
    net = build((2,), gate("fc1"), Dense("fc1", 2, bias=False))
    assert shown(net, gate=[0, 0]) == "place"


def test_biases_behind_closed_gates_stand_beside_what_is_computed():
    net = build((2,), Dense("fc1", 3, weight_gate=HC), Relu("r"), Dense("fc2", 1))
    assert shown(net, fc1=[[0, 0], [1, 1], [0, 0]]) == "fc1:out1 place1+fc102 r fc2"


def test_batch_norm_of_a_dead_unit_is_its_shift():
    net = build((3,), gate("fc"), BatchNorm("bn"), Dense("fc", 2), allow=True)
    assert shown(net, gate=[0, 1, 1]) == "select12 gate:out12 bn:out12 place12+bn0 fc"


def test_of_a_partly_read_flatten_the_maps_are_computed_whole():
    net = build((1, 2, 1), Conv("c", 3, 1), Flatten("flat"), gate("fc"), Dense("fc", 1))
    assert shown(net, gate=[0, 0, 0, 1, 1, 1]) == "c:out12 flat select123 gate:out345 fc:in345"


def test_the_sides_of_a_residual_are_brought_to_the_same_units():
    branch = Chain("branch", (Dense("a", 3, bias=False), gate("a")))
    net = build((3,), Residual("block", branch), gate("fc", "g2"), Dense("fc", 1))
    found = shown(net, gate=[0, 1, 1], g2=[1, 1, 0])
    assert found == "[a:out1 gate:out1 place1|select01] g2:out01 fc:in01"


def test_a_residual_with_a_dead_side_is_the_other_side():
    sides = [Chain(name, (Dense(f"{name}1", 2, bias=False), gate(f"{name}1", f"g{name}"))) for name in "ab"]
    net = build((2,), Residual("block", *sides), Dense("fc", 1))
    assert shown(net, ga=[0, 0], gb=[1, 1]) == "b1 gb fc"
    assert shown(net, ga=[1, 1], gb=[0, 0]) == "a1 ga fc"
    assert shown(net, ga=[0, 0], gb=[0, 0]) == "place+fc0"


def test_take_becomes_a_selection_and_put_a_placing():
    net = build((4,), Take("take", (1, 3)), Put("put", (0, 2), (3,), filled=True), Dense("fc", 1))
    assert shown(net) == "select13 place02+put0 fc"


def test_the_constants_of_a_put_are_numbered_without_its_units():
    net = build((1,), Put("put", (1,), (4,), filled=True), gate("fc"), Dense("fc", 1))
    assert shown(net, gate=[0, 1, 0, 1]) == "place0+put2 gate:out13 fc:in13"


def test_a_network_can_be_a_single_layer():
    assert _words(steps_of(Gated(Network((2,), Dense("fc", 1)), {}))) == "fc"
    one = Network((2,), Dense("fc", 2, weight_gate=HC))
    assert (
        _words(steps_of(Gated(one, {"fc": np.array([[0, 0], [0, 1]], bool)})))
        == "select1 fc:out1:in1 place1+fc0"
    )
