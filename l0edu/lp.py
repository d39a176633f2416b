"""What does an Lp penalty charge for a weight, and how hard does it pull? (The introduction; Figure 1.)"""

import numpy as np

from l0edu.errors import InputError
from l0edu.tables import Array
from l0edu.tape import primitive

__all__ = ["lp_penalty", "lp_terms"]


def lp_terms(theta: Array, p: float) -> Array:
    """|theta_j|^p for every weight; for p = 0 it is [theta_j != 0]  (Eq. 1).

    Parameters
    ----------
    theta : array
        Weights, of any shape.
    p : float
        The power, >= 0.

    Returns
    -------
    array, of theta's shape

    Raises
    ------
    InputError
        When p is negative or not finite.

    Examples
    --------
    >>> lp_terms(np.array([-2.0, 0.0, 0.25]), p=0.5).round(4)
    array([1.4142, 0.    , 0.5   ])
    >>> lp_terms(np.array([-2.0, 0.0, 0.25]), p=0)
    array([1., 0., 1.])
    """
    _check_power(p)
    p = float(p)
    return (theta != 0).astype(theta.dtype) if p == 0 else np.abs(theta) ** p


@primitive
def lp_penalty(theta: Array, p: float) -> Array:
    """sum_j |theta_j|^p, for any p >= 0; p = 0 counts the weights that are not zero  (Eq. 1).

    For p = 2 this is the squared Euclidean norm, for p = 1 the lasso. Below 1 it is not a norm, and at p = 0
    it no longer depends on how large a weight is: it does not shrink what it keeps.

    Parameters
    ----------
    theta : array
        Weights, of any shape.
    p : float
        The power, >= 0.

    Returns
    -------
    scalar array

    Raises
    ------
    InputError
        When p is negative or not finite.

    Examples
    --------
    >>> float(lp_penalty(np.array([3.0, 0.0, -4.0]), 2)), float(lp_penalty(np.array([3.0, 0.0, -4.0]), 0))
    (25.0, 2.0)
    """
    return lp_terms(theta, p).sum()


@lp_penalty.gradient("theta")
def lp_penalty_dtheta(g: Array, theta: Array, p: float) -> Array:
    """dL/dtheta = g p |theta|^(p - 1) sign(theta), and 0 at theta = 0.

    At 0 the choice is a subgradient for p = 1, the derivative for p > 1, and a convention for p < 1, where
    the slope is unbounded. For p = 0 the gradient is 0 everywhere: nothing to descend, the paper's point.
    """
    if p == 0:
        return np.zeros_like(theta)
    size = np.abs(theta)
    at_zero = size == 0
    return g * p * (size + at_zero) ** float(p - 1) * np.sign(theta)


def _check_power(p: float) -> None:
    if not 0 <= p < np.inf:
        raise InputError(f"p = {p}: an Lp penalty needs a finite p >= 0, such as 0, 0.5, 1 or 2")
