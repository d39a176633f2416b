"""Which mistakes do people make in the gate's gradients and in the score function? One function each."""

import numpy as np

from l0edu.course.catalogue import mutant
from l0edu.course.sources.a2.gradients import sigmoid


@mutant(
    "sample_vjp",
    "yours is the right one times beta: the 1/beta is missing",
    hint="What divides log_alpha in Eq. 10?",
)
def sample_vjp_without_beta(g, log_alpha, u, beta, gamma, zeta):
    s = sigmoid((np.log(u) - np.log(1 - u) + log_alpha) / beta)
    s_bar = s * (zeta - gamma) + gamma
    return np.atleast_2d(g * ((s_bar > 0) & (s_bar < 1)) * (zeta - gamma) * s * (1 - s)).sum(axis=0)


@mutant("sample_vjp", "the clip's mask is missing", hint="Does a gate that is held at 0 move with log_alpha?")
def sample_vjp_without_the_mask(g, log_alpha, u, beta, gamma, zeta):
    s = sigmoid((np.log(u) - np.log(1 - u) + log_alpha) / beta)
    return np.atleast_2d(g * (zeta - gamma) * s * (1 - s) / beta).sum(axis=0)


@mutant(
    "sample_vjp",
    "the slope zeta - gamma of the stretch is missing",
    hint="Is each link of the chain in your product?",
)
def sample_vjp_without_the_stretch(g, log_alpha, u, beta, gamma, zeta):
    s = sigmoid((np.log(u) - np.log(1 - u) + log_alpha) / beta)
    s_bar = s * (zeta - gamma) + gamma
    return np.atleast_2d(g * ((s_bar > 0) & (s_bar < 1)) * s * (1 - s) / beta).sum(axis=0)


@mutant(
    "sample_vjp",
    "the mask holds at 0 only: gates clipped to 1 still move",
    hint="How many ends has the clip?",
)
def sample_vjp_masked_at_0_only(g, log_alpha, u, beta, gamma, zeta):
    s = sigmoid((np.log(u) - np.log(1 - u) + log_alpha) / beta)
    s_bar = s * (zeta - gamma) + gamma
    return np.atleast_2d(g * (s_bar > 0) * (zeta - gamma) * s * (1 - s) / beta).sum(axis=0)


@mutant(
    "sample_vjp",
    "s stands where the slope s (1 - s) of the sigmoid should",
    hint="What is the slope of a sigmoid?",
)
def sample_vjp_by_the_sigmoid_itself(g, log_alpha, u, beta, gamma, zeta):
    s = sigmoid((np.log(u) - np.log(1 - u) + log_alpha) / beta)
    s_bar = s * (zeta - gamma) + gamma
    return np.atleast_2d(g * ((s_bar > 0) & (s_bar < 1)) * (zeta - gamma) * s / beta).sum(axis=0)


@mutant(
    "sample_vjp",
    "z (1 - z) stands where s (1 - s) should",
    hint="Which variable comes out of the sigmoid: s or z?",
)
def sample_vjp_by_the_gate(g, log_alpha, u, beta, gamma, zeta):
    s = sigmoid((np.log(u) - np.log(1 - u) + log_alpha) / beta)
    z = np.clip(s * (zeta - gamma) + gamma, 0, 1)
    return np.atleast_2d(g * (zeta - gamma) * z * (1 - z) / beta).sum(axis=0)


@mutant(
    "sample_vjp",
    "it is the slope of the test value (Eq. 13): the noise is missing",
    hint="At which point is the slope to be taken: where the gate was drawn, or where?",
)
def sample_vjp_at_the_test_value(g, log_alpha, u, beta, gamma, zeta):
    s = sigmoid(log_alpha + 0 * u)
    s_bar = s * (zeta - gamma) + gamma
    return np.atleast_2d(g * ((s_bar > 0) & (s_bar < 1)) * (zeta - gamma) * s * (1 - s)).sum(axis=0)


@mutant(
    "sample_vjp",
    "gamma and zeta are swapped, as on the slide",
    hint="Which end of the stretch is the lower one?",
)
def sample_vjp_with_swapped_ends(g, log_alpha, u, beta, gamma, zeta):
    s = sigmoid((np.log(u) - np.log(1 - u) + log_alpha) / beta)
    s_bar = s * (gamma - zeta) + zeta
    return np.atleast_2d(g * ((s_bar > 0) & (s_bar < 1)) * (gamma - zeta) * s * (1 - s) / beta).sum(axis=0)


@mutant(
    "sample_vjp", "the batch is not summed", hint="Which shape has log_alpha, and which has your gradient?"
)
def sample_vjp_for_each_example(g, log_alpha, u, beta, gamma, zeta):
    s = sigmoid((np.log(u) - np.log(1 - u) + log_alpha) / beta)
    s_bar = s * (zeta - gamma) + gamma
    return g * ((s_bar > 0) & (s_bar < 1)) * (zeta - gamma) * s * (1 - s) / beta


@mutant(
    "sample_vjp",
    "the batch is averaged, not summed",
    hint="If the loss is a mean, where does its 1 / batch come in?",
)
def sample_vjp_averaged(g, log_alpha, u, beta, gamma, zeta):
    s = sigmoid((np.log(u) - np.log(1 - u) + log_alpha) / beta)
    s_bar = s * (zeta - gamma) + gamma
    return np.atleast_2d(g * ((s_bar > 0) & (s_bar < 1)) * (zeta - gamma) * s * (1 - s) / beta).mean(axis=0)


@mutant(
    "sample_vjp",
    "g is ignored: it is the slope of the gate, not of the loss",
    hint="What does the chain rule bring?",
)
def sample_vjp_without_g(g, log_alpha, u, beta, gamma, zeta):
    s = sigmoid((np.log(u) - np.log(1 - u) + log_alpha) / beta)
    s_bar = s * (zeta - gamma) + gamma
    return np.atleast_2d(((s_bar > 0) & (s_bar < 1)) * (zeta - gamma) * s * (1 - s) / beta).sum(axis=0)


@mutant("prob_open_vjp", "p stands where its slope p (1 - p) should", hint="What is the slope of a sigmoid?")
def prob_open_vjp_by_p(g, log_alpha, beta, gamma, zeta):
    return g * sigmoid(log_alpha - beta * np.log(-gamma / zeta))


@mutant("prob_open_vjp", "g is ignored", hint="What does the chain rule bring?")
def prob_open_vjp_without_g(g, log_alpha, beta, gamma, zeta):
    p = sigmoid(log_alpha - beta * np.log(-gamma / zeta))
    return p * (1 - p)


@mutant(
    "prob_open_vjp",
    "the threshold beta log(-gamma / zeta) is missing",
    hint="Of which number is p the sigmoid?",
)
def prob_open_vjp_of_a_coin(g, log_alpha, beta, gamma, zeta):
    p = sigmoid(log_alpha)
    return g * p * (1 - p)


@mutant(
    "prob_open_vjp",
    "it is divided by beta, like the slope of a sample",
    hint="Does beta divide log_alpha in Eq. 12?",
)
def prob_open_vjp_divided_by_beta(g, log_alpha, beta, gamma, zeta):
    p = sigmoid(log_alpha - beta * np.log(-gamma / zeta))
    return g * p * (1 - p) / beta


@mutant("prob_open_vjp", "g is summed before it is multiplied", hint="To which gate does g[3] belong?")
def prob_open_vjp_of_a_summed_g(g, log_alpha, beta, gamma, zeta):
    p = sigmoid(log_alpha - beta * np.log(-gamma / zeta))
    return g.sum() * p * (1 - p)


@mutant("prob_open_vjp", "gates that are closed at test time are masked", hint="Is there a clip in Eq. 12?")
def prob_open_vjp_with_a_mask(g, log_alpha, beta, gamma, zeta):
    p = sigmoid(log_alpha - beta * np.log(-gamma / zeta))
    return g * p * (1 - p) * (log_alpha > np.log(-gamma / zeta))


@mutant(
    "penalty_gradient", "the penalty's sign", hint="Should descent on the penalty open gates or close them?"
)
def penalty_gradient_that_opens(log_alpha, group_size, lam, beta, gamma, zeta):
    p = sigmoid(log_alpha - beta * np.log(-gamma / zeta))
    return -lam * group_size * p * (1 - p)


@mutant("penalty_gradient", "the group size is forgotten", hint="For how many weights does an open gate pay?")
def penalty_gradient_of_single_weights(log_alpha, group_size, lam, beta, gamma, zeta):
    p = sigmoid(log_alpha - beta * np.log(-gamma / zeta))
    return lam * p * (1 - p)


@mutant("penalty_gradient", "lam is forgotten", hint="What does one open weight cost?")
def penalty_gradient_without_lam(log_alpha, group_size, lam, beta, gamma, zeta):
    p = sigmoid(log_alpha - beta * np.log(-gamma / zeta))
    return group_size * p * (1 - p)


@mutant(
    "penalty_gradient",
    "it is divided by the number of gates: a mean over gates instead of the sum",
    hint="Which sum is in Eq. 16?",
)
def penalty_gradient_averaged(log_alpha, group_size, lam, beta, gamma, zeta):
    p = sigmoid(log_alpha - beta * np.log(-gamma / zeta))
    return lam * group_size * p * (1 - p) / len(log_alpha)


@mutant(
    "penalty_gradient", "it is the penalty of each gate, not its slope", hint="Is P(z != 0) differentiated?"
)
def penalty_gradient_that_is_the_penalty(log_alpha, group_size, lam, beta, gamma, zeta):
    return lam * group_size * sigmoid(log_alpha - beta * np.log(-gamma / zeta))


@mutant(
    "score_function_gradient",
    "it is the sum over the samples instead of the mean",
    hint="What estimates an expectation?",
)
def score_function_gradient_summed(losses, z, pi):
    return np.sum(losses[:, None] * (z - pi), axis=0)


@mutant(
    "score_function_gradient",
    "it is the gradient by pi, not by the logits",
    hint="By which parameter is log q differentiated?",
)
def score_function_gradient_by_pi(losses, z, pi):
    return np.mean(losses[:, None] * (z - pi) / (pi * (1 - pi)), axis=0)


@mutant(
    "score_function_gradient",
    "z stands where z - pi should: closed gates say nothing",
    hint="What is the score when z = 0?",
)
def score_function_gradient_of_open_gates(losses, z, pi):
    return np.mean(losses[:, None] * z, axis=0)


@mutant(
    "score_function_gradient",
    "the score of a closed coin is taken to be 0",
    hint="Does the probability of z = 0 depend on the logit?",
)
def score_function_gradient_without_closed_coins(losses, z, pi):
    return np.mean(losses[:, None] * z * (1 - pi), axis=0)


@mutant(
    "score_function_gradient",
    "losses and scores are averaged before they are multiplied",
    hint="Is the mean of a product the product of the means?",
)
def score_function_gradient_of_means(losses, z, pi):
    return np.mean(losses) * np.mean(z - pi, axis=0)


@mutant(
    "score_function_gradient",
    "the slope pi (1 - pi) of the coin's probability stands for the score, as if the sample moved with it",
    hint="Does a sampled coin move with its logit?",
)
def score_function_gradient_through_the_sample(losses, z, pi):
    return np.mean(losses) * pi * (1 - pi)


@mutant(
    "score_function_with_baseline",
    "the baseline holds the sample's own loss, which biases the estimate",
    hint="Whose losses may be in the baseline of a sample?",
)
def score_function_with_its_own_loss(losses, z, pi):
    return np.mean((losses - losses.mean())[:, None] * (z - pi), axis=0)


@mutant("score_function_with_baseline", "the baseline is missing", hint="What is subtracted from each loss?")
def score_function_without_baseline(losses, z, pi):
    return np.mean(losses[:, None] * (z - pi), axis=0)


@mutant(
    "score_function_with_baseline",
    "the sum of the other losses is divided by the number of all samples",
    hint="Of how many losses is the baseline the mean?",
)
def score_function_with_a_small_baseline(losses, z, pi):
    baseline = (losses.sum() - losses) / len(losses)
    return np.mean((losses - baseline)[:, None] * (z - pi), axis=0)


@mutant(
    "score_function_with_baseline",
    "the baseline is added, not subtracted",
    hint="What should be left of a loss that is the same for every sample?",
)
def score_function_with_an_added_baseline(losses, z, pi):
    baseline = (losses.sum() - losses) / (len(losses) - 1)
    return np.mean((losses + baseline)[:, None] * (z - pi), axis=0)


@mutant(
    "score_function_with_baseline",
    "the losses are also divided by their standard deviation, as code for reinforcement learning does",
    hint="Which gradient has the units of the loss?",
)
def score_function_with_standard_losses(losses, z, pi):
    baseline = (losses.sum() - losses) / (len(losses) - 1)
    return np.mean(((losses - baseline) / losses.std())[:, None] * (z - pi), axis=0)
