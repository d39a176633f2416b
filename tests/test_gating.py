"""Do noise and gates have the names, shapes and dtypes of the network's gates, and only its chance?"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_networks import networks, problems, spread_params
from strategies import dtypes, few, seeds

from l0edu import (
    Chain,
    Dense,
    Gate,
    HardConcrete,
    HardGaussian,
    InputError,
    Network,
    architecture,
    clamp_log_alpha,
    draw_noise,
    lenet5,
    mlp,
    open_probabilities,
    sample_gates,
)
from l0edu import test_gates as values_at_test_time

ONE_EACH = ("none", "before", "after", "both")  # a network of Gates, which may have noise for each example
SMALL = mlp((5, 4, 3), (0.5, 0.5))


def rng(seed=0):
    return np.random.default_rng(seed)


def names(net):
    return [layer.name for layer in net.gates()]


def of_laws(net, law):
    return [layer for layer in net.gates() if isinstance(layer.gate_law(), law)]


# ---- noise


@given(networks(), seeds, dtypes)
@few
def test_noise_has_the_shapes_and_the_dtype_of_the_gates(net, seed, dtype):
    noise = draw_noise(net, net.init(rng(), dtype), rng(seed))
    assert list(noise) == names(net)
    assert {name: u.shape for name, u in noise.items()} == {g.name: net.gate_shape(g) for g in net.gates()}
    assert all(u.dtype == dtype for u in noise.values())


@given(networks(gates=ONE_EACH), seeds, st.integers(1, 4))
@few
def test_noise_for_each_example_has_one_row_an_example(net, seed, examples):
    noise = draw_noise(net, net.init(rng()), rng(seed), examples=examples)
    assert {n: u.shape for n, u in noise.items()} == {
        g.name: (examples, *net.gate_shape(g)) for g in net.gates()
    }
    for layer in of_laws(net, HardConcrete):
        assert ((noise[layer.name] > 0) & (noise[layer.name] < 1)).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_uniform_noise_is_strictly_inside_the_unit_interval(dtype):
    net = mlp()
    u = draw_noise(net, net.init(rng(), dtype), rng(1), examples=500)
    assert all(np.isfinite(np.log(v)).all() and np.isfinite(np.log1p(-v)).all() for v in u.values())

    class Edge:
        def __init__(self, value):
            self.value = value

        def random(self, shape, dtype):
            return np.full(shape, self.value, dtype)

    for edge in (0, 1 - np.finfo(dtype).epsneg):  # the least and the largest that a generator gives
        edge_noise = draw_noise(net, net.init(rng(), dtype), Edge(edge))
        assert all(((v > 0) & (v < 1)).all() for v in edge_noise.values())


@given(networks(), seeds)
@few
def test_noise_is_repeated_by_an_equal_generator_and_not_by_the_next_draw(net, seed):
    params, generator = net.init(rng()), rng(seed)
    first, second = draw_noise(net, params, generator), draw_noise(net, params, generator)
    again = draw_noise(net, params, rng(seed))
    for name in names(net):
        np.testing.assert_array_equal(first[name], again[name])
        assert not np.array_equal(first[name], second[name])


def test_two_layers_of_gates_do_not_share_their_noise():
    net = mlp((7, 7, 7), (0.5, 0.5))
    noise = draw_noise(net, net.init(rng()), rng(1))
    assert not np.intersect1d(noise["gate1"], noise["gate2"]).size


def test_noise_for_each_example_is_refused_where_each_weight_has_a_gate():
    net = Network((4,), Chain("net", (Dense("fc", 3, weight_gate=HardConcrete()),)))
    with pytest.raises(InputError, match="'fc' has a gate for each weight") as caught:
        draw_noise(net, net.init(rng()), rng(), examples=5)
    assert len(str(caught.value).splitlines()) == 1


# ---- gates


@given(problems())
@few
def test_every_table_of_gates_has_the_names_in_order_and_lies_in_the_unit_interval(problem):
    net, params, _, _, noise = problem
    for gates in (
        sample_gates(net, params, noise),
        values_at_test_time(net, params),
        open_probabilities(net, params),
    ):
        assert list(gates) == names(net) == [charge.gate for charge in net.charges]
        assert {n: z.shape for n, z in gates.items()} == {g.name: net.gate_shape(g) for g in net.gates()}
        assert all(((z >= 0) & (z <= 1)).all() for z in gates.values())


@given(problems(dtype=np.float32))
@few
def test_gates_keep_float32(problem):
    net, params, _, _, noise = problem
    for gates in (
        sample_gates(net, params, noise),
        values_at_test_time(net, params),
        open_probabilities(net, params),
    ):
        assert all(z.dtype == np.float32 for z in gates.values())


@given(problems())
@few
def test_gates_are_those_of_the_law_of_their_layer(problem):
    net, params, _, _, noise = problem
    sampled, tested = sample_gates(net, params, noise), values_at_test_time(net, params)
    likely = open_probabilities(net, params)
    for layer in net.gates():
        law, name = layer.gate_law(), layer.name
        phi = params[name][law.parameter]
        np.testing.assert_array_equal(sampled[name], law.sample(phi, noise[name]))
        np.testing.assert_array_equal(tested[name], law.test_value(phi))
        np.testing.assert_array_equal(likely[name], law.prob_open(phi))


@given(problems(gates=ONE_EACH, noise_per_example=True))
@few
def test_row_i_of_the_gates_comes_from_row_i_of_the_noise(problem):
    net, params, _, _, noise = problem
    gates = sample_gates(net, params, noise)
    for i in range(4):
        row = sample_gates(net, params, {name: u[i] for name, u in noise.items()})
        for name in names(net):
            np.testing.assert_array_equal(gates[name][i], row[name])


def test_a_dense_network_has_no_noise_and_no_gates():
    net = mlp(law=None)
    params = net.init(rng())
    assert (
        draw_noise(net, params, rng())
        == sample_gates(net, params, {})
        == values_at_test_time(net, params)
        == {}
    )
    assert architecture(net, params) == []


@pytest.mark.parametrize(
    "use",
    [
        lambda params: draw_noise(SMALL, params, rng()),
        lambda params: sample_gates(SMALL, params, {"gate1": np.full(5, 0.5), "gate2": np.full(4, 0.5)}),
        lambda params: values_at_test_time(SMALL, params),
        lambda params: open_probabilities(SMALL, params),
        lambda params: clamp_log_alpha(SMALL, params),
    ],
    ids=["draw_noise", "sample_gates", "test_gates", "open_probabilities", "clamp_log_alpha"],
)
@pytest.mark.parametrize("broken", [{}, {"gate2": {"mu": np.zeros(4)}}], ids=["no layer", "no array"])
def test_params_without_a_layers_parameter_are_refused_with_its_name(use, broken):
    params = SMALL.init(rng())
    params = {"gate1": params["gate1"], **broken}
    with pytest.raises(InputError, match=r"'gate2' / 'log_alpha'.*net\.init") as caught:
        use(params)
    assert len(str(caught.value).splitlines()) == 1


def test_noise_without_a_layer_is_refused_with_its_name():
    with pytest.raises(InputError, match=r"noise has nothing under 'gate2'.*draw_noise"):
        sample_gates(SMALL, SMALL.init(rng()), {"gate1": np.full(5, 0.5)})


@given(problems())
@few
def test_the_architecture_counts_the_gates_that_are_open_at_test_time(problem):
    net, params, _, _, _ = problem
    counts = [sum(z > 0 for z in gates.flat) for gates in values_at_test_time(net, params).values()]
    assert architecture(net, params) == counts
    assert all(type(count) is int for count in architecture(net, params))


# ---- clamping

CONCRETE = (HardConcrete(),)


@given(networks(laws=CONCRETE), seeds, st.floats(0.125, 6, width=32), dtypes)
@few
def test_clamping_moves_every_log_alpha_into_the_interval_and_nothing_else(net, seed, limit, dtype):
    params = spread_params(net, rng(seed), dtype)
    clamped = clamp_log_alpha(net, params, limit)
    assert list(clamped) == list(params)
    for layer, table in params.items():
        for key, array in table.items():
            if key == "log_alpha":
                np.testing.assert_array_equal(clamped[layer][key], np.clip(array, -limit, limit))
                assert clamped[layer][key].dtype == dtype
            else:
                assert clamped[layer][key] is array


def test_clamping_makes_a_new_table():
    params = SMALL.init(rng())
    params["gate1"]["log_alpha"] = np.full(5, -9.0)
    assert clamp_log_alpha(SMALL, params)["gate1"]["log_alpha"][0] == -math.log(100)
    np.testing.assert_array_equal(params["gate1"]["log_alpha"], -9)


def test_at_the_floor_of_the_reference_code_a_gate_is_still_open_with_probability_one_in_twenty():
    params = SMALL.init(rng(), np.float64)
    params["gate1"]["log_alpha"] = np.full(5, -np.inf)
    open_ = open_probabilities(SMALL, clamp_log_alpha(SMALL, params))["gate1"]
    np.testing.assert_allclose(open_, 0.0471, atol=5e-5)


def test_gates_are_not_clamped_unless_asked():  # B11
    params = SMALL.init(rng(), np.float64)
    params["gate1"]["log_alpha"] = np.full(5, -80.0)
    expected = math.exp(-80) * 11 ** (2 / 3)
    np.testing.assert_allclose(open_probabilities(SMALL, params)["gate1"], expected, rtol=1e-12)


@pytest.mark.parametrize("limit", [0, -1, float("nan")])
def test_a_limit_that_is_not_positive_is_refused(limit):
    with pytest.raises(InputError, match=r"limit = .* positive"):
        clamp_log_alpha(SMALL, SMALL.init(rng()), limit)


def test_a_law_without_log_alpha_is_not_clamped():
    net = Network((4,), Chain("net", (Gate("gate", HardGaussian(), "fc"), Dense("fc", 2))))
    with pytest.raises(InputError, match=r"'gate' has no log_alpha to clamp.*HardGaussian"):
        clamp_log_alpha(net, net.init(rng()))


def test_the_noise_of_lenet_has_1370_numbers():
    net = lenet5()
    assert sum(u.size for u in draw_noise(net, net.init(rng()), rng()).values()) == 1_370


@pytest.mark.parametrize("shape", [(), (1,), (5,), (2, 3)])
def test_a_parameter_of_another_shape_than_its_gates_is_refused(shape):
    net = mlp((3, 2), (0.5,))
    params = net.init(np.random.default_rng(0))
    params["gate1"]["log_alpha"] = np.zeros(shape, np.float32)
    for use in (values_at_test_time, open_probabilities, architecture):
        with pytest.raises(InputError, match=r"'gate1' has gates of shape \(3,\)"):
            use(net, params)
