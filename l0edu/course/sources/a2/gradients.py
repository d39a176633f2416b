"""Assignment a2: can you derive the gradients by hand? (Eqs. 3, 8 to 12 and 16 of the paper)

Fill in the five functions. NumPy is all that you need. In the first two, g is what the chain rule brings from
the loss: dL by each output of the formula in the docstring. The examples show what comes out: `python -m
doctest gradients.py` runs them.
"""

import numpy as np


def sigmoid(x):
    """1 / (1 + exp(-x)), without overflow.

    >>> sigmoid(np.array([-800.0, 0.0, 800.0]))
    array([0. , 0.5, 1. ])
    """
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def sample_vjp(g, log_alpha, u, beta, gamma, zeta):
    """Task 2.1. dL/dlog_alpha through a sampled gate, the noise held fixed  (Eqs. 8, 10 and 11).

    The gate is z = min(1, max(0, s_bar)), with s_bar = s (zeta - gamma) + gamma and
    s = sigmoid((log u - log(1 - u) + log_alpha) / beta).

    Parameters
    ----------
    g : array (n,) or (batch, n)
        dL/dz, of u's shape.
    log_alpha : array (n,)
    u : array (n,) or (batch, n)
        The noise: the same for all examples, or another for each. Then the examples share log_alpha.
    beta, gamma, zeta : float

    Returns
    -------
    array (n,)
        Of log_alpha's shape, also when u has a batch axis.

    >>> u = np.array([0.2, 0.5, 0.8, 0.95])
    >>> sample_vjp(np.ones(4), np.full(4, -1.0), u, 2 / 3, -0.1, 1.1).round(4)
    array([0.    , 0.2685, 0.4142, 0.    ])
    >>> sample_vjp(np.ones((2, 1)), np.array([-1.0]), np.array([[0.5], [0.8]]), 2 / 3, -0.1, 1.1).round(4)
    array([0.6827])
    """
    ### BEGIN SOLUTION
    s = sigmoid((np.log(u) - np.log(1 - u) + log_alpha) / beta)
    s_bar = s * (zeta - gamma) + gamma
    # Four links lead from log_alpha to z, and the chain rule multiplies their slopes: 1 / beta for what
    # stands in the sigmoid, s (1 - s) for the sigmoid, zeta - gamma for the stretch, and 1 or 0 for the clip.
    # The last is the mask: a gate that is held at 0 or at 1 does not move when log_alpha does, so it passes
    # nothing back.
    inside = (s_bar > 0) & (s_bar < 1)
    slope = inside * (zeta - gamma) * s * (1 - s) / beta
    # One log_alpha acts in every example of a batch, so its gradient is the sum over them. It is no mean: if
    # the loss is one, its 1 / batch has come in through g.
    return np.atleast_2d(g * slope).sum(axis=0)
    ### END SOLUTION


def prob_open_vjp(g, log_alpha, beta, gamma, zeta):
    """Task 2.2. dL/dlog_alpha through p = P(z != 0) = sigmoid(log_alpha - beta log(-gamma / zeta))  (Eq. 12).

    Parameters
    ----------
    g : array (n,)
        dL/dp.
    log_alpha : array (n,)
    beta, gamma, zeta : float

    Returns
    -------
    array (n,)

    >>> prob_open_vjp(np.array([1.0, 1.0, 2.0]), np.array([-3.0, 0.0, 0.0]), 2 / 3, -0.1, 1.1).round(4)
    array([0.1586, 0.1399, 0.2798])
    """
    ### BEGIN SOLUTION
    # p is a sigmoid, and the slope of a sigmoid is p (1 - p). The threshold does not depend on log_alpha, so
    # beta, gamma and zeta act through p alone, and no 1 / beta appears. There is no noise here and no mask:
    # the gradient reaches every gate in every step, closed ones too.
    p = sigmoid(log_alpha - beta * np.log(-gamma / zeta))
    return g * p * (1 - p)
    ### END SOLUTION


def penalty_gradient(log_alpha, group_size, lam, beta, gamma, zeta):
    """Task 2.3. Gradient by log_alpha of the penalty lam * group_size * sum_j P(z_j != 0)  (Eqs. 12 and 16).

    Parameters
    ----------
    log_alpha : array (n,)
    group_size : int
        How many weights share one gate.
    lam : float
        Price of an open weight.
    beta, gamma, zeta : float

    Returns
    -------
    array (n,)

    >>> penalty_gradient(np.array([-3.0, 0.0]), 300, 0.01, 2 / 3, -0.1, 1.1).round(4)
    array([0.4757, 0.4197])
    """
    ### BEGIN SOLUTION
    # The penalty is a sum in which each gate has a term of its own, so each entry is the slope of one term.
    # It is positive everywhere. Gradient descent subtracts it, and so every gate is pushed towards closing;
    # the push is strongest, 1/4 of the price, where a gate is open half of the time.
    p = sigmoid(log_alpha - beta * np.log(-gamma / zeta))
    return lam * group_size * p * (1 - p)
    ### END SOLUTION


def score_function_gradient(losses, z, pi):
    """Task 2.4. Estimate of dE[L(z)] / dlogit_j from samples of coins, z_j ~ Bernoulli(pi_j)  (Eq. 3).

    The score-function estimator is the mean over the samples of L(z) d log q(z) / dlogit_j, where
    pi_j = sigmoid(logit_j), and q(z) is the probability of the pattern z: the product over j of
    pi_j^z_j (1 - pi_j)^(1 - z_j).

    Parameters
    ----------
    losses : array (samples,)
        L(z) of each sample.
    z : array (samples, n)
        The gates of each sample, 0 or 1.
    pi : array (n,)
        Probabilities that they were drawn with, strictly between 0 and 1.

    Returns
    -------
    array (n,)
        Gradient by the logits, not by pi.

    >>> z = np.array([[1.0, 0.0], [0.0, 0.0]])
    >>> score_function_gradient(np.array([3.0, 1.0]), z, np.array([0.5, 0.25]))
    array([ 0.5, -0.5])
    """
    ### BEGIN SOLUTION
    # A sampled coin has slope 0, so nothing is to be had from the derivative of L. But the probability of
    # what was drawn depends on the logits smoothly. In log q, one term depends on logit_j. Its derivative by
    # pi_j is z / pi - (1 - z) / (1 - pi) = (z - pi) / (pi (1 - pi)), and the slope of pi_j is pi (1 - pi):
    # the denominator cancels, and z - pi is left, the surprise of the coin.
    return np.mean(losses[:, None] * (z - pi), axis=0)
    ### END SOLUTION


def score_function_with_baseline(losses, z, pi):
    """Task 2.5. The estimate of task 2.4, with a baseline b_s subtracted from the loss of each sample s.

    b_s is the leave-one-out mean: the mean of the losses of all other samples. It does not depend on the
    sample's own gates, so the estimate stays unbiased; as a rule its variance falls.

    Parameters
    ----------
    losses : array (samples,)
        At least two.
    z : array (samples, n)
    pi : array (n,)

    Returns
    -------
    array (n,)

    >>> z = np.array([[1.0, 0.0], [0.0, 0.0], [1.0, 1.0]])
    >>> score_function_with_baseline(np.array([3.0, 1.0, 5.0]), z, np.array([0.5, 0.25]))
    array([1., 1.])
    """
    ### BEGIN SOLUTION
    # E[b (z - pi)] = E[b] E[z - pi] = 0 when b and z are independent. That is why b may be subtracted, and
    # why the sample's own loss must stay out of b: with it, L - b would be (samples - 1) / samples of what it
    # should be, and so would the estimate. What all losses have in common says nothing about a gate, and it
    # makes noise. The baseline takes it away completely: add a constant to all losses, and nothing changes.
    samples = len(losses)
    baseline = (losses.sum() - losses) / (samples - 1)
    # The losses less their baselines add up to 0, so z would do in place of z - pi: the result is the sample
    # covariance of L and z, the one that divides by samples - 1.
    return np.mean((losses - baseline)[:, None] * (z - pi), axis=0)
    ### END SOLUTION
