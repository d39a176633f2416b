"""How wrong is the network? The negative log-likelihood of the labels."""

import numpy as np

from l0edu.errors import InputError
from l0edu.gpu.arrays import is_on_device
from l0edu.gpu.fused import fused
from l0edu.gpu.together import check_together
from l0edu.tables import Array
from l0edu.tape import primitive

__all__ = ["cross_entropy", "log_softmax", "softmax"]


@primitive
def cross_entropy(logits: Array, labels: Array) -> Array:
    """L = -(1/N) sum_i log softmax(logits_i)[label_i]: the error term of Eq. 1.

    Parameters
    ----------
    logits : array (batch, classes)
        A network's output.
    labels : integer array (batch,)
        In 0 ... classes - 1. Not checked on a device: reading them would make the host wait.

    Returns
    -------
    scalar array, in nats

    Raises
    ------
    InputError
        When shapes do not fit, the batch is empty, labels are not integers or out of range, or lie on the
        host beside logits on a device.

    Examples
    --------
    >>> float(cross_entropy(np.zeros((4, 10)), np.array([0, 3, 3, 9])).round(4))  # log 10
    2.3026
    """
    _check(logits, labels)
    rows = np.arange(len(labels), like=labels)  # where the labels lie
    return -log_softmax(logits)[rows, labels].sum() / len(labels)


@cross_entropy.gradient("logits")
def cross_entropy_dlogits(g: Array, logits: Array, labels: Array) -> Array:
    """dL/dlogits = g (softmax(logits) - one_hot(labels)) / N."""
    d = softmax(logits)
    d -= labels[:, None] == np.arange(d.shape[1], like=labels)  # one_hot
    return d * (g / len(labels))


@fused
def log_softmax(logits: Array) -> Array:
    """log softmax(logits)_ij = logits_ij - log sum_k exp(logits_ik), without overflow.

    Parameters
    ----------
    logits : array (batch, classes)

    Examples
    --------
    >>> np.exp(log_softmax(np.array([[800.0, 800.0]]))).round(4)
    array([[0.5, 0.5]])
    """
    shifted = logits - logits.max(axis=1, keepdims=True)  # exp cannot overflow
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


@fused
def softmax(logits: Array) -> Array:
    """softmax(logits)_ij = exp(logits_ij) / sum_k exp(logits_ik): probabilities of the classes.

    Parameters
    ----------
    logits : array (batch, classes)

    Examples
    --------
    >>> softmax(np.array([[0.0, 0.0]])).round(4)
    array([[0.5, 0.5]])
    """
    return np.exp(log_softmax(logits))


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
    check_together(logits=logits, labels=labels)
    if not is_on_device(labels) and (labels.min() < 0 or labels.max() >= logits.shape[1]):
        found = f"{labels.min()} to {labels.max()}"
        raise InputError(f"cross_entropy: labels out of range: {found}, expected 0 to {logits.shape[1] - 1}")
