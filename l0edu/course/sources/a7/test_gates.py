"""Assignment a7: which bugs do your tests catch?

Write tests of the functions of a1, a2 and a3. A test is a function whose name begins with `test_`; it gets
`gates`, an object with all these functions, and fails when an assertion does, or with any other error. It
should pass on every right version of the functions, in whatever style, and fail on versions with a bug.
NumPy is all that you need, and all that you may import.
"""

import numpy as np

PAPER = (2 / 3, -0.1, 1.1)  # beta, gamma, zeta
LOPSIDED = (0.5, -0.3, 1.7)  # here zeta - 1 is not -gamma, and 1/beta is 2


def test_sigmoid_is_odd_around_one_half(gates):
    """An example: a property that holds for all x, and needs no right numbers. No bug is in `sigmoid`."""
    x = np.linspace(-5, 5, 11)
    assert np.abs(gates.sigmoid(x) + gates.sigmoid(-x) - 1).max() < 1e-12


# ---- Task 7.1: sample, prob_open, test_value, cdf

### BEGIN SOLUTION
# Task 7.1. Two helpers first. A right version in another style differs in the last digits, so no
# two floats are compared with ==. The comparison is written such that nan fails, and a shape that only
# broadcasts fails too.


def close(yours, right, tolerance=1e-9):
    """Fail unless two arrays have one shape and nearly the same numbers."""
    assert np.shape(yours) == np.shape(right), f"shape {np.shape(yours)}, not {np.shape(right)}"
    assert np.all(np.abs(np.asarray(yours) - right) <= tolerance), f"{yours}, not {right}"


# Evenly spaced noise stands in for random noise. A fraction of 2000 such numbers is right to 1/2000, always:
# no seed, no luck, and no false alarm on a bad day.


def spaced_noise(n):
    """The middles of n equal pieces of (0, 1)."""
    return (np.arange(n) + 0.5) / n


LOCATIONS = np.linspace(-4, 4, 9)


# Numbers that a pencil gives. With beta = 1/2 the odds of s are the odds of u times exp(log_alpha), squared;
# with gamma = -.3 and zeta = 1.7, s_bar is 2 s - .3. So u = 1/3 at log_alpha = 0 gives odds 1/4, s = 1/5 and
# z = .1. The values are chosen such that each part of the formula matters in one of them: u = 1/2 would hide
# the noise, log_alpha = 0 the location, and a gate that is never clipped the clip.


def test_gates_are_drawn_as_a_pencil_draws_them(gates):
    log_alpha = np.array([0, -np.log(2), np.log(2), -1, 1])
    u = np.array([1 / 3, 1 / 2, 1 / 3, 0.2, 0.8])
    close(gates.sample(log_alpha, u, *LOPSIDED), [0.1, 0.1, 0.7, 0, 1])


def test_gates_at_test_time_are_those_of_a_pencil(gates):
    log_alpha = -np.log([9, 3, 1, 1 / 3])  # s is .1, .25, .5 and .75
    close(gates.test_value(log_alpha, *LOPSIDED), [0, 0.2, 0.7, 1])


# Functions that say the same thing in two ways check each other. A version has one bug, so it cannot be wrong
# in both in the same way. The lopsided law is needed: at the paper's values (zeta - 1) / (1 - gamma) equals
# -gamma / zeta, so a formula that measures at the wrong end of the clip looks right.


def test_the_share_of_open_gates_is_their_probability(gates):
    for law in (PAPER, LOPSIDED):
        z = gates.sample(LOCATIONS, spaced_noise(2000)[:, None] + 0 * LOCATIONS, *law)
        close(np.mean(z > 0, axis=0), gates.prob_open(LOCATIONS, *law), 1e-3)


def test_the_share_of_gates_below_a_value_is_the_cdf(gates):
    z = gates.sample(LOCATIONS, spaced_noise(2000)[:, None] + 0 * LOCATIONS, *LOPSIDED)
    for value in (0.1, 0.5, 0.9):
        close(np.mean(z <= value, axis=0), gates.cdf(LOCATIONS, np.full(9, value), *LOPSIDED), 1e-3)


def test_a_gate_is_open_or_closed(gates):
    closed = gates.cdf(LOCATIONS, np.zeros(9), *LOPSIDED)
    close(closed + gates.prob_open(LOCATIONS, *LOPSIDED), np.ones(9))


### END SOLUTION

# ---- Task 7.2: sample_vjp, prob_open_vjp, penalty_gradient, score_function_gradient,
#                score_function_with_baseline

### BEGIN SOLUTION
# Task 7.2. A gradient is checked by what it is the gradient of. Central differences are wrong by
# about h^2, and by rounding, which is about 1e-16 / h: h = 1e-6 keeps both far below the tolerance.


def slopes(f, x, h=1e-6):
    """Central differences of a function whose outputs each depend on one entry of x."""
    return (f(x + h) - f(x - h)) / (2 * h)


# g has another number for each gate and example, else a forgotten g would not show. The batch of 40 shows
# whether examples are summed, and its noise, from .01 to .99, has gates that are clipped at both ends.


def test_sample_vjp_is_the_slope_of_the_gate(gates):
    u = spaced_noise(40)[:, None] + 0 * LOCATIONS
    g = np.cos(np.arange(360)).reshape(40, 9)
    for law in (PAPER, LOPSIDED):
        right = np.sum(g * slopes(lambda a, law=law: gates.sample(a, u, *law), LOCATIONS), axis=0)
        close(gates.sample_vjp(g, LOCATIONS, u, *law), right, 1e-6)


def test_prob_open_vjp_is_the_slope_of_the_probability(gates):
    g = np.cos(np.arange(9))
    right = g * slopes(lambda a: gates.prob_open(a, *LOPSIDED), LOCATIONS)
    close(gates.prob_open_vjp(g, LOCATIONS, *LOPSIDED), right, 1e-8)


def test_penalty_gradient_is_the_price_times_the_slope_of_the_probability(gates):
    right = 0.1 * 30 * slopes(lambda a: gates.prob_open(a, *LOPSIDED), LOCATIONS)
    close(gates.penalty_gradient(LOCATIONS, 30, 0.1, *LOPSIDED), right, 1e-8)


# An estimator is right on average, and an average over all outcomes needs no random numbers. Coins with
# pi = 1/4 and 1/2 have eight equally probable outcomes when each is written as often as it occurs. For the
# loss c . z the expectation is c . pi, and its slope by logit j is c_j pi_j (1 - pi_j).


def test_the_mean_estimate_over_all_outcomes_is_the_gradient(gates):
    z = np.array([[first, second] for first in (1.0, 0.0, 0.0, 0.0) for second in (1.0, 0.0)])
    estimate = gates.score_function_gradient(2 + z @ [3, -1], z, np.array([1 / 4, 1 / 2]))
    close(estimate, [3 * 3 / 16, -1 / 4])


# With a baseline from the other samples, the estimate is right on average over all pairs of outcomes. A
# baseline that holds the sample's own loss halves it. And a loss that is always the same teaches nothing.


def test_the_estimate_with_a_baseline_is_right_on_average_over_all_pairs(gates):
    coin = (1.0, 0.0, 0.0, 0.0)
    pairs = [np.array([[first], [second]]) for first in coin for second in coin]
    estimates = [gates.score_function_with_baseline(1 + 2 * z[:, 0], z, np.array([1 / 4])) for z in pairs]
    close(np.mean(estimates, axis=0), [2 * 3 / 16])


def test_a_constant_loss_gives_no_gradient_once_a_baseline_is_subtracted(gates):
    z = np.array([[1.0, 0.0], [0.0, 0.0], [1.0, 0.0]])
    close(gates.score_function_with_baseline(np.full(3, 5.0), z, np.array([1 / 4, 1 / 2])), np.zeros(2))


### END SOLUTION

# ---- Task 7.3: expected_l0, l0_penalty, dense_l2, conv_l2, dense_l2_gradients, conv_group_size

### BEGIN SOLUTION
# Task 7.3. P(z != 0) is 1/2 at log_alpha = beta log(-gamma / zeta), and practically 1 and 0 at 40
# and -40. With such gates the expected number of weights can be counted on fingers: 4 (1/2 + 1) in the first
# layer, and 10 (1/2 + 1/2 + 0) in the second. Layers differ in length, size and price, so that mixing them up
# shows.

HALF = 0.5 * np.log(0.3 / 1.7)
LAYERS = [np.array([HALF, 40]), np.array([HALF, HALF, -40])]


def test_weights_behind_half_open_gates_count_half(gates):
    close(gates.expected_l0(LAYERS, [4, 10], *LOPSIDED), 6 + 10)


def test_each_layer_pays_its_own_price(gates):
    close(gates.l0_penalty(LAYERS, [4, 10], [3.0, 0.5], 100, *LOPSIDED), (3 * 6 + 0.5 * 10) / 100)


# W is square: gates along the wrong axis then raise no error, and only the number can tell. The columns of
# squares add up to 10 and 20, the rows to 5 and 25.

W = np.array([[1.0, 2.0], [3.0, 4.0]])
GATES = np.array([HALF, 40])


def test_inputs_of_a_dense_layer_decay_as_often_as_they_are_open(gates):
    close(gates.dense_l2(W, GATES, 0.2, *LOPSIDED), 0.1 * (10 / 2 + 20))


def test_output_maps_of_a_convolution_decay_with_their_biases(gates):
    b = np.array([2.0, 1.0])
    close(gates.conv_l2(W.reshape(2, 2, 1, 1), b, GATES, 0.2, *LOPSIDED), 0.1 * ((5 + 4) / 2 + 25 + 1))


# Here one output depends on all entries, so that they are moved one by one.


def gradient(f, x, h=1e-5):
    """Central differences of a function with one output."""
    moves = h * np.eye(x.size).reshape(-1, *x.shape)
    return np.array([(f(x + move) - f(x - move)) / (2 * h) for move in moves]).reshape(x.shape)


def test_the_gradients_of_weight_decay_are_its_slopes(gates):
    log_alpha = np.array([-0.5, 1.5])
    dW, dlog_alpha = gates.dense_l2_gradients(W, log_alpha, 0.2, *LOPSIDED)
    close(dW, gradient(lambda x: gates.dense_l2(x, log_alpha, 0.2, *LOPSIDED), W), 1e-7)
    close(dlog_alpha, gradient(lambda x: gates.dense_l2(W, x, 0.2, *LOPSIDED), log_alpha), 1e-7)


def test_the_groups_of_lenet_5_have_25_and_500_weights(gates):
    sizes = [gates.conv_group_size((20, 1, 5, 5), bias) for bias in (False, True)]
    close(sizes, [25, 26])
    close(gates.conv_group_size((50, 20, 5, 5), True), 501)


### END SOLUTION
