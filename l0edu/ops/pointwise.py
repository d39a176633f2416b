"""What happens to each unit by itself? The rectifier and the multiplication by a gate."""

import numpy as np

from l0edu.errors import InputError
from l0edu.gpu.fused import fused
from l0edu.ops.sums import dot_by_unit
from l0edu.tables import Array
from l0edu.tape import primitive

__all__ = ["relu", "scale"]


@primitive
def relu(x: Array) -> Array:
    """y = max(x, 0).

    Parameters
    ----------
    x : array
        Of any shape.

    Examples
    --------
    >>> relu(np.array([-1.0, 0.0, 2.0]))
    array([0., 0., 2.])
    """
    return np.clip(x, 0, np.inf)  # np.clip is faster than np.maximum here; nan stays nan


@relu.gradient("x")
@fused
def relu_dx(g: Array, y: Array) -> Array:
    """dL/dx = g [x > 0]: slope 0 at 0, where closed gates put many units (autograd's own maximum has 1/2).

    x is positive where y is; so y is kept, which the next layer needs too, and x can go.
    """
    return g * (y > 0)


@primitive
def scale(x: Array, z: Array) -> Array:
    """y = z x, one gate a unit: a feature, or a whole map (Eq. 2, by groups).

    Parameters
    ----------
    x : array (units, batch) or (maps, height, width, batch)
    z : array (units,) or (batch, units)
        One gate sample for the minibatch, or one for each example.

    Returns
    -------
    array, of x's shape

    Raises
    ------
    InputError
        When z has another number of gates than x has units, or of rows than x has examples.

    Examples
    --------
    >>> scale(np.ones((2, 3)), z=np.array([0.0, 0.5]))
    array([[0. , 0. , 0. ],
           [0.5, 0.5, 0.5]])
    """
    return x * _along_units(z, x)


@scale.gradient("x")
def scale_dx(g: Array, x: Array, z: Array) -> Array:
    """dL/dx = g z: nothing reaches a unit behind a closed gate."""
    return g * _along_units(z, x)


@scale.gradient("z")
def scale_dz(g: Array, x: Array, z: Array) -> Array:
    """dL/dz = g x, summed over everything that the gate multiplies."""
    if z.ndim == 1:
        return dot_by_unit(g, x)  # (units,)
    pixels = tuple(range(1, x.ndim - 1))
    return (g * x).sum(axis=pixels).T  # (batch, units)


def _along_units(z: Array, x: Array) -> Array:
    """z with axes of length 1 where x has pixels, so that it multiplies x unit by unit."""
    if np.ndim(z) == 1 and len(z) == len(x):
        return z.reshape(-1, *[1] * (x.ndim - 1))
    if np.ndim(z) == 2 and z.shape == (x.shape[-1], len(x)):
        return z.T.reshape(len(x), *[1] * (x.ndim - 2), x.shape[-1])
    raise InputError(
        f"gates of shape {np.shape(z)} for {len(x)} units and {x.shape[-1]} examples: "
        f"expected ({len(x)},), or ({x.shape[-1]}, {len(x)}) for one sample per example"
    )
