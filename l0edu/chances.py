"""What is known of units whose gates are open with some probability?

Take care with products: units of one wire are not independent. All of a layer's outputs are useless together
when everything further down is closed, and all pixels of a flattened map are dead together with their map:

    P(unit) = P(shared) P(map | shared) P(pixel | map)

With these three factors kept apart the expectation of FLOPs is exact in a chain of layers with gates on
units. (On two layers of two gates at p = 1/2, naive products give .609 of the dense cost where .5625 is
right.) Where a network makes an event depend on the same gate in two ways, `exact` turns False.
"""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import autograd.numpy as anp  # where probabilities may be differentiated: `l0edu.target`
import numpy as np

from l0edu.tables import Array
from l0edu.tape import getval, primitive
from l0edu.units import Reach

__all__ = ["Chance", "OpenGates", "prob_any"]


class OpenGates(NamedTuple):
    """Gates that are open independently of each other.

    Attributes
    ----------
    name : str
        Their layer.
    p : array
        P(open): one a unit, or one for each link between an input and an output.
    """

    name: str
    p: Array

    @property
    def in_doubt(self) -> frozenset[str]:
        """The layer's name, if any of the gates is neither surely open nor surely closed."""
        return frozenset() if _is_decided(self.p) else frozenset({self.name})

    @property
    def T(self) -> "OpenGates":
        """The links in the other direction."""
        return OpenGates(self.name, self.p.T)


@dataclass(frozen=True)
class Chance:
    """A probability for every unit of a wire, in three factors.

    Attributes
    ----------
    shared : float
        P(what all units depend on).
    maps : array (maps,)
        P(map), given that; a feature is a map of one pixel.
    pixels : array (maps, pixels)
        P(pixel), given its map.
    gates : frozenset of str
        The gates that all this depends on.
    exact : bool
        Whether the factors are independent.

    Examples
    --------
    >>> wire = Chance.sure(2).behind(OpenGates("gate1", np.array([0.5, 0.9]))).as_pixels(2)
    >>> wire.each()
    array([0.5, 0.5, 0.9, 0.9])
    >>> round(float(wire.any()), 4)  # 1 - .5 * .1
    0.95
    """

    shared: float
    maps: Array
    pixels: Array
    gates: frozenset[str] = frozenset()
    exact: bool = True

    @classmethod
    def sure(cls, units: int) -> "Chance":
        """Units that count in any case."""
        return cls(1.0, np.ones(units), np.ones((units, 1)))

    def each(self) -> Array:
        """P(unit) for every unit."""
        return self.shared * self._given()

    def any(self) -> Any:
        """P(at least one unit counts) = P(shared) (1 - prod over maps of (1 - P(map) P(any pixel)))."""
        return self.shared * prob_any(self.maps * prob_any(self.pixels, axis=1), axis=0)

    def behind(self, gate: OpenGates) -> "Chance":
        """Here, and the gate is open."""
        if self.pixels.shape[1] == 1:
            return replace(self, maps=self.maps * gate.p, gates=self.gates | gate.in_doubt)
        return replace(
            self,
            pixels=self.pixels * anp.reshape(gate.p, self.pixels.shape),
            gates=self.gates | gate.in_doubt,
        )

    def as_pixels(self, pixels: int) -> "Chance":
        """Pixels that count with their map."""
        return self if pixels == 1 else replace(self, pixels=anp.repeat(self.pixels, pixels, axis=1))

    def as_maps(self, pixels: int) -> "Chance":
        """Any pixel of the map; the pixels are independent, as what wants them reads all of them."""
        if pixels == 1:
            return self
        maps = prob_any(anp.reshape(self._given(), (-1, pixels)), axis=1)
        return replace(self, maps=maps, pixels=np.ones((len(maps), 1)))

    def mixed(self, count: int, always: bool) -> "Chance":
        """All units together: an event that they share."""
        if always or self.any() == 1:
            return Chance.sure(count)
        gates = self.gates if self.any() else frozenset[str]()
        return replace(Chance.sure(count), shared=self.any(), gates=gates, exact=self.exact)

    def joined(self, links: OpenGates, always: bool) -> "Chance":
        """Any open link to a unit that counts: 1 - prod over units of (1 - P(link) P(unit))."""
        if always:
            return Chance.sure(len(links.p))
        maps = prob_any(links.p * self._given(), axis=1)
        exact = self.exact and self._is_settled()  # else the units behind share those before
        gates = self.gates | links.in_doubt
        return Chance(self.shared, maps, np.ones((len(maps), 1)), gates, exact)

    def either(self, other: "Chance") -> "Chance":
        """1 - (1 - P(here)) (1 - P(there)), exact where the two have no gate and no event in common."""
        for one, another in ((self, other), (other, self)):
            if (getval(one.each()) == 1).all() or (getval(another.each()) == 0).all():
                return one
        maps = 1 - (1 - self.each()) * (1 - other.each())
        apart = self._is_independent() and other._is_independent() and not self.gates & other.gates
        return Chance(1.0, maps, np.ones((len(maps), 1)), self.gates | other.gates, apart)

    def taken(self, indices: Array) -> "Chance":
        """Those at `indices`."""
        given = self._given()[indices]
        exact = self.exact and self._maps_are_units()
        return replace(self, maps=given, pixels=np.ones((len(given), 1)), exact=exact)

    def put_among(self, indices: Array, count: int, others: bool) -> "Chance":
        """These at `indices` of `count`; others that hold are not under the shared event: it ends here."""
        maps = np.full(count, float(others))
        maps[indices] = self.each() if others else self._given()
        shared, exact = (1.0, self._is_independent()) if others else (self.shared, self.exact)
        exact = exact and self._maps_are_units()
        return Chance(shared, maps, np.ones((count, 1)), self.gates, exact)

    def reach(self, wanted: "Chance", links: OpenGates | None) -> Reach:
        """Expectations; exact where inputs, outputs and links depend on different gates."""
        chancy = frozenset() if links is None else links.in_doubt
        gates = [self.gates, wanted.gates, chancy]
        apart = len(frozenset().union(*gates)) == sum(map(len, gates))
        if links is None:
            inputs, outputs = self.each().sum(), wanted.each().sum()
            reach = Reach(inputs * wanted.any(), outputs * self.any(), inputs * outputs)
            return reach._replace(exact=self.exact and wanted.exact and apart)
        settled = self._maps_are_units() and wanted._maps_are_units()
        reach = _reach_by_links(self._given(), wanted._given(), links.p, self.shared * wanted.shared)
        return reach._replace(exact=self.exact and wanted.exact and apart and settled)

    def _given(self) -> Array:
        """P(unit), given the shared event."""
        return anp.reshape(self.maps[:, None] * self.pixels, (-1,))

    def _maps_are_units(self) -> bool:
        """Whether no two pixels depend on one map by chance."""
        return self.pixels.shape[1] == 1 or _is_decided(self.maps)

    def _is_settled(self) -> bool:
        """Whether every unit is decided once the shared event is."""
        return _is_decided(self._given())

    def _is_independent(self) -> bool:
        """Whether the units are independent of each other."""
        return self.exact and self.shared in (0, 1) and self._maps_are_units()


@primitive
def prob_any(p: Array, axis: int) -> Array:
    """1 - prod_i (1 - p_i): the probability of at least one of independent events, along an axis.

    Examples
    --------
    >>> prob_any(np.array([[0.5, 0.5], [0.1, 0.0]]), axis=1)
    array([0.75, 0.1 ])
    """
    return 1 - np.prod(1 - p, axis=axis)


@prob_any.gradient("p")
def prob_any_dp(g: Array, p: Array, axis: int) -> Array:
    """dL/dp_i = g prod_{j != i} (1 - p_j): nothing is divided by 1 - p_i, which may be 0."""
    return np.expand_dims(g, axis) * _product_of_others(1 - p, axis)


def _is_decided(p: Array) -> bool:
    known = getval(p)
    return bool(((known == 0) | (known == 1)).all())


def _reach_by_links(alive: Array, wanted: Array, link: Array, shared: float) -> Reach:
    """Expectations over a layer's W of which every weight may be missing.

    An input and an output are both in use when they are linked, or when each is linked to another one:
    P = P(alive) P(wanted) (P(link) + (1 - P(link)) P(output has another input) P(input has another output)).
    """
    to_input, to_output = link * alive, link * wanted[:, None]  # (out, in)
    outputs = wanted * (1 - np.prod(1 - to_input, axis=1))
    inputs = alive * (1 - np.prod(1 - to_output, axis=0))
    elsewhere = (1 - _product_of_others(1 - to_input, 1)) * (1 - _product_of_others(1 - to_output, 0))
    pairs = np.outer(wanted, alive) * (link + (1 - link) * elsewhere)
    sums = [shared * float(p.sum()) for p in (inputs, outputs, pairs)]
    return Reach(sums[0], sums[1], sums[2])


def _product_of_others(x: Array, axis: int) -> Array:
    """For every number the product of the others along an axis, without dividing by what may be 0."""
    x = np.moveaxis(x, axis, 0)
    before, behind = np.ones_like(x), np.ones_like(x)
    before[1:] = np.cumprod(x[:-1], axis=0)
    behind[:-1] = np.cumprod(x[:0:-1], axis=0)[::-1]
    return np.moveaxis(before * behind, 0, axis)
