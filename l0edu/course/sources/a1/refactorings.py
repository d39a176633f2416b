"""How else can the gate be written? Two right versions of each function, in other styles."""

import math

import numpy as np

from l0edu.course.catalogue import refactoring


@refactoring(1, "sample")
def sample_by_minimum_and_maximum(log_alpha, u, beta, gamma, zeta):
    s = 1 / (1 + np.exp(-(log_alpha + np.log(u / (1 - u))) / beta))
    return np.minimum(1.0, np.maximum(0.0, gamma + (zeta - gamma) * s))


@refactoring(1, "prob_open")
def prob_open_as_a_complement(log_alpha, beta, gamma, zeta):
    return 1 - 1 / (1 + np.exp(log_alpha - beta * math.log(-gamma / zeta)))


@refactoring(1, "test_value")
def test_value_by_where(log_alpha, beta, gamma, zeta):
    s_bar = gamma + (zeta - gamma) / (1 + np.exp(-log_alpha))
    return np.where(s_bar < 0, 0.0, np.where(s_bar > 1, 1.0, s_bar))


@refactoring(1, "cdf")
def cdf_by_odds(log_alpha, s_bar, beta, gamma, zeta):
    odds = ((s_bar - gamma) / (zeta - s_bar)) ** beta * np.exp(-log_alpha)
    return odds / (1 + odds)


@refactoring(2, "sample")
def sample_by_powers(log_alpha, u, beta, gamma, zeta):
    a = (u * np.exp(log_alpha)) ** (1 / beta)
    b = (1 - u) ** (1 / beta)
    return ((zeta * a + gamma * b) / (a + b)).clip(0, 1)


@refactoring(2, "prob_open")
def prob_open_by_tanh(log_alpha, beta, gamma, zeta):
    return 0.5 * (1 + np.tanh((log_alpha - beta * np.log(-gamma) + beta * np.log(zeta)) / 2))


@refactoring(2, "test_value")
def test_value_by_tanh(log_alpha, beta, gamma, zeta):
    middle, half = (zeta + gamma) / 2, (zeta - gamma) / 2
    return np.clip(middle + half * np.tanh(log_alpha / 2), 0.0, 1.0)


@refactoring(2, "cdf")
def cdf_in_a_loop(log_alpha, s_bar, beta, gamma, zeta):
    log_alpha, s_bar = np.broadcast_arrays(log_alpha, s_bar)
    q = np.empty(s_bar.shape)
    for i in np.ndindex(s_bar.shape):
        q[i] = 1 / (1 + math.exp(log_alpha[i] - beta * math.log((s_bar[i] - gamma) / (zeta - s_bar[i]))))
    return q
