"""What is known of the units of a wire, between one layer and the next?

Either a yes or no for each (`Mask`), or a probability (`l0edu.chances.Chance`). Both answer the same
questions, `Units`, which are what the walks of `l0edu.liveness` ask.
"""

from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np

from l0edu.tables import Array

__all__ = ["Mask", "Reach", "Units"]

U = TypeVar("U", bound="Units")


class Units(Protocol):
    """What is known of every unit of a wire, the units being features or maps.

    A unit *holds* if it is alive, in the forward walk, or wanted, in the backward walk.
    """

    def behind(self: U, gate: Any) -> U:
        """A unit holds if it did and its gate is open; one gate each."""

    def as_pixels(self: U, pixels: int) -> U:
        """The pixels of these maps, map after map: a pixel holds if its map does."""

    def as_maps(self: U, pixels: int) -> U:
        """The maps of these pixels: a map holds if any of its pixels does."""

    def mixed(self: U, count: int, always: bool) -> U:
        """`count` units that each depend on all of these: they hold if any of these does, or `always`."""

    def joined(self: U, links: Any, always: bool) -> U:
        """Units that depend on these by single links (to, from), each open or closed, or hold `always`."""

    def either(self: U, other: U) -> U:
        """A unit holds if it does here or there."""

    def taken(self: U, indices: Array) -> U:
        """Some of the units."""

    def put_among(self: U, indices: Array, count: int, others: bool) -> U:
        """These units at `indices` of `count`; `others` says whether the rest holds."""

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


class Mask(NamedTuple):
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
        """A unit holds if it did and its gate is open."""
        return Mask(self.on & gate)

    def as_pixels(self, pixels: int) -> "Mask":
        """A pixel holds if its map does."""
        return Mask(np.repeat(self.on, pixels))

    def as_maps(self, pixels: int) -> "Mask":
        """A map holds if any of its pixels does."""
        return Mask(np.logical_or.reduce(self.on.reshape(-1, pixels), axis=1))

    def mixed(self, count: int, always: bool) -> "Mask":
        """All `count` units hold, or none."""
        return Mask(np.ones(count, bool) if always or self.on.any() else np.zeros(count, bool))

    def joined(self, links: Array, always: bool) -> "Mask":
        """A unit holds if an open link leads to it from one that does."""
        return Mask(np.logical_or.reduce(links & self.on, axis=1) | always)

    def either(self, other: "Mask") -> "Mask":
        """A unit holds if it does here or there."""
        return Mask(self.on | other.on)

    def taken(self, indices: Array) -> "Mask":
        """Those at `indices`."""
        return Mask(self.on[indices])

    def put_among(self, indices: Array, count: int, others: bool) -> "Mask":
        """These at `indices` of `count`; the rest as `others`."""
        on = np.full(count, others)
        on[indices] = self.on
        return Mask(on)

    def reach(self, wanted: "Mask", links: Array | None) -> Reach:
        """How many inputs and outputs are used, and how many pairs."""
        used = np.outer(wanted.on, self.on) if links is None else wanted.on[:, None] & links & self.on
        inputs, outputs = (int(np.count_nonzero(used.any(axis=axis))) for axis in (0, 1))
        return Reach(inputs, outputs, inputs * outputs)
