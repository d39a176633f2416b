"""Are the numbers right, and only their arrangement wrong? Transposed, summed, averaged, reshaped."""

from collections.abc import Iterator

import numpy as np

from l0edu.course.doctor.comparison import same
from l0edu.tables import Array

__all__ = ["arrangement"]


def arrangement(yours: Array, right: Array) -> str:
    """How `yours` can be rearranged into `right` or `right` into `yours`; empty when no known way does it.

    Parameters
    ----------
    yours, right : array

    Examples
    --------
    >>> a = np.array([[1.0, 2.0], [3.0, 5.0]])
    >>> arrangement(a.T, a)
    'it is transposed'
    >>> arrangement(a, a.sum(axis=0))
    'the sum over axis 0 is missing'
    """
    return next((sentence for sentence, one, other in _arrangements(yours, right) if same(one, other)), "")


def _arrangements(yours: Array, right: Array) -> Iterator[tuple[str, Array, Array]]:
    """Sentences, each with two arrays that are the same if it holds."""
    if yours.size == right.size and yours.shape != right.shape:
        wrong_shape = f"the numbers are right, and stand in shape {yours.shape} in place of {right.shape}"
        yield wrong_shape, yours.reshape(right.shape), right
    if yours.ndim == right.ndim == 2:
        yield "it is transposed", yours.T, right
    for axis in range(right.ndim):
        yield f"it is summed over axis {axis}, which should stay", yours, right.sum(axis=axis)
        yield f"it is averaged over axis {axis}, which should stay", yours, right.mean(axis=axis)
    for axis in range(yours.ndim if yours.size else 0):
        yield f"axis {axis} is reversed", np.flip(yours, axis), right
        yield f"the sum over axis {axis} is missing", yours.sum(axis=axis), right
        yield f"the mean over axis {axis} is missing", yours.mean(axis=axis), right
    if min(yours.ndim, right.ndim) >= 2:
        yield "the last two axes are reversed", np.flip(yours, (-2, -1)), right
        yield "the last two axes are swapped", np.swapaxes(yours, -2, -1), right
    yield "it is summed up, and should be an array", yours, right.sum()
    yield "it is one number, the mean of the right ones", yours, right.mean()
