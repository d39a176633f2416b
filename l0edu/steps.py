"""What is left to do of a network whose closed gates are skipped? Four kinds of steps.

Training runs a `Select` with `ops.take` and a `Place` with `ops.put`; compaction makes layers of them, `Take`
and `Put`.
"""

from typing import NamedTuple, TypeAlias

from l0edu.layers import Layer, Residual
from l0edu.tables import Array, Shape

__all__ = ["Apply", "Fork", "Place", "Select", "Step"]


class Apply(NamedTuple):
    """Apply a layer to the units on the wire.

    Attributes
    ----------
    layer : Layer
    outputs, inputs : indices or None
        Numbers in the full layer: rows of its arrays, and columns of W. None for all.
    """

    layer: Layer
    outputs: Array | None = None
    inputs: Array | None = None


class Select(NamedTuple):
    """Keep some of the units on the wire.

    Attributes
    ----------
    before : str
        The layer that reads them.
    units : indices
        Their positions on the incoming wire.
    """

    before: str
    units: Array


class Place(NamedTuple):
    """Put the units on the wire among others that nobody computed, which are zero or constant.

    Attributes
    ----------
    behind : str
        The layer whose output it is.
    units : indices
        The positions that the incoming units take on the outgoing wire. If there are none, the incoming wire
        is not read.
    shape : tuple of int
        Of one example on the outgoing wire.
    source : Layer or None
        Whose bias or shift the others hold; None for zeros.
    constants : indices or None
        Their numbers in the array of `source`.
    """

    behind: str
    units: Array
    shape: Shape
    source: Layer | None = None
    constants: Array | None = None


class Fork(NamedTuple):
    """Add what two lists of steps make of the same wire.

    Attributes
    ----------
    residual : Residual
    branch, shortcut : list of steps
    """

    residual: Residual
    branch: list["Step"]
    shortcut: list["Step"]


Step: TypeAlias = Apply | Select | Place | Fork
