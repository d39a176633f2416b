"""Are FLOPs those of somebody who counts each multiply and each add of what has to be computed?"""

import numpy as np
import pytest
from building import HC, build, gate, rng
from gate_patterns import as_gates, gate_count, numbers
from gradient_checks import refused
from hypothesis import given
from hypothesis import strategies as st
from random_networks import networks, spread_params, unitary_gates
from strategies import at_least_500, few, many, seeds
from table_1 import first_open, lenet5_of_table_1, mlp_of_table_1

from l0edu import Conv, Dense, Flatten, Flops, flops, lenet5, mlp, open_at_test, open_probabilities
from l0edu.compact import compact

any_networks = networks(deaf=True, selection=True)


def costs(counted):
    return [row.flops for row in counted.rows]


# ---- by hand


def test_the_dense_networks_of_the_paper():
    assert costs(flops(mlp())) == [2 * 784 * 300, 2 * 300 * 100, 2 * 100 * 10]
    assert flops(mlp()).total == 532_400
    assert costs(flops(lenet5())) == [576_000, 3_200_000, 800_000, 10_000]
    assert flops(lenet5()).total == 4_586_000


def test_the_lenet5_of_table_1_with_a_lambda_for_each_layer():
    net, opened = lenet5_of_table_1()
    assert [np.count_nonzero(z) for z in opened.values()] == [9, 18, 65, 25]
    assert costs(flops(net, opened)) == [259_200, 518_400, 2 * 65 * 25, 2 * 25 * 10]
    assert flops(net, opened).total == 781_350
    assert costs(flops(net, opened, convention="own-gates")) == [259_200, 1_152_000, 65_000, 500]
    assert flops(net, opened, convention="own-gates").total == 1_476_700


def test_a_map_whose_pixels_are_all_unread_costs_nothing():
    net = lenet5()
    opened = first_open(net, (9, 18, 65, 25))  # 65 pixels are those of 5 maps
    assert costs(flops(net, opened)) == [259_200, 2 * 64 * 25 * 9 * 5, 2 * 65 * 25, 2 * 25 * 10]


def test_the_mlp_of_table_1_with_a_lambda_for_each_layer():
    net, opened = mlp_of_table_1()
    live, own = flops(net, opened), flops(net, opened, "own-gates")
    assert costs(live) == [2 * 266 * 88, 2 * 88 * 33, 2 * 33 * 10]
    assert costs(own) == [2 * 266 * 300, 2 * 88 * 100, 2 * 33 * 10]
    assert (live.total, own.total) == (53_284, 177_860)


def test_a_layer_without_bias_adds_once_less_for_each_output():
    dense, conv = Dense("fc", 3, bias=False), Conv("c", 4, 3, stride=2, padding=1, bias=False)
    assert flops(build((5,), dense)).total == 3 * (5 + 4)
    assert flops(build((2, 8, 6), conv)).total == (4 * 3) * 4 * (18 + 17)


small = st.integers(1, 3)
convolutions = st.builds(Conv, st.just("c"), small, small, small, st.integers(0, 2), st.booleans())


@given(st.tuples(small, st.integers(3, 9), st.integers(3, 9)), convolutions)
@many
def test_strides_and_padding(in_shape, conv):
    maps, *sides = in_shape
    padded = [size + 2 * conv.padding for size in sides]
    windows = [len(range(conv.kernel, size + 1, conv.stride)) for size in padded]  # by where they end
    multiplies = windows[0] * windows[1] * conv.filters * maps * conv.kernel**2
    adds = multiplies - (0 if conv.bias else windows[0] * windows[1] * conv.filters)
    assert flops(build(in_shape, conv)).total == multiplies + adds


def test_a_layer_that_nothing_alive_reaches_costs_nothing_with_or_without_bias():
    for bias in (True, False):
        net = build((3,), gate("fc1"), Dense("fc1", 2, bias), Dense("fc2", 1))
        first, second = flops(net, {"gate": np.zeros(3)}).rows
        assert (first.inputs, first.outputs, first.flops) == (0, 0, 0)
        assert second.flops == (4 if bias else 0)


def test_weights_that_have_gates_cost_what_a_dense_part_of_w_does():
    net = build((3,), Dense("fc", 3, weight_gate=HC))
    z = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 0]])
    row = flops(net, {"fc": z}).rows[0]
    assert (row.inputs, row.outputs, row.flops) == (2, 2, 2 * 2 * 2)


# ---- by the network that is left


def test_masks_cost_what_the_compacted_network_does():
    different = set()

    @given(any_networks, seeds)
    @at_least_500
    def check(net, seed):
        params = spread_params(net, rng(seed))
        assert flops(net, open_at_test(net, params)).total == flops(compact(net, params).net).total
        different.add((net, seed))

    check()
    assert len(different) >= 500


@given(any_networks)
@many
def test_open_gates_cost_what_the_dense_network_does(net):
    for convention in ("live", "own-gates"):
        assert flops(net, unitary_gates(net), convention) == flops(net, None, convention)


@given(any_networks, seeds, st.data())
@many
def test_to_close_one_more_gate_makes_no_layer_dearer(net, seed, data):
    z = rng(seed).choice([0, 1], gate_count(net), p=[0.2, 0.8])
    closed = z * (np.arange(len(z)) != data.draw(st.integers(0, len(z))))
    more, fewer = (numbers(flops(net, as_gates(net, gates))) for gates in (z, closed))
    assert (fewer <= more).all()


# ---- by own gates


@pytest.mark.parametrize("net", [mlp(), lenet5()], ids=["mlp", "lenet5"])
@given(seed=seeds)
@few
def test_own_gates_are_counted_as_in_the_reference_code(net, seed):
    p, expected = as_gates(net, rng(seed).random(gate_count(net))), []
    for charge in net.charges:
        S, (out, inputs, *kernel) = p[charge.gate].sum(), net.weight_shapes[charge.layer]
        if kernel:
            n, positions = kernel[0] * kernel[1] * inputs, np.prod(net.shapes[charge.layer][1][1:])
            expected.append(positions * (2 * n - 1) * S + positions * S)
        else:
            expected.append((2 * S - 1) * out + out)
    np.testing.assert_allclose(costs(flops(net, p, "own-gates")), expected, rtol=1e-12)


@given(networks(), seeds)
@many
def test_a_layer_costs_no_less_by_its_own_gates_alone(net, seed):
    params = spread_params(net, rng(seed))
    for gates in (open_at_test(net, params), open_probabilities(net, params)):
        live, own = (flops(net, gates, convention) for convention in ("live", "own-gates"))
        assert live.approximate or (numbers(live) <= numbers(own) * (1 + 1e-12) + 1e-12).all()


# ---- what it takes


@pytest.mark.parametrize("dtype", [bool, int, float, np.float32])
def test_gates_that_are_open_or_closed_may_be_of_any_dtype(dtype):
    net = mlp((2, 3, 1), (0.5, 0.5))
    counted = flops(net, {"gate1": np.array([1, 0], dtype), "gate2": np.array([0, 1, 1], dtype)})
    assert counted.total == 2 * 1 * 2 + 2 * 2 * 1
    assert type(counted.total) is int


def test_probabilities_in_float32_are_counted_in_float64():
    net = mlp()
    p = {name: np.full(n, 0.1, np.float32) for name, n in (("gate1", 784), ("gate2", 300), ("gate3", 100))}
    exact = float(np.float32(0.1))
    hidden = 784 * exact * 300 * exact + 300 * exact * 100 * exact + 100 * exact * 10
    assert flops(net, p).total == pytest.approx(2 * hidden, rel=1e-4)  # .9 ** 100 units are read by none
    assert flops(net, p, "own-gates").total == pytest.approx(532_400 * exact, rel=1e-14)


@pytest.mark.parametrize(
    ("gates", "message"),
    [
        ({"gate1": [1, 0]}, r"gates are given for \['gate1'\], and the network has \['gate1', 'gate2'\]"),
        ({}, "give all of them"),
        ({"gate1": [1, 0], "gate2": [1] * 3, "gate3": [1]}, "give all of them"),
        ({"gate1": [1, 0], "gate3": [1] * 3}, "give all of them"),
        ({"gate1": [1, 0], "gate2": [1, 0]}, r"'gate2' has gates of shape \(3,\), not \(2,\)"),
        ({"gate1": [[1, 0]], "gate2": [1] * 3}, r"'gate1' has gates of shape \(2,\), not \(1, 2\)"),
        ({"gate1": [1, -0.1], "gate2": [1] * 3}, r"'gate1': give probabilities in \[0, 1\]"),
        ({"gate1": [1, 1.1], "gate2": [1] * 3}, "or whether each gate is open"),
        ({"gate1": [1, 0], "gate2": [1, np.nan, 1]}, "'gate2': give probabilities"),
    ],
)
def test_gates_that_do_not_fit_are_refused(gates, message):
    gates = {name: np.array(z) for name, z in gates.items()}
    with refused(message):
        flops(mlp((2, 3, 1), (0.5, 0.5)), gates)


def test_an_unknown_convention_is_refused():
    with refused("convention = 'own': choose one of live, own-gates"):
        flops(mlp(), convention="own")


def test_a_network_without_gates_takes_an_empty_table():
    net = build((2,), Dense("fc", 1))
    assert flops(net, {}) == flops(net)
    with refused("the network has \\[\\]"):
        flops(net, {"gate": np.ones(2)})


# ---- what it shows


def test_a_row_tells_what_is_used():
    net = build((2, 3, 3), Conv("c", 4, 2), gate("c"), Flatten("flat"), Dense("fc", 1))
    conv, fc = flops(net, {"gate": np.array([1, 0, 1, 1])}).rows
    assert (conv.layer, conv.kind, conv.inputs, conv.outputs, conv.positions) == ("c", "Conv", 2, 3, 4)
    assert (fc.layer, fc.kind, fc.inputs, fc.outputs, fc.positions) == ("fc", "Dense", 12, 1, 1)
    assert (conv.flops, fc.flops) == (4 * 2 * 8 * 3, 2 * 12)


def test_an_expectation_prints_as_a_table_with_a_decimal():
    net = mlp((1999, 3, 1), (0.5, 0.5))
    p = {"gate1": np.full(1999, 0.35), "gate2": np.array([0.5, 0.5, 0.1])}
    assert str(flops(net, p)).split("\n") == [
        "layer  kind   inputs  outputs  positions    FLOPs",
        "fc1    Dense   542.2      1.1          1  1,539.2",
        "fc2    Dense     1.1      0.8          1      2.2",
        "total                                     1,541.4",
    ]


def test_a_count_compares_and_keeps_its_convention():
    assert isinstance(flops(mlp()), Flops)
    assert flops(mlp()) == flops(mlp())
    assert flops(mlp(), convention="own-gates").convention == "own-gates"
    assert not flops(mlp()).approximate
