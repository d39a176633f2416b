"""Assignment a3: what does a network pay for its size? (Eqs. 1 and 14 to 17 of the paper)

Fill in the six functions. NumPy is all that you need. `sigmoid` and `prob_open` are given, and right,
whatever became of your a1. The examples in the docstrings show what comes out: `python -m doctest
penalties.py` runs them.
"""

import numpy as np


def sigmoid(x):
    """1 / (1 + exp(-x)), without overflow.

    >>> sigmoid(np.array([-800.0, 0.0, 800.0]))
    array([0. , 0.5, 1. ])
    """
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def prob_open(log_alpha, beta, gamma, zeta):
    """P(z != 0), the probability that a gate is open at all  (Eq. 12).

    >>> prob_open(np.array([-3.0, 0.0]), 2 / 3, -0.1, 1.1).round(4)
    array([0.1976, 0.8318])
    """
    shift = beta * (np.log(zeta) - np.log(-gamma))
    return sigmoid(log_alpha + shift)


def expected_l0(log_alphas, group_sizes, beta, gamma, zeta):
    """Task 3.1. The expected number of open weights: sum over groups g of |g| P(z_g != 0)  (Eq. 16).

    Parameters
    ----------
    log_alphas : list of arrays
        One array for each layer of gates, with one number for each gate. Layers differ in length.
    group_sizes : list of int
        One for each layer: |g|, how many weights share each of its gates.
    beta, gamma, zeta : float
        The same for all layers.

    Returns
    -------
    float
        One number for the whole network.

    >>> log_alphas = [np.array([-3.0, 0.0]), np.array([0.0])]
    >>> round(float(expected_l0(log_alphas, [2, 10], 2 / 3, -0.1, 1.1)), 4)
    10.3771
    """
    ### BEGIN SOLUTION
    # An expected count is the sum of the probabilities of what is counted, whether or not the gates are
    # independent. All weights of a group are open together, so each gate counts |g| times. Gates of different
    # layers answer for different numbers of weights: the sum over gates has to be taken layer by layer.
    total = 0.0
    for log_alpha, group_size in zip(log_alphas, group_sizes, strict=True):
        total += group_size * prob_open(log_alpha, beta, gamma, zeta).sum()
    return float(total)
    ### END SOLUTION


def l0_penalty(log_alphas, group_sizes, lams, n_examples, beta, gamma, zeta):
    """Task 3.2. What the open weights cost beside a mean loss, with a lambda for each layer  (Eqs. 1 and 16).

    The paper gives its lambdas in units of 1 / N: "0.1" stands for lambda = 0.1 / N, where N is the number of
    training examples. So do these arguments.

    Parameters
    ----------
    log_alphas, group_sizes : lists
        As in task 3.1.
    lams : list of float
        One for each layer, in the paper's units, as in [0.1, 0.1, 0.3].
    n_examples : int
        N.
    beta, gamma, zeta : float

    Returns
    -------
    float

    >>> log_alphas = [np.array([-3.0, 0.0]), np.array([0.0])]
    >>> round(float(l0_penalty(log_alphas, [2, 10], [10.0, 0.1], 100, 2 / 3, -0.1, 1.1)), 4)
    0.2142
    """
    ### BEGIN SOLUTION
    # Eq. 1 adds lambda times the norm to a loss that is a mean over N examples. For the whole data set
    # an open weight pays N lambda nats: that is the number that the paper gives. Forget the division, and
    # for MNIST the penalty is 60,000 times too large, more than any network can earn; all gates close.
    total = 0.0
    for log_alpha, group_size, lam in zip(log_alphas, group_sizes, lams, strict=True):
        total += lam / n_examples * group_size * prob_open(log_alpha, beta, gamma, zeta).sum()
    return float(total)
    ### END SOLUTION


def dense_l2(W, log_alpha, weight_decay, beta, gamma, zeta):
    """Task 3.3. Weight decay of a dense layer with a gate on each input  (Eqs. 15 and 17).

    (weight_decay / 2) sum over the inputs j of P(z_j != 0) sum over the outputs i of W_ij^2. W holds the
    weights before they are gated (the paper's theta with a tilde).

    Parameters
    ----------
    W : array (out, in)
    log_alpha : array (in,)
        One gate for each input.
    weight_decay : float
    beta, gamma, zeta : float

    Returns
    -------
    float

    >>> W = np.array([[1.0, 2.0, -1.0], [0.5, -2.0, 1.0]])
    >>> round(float(dense_l2(W, np.array([-3.0, -1.0, 2.0]), 0.1, 2 / 3, -0.1, 1.1)), 4)
    0.3678
    """
    ### BEGIN SOLUTION
    # For a coin, E[(theta z)^2] = pi theta^2, because z^2 = z (Eq. 14). For a smooth gate E[z^2] is another
    # number, and a decay of theta z would pull the value of the gate towards 0 as well, a second shrinking
    # that nobody asked for. Eq. 15 takes it out: what decays is theta, as often as its gate is open.
    p = prob_open(log_alpha, beta, gamma, zeta)
    # The gates stand on the inputs, and these are the columns of W. So p goes along the last axis, where
    # NumPy puts an array (in,) by itself. With a square W a gate along the rows raises no error, and is
    # wrong.
    return float(weight_decay / 2 * np.sum(p * W**2))
    ### END SOLUTION


def conv_l2(W, b, log_alpha, weight_decay, beta, gamma, zeta):
    """Task 3.4. Weight decay of a convolution with a gate on each output map, bias included  (Eqs. 15, 17).

    (weight_decay / 2) sum over the maps o of P(z_o != 0) times the sum of the squares of the map's weights
    and of its bias. In this task, the bias of a map belongs to the map's group: a gate behind the convolution
    closes it together with the weights. (The library leaves biases out of the decay unless it is told
    otherwise, and then they decay in full.)

    Parameters
    ----------
    W : array (out, in, k, k)
    b : array (out,)
    log_alpha : array (out,)
        One gate for each output map.
    weight_decay : float
    beta, gamma, zeta : float

    Returns
    -------
    float

    >>> W, b = np.arange(8.0).reshape(2, 1, 2, 2), np.array([1.0, 2.0])
    >>> round(float(conv_l2(W, b, np.array([-3.0, 0.0]), 0.1, 2 / 3, -0.1, 1.1)), 4)
    5.555
    """
    ### BEGIN SOLUTION
    # First the squares of each group are added up, over every axis of W but the one on which the gates stand;
    # then each sum is weighted by the probability that its gate is open. A closed gate removes the bias with
    # the map, so it carries the same probability.
    squares = np.sum(W**2, axis=(1, 2, 3)) + b**2
    return float(weight_decay / 2 * np.sum(prob_open(log_alpha, beta, gamma, zeta) * squares))
    ### END SOLUTION


def dense_l2_gradients(W, log_alpha, weight_decay, beta, gamma, zeta):
    """Task 3.5. The gradients of task 3.3, by the weights and by log_alpha  (Eqs. 15 and 17).

    Parameters
    ----------
    W : array (out, in)
    log_alpha : array (in,)
    weight_decay : float
    beta, gamma, zeta : float

    Returns
    -------
    dW : array (out, in)
    dlog_alpha : array (in,)

    >>> W = np.array([[1.0, 2.0], [0.5, -2.0]])
    >>> dW, dlog_alpha = dense_l2_gradients(W, np.array([-3.0, 0.0]), 0.1, 2 / 3, -0.1, 1.1)
    >>> dW.round(4)
    array([[ 0.0198,  0.1664],
           [ 0.0099, -0.1664]])
    >>> dlog_alpha.round(4)
    array([0.0099, 0.056 ])
    """
    ### BEGIN SOLUTION
    # The term is (wd / 2) p_j W_ij^2. By W_ij the square gives 2, which cancels the 1/2: ordinary weight
    # decay, slowed down for weights that are seldom open.
    p = prob_open(log_alpha, beta, gamma, zeta)
    dW = weight_decay * p * W
    # log_alpha_j enters through p_j alone, whose slope is p (1 - p). p_j stands before every weight of its
    # column, so the squares of the column are added up: a group of large weights pushes its own gate towards
    # closing. If p is treated as a constant, the weights decay all the same, but this push is lost.
    dlog_alpha = weight_decay / 2 * p * (1 - p) * np.sum(W**2, axis=0)
    return dW, dlog_alpha
    ### END SOLUTION


def conv_group_size(W_shape, bias):
    """Task 3.6. |g| of a convolution with a gate on each output map: what shares one gate  (Eq. 16).

    The library counts weights and no biases, as the paper's 430,500 weights of LeNet-5 do. Here the caller
    chooses.

    Parameters
    ----------
    W_shape : tuple of int
        (out, in, k, k).
    bias : bool
        Whether the bias of a map counts too.

    Returns
    -------
    int

    >>> int(conv_group_size((20, 1, 5, 5), False))
    25
    """
    ### BEGIN SOLUTION
    # The gate of a map answers for the filters that make this map, one k x k filter for each input map; the
    # number of output maps is the number of gates, and does not enter. The bias is one more parameter that a
    # closed gate saves. In the reference code its lambda has the wrong sign, so that a map there is charged
    # for one parameter less than it has weights, 24 or 499 in LeNet-5 in place of 26 and 501 (docs/errata.md,
    # B3).
    _, channels, height, width = W_shape
    return channels * height * width + (1 if bias else 0)
    ### END SOLUTION
