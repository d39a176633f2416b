"""Where does the batch axis stand? First outside a network, last inside."""

import numpy as np

from l0edu.errors import InputError
from l0edu.tables import Array
from l0edu.tape import primitive

__all__ = ["batch_first", "batch_last"]


@primitive
def batch_last(x: Array) -> Array:
    """(batch, ...) to (..., batch), copied if needed so that the batch is contiguous.

    Parameters
    ----------
    x : array (batch, ...)

    Raises
    ------
    InputError
        When x has fewer than two axes.

    Examples
    --------
    >>> batch_last(np.zeros((100, 1, 28, 28))).shape
    (1, 28, 28, 100)
    """
    if np.ndim(x) < 2:
        raise InputError(
            f"a batch of shape {np.shape(x)}: expected (batch, ...); for one example write x[None]"
        )
    moved = _first_to_last(x)
    return moved if moved.flags.c_contiguous else moved.copy()


@batch_last.gradient("x")
def batch_last_dx(g: Array) -> Array:
    """Move the axis back."""
    return _last_to_first(g)


@primitive
def batch_first(x: Array) -> Array:
    """(..., batch) to (batch, ...).

    Parameters
    ----------
    x : array (..., batch)

    Examples
    --------
    >>> batch_first(np.zeros((10, 100))).shape
    (100, 10)
    """
    return _last_to_first(x)


@batch_first.gradient("x")
def batch_first_dx(g: Array) -> Array:
    """Move the axis back."""
    return _first_to_last(g)


def _first_to_last(x: Array) -> Array:
    return x.transpose(*range(1, x.ndim), 0)


def _last_to_first(x: Array) -> Array:
    return x.transpose(-1, *range(x.ndim - 1))
