"""Are the gradients of a2 right? Each test tries one function, and none needs another function."""

import itertools

import numpy as np
import pytest

from l0edu import value_and_grad
from l0edu.bernoulli import BernoulliGates, all_patterns
from l0edu.course.draws import law, locations, noise
from l0edu.course.testing import close, numbers

PAPER = (2 / 3, -0.1, 1.1)  # beta, gamma, zeta


def of(hc):
    """The hyperparameters of a law, by name."""
    return {"beta": hc.beta, "gamma": hc.gamma, "zeta": hc.zeta}


def coins(rng, n):
    """Probabilities that differ, between .15 and .85."""
    return rng.uniform(0.15, 0.85, n)


def entangled(z):
    """A loss of a pattern in which the gates act on each other, and which is never near 0."""
    return float(3 + np.sin(2 * z.sum()) + z[0] * z[-1] - 0.7 * z[0])


@pytest.mark.task(
    "2.1", points=1, hidden=2, hint="Four links lead from log_alpha to z. Which slope has each?"
)
def test_sample_vjp_is_g_times_the_slope_of_the_gate(student, rng):
    hc, log_alpha, u, g = law(rng), locations(rng, 200), noise(rng, 200), rng.normal(size=200)
    _, right = value_and_grad(lambda a: (g * hc.sample(a, u)).sum())(log_alpha)
    yours = student.sample_vjp(g, log_alpha, u, hc.beta, hc.gamma, hc.zeta)
    close(yours, right, "dL/dlog_alpha", g=g, log_alpha=log_alpha, u=u, **of(hc))


@pytest.mark.task(
    "2.1", points=1, hidden=1, hint="One log_alpha acts in all examples. What follows for its gradient?"
)
def test_sample_vjp_for_a_batch_has_the_shape_of_log_alpha(student, rng):
    hc, log_alpha, u, g = law(rng), locations(rng, 30), noise(rng, 7, 30), rng.normal(size=(7, 30))
    _, right = value_and_grad(lambda a: (g * hc.sample(a, u)).sum())(log_alpha)
    close(student.sample_vjp(g, log_alpha, u, hc.beta, hc.gamma, hc.zeta), right, "dL/dlog_alpha")


@pytest.mark.task("2.1", points=1, hint="Two of these four gates are clipped. Do they move with log_alpha?")
def test_the_four_gates_of_tutorial_6_have_these_slopes(student):
    u, slopes = np.array([0.2, 0.5, 0.8, 0.95]), np.array([0, 0.2684636, 0.4142452, 0])
    close(student.sample_vjp(np.ones(4), np.full(4, -1.0), u, *PAPER), slopes, "dz/dlog_alpha", u=u)


@pytest.mark.task(
    "2.2", points=1, hidden=1, hint="P(z != 0) is a sigmoid. What is the slope of a sigmoid, in terms of it?"
)
def test_prob_open_vjp_is_g_times_the_slope_of_eq_12(student, rng):
    hc, log_alpha, g = law(rng), locations(rng, 200), rng.normal(size=200)
    _, right = value_and_grad(lambda a: (g * hc.prob_open(a)).sum())(log_alpha)
    yours = student.prob_open_vjp(g, log_alpha, hc.beta, hc.gamma, hc.zeta)
    close(yours, right, "dL/dlog_alpha", g=g, log_alpha=log_alpha, **of(hc))


@pytest.mark.task("2.2", points=1, hint="Is anything clipped in Eq. 12?")
def test_prob_open_vjp_reaches_gates_that_are_closed_at_test_time(student):
    log_alpha = np.array([-4.605, -3.0, -1.5986, 0.0])  # below -2.398: closed by Eq. 13
    slopes = np.array([0.0449155, 0.1585503, 0.25, 0.139894])
    yours = student.prob_open_vjp(np.ones(4), log_alpha, *PAPER)
    close(yours, slopes, "the slope of P(z != 0)", log_alpha=log_alpha)


@pytest.mark.task(
    "2.3",
    points=1,
    hidden=1,
    hint="Which factors stand in front of P(z != 0), and do they depend on log_alpha?",
)
def test_penalty_gradient_is_the_slope_of_the_price_of_each_gate(student, rng):
    hc, log_alpha = law(rng), locations(rng, 100)
    size, lam = int(rng.integers(3, 400)), float(rng.uniform(0.01, 0.5))
    _, right = value_and_grad(lambda a: lam * size * hc.prob_open(a).sum())(log_alpha)
    yours = student.penalty_gradient(log_alpha, size, lam, hc.beta, hc.gamma, hc.zeta)
    named = {"log_alpha": log_alpha, "group_size": size, "lam": lam, **of(hc)}
    close(yours, right, "the gradient of the penalty", **named)


@pytest.mark.task(
    "2.3", points=1, hint="A pixel of the paper's MLP shares its gate with 300 weights. What is its price?"
)
def test_penalty_gradient_of_three_pixels_of_the_mlp(student):
    push = student.penalty_gradient(np.array([-3.0, 0.0, 1.386]), 300, 0.1 / 60_000, *PAPER)
    close(push, [7.927517e-05, 6.994702e-05, 2.290522e-05], "the gradient of the penalty")


@pytest.mark.task(
    "2.4", points=1, hidden=1, hint="What is d log q(z) / dlogit_j, if z_j = 1, and if z_j = 0?"
)
def test_score_function_gradient_is_the_mean_of_the_samples_estimates(student, rng):
    pi, losses = coins(rng, 6), rng.normal(2, 1, 50)
    z = (rng.random((50, 6)) < pi).astype(float)
    score = BernoulliGates().score(np.log(pi / (1 - pi)), z)
    close(student.score_function_gradient(losses, z, pi), losses @ score / 50, "the estimate")


@pytest.mark.task(
    "2.4", points=1, hidden=1, hint="When each pattern occurs as often as it should, is the estimate exact?"
)
def test_score_function_gradient_of_all_patterns_is_the_exact_gradient(student, rng):
    # pi is 1/4, 1/2 or 3/4, so that of 64 samples each pattern gets a whole number.
    quarters = rng.integers(1, 4, 3)
    pi = quarters / 4
    z = np.array(list(itertools.product(*([1.0] * k + [0.0] * (4 - k) for k in quarters))))
    _, right = BernoulliGates().exact_gradient(entangled, np.log(pi / (1 - pi)))
    losses = rng.normal() + np.array([entangled(pattern) for pattern in z])  # a constant changes no gradient
    close(student.score_function_gradient(losses, z, pi), right, "the gradient, from all 64 samples,")


@pytest.mark.task(
    "2.5",
    points=1,
    hidden=1,
    hint="Whose losses are in the baseline of a sample, and by how many are they divided?",
)
def test_score_function_with_baseline_leaves_out_the_samples_own_loss(student, rng):
    pi, losses = coins(rng, 5), rng.normal(2, 1, 12)
    z = (rng.random((12, 5)) < pi).astype(float)
    others = np.array([np.delete(losses, s).mean() for s in range(12)])
    score = BernoulliGates().score(np.log(pi / (1 - pi)), z)
    close(student.score_function_with_baseline(losses, z, pi), (losses - others) @ score / 12, "the estimate")


@pytest.mark.task(
    "2.5", points=1, hidden=1, hint="Does your baseline of a sample depend on that sample's own gates?"
)
def test_score_function_with_baseline_is_right_on_average(student, rng):
    pi, patterns = coins(rng, 2), all_patterns(2)
    gates, logits = BernoulliGates(), np.log(pi / (1 - pi))
    q = np.exp(gates.log_prob(logits, patterns))
    average = np.zeros(2)
    for drawn in itertools.product(range(4), repeat=2):  # all pairs of samples, and how probable they are
        pair = patterns[list(drawn)]
        losses = np.array([entangled(z) for z in pair])
        yours = student.score_function_with_baseline(losses, pair, pi)
        average = average + q[list(drawn)].prod() * numbers(yours, (2,), "the estimate")
    close(
        average, gates.exact_gradient(entangled, logits)[1], "the average estimate over all pairs of samples"
    )
