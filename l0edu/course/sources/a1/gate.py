"""Assignment a1: can you write the hard concrete gate? (Eqs. 10 to 13 and Appendix B of the paper)

Fill in the four functions. NumPy is all that you need. Each function takes arrays and returns an array;
log_alpha and the second argument broadcast, as (n,) and (batch, n) do. The examples in the docstrings show
what comes out: `python -m doctest gate.py` runs them.
"""

import numpy as np


def sigmoid(x):
    """1 / (1 + exp(-x)), without overflow.

    >>> sigmoid(np.array([-800.0, 0.0, 800.0]))
    array([0. , 0.5, 1. ])
    """
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def sample(log_alpha, u, beta, gamma, zeta):
    """Task 1.1. A gate z from uniform noise u: stretched, and clipped to [0, 1]  (Eqs. 10 and 11).

    Parameters
    ----------
    log_alpha : array (n,)
        Locations.
    u : array (n,) or (batch, n)
        Uniform noise, strictly between 0 and 1.
    beta, gamma, zeta : float
        Temperature, and the lower and upper end of the stretch, as in 2/3, -0.1 and 1.1.

    Returns
    -------
    array of u's shape

    >>> sample(np.array([-3.0, 0.0]), np.array([0.5, 0.3]), 2 / 3, -0.1, 1.1).round(4)
    array([0.    , 0.1629])
    """
    ### BEGIN SOLUTION
    # log u - log(1 - u) is the quantile function of the logistic distribution: u becomes logistic noise
    # around 0. log_alpha moves its centre. The temperature divides both, so it stands inside the sigmoid.
    s = sigmoid((np.log(u) - np.log(1 - u) + log_alpha) / beta)
    # s never reaches 0 or 1. Stretched to (gamma, zeta), which holds [0, 1], it passes beyond both ends
    # with positive probability, and the clip turns what lies beyond into exact zeros and ones.
    s_bar = s * (zeta - gamma) + gamma
    return np.clip(s_bar, 0, 1)
    ### END SOLUTION


def prob_open(log_alpha, beta, gamma, zeta):
    """Task 1.2. P(z != 0), the probability that a gate is open at all  (Eq. 12).

    Parameters
    ----------
    log_alpha : array (n,)
    beta, gamma, zeta : float

    Returns
    -------
    array (n,)

    >>> prob_open(np.array([-3.0, 0.0]), 2 / 3, -0.1, 1.1).round(4)
    array([0.1976, 0.8318])
    """
    ### BEGIN SOLUTION
    # z is 0 where s_bar <= 0, that is where s <= -gamma / (zeta - gamma). The sigmoid and the logistic
    # noise can both be inverted: the noise must lie below beta * logit(-gamma / (zeta - gamma)) -
    # log_alpha, and that logit is log(-gamma / zeta). The sigmoid of this is the probability of a closed
    # gate, and 1 - sigmoid(x) = sigmoid(-x) is that of an open one. No sample is needed, which is why the
    # penalty has no variance.
    return sigmoid(log_alpha - beta * np.log(-gamma / zeta))
    ### END SOLUTION


def test_value(log_alpha, beta, gamma, zeta):
    """Task 1.3. The gate that stands in for z at test time, without noise  (Eq. 13).

    Parameters
    ----------
    log_alpha : array (n,)
    beta, gamma, zeta : float
        All three are given; whether all three are needed is for you to see.

    Returns
    -------
    array (n,)

    >>> test_value(np.array([-3.0, 0.0, 1.0]), 2 / 3, -0.1, 1.1).round(4)
    array([0.    , 0.5   , 0.7773])
    """
    ### BEGIN SOLUTION
    # beta does not appear. Eq. 13 is not Eq. 11 with u = 1/2, which would be the median of the gate: that is
    # sigmoid(log_alpha / beta), stretched and clipped. At test time a gate is closed from log_alpha =
    # log(-gamma / zeta) on down. At the paper's values that is -2.398, where P(z != 0) is still .31.
    return np.clip(sigmoid(log_alpha) * (zeta - gamma) + gamma, 0, 1)
    ### END SOLUTION


def cdf(log_alpha, s_bar, beta, gamma, zeta):
    """Task 1.4. Q(s_bar), the probability that the stretched variable, before the clip, is at most s_bar
    (Appendix B).

    Parameters
    ----------
    log_alpha : array (n,)
    s_bar : array (n,) or (batch, n)
        Strictly between gamma and zeta.
    beta, gamma, zeta : float

    Returns
    -------
    array of s_bar's shape

    >>> cdf(np.array([0.0, 0.0]), np.array([0.0, 0.5]), 2 / 3, -0.1, 1.1).round(4)
    array([0.1682, 0.5   ])
    """
    ### BEGIN SOLUTION
    # Undo the stretch; then undo the sigmoid, which gives beta * logit(s) = noise + log_alpha; then ask how
    # probable it is that the noise lies below: the logistic distribution function is the sigmoid. At s_bar
    # = 0 this is P(z = 0).
    s = (s_bar - gamma) / (zeta - gamma)
    return sigmoid(beta * (np.log(s) - np.log(1 - s)) - log_alpha)
    ### END SOLUTION
