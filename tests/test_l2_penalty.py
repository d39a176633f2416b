"""Does weight decay count the squares that it says, in expectation over the gates?"""

import math

import numpy as np
import pytest
from building import build, each_weight, gate, rng
from hypothesis import given, settings
from hypothesis import strategies as st
from random_networks import problems, spread_params
from strategies import few, seeds

from l0edu import (
    BatchNorm,
    Conv,
    Dense,
    Flatten,
    InputError,
    draw_noise,
    l0_penalty,
    l2_penalty,
    mlp,
    open_probabilities,
    value_and_grad,
)
from l0edu.objective import objective_terms


@pytest.mark.parametrize("weight_decay", [-0.1, math.nan, -math.inf, math.inf])
def test_a_weight_decay_that_is_negative_or_no_number_is_refused(weight_decay):
    with pytest.raises(InputError, match=r"weight_decay = .*it must be 0 or positive"):
        l2_penalty(mlp(), mlp().init(rng()), weight_decay)


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


@given(problems(max_blocks=2), st.floats(0, 10), st.floats(0, 10))
@settings(few, max_examples=30)
def test_weights_with_a_gate_can_have_a_decay_of_their_own(problem, ungated, gated):
    net, params, _, _, _ = problem
    charged = {charge.layer for charge in net.charges}
    p = open_probabilities(net, params)
    total = sum(
        (gated if layer in charged else ungated) * open_ * w**2
        for layer, w, open_ in each_weight(net, params, p)
    )
    found = float(l2_penalty(net, params, ungated, gated_weight_decay=gated))
    assert found == pytest.approx(total / 2, rel=1e-10)


@pytest.mark.parametrize("decay", [-1e-3, math.nan])
def test_a_decay_for_gated_weights_that_makes_no_sense_is_refused(decay):
    with pytest.raises(InputError, match=r"gated_weight_decay = .*it must be 0 or positive"):
        l2_penalty(mlp(), mlp().init(rng()), 0.0, gated_weight_decay=decay)


def test_the_objective_takes_both_decays_and_batch_norms():
    net = build((4,), Dense("fc1", 3), BatchNorm("bn1"), gate("fc2"), Dense("fc2", 2))
    params = net.init(rng(), np.float64)
    x, y, noise = np.ones((3, 4)), np.zeros(3, int), draw_noise(net, params, rng())
    decays = {"weight_decay": 0.1, "gated_weight_decay": 0.3, "decay_batch_norm": True}
    found = objective_terms(net, params, x, y, noise, lam=0, **decays)["l2"]
    assert found == pytest.approx(l2_penalty(net, params, 0.1, batch_norm=True, gated_weight_decay=0.3))
    assert found > l2_penalty(net, params, 0.1, gated_weight_decay=0.3)
    only_gated = objective_terms(net, params, x, y, noise, lam=0, gated_weight_decay=0.3)["l2"]
    assert only_gated == pytest.approx(l2_penalty(net, params, 0.0, gated_weight_decay=0.3))
