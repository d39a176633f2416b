"""How are the functions of a4, gated layers, examined? Written out in loops, differentiated, and in torch."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from l0edu import ops, plain
from l0edu.course.doctor import in_torch
from l0edu.course.doctor.routes import autograd_vjp, complex_step
from l0edu.course.doctor.target import Case, Column, Target
from l0edu.tables import Array, Shape

__all__ = ["TARGETS"]

Layer = Callable[..., Any]
RESULTS = ("dx", "dW", "db", "dz")


def gated_dense(x: Array, W: Array, b: Array, z: Array) -> Array:
    """y = W (z x) + b; the library has the batch last."""
    return ops.batch_first(ops.affine(ops.scale(ops.batch_last(x), z), W, b))


def gated_dense_vjp(g: Array, x: Array, W: Array, b: Array, z: Array) -> tuple[Array, ...]:
    """By the library's hand-derived gradients."""
    return _each(autograd_vjp, gated_dense, g, x, W, b, z)


def gated_conv(x: Array, W: Array, b: Array, z: Array) -> Array:
    """y = z (W * x + b); the library has the batch last."""
    return ops.batch_first(ops.scale(ops.conv2d(ops.batch_last(x), W, b), z))


def gated_conv_vjp(g: Array, x: Array, W: Array, b: Array, z: Array) -> tuple[Array, ...]:
    """By the library's hand-derived gradients."""
    return _each(autograd_vjp, gated_conv, g, x, W, b, z)


def _each(route: Callable[..., Array], layer: Layer, g: Any, *arguments: Any) -> tuple[Array, ...]:
    """The derivatives of sum(g layer(...)) by each argument, by one route."""

    def of_one(i: int, moving: Any) -> Any:
        return layer(*arguments[:i], moving, *arguments[i + 1 :])

    return tuple(route(partial(of_one, i), one, g) for i, one in enumerate(arguments))


# ---- cases


def _gates(rng: np.random.Generator, n: int) -> Array:
    """Values of n gates, one of which is 0 and one 1."""
    return rng.permutation([0.0, 1.0, *rng.uniform(0.1, 0.9, n - 2)])


def _dense(rng: np.random.Generator, batch: int, n_in: int, n_out: int) -> tuple[Array, ...]:
    W, b = rng.normal(size=(n_out, n_in)), rng.normal(size=n_out)
    return rng.normal(size=(batch, n_in)), W, b, _gates(rng, n_in)


def _conv(rng: np.random.Generator, n_in: int, n_out: int) -> tuple[Array, ...]:
    W, b = rng.normal(size=(n_out, n_in, 3, 3)), rng.normal(size=n_out)
    return rng.normal(size=(2, n_in, 6, 5)), W, b, _gates(rng, n_out)


def _cases_of_dense(rng: np.random.Generator) -> list[Case]:
    layers = _dense(rng, 3, 6, 4), _dense(rng, 5, 5, 5)
    x, W, b, _ = layers[1]
    own = np.stack([_gates(rng, 5) for _ in x])
    return [
        *(Case(layer, "with z of shape (in,)") for layer in layers),
        Case((x, W, b, own), "with z of shape (N, in)"),
    ]


def _cases_of_dense_vjp(rng: np.random.Generator) -> list[Case]:
    layers = _dense(rng, 3, 6, 4), _dense(rng, 5, 5, 5)
    return [_with_g(rng, (len(layer[0]), len(layer[1])), layer) for layer in layers]


def _cases_of_conv(rng: np.random.Generator) -> list[Case]:
    return [
        Case(layer, f"with W of shape {layer[1].shape}") for layer in (_conv(rng, 2, 4), _conv(rng, 3, 3))
    ]


def _cases_of_conv_vjp(rng: np.random.Generator) -> list[Case]:
    layers = _conv(rng, 2, 4), _conv(rng, 3, 3)
    return [_with_g(rng, (2, len(layer[1]), 4, 3), layer) for layer in layers]


def _with_g(rng: np.random.Generator, shape: Shape, layer: tuple[Array, ...]) -> Case:
    return Case((rng.normal(size=shape), *layer), f"with W of shape {layer[1].shape}")


# ---- other routes


def _plain_dense(x: Any, W: Any, b: Any, z: Any) -> Any:
    return plain.batch_first(plain.affine(plain.scale(plain.batch_last(x), z), W, b))


def _plain_conv(x: Any, W: Any, b: Any, z: Any) -> Any:
    return plain.batch_first(plain.scale(plain.conv2d(plain.batch_last(x), W, b), z))


def _dense_in_loops(x: Array, W: Array, b: Array, z: Array) -> Array:
    gates = np.broadcast_to(z, x.shape)
    y = np.zeros((len(x), len(W)), np.result_type(x, W, b, z))
    for n, o in np.ndindex(y.shape):
        y[n, o] = b[o] + sum(W[o, i] * gates[n, i] * x[n, i] for i in range(x.shape[1]))
    return y


def _conv_in_loops(x: Array, W: Array, b: Array, z: Array) -> Array:
    k = W.shape[2]
    height, width = x.shape[2] - k + 1, x.shape[3] - k + 1
    y = np.zeros((len(x), len(W), height, width), np.result_type(x, W, b, z))
    for n, f, i, j in np.ndindex(y.shape):
        y[n, f, i, j] = z[f] * (b[f] + np.sum(W[f] * x[n, :, i : i + k, j : j + k]))
    return y


def _torch_dense(x: Any, W: Any, b: Any, z: Any) -> Any:
    return (x * z) @ W.T + b


def _torch_conv(x: Any, W: Any, b: Any, z: Any) -> Any:
    from torch.nn.functional import conv2d

    return conv2d(x, W, b) * z[:, None, None]


def _torch_derivative(formula: Layer) -> Callable[..., Any]:
    return lambda g, *layer: _each(in_torch.derivative, formula, g, *map(in_torch.tensor, layer))


def _columns_of_vjp(plainly: Layer, in_loops: Layer, in_tensors: Layer) -> tuple[Column, ...]:
    return (
        Column("autograd", partial(_each, autograd_vjp, plainly)),
        Column("complex step", partial(_each, complex_step, in_loops)),
        Column("torch", _torch_derivative(in_tensors), package="torch"),
    )


def _where_open(x: Array, W: Array, _: Array, z: Array) -> dict[str, Array]:
    """Pixels of maps."""
    shape = (len(x), len(W), x.shape[2] - W.shape[2] + 1, x.shape[3] - W.shape[3] + 1)
    closed = np.broadcast_to(z[:, None, None] == 0, shape)
    return {"the gate is open": ~closed, "the gate is 0": closed}


def _where_open_backward(*arguments: Array) -> dict[str, Array]:
    z = arguments[-1]
    return {"the gate is open": z > 0, "the gate is 0": z == 0}


TARGETS = (
    Target(
        "a4",
        "gated_dense",
        _cases_of_dense,
        gated_dense,
        (Column("loops", _dense_in_loops), in_torch.column(_torch_dense)),
        first="library",
    ),
    Target(
        "a4",
        "gated_dense_vjp",
        _cases_of_dense_vjp,
        gated_dense_vjp,
        _columns_of_vjp(_plain_dense, _dense_in_loops, _torch_dense),
        results=RESULTS,
        regions=_where_open_backward,
    ),
    Target(
        "a4",
        "gated_conv",
        _cases_of_conv,
        gated_conv,
        (Column("loops", _conv_in_loops), in_torch.column(_torch_conv)),
        first="library",
        regions=_where_open,
    ),
    Target(
        "a4",
        "gated_conv_vjp",
        _cases_of_conv_vjp,
        gated_conv_vjp,
        _columns_of_vjp(_plain_conv, _conv_in_loops, _torch_conv),
        results=RESULTS,
        regions=_where_open_backward,
    ),
)
