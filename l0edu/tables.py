"""How are named arrays kept, and how is one function applied to all of them?

Every array of the library lives in a *table*: a dictionary from a layer's name to a dictionary from an
array's name to the array, as in `params["conv1"]["W"]`. Gradients, moments and averages are tables of the
same names. The noise and the gates need only one array a layer, so their tables are flat.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from l0edu.errors import InputError

__all__ = ["Array", "FlatTable", "Shape", "Table", "check_alike", "look_up", "map_arrays"]

Array: TypeAlias = NDArray[Any]
Table: TypeAlias = dict[str, dict[str, Array]]
FlatTable: TypeAlias = dict[str, Array]
Shape: TypeAlias = tuple[int, ...]


def map_arrays(function: Callable[..., Any], *tables: Any) -> Any:
    """The table of `function(a, b, ...)` over the arrays that share a name in all `tables`.

    Parameters
    ----------
    function : callable
        Takes one array from each table.
    *tables : nested dictionaries of arrays
        The first one decides the names; a bare array counts as a table without names.

    Examples
    --------
    >>> import numpy as np
    >>> map_arrays(lambda w, g: w - 0.1 * g, {"fc1": {"b": np.ones(2)}}, {"fc1": {"b": np.ones(2)}})
    {'fc1': {'b': array([0.9, 0.9])}}
    """
    first = tables[0]
    if isinstance(first, dict):
        return {name: map_arrays(function, *(table[name] for table in tables)) for name in first}
    return function(*tables)


def look_up(table: Table, layer: str, array: str, kind: str = "params") -> Array:
    """The array of a layer; InputError that names what is missing."""
    if layer not in table or array not in table[layer]:
        raise InputError(f"the table {kind} has nothing under {layer!r} / {array!r}: make it with net.init")
    return table[layer][array]


def check_alike(params: Table, grads: Table, kind: str = "grads") -> None:
    """Refuse a table that has not the names and shapes of the parameters."""
    for layer, arrays in params.items():
        for name, array in arrays.items():
            shape = np.shape(look_up(grads, layer, name, kind))
            if shape != np.shape(array):
                raise InputError(
                    f"{kind}: {layer}/{name} has shape {shape}, and the parameter {np.shape(array)}"
                )
