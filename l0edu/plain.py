"""How do the same formulas read in autograd.numpy, where autograd derives the gradients?

Every operation of the library that has a hand-derived gradient has a twin here, of the same name and the same
arguments. The twins are slower, do not check their input, and can be differentiated any number of times: use
them for second derivatives, and to check a gradient that you derived yourself. Values agree;
where a gradient differs at a kink or a tie, the docstring says so.

    >>> from autograd import grad
    >>> float(grad(grad(sigmoid))(0.5))
    -0.0575...
"""

import math
from typing import Any

import autograd.numpy as np
from autograd.extend import defvjp, primitive

from l0edu.tables import Array, Shape

__all__ = [
    "add_weighted_sum",
    "affine",
    "along_axis",
    "batch_first",
    "batch_last",
    "batch_norm",
    "concrete_sample",
    "conv2d",
    "cross_entropy",
    "cut",
    "flatten",
    "hard_concrete",
    "hard_sigmoid",
    "lp_penalty",
    "max_pool",
    "mean_pool",
    "normal_cdf",
    "normalize",
    "open_probability",
    "prob_any",
    "put",
    "relu",
    "scale",
    "sigmoid",
    "take",
    "weighted_squares",
]

# ---- gates


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)), as exp(-log(exp 0 + exp(-x))), which no x overflows."""
    return np.exp(-np.logaddexp(0.0, -x))


def concrete_sample(log_alpha: Array, u: Array, beta: float) -> Array:
    """s = sigmoid((log u - log(1 - u) + log_alpha) / beta), for u strictly between 0 and 1."""
    return sigmoid((np.log(u) - np.log1p(-u) + log_alpha) / beta)


def hard_concrete(log_alpha: Array, u: Array, beta: float, gamma: float, zeta: float) -> Array:
    """z = min(1, max(0, s (zeta - gamma) + gamma)), s = sigmoid((logit(u) + log_alpha) / beta)."""
    return hard_sigmoid(concrete_sample(log_alpha, u, beta) * (zeta - gamma) + gamma)


def open_probability(log_alpha: Array, threshold: float) -> Array:
    """P(z != 0) = sigmoid(log_alpha - threshold)."""
    return sigmoid(log_alpha - threshold)


def hard_sigmoid(s_bar: Array) -> Array:
    """z = min(1, max(0, s_bar)), with slope 0 at both kinks: autograd's clip has it too."""
    return np.clip(s_bar, 0, 1)


def normal_cdf(x: Array) -> Array:
    """Phi(x) = erfc(-x / sqrt 2) / 2."""
    return _erfc(-x / math.sqrt(2)) / 2


# autograd.numpy has no erfc, but it needs only the slope, -2 exp(-x^2) / sqrt pi, in terms that it knows.
_erfc = primitive(lambda x: np.vectorize(math.erfc, otypes=[np.result_type(x)])(x))
defvjp(_erfc, lambda _, x: lambda g: -2 / math.sqrt(math.pi) * g * np.exp(-(x**2)))


# ---- penalties


def lp_penalty(theta: Array, p: float) -> Array:
    """sum_j |theta_j|^p; at theta_j = 0 the gradient is 0 for p = 0 and p >= 1, and nan for p in between."""
    if p == 0:
        return np.sum((theta != 0) + 0 * theta)  # the zero keeps it a function of theta, of slope 0
    return np.sum(np.abs(theta) ** p)


def add_weighted_sum(p: Array, weight: float, so_far: float = 0.0) -> Array:
    """so_far + weight * sum_i p_i."""
    return so_far + weight * np.sum(p)


def prob_any(p: Array, axis: int) -> Array:
    """1 - prod_i (1 - p_i); with one p_i = 1 the gradient is nan, as autograd divides by 1 - p_i."""
    return 1 - np.prod(1 - p, axis=axis)


def along_axis(p: Array, axis: int, ndim: int, block: int) -> Array:
    """p (n,) along one axis of ndim, each number repeated `block` times."""
    shape = [1] * ndim
    shape[axis] = len(p) * block
    return np.reshape(np.repeat(p, block), shape)


def weighted_squares(W: Array, p: Array) -> Array:
    """sum p W^2, with p broadcast to W."""
    return np.sum(p * W**2)


# ---- layout


def batch_last(x: Array) -> Array:
    """(batch, ...) to (..., batch)."""
    return np.moveaxis(x, 0, -1)


def batch_first(x: Array) -> Array:
    """(..., batch) to (batch, ...)."""
    return np.moveaxis(x, -1, 0)


def flatten(x: Array) -> Array:
    """(maps, height, width, batch) to (units, batch)."""
    return np.reshape(x, (-1, x.shape[-1]))


# ---- layers


def relu(x: Array) -> Array:
    """y = max(x, 0); at x = 0 its slope is 1/2 here, and 0 in `l0edu.ops.relu`."""
    return np.maximum(x, 0)


def scale(x: Array, z: Array) -> Array:
    """y = z x, one gate a unit: z is (units,), or (batch, units)."""
    columns = z[:, None] if z.ndim == 1 else z.T  # (units, 1) or (units, batch)
    return x * np.reshape(columns, (len(x), *[1] * (x.ndim - 2), columns.shape[1]))


def affine(x: Array, W: Array, b: Array | None = None) -> Array:
    """y = W x + b."""
    y = W @ x
    return y if b is None else y + b[:, None]


def conv2d(x: Array, W: Array, b: Array | None = None, stride: int = 1, padding: int = 0) -> Array:
    """y[f, i, j] = b[f] + sum over p, q of W[f, :, p, q] . x[:, i stride + p, j stride + q], x padded."""
    k = W.shape[2]
    margin = (padding, padding)
    x = np.pad(x, ((0, 0), margin, margin, (0, 0)), mode="constant")
    height, width = (stride * ((size - k) // stride) + 1 for size in x.shape[1:3])  # of the windows' corners
    y = sum(
        np.tensordot(W[:, :, p, q], x[:, p : p + height : stride, q : q + width : stride], axes=1)
        for p in range(k)
        for q in range(k)
    )
    return y if b is None else y + b[:, None, None, None]


def max_pool(x: Array, k: int) -> Array:
    """y = max over each k x k window; pixels that tie share the gradient, in `l0edu.ops` the first has it."""
    return np.max(_windows(x, k), axis=(2, 4))


def mean_pool(x: Array, k: int) -> Array:
    """y = mean over each k x k window."""
    return np.mean(_windows(x, k), axis=(2, 4))


def _windows(x: Array, k: int) -> Any:
    """(C, H, W, N) to (C, h, k, w, k, N), without the rows and columns that fill no whole window."""
    C, H, W, N = x.shape
    h, w = H // k, W // k
    return np.reshape(x[:, : h * k, : w * k], (C, h, k, w, k, N))


def batch_norm(x: Array, scale: Array, shift: Array, eps: float = 1e-5) -> Array:
    """y = scale (x - mean) / sqrt(var + eps) + shift, with the batch's own moments for each unit."""
    flat = np.reshape(x, (len(x), math.prod(x.shape[1:])))
    mean = np.mean(flat, axis=1)
    var = np.mean((flat - mean[:, None]) ** 2, axis=1)
    return normalize(x, scale, shift, mean, var, eps)


def normalize(x: Array, scale: Array, shift: Array, mean: Array, var: Array, eps: float = 1e-5) -> Array:
    """y = scale (x - mean) / sqrt(var + eps) + shift, with given moments."""

    def column(per_unit: Array) -> Any:
        return np.reshape(per_unit, (-1, *[1] * (x.ndim - 1)))

    return column(scale) * (x - column(mean)) / np.sqrt(column(var) + eps) + column(shift)


# ---- parts of a network


def take(x: Array, units: Array) -> Array:
    """y_i = x_units[i]."""
    return x[units]


def put(x: Array, units: Array, shape: Shape, fill: Array | None = None) -> Array:
    """y_units[i] = x_i; the other units are 0, or constants: two products with 0/1 matrices."""
    identity = np.eye(shape[0], dtype=x.dtype)
    others = np.array([unit not in units for unit in range(shape[0])])
    nothing = np.zeros((*shape, x.shape[-1]), x.dtype)
    y = np.tensordot(identity[:, units], x, axes=1) if len(units) else nothing
    return y if fill is None else y + np.reshape(identity[:, others] @ fill, (-1, *[1] * len(shape)))


def cut(W: Array, outputs: Array | None, inputs: Array | None = None) -> Array:
    """The part of W between some outputs and some inputs."""
    W = W if outputs is None else W[outputs]
    return W if inputs is None else W[:, inputs]


# ---- the loss


def cross_entropy(logits: Array, labels: Array) -> Array:
    """L = -(1/N) sum_i log softmax(logits_i)[label_i]."""
    shifted = logits - np.max(logits, axis=1, keepdims=True)  # exp cannot overflow
    log_softmax = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    return -np.mean(log_softmax[np.arange(len(labels), like=labels), labels])
