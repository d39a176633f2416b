"""Is the hard concrete the only choice of s? No: here is a Gaussian, rectified by the same clip.

The literature calls these gates *stochastic gates* (Yamada et al., "Feature Selection using Stochastic
Gates", ICML 2020). The file shows how little a new law of gates needs (`l0edu.rectified.RectifiedLaw`).
"""

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from l0edu.errors import InputError
from l0edu.gpu import beside, to_host
from l0edu.gpu.fused import fused
from l0edu.hyperparameters import use_python_numbers
from l0edu.rectified import RectifiedLaw, hard_sigmoid
from l0edu.tables import Array, Shape
from l0edu.tape import primitive

__all__ = ["HardGaussian", "normal_cdf"]

_erfc = np.frompyfunc(math.erfc, 1, 1)  # of one number after the other, on the host


@primitive
@fused
def normal_cdf(x: Array) -> Array:
    """Phi(x) = (1 + erf(x / sqrt 2)) / 2, computed as erfc(-x / sqrt 2) / 2, which keeps the left tail.

    Parameters
    ----------
    x : array
        Of any shape. The stand-in's is read, and what it gives moved back; CuPy's has a kernel.

    Examples
    --------
    >>> normal_cdf(np.array([-1.96, 0.0, 1.96])).round(4)
    array([0.025, 0.5  , 0.975])
    """
    on_host = np.asarray(to_host(x))
    on_host = on_host if on_host.dtype.kind == "f" else on_host.astype(float)
    return beside(x, np.asarray(_erfc(-on_host / math.sqrt(2)) / 2).astype(on_host.dtype))


@normal_cdf.gradient("x")
def normal_cdf_dx(g: Array, x: Array) -> Array:
    """dL/dx = g exp(-x^2 / 2) / sqrt(2 pi)."""
    return g * np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)


@dataclass(frozen=True)
class HardGaussian(RectifiedLaw):
    """z = min(1, max(0, mu + sigma eps)), eps ~ Normal(0, 1)  (Eqs. 5 and 8, with a Gaussian s).

    Parameters
    ----------
    sigma : float
        Standard deviation of the noise, > 0, fixed.
    drop_rate : float
        In (0, 1): mu starts at 1 - drop_rate, and so does the test gate.

    Raises
    ------
    InputError
        When a parameter is outside its range.

    Examples
    --------
    >>> law = HardGaussian(sigma=0.5)
    >>> mu = np.array([-0.5, 0.5, 1.5])
    >>> law.prob_open(mu).round(4)
    array([0.1587, 0.8413, 0.9987])
    >>> law.sample(mu, np.array([0.0, -0.4, 0.0]))
    array([0. , 0.3, 1. ])
    """

    parameter: ClassVar[str] = "mu"
    sigma: float = 0.5
    drop_rate: float = 0.5

    def __post_init__(self) -> None:
        use_python_numbers(self)
        if not 0 < self.sigma < np.inf:
            raise InputError(f"sigma = {self.sigma}: the noise needs a positive standard deviation, e.g. 0.5")
        if not 0 < self.drop_rate < 1:
            raise InputError(f"drop_rate = {self.drop_rate}: it must lie strictly between 0 and 1, e.g. 0.5")

    def draw_noise(self, rng: np.random.Generator, shape: Shape, dtype: Any = np.float64) -> Array:
        """eps ~ Normal(0, 1)."""
        return rng.standard_normal(shape, dtype=dtype)

    def sample_stretched(self, mu: Array, noise: Array) -> Array:
        """s_bar = mu + sigma eps."""
        return mu + self.sigma * noise

    def cdf(self, mu: Array, s_bar: Array) -> Array:
        """Q(s_bar) = Phi((s_bar - mu) / sigma)."""
        return normal_cdf((s_bar - mu) / self.sigma)

    def survival(self, mu: Array, s_bar: Array) -> Array:
        """1 - Q(s_bar) = Phi((mu - s_bar) / sigma), differentiable by mu."""
        return normal_cdf((mu - s_bar) / self.sigma)

    def mean(self, mu: Array) -> Array:
        """E[z] = sigma (G(mu / sigma) - G((mu - 1) / sigma)), with G(v) = v Phi(v) + phi(v), G' = Phi."""
        high, low = mu / self.sigma, (mu - 1) / self.sigma
        return hard_sigmoid(self.sigma * (_integral_of_cdf(high) - _integral_of_cdf(low)))  # rounding

    def noiseless(self, mu: Array) -> Array:
        """s_bar = mu: the Gaussian's mean."""
        return mu

    def init(self, rng: np.random.Generator, n: int | Shape, dtype: Any = np.float32) -> Array:
        """mu ~ Normal(1 - drop_rate, 0.01^2)."""
        return rng.normal(1 - self.drop_rate, 0.01, n).astype(dtype)


def _integral_of_cdf(v: Array) -> Array:
    return v * normal_cdf(v) + np.exp(-(v**2) / 2) / math.sqrt(2 * math.pi)
