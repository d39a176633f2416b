"""What is the gradient of `x[index]`? Zeros with g added where it was taken from."""

from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.extend import SparseObject, defjvp, defvjp, primitive, vspace
from autograd.numpy import numpy_jvps, numpy_wrapper
from autograd.numpy.numpy_boxes import ArrayBox
from autograd.util import func

from .array_types import array_module

__all__ = ["replace_indexing"]

BASIC = (int, np.integer, slice, type(None), type(Ellipsis))


def replace_indexing() -> None:
    """Register the rules of this file in place of autograd's."""
    defvjp(func(ArrayBox.__getitem__), lambda ans, A, index: lambda g: untake(g, index, vspace(A)))
    numpy_jvps.untake = untake
    numpy_wrapper.make_diagonal = make_diagonal
    defvjp(
        make_diagonal,
        lambda ans, d, offset=0, axis1=0, axis2=1: lambda g: anp.diagonal(g, offset, axis1, axis2),
    )
    defjvp(make_diagonal, "same")


def is_basic(index: Any) -> bool:
    """Whether an index gives a view, in which no number appears twice."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(isinstance(part, BASIC) and not isinstance(part, bool) for part in parts)


@primitive
def untake(x: Any, index: Any, space: Any) -> SparseObject:
    """Of zeros in `space`, x added at an index; kept as the addition until the zeros are there."""
    if isinstance(index, list) and not (index and isinstance(index[0], slice)):
        index = np.array(index, dtype="int64")

    def add_to(array: Any) -> Any:
        if is_basic(index):
            array[index] += x
        else:
            array_module(array).add.at(array, index, x)
        return array

    return SparseObject(space, add_to)


defvjp(untake, lambda ans, x, index, space: lambda g: g[index])
defjvp(untake, "same")


@primitive
def make_diagonal(d: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Matrices with d on their diagonals and 0 elsewhere."""
    if (offset, axis1, axis2) != (0, -1, -2):
        raise NotImplementedError(
            "diagonal has a gradient for offset=0, axis1=-1, axis2=-2 only: write np.diagonal(x, 0, -1, -2)"
        )
    *leading, n = d.shape
    rows = np.zeros_like(d, shape=(*leading, n * n))  # of a matrix, one behind the other
    rows[..., :: n + 1] = d
    return rows.reshape(*leading, n, n)
