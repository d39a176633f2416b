"""What needs the sums of a whole unit? The kernels beside `l0edu.ops.sums` and `l0edu.ops.normalization`."""

from math import prod
from types import ModuleType

from l0edu.gpu.kernels.launch import Kernel
from l0edu.tables import Array

__all__ = ["batch_norm_dx", "centre", "deviation", "dots_in_lanes", "scale_and_shift"]

DOTS_IN_LANES = Kernel(
    "dots_in_lanes",
    "raw T a, raw T b, Index count, Index lanes",
    "T dot",
    """
    Index at = i, lane = at % lanes, unit = at / lanes;
    T sum = T(0);
    for (Index column = lane; column < count; column += lanes)
        sum += a[unit * count + column] * b[unit * count + column];
    dot = sum;
    """,
)

CENTRE = Kernel("centre", "T x, T total, T count", "T centred", "centred = x - total / count;")
DEVIATION = Kernel("deviation", "T var, T eps", "T std", "std = sqrt(var + eps);")

SCALE_AND_SHIFT = Kernel(
    "scale_and_shift",
    "T var, T scale, T shift, T eps",
    "T y",
    "y = y * (scale / sqrt(var + eps)) + shift;",
)

BATCH_NORM_DX = Kernel(
    "batch_norm_dx",
    "T g, T centred, T scale, T std, T dscale, T dshift, T count",
    "T dx",
    """
    T along_x_hat = centred * (dscale / (count * std));
    dx = (g - along_x_hat - dshift / count) * (scale / std);
    """,
)


def dots_in_lanes(xp: ModuleType, a: Array, b: Array, lanes: int) -> Array:
    """As `l0edu.ops.sums.dots_in_lanes`."""
    dots = xp.empty((len(a), lanes), dtype=a.dtype)
    return DOTS_IN_LANES.on(xp, largest=a.size)(a, b, prod(a.shape[1:]), lanes, dots)


def centre(xp: ModuleType, x: Array, total: Array) -> Array:
    """As `l0edu.ops.normalization.centre`."""
    return CENTRE.on(xp)(x, *_columns(x, total), prod(x.shape[1:]))


def deviation(xp: ModuleType, var: Array, eps: float) -> Array:
    """As `l0edu.ops.normalization.deviation`."""
    return DEVIATION.on(xp)(var, eps)


def scale_and_shift(
    xp: ModuleType, centred: Array, var: Array, scale: Array, shift: Array, eps: float
) -> Array:
    """As `l0edu.ops.normalization.scale_and_shift`."""
    var, scale, shift = _columns(centred, var, scale, shift)
    return SCALE_AND_SHIFT.on(xp)(var, scale, shift, eps, centred)


def batch_norm_dx(
    xp: ModuleType, g: Array, centred: Array, scale: Array, std: Array, dscale: Array, dshift: Array
) -> Array:
    """As `l0edu.ops.normalization.batch_norm_dx`."""
    per_unit = _columns(g, scale, std, dscale, dshift)
    return BATCH_NORM_DX.on(xp)(g, centred, *per_unit, prod(g.shape[1:]))


def _columns(x: Array, *per_unit: Array) -> list[Array]:
    """Each with axes of length 1 behind it, to go along x."""
    return [array.reshape(-1, *[1] * (x.ndim - 1)) for array in per_unit]
