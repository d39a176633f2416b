"""Assignment a5: what does a gated network cost, and what is it expected to cost? (Figure 3, Table 1)

Fill in the six functions. NumPy is all that you need. FLOPs are counted for one example, as in the paper:
each multiply of a weight is one, each add is one, and every layer has a bias. relu, pooling and the gates
themselves are free.

From task 5.3 on a network is a chain of dense layers with a gate on every input of every layer, as the
paper's MLP 784-300-100:

    gates[0]  layer 0  gates[1]  layer 1  ...  gates[-1]  last layer  n_out outputs

gates[l] belongs to the inputs of layer l; so a chain of sizes 784-300-100-10 has three lists of 784, 300
and 100 gates, and n_out = 10. The outputs of the last layer have no gates: all of them are asked for. The
examples in the docstrings show what comes out: `python -m doctest flops.py` runs them.
"""

import numpy as np


def dense_flops(n_in, n_out):
    """Task 5.1. The FLOPs of a dense layer with bias.

    A sum of n products and a bias takes n adds.

    Parameters
    ----------
    n_in, n_out : int

    Returns
    -------
    int

    >>> int(dense_flops(784, 300))
    470400
    """
    ### BEGIN SOLUTION
    # An output multiplies n_in times. Its products need n_in - 1 adds, and the bias needs one more: 2 n_in
    # in all. (Without a bias it would be 2 n_in - 1.)
    return 2 * n_in * n_out
    ### END SOLUTION


def conv_flops(in_shape, maps, kernel):
    """Task 5.2. The FLOPs of a convolution with bias, without padding and at stride 1.

    Parameters
    ----------
    in_shape : tuple of three int
        Input maps, height and width.
    maps : int
        Output maps.
    kernel : int
        Side of the square kernel.

    Returns
    -------
    int

    >>> int(conv_flops((1, 28, 28), 20, 5))
    576000
    """
    ### BEGIN SOLUTION
    # A convolution is a dense layer from the kernel * kernel * channels numbers under the window to the
    # maps, computed again at each position. The positions are the pixels of an output map: height and width
    # count, the channels do not. The reference code mistakes channels and height for height and width,
    # which makes conv1 of LeNet-5 cost -72,000 (errata B1).
    channels, height, width = in_shape
    positions = (height - kernel + 1) * (width - kernel + 1)
    return positions * 2 * kernel**2 * channels * maps
    ### END SOLUTION


def units_at_work(gates):
    """Task 5.3. Which inputs of which layer have to be multiplied at all?

    A unit of gates[l] is at work if it is

        alive    its gate is open. Nothing else can silence it: even where nothing reaches it, the bias of
                 the layer before makes it a constant, which has to be multiplied like any other number;
        wanted   something at work reads it: layer l has an output that is at work, or is the last layer.

    The units of gates[l + 1] are the outputs of layer l.

    Parameters
    ----------
    gates : list of arrays (units,)
        1 for an open gate, 0 for a closed one.

    Returns
    -------
    list of bool arrays (units,)
        For each unit of each list, whether it is at work.

    >>> for layer in units_at_work([np.array([1, 0]), np.array([1, 1, 0]), np.array([0, 1])]):
    ...     print(np.array(layer, bool))
    [ True False]
    [ True  True False]
    [False  True]
    """
    ### BEGIN SOLUTION
    # Alive is a matter of the own gate alone. Whether a unit is wanted depends on what follows, so the walk
    # goes backward. Each input of a dense layer is read by each of its outputs, so one output at work is
    # enough to want all inputs, and none wants none.
    at_work = [np.asarray(gate) > 0 for gate in gates]
    wanted = True
    for layer in reversed(at_work):
        layer &= wanted
        # A layer without a unit at work wants nothing of what comes before. So a single closed list is a
        # dead end for everything in front of it; what lies behind it still works, on constants.
        wanted = bool(layer.any())
    return at_work
    ### END SOLUTION


def chain_flops(gates, n_out):
    """Task 5.4. The FLOPs of the network that is left: each layer from inputs to outputs at work.

    "At work" is as in task 5.3. A layer without an input at work costs nothing: its outputs are its biases,
    which are known beforehand.

    Parameters
    ----------
    gates : list of arrays (units,)
        1 for an open gate, 0 for a closed one.
    n_out : int
        Outputs of the last layer.

    Returns
    -------
    int

    >>> int(chain_flops([np.array([1, 0, 1]), np.array([1, 0])], n_out=4))
    12
    """
    ### BEGIN SOLUTION
    # Going backward, the outputs of a layer are known before its inputs are: where none is at work, no
    # input is either. A closed gate therefore saves twice, as an input of its own layer and as an output
    # of the one before. The reference code sees the first only (errata B15).
    total, outputs = 0, n_out
    for gate in reversed(gates):
        inputs = int(np.count_nonzero(gate)) if outputs else 0
        total += 2 * inputs * outputs
        outputs = inputs
    return total
    ### END SOLUTION


def expected_flops_own_gates(probabilities, n_out):
    """Task 5.5. The expected FLOPs by each layer's own gates only, as the reference code has them.

    A layer pays for its inputs that are open, and for all its outputs, open or not. This is not the cost of
    the network that is left, which task 5.6 asks for. It is what the paper's curves of FLOPs show, as far as
    is known.

    Parameters
    ----------
    probabilities : list of arrays (units,)
        P(z != 0) of each gate; the gates are independent.
    n_out : int
        Outputs of the last layer.

    Returns
    -------
    float

    >>> float(expected_flops_own_gates([np.array([0.5, 1.0]), np.array([0.25, 0.5, 0.5])], n_out=4))
    19.0
    """
    ### BEGIN SOLUTION
    # The cost of a layer is linear in its own gates, so its expectation is the cost at their probabilities:
    # the expected number of open gates is the sum of the probabilities. Not even independence is needed.
    outputs = [len(p) for p in probabilities[1:]] + [n_out]
    return float(sum(2 * np.sum(p) * n for p, n in zip(probabilities, outputs, strict=True)))
    ### END SOLUTION


def expected_flops(probabilities, n_out):
    """Task 5.6. E[chain_flops(gates, n_out)], exactly, when every gate is open with its probability.

    It must agree with the mean of chain_flops over all patterns of the gates, each weighted by its
    probability. For the 1,184 gates of the paper's MLP there are too many patterns for that; find the
    closed form.

    Parameters
    ----------
    probabilities : list of arrays (units,)
        P(z != 0) of each gate; the gates are independent.
    n_out : int
        Outputs of the last layer.

    Returns
    -------
    float

    >>> round(float(expected_flops([np.array([0.5, 0.5])] * 4, n_out=3)), 4)
    10.625
    """
    ### BEGIN SOLUTION
    # Let n[l] be the number of open gates in list l. Layer l costs 2 n[l] n[l + 1], provided that every
    # list further down, from l + 2 on, has an open gate; that list l + 1 has one is said by n[l + 1]
    # already, which is 0 otherwise. These factors belong to different gates, so they are independent, and
    # the expectation of the product is the product of the expectations: sums of probabilities, and
    # 1 - prod(1 - p) for "any is open".
    total, outputs, no_dead_end = 0.0, float(n_out), 1.0
    for p in reversed(probabilities):
        total += 2 * np.sum(p) * outputs
        # The units of one list are not independent of each other once they are "at work": all of them are
        # useless together when a later list is closed. So that event is kept apart as one factor. Whoever
        # gives each unit its own probability of being at work, and multiplies those, finds .609 for two
        # lists of two gates at 1/2 where .75 * .75 = .5625 is right.
        outputs = np.sum(p) * no_dead_end
        no_dead_end *= 1 - np.prod(1 - np.asarray(p))
    return float(total)
    ### END SOLUTION
