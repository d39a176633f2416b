"""How are sums over pixels and batch taken? As products with BLAS, which are faster than NumPy's own sums.

On a GPU sums are CuPy's own. A dot is cut into many sums first: a layer has few units, and a GPU many cores.
Relative error in float32, measured on up to 131,072 positive numbers a unit: 5e-7 or less.
"""

from math import prod

import numpy as np

from l0edu.gpu.arrays import is_on_device
from l0edu.gpu.fused import fused
from l0edu.tables import Array

__all__ = ["dot_by_unit", "dots_in_lanes", "long_product", "sum_by_unit"]

ONE_CORE = 2**18  # multiplications; OpenBLAS divides larger products among its threads
LANES = 2**17  # sums that a GPU takes at once, all units together: enough for each of its cores


def sum_by_unit(x: Array) -> Array:
    """sum of x over everything but the first axis, as a product with ones: faster than x.sum(...).

    Parameters
    ----------
    x : array (units, ...)

    Returns
    -------
    array (units,)

    Examples
    --------
    >>> sum_by_unit(np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([3., 7.])
    """
    count = prod(x.shape[1:])
    if is_on_device(x):
        return x.reshape(len(x), count).sum(axis=1)
    return x.reshape(len(x), count) @ np.ones_like(x, shape=count)


def dot_by_unit(a: Array, b: Array) -> Array:
    """sum of a b over everything but the first axis, as a product: faster than (a * b).sum(...).

    Parameters
    ----------
    a, b : arrays (units, ...)
        Of one shape.

    Returns
    -------
    array (units,)

    Examples
    --------
    >>> dot_by_unit(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 1.0], [0.0, 2.0]]))
    array([3., 8.])
    """
    units, count = len(a), prod(a.shape[1:])
    if is_on_device(a):
        return dots_in_lanes(a, b, min(count, max(1, LANES // max(1, units)))).sum(axis=1)
    return (a.reshape(units, 1, count) @ b.reshape(units, count, 1)).reshape(units)


@fused
def dots_in_lanes(a: Array, b: Array, lanes: int) -> Array:
    """Parts of `dot_by_unit`: lane j sums a b over the columns j, j + lanes, j + 2 lanes and so on.

    Parameters
    ----------
    a, b : arrays (units, ...)
        Of one shape.
    lanes : int
        No more than there are columns.

    Returns
    -------
    array (units, lanes)

    Examples
    --------
    >>> dots_in_lanes(np.array([[1.0, 2.0, 3.0]]), np.ones((1, 3)), lanes=2)
    array([[4., 2.]])
    """
    units, count = len(a), prod(a.shape[1:])
    rounds = -(-count // max(1, lanes))
    products = np.zeros_like(a, np.result_type(a, b), shape=(units, rounds * lanes))
    products[:, :count] = (a * b).reshape(units, count)
    return products.reshape(units, rounds, lanes).sum(axis=1)


def long_product(a: Array, b: Array) -> Array:
    """a b^T, for a and b of few rows and many columns: the sum of such products of pieces of the columns.

    OpenBLAS is slow at a small result from long rows, as LeNet-5's first dL/dW (25 x 20 numbers, each a sum
    over 57,600), and slower with two threads. Pieces small enough for one core are faster.

    Parameters
    ----------
    a : array (m, columns)
    b : array (n, columns)

    Returns
    -------
    array (m, n)

    Examples
    --------
    >>> long_product(np.ones((1, 3)), np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]]))
    array([[6., 1.]])
    """
    columns = a.shape[1]
    size = ONE_CORE // max(1, len(a) * len(b))  # columns of a piece
    if size < 256 or columns <= size:  # adding up shorter pieces costs more than it gains
        return a @ b.T
    pieces = columns // size
    cut = pieces * size
    a_pieces = a[:, :cut].reshape(len(a), pieces, size).transpose(1, 0, 2)  # (pieces, m, size)
    b_pieces = b[:, :cut].reshape(len(b), pieces, size).transpose(1, 2, 0)  # (pieces, size, n)
    return (a_pieces @ b_pieces).sum(axis=0) + a[:, cut:] @ b[:, cut:].T
