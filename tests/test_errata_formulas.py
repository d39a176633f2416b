"""Are the numbers of part A of docs/errata.md right, and is l0edu on the right side of each?

A test computes the number in the wrong way and in ours, and looks for both under its entry of the errata.
"""

import math

import numpy as np
import pytest
from building import HC
from errata_page import BETA, GAMMA, ZETA, N, at, params_at, says, short

from l0edu import HardConcrete, InputError, Settings, architecture, expected_l0, l0_penalty, lenet5, mlp
from l0edu.concrete import logit, sigmoid


def test_with_swapped_ends_a_gate_closes_where_it_should_open():
    swapped = np.clip(sigmoid(at(5) / BETA) * (GAMMA - ZETA) + ZETA, 0, 1)[0]  # u = 1/2
    penalty = sigmoid(at(0) - BETA * math.log(-ZETA / GAMMA))
    right, right_penalty = HC.sample(at(5), at(0.5))[0], HC.prob_open(at(0))
    assert says("A1", f"{swapped:.0f} instead of {right:.0f}", short(penalty[0]), short(right_penalty[0]))
    with pytest.raises(InputError, match="swapped"):
        HardConcrete(gamma=ZETA, zeta=GAMMA)


def test_gates_start_at_the_keep_rate_and_not_at_the_drop_rate():
    def start(log_alpha):
        return [
            short(log_alpha),
            short(HC.test_value(at(log_alpha))[0], 2),
            short(HC.prob_open(at(log_alpha))[0]),
        ]

    ours = HardConcrete(drop_rate=0.2).init(np.random.default_rng(0), 10_000, np.float64).mean()
    wording = math.log(0.2 / 0.8)
    assert says("A2", *start(ours), *start(wording))
    assert float(sigmoid(ours)) == pytest.approx(0.8, abs=1e-3)


def test_dividing_by_beta_outside_the_sigmoid_is_another_law():
    u = (np.arange(200_000) + 0.5) / 200_000
    outside = np.clip(sigmoid(logit(u)) / BETA * (ZETA - GAMMA) + GAMMA, 0, 1)
    median = sigmoid(logit(0.5)) / BETA * (ZETA - GAMMA) + GAMMA
    wrong = [short(median, 2), short(np.mean(outside == 0)), short(np.mean(outside == 1))]
    right = [short(HC.sample(at(0), at(0.5))[0], 2), short(np.mean(HC.sample(at(0), u) == 0))]
    assert says("A3", *wrong, *right)
    assert short(HC.prob_zero(at(0))[0]) == short(HC.prob_one(at(0))[0]) == right[1]


def test_l0_pythons_test_gate_is_the_median_and_closes_earlier_than_eq_13():
    log_alpha = np.linspace(-6, 6, 41)
    np.testing.assert_allclose(HC.test_value(log_alpha, tempered=True), HC.sample(log_alpha, 0.5), rtol=1e-12)
    eq_13, theirs = math.log(-GAMMA / ZETA), BETA * math.log(-GAMMA / ZETA)
    assert HC.prob_open(at(theirs)) == pytest.approx(0.5)
    for threshold, tempered in ((eq_13, False), (theirs, True)):
        values = HC.test_value(np.array([threshold - 1e-6, threshold + 1e-6]), tempered)
        assert (values > 0).tolist() == [False, True]
    two = HC.test_value(at(-2)), HC.test_value(at(-2), tempered=True), HC.prob_open(at(-2))
    assert two[1] == 0
    assert says("A4", short(eq_13), short(theirs), short(two[0][0]), "0", short(two[2][0]))


def test_lambda_without_its_n_would_drown_the_loss():
    net = mlp()
    right, wrong = (float(l0_penalty(net, params_at(net), lam)) for lam in (0.1 / N, 0.1))
    assert says("A5", f"{right:.3f}", f"{wrong:,.0f}")


def test_the_default_lambdas_of_the_reference_lenet_cost_more_than_guessing():
    net = lenet5()
    theirs, ours = (float(l0_penalty(net, params_at(net), lam / N)) for lam in (1.0, Settings().lam))
    assert says("A6", f"{theirs:.2f}", f"{math.log(10):.2f}", f"{ours:.2f}")
    assert theirs > math.log(10) > ours


def test_mean_median_and_test_gate_are_three_numbers():
    three = HC.mean(at(-1)), HC.sample(at(-1), at(0.5)), HC.test_value(at(-1))
    assert says("A7", *(short(value[0]) for value in three))


def test_a_network_without_open_gates_may_expect_a_third_of_its_weights():
    net = mlp()
    params = params_at(net, math.log(-GAMMA / ZETA) - 1e-9)
    assert architecture(net, params) == [0, 0, 0]
    assert says("A8", f"{float(expected_l0(net, params)):,.0f}", short(HC.prob_open(at(-2.398))[0], 2))
