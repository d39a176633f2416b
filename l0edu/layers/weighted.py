"""Which layers have weights? Dense and Conv; and Flatten, which leads from the one to the other."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from l0edu import ops
from l0edu.errors import InputError
from l0edu.layers.base import Layer, Tables
from l0edu.ops.convolution import output_size
from l0edu.rectified import RectifiedLaw
from l0edu.tables import Array, Shape

__all__ = ["Conv", "Dense", "Flatten"]


@dataclass(frozen=True)
class Dense(Layer):
    """y = W x + b, with W (out, in).

    Parameters
    ----------
    name : str
    units : int
        How many outputs.
    bias : bool
        Whether there is a b.
    weight_gate : law of gates, optional
        Gives every weight a gate of its own: W z in place of W (Eq. 2).

    Raises
    ------
    InputError
        From `out_shape`, when units is below 1 or the input is not a vector.

    Examples
    --------
    >>> fc = Dense("fc1", units=1)
    >>> fc.weight_shape((2,))
    (1, 2)
    >>> params = {"fc1": {"W": np.array([[3.0, 4.0]]), "b": np.array([0.5])}}
    >>> fc.apply(np.array([[1.0], [2.0]]), Tables(params))
    array([[11.5]])
    """

    units: int
    bias: bool = True
    weight_gate: RectifiedLaw | None = None

    def out_shape(self, in_shape: Shape) -> Shape:
        """(units,)."""
        if self.units < 1:
            raise InputError(f"Dense {self.name!r} has {self.units} units: give it at least one")
        if len(in_shape) != 1:
            raise self.misfit(in_shape, "a vector (put a Flatten before it)")
        return (self.units,)

    def init(self, rng: np.random.Generator, in_shape: Shape, dtype: Any) -> dict[str, Array]:
        """W ~ Normal(0, 2 / in) (He et al., 2015), b = 0."""
        return _init_weights(rng, self.weight_shape(in_shape), self.bias, self.weight_gate, dtype)

    def weight_shape(self, in_shape: Shape) -> Shape:
        """(out, in)."""
        return (self.units, in_shape[0])

    def apply(self, x: Array, tables: Tables) -> Array:
        """W x + b."""
        return ops.affine(x, _gated_weights(self, tables), tables.params[self.name].get("b"))

    def array_names(self) -> tuple[str, ...]:
        """W; b if there is one; the parameter of the weights' gates if they have any."""
        return _array_names(self)

    def gate_law(self) -> RectifiedLaw | None:
        """The law of the weights' gates."""
        return self.weight_gate


@dataclass(frozen=True)
class Conv(Layer):
    """y[f] = b[f] + sum over maps c of W[f, c] * x[c], with W (filters, maps, k, k): see `l0edu.ops.conv2d`.

    Parameters
    ----------
    name : str
    filters, kernel : int
        How many output maps, and the side of the kernel.
    stride, padding : int
        Step between windows, and rows of zeros around the image.
    bias : bool
        Whether there is a b.
    weight_gate : law of gates, optional
        Gives every weight a gate of its own, as in `Dense`.

    Raises
    ------
    InputError
        From `out_shape`, when a number is too small, or the input is no image or smaller than the kernel.

    Examples
    --------
    >>> conv = Conv("conv1", filters=20, kernel=5)
    >>> conv.weight_shape((1, 28, 28)), conv.out_shape((1, 28, 28))
    ((20, 1, 5, 5), (20, 24, 24))
    """

    filters: int
    kernel: int
    stride: int = 1
    padding: int = 0
    bias: bool = True
    weight_gate: RectifiedLaw | None = None

    def out_shape(self, in_shape: Shape) -> Shape:
        """(filters, height, width) after the kernel has gone over the padded image."""
        if min(self.filters, self.kernel, self.stride) < 1 or self.padding < 0:
            raise InputError(f"{self!r}: filters, kernel and stride must be at least 1, padding at least 0")
        if len(in_shape) != 3:
            raise self.misfit(in_shape, "images (maps, height, width)")
        h, w = (output_size(size, self.kernel, self.stride, self.padding) for size in in_shape[1:])
        if h < 1 or w < 1:
            raise self.misfit(in_shape, f"images of at least {self.kernel} x {self.kernel}")
        return (self.filters, h, w)

    def init(self, rng: np.random.Generator, in_shape: Shape, dtype: Any) -> dict[str, Array]:
        """W ~ Normal(0, 2 / (maps k k)) (He et al., 2015), b = 0."""
        return _init_weights(rng, self.weight_shape(in_shape), self.bias, self.weight_gate, dtype)

    def weight_shape(self, in_shape: Shape) -> Shape:
        """(filters, maps, k, k)."""
        return (self.filters, in_shape[0], self.kernel, self.kernel)

    def apply(self, x: Array, tables: Tables) -> Array:
        """The convolution of `l0edu.ops.conv2d`."""
        W, b = _gated_weights(self, tables), tables.params[self.name].get("b")
        return ops.conv2d(x, W, b, self.stride, self.padding)

    def array_names(self) -> tuple[str, ...]:
        """W; b if there is one; the parameter of the weights' gates if they have any."""
        return _array_names(self)

    def gate_law(self) -> RectifiedLaw | None:
        """The law of the weights' gates."""
        return self.weight_gate


@dataclass(frozen=True)
class Flatten(Layer):
    """(maps, height, width) to a vector, map after map.

    Parameters
    ----------
    name : str
    """

    def out_shape(self, in_shape: Shape) -> Shape:
        """(maps * height * width,)."""
        return (int(np.prod(in_shape)),)

    def apply(self, x: Array, tables: Tables) -> Array:
        """The same numbers, one column an example."""
        return ops.flatten(x)


def _init_weights(
    rng: np.random.Generator, shape: Shape, bias: bool, law: RectifiedLaw | None, dtype: Any
) -> dict[str, Array]:
    fan_in = int(np.prod(shape[1:]))
    table = {"W": (rng.standard_normal(shape) * np.sqrt(2 / fan_in)).astype(dtype)}
    if bias:
        table["b"] = np.zeros(shape[0], dtype)
    if law is not None:
        table[law.parameter] = law.init(rng, shape, dtype)
    return table


def _array_names(layer: Dense | Conv) -> tuple[str, ...]:
    bias = ("b",) if layer.bias else ()
    return ("W", *bias) if layer.weight_gate is None else ("W", *bias, layer.weight_gate.parameter)


def _gated_weights(layer: Dense | Conv, tables: Tables) -> Array:
    W = tables.params[layer.name]["W"]
    if layer.weight_gate is None or tables.gates is None:
        return W
    z = tables.gates[layer.name]
    if np.shape(z) != np.shape(W):
        raise InputError(
            f"{layer.name!r}: gates of shape {np.shape(z)} for weights {np.shape(W)}: one a weight"
        )
    return W * z
