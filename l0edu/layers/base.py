"""What is a layer? A description of one step of a network, which holds no arrays.

A layer knows the shape that it makes of an input's shape, the arrays that it needs, and what it computes
from them. The arrays live in tables under the layer's name. Shapes are those of one example: (features,)
or (maps, height, width); inside, a batch is the last axis (`l0edu.ops`).
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from l0edu.errors import InputError
from l0edu.hyperparameters import use_python_numbers
from l0edu.rectified import RectifiedLaw
from l0edu.tables import Array, FlatTable, Shape, Table

__all__ = ["Layer", "Tables"]


class Tables(NamedTuple):
    """The arrays that a forward pass may look up, each under a layer's name.

    Attributes
    ----------
    params : table
        Parameters.
    gates : dict, optional
        Values of the gates; None for the dense network.
    stats : table, optional
        Batch norm's means and variances; None for those of this batch.
    record : dict, optional
        Receives this batch's means and variances where `stats` is None.
    """

    params: Table
    gates: FlatTable | None = None
    stats: Table | None = None
    record: Table | None = None


@dataclass(frozen=True)
class Layer(ABC):
    """One step of a network: the base class of all layers.

    A layer of your own defines `out_shape` and `apply`; one with arrays also `init` and `array_names`. Closed
    gates leave it whole, as the library does not know what it does to its units (see `l0edu.liveness`).

    Attributes
    ----------
    name : str
        The layer's key in every table.
    keeps_units : bool
        Whether unit i of the output depends on unit i of the input alone: a gate may charge across it.
    """

    name: str
    keeps_units: ClassVar[bool] = False

    def __post_init__(self) -> None:
        use_python_numbers(self)

    @abstractmethod
    def out_shape(self, in_shape: Shape) -> Shape:
        """The output's shape for one example; InputError when `in_shape` does not fit."""

    @abstractmethod
    def apply(self, x: Array, tables: Tables) -> Array:
        """The output for a batch x, (..., batch)."""

    def init(self, rng: np.random.Generator, in_shape: Shape, dtype: Any) -> dict[str, Array]:
        """Fresh arrays, by name."""
        return {}

    def weight_shape(self, in_shape: Shape) -> Shape | None:
        """The shape of W, for a layer that has one."""
        return None

    def array_names(self) -> tuple[str, ...]:
        """Names of this layer's arrays in params: what `init` makes."""
        return ()

    def gate_law(self) -> RectifiedLaw | None:
        """The law of this layer's gates, if it has any."""
        return None

    def misfit(self, in_shape: Shape, wanted: str) -> InputError:
        """The error for an input that does not fit."""
        return InputError(
            f"{type(self).__name__} {self.name!r} takes {wanted}, but its input has shape {in_shape}"
        )
