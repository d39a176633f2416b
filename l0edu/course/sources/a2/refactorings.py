"""How else can the gradients be written? Two right versions of each function, in other styles."""

import numpy as np

from l0edu.course.catalogue import refactoring
from l0edu.course.sources.a2.gradients import sigmoid


@refactoring(1, "sample_vjp")
def sample_vjp_from_the_gate(g, log_alpha, u, beta, gamma, zeta):
    s = sigmoid((np.log(u / (1 - u)) + log_alpha) / beta)
    z = np.clip(gamma + (zeta - gamma) * s, 0.0, 1.0)
    slope = np.where((z > 0) & (z < 1), (z - gamma) * (zeta - z), 0.0) / ((zeta - gamma) * beta)
    total = g * slope
    return total.sum(axis=0) if total.ndim == 2 else total


@refactoring(1, "prob_open_vjp")
def prob_open_vjp_by_two_sigmoids(g, log_alpha, beta, gamma, zeta):
    x = log_alpha - beta * (np.log(-gamma) - np.log(zeta))
    return g * sigmoid(x) * sigmoid(-x)


@refactoring(1, "penalty_gradient")
def penalty_gradient_by_cosh(log_alpha, group_size, lam, beta, gamma, zeta):
    x = log_alpha - beta * np.log(-gamma / zeta)
    return group_size * lam / (4 * np.cosh(x / 2) ** 2)


@refactoring(1, "score_function_gradient")
def score_function_gradient_by_a_product(losses, z, pi):
    return losses @ z / len(losses) - losses.mean() * pi


@refactoring(1, "score_function_with_baseline")
def score_function_with_baseline_as_a_covariance(losses, z, pi):
    centred = losses - losses.mean()
    return centred @ (z - pi) / (len(losses) - 1)


@refactoring(2, "sample_vjp")
def sample_vjp_in_loops(g, log_alpha, u, beta, gamma, zeta):
    gradient = np.zeros(len(log_alpha))
    for one_g, one_u in zip(np.atleast_2d(g), np.atleast_2d(u), strict=True):
        for j in range(len(log_alpha)):
            e = ((1 - one_u[j]) / one_u[j] * np.exp(-log_alpha[j])) ** (1 / beta)
            if 0 < (zeta + gamma * e) / (1 + e) < 1:
                gradient[j] += one_g[j] * (zeta - gamma) * e / (1 + e) ** 2 / beta
    return gradient


@refactoring(2, "prob_open_vjp")
def prob_open_vjp_by_tanh(g, log_alpha, beta, gamma, zeta):
    t = np.tanh((log_alpha - beta * np.log(-gamma / zeta)) / 2)
    return g * (1 - t**2) / 4


@refactoring(2, "penalty_gradient")
def penalty_gradient_by_odds(log_alpha, group_size, lam, beta, gamma, zeta):
    odds = np.exp(log_alpha) * (-zeta / gamma) ** beta
    return lam * (group_size * odds) / (1 + odds) ** 2


@refactoring(2, "score_function_gradient")
def score_function_gradient_by_cases(losses, z, pi):
    score = np.where(z == 1, 1 - pi, -pi)
    return np.einsum("s,sn->n", losses, score) / len(losses)


@refactoring(2, "score_function_with_baseline")
def score_function_with_baseline_in_a_loop(losses, z, pi):
    total = np.zeros(z.shape[1])
    for s in range(len(losses)):
        others = np.concatenate([losses[:s], losses[s + 1 :]])
        total += (losses[s] - np.mean(others)) * (z[s] - pi)
    return total / len(losses)
