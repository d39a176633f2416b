"""How is a small network judged, when many are right? By kept inputs, shapes and outputs.

The value of an open gate may be multiplied into columns or into rows of the weights. So the weights are not
compared. Three other things are: which inputs are kept, the shapes, and the outputs for the same images of
noise.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from l0edu.course.doctor.comparison import table_of_numbers
from l0edu.errors import InputError
from l0edu.tables import Array

__all__ = ["images", "read", "side_by_side", "trouble"]

Arrays = list[Array]
Read = tuple[Array, Array, Array, Array | None]
RESULTS = ("weights", "biases", "kept")
IMAGES = 20


def read(value: Any, weights: Arrays, _: Arrays, gates: Arrays) -> Read:
    """Which inputs are kept, the shapes of W, the sizes of b, and the logits: None if the layers do not fit.

    Parameters
    ----------
    value : object
        What `compact_mlp` returned.
    weights, _, gates : list of array
        With which it was called.

    Raises
    ------
    InputError
        When it is no small network.

    Examples
    --------
    >>> W, b, z = [np.array([[2.0, 3.0]])], [np.array([1.0])], [np.array([0.0, 1.0])]
    >>> kept, shapes, sizes, logits = read(([W[0][:, 1:]], b, [[1]]), W, b, z)
    >>> kept.tolist(), shapes.tolist(), sizes.tolist(), logits.shape
    ([[0.0, 1.0]], [[1.0, 1.0]], [1.0], (20, 1))
    """
    small, biases, kept = _lists(value, len(weights))
    W = [_table(one, f"weights[{i}]", 2) for i, one in enumerate(small)]
    b = [_table(one, f"biases[{i}]", 1) for i, one in enumerate(biases)]
    units = [_units(one, f"kept[{i}]", len(gates[i])) for i, one in enumerate(kept)]
    x = images(len(gates[0]))[:, units[0]]
    shapes, sizes = np.array([one.shape for one in W], float), np.array([one.size for one in b], float)
    return (
        side_by_side([np.isin(np.arange(len(z)), one) for z, one in zip(gates, units, strict=True)]),
        shapes,
        sizes,
        None if any(_misfits(shapes, sizes, x.shape[1], weights)) else _logits(x, W, b),
    )


def trouble(found: Read, weights: Arrays, *_: Any) -> str:
    """Why there are no logits, in a sentence; empty when there are.

    Parameters
    ----------
    found : tuple
        From `read`.
    weights : list of array
        Of the large network.

    Examples
    --------
    >>> weights, kept = [np.ones((3, 2)), np.ones((1, 3))], [[0, 1], [1, 2]]
    >>> small = [weights[0][1:], weights[1][:, 1:]], [np.ones(3), np.ones(1)], kept
    >>> trouble(read(small, weights, None, [np.ones(2), np.array([0, 1, 1])]), weights)
    'b[0] has 3 entries and W[0] 2 rows: the biases of closed units are still there'
    """
    kept, shapes, sizes, _logits = found
    return next(_misfits(shapes, sizes, int(kept[0].sum()), weights), "")


def _misfits(shapes: Array, sizes: Array, inputs: int, weights: Arrays) -> Iterator[str]:
    """A sentence for each W or b whose size does not fit."""
    before = "kept[0]"
    for i, ((rows, columns), size) in enumerate(zip(shapes.astype(int), sizes.astype(int), strict=True)):
        if columns != inputs:
            yield f"W[{i}] has {columns} columns and {before} {inputs} {'rows' if i else 'inputs'}"
        if size != rows:
            cause = ": the biases of closed units are still there" if rows < size == len(weights[i]) else ""
            yield f"b[{i}] has {size} entries and W[{i}] {rows} rows{cause}"
        before, inputs = f"W[{i}]", rows


def side_by_side(masks: Arrays) -> Array:
    """A row for each layer: 1 for a kept input, 0 for one that is gone or does not exist.

    Parameters
    ----------
    masks : list of array

    Examples
    --------
    >>> side_by_side([np.array([True, False, True]), np.array([True])])
    array([[1., 0., 1.],
           [1., 0., 0.]])
    """
    table = np.zeros((len(masks), max(map(len, masks))))
    for row, mask in zip(table, masks, strict=True):
        row[: len(mask)] = mask
    return table


def images(n: int) -> Array:
    """Images of noise, of `n` pixels each, the same whenever it is called.

    Parameters
    ----------
    n : int

    Examples
    --------
    >>> images(3).shape
    (20, 3)
    """
    return np.random.default_rng(n).normal(size=(IMAGES, n))


def _lists(value: Any, layers: int) -> Sequence[Any]:
    """The three lists, of one entry for each layer."""
    wanted = f"and should return ({', '.join(RESULTS)})"
    if not isinstance(value, tuple | list):
        what = "None (is a `return` missing?)" if value is None else f"a {type(value).__name__}"
        raise InputError(f"it returns {what}, {wanted}")
    if len(value) != len(RESULTS):
        raise InputError(f"it returns {len(value)} things, {wanted}")
    for name, part in zip(RESULTS, value, strict=True):
        if not isinstance(part, tuple | list):
            raise InputError(f"{name} is no list: it should hold an array for each layer")
        if len(part) != layers:
            raise InputError(f"{name} has {len(part)} of {layers} entries: it should hold one for each layer")
    return value


def _table(value: Any, name: str, axes: int) -> Array:
    table = table_of_numbers(value)
    if table is None:
        raise InputError(f"{name} is no array of numbers")
    if table.ndim != axes:
        raise InputError(
            f"{name} has shape {table.shape}, and should have {axes} {'axis' if axes == 1 else 'axes'}"
        )
    return table


def _units(value: Any, name: str, n: int) -> Array:
    """The numbers of kept inputs, as they should be: whole, below n and rising."""
    numbers = _table(value, name, 1)
    if np.asarray(value).dtype == bool:
        raise InputError(f"{name} holds truth values, and should hold the numbers of the kept inputs")
    if not np.isin(numbers, np.arange(n)).all():
        raise InputError(f"{name} holds something else than numbers of inputs, which are 0 to {n - 1}")
    if (np.diff(numbers) <= 0).any():
        raise InputError(f"{name} is not in order, or names an input twice")
    return numbers.astype(int)


def _logits(x: Array, weights: Arrays, biases: Arrays) -> Array:
    """Without gates."""
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        x = np.maximum(0, x @ W.T + b)
    return x @ weights[-1].T + biases[-1]
