"""How does any continuous random number become a gate that can close exactly?

It is clipped (Section 2.1, Eqs. 4-8):

    z = min(1, max(0, s_bar))                                                           (Eq. 5)

All that the paper needs of s_bar is a cdf, for P(z != 0), and a sampler whose noise has no parameters, for
the gradient. `RectifiedLaw` makes gates of that; `l0edu.gates.HardConcrete` and `l0edu.HardGaussian` are two.
"""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np

from l0edu.tables import Array, Shape
from l0edu.tape import getval, primitive

__all__ = ["RectifiedLaw", "hard_sigmoid"]


@primitive
def hard_sigmoid(s_bar: Array) -> Array:
    """z = min(1, max(0, s_bar))  (Eqs. 5 and 11).

    Examples
    --------
    >>> hard_sigmoid(np.array([-0.05, 0.3, 1.02]))
    array([0. , 0.3, 1. ])
    """
    return np.minimum(np.maximum(s_bar, 0), 1)


@hard_sigmoid.gradient("s_bar")
def hard_sigmoid_ds_bar(g: Array, s_bar: Array) -> Array:
    """dL/ds_bar = g [0 < s_bar < 1]: a clipped gate, open or closed, does not move."""
    return g * ((s_bar > 0) & (s_bar < 1))


class RectifiedLaw(ABC):
    """A gate z = min(1, max(0, s_bar)) for *any* continuous s_bar with a cdf and a sampler (Eqs. 4-8).

    (`l0edu.Dropout` is the one that is not continuous and learns nothing; it overrides what that changes.)

    A law of your own is a small frozen dataclass that names its parameter and defines `draw_noise`,
    `sample_stretched`, `cdf`, `noiseless` and `init`; everything else follows from these. Both that ship,
    `HardConcrete` and `l0edu.HardGaussian`, are written so.

    Attributes
    ----------
    parameter : str
        The name of phi in the tables, as in `params["gate1"]["log_alpha"]`.
    learns : bool
        Whether training moves phi; no only for `l0edu.Dropout`.
    drop_rate : float
        Initial drop rate p in (0, 1), by which `init` places phi; what it means is up to the law.
    """

    parameter: ClassVar[str]
    learns: ClassVar[bool] = True
    drop_rate: float

    @abstractmethod
    def draw_noise(self, rng: np.random.Generator, shape: Shape, dtype: Any = np.float64) -> Array:
        """Parameter-free noise eps ~ p(eps)  (Eq. 8)."""

    @abstractmethod
    def sample_stretched(self, phi: Array, noise: Array) -> Array:
        """s_bar = f(phi, eps)  (Eq. 8), differentiable by phi."""

    @abstractmethod
    def cdf(self, phi: Array, s_bar: Array) -> Array:
        """Q(s_bar | phi): the probability that a draw is at most s_bar.

        The penalty is made of it: unless `prob_open` is overridden, it must be differentiable by phi.
        """

    @abstractmethod
    def noiseless(self, phi: Array) -> Array:
        """The s_bar that stands for the law when nothing is sampled."""

    @abstractmethod
    def init(self, rng: np.random.Generator, n: int | Shape, dtype: Any = np.float32) -> Array:
        """Fresh parameters for n gates (or a shape of gates), small noise around what `drop_rate` says."""

    def sample(self, phi: Array, noise: Array) -> Array:
        """z = min(1, max(0, f(phi, eps)))  (Eqs. 5 and 8)."""
        return hard_sigmoid(self.sample_stretched(phi, noise))

    def survival(self, phi: Array, s_bar: Array) -> Array:
        """1 - Q(s_bar | phi). Override it where the difference would cancel."""
        return 1 - self.cdf(phi, s_bar)

    def prob_open(self, phi: Array) -> Array:
        """P(z != 0) = 1 - Q(0 | phi)  (Eq. 6), differentiable by phi: the L0 penalty of one gate."""
        return self.survival(phi, _like(phi, 0.0))

    def prob_zero(self, phi: Array) -> Array:
        """P(z = 0) = Q(0 | phi): the mass of the atom at 0."""
        return self.cdf(phi, _like(phi, 0.0))

    def prob_one(self, phi: Array) -> Array:
        """P(z = 1) = 1 - Q(1 | phi): the mass of the atom at 1."""
        return self.survival(phi, _like(phi, 1.0))

    def test_value(self, phi: Array) -> Array:
        """z-hat = min(1, max(0, s_bar without noise))  (Eq. 13)."""
        return hard_sigmoid(self.noiseless(phi))

    def cdf_gate(self, phi: Array, z: Array) -> Array:
        """P(gate <= z): 0 below 0, Q(z) on [0, 1), 1 from 1 on; it jumps at 0 and at 1  (Appendix B).

        The jumps are `prob_zero` and `prob_one`. The function is right-continuous; its left limit at z is
        its value at `np.nextafter(z, -1)`.
        """
        inside = self.cdf(phi, z)
        return np.where(z < 0, 0.0, np.where(z >= 1, 1.0, inside)).astype(inside.dtype)

    def mean(self, phi: Array) -> Array:
        """E[z] = integral over t from 0 to 1 of P(z > t), by Gauss-Legendre quadrature with 64 nodes.

        Exact to 2e-5 for a hard concrete with beta up to 10, gamma <= -.01 and zeta >= 1.01 (to 1e-10 at the
        paper's gamma and zeta); a cdf that is nearly a step needs more nodes.
        Not `test_value`, and not the median: at log_alpha = -1 they are .293, .223 and .119.
        """
        nodes, weights = np.polynomial.legendre.leggauss(64)  # on [-1, 1]
        points = zip(((nodes + 1) / 2).tolist(), (weights / 2).tolist(), strict=True)
        terms = [w * self.survival(phi, _like(phi, t)) for t, w in points]
        return sum(terms[1:], terms[0])


def _like(phi: Array, number: float) -> Array:
    """`number` in the shape and dtype of phi; floating point where phi is an integer."""
    values = getval(phi)
    dtype = getattr(values, "dtype", np.dtype(float))
    return np.full_like(values, number, dtype=dtype if dtype.kind == "f" else float)
