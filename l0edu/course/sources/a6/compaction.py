"""Assignment a6: can you make a pruned network small, and say what that was worth? (Eq. 13, Section 4.1)

Fill in the four functions; the first three need NumPy alone. Then run `python experiment.py --variant
YOUR-NUMBER`, which calls them. The examples in the docstrings show what comes out: `python -m doctest
compaction.py` runs them.
"""

import numpy as np


def compact_mlp(weights, biases, gates):
    """Task 6.1. The same network without its closed units, and without gates  (Eq. 13).

    A layer multiplies its inputs by their gates, then by W, and adds b; between two layers stands a relu:

        h1 = relu(W1 (z1 * x) + b1),    h2 = relu(W2 (z2 * h1) + b2),    logits = W3 (z3 * h2) + b3

    The small network has no gates. Of x it reads the kept inputs alone, and its logits are the same.

    Parameters
    ----------
    weights : list of arrays (outputs, inputs)
        W of each layer.
    biases : list of arrays (outputs,)
        b of each layer.
    gates : list of arrays (inputs,)
        z-hat of each layer's inputs, in [0, 1]. A gate is closed when it is exactly 0.

    Returns
    -------
    weights : list of arrays
        The small W of each layer.
    biases : list of arrays
        The small b of each layer.
    kept : list of arrays of int
        For each layer which of its inputs are left, by their numbers in the large network, in order.

    >>> W1, b1, z1 = (
    ...     np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]),
    ...     np.array([0.1, 0.2, 0.3]),
    ...     np.array([0.0, 1.0]),
    ... )
    >>> W2, b2, z2 = np.array([[1.0, 1.0, 1.0]]), np.array([0.5]), np.array([0.5, 0.0, 1.0])
    >>> weights, biases, kept = compact_mlp([W1, W2], [b1, b2], [z1, z2])
    >>> [W.shape for W in weights], [b.shape for b in biases], [list(map(int, units)) for units in kept]
    ([(2, 1), (1, 2)], [(2,), (1,)], [[1], [0, 2]])
    >>> x = np.array([7.0, 1.0])  # the logit of the large network is 0.5 * 2.1 + 6.3 + 0.5
    >>> (weights[1] @ np.maximum(0, weights[0] @ x[kept[0]] + biases[0]) + biases[1]).round(4)
    array([7.85])
    """
    ### BEGIN SOLUTION
    # At test time a gate is a number. An exact 0 is closed: whatever its unit holds, nothing behind it learns
    # of it.
    kept = [np.flatnonzero(z > 0) for z in gates]
    # The inputs of a layer are the outputs of the layer before. So a closed hidden gate takes a column here
    # and a row, with its bias, there. No gate stands behind the logits, so all of them stay.
    outputs = [*kept[1:], np.arange(len(biases[-1]))]
    # A gate between 0 and 1 multiplies its unit, and each weight that reads the unit can take that factor
    # over. It may be put there once: in the columns here or in row and bias of the layer before, which relu
    # lets pass, not in both.
    small = [
        (W * z)[np.ix_(rows, columns)]
        for W, z, rows, columns in zip(weights, gates, outputs, kept, strict=True)
    ]
    return small, [b[rows] for b, rows in zip(biases, outputs, strict=True)], kept
    ### END SOLUTION


def weights_left(shapes, kept):
    """Task 6.2. How many weights the small network has, biases not counted.

    Parameters
    ----------
    shapes : list of (outputs, inputs)
        The shape of each W of the large network.
    kept : list of arrays of int
        For each layer which of its inputs are left, as `compact_mlp` returns it.

    Returns
    -------
    int

    >>> int(weights_left([(3, 2), (4, 3)], [np.array([1]), np.array([0, 2])]))  # 2 x 1 and 4 x 2
    10
    """
    ### BEGIN SOLUTION
    # A weight is left when both of its ends are: its input, which has a gate of this layer, and its output,
    # which has a gate of the next. The penalty of Eq. 16 knows only the first, and charges an open gate for
    # its whole column. That is one reason why the expected L0 of a network and the weights left in it are two
    # numbers.
    outputs = [*(len(units) for units in kept[1:]), shapes[-1][0]]
    return sum(rows * len(units) for rows, units in zip(outputs, kept, strict=True))
    ### END SOLUTION


def choose(records):
    """Task 6.3. The largest lambda with at most 10 validation mistakes more than the best of all lambdas.

    Of 1,000 validation images 10 are one percentage point.

    Parameters
    ----------
    records : list of dict
        One a lambda, in any order, as `results.json` holds them: with "lambda", "validation_mistakes",
        "test_mistakes" and others.

    Returns
    -------
    float
        A lambda.

    >>> records = [
    ...     {"lambda": 0.0, "validation_mistakes": 52, "test_mistakes": 44},
    ...     {"lambda": 0.2, "validation_mistakes": 60, "test_mistakes": 47},
    ...     {"lambda": 0.5, "validation_mistakes": 110, "test_mistakes": 98},
    ... ]
    >>> float(choose(records))
    0.2
    """
    ### BEGIN SOLUTION
    # The rule is fixed before anyone looks, and it looks at held-out training images alone. Whoever picks
    # lambda by its test error reports the luckiest of eight test errors, which is too good on average; after
    # this rule the test error of the chosen lambda is an honest estimate.
    best = min(record["validation_mistakes"] for record in records)
    return max(record["lambda"] for record in records if record["validation_mistakes"] <= best + 10)
    ### END SOLUTION


def draw(records, chosen, ax):
    """Task 6.4. The trade-off: the error against the weights left, a point for each lambda.

    A reader should see without your text which lambda a point belongs to, which one was chosen, what the axes
    measure and in which unit, and how far validation and test error are apart. You need no import: all
    methods are those of `ax`.

    Parameters
    ----------
    records : list of dict
        One a lambda, in order of lambda. Beside "lambda": "validation_mistakes" and "test_mistakes", of 1,000
        images each, and "weights_left".
    chosen : float
        What `choose` returns; None as long as it is not written.
    ax : matplotlib Axes
        Empty. `experiment.py` saves it as plot.png.
    """
    ### BEGIN SOLUTION
    # The question is by which factor weights fall and errors rise. On a logarithmic axis a factor has the
    # same length everywhere; on a plain one the small networks share a corner.
    ax.set(xscale="log", yscale="log", xlabel="weights left (of 83,900)", ylabel="error (% of 1,000 images)")
    # Colour alone tells two lines apart for some readers only; so they differ in dashes and markers too.
    weights = [record["weights_left"] for record in records]
    for style, images in (("o-", "validation"), ("s--", "test")):
        percent = [record[f"{images}_mistakes"] / 10 for record in records]
        ax.plot(weights, percent, style, label=f"{images} error")
    # The points are named by their lambda, and the chosen one gets a ring.
    for record, x in zip(records, weights, strict=True):
        name, y = f"{record['lambda']:g}", record["validation_mistakes"] / 10
        ax.annotate(name, (x, y), (0, 11), textcoords="offset points", ha="center")
        if record["lambda"] == chosen:
            ax.plot(x, y, "ko", markersize=14, fillstyle="none", label=f"chosen: lambda = {name}/N")
    # Plain numbers at the ticks say more than powers of ten.
    ax.set_xticks([3000, 10_000, 30_000, 83_900], ["3,000", "10,000", "30,000", "83,900"])
    ax.set_yticks([5, 10, 20, 50], ["5", "10", "20", "50"])
    ax.minorticks_off()
    ax.margins(0.05, 0.12)
    ax.legend(title="labels: lambda in 1/N")
    ### END SOLUTION
