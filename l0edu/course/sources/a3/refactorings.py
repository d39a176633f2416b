"""How else can the penalties be written? Two right versions of each function, in other styles."""

import numpy as np

from l0edu.course.catalogue import refactoring
from l0edu.course.sources.a3.penalties import prob_open, sigmoid


@refactoring(1, "expected_l0")
def expected_l0_as_a_generator(log_alphas, group_sizes, beta, gamma, zeta):
    return sum(
        n * prob_open(a, beta, gamma, zeta).sum() for a, n in zip(log_alphas, group_sizes, strict=True)
    )


@refactoring(1, "l0_penalty")
def l0_penalty_divided_at_the_end(log_alphas, group_sizes, lams, n_examples, beta, gamma, zeta):
    prices = [lam * n for lam, n in zip(lams, group_sizes, strict=True)]
    opened = [prob_open(a, beta, gamma, zeta).sum() for a in log_alphas]
    return np.dot(prices, opened) / n_examples


@refactoring(1, "dense_l2")
def dense_l2_by_columns(W, log_alpha, weight_decay, beta, gamma, zeta):
    return 0.5 * weight_decay * (prob_open(log_alpha, beta, gamma, zeta) @ (W * W).sum(axis=0))


@refactoring(1, "conv_l2")
def conv_l2_by_broadcasting(W, b, log_alpha, weight_decay, beta, gamma, zeta):
    p = prob_open(log_alpha, beta, gamma, zeta)
    return weight_decay * ((p[:, None, None, None] * W**2).sum() + (p * b**2).sum()) / 2


@refactoring(1, "dense_l2_gradients")
def dense_l2_gradients_by_einsum(W, log_alpha, weight_decay, beta, gamma, zeta):
    p = prob_open(log_alpha, beta, gamma, zeta)
    closed = 1 - p
    dW = np.einsum("oi,i->oi", W, p * weight_decay)
    return dW, 0.5 * closed * np.einsum("oi,oi->i", W, dW)


@refactoring(1, "conv_group_size")
def conv_group_size_by_a_product(W_shape, bias):
    return int(np.prod(W_shape[1:])) + int(bias)


@refactoring(2, "expected_l0")
def expected_l0_of_all_gates_at_once(log_alphas, group_sizes, beta, gamma, zeta):
    p = sigmoid(np.concatenate(log_alphas) - beta * np.log(-gamma / zeta))
    return float(p @ np.repeat(group_sizes, [len(a) for a in log_alphas]))


@refactoring(2, "l0_penalty")
def l0_penalty_of_all_gates_at_once(log_alphas, group_sizes, lams, n_examples, beta, gamma, zeta):
    p = prob_open(np.concatenate(log_alphas), beta, gamma, zeta)
    prices = np.multiply(lams, group_sizes) / n_examples
    return float(p @ np.repeat(prices, [len(a) for a in log_alphas]))


@refactoring(2, "dense_l2")
def dense_l2_in_loops(W, log_alpha, weight_decay, beta, gamma, zeta):
    total = 0.0
    for row in W:
        for w, a in zip(row, log_alpha, strict=True):
            total += weight_decay / 2 * float(prob_open(a, beta, gamma, zeta)) * w**2
    return total


@refactoring(2, "conv_l2")
def conv_l2_map_by_map(W, b, log_alpha, weight_decay, beta, gamma, zeta):
    groups = np.column_stack([W.reshape(len(b), -1), b])
    norms = np.linalg.norm(groups, axis=1)
    return weight_decay / 2 * np.vdot(prob_open(log_alpha, beta, gamma, zeta), norms**2)


@refactoring(2, "dense_l2_gradients")
def dense_l2_gradients_in_a_loop(W, log_alpha, weight_decay, beta, gamma, zeta):
    dW, dlog_alpha = np.zeros(W.shape), np.zeros(log_alpha.shape)
    for j, p in enumerate(prob_open(log_alpha, beta, gamma, zeta)):
        dW[:, j] = weight_decay * p * W[:, j]
        dlog_alpha[j] = weight_decay * (p - p**2) * W[:, j] @ W[:, j] / 2
    return dW, dlog_alpha


@refactoring(2, "conv_group_size")
def conv_group_size_of_an_empty_map(W_shape, bias):
    parameters = np.zeros(W_shape[1:]).size
    if bias:
        parameters += 1
    return parameters
