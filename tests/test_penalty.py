"""Does the L0 penalty count the weights that it says, in expectation over the gates?"""

import itertools
import math

import numpy as np
import pytest
from building import HC, build, each_weight, gate, gate_of, rng
from hypothesis import given
from hypothesis import strategies as st
from random_networks import networks, problems, spread_params, unitary_gates
from strategies import few, seeds

from l0edu import (
    Dense,
    Flatten,
    HardGaussian,
    InputError,
    draw_noise,
    expected_l0,
    l0_penalty,
    l2_penalty,
    lenet5,
    mlp,
    open_probabilities,
    sample_gates,
)

ONE_A_WEIGHT = ("none", "before", "after", "weights")  # no layer is gated along both of its axes


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


# ---- what it needs


@given(networks(), seeds)
@few
def test_penalties_need_neither_noise_nor_gates(net, seed):
    params = spread_params(net, rng(seed))
    for penalty in (lambda: l0_penalty(net, params, 0.1), lambda: l2_penalty(net, params, 0.1)):
        assert penalty() == penalty()
    assert set(unitary_gates(net)) == set(open_probabilities(net, params))
