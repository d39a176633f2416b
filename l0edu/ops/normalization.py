"""How are units brought to mean 0 and variance 1, by the batch's own moments or by recorded ones?"""

from math import prod

import numpy as np

from l0edu.errors import InputError
from l0edu.gpu.fused import fused
from l0edu.ops.sums import dot_by_unit, sum_by_unit
from l0edu.tables import Array
from l0edu.tape import primitive

__all__ = ["batch_norm", "batch_norm_dx", "centre", "deviation", "moments", "normalize", "scale_and_shift"]


def moments(x: Array) -> tuple[Array, Array]:
    """Mean and variance (divided by the count) of each unit, over batch and pixels: (units,) twice.

    Parameters
    ----------
    x : array (units, batch) or (maps, height, width, batch)
        With at least one number for each unit.

    Examples
    --------
    >>> moments(np.array([[1.0, 3.0], [5.0, 5.0]]))
    (array([2., 5.]), array([1., 0.]))
    """
    _, total, var = _centred(x)
    return total / prod(x.shape[1:]), var


@primitive
def batch_norm(x: Array, scale: Array, shift: Array, eps: float = 1e-5) -> Array:
    """y = scale (x - mean) / sqrt(var + eps) + shift, with the batch's own moments for each unit.

    Parameters
    ----------
    x : array (units, batch) or (maps, height, width, batch)
    scale, shift : array (units,)
    eps : float
        Keeps a unit that is constant over the batch finite.

    Returns
    -------
    array, of x's shape

    Raises
    ------
    InputError
        When x has no number to take moments of, or scale or shift has another length than x has units.

    References
    ----------
    Ioffe, Szegedy, "Batch Normalization", ICML 2015.

    Examples
    --------
    >>> batch_norm(np.array([[1.0, 3.0]]), np.ones(1), np.zeros(1), eps=0.0)
    array([[-1.,  1.]])
    """
    if prod(np.shape(x)[1:]) == 0:
        raise InputError(f"batch norm needs a batch to take moments of, got shape {np.shape(x)}")
    _check(x, scale, shift)
    centred, _, var = _centred(x)
    return scale_and_shift(centred, var, scale, shift, eps)


@batch_norm.gradient("x", "scale", "shift")
def batch_norm_gradients(g: Array, x: Array, scale: Array, eps: float) -> tuple[Array, Array, Array]:
    """dL/dscale = sum g x_hat, dL/dshift = sum g, dL/dx = scale / std (g - mean(g) - x_hat mean(g x_hat)).

    In dL/dx the parts along 1 and along x_hat drop out: adding a constant to a unit, or scaling it, changes
    nothing behind batch norm. So neither has a gradient, and a gate in front of batch norm has
    hardly any: a share eps / (var + eps) of what it would have without.
    """
    centred, _, var = _centred(x)  # computed again, and not kept, as x is kept already
    std = deviation(var, eps)
    dscale, dshift = dot_by_unit(g, centred) / std, sum_by_unit(g)
    return batch_norm_dx(g, centred, scale, std, dscale, dshift), dscale, dshift


@fused
def batch_norm_dx(g: Array, centred: Array, scale: Array, std: Array, dscale: Array, dshift: Array) -> Array:
    """dL/dx of `batch_norm` from the other two gradients; on the CPU it is worked out in `centred`."""
    count, along_x_hat = prod(g.shape[1:]), centred
    along_x_hat *= _column(dscale / (count * std), g)
    dx = g - along_x_hat
    dx -= _column(dshift / count, g)
    dx *= _column(scale / std, g)
    return dx


@primitive
def normalize(x: Array, scale: Array, shift: Array, mean: Array, var: Array, eps: float = 1e-5) -> Array:
    """y = scale (x - mean) / sqrt(var + eps) + shift, with given moments: batch norm at test time.

    Parameters
    ----------
    x : array (units, batch) or (maps, height, width, batch)
    scale, shift, mean, var : array (units,)
    eps : float
        As in `batch_norm`.

    Returns
    -------
    array, of x's shape

    Raises
    ------
    InputError
        When scale, shift, mean or var has another length than x has units.

    Examples
    --------
    >>> one = np.ones(1)
    >>> normalize(np.array([[1.0, 3.0]]), scale=one, shift=one, mean=one, var=4 * one, eps=0.0)
    array([[1., 2.]])
    """
    _check(x, scale, shift, mean, var)
    return scale_and_shift(x - _column(mean, x), var, scale, shift, eps)


@normalize.gradient("x")
def normalize_dx(g: Array, x: Array, scale: Array, var: Array, eps: float) -> Array:
    """dL/dx = g scale / std."""
    return g * _column(scale / deviation(var, eps), x)


@normalize.gradient("scale")
def normalize_dscale(g: Array, x: Array, mean: Array, var: Array, eps: float) -> Array:
    """dL/dscale = g x_hat, summed."""
    return dot_by_unit(g, _standardize(x, mean, var, eps))


@normalize.gradient("shift")
def normalize_dshift(g: Array) -> Array:
    """dL/dshift = g, summed."""
    return sum_by_unit(g)


@fused
def scale_and_shift(centred: Array, var: Array, scale: Array, shift: Array, eps: float) -> Array:
    """scale centred / sqrt(var + eps) + shift, unit by unit, written into `centred`.

    Parameters
    ----------
    centred : array (units, ...)
    var, scale, shift : array (units,)
    eps : float

    Examples
    --------
    >>> two = np.array([2.0])
    >>> scale_and_shift(np.array([[-1.0, 1.0]]), two * two, scale=two, shift=two, eps=0.0)
    array([[1., 3.]])
    """
    centred *= _column(scale / np.sqrt(var + eps), centred)
    centred += _column(shift, centred)
    return centred


def _centred(x: Array) -> tuple[Array, Array, Array]:
    """x - mean, the sum and the variance: summed in two passes, so that a large mean costs no digits."""
    total = sum_by_unit(x)
    centred = centre(x, total)
    return centred, total, dot_by_unit(centred, centred) / prod(x.shape[1:])


@fused
def centre(x: Array, total: Array) -> Array:
    """x - mean, unit by unit, from each unit's sum.

    Parameters
    ----------
    x : array (units, ...)
    total : array (units,)

    Examples
    --------
    >>> centre(np.array([[1.0, 3.0]]), total=np.array([4.0]))
    array([[-1.,  1.]])
    """
    return x - _column(total / prod(x.shape[1:]), x)


@fused
def deviation(var: Array, eps: float) -> Array:
    """sqrt(var + eps), by which batch norm divides: the standard deviation, kept from 0.

    Parameters
    ----------
    var : array (units,)
    eps : float

    Examples
    --------
    >>> deviation(np.array([3.0]), eps=1.0)
    array([2.])
    """
    return np.sqrt(var + eps)


def _standardize(x: Array, mean: Array, var: Array, eps: float) -> Array:
    x_hat = x - _column(mean, x)
    x_hat /= _column(deviation(var, eps), x)
    return x_hat


def _column(per_unit: Array, x: Array) -> Array:
    """(units,) with axes of length 1 behind it, to go along x."""
    return per_unit.reshape(-1, *[1] * (x.ndim - 1))


def _check(x: Array, *per_unit: Array) -> None:
    shapes = [np.shape(array) for array in per_unit]
    if any(shape != (len(x),) for shape in shapes):
        given = zip(("scales", "shifts", "means", "variances"), shapes, strict=False)
        found = ", ".join(f"{name} {shape}" for name, shape in given)
        raise InputError(f"batch norm of {len(x)} units needs as many of each: got {found}")
