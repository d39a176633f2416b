"""Which layers say what slicing weights alone cannot? Take and Put choose units, Scale keeps a gate's value.

They stand in compacted networks (`l0edu.compact`): where a layer reads only some of the units that the one
before it makes, where the two sides of a Residual compute different units, and where a gate that is neither
open nor closed can be folded into no weights.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np

from l0edu import ops
from l0edu.errors import InputError
from l0edu.layers.base import Layer, Tables
from l0edu.tables import Array, Shape

__all__ = ["Put", "Scale", "Take"]


@dataclass(frozen=True)
class Take(Layer):
    """y_i = x_units[i]: some of the units.

    Parameters
    ----------
    name : str
    units : tuple of int
        Which, in increasing order.

    Raises
    ------
    InputError
        When `units` is no tuple, list or array of whole numbers. From `out_shape`, when there are no units,
        or they are not increasing or exceed the input's.

    Examples
    --------
    >>> Take("take1", (0, 2)).apply(np.array([[1.0], [2.0], [3.0]]), Tables(params={}))
    array([[1.],
           [3.]])
    """

    units: tuple[int, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        _use_python_integers(self, "units")

    def out_shape(self, in_shape: Shape) -> Shape:
        """The input's shape with fewer units."""
        if not self.units:
            raise InputError(f"Take {self.name!r} has no units: name those that are to be taken")
        _check_units(self, self.units, in_shape[0])
        return (len(self.units), *in_shape[1:])

    def apply(self, x: Array, tables: Tables) -> Array:
        """The units."""
        return ops.take(x, np.array(self.units, int))


@dataclass(frozen=True)
class Put(Layer):
    """y_units[i] = x_i; the other units are 0, or constants.

    Parameters
    ----------
    name : str
    units : tuple of int
        Where the input's units go, in increasing order. If there are none, the input is not read at all.
    shape : tuple of int
        The output's shape.
    filled : bool
        Whether the other units have constants, `params[name]["fill"]`, in their order; else they are 0.

    Raises
    ------
    InputError
        When `units` or `shape` is no tuple, list or array of whole numbers. From `out_shape`, when `shape` is
        empty or has a size below 1, the units are not increasing or exceed it, or the input does not fit.

    Examples
    --------
    >>> params = {"put1": {"fill": np.array([7.0])}}
    >>> Put("put1", (0, 2), (3,), filled=True).apply(np.array([[1.0], [2.0]]), Tables(params))
    array([[1.],
           [7.],
           [2.]])
    """

    units: tuple[int, ...]
    shape: Shape
    filled: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        _use_python_integers(self, "units")
        _use_python_integers(self, "shape")

    def out_shape(self, in_shape: Shape) -> Shape:
        """`shape`."""
        if not self.shape or min(self.shape) < 1:
            raise InputError(f"Put {self.name!r}: shape = {self.shape}: write sizes, as in (20, 12, 12)")
        _check_units(self, self.units, self.shape[0])
        if self.units and in_shape != (len(self.units), *self.shape[1:]):
            raise self.misfit(in_shape, f"{len(self.units)} of the units of {self.shape}")
        return self.shape

    def init(self, rng: np.random.Generator, in_shape: Shape, dtype: Any) -> dict[str, Array]:
        """Constants 0."""
        return {"fill": np.zeros(self.shape[0] - len(self.units), dtype)} if self.filled else {}

    def array_names(self) -> tuple[str, ...]:
        """The constants, if there are any."""
        return ("fill",) if self.filled else ()

    def apply(self, x: Array, tables: Tables) -> Array:
        """The input among zeros or constants."""
        fill = tables.params[self.name]["fill"] if self.filled else None
        return ops.put(x, np.array(self.units, int), self.shape, fill)


@dataclass(frozen=True)
class Scale(Layer):
    """y = z x, one fixed number for each unit: what is left of a gate between 0 and 1.

    Parameters
    ----------
    name : str

    Examples
    --------
    >>> Scale("gate1").apply(np.ones((2, 3)), Tables(params={"gate1": {"z": np.array([0.5, 1.0])}}))
    array([[0.5, 0.5, 0.5],
           [1. , 1. , 1. ]])
    """

    keeps_units: ClassVar[bool] = True

    def out_shape(self, in_shape: Shape) -> Shape:
        """The input's shape."""
        return in_shape

    def init(self, rng: np.random.Generator, in_shape: Shape, dtype: Any) -> dict[str, Array]:
        """Ones."""
        return {"z": np.ones(in_shape[0], dtype)}

    def array_names(self) -> tuple[str, ...]:
        """The numbers, z."""
        return ("z",)

    def apply(self, x: Array, tables: Tables) -> Array:
        """z x."""
        return ops.scale(x, tables.params[self.name]["z"])


def _use_python_integers(layer: Layer, field: str) -> None:
    """Turn a field's list, array or tuple of whole numbers into a tuple of int; refuse anything else."""
    value = getattr(layer, field)
    numbers = value.tolist() if isinstance(value, np.ndarray) else value
    if not isinstance(numbers, tuple | list | range) or not all(map(_is_whole, numbers)):
        raise InputError(
            f"{type(layer).__name__} {layer.name!r}: {field} = {numbers!r}: write whole numbers, as in (0, 2)"
        )
    object.__setattr__(layer, field, tuple(map(int, numbers)))


def _is_whole(number: Any) -> bool:
    return isinstance(number, int | np.integer) and not isinstance(number, bool)


def _check_units(layer: Layer, units: tuple[int, ...], count: int) -> None:
    increasing = all(first < second for first, second in pairwise(units))
    if not increasing or (units and not 0 <= units[0] <= units[-1] < count):
        raise InputError(
            f"{type(layer).__name__} {layer.name!r}: its units must be increasing numbers below {count}"
        )
