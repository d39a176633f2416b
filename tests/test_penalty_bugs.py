"""Are the penalties without the reference code's bugs?

B2, B3, B4, B5 and B11 are the numbers of these bugs in the project's errata.
"""

import numpy as np
import pytest
from building import HC, build, gate, rng, weighted
from hypothesis import given
from hypothesis import strategies as st
from random_networks import problems, spread_params
from strategies import few, seeds

from l0edu import (
    Conv,
    Dense,
    Flatten,
    cross_entropy,
    expected_l0,
    l0_penalty,
    l2_penalty,
    lenet5,
    mlp,
    value_and_grad,
)


@given(problems(max_blocks=2), st.floats(0.001, 10))
@few
def test_opening_a_gate_never_lowers_a_penalty(problem, lam):  # B3
    net, params, _, _, _ = problem
    for penalty in (lambda p: l0_penalty(net, p, lam), lambda p: l2_penalty(net, p, lam, biases=True)):
        for layer in net.gates():
            grads = value_and_grad(penalty)(params)[1]
            assert (grads[layer.name][layer.gate_law().parameter] >= 0).all()


def test_a_group_of_a_conv_costs_lambda_times_its_weights_with_or_without_bias():  # B3
    for bias in (True, False):
        net = build((3, 6, 6), Conv("c", 2, 5, bias=bias), gate("c"), Flatten("flat"), Dense("fc", 2))
        params = net.init(rng(), np.float64)
        params["gate"]["log_alpha"] = np.array([60.0, -60.0])  # one open, one closed
        assert float(l0_penalty(net, params, 0.1)) == pytest.approx(0.1 * 3 * 5 * 5, rel=1e-12)


@given(seeds)
@few
def test_the_bias_of_a_conv_is_trained_by_the_data_where_its_gate_is_open(seed):  # B2
    net = build((1, 4, 4), Conv("c", 3, 3), gate("c"), Flatten("flat"), Dense("fc", 2))
    params, x = spread_params(net, rng(seed)), rng(seed + 1).normal(size=(4, 1, 4, 4))
    z = {"gate": np.array([0.0, 0.5, 1.0])}
    data = lambda p: cross_entropy(net.apply(p, x, z), np.array([0, 1, 1, 1]))  # noqa: E731
    by_bias = value_and_grad(data)(params)[1]["c"]["b"]
    assert [g != 0 for g in by_bias] == [False, True, True]


@given(seeds)
@few
def test_a_gate_multiplies_the_bias_of_its_conv_whoever_gives_its_value(seed):  # B2
    net = build((1, 4, 4), Conv("c", 3, 3), gate("c"))
    params, x = spread_params(net, rng(seed)), rng(seed + 1).normal(size=(4, 1, 4, 4))
    z = rng(seed + 2).uniform(0, 1, 3)
    expected = net.apply(params, x) * z[:, None, None]
    np.testing.assert_allclose(net.apply(params, x, {"gate": z}), expected, rtol=1e-12)
    each = {"gate": np.tile(z, (4, 1))}
    np.testing.assert_allclose(net.apply(params, x, each), expected, rtol=1e-12)


def test_the_bias_of_a_dense_layer_is_neither_gated_nor_charged():  # B4
    net = build((2,), gate("fc"), Dense("fc", 3))
    params = spread_params(net, rng())
    closed = net.apply(params, np.ones((1, 2)), {"gate": np.zeros(2)})
    np.testing.assert_array_equal(closed[0], params["fc"]["b"])
    doubled = {**params, "fc": {**params["fc"], "b": 2 * params["fc"]["b"]}}
    for penalty in (expected_l0, lambda net, p: l2_penalty(net, p, 1.0)):
        assert penalty(net, doubled) == penalty(net, params)


@pytest.mark.parametrize("law", [None, HC], ids=["dense", "gated"])
def test_weight_decay_is_as_strong_in_both_networks(law):  # B5: no hidden N
    for net in (mlp(law=law), lenet5(law=law)):
        params = net.init(rng(), np.float64)
        for layer in net.gates():
            params[layer.name]["log_alpha"][:] = 60  # open for certain
        squares = sum((params[layer.name]["W"] ** 2).sum() for layer in weighted(net))
        assert float(l2_penalty(net, params, 5e-4)) / squares == pytest.approx(5e-4 / 2, rel=1e-9)


def test_probabilities_in_the_penalty_are_not_clamped():  # B11
    net = build((3,), gate("fc"), Dense("fc", 2))
    params = net.init(rng(), np.float64)
    params["gate"]["log_alpha"][:] = -80
    assert 0 < float(expected_l0(net, params)) < 1e-30
