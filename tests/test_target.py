"""The Lagrangian of a target share, and its parts."""

import numpy as np
import pytest
from gate_patterns import tiny_networks
from hypothesis import assume, given, settings
from small_runs import tiny_batch_norm_net, tiny_mlp
from strategies import few, seeds

from l0edu import (
    Chain,
    Dense,
    HardConcrete,
    InputError,
    Network,
    compact,
    flops,
    lenet5,
    mlp,
    open_at_test,
    value_and_grad,
)
from l0edu.flops import expected_total
from l0edu.objective import objective_terms
from l0edu.target import Pull, Target, aim_of_ramp, expected_share, lagrangian, least_share

PULL = Pull(Target(0.2), aim=0.4, linear=0.7, quadratic=1.3)


def spread_params(net, seed=0):
    """Gates here and there, in float64."""
    rng = np.random.default_rng(seed)
    params = net.init(rng, np.float64)
    for gate in net.gates():
        params[gate.name]["log_alpha"] = rng.normal(0, 2, net.gate_shape(gate))
    return params


def central_difference(function, array, index, step=1e-6):
    before = array[index]
    values = []
    for sign in (1, -1):
        array[index] = before + sign * step
        values.append(float(function()))
    array[index] = before
    return (values[0] - values[1]) / (2 * step)


@pytest.mark.parametrize("of", ["l0", "flops"])
@pytest.mark.parametrize("make", [tiny_mlp, tiny_batch_norm_net])
def test_the_gradient_of_the_lagrangian_equals_differences(of, make):
    net = make()
    params = spread_params(net)
    _, grads = value_and_grad(lambda p: lagrangian(expected_share(net, p, of), PULL))(params)
    for gate in net.gates():
        for i in range(3):
            slope = central_difference(
                lambda: lagrangian(expected_share(net, params, of), PULL), params[gate.name]["log_alpha"], i
            )
            assert grads[gate.name]["log_alpha"][i] == pytest.approx(slope, rel=1e-6, abs=1e-10)


def test_a_map_and_its_pixels_have_the_right_slope_in_lenet():
    net = lenet5()
    params = spread_params(net)
    _, grads = value_and_grad(lambda p: expected_share(net, p, "flops"))(params)
    for gate, i in (("gate1", 3), ("gate2", 11), ("gate3", 170), ("gate4", 40)):
        slope = central_difference(
            lambda: expected_share(net, params, "flops"), params[gate]["log_alpha"], i, step=1e-4
        )
        assert grads[gate]["log_alpha"][i] == pytest.approx(slope, rel=1e-5)


def expected_and_slopes(net, p):
    """By each probability; networks whose cost does not depend on the gates are left out."""
    assume(p)
    ends = [flops(net, {name: np.full(each.shape, end) for name, each in p.items()}).total for end in (0, 1)]
    assume(ends[0] != ends[1])
    table = {name: {"p": each} for name, each in p.items()}
    return value_and_grad(lambda t: expected_total(net, {name: row["p"] for name, row in t.items()}))(table)


@given(tiny_networks(), seeds)
@settings(few)
def test_the_slope_by_a_probability_is_the_difference_between_open_and_closed(net, seed):
    """Expected FLOPs of a chain are linear in each probability, so this is exact."""
    rng = np.random.default_rng(seed)
    p = {gate.name: rng.uniform(0.05, 0.95, net.gate_shape(gate)) for gate in net.gates()}
    total, slopes = expected_and_slopes(net, p)
    assert total == pytest.approx(flops(net, p).total, rel=1e-12)
    for name, each in p.items():
        ends = [flops(net, {**p, name: np.r_[end, each[1:]]}).total for end in (1.0, 0.0)]
        assert slopes[name]["p"][0] == pytest.approx(ends[0] - ends[1], rel=1e-9, abs=1e-9)


@given(tiny_networks(), seeds)
@settings(few)
def test_a_gate_that_is_surely_open_leaves_finite_slopes(net, seed):
    rng = np.random.default_rng(seed)
    p = {gate.name: rng.uniform(0.05, 0.95, net.gate_shape(gate)) for gate in net.gates()}
    for each in p.values():
        each[1:2] = 1.0
    _, slopes = expected_and_slopes(net, p)
    assert all(np.isfinite(row["p"]).all() for row in slopes.values())


def test_the_price_of_a_gate_is_that_of_the_multipliers():
    net = mlp((4, 3), (0.5,))
    params = spread_params(net)
    s = float(expected_share(net, params))
    _, pulled = value_and_grad(lambda p: lagrangian(expected_share(net, p), PULL))(params)
    _, plain = value_and_grad(lambda p: expected_share(net, p))(params)
    price = (0.7 + 2 * 1.3 * (s / 0.4 - 1)) / 0.4
    np.testing.assert_allclose(pulled["gate1"]["log_alpha"], price * plain["gate1"]["log_alpha"])


def test_nothing_is_paid_at_the_target():
    assert lagrangian(0.4, PULL) == 0
    assert lagrangian(0.8, PULL) == pytest.approx(0.7 + 1.3)


def test_the_objective_holds_the_lagrangian_in_place_of_lambda():
    net = tiny_mlp()
    params, rng = spread_params(net), np.random.default_rng(1)
    x, y = rng.random((3, 6)), np.array([0, 1, 2])
    noise = {g.name: rng.random(net.gate_shape(g)) for g in net.gates()}
    terms = objective_terms(net, params, x, y, noise, lam=5.0, pull=PULL)
    assert terms["l0"] == pytest.approx(float(lagrangian(expected_share(net, params), PULL)))


def test_the_ramp_falls_by_the_same_factor_in_each_step():
    aims = [aim_of_ramp(Target(0.1, ramp=0.8), 0.9, k / 10) for k in range(11)]
    factors = np.array(aims[1:9]) / np.array(aims[:8])
    np.testing.assert_allclose(factors, (0.1 / 0.9) ** (1 / 8))
    np.testing.assert_allclose(aims[8:], 0.1)


def test_the_ramp_ends_at_the_target_to_the_bit_and_may_rise():
    for start in (0.865, 0.3, 0.93):
        aims = [aim_of_ramp(Target(0.7, ramp=0.5), start, k / 10) for k in range(11)]
        assert (aims[0], aims[5], aims[-1]) == (start, 0.7, 0.7)
        assert sorted(aims, reverse=start > 0.7) == aims


def test_a_share_in_float32_stays_in_float32():
    net = lenet5()
    params = net.init(np.random.default_rng(0))
    for of in ("l0", "flops"):
        _, grads = value_and_grad(lambda p, of=of: lagrangian(expected_share(net, p, of), PULL))(params)
        assert {array.dtype for row in grads.values() for array in row.values()} == {np.dtype("float32")}


def test_the_least_share_is_what_compacting_leaves():
    net = tiny_mlp()
    params = net.init(np.random.default_rng(0))
    assert least_share(net, params, "l0") == least_share(net, params, "flops") == 0
    clamped = least_share(net, params, clamp=np.log(100))
    assert clamped == pytest.approx(HardConcrete().prob_open(-np.log(100)))


def test_flops_of_what_compaction_keeps_agree_with_the_share_of_closed_and_open_gates():
    net = tiny_mlp()
    params = spread_params(net)
    for gate in net.gates():
        params[gate.name]["log_alpha"] = 60 * np.sign(params[gate.name]["log_alpha"])
    left = flops(compact(net, params).net).total
    assert left == flops(net, open_at_test(net, params)).total
    assert float(expected_share(net, params, "flops")) == pytest.approx(left / flops(net).total, rel=1e-9)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"share": 0}, "between 0 and 1"),
        ({"share": 10}, "between 0 and 1"),
        ({"share": 0.1, "of": "parameters"}, "choose one of l0, flops"),
        ({"share": 0.1, "ramp": 0}, "ramp"),
        ({"share": 0.1, "step_size": -1}, "step"),
    ],
)
def test_a_target_out_of_range_is_refused(wrong, words):
    with pytest.raises(InputError, match=words):
        Target(**wrong)


@pytest.mark.parametrize("of", ["FLOPs", "", None])
def test_a_share_of_anything_else_is_refused(of):
    net = tiny_mlp()
    with pytest.raises(InputError, match="choose one of l0, flops"):
        expected_share(net, net.init(np.random.default_rng(0)), of)


@pytest.mark.parametrize("of", ["l0", "flops"])
def test_a_network_without_gates_has_no_share(of):
    net = mlp((4, 3), law=None)
    with pytest.raises(InputError, match="mlp has no gates"):
        expected_share(net, net.init(np.random.default_rng(0)), of)


def test_second_derivatives_of_a_share_are_refused_by_name():
    net = tiny_mlp()
    params = spread_params(net)

    def slope(p):
        return value_and_grad(lambda q: expected_share(net, q, "flops"))(p)[1]["gate1"]["log_alpha"][0]

    with pytest.raises(InputError, match=r"use l0edu\.plain\."):
        value_and_grad(slope)(params)


def test_gates_of_single_weights_have_no_differentiable_flops():
    net = Network((3,), Chain("weights", (Dense("fc1", 2, weight_gate=HardConcrete()),)))
    params = net.init(np.random.default_rng(0))
    with pytest.raises(InputError, match="a gate for each weight"):
        expected_share(net, params, "flops")
    assert 0 < float(expected_share(net, params, "l0")) < 1
