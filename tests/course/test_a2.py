"""Are the solutions of a2 right? Against differences, enumeration, the library and torch."""

from itertools import product

import numpy as np
import pytest

from l0edu.bernoulli import BernoulliGates, all_patterns
from l0edu.course.doctor.routes import central_difference
from l0edu.course.draws import law, locations, noise
from l0edu.course.sources.a2 import gradients
from l0edu.penalty import add_weighted_sum

PAPER = (2 / 3, -0.1, 1.1)  # beta, gamma, zeta
COINS = BernoulliGates()


def of(hc):
    return hc.beta, hc.gamma, hc.zeta


def away_from_kinks(hc, log_alpha, u):
    """u, with the noise of gates that are about to be clipped moved to the middle."""
    s_bar = hc.sample_stretched(log_alpha, u)
    near = np.minimum(np.abs(s_bar), np.abs(s_bar - 1)) < 1e-4
    return np.where(near, 0.5 + 0.01 * near, u)


def loss(z):
    return float(3 + np.cos(z @ np.arange(1, len(z) + 1)))


def drawn_coins(rng, samples=40, n=4):
    pi = rng.uniform(0.1, 0.9, n)
    z = (rng.random((samples, n)) < pi).astype(float)
    return np.array([loss(one) for one in z]), z, pi


@pytest.mark.parametrize("seed", range(5))
def test_the_gradient_through_a_sample_is_that_of_differences(seed):
    rng = np.random.default_rng(seed)
    hc, log_alpha, g = law(rng), locations(rng, 20), rng.normal(size=(3, 20))
    u = away_from_kinks(hc, log_alpha, noise(rng, 3, 20))
    right = central_difference(lambda a: (g * hc.sample(a, u)).sum(), log_alpha)
    np.testing.assert_allclose(gradients.sample_vjp(g, log_alpha, u, *of(hc)), right, rtol=1e-5, atol=1e-8)


def test_noise_for_the_batch_and_for_each_example_give_the_same_when_the_noise_is_the_same():
    rng = np.random.default_rng(0)
    log_alpha, u, g = locations(rng, 9), noise(rng, 9), rng.normal(size=(4, 9))
    shared = gradients.sample_vjp(g.sum(axis=0), log_alpha, u, *PAPER)
    np.testing.assert_allclose(gradients.sample_vjp(g, log_alpha, np.tile(u, (4, 1)), *PAPER), shared)


def test_a_clipped_gate_passes_nothing_back_and_the_penalty_does():
    log_alpha, u = np.array([-4.0, 4.0]), np.array([0.5, 0.5])
    assert gradients.sample_vjp(np.ones(2), log_alpha, u, *PAPER).tolist() == [0, 0]
    assert (gradients.penalty_gradient(log_alpha, 5, 0.1, *PAPER) > 0).all()


@pytest.mark.torch
def test_torch_finds_the_same_gradient_through_a_sample_and_through_the_penalty():
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(1)
    log_alpha, u, g = locations(rng, 30), noise(rng, 6, 30), rng.normal(size=(6, 30))
    a = torch.tensor(log_alpha, requires_grad=True)
    s = torch.sigmoid((torch.tensor(np.log(u / (1 - u))) + a) / PAPER[0])
    (torch.tensor(g) * torch.clamp(s * 1.2 - 0.1, 0, 1)).sum().backward()
    np.testing.assert_allclose(gradients.sample_vjp(g, log_alpha, u, *PAPER), a.grad.numpy(), rtol=1e-9)
    a.grad = None
    (0.3 * 7 * torch.sigmoid(a - PAPER[0] * np.log(0.1 / 1.1)).sum()).backward()
    np.testing.assert_allclose(
        gradients.penalty_gradient(log_alpha, 7, 0.3, *PAPER), a.grad.numpy(), rtol=1e-9
    )


def test_the_slopes_of_the_open_probability_and_of_the_penalty_are_those_of_differences():
    rng = np.random.default_rng(2)
    hc, log_alpha, g = law(rng), locations(rng, 12), rng.normal(size=12)
    by_p = central_difference(lambda a: (g * hc.prob_open(a)).sum(), log_alpha)
    np.testing.assert_allclose(gradients.prob_open_vjp(g, log_alpha, *of(hc)), by_p, atol=1e-9)
    price = central_difference(lambda a: float(add_weighted_sum(hc.prob_open(a), 0.2 * 30)), log_alpha)
    np.testing.assert_allclose(
        gradients.penalty_gradient(log_alpha, 30, 0.2, *of(hc)), price, rtol=1e-6, atol=1e-9
    )


def test_the_score_function_is_exact_on_average_over_all_patterns():
    pi, patterns = np.array([0.2, 0.5, 0.9]), all_patterns(3)
    logits = np.log(pi / (1 - pi))
    q = np.prod(np.where(patterns == 1, pi, 1 - pi), axis=1)
    rows = [gradients.score_function_gradient(np.array([loss(z)]), z[None], pi) for z in patterns]
    expected = central_difference(
        lambda a: (
            np.prod(np.where(patterns == 1, 1 / (1 + np.exp(-a)), 1 / (1 + np.exp(a))), axis=1)
            @ [loss(z) for z in patterns]
        ),
        logits,
    )
    np.testing.assert_allclose(q @ rows, expected, atol=1e-9)


def test_the_estimates_are_those_of_the_library():
    rng = np.random.default_rng(3)
    losses, z, pi = drawn_coins(rng)
    u = np.where(z == 1, 0.0, np.nextafter(1.0, 0))  # the noise that gives these gates
    rows = COINS.score_function_gradients(loss, np.log(pi / (1 - pi)), u)
    np.testing.assert_allclose(gradients.score_function_gradient(losses, z, pi), rows.mean(axis=0))


def test_the_baseline_leaves_the_average_over_all_triples_of_samples_as_it_is():
    pi, patterns = np.array([0.3, 0.8]), all_patterns(2)
    q = np.prod(np.where(patterns == 1, pi, 1 - pi), axis=1)
    average = sum(
        q[list(three)].prod()
        * gradients.score_function_with_baseline(
            np.array([loss(z) for z in patterns[list(three)]]), patterns[list(three)], pi
        )
        for three in product(range(4), repeat=3)
    )
    np.testing.assert_allclose(average, COINS.exact_gradient(loss, np.log(pi / (1 - pi)))[1])


def test_with_the_baseline_a_constant_in_the_loss_changes_nothing_and_pi_cancels():
    losses, z, pi = drawn_coins(np.random.default_rng(4))
    estimate = gradients.score_function_with_baseline(losses, z, pi)
    np.testing.assert_allclose(gradients.score_function_with_baseline(losses + 100, z, pi), estimate)
    np.testing.assert_allclose(np.cov(losses, z.T)[0, 1:], estimate)


def test_the_baseline_lowers_the_variance_of_a_loss_far_from_zero():
    rng = np.random.default_rng(5)
    draws = [drawn_coins(rng, samples=20)[:2] for _ in range(300)]
    pi = np.full(4, 0.5)
    plain = np.var([gradients.score_function_gradient(*one, pi) for one in draws], axis=0).sum()
    with_baseline = np.var([gradients.score_function_with_baseline(*one, pi) for one in draws], axis=0).sum()
    assert with_baseline < plain / 4
