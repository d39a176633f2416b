"""What does a dense layer compute, and how does an image become a vector for it?"""

from math import prod

import numpy as np

from l0edu.errors import InputError
from l0edu.ops.sums import sum_by_unit
from l0edu.tables import Array
from l0edu.tape import primitive

__all__ = ["affine", "flatten"]


@primitive
def affine(x: Array, W: Array, b: Array | None = None) -> Array:
    """y = W x + b.

    Parameters
    ----------
    x : array (in, batch)
    W : array (out, in)
    b : array (out,), optional

    Returns
    -------
    array (out, batch)

    Raises
    ------
    InputError
        When a rank is wrong or the shapes do not fit.

    Examples
    --------
    >>> affine(np.array([[1.0], [2.0]]), W=np.array([[3.0, 4.0]]), b=np.array([0.5]))
    array([[11.5]])
    """
    if np.ndim(x) != 2 or np.ndim(W) != 2 or np.shape(W)[1] != np.shape(x)[0]:
        raise InputError(f"affine: x {np.shape(x)} and W {np.shape(W)} must be (in, batch) and (out, in)")
    if b is not None and np.shape(b) != (len(W),):
        raise InputError(f"affine: b {np.shape(b)} must have one number for each of the {len(W)} rows of W")
    y = W @ x
    if b is not None:
        y += b[:, None]
    return y


@affine.gradient("x")
def affine_dx(g: Array, W: Array) -> Array:
    """dL/dx = W^T g."""
    return W.T @ g


@affine.gradient("W")
def affine_dW(g: Array, x: Array) -> Array:
    """dL/dW = g x^T: the sum over the batch is in the product."""
    return g @ x.T


@affine.gradient("b")
def affine_db(g: Array) -> Array:
    """dL/db = g, summed over the batch."""
    return sum_by_unit(g)


@primitive
def flatten(x: Array) -> Array:
    """(maps, height, width, batch) to (units, batch): the pixels of a map stay together, as in torch.

    Parameters
    ----------
    x : array (..., batch)

    Returns
    -------
    array (units, batch), with units the product of all axes but the last

    Raises
    ------
    InputError
        When x has fewer than two axes.

    Examples
    --------
    >>> flatten(np.arange(8.0).reshape(2, 2, 2, 1)).shape
    (8, 1)
    """
    if np.ndim(x) < 2:
        raise InputError(f"flatten takes (..., batch), got shape {np.shape(x)}")
    return x.reshape(prod(x.shape[:-1]), x.shape[-1])


@flatten.gradient("x")
def flatten_dx(g: Array, x: Array) -> Array:
    """The shape, put back."""
    return g.reshape(x.shape)
