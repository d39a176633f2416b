"""How far out does Student's t reach? Its quantiles, from sums of cosines that are exact for whole n.

With theta = arctan(t / sqrt n), the probability that |T| is at most t is a finite sum (Abramowitz and Stegun,
Handbook of Mathematical Functions, 26.7.3 and 26.7.4):

    n odd    (2 / pi) (theta + sin theta (cos theta + 2/3 cos^3 theta + 2/3 4/5 cos^5 theta + ...))
    n even   sin theta (1 + 1/2 cos^2 theta + 1/2 3/4 cos^4 theta + ...)

both up to the power n - 2, and it grows with theta: a quantile is found by halving an interval.
"""

from math import atan, cos, pi, sin, sqrt, tan

from l0edu.errors import InputError

__all__ = ["share_within", "t_quantile"]

HALVINGS = 60  # of an interval of pi/2: more than a double can hold


def share_within(t: float, degrees: int) -> float:
    """P(|T| <= t), where T has Student's distribution.

    Parameters
    ----------
    t : float
        0 or positive; may be infinite.
    degrees : int
        Degrees of freedom n, at least 1.

    Returns
    -------
    float in [0, 1]

    Examples
    --------
    >>> round(share_within(4.303, 2), 4)
    0.95
    """
    _check_degrees(degrees)
    if not t >= 0:
        raise InputError(f"t = {t}: it must be 0 or positive")
    return _share(atan(t / sqrt(degrees)), degrees)


def t_quantile(share: float, degrees: int) -> float:
    """t with P(|T| <= t) = share.

    Parameters
    ----------
    share : float
        In [0, 1).
    degrees : int
        Degrees of freedom n, at least 1.

    Returns
    -------
    float

    Raises
    ------
    InputError
        When a value is outside its range.

    Examples
    --------
    >>> round(t_quantile(0.95, 2), 3), round(t_quantile(0.99, 9), 3)
    (4.303, 3.25)
    """
    _check_degrees(degrees)
    if not 0 <= share < 1:
        raise InputError(f"share = {share}: it must be in [0, 1), as 0.99 is")
    low, high = 0.0, pi / 2
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _share(middle, degrees) < share else (low, middle)
    return sqrt(degrees) * tan(low)


def _share(theta: float, degrees: int) -> float:
    odd = degrees % 2
    term, total = (cos(theta) if odd else 1.0), 0.0
    for power in range(1 if odd else 0, degrees - 1, 2):
        total += term
        term *= cos(theta) ** 2 * (power + 1) / (power + 2)
    return 2 / pi * (theta + sin(theta) * total) if odd else sin(theta) * total


def _check_degrees(degrees: int) -> None:
    if degrees < 1:
        raise InputError(f"degrees = {degrees}: it must be a whole number from 1; two runs have one")
