"""What is known of the units of a wire, between one layer and the next?

Either a yes or no for each (`Mask`), or a probability (`l0edu.chances.Chance`). Both answer the same
questions, `Units`, which are what the walks of `l0edu.liveness` ask.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np

from l0edu.tables import Array

__all__ = ["Mask", "Reach", "Units"]

U = TypeVar("U", bound="Units")


class Units(Protocol):
    """What is known of every unit of a wire, the units being features or maps."""

    def behind(self: U, gate: Any) -> U:
        """The same units behind gates, one each."""

    def as_pixels(self: U, pixels: int) -> U:
        """The pixels of these maps, map after map."""

    def as_maps(self: U, pixels: int) -> U:
        """The maps of these pixels: a map counts if any of its pixels does."""

    def mixed(self: U, units: int, always: bool) -> U:
        """`units` units that each depend on all of these: they count if any of these does, or `always`."""

    def joined(self: U, links: Any, always: bool) -> U:
        """Units that depend on these by single links (to, from), each open or closed."""

    def either(self: U, other: U) -> U:
        """A unit counts if it does here or there."""

    def taken(self: U, units: Array) -> U:
        """Some of the units."""

    def put_among(self: U, units: Array, count: int, others: bool) -> U:
        """These units among `count`; `others` says whether the others count."""

    def reach(self: U, wanted: U, links: Any) -> "Reach":
        """What a layer computes from these live inputs for wanted outputs; `links` None for all of W."""


class Reach(NamedTuple):
    """How much of a layer is computed: numbers, or their expectations.

    Attributes
    ----------
    inputs : number
        Live inputs that some wanted output reads.
    outputs : number
        Wanted outputs that some live input reaches.
    pairs : number
        Pairs of such an input with such an output: the size of the part of W.
    exact : bool
        Whether an expectation is exact.
    """

    inputs: float
    outputs: float
    pairs: float
    exact: bool = True


@dataclass(frozen=True)
class Mask:
    """A yes or no for every unit.

    Attributes
    ----------
    on : bool array (units,)

    Examples
    --------
    >>> Mask(np.array([True, False])).as_pixels(2).on
    array([ True,  True, False, False])
    """

    on: Array

    def behind(self, gate: Array) -> "Mask":
        """Here, and the gate is open."""
        return Mask(self.on & gate)

    def as_pixels(self, pixels: int) -> "Mask":
        """Every pixel of a map as its map."""
        return Mask(np.repeat(self.on, pixels))

    def as_maps(self, pixels: int) -> "Mask":
        """Any pixel of the map."""
        return Mask(np.logical_or.reduce(self.on.reshape(-1, pixels), axis=1))

    def mixed(self, units: int, always: bool) -> "Mask":
        """All of them or none."""
        return Mask(np.full(units, always or bool(self.on.any())))

    def joined(self, links: Array, always: bool) -> "Mask":
        """Any open link to a unit that counts."""
        return Mask(np.logical_or.reduce(links & self.on, axis=1) | always)

    def either(self, other: "Mask") -> "Mask":
        """Here or there."""
        return Mask(self.on | other.on)

    def taken(self, units: Array) -> "Mask":
        """Those units."""
        return Mask(self.on[units])

    def put_among(self, units: Array, count: int, others: bool) -> "Mask":
        """Those units in their places."""
        on = np.full(count, others)
        on[units] = self.on
        return Mask(on)

    def reach(self, wanted: "Mask", links: Array | None) -> Reach:
        """Counts."""
        W = np.outer(wanted.on, self.on) if links is None else wanted.on[:, None] & links & self.on
        inputs, outputs = (int(np.count_nonzero(W.any(axis=axis))) for axis in (0, 1))
        return Reach(inputs, outputs, inputs * outputs)
