"""How can a derivative or a value be computed without the formula that is checked? In five other ways.

Such a way is called a route. The derivatives here are those of sum(g function(x)), for a function of one
array x. With g = 1 and a function that returns one number, they are its gradient.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from autograd import make_vjp

from l0edu.tables import Array

__all__ = ["autograd_vjp", "bisection", "central_difference", "complex_step", "evenly_spaced"]

Function = Callable[[Any], Any]
PARTS = 100_000
STEP = 1e-5  # a central difference is off by about STEP^2, and rounding adds about 1e-16 / STEP


def autograd_vjp(function: Function, x: Array, g: Any = 1.0) -> Array:
    """d sum(g function(x)) / dx, derived by autograd from a formula in autograd.numpy.

    Parameters
    ----------
    function : callable
        Of one array.
    x : array
    g : number or array
        Of the shape of what the function returns.

    Examples
    --------
    >>> autograd_vjp(lambda x: x**2, np.array([1.0, 2.0]), np.array([1.0, 10.0]))
    array([ 2., 40.])
    """
    pull, y = make_vjp(function)(x)
    return np.asarray(pull(np.broadcast_to(np.asarray(g, float), np.shape(y)) + np.zeros(np.shape(y))))


def central_difference(function: Function, x: Array, g: Any = 1.0) -> Array:
    """(f(x + h) - f(x - h)) / 2h for each entry of x, with f = sum(g function).

    Parameters
    ----------
    function, x, g
        As for `autograd_vjp`.

    Examples
    --------
    >>> central_difference(lambda x: x**2, np.array([1.0, 2.0])).round(6)
    array([2., 4.])
    """

    def slope(along: Array) -> Any:
        return np.sum(g * (function(x + STEP * along) - function(x - STEP * along))) / (2 * STEP)

    return _by_entry(slope, x)


def complex_step(function: Function, x: Array, g: Any = 1.0) -> Array:
    """Im f(x + ih) / h for each entry of x: no difference is taken, so no digit is lost.

    The function must be analytic: no absolute value, no clip, no comparison.

    Parameters
    ----------
    function, x, g
        As for `autograd_vjp`.

    Examples
    --------
    >>> complex_step(lambda x: x**2, np.array([1.0, 2.0]))
    array([2., 4.])
    """
    return _by_entry(lambda along: np.sum(g * np.imag(function(x + 1e-30j * along))) / 1e-30, x)


def _by_entry(slope: Function, x: Array) -> Array:
    units = np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([slope(unit) for unit in units]).reshape(x.shape)


def bisection(rises: Function, level: Array, low: float, high: float) -> Array:
    """The x between low and high with rises(x) = level, for a function that rises; entry by entry.

    Parameters
    ----------
    rises : callable
        Of an array, entry by entry.
    level : array
    low, high : float

    Examples
    --------
    >>> bisection(lambda x: x**2, np.array([2.0, 4.0]), 0.0, 3.0).round(4)
    array([1.4142, 2.    ])
    """
    below, above = np.full(np.shape(level), low), np.full(np.shape(level), high)
    for _ in range(60):
        middle = (below + above) / 2
        short = rises(middle) < level
        below, above = np.where(short, middle, below), np.where(short, above, middle)
    return (below + above) / 2


def evenly_spaced() -> Array:
    """The middles of 100,000 equal parts of (0, 1). A share of them is a probability, to 1e-5."""
    return (np.arange(PARTS) + 0.5) / PARTS
