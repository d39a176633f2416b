"""Which mistakes do people make in the hard concrete gate? One function each, wrong in one way."""

import numpy as np

from l0edu.course.catalogue import mutant
from l0edu.course.sources.a1.gate import sigmoid


@mutant("sample", "the 1/beta is missing", hint="Where does Eq. 10 divide by beta?")
def sample_without_beta(log_alpha, u, beta, gamma, zeta):
    s = sigmoid(np.log(u) - np.log(1 - u) + log_alpha)
    return np.clip(s * (zeta - gamma) + gamma, 0, 1)


@mutant(
    "sample",
    "beta divides the sigmoid from outside, as in one public note on the paper",
    hint="What does Eq. 10 divide by beta: the sigmoid, or what stands in it?",
)
def sample_divided_outside(log_alpha, u, beta, gamma, zeta):
    s = sigmoid(np.log(u) - np.log(1 - u) + log_alpha) / beta
    return np.clip(s * (zeta - gamma) + gamma, 0, 1)


@mutant(
    "sample",
    "only log_alpha is divided by beta, the noise is not",
    hint="Over what does the fraction bar of Eq. 10 reach?",
)
def sample_with_cold_noise(log_alpha, u, beta, gamma, zeta):
    s = sigmoid(np.log(u) - np.log(1 - u) + log_alpha / beta)
    return np.clip(s * (zeta - gamma) + gamma, 0, 1)


@mutant(
    "sample",
    "gamma and zeta are swapped, as on the slide (or s is 1 - s, which gives the same)",
    hint="Which end of the stretch is the lower one? Does s grow with log_alpha?",
)
def sample_with_swapped_ends(log_alpha, u, beta, gamma, zeta):
    s = sigmoid((np.log(u) - np.log(1 - u) + log_alpha) / beta)
    return np.clip(s * (gamma - zeta) + zeta, 0, 1)


@mutant("sample", "u and 1 - u are swapped", hint="Does a larger u open the gate or close it?")
def sample_with_mirrored_noise(log_alpha, u, beta, gamma, zeta):
    s = sigmoid((np.log(1 - u) - np.log(u) + log_alpha) / beta)
    return np.clip(s * (zeta - gamma) + gamma, 0, 1)


@mutant(
    "sample",
    "the noise is u itself: its logit is missing",
    hint="Which distribution has the noise in Eq. 10?",
)
def sample_with_uniform_noise(log_alpha, u, beta, gamma, zeta):
    s = sigmoid((u + log_alpha) / beta)
    return np.clip(s * (zeta - gamma) + gamma, 0, 1)


@mutant("sample", "the clip of Eq. 11 is missing", hint="Which values can your z take?")
def sample_without_clip(log_alpha, u, beta, gamma, zeta):
    s = sigmoid((np.log(u) - np.log(1 - u) + log_alpha) / beta)
    return s * (zeta - gamma) + gamma


@mutant("sample", "the stretch to (gamma, zeta) is missing", hint="Is your z ever exactly 0?")
def sample_without_stretch(log_alpha, u, beta, gamma, zeta):
    return sigmoid((np.log(u) - np.log(1 - u) + log_alpha) / beta)


@mutant(
    "prob_open", "it is P(z = 0), the probability of a closed gate", hint="Should it grow with log_alpha?"
)
def prob_open_that_is_closed(log_alpha, beta, gamma, zeta):
    return sigmoid(beta * np.log(-gamma / zeta) - log_alpha)


@mutant(
    "prob_open",
    "beta is missing in front of log(-gamma / zeta)",
    hint="What does the temperature do to the threshold?",
)
def prob_open_without_beta(log_alpha, beta, gamma, zeta):
    return sigmoid(log_alpha - np.log(-gamma / zeta))


@mutant(
    "prob_open",
    "the sign of beta log(-gamma / zeta) is wrong, or gamma and zeta are swapped in it",
    hint="Is log(-gamma / zeta) positive? What is P(z != 0) at log_alpha = 0?",
)
def prob_open_with_the_wrong_sign(log_alpha, beta, gamma, zeta):
    return sigmoid(log_alpha + beta * np.log(-gamma / zeta))


@mutant(
    "prob_open",
    "it is sigmoid(log_alpha), the probability of a coin without a stretch",
    hint="What do gamma and zeta do to P(z != 0)?",
)
def prob_open_of_a_coin(log_alpha, beta, gamma, zeta):
    return sigmoid(log_alpha)


@mutant(
    "prob_open",
    "(zeta - 1) / (1 - gamma) stands where -gamma / zeta should: at the paper's values the two are equal",
    hint="Which s_bar is at the edge of a closed gate: 0 or 1?",
)
def prob_open_measured_at_the_other_end(log_alpha, beta, gamma, zeta):
    return sigmoid(log_alpha - beta * np.log((zeta - 1) / (1 - gamma)))


@mutant(
    "prob_open", "it is P(z = 1), the probability of a fully open gate", hint="At which end is the gate cut?"
)
def prob_open_that_is_fully_open(log_alpha, beta, gamma, zeta):
    return sigmoid(log_alpha - beta * np.log((1 - gamma) / (zeta - 1)))


@mutant(
    "test_value",
    "sigmoid(log_alpha / beta) at test time is l0-python's convention, and the median of the gate",
    hint="Does beta occur in Eq. 13?",
)
def test_value_with_beta(log_alpha, beta, gamma, zeta):
    return np.clip(sigmoid(log_alpha / beta) * (zeta - gamma) + gamma, 0, 1)


@mutant(
    "test_value",
    "gamma and zeta are swapped, as on the slide (or sigmoid(-log_alpha) is taken, which gives the same)",
    hint="Which end of the stretch is the lower one? Does the gate open as log_alpha grows?",
)
def test_value_with_swapped_ends(log_alpha, beta, gamma, zeta):
    return np.clip(sigmoid(log_alpha) * (gamma - zeta) + zeta, 0, 1)


@mutant(
    "test_value", "it is P(z != 0), which is not 0 at any log_alpha", hint="Can your gate close at test time?"
)
def test_value_that_is_a_probability(log_alpha, beta, gamma, zeta):
    return sigmoid(log_alpha - beta * np.log(-gamma / zeta))


@mutant("test_value", "it is rounded to 0 or 1", hint="Which values does Eq. 13 allow between 0 and 1?")
def test_value_that_is_rounded(log_alpha, beta, gamma, zeta):
    return np.where(sigmoid(log_alpha) * (zeta - gamma) + gamma > 0.5, 1.0, 0.0)


@mutant("test_value", "the clip of Eq. 13 is missing", hint="Is your gate ever below 0?")
def test_value_without_clip(log_alpha, beta, gamma, zeta):
    return sigmoid(log_alpha) * (zeta - gamma) + gamma


@mutant(
    "cdf",
    "the stretch is not undone",
    hint="Of which variable does the logit in Appendix B take its argument?",
)
def cdf_without_unstretching(log_alpha, s_bar, beta, gamma, zeta):
    s = np.clip(s_bar, 1e-6, 1 - 1e-6)
    return sigmoid(beta * (np.log(s) - np.log(1 - s)) - log_alpha)


@mutant("cdf", "it is 1 - Q, the probability of a larger value", hint="Should a cdf grow with s_bar?")
def cdf_that_falls(log_alpha, s_bar, beta, gamma, zeta):
    s = (s_bar - gamma) / (zeta - gamma)
    return sigmoid(log_alpha - beta * (np.log(s) - np.log(1 - s)))


@mutant(
    "cdf",
    "the logit is divided by beta, not multiplied",
    hint="Solve Eq. 10 for the noise: where does beta end up?",
)
def cdf_divided_by_beta(log_alpha, s_bar, beta, gamma, zeta):
    s = (s_bar - gamma) / (zeta - gamma)
    return sigmoid((np.log(s) - np.log(1 - s)) / beta - log_alpha)


@mutant(
    "cdf", "the sign of log_alpha is wrong", hint="Does a larger log_alpha make small values more probable?"
)
def cdf_with_the_wrong_sign(log_alpha, s_bar, beta, gamma, zeta):
    s = (s_bar - gamma) / (zeta - gamma)
    return sigmoid(beta * (np.log(s) - np.log(1 - s)) + log_alpha)


@mutant(
    "cdf", "beta multiplies log_alpha too", hint="Solve Eq. 10 for the noise: what is multiplied by beta?"
)
def cdf_with_beta_around_everything(log_alpha, s_bar, beta, gamma, zeta):
    s = (s_bar - gamma) / (zeta - gamma)
    return sigmoid(beta * (np.log(s) - np.log(1 - s) - log_alpha))
