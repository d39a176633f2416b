"""Which layers keep units apart? Gates, batch norm, relu and pooling.

Unit i of the output depends on unit i of the input alone, so that a closed unit stays closed behind them
(batch norm excepted, which adds a shift).
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from l0edu import ops
from l0edu.layers.base import Layer, Tables
from l0edu.rectified import RectifiedLaw
from l0edu.tables import Array, Shape
from l0edu.tape import getval

__all__ = ["BatchNorm", "Gate", "MaxPool", "MeanPool", "Relu"]


@dataclass(frozen=True)
class Gate(Layer):
    """y = z x: one gate for each unit of the input, a feature or a whole map.

    Parameters
    ----------
    name : str
    law : law of gates
        For example `HardConcrete()`.
    charges : str
        The layer whose weights the gate answers for in the penalty: the next Dense or Conv (by its inputs),
        or the one before (by its outputs). See `l0edu.charging`.

    Examples
    --------
    >>> from l0edu import HardConcrete
    >>> gate = Gate("gate1", HardConcrete(), charges="fc1")
    >>> gate.apply(np.ones((2, 3)), Tables(params={}, gates={"gate1": np.array([0.0, 0.5])}))
    array([[0. , 0. , 0. ],
           [0.5, 0.5, 0.5]])
    """

    law: RectifiedLaw
    charges: str
    keeps_units: ClassVar[bool] = True

    def out_shape(self, in_shape: Shape) -> Shape:
        """The input's shape."""
        return in_shape

    def init(self, rng: np.random.Generator, in_shape: Shape, dtype: Any) -> dict[str, Array]:
        """One parameter a unit, from the law."""
        return {self.law.parameter: self.law.init(rng, in_shape[0], dtype)}

    def array_names(self) -> tuple[str, ...]:
        """The law's parameter."""
        return (self.law.parameter,)

    def apply(self, x: Array, tables: Tables) -> Array:
        """z x; without a table of gates, x."""
        return x if tables.gates is None else ops.scale(x, tables.gates[self.name])

    def gate_law(self) -> RectifiedLaw | None:
        """The law."""
        return self.law


@dataclass(frozen=True)
class BatchNorm(Layer):
    """y = scale (x - mean) / sqrt(var + eps) + shift, for each unit, over batch and pixels.

    Parameters
    ----------
    name : str
    eps : float
        Added to the variance.

    Examples
    --------
    >>> params = {"bn1": {"scale": np.ones(1), "shift": np.zeros(1)}}
    >>> BatchNorm("bn1", eps=0.0).apply(np.array([[1.0, 3.0]]), Tables(params))
    array([[-1.,  1.]])
    """

    eps: float = 1e-5
    keeps_units: ClassVar[bool] = True

    def out_shape(self, in_shape: Shape) -> Shape:
        """The input's shape."""
        return in_shape

    def init(self, rng: np.random.Generator, in_shape: Shape, dtype: Any) -> dict[str, Array]:
        """Scale 1, shift 0."""
        return {"scale": np.ones(in_shape[0], dtype), "shift": np.zeros(in_shape[0], dtype)}

    def array_names(self) -> tuple[str, ...]:
        """Scale and shift."""
        return ("scale", "shift")

    def apply(self, x: Array, tables: Tables) -> Array:
        """With the moments in `stats` if given, else with the batch's own, which go into `record`."""
        scale, shift = tables.params[self.name]["scale"], tables.params[self.name]["shift"]
        if tables.stats is not None:
            given = tables.stats[self.name]
            return ops.normalize(x, scale, shift, given["mean"], given["var"], self.eps)
        if tables.record is not None:
            mean, var = ops.moments(getval(x))
            tables.record[self.name] = {"mean": mean, "var": var}
        return ops.batch_norm(x, scale, shift, self.eps)


@dataclass(frozen=True)
class Relu(Layer):
    """y = max(x, 0).

    Parameters
    ----------
    name : str
    """

    keeps_units: ClassVar[bool] = True

    def out_shape(self, in_shape: Shape) -> Shape:
        """The input's shape."""
        return in_shape

    def apply(self, x: Array, tables: Tables) -> Array:
        """max(x, 0)."""
        return ops.relu(x)


@dataclass(frozen=True)
class MaxPool(Layer):
    """y = the largest of every k x k window; windows do not overlap, and what fills none is left out.

    Parameters
    ----------
    name : str
    size : int
        k, at least 1 and at most the image's height and width (else InputError from `out_shape`).
    """

    size: int
    keeps_units: ClassVar[bool] = True

    def out_shape(self, in_shape: Shape) -> Shape:
        """(maps, height // k, width // k)."""
        return _pooled_shape(self, in_shape, self.size)

    def apply(self, x: Array, tables: Tables) -> Array:
        """The windows' maxima."""
        return ops.max_pool(x, self.size)


@dataclass(frozen=True)
class MeanPool(Layer):
    """y = the mean of every k x k window; windows do not overlap, and what fills none is left out.

    Parameters
    ----------
    name : str
    size : int
        k, as in `MaxPool`.
    """

    size: int
    keeps_units: ClassVar[bool] = True

    def out_shape(self, in_shape: Shape) -> Shape:
        """(maps, height // k, width // k)."""
        return _pooled_shape(self, in_shape, self.size)

    def apply(self, x: Array, tables: Tables) -> Array:
        """The windows' means."""
        return ops.mean_pool(x, self.size)


def _pooled_shape(layer: Layer, in_shape: Shape, k: int) -> Shape:
    if len(in_shape) != 3 or min(in_shape[1:]) < k or k < 1:
        raise layer.misfit(in_shape, f"images (maps, height, width) of at least {k} x {k}")
    return (in_shape[0], in_shape[1] // k, in_shape[2] // k)
