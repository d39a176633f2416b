"""What do the loss, the penalty and relu launch? See `l0edu.ops.loss`, `l0edu.penalty`, `ops.pointwise`."""

from types import ModuleType

from l0edu.gpu.kernels.launch import Kernel
from l0edu.tables import Array

__all__ = [
    "add_times",
    "each_square",
    "evenly",
    "log_softmax",
    "relu_dx",
    "softmax",
    "weighted_squares_dW",
]

LOG_SUM = """
    Index row = i / classes * classes;
    T most = logits[row], sum = T(0);
    for (Index j = 1; j < classes; ++j)
        most = logits[row + j] > most ? logits[row + j] : most;
    for (Index j = 0; j < classes; ++j)
        sum += exp(logits[row + j] - most);
"""

LOG_SOFTMAX = Kernel(
    "log_softmax", "raw T logits, Index classes", "T y", f"{LOG_SUM}    y = logits[i] - most - log(sum);"
)
SOFTMAX = Kernel(
    "softmax", "raw T logits, Index classes", "T y", f"{LOG_SUM}    y = exp(logits[i] - most - log(sum));"
)
RELU_DX = Kernel("relu_dx", "T g, T y", "T dx", "dx = g * T(y > T(0));")
EVENLY = Kernel("evenly", "T g, T weight", "T dp", "dp = g * weight;")
ADD_TIMES = Kernel("add_times", "T part, T weight, T so_far", "T total", "total = so_far + part * weight;")
EACH_SQUARE = Kernel("each_square", "T W, T p", "T square", "square = p * (W * W);")
WEIGHTED_SQUARES_DW = Kernel("weighted_squares_dW", "T g, T W, T p", "T dW", "dW = g * T(2) * p * W;")


def log_softmax(xp: ModuleType, logits: Array) -> Array:
    """As `l0edu.ops.loss.log_softmax`."""
    y = xp.empty(logits.shape, dtype=logits.dtype)
    return LOG_SOFTMAX.on(xp, largest=logits.size)(logits, logits.shape[1], y)


def softmax(xp: ModuleType, logits: Array) -> Array:
    """As `l0edu.ops.loss.softmax`."""
    y = xp.empty(logits.shape, dtype=logits.dtype)
    return SOFTMAX.on(xp, largest=logits.size)(logits, logits.shape[1], y)


def relu_dx(xp: ModuleType, g: Array, y: Array) -> Array:
    """As `l0edu.ops.pointwise.relu_dx`."""
    return RELU_DX.on(xp)(g, y)


def evenly(xp: ModuleType, p: Array, g: Array, weight: float) -> Array:
    """As `l0edu.penalty.evenly`."""
    return EVENLY.on(xp)(g, weight, xp.empty(p.shape, dtype=p.dtype))


def add_times(xp: ModuleType, part: Array, weight: float, so_far: Array | float) -> Array:
    """As `l0edu.penalty.add_times`."""
    return ADD_TIMES.on(xp)(part, weight, so_far)


def each_square(xp: ModuleType, W: Array, p: Array | float) -> Array:
    """As `l0edu.penalty.each_square`."""
    return EACH_SQUARE.on(xp)(W, p)


def weighted_squares_dW(xp: ModuleType, g: Array, W: Array, p: Array | float) -> Array:
    """As `l0edu.penalty.weighted_squares_dW`."""
    return WEIGHTED_SQUARES_DW.on(xp)(g, W, p)
