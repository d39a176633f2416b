"""What is computed for one gate, in one launch? The kernels beside `l0edu.gates` and `l0edu.concrete`."""

from types import ModuleType

import numpy as np

from l0edu.gpu.kernels.launch import Kernel
from l0edu.tables import Array

__all__ = [
    "hard_concrete",
    "hard_concrete_slope",
    "open_probability",
    "open_probability_dlog_alpha",
    "sigmoid",
]

SIGMOID = Kernel(
    "sigmoid",
    "T x",
    "T y",
    """
    T e = exp(-fabs(x));  // in (0, 1]: never overflows
    y = (x >= T(0) ? T(1) : e) / (T(1) + e);
    """,
)

HARD_CONCRETE = Kernel(
    "hard_concrete",
    "T log_alpha, T u, T beta, T gamma, T zeta, T lowest, T highest",
    "T z",
    """
    T inside = u < lowest ? lowest : u > highest ? highest : u;  // nan stays nan
    T x = (log(inside) - log1p(-inside) + log_alpha) / beta;
    T e = exp(-fabs(x));
    T s = (x >= T(0) ? T(1) : e) / (T(1) + e);
    T s_bar = s * (zeta - gamma) + gamma;
    z = s_bar < T(0) ? T(0) : s_bar > T(1) ? T(1) : s_bar;
    """,
)

HARD_CONCRETE_SLOPE = Kernel(
    "hard_concrete_slope",
    "T g, T z, T beta, T gamma, T zeta",
    "T slope",
    "slope = g * ((z - gamma) * (zeta - z) / ((zeta - gamma) * beta)) * T(z > T(0) && z < T(1));",
)

OPEN_PROBABILITY = Kernel(
    "open_probability",
    "T log_alpha, T threshold",
    "T p",
    """
    T x = log_alpha - threshold, e = exp(-fabs(x));
    p = (x >= T(0) ? T(1) : e) / (T(1) + e);
    """,
)

OPEN_PROBABILITY_DLOG_ALPHA = Kernel(
    "open_probability_dlog_alpha",
    "T g, T log_alpha, T threshold",
    "T slope",
    """
    T e = exp(-fabs(log_alpha - threshold));
    slope = g * e / ((T(1) + e) * (T(1) + e));
    """,
)


def sigmoid(xp: ModuleType, x: Array) -> Array:
    """As `l0edu.concrete.sigmoid`."""
    return SIGMOID.on(xp)(x)


def hard_concrete(
    xp: ModuleType, log_alpha: Array, u: Array, beta: float, gamma: float, zeta: float
) -> Array:
    """As `l0edu.gates.hard_concrete`."""
    edge = np.finfo(u.dtype)  # as in `l0edu.concrete.logit`
    lowest, highest = float(edge.tiny), float(1 - edge.epsneg)
    return HARD_CONCRETE.on(xp)(log_alpha, u, beta, gamma, zeta, lowest, highest)


def hard_concrete_slope(xp: ModuleType, g: Array, z: Array, beta: float, gamma: float, zeta: float) -> Array:
    """As `l0edu.gates.hard_concrete_slope`."""
    return HARD_CONCRETE_SLOPE.on(xp)(g, z, beta, gamma, zeta)


def open_probability(xp: ModuleType, log_alpha: Array, threshold: float) -> Array:
    """As `l0edu.gates.open_probability`."""
    return OPEN_PROBABILITY.on(xp)(log_alpha, threshold)


def open_probability_dlog_alpha(xp: ModuleType, g: Array, log_alpha: Array, threshold: float) -> Array:
    """As `l0edu.gates.open_probability_dlog_alpha`."""
    return OPEN_PROBABILITY_DLOG_ALPHA.on(xp)(g, log_alpha, threshold)
