"""How far may a sample be from its law? Bounds for every n, each with a false-alarm rate of 1e-9."""

import math

import numpy as np

ALARM = 1e-9  # how often a comparison with a correct law fails


def deviation(n):
    """The most by which a mean of n numbers in [0, 1] is off (Hoeffding), or an empirical cdf anywhere (DKW).

    The two inequalities, of Hoeffding (1963) and of Dvoretzky, Kiefer and Wolfowitz with Massart's constant
    (1990), have the same right side: 2 exp(-2 n d^2).
    """
    return math.sqrt(math.log(2 / ALARM) / (2 * n))


def is_plausible_count(count, n, p):
    """Can n coins of probability p show `count` heads? Chernoff: n KL(count / n || p) <= log(2 / ALARM)."""
    share = np.asarray(count, float) / n
    p = np.clip(np.asarray(p, float), 1e-300, 1 - 1e-16)
    with np.errstate(divide="ignore", invalid="ignore"):
        heads = np.where(share > 0, share * np.log(share / p), 0)
        tails = np.where(share < 1, (1 - share) * np.log((1 - share) / (1 - p)), 0)
    return n * (heads + tails) <= math.log(2 / ALARM)


def assert_follows(sample, cdf, blur=0.0):
    """The empirical cdf of a sample stays within the DKW bound of `cdf`, on both sides of every jump.

    `blur` is the most by which rounding moved a sample; the left limit is the cdf at the next float below.
    """
    values, counts = np.unique(sample, return_counts=True)  # ties, which are the law's atoms, in one group
    up_to = np.cumsum(counts) / sample.size
    before = up_to - counts / sample.size
    reach = deviation(sample.size)
    blur = values.dtype.type(blur)
    assert (up_to <= cdf(values + blur) + reach).all()
    assert (up_to >= cdf(values - blur) - reach).all()
    left = np.nextafter(values, -np.inf, dtype=values.dtype)
    assert (before <= cdf(left + blur) + reach).all()
    assert (before >= cdf(left - blur) - reach).all()


def integral(density, low, high, panels=48, nodes=16):
    """Gauss-Legendre quadrature of a function of a column (m, 1), on equal panels of [low, high]."""
    x, w = np.polynomial.legendre.leggauss(nodes)
    edges = np.linspace(low, high, panels + 1)
    half = (high - low) / panels / 2
    points = (edges[:-1, None] + half * (x + 1)).reshape(-1, 1)
    return np.tile(w * half, panels) @ density(points)


def slope(function, x, step=1e-6):
    """Central differences of a function that works entry by entry, at every entry of x."""
    return (function(x + step) - function(x - step)) / (2 * step)
