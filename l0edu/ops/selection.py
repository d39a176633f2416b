"""How is a part of a network computed? Some units of a batch are taken or put, and weights cut to match.

Which units is said by a NumPy array of their numbers. Where x is on a device they are moved there, once: the
last 256 that were used stay.
"""

from functools import lru_cache
from types import ModuleType
from typing import Any, TypeAlias

import numpy as np
from autograd.core import SparseObject, vspace

from l0edu.errors import InputError
from l0edu.gpu import is_on_device, to_host
from l0edu.gpu.autograd_cupy import array_module
from l0edu.tables import Array, Shape
from l0edu.tape import getval, primitive

__all__ = ["Indices", "cut", "put", "take"]

Indices: TypeAlias = Array  # of integers, increasing


@primitive
def take(x: Array, units: Indices) -> Array:
    """y_i = x_units[i]: some units of a batch.

    Parameters
    ----------
    x : array (units, batch) or (maps, height, width, batch)
    units : increasing integers

    Examples
    --------
    >>> take(np.array([[1.0], [2.0], [3.0]]), np.array([0, 2]))
    array([[1.],
           [3.]])
    """
    return x[_beside(x, units)]


@take.gradient("x")
def take_dx(g: Array, x: Array, units: Indices) -> Array:
    """dL/dx = g at the units taken, 0 at the others."""
    dx = np.zeros_like(x)
    dx[_beside(g, units)] = g
    return dx


@primitive
def put(x: Array, units: Indices, shape: Shape, fill: Array | None = None) -> Array:
    """y_units[i] = x_i; the other units are 0, or constants.

    Parameters
    ----------
    x : array (len(units), ..., batch)
        Where `units` is empty only its batch counts.
    units : increasing integers
    shape : tuple of int
        Of one example of y, (units,) or (maps, height, width).
    fill : array (shape[0] - len(units),), optional
        The constants of the other units, in their order.

    Returns
    -------
    array (*shape, batch)

    Raises
    ------
    InputError
        When x or `fill` does not fit `units` and `shape`.

    Examples
    --------
    >>> put(np.array([[1.0], [2.0]]), np.array([0, 2]), (3,), fill=np.array([7.0]))
    array([[1.],
           [7.],
           [2.]])
    """
    if len(units) and x.shape[:-1] != (len(units), *shape[1:]):
        raise InputError(f"put: x of shape {x.shape} cannot be {len(units)} of the units of {shape}")
    if fill is not None and fill.shape != (shape[0] - len(units),):
        raise InputError(f"put: {shape[0] - len(units)} units need a constant each, got {fill.shape}")
    dtype = x.dtype if fill is None else np.result_type(x, fill)
    y = np.zeros_like(x, dtype, shape=(*shape, x.shape[-1]))
    if len(units):
        y[_beside(x, units)] = x
    if fill is not None:
        y[_others(y, units, shape)] = fill.reshape(-1, *[1] * len(shape))
    return y


@put.gradient("x")
def put_dx(g: Array, x: Array, units: Indices) -> Array:
    """dL/dx = g at the units that x was put at."""
    return g[_beside(g, units)] if len(units) else np.zeros_like(x)


@put.gradient("fill")
def put_dfill(g: Array, units: Indices, shape: Shape) -> Array:
    """dL/dfill = g at the other units, summed over pixels and batch."""
    others = g[_others(g, units, shape)]
    return others.sum(axis=tuple(range(1, g.ndim)))


@primitive
def cut(W: Array, outputs: Indices | None, inputs: Indices | None = None) -> Array:
    """The part of W (out, in, ...) between some outputs and some inputs; None keeps all.

    Parameters
    ----------
    W : array (out, ...) or (out, in, ...)
    outputs, inputs : increasing integers, or None

    Examples
    --------
    >>> cut(np.arange(6.0).reshape(2, 3), None, inputs=np.array([0, 2]))
    array([[0., 2.],
           [3., 5.]])
    """
    W = W if outputs is None else W[_beside(W, outputs)]
    return W if inputs is None else W[:, _beside(W, inputs)]


@cut.gradient("W")
def cut_dW(g: Array, W: Array, outputs: Indices | None, inputs: Indices | None) -> Any:
    """dL/dW = g in the part, 0 elsewhere: not a full array, but a promise to add g where it belongs."""

    def add_to(dW: Array) -> Array:
        rows: Any = slice(None) if outputs is None else _beside(g, outputs)
        if inputs is None:
            dW[rows] += g
        else:
            wide = np.zeros_like(W, shape=(len(g), *W.shape[1:]))
            wide[:, _beside(g, inputs)] = g
            dW[rows] += wide
        return dW

    return SparseObject(vspace(getval(W)), add_to)


def _others(x: Array, units: Indices, shape: Shape) -> Array:
    """The units that are not among `units`, to index x."""
    others = np.ones(shape[0], dtype=bool)
    others[to_host(units)] = False
    return _beside(x, np.flatnonzero(others)) if is_on_device(x) else others


def _beside(x: Array, units: Indices) -> Indices:
    """The units' numbers where x lies."""
    if not is_on_device(x) or is_on_device(units):
        return units
    return _moved(array_module(x), np.asarray(units, np.int64).tobytes())


@lru_cache(maxsize=256)
def _moved(module: ModuleType, numbers: bytes) -> Indices:
    """The numbers on the device of a module."""
    moved: Indices = module.asarray(np.frombuffer(numbers, np.int64))
    return moved
