"""How wrong is the network? The negative log-likelihood of the labels."""

import numpy as np

from l0edu.errors import InputError
from l0edu.tables import Array
from l0edu.tape import primitive

__all__ = ["cross_entropy"]


@primitive
def cross_entropy(logits: Array, labels: Array) -> Array:
    """L = -(1/N) sum_i log softmax(logits_i)[label_i]: the error term of Eq. 1.

    Parameters
    ----------
    logits : array (batch, classes)
        A network's output.
    labels : integer array (batch,)
        In 0 ... classes - 1.

    Returns
    -------
    scalar array, in nats

    Raises
    ------
    InputError
        When shapes do not fit, the batch is empty, or labels are not integers or out of range.

    Examples
    --------
    >>> float(cross_entropy(np.zeros((4, 10)), np.array([0, 3, 3, 9])).round(4))  # log 10
    2.3026
    """
    _check(logits, labels)
    return -_log_softmax(logits)[np.arange(len(labels)), labels].sum() / len(labels)


@cross_entropy.gradient("logits")
def cross_entropy_dlogits(g: Array, logits: Array, labels: Array) -> Array:
    """dL/dlogits = g (softmax(logits) - one_hot(labels)) / N."""
    d = np.exp(_log_softmax(logits))
    d[np.arange(len(labels)), labels] -= 1
    return d * (g / len(labels))


def _log_softmax(logits: Array) -> Array:
    shifted = logits - logits.max(axis=1, keepdims=True)  # exp cannot overflow
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def _check(logits: Array, labels: Array) -> None:
    if np.ndim(logits) != 2 or np.shape(labels) != (len(logits),) or len(logits) == 0:
        raise InputError(
            f"cross_entropy: logits {np.shape(logits)} and labels {np.shape(labels)} "
            "must be (batch, classes) and (batch,)"
        )
    if labels.dtype.kind not in "iu":
        raise InputError(
            f"cross_entropy: labels are {labels.dtype}, expected integers: write labels.astype(int)"
        )
    if labels.min() < 0 or labels.max() >= logits.shape[1]:
        found = f"{labels.min()} to {labels.max()}"
        raise InputError(f"cross_entropy: labels out of range: {found}, expected 0 to {logits.shape[1] - 1}")
