"""Is the small network that is left the gated one at test time, without gates and without waste?"""

import numpy as np
import pytest
from building import HC, arrays_of, assert_same, build, gate, rng
from gradient_checks import refused
from hypothesis import given
from hypothesis import strategies as st
from random_networks import networks, problems, random_inputs, random_stats, spread_params
from strategies import at_least_500, few, many, seeds

from l0edu import (
    SGD,
    BatchNorm,
    Chain,
    Conv,
    Dense,
    Flatten,
    Network,
    Relu,
    Residual,
    cross_entropy,
    test_gates,
    value_and_grad,
)
from l0edu.compact import compact
from l0edu.flops import flops
from l0edu.layers import Gate, Put, Scale, Take
from l0edu.liveness import open_links

any_networks = networks(deaf=True, selection=True)


def at_test(net, params, x, stats=None):
    return net.apply(params, x, test_gates(net, params), stats)


def assert_computes_the_same(net, params, x, stats=None, tolerance=1e-10):
    """Returns the small network, which computes what the gated one does."""
    small = compact(net, params, stats)
    y, found = at_test(net, params, x, stats), small.net.apply(small.params, x, stats=small.stats)
    assert found.dtype == y.dtype
    np.testing.assert_allclose(found, y, rtol=0, atol=tolerance * np.abs(y).max(initial=1e-300))
    return small


def kinds(small):
    return [type(layer) for layer in small.net.layers]


# ---- on networks of all kinds


@given(any_networks, seeds, st.sampled_from([1, 2, 5]), st.booleans())
@at_least_500
def test_the_small_network_computes_what_the_gated_one_does(net, seed, examples, given_moments):
    stats = random_stats(net, rng(seed)) if given_moments else None
    params, x = spread_params(net, rng(seed)), random_inputs(net, rng(seed), examples)
    small = assert_computes_the_same(net, params, x, stats)
    assert small.net.gates() == ()
    assert not any(layer.gate_law() for layer in small.net.layers)


@given(any_networks, seeds)
@many
def test_all_gates_may_be_closed(net, seed):
    params, x = spread_params(net, rng(seed), closed=1.0), random_inputs(net, rng(seed))
    assert_computes_the_same(net, params, x)


@given(any_networks, seeds)
@many
def test_float32_stays_float32(net, seed):
    params, x = spread_params(net, rng(seed), np.float32), random_inputs(net, rng(seed), 4, np.float32)
    stats = random_stats(net, rng(seed), np.float32)
    small = assert_computes_the_same(net, params, x, stats, tolerance=1e-4)
    assert {array.dtype for array in arrays_of(small.params | small.stats)} <= {np.dtype(np.float32)}


@given(any_networks, seeds, st.booleans())
@many
def test_compacting_twice_changes_nothing_more(net, seed, given_moments):
    once = compact(
        net, spread_params(net, rng(seed)), random_stats(net, rng(seed)) if given_moments else None
    )
    twice = compact(*once)
    assert twice.net == once.net
    assert_same(twice.params, once.params)
    assert_same(twice.stats or {}, once.stats or {})


@given(any_networks, seeds)
@few
def test_the_arrays_are_copies_and_those_that_the_layers_need(net, seed):
    params, stats = spread_params(net, rng(seed)), random_stats(net, rng(seed))
    small = compact(net, params, stats)
    old, new = arrays_of(params) + arrays_of(stats), arrays_of(small.params) + arrays_of(small.stats)
    assert not any(np.shares_memory(a, b) for a in old for b in new)
    assert {name: set(arrays) for name, arrays in small.params.items()} == {
        layer.name: set(layer.array_names()) for layer in small.net.layers if layer.array_names()
    }
    assert small.stats.keys() == {layer.name for layer in small.net.layers if isinstance(layer, BatchNorm)}


@given(any_networks, seeds)
@few
def test_arrays_have_the_shapes_of_a_fresh_network(net, seed):
    small = compact(net, spread_params(net, rng(seed)))
    fresh = small.net.init(rng(seed))
    assert {name: {key: array.shape for key, array in table.items()} for name, table in fresh.items()} == {
        name: {key: array.shape for key, array in table.items()} for name, table in small.params.items()
    }


@given(any_networks, seeds)
@many
def test_it_costs_what_was_counted(net, seed):
    params = spread_params(net, rng(seed))
    opened = {name: z > 0 for name, z in test_gates(net, params).items()}
    assert flops(compact(net, params).net).total == flops(net, opened).total


@given(problems(max_blocks=2))
@few
def test_it_can_be_trained_further(problem):
    small = compact(problem.net, problem.params)
    if not small.params:
        return

    def loss(params):
        return cross_entropy(small.net.apply(params, problem.x), problem.y)

    before, grads = value_and_grad(loss)(small.params)
    step = SGD(1e-6).update(small.params, grads, SGD().init(small.params))[0]
    assert all(np.isfinite(array).all() for array in arrays_of(grads))
    assert loss(step) <= before + 1e-12


# ---- by hand


def closing(net, dtype=np.float64, **closed):
    """Fresh parameters whose gates are open, but for those listed for each layer of gates."""
    params = net.init(rng(), dtype)
    for layer in net.gates():
        log_alpha = np.full(net.gate_shape(layer), 9, dtype)
        log_alpha[closed.get(layer.name, [])] = -9
        params[layer.name]["log_alpha"] = log_alpha
    return params


def small_and_sizes(net, **closed):
    params = closing(net, **closed)
    small = assert_computes_the_same(net, params, random_inputs(net, rng(1)))
    return small, [shape[:2] for shape in small.net.weight_shapes.values()]


def test_a_closed_gate_takes_a_row_a_bias_and_a_column():
    net = build((4,), Dense("fc1", 3), Relu("r"), gate("fc2"), Dense("fc2", 2))
    small, sizes = small_and_sizes(net, gate=[1])
    assert sizes == [(2, 4), (2, 2)]
    assert small.params["fc1"]["b"].shape == (2,)
    assert kinds(small) == [Dense, Relu, Dense]


def test_of_a_map_only_the_pixels_that_are_read_go_on():
    layers = (Conv("c", 3, 3), Flatten("flat"), gate("fc"), Dense("fc", 2))
    small, sizes = small_and_sizes(
        build((1, 4, 4), *layers), gate=[0, 1, 2, 3, 5, 6]
    )  # map 0, and 2 pixels of map 1
    assert sizes == [(2, 1), (2, 6)]
    assert kinds(small) == [Conv, Flatten, Take, Dense]


def test_a_layer_whose_gates_are_all_closed_leaves_its_followers_constants():
    small, sizes = small_and_sizes(build((4,), gate("fc1"), Dense("fc1", 3), Dense("fc2", 2)), gate=range(4))
    assert sizes == [(2, 3)]
    assert kinds(small) == [Put, Dense]


def test_a_network_of_nothing_puts_zeros():
    small, sizes = small_and_sizes(build((4,), gate("fc"), Dense("fc", 3, bias=False)), gate=range(4))
    assert (kinds(small), sizes, small.params) == ([Put], [], {})
    np.testing.assert_array_equal(small.net.apply({}, np.ones((2, 4))), np.zeros((2, 3)))


def test_a_branch_that_is_closed_leaves_the_shortcut():
    branch = Chain("branch", (Dense("a", 4, bias=False), gate("a")))
    small, sizes = small_and_sizes(build((4,), Residual("block", branch), Dense("fc", 2)), gate=range(4))
    assert (kinds(small), sizes) == ([Dense], [(2, 4)])


def test_the_sides_of_a_residual_may_compute_different_units():
    sides = [Chain(name, (Dense(f"{name}1", 3, bias=False), gate(f"{name}1", f"g{name}"))) for name in "ab"]
    net = build((2,), Residual("block", *sides), Dense("fc", 2))
    small, sizes = small_and_sizes(net, ga=[0], gb=[1, 2])
    assert sizes == [(2, 2), (1, 2), (2, 3)]
    assert kinds(small) == [Dense, Put, Dense, Put, Dense]


@pytest.mark.parametrize(
    "moments", [None, {"bn": {"mean": np.array([1.0, 2, 3]), "var": np.array([4.0, 5, 6])}}]
)
def test_a_deaf_gate_that_is_closed_leaves_what_batch_norm_makes_of_0(moments):
    net = build((3,), gate("fc"), BatchNorm("bn"), Relu("r"), Dense("fc", 2), allow=True)
    params = closing(net, gate=[1])
    params["bn"]["shift"] = np.array([0.1, 0.2, 0.3])
    small = assert_computes_the_same(net, params, rng().normal(size=(5, 3)), moments)
    assert kinds(small) == [Take, BatchNorm, Put, Relu, Dense]
    given_mean, std = (0, 1) if moments is None else (2, np.sqrt(5 + 1e-5))
    np.testing.assert_allclose(small.params["bn_put"]["fill"], [0.2 - given_mean / std])


def test_gates_of_single_weights_are_multiplied_in_and_useless_units_go():
    net = build((3,), Dense("fc1", 2, weight_gate=HC), Dense("fc2", 2, bias=False, weight_gate=HC))
    params = closing(net)
    params["fc1"]["log_alpha"] = np.array([[9.0, -9, 0], [9, -9, 9]])
    params["fc2"]["log_alpha"] = np.array([[-9.0, 9], [-9, 0]])
    small = assert_computes_the_same(net, params, rng(1).normal(size=(4, 3)))
    assert list(small.net.weight_shapes.values()) == [(1, 2), (2, 1)]
    np.testing.assert_allclose(small.params["fc2"]["W"], params["fc2"]["W"][:, 1:] * [[1], [0.5]])


def test_fractional_gates_are_folded_into_weights_or_stay():
    net = build((3,), gate("fc1"), Dense("fc1", 2), Dense("fc2", 2))
    params = net.init(rng(), np.float64) | {"gate": {"log_alpha": np.array([0.0, 1.0, -9.0])}}
    assert Scale not in kinds(assert_computes_the_same(net, params, rng(1).normal(size=(4, 3))))
    between = build((2,), BatchNorm("bn1"), gate("fc"), BatchNorm("bn2"), Dense("fc", 2), allow=True)
    params = between.init(rng(), np.float64) | {"gate": {"log_alpha": np.array([0.0, 1.0])}}
    assert Scale in kinds(assert_computes_the_same(between, params, rng(1).normal(size=(4, 2))))


def test_a_network_without_gates_comes_back_as_it_is():
    net = build((4,), Dense("fc1", 3), Relu("r"), Dense("fc2", 2))
    params = net.init(rng())
    small = compact(net, params)
    assert small.net == net
    assert_same(small.params, params)


def test_a_network_may_be_a_single_layer():
    net = Network((3,), Dense("fc", 2, weight_gate=HC))
    params = net.init(rng(), np.float64)
    params["fc"]["log_alpha"] = np.array([[9.0, 0.0, -9], [9, 9, -9]])
    assert kinds(assert_computes_the_same(net, params, rng(1).normal(size=(4, 3)))) == [Take, Dense]


def test_new_names_do_not_meet_old_ones():
    net = build((3,), gate("fc", "gate"), Dense("fc", 2), Relu("gate_take"))
    names = [layer.name for layer in compact(net, closing(net, gate=[0])).net.layers]
    assert names == ["gate_take2", "fc", "gate_take"]


def test_a_kernel_of_which_any_weight_is_open_is_a_link():
    opened = np.zeros((2, 3, 2, 2), bool)
    opened[1, 2, 0, 1] = True
    np.testing.assert_array_equal(open_links(opened), [[0, 0, 0], [0, 0, 1]])
    assert open_links(np.array([True, False])).tolist() == [True, False]


# ---- what is refused


NET = build((3,), Dense("fc1", 2), BatchNorm("bn"), gate("fc2"), Dense("fc2", 2))


@pytest.mark.parametrize(
    ("layer", "array"), [("gate", "log_alpha"), ("fc1", "W"), ("fc1", "b"), ("bn", "shift")]
)
def test_a_table_that_lacks_an_array_is_refused(layer, array):
    params = NET.init(rng())
    del params[layer][array]
    with refused(f"table params has nothing under '{layer}' / '{array}'"):
        compact(NET, params)


@pytest.mark.parametrize("stats", [{}, {"bn": {"var": np.ones(2)}}], ids=["no layer", "no mean"])
def test_moments_that_are_not_there_are_refused(stats):
    with refused("nothing under"):
        compact(NET, NET.init(rng()), stats)


def test_gates_of_another_number_are_refused():
    with refused("'gate' has gates of shape"):
        compact(NET, NET.init(rng()) | {"gate": {"log_alpha": np.ones(3)}})
    assert not any(isinstance(layer, Gate) for layer in compact(NET, NET.init(rng())).net.layers)
