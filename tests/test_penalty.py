"""Do the penalties count what they say, in expectation over the gates, and without the reference code's bugs?

B2, B3, B4, B5 and B11 are the numbers of these bugs in the project's errata.
"""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_networks import networks, problems, spread_params, unitary_gates
from strategies import few, seeds

from l0edu import (
    BatchNorm,
    Chain,
    Conv,
    Dense,
    Flatten,
    Gate,
    HardConcrete,
    HardGaussian,
    InputError,
    Network,
    cross_entropy,
    draw_noise,
    expected_l0,
    l0_penalty,
    l2_penalty,
    lenet5,
    mlp,
    open_probabilities,
    sample_gates,
    value_and_grad,
)

HC = HardConcrete()
ONE_A_WEIGHT = ("none", "before", "after", "weights")  # no layer is gated along both of its axes


def rng(seed=0):
    return np.random.default_rng(seed)


def gate(charges, name="gate"):
    return Gate(name, HC, charges)


def build(in_shape, *layers):
    return Network(in_shape, Chain("net", layers))


def weighted(net):
    return [layer for layer in net.layers if isinstance(layer, Dense | Conv)]


def gate_of(charge, index, W):
    """The place, in its table, of the gate that a weight answers to."""
    if charge.axis is None:
        return index
    return index[charge.axis] // (W.shape[charge.axis] // charge.gates)


def each_weight(net, params, values):
    """For every weight of every layer: its layer, the weight, and the product of the values of its gates."""
    for layer in weighted(net):
        W = params[layer.name]["W"]
        charges = [charge for charge in net.charges if charge.layer == layer.name]
        for index in np.ndindex(W.shape):
            yield layer.name, W[index], math.prod(values[c.gate][gate_of(c, index, W)] for c in charges)


# ---- Eqs. 12 and 16: the expected number of weights


@given(problems(max_blocks=2))
@few
def test_the_expected_l0_is_the_sum_over_gates_of_weights_times_probability(problem):
    net, params, _, _, _ = problem
    p, total = open_probabilities(net, params), 0.0
    for charge in net.charges:
        W = params[charge.layer]["W"]
        total += sum(p[charge.gate][gate_of(charge, index, W)] for index in np.ndindex(W.shape))
    assert float(expected_l0(net, params)) == pytest.approx(float(total), rel=1e-12)


@given(problems(gates=ONE_A_WEIGHT, max_blocks=2))
@few
def test_where_a_weight_has_one_gate_the_expected_l0_is_a_sum_over_weights(problem):
    net, params, _, _, _ = problem
    gated = {charge.layer for charge in net.charges}
    p = open_probabilities(net, params)
    total = sum(open_ for layer, _, open_ in each_weight(net, params, p) if layer in gated)
    assert float(expected_l0(net, params)) == pytest.approx(float(total), rel=1e-12)


def test_the_expected_l0_is_the_average_over_all_patterns_of_open_gates():
    net = build(
        (2, 2, 2), gate("fc1", "g1"), Flatten("flat"), Dense("fc1", 3), gate("fc2", "g2"), Dense("fc2", 2)
    )
    params = spread_params(net, rng(4))
    p = open_probabilities(net, params)
    chances, average = np.concatenate([p["g1"], p["g2"]]), 0.0
    for pattern in itertools.product((0, 1), repeat=5):
        z = {"g1": np.array(pattern[:2]), "g2": np.array(pattern[2:])}
        left = sum(open_ != 0 for _, _, open_ in each_weight(net, params, z))
        average += left * math.prod(c if on else 1 - c for c, on in zip(chances, pattern, strict=True))
    assert float(expected_l0(net, params)) == pytest.approx(average, rel=1e-12)


@pytest.mark.parametrize("law", [HC, HardGaussian()], ids=["concrete", "gaussian"])
def test_the_expected_l0_is_the_mean_count_over_sampled_gates(law):
    net = mlp((8, 6, 5, 3), (0.5, 0.5, 0.5), law)
    params, n = spread_params(net, rng(1), closed=0.4), 20_000
    gates = sample_gates(net, params, draw_noise(net, params, rng(2), examples=n))
    counts = sum((gates[c.gate] != 0).sum(axis=1) * c.group_size for c in net.charges)
    error = counts.std() / math.sqrt(n)
    assert abs(counts.mean() - expected_l0(net, params)) < 6 * error


def test_the_weights_left_by_sampled_gates_are_as_many_as_expected():
    net, n = build((3, 4), Flatten("f"), Dense("fc", 5, weight_gate=HC), Dense("head", 2)), 2_000
    params, generator, counts = spread_params(net, rng(1), closed=0.4), rng(2), []
    for _ in range(n):
        z = sample_gates(net, params, draw_noise(net, params, generator))
        counts.append(np.count_nonzero(params["fc"]["W"] * z["fc"]))
    assert abs(np.mean(counts) - expected_l0(net, params)) < 6 * np.std(counts) / math.sqrt(n)


@pytest.mark.parametrize(
    ("net", "expected"), [(mlp(), 249_670.3), (lenet5(), 358_099.5)], ids=["mlp", "lenet5"]
)
def test_the_paper_s_networks_start_at_the_value_of_eq_12(net, expected):
    params = net.init(rng(), np.float64)
    assert float(expected_l0(net, params)) == pytest.approx(expected, rel=1e-3)
    for layer in net.gates():
        p = layer.law.drop_rate
        params[layer.name]["log_alpha"][:] = math.log((1 - p) / p)
    assert float(expected_l0(net, params)) == pytest.approx(expected, abs=0.1)


def test_a_network_without_gates_pays_nothing():
    net = mlp(law=None)
    assert l0_penalty(net, net.init(rng()), 0.1) == expected_l0(net, net.init(rng())) == 0


# ---- lambda


@given(problems(max_blocks=2), st.floats(0, 10))
@few
def test_lambda_scales_the_expected_l0(problem, lam):
    net, params, _, _, _ = problem
    assert float(l0_penalty(net, params, lam)) == pytest.approx(
        lam * float(expected_l0(net, params)), rel=1e-12
    )


@pytest.mark.parametrize("kind", [list, tuple, np.array])
def test_each_layer_may_have_its_own_lambda(kind):
    net = lenet5()
    params = net.init(rng(), np.float64)
    lams, p = (10, 0.5, 0.1, 7), open_probabilities(net, params)
    expected = sum(lam * c.group_size * p[c.gate].sum() for lam, c in zip(lams, net.charges, strict=True))
    assert float(l0_penalty(net, params, kind(lams))) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("lam", [0.25, np.float64(0.25), np.float32(0.25), np.array(0.25), [0.25] * 3])
def test_one_lambda_is_the_same_for_every_layer(lam):
    params = mlp().init(rng())
    assert l0_penalty(mlp(), params, lam) == np.float32(0.25) * expected_l0(mlp(), params)


@pytest.mark.parametrize("lam", [[], [0.1], [0.1] * 4, (0.1, 0.2)])
def test_another_number_of_lambdas_than_gated_layers_is_refused(lam):
    with pytest.raises(InputError, match=rf"{len(lam)} lambdas for 3 gated layers.*gate3") as caught:
        l0_penalty(mlp(), mlp().init(rng()), lam)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("lam", [-0.1, math.nan, math.inf, (0.1, -1e-9, 0.1), [0.1, 0.1, math.nan]])
def test_a_lambda_that_is_negative_or_no_number_is_refused(lam):
    with pytest.raises(InputError, match=r"lambda = .*it must be 0 or positive") as caught:
        l0_penalty(mlp(), mlp().init(rng()), lam)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("weight_decay", [-0.1, math.nan, -math.inf, math.inf])
def test_a_weight_decay_that_is_negative_or_no_number_is_refused(weight_decay):
    with pytest.raises(InputError, match=r"weight_decay = .*it must be 0 or positive"):
        l2_penalty(mlp(), mlp().init(rng()), weight_decay)


# ---- Eqs. 15 and 17: the expected squares


@given(problems(max_blocks=2), st.floats(0, 10))
@settings(few, max_examples=40)
def test_a_weight_decays_by_the_probability_that_all_its_gates_are_open(problem, weight_decay):
    net, params, _, _, _ = problem
    p = open_probabilities(net, params)
    total = sum(open_ * w**2 for _, w, open_ in each_weight(net, params, p))
    found = float(l2_penalty(net, params, weight_decay))
    assert found == pytest.approx(weight_decay / 2 * total, rel=1e-10)


@given(problems(), st.booleans(), st.booleans())
@few
def test_biases_and_batch_norm_decay_only_when_asked(problem, biases, batch_norm):
    net, params, _, _, _ = problem
    keys = ["b"] * biases + ["scale", "shift"] * batch_norm
    extra = sum((table[key] ** 2).sum() for table in params.values() for key in keys if key in table)
    found = l2_penalty(net, params, 0.5, biases=biases, batch_norm=batch_norm)
    assert float(found) == pytest.approx(float(l2_penalty(net, params, 0.5)) + 0.25 * extra, rel=1e-10)


def test_without_gates_every_weight_decays_in_full():
    net = build((2, 4, 4), Conv("c", 3, 2), BatchNorm("bn"), Flatten("flat"), Dense("fc", 2))
    params = net.init(rng(), np.float64)
    squares = sum((params[name]["W"] ** 2).sum() for name in ("c", "fc"))
    assert float(l2_penalty(net, params, 3.0)) == pytest.approx(1.5 * squares)


def test_a_map_shares_its_probability_with_the_block_of_its_pixels():
    net = build((2, 1, 3), gate("fc"), Flatten("flat"), Dense("fc", 4))
    params = net.init(rng(), np.float64)
    params["gate"]["log_alpha"] = np.array([-60.0, 60.0])  # P(open) = 0 and 1
    kept = (params["fc"]["W"][:, 3:] ** 2).sum()
    assert float(l2_penalty(net, params, 2.0)) == pytest.approx(kept, rel=1e-12)


def test_a_weight_gated_along_both_axes_decays_by_the_product():
    net = build((4,), gate("fc", "in"), Dense("fc", 3), gate("fc", "out"))
    params = spread_params(net, rng(1))
    p = open_probabilities(net, params)
    expected = (np.outer(p["out"], p["in"]) * params["fc"]["W"] ** 2).sum()
    assert float(l2_penalty(net, params, 2.0)) == pytest.approx(expected)


@given(seeds, st.floats(0.01, 5))
@few
def test_large_groups_push_their_log_alpha_down_as_eq_17_says(seed, weight_decay):
    net = mlp((5, 4, 3), (0.5, 0.5))
    params = spread_params(net, rng(seed))
    grads = value_and_grad(lambda p: l2_penalty(net, p, weight_decay))(params)[1]
    for number in (1, 2):
        p = open_probabilities(net, params)[f"gate{number}"]
        squares = (params[f"fc{number}"]["W"] ** 2).sum(axis=0)  # of the weights that read each input
        expected = weight_decay / 2 * p * (1 - p) * squares
        np.testing.assert_allclose(grads[f"gate{number}"]["log_alpha"], expected, rtol=1e-9)


def test_the_gradient_by_a_weight_is_its_decay_times_the_probability():
    net = build((4,), Dense("fc", 3), gate("fc"))
    params = spread_params(net, rng(3))
    grads = value_and_grad(lambda p: l2_penalty(net, p, 0.7))(params)[1]
    p = open_probabilities(net, params)["gate"]
    np.testing.assert_allclose(grads["fc"]["W"], 0.7 * p[:, None] * params["fc"]["W"], rtol=1e-12)
    np.testing.assert_array_equal(grads["fc"]["b"], 0)


@given(problems(dtype=np.float32))
@few
def test_penalties_of_float32_are_float32_with_gradients_of_float32(problem):
    net, params, _, _, _ = problem
    for penalty in (lambda p: l2_penalty(net, p, 5e-4, biases=True), lambda p: l0_penalty(net, p, 0.1)):
        if net.gates() or penalty(params):
            value, grads = value_and_grad(penalty)(params)
            assert value.dtype == np.float32
            assert all(g.dtype == np.float32 for table in grads.values() for g in table.values())


# ---- the reference code's bugs, which are not repeated


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


@given(networks(), seeds)
@few
def test_penalties_need_neither_noise_nor_gates(net, seed):
    params = spread_params(net, rng(seed))
    for penalty in (lambda: l0_penalty(net, params, 0.1), lambda: l2_penalty(net, params, 0.1)):
        assert penalty() == penalty()
    assert set(unitary_gates(net)) == set(open_probabilities(net, params))
