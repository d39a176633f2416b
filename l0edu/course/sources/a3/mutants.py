"""Which mistakes do people make when groups of weights share a gate? One function each, wrong in one way."""

import numpy as np

from l0edu.course.catalogue import mutant
from l0edu.course.sources.a3.penalties import prob_open, sigmoid


@mutant(
    "expected_l0", "the group size is forgotten: it counts gates, not weights", hint="What is |g| in Eq. 16?"
)
def expected_l0_of_gates(log_alphas, group_sizes, beta, gamma, zeta):
    return float(sum(prob_open(a, beta, gamma, zeta).sum() for a in log_alphas))


@mutant(
    "expected_l0",
    "the gates of a layer are averaged, not summed",
    hint="Should more gates count more weights?",
)
def expected_l0_averaged(log_alphas, group_sizes, beta, gamma, zeta):
    return float(
        sum(n * prob_open(a, beta, gamma, zeta).mean() for a, n in zip(log_alphas, group_sizes, strict=True))
    )


@mutant(
    "expected_l0",
    "the test value (Eq. 13) stands where P(z != 0) should",
    hint="Which of a gate's numbers is in Eq. 16?",
)
def expected_l0_by_the_test_value(log_alphas, group_sizes, beta, gamma, zeta):
    values = [np.clip(sigmoid(a) * (zeta - gamma) + gamma, 0, 1) for a in log_alphas]
    return float(sum(n * z.sum() for z, n in zip(values, group_sizes, strict=True)))


@mutant(
    "expected_l0",
    "open gates are counted at test time: that is the size of the pruned network (errata, A8)",
    hint="Is an expected number of weights a whole number?",
)
def expected_l0_counted_at_test_time(log_alphas, group_sizes, beta, gamma, zeta):
    opened = [np.sum(sigmoid(a) * (zeta - gamma) + gamma > 0) for a in log_alphas]
    return float(sum(n * count for count, n in zip(opened, group_sizes, strict=True)))


@mutant(
    "expected_l0", "only the last layer is counted", hint="Does your loop add to the total, or replace it?"
)
def expected_l0_of_the_last_layer(log_alphas, group_sizes, beta, gamma, zeta):
    return float(group_sizes[-1] * prob_open(log_alphas[-1], beta, gamma, zeta).sum())


@mutant(
    "expected_l0",
    "it is the fraction of open weights, not their number",
    hint="What does a norm do when a network doubles?",
)
def expected_l0_as_a_fraction(log_alphas, group_sizes, beta, gamma, zeta):
    layers = list(zip(log_alphas, group_sizes, strict=True))
    count = sum(n * prob_open(a, beta, gamma, zeta).sum() for a, n in layers)
    return float(count / sum(n * len(a) for a, n in layers))


@mutant(
    "l0_penalty",
    "the penalty is not divided by N",
    hint="The loss is a mean over examples. What is lambda = 0.1 / N?",
)
def l0_penalty_without_n(log_alphas, group_sizes, lams, n_examples, beta, gamma, zeta):
    layers = zip(log_alphas, group_sizes, lams, strict=True)
    return float(sum(lam * n * prob_open(a, beta, gamma, zeta).sum() for a, n, lam in layers))


@mutant(
    "l0_penalty", "the first lambda is used for all layers", hint="To which layer belongs the second lambda?"
)
def l0_penalty_with_one_lambda(log_alphas, group_sizes, lams, n_examples, beta, gamma, zeta):
    layers = zip(log_alphas, group_sizes, strict=True)
    return float(lams[0] / n_examples * sum(n * prob_open(a, beta, gamma, zeta).sum() for a, n in layers))


@mutant("l0_penalty", "the group size is forgotten", hint="For how many weights does an open gate pay?")
def l0_penalty_of_gates(log_alphas, group_sizes, lams, n_examples, beta, gamma, zeta):
    layers = zip(log_alphas, lams, strict=True)
    return float(sum(lam / n_examples * prob_open(a, beta, gamma, zeta).sum() for a, lam in layers))


@mutant(
    "l0_penalty",
    "the layers are averaged, not summed",
    hint="Does a layer cost less because there are others?",
)
def l0_penalty_averaged(log_alphas, group_sizes, lams, n_examples, beta, gamma, zeta):
    layers = zip(log_alphas, group_sizes, lams, strict=True)
    return float(
        np.mean([lam / n_examples * n * prob_open(a, beta, gamma, zeta).sum() for a, n, lam in layers])
    )


@mutant(
    "l0_penalty",
    "the sign is wrong: open gates are rewarded",
    hint="Is the penalty added to a loss that is minimized?",
)
def l0_penalty_that_rewards(log_alphas, group_sizes, lams, n_examples, beta, gamma, zeta):
    layers = zip(log_alphas, group_sizes, lams, strict=True)
    return -float(sum(lam / n_examples * n * prob_open(a, beta, gamma, zeta).sum() for a, n, lam in layers))


@mutant(
    "dense_l2",
    "the gates stand on the outputs, the rows of W",
    hint="Along which axis of W (out, in) are the inputs?",
)
def dense_l2_along_the_outputs(W, log_alpha, weight_decay, beta, gamma, zeta):
    return float(weight_decay / 2 * np.sum(prob_open(log_alpha, beta, gamma, zeta)[:, None] * W**2))


@mutant("dense_l2", "the 1/2 is missing", hint="What stands before the sum?")
def dense_l2_doubled(W, log_alpha, weight_decay, beta, gamma, zeta):
    return float(weight_decay * np.sum(prob_open(log_alpha, beta, gamma, zeta) * W**2))


@mutant(
    "dense_l2",
    "the gated weight z W decays, and with it the gate: Eq. 15 takes that out of Eq. 14",
    hint="What decays in Eq. 15: theta, or theta times its gate?",
)
def dense_l2_of_gated_weights(W, log_alpha, weight_decay, beta, gamma, zeta):
    z = np.clip(sigmoid(log_alpha) * (zeta - gamma) + gamma, 0, 1)
    return float(weight_decay / 2 * np.sum((z * W) ** 2))


@mutant("dense_l2", "P(z != 0) is squared with the weight", hint="What is squared in Eq. 17?")
def dense_l2_with_squared_p(W, log_alpha, weight_decay, beta, gamma, zeta):
    return float(weight_decay / 2 * np.sum((prob_open(log_alpha, beta, gamma, zeta) * W) ** 2))


@mutant(
    "dense_l2",
    "the test value (Eq. 13) stands where P(z != 0) should",
    hint="Which of a gate's numbers is in Eq. 17?",
)
def dense_l2_by_the_test_value(W, log_alpha, weight_decay, beta, gamma, zeta):
    z = np.clip(sigmoid(log_alpha) * (zeta - gamma) + gamma, 0, 1)
    return float(weight_decay / 2 * np.sum(z * W**2))


@mutant("dense_l2", "the gates are ignored: it is plain weight decay", hint="How often is a weight open?")
def dense_l2_without_gates(W, log_alpha, weight_decay, beta, gamma, zeta):
    return float(weight_decay / 2 * np.sum(W**2))


@mutant("dense_l2", "it is the mean over the weights instead of the sum", hint="Which sum is in Eq. 17?")
def dense_l2_averaged(W, log_alpha, weight_decay, beta, gamma, zeta):
    return float(weight_decay / 2 * np.mean(prob_open(log_alpha, beta, gamma, zeta) * W**2))


@mutant(
    "conv_l2", "the bias is forgotten", hint="What belongs to the group of a map here, beside its filters?"
)
def conv_l2_without_bias(W, b, log_alpha, weight_decay, beta, gamma, zeta):
    p = prob_open(log_alpha, beta, gamma, zeta)
    return float(weight_decay / 2 * np.sum(p * np.sum(W**2, axis=(1, 2, 3))))


@mutant(
    "conv_l2",
    "the bias decays in full, without its gate",
    hint="What becomes of a map's bias when its gate closes?",
)
def conv_l2_with_an_ungated_bias(W, b, log_alpha, weight_decay, beta, gamma, zeta):
    p = prob_open(log_alpha, beta, gamma, zeta)
    return float(weight_decay / 2 * (np.sum(p * np.sum(W**2, axis=(1, 2, 3))) + np.sum(b**2)))


@mutant("conv_l2", "the sign of the bias's term is wrong", hint="Should a larger bias cost less?")
def conv_l2_that_rewards_the_bias(W, b, log_alpha, weight_decay, beta, gamma, zeta):
    p = prob_open(log_alpha, beta, gamma, zeta)
    return float(weight_decay / 2 * np.sum(p * (np.sum(W**2, axis=(1, 2, 3)) - b**2)))


@mutant(
    "conv_l2",
    "the gates stand on the input maps",
    hint="Along which axis of W (out, in, k, k) are the output maps?",
)
def conv_l2_along_the_inputs(W, b, log_alpha, weight_decay, beta, gamma, zeta):
    p = prob_open(log_alpha, beta, gamma, zeta)
    return float(weight_decay / 2 * np.sum(p * (np.sum(W**2, axis=(0, 2, 3)) + b**2)))


@mutant("conv_l2", "the 1/2 is missing", hint="What stands before the sum?")
def conv_l2_doubled(W, b, log_alpha, weight_decay, beta, gamma, zeta):
    p = prob_open(log_alpha, beta, gamma, zeta)
    return float(weight_decay * np.sum(p * (np.sum(W**2, axis=(1, 2, 3)) + b**2)))


@mutant(
    "dense_l2_gradients",
    "dW is twice what it should be: the 1/2 is lost",
    hint="Does the 2 of the square cancel?",
)
def dense_l2_gradients_with_twice_dW(W, log_alpha, weight_decay, beta, gamma, zeta):
    p = prob_open(log_alpha, beta, gamma, zeta)
    return 2 * weight_decay * p * W, weight_decay / 2 * p * (1 - p) * np.sum(W**2, axis=0)


@mutant(
    "dense_l2_gradients",
    "dW is half of what it should be: the 2 of the square is missing",
    hint="What is the slope of W^2?",
)
def dense_l2_gradients_with_half_dW(W, log_alpha, weight_decay, beta, gamma, zeta):
    p = prob_open(log_alpha, beta, gamma, zeta)
    return weight_decay / 2 * p * W, weight_decay / 2 * p * (1 - p) * np.sum(W**2, axis=0)


@mutant("dense_l2_gradients", "dW ignores the gates", hint="Is a weight pulled while its gate is closed?")
def dense_l2_gradients_with_plain_dW(W, log_alpha, weight_decay, beta, gamma, zeta):
    p = prob_open(log_alpha, beta, gamma, zeta)
    return weight_decay * W, weight_decay / 2 * p * (1 - p) * np.sum(W**2, axis=0)


@mutant("dense_l2_gradients", "the 1 - p of dlog_alpha is missing", hint="What is the slope of P(z != 0)?")
def dense_l2_gradients_by_p(W, log_alpha, weight_decay, beta, gamma, zeta):
    p = prob_open(log_alpha, beta, gamma, zeta)
    return weight_decay * p * W, weight_decay / 2 * p * np.sum(W**2, axis=0)


@mutant(
    "dense_l2_gradients",
    "the 1/2 of dlog_alpha is missing",
    hint="Is there a square of P(z != 0) that cancels it?",
)
def dense_l2_gradients_with_twice_dlog_alpha(W, log_alpha, weight_decay, beta, gamma, zeta):
    p = prob_open(log_alpha, beta, gamma, zeta)
    return weight_decay * p * W, weight_decay * p * (1 - p) * np.sum(W**2, axis=0)


@mutant(
    "dense_l2_gradients",
    "dlog_alpha is 0: P(z != 0) is treated as a constant",
    hint="Does the decay depend on log_alpha?",
)
def dense_l2_gradients_with_constant_gates(W, log_alpha, weight_decay, beta, gamma, zeta):
    return weight_decay * prob_open(log_alpha, beta, gamma, zeta) * W, np.zeros(len(log_alpha))


@mutant(
    "dense_l2_gradients",
    "dlog_alpha sums over the inputs, not the outputs",
    hint="Which weights share a gate on an input?",
)
def dense_l2_gradients_along_the_rows(W, log_alpha, weight_decay, beta, gamma, zeta):
    p = prob_open(log_alpha, beta, gamma, zeta)
    return weight_decay * p * W, weight_decay / 2 * p * (1 - p) * np.sum(W**2, axis=1)


@mutant(
    "conv_group_size",
    "the bias is counted with the wrong sign, as in the reference code",
    hint="Does a bias make a group smaller?",
)
def conv_group_size_less_the_bias(W_shape, bias):
    return W_shape[1] * W_shape[2] * W_shape[3] - int(bias)


@mutant("conv_group_size", "the bias is not counted", hint="What does the second argument ask for?")
def conv_group_size_without_bias(W_shape, bias):
    return W_shape[1] * W_shape[2] * W_shape[3]


@mutant(
    "conv_group_size",
    "output maps are counted in place of input maps",
    hint="Which axis of W do the gates go along?",
)
def conv_group_size_of_the_outputs(W_shape, bias):
    return W_shape[0] * W_shape[2] * W_shape[3] + int(bias)


@mutant(
    "conv_group_size",
    "all weights are counted, those of the other maps too",
    hint="How many gates are there?",
)
def conv_group_size_of_the_whole_layer(W_shape, bias):
    return W_shape[0] * W_shape[1] * W_shape[2] * W_shape[3] + int(bias)


@mutant("conv_group_size", "the input maps are forgotten", hint="How many filters make one output map?")
def conv_group_size_of_one_filter(W_shape, bias):
    return W_shape[2] * W_shape[3] + int(bias)
