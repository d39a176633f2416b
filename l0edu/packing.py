"""How do all arrays of a table lie in one buffer, so that an elementwise rule is a few NumPy calls?

An optimizer that walks a table of ten arrays makes ten times the calls, and allocates every result. Here the
arrays are views of one contiguous buffer: a rule writes the buffer, and the table, through which everybody
else reads, shows it.
"""

from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

import numpy as np

from l0edu.errors import InputError
from l0edu.gpu.together import check_together
from l0edu.tables import Array, Shape, Table, map_arrays

__all__ = ["Layout", "Packed", "check_same_layout", "pack", "unpack", "zeros_like"]

Layout = tuple[tuple[str, str, Shape], ...]


@dataclass(frozen=True, eq=False)
class Packed:
    """One buffer, and a table whose arrays are views of it: write either, and the other shows it.

    Attributes
    ----------
    buffer : array (numbers,)
    table : table
        Its arrays follow each other in the buffer, in the table's order.
    layout : tuple
        Layer, name and shape of each array, in that order.
    """

    buffer: Array
    table: Table
    layout: Layout = field(repr=False)


def pack(table: Table) -> Packed:
    """A copy of a table's arrays, laid out in one buffer.

    Parameters
    ----------
    table : table
        At least one array, all of one dtype.

    Returns
    -------
    Packed

    Raises
    ------
    InputError
        When there is no array, the dtypes differ, or some arrays are on the host and some on a device.

    Examples
    --------
    >>> packed = pack({"fc1": {"W": np.array([[1.0, 2.0]]), "b": np.array([3.0])}})
    >>> packed.buffer
    array([1., 2., 3.])
    >>> packed.buffer[:] *= 10
    >>> packed.table
    {'fc1': {'W': array([[10., 20.]]), 'b': array([30.])}}
    """
    check_together(table=table)
    named = [(layer, name, array) for layer, arrays in table.items() for name, array in arrays.items()]
    flat = [array.ravel() for *_, array in named]
    dtypes = sorted({str(array.dtype) for array in flat})
    if not flat:
        raise InputError("a table with no arrays cannot be packed")
    if len(dtypes) != 1:
        raise InputError(f"arrays of {dtypes}: one buffer holds arrays of one dtype, for example float32")
    buffer = np.concatenate(flat)
    layout = tuple((layer, name, array.shape) for layer, name, array in named)
    return Packed(buffer, _views(buffer, table), layout)


def zeros_like(packed: Packed) -> Packed:
    """Zeros in the same layout, as a place for gradients.

    Examples
    --------
    >>> zeros_like(pack({"fc1": {"b": np.array([3.0])}})).table
    {'fc1': {'b': array([0.])}}
    """
    buffer = np.zeros_like(packed.buffer)
    return Packed(buffer, _views(buffer, packed.table), packed.layout)


def unpack(packed: Packed) -> Table:
    """A copy as an ordinary table, whose arrays own their memory."""
    return map_arrays(np.copy, packed.table)


def check_same_layout(params: Packed, other: Packed, kind: str) -> None:
    """Refuse a buffer that holds other arrays than the parameters' does, or in another order or dtype."""
    check_together(**{"params": params.buffer, kind: other.buffer})
    found, wanted = _described(other), _described(params)
    if found != wanted:
        here, there = next(
            pair for pair in zip_longest(found, wanted, fillvalue="nothing") if pair[0] != pair[1]
        )
        raise InputError(
            f"{kind} has {here} where the parameters have {there}: make it with zeros_like(params), or "
            "pack a table whose arrays are in the parameters' order"
        )


def _views(buffer: Array, table: Table) -> Table:
    end = 0

    def next_view(array: Array) -> Array:
        nonlocal end
        end += array.size
        return buffer[end - array.size : end].reshape(array.shape)

    return map_arrays(next_view, table)


def _described(packed: Packed) -> tuple[Any, ...]:
    return packed.buffer.dtype, *packed.layout
