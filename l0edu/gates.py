"""How can a random on/off switch have a gradient? (Section 2 of the paper.)

A gate z multiplies a weight or a whole unit. Open gates count weights, so the sum of P(z != 0) is the
expected L0 "norm". A coin has no gradient; so draw a continuous s_bar instead (the paper's s in Eq. 5) and
clip it:

    z = min(1, max(0, s_bar))                                                           (Eq. 5)

The clip gives z = 0 *exactly*, with positive probability, and in between z moves smoothly with the
parameters of s_bar. The paper chooses a binary concrete, stretched to (gamma, zeta): `HardConcrete`.

| paper     | here         | what                                    | shape              | range         |
|-----------|--------------|-----------------------------------------|--------------------|---------------|
| log alpha | `log_alpha`  | location of a gate, learned             | (n,), or W's shape | any real      |
| beta      | `beta`       | temperature, fixed                      | number             | > 0           |
| gamma     | `gamma`      | lower end of the stretch                | number             | < 0           |
| zeta      | `zeta`       | upper end of the stretch                | number             | > 1           |
| u         | `u`          | uniform noise                           | (n,) or (batch, n) | (0, 1)        |
| s         | `s`          | binary concrete                         | as u               | (0, 1)        |
| s-bar     | `s_bar`      | s, stretched                            | as u               | (gamma, zeta) |
| z         | `z`          | the gate, exactly 0 or 1 included       | as u               | [0, 1]        |
| z-hat     | `test_value` | the gate at test time                   | (n,)               | [0, 1]        |
| phi       | `phi`        | parameters of any law; here `log_alpha` | (n,)               | any real      |
| dropout p | `drop_rate`  | where phi starts                        | number             | (0, 1)        |
"""

from dataclasses import dataclass
from math import log
from typing import Any, ClassVar

import numpy as np

from l0edu.concrete import BinaryConcrete, concrete_sample, sigmoid
from l0edu.errors import InputError
from l0edu.gpu.fused import fused
from l0edu.hyperparameters import use_python_numbers
from l0edu.rectified import RectifiedLaw, hard_sigmoid
from l0edu.tables import Array, Shape
from l0edu.tape import primitive, unbroadcast

__all__ = [
    "HardConcrete",
    "RectifiedLaw",
    "hard_concrete",
    "hard_concrete_slope",
    "hard_sigmoid",
    "open_probability",
]


@primitive
@fused
def hard_concrete(log_alpha: Array, u: Array, beta: float, gamma: float, zeta: float) -> Array:
    """z = min(1, max(0, s (zeta - gamma) + gamma)), s = sigmoid((logit(u) + log_alpha) / beta)  (Eq. 11).

    Examples
    --------
    >>> log_alpha, u = np.array([-3.0, 0.0]), np.array([0.5, 0.3])
    >>> hard_concrete(log_alpha, u, beta=2 / 3, gamma=-0.1, zeta=1.1).round(4)
    array([0.    , 0.1629])
    """
    s = concrete_sample(log_alpha, u, beta)
    return hard_sigmoid(s * (zeta - gamma) + gamma)


@hard_concrete.gradient("log_alpha")
def hard_concrete_dlog_alpha(
    g: Array, y: Array, log_alpha: Array, beta: float, gamma: float, zeta: float
) -> Array:
    """dL/dlog_alpha = g [0 < z < 1] (z - gamma) (zeta - z) / ((zeta - gamma) beta).

    A clipped gate does not move. Where z is not clipped, s = (z - gamma) / (zeta - gamma), and this is
    g (zeta - gamma) s (1 - s) / beta.
    """
    return unbroadcast(hard_concrete_slope(g, y, beta, gamma, zeta), np.shape(log_alpha))


@fused
def hard_concrete_slope(g: Array, z: Array, beta: float, gamma: float, zeta: float) -> Array:
    """The same for each draw z, in its shape: before the draws of one log_alpha are summed."""
    slope = (z - gamma) * (zeta - z) / ((zeta - gamma) * beta)
    return g * slope * ((z > 0) & (z < 1))


@primitive
@fused
def open_probability(log_alpha: Array, threshold: float) -> Array:
    """P(z != 0) = sigmoid(log_alpha - threshold), with threshold = beta log(-gamma / zeta)  (Eq. 12).

    Examples
    --------
    >>> open_probability(np.array([-3.0, 0.0]), threshold=2 / 3 * log(0.1 / 1.1)).round(4)
    array([0.1976, 0.8318])
    """
    return sigmoid(log_alpha - threshold)


@open_probability.gradient("log_alpha")
@fused
def open_probability_dlog_alpha(g: Array, log_alpha: Array, threshold: float) -> Array:
    """dL/dlog_alpha = g p (1 - p) = g e / (1 + e)^2, with e = exp(-|log_alpha - threshold|).

    The second form keeps its digits where 1 - p has lost them, and cannot overflow.
    """
    e = np.exp(-np.abs(log_alpha - threshold))
    return g * e / (1 + e) ** 2


@dataclass(frozen=True)
class HardConcrete(RectifiedLaw):
    """The hard concrete gate (Eqs. 10-13): a binary concrete, stretched to (gamma, zeta) and clipped.

    A description: it holds no log_alpha. Methods take log_alpha first and return arrays of its shape,
    broadcast with their second argument, in the wider dtype of the two.

    Parameters
    ----------
    beta : float
        Temperature of the binary concrete, > 0.
    gamma, zeta : float
        Ends of the stretch: gamma < 0 and zeta > 1, so that both 0 and 1 get a positive probability.
    drop_rate : float
        Initial drop rate p in (0, 1): log_alpha starts at log((1 - p) / p), so sigmoid(log_alpha) = 1 - p,
        as in the reference code. (The paper says alpha / (alpha + 1) = p: docs/errata.md.) For p = .2 the
        gate of Eq. 13 then starts at .86, not at .8, and is open with probability .952.

    Raises
    ------
    InputError
        When a parameter is outside its range.

    References
    ----------
    Louizos, Welling, Kingma, "Learning Sparse Neural Networks through L0 Regularization", ICLR 2018.

    Examples
    --------
    >>> hc = HardConcrete()
    >>> log_alpha = np.array([-3.0, 0.0, 3.0])
    >>> hc.sample(log_alpha, u=np.array([0.5, 0.3, 0.5])).round(4)
    array([0.    , 0.1629, 1.    ])
    >>> hc.prob_open(log_alpha).round(4)
    array([0.1976, 0.8318, 0.99  ])
    >>> hc.test_value(log_alpha)
    array([0. , 0.5, 1. ])
    """

    parameter: ClassVar[str] = "log_alpha"
    beta: float = 2 / 3
    gamma: float = -0.1
    zeta: float = 1.1
    drop_rate: float = 0.5

    def __post_init__(self) -> None:
        use_python_numbers(self)
        BinaryConcrete(self.beta)  # refuses a bad beta
        if not (-np.inf < self.gamma < 0 and 1 < self.zeta < np.inf):
            raise InputError(
                f"gamma = {self.gamma}, zeta = {self.zeta}: needed is gamma < 0 and zeta > 1, as in -0.1 and "
                '1.1 (slides about this paper print "zeta < 0 and gamma > 1": they are swapped)'
            )
        if not 0 < self.drop_rate < 1:
            raise InputError(f"drop_rate = {self.drop_rate}: it must lie strictly between 0 and 1, e.g. 0.5")

    # ---- from noise to gate, Eqs. 10 and 11

    def draw_noise(self, rng: np.random.Generator, shape: Shape, dtype: Any = np.float64) -> Array:
        """u ~ Uniform(0, 1), moved into [eps, 1 - eps], with eps the dtype's.

        log 0 is infinite, and a float32 draw is exactly 0 once in 2^24.
        """
        eps = np.finfo(dtype).eps
        return rng.random(shape, dtype=dtype) * (1 - 2 * eps) + eps

    def sample_stretched(self, log_alpha: Array, u: Array) -> Array:
        """s_bar = s (zeta - gamma) + gamma, s = sigmoid((log u - log(1-u) + log_alpha) / beta)  (Eq. 10)."""
        return self._stretch(concrete_sample(log_alpha, u, self.beta))

    def sample(self, log_alpha: Array, u: Array) -> Array:
        """z = min(1, max(0, s_bar))  (Eq. 11); differentiable by log_alpha.

        Parameters
        ----------
        log_alpha : array (n,)
            Locations.
        u : array (n,) or (batch, n)
            Noise from `draw_noise`: one sample for the minibatch, or one for each example.

        Returns
        -------
        array, of u's shape
            dz/dlog_alpha = [0 < s_bar < 1] (zeta - gamma) s (1 - s) / beta.
        """
        return hard_concrete(log_alpha, u, self.beta, self.gamma, self.zeta)

    # ---- the penalty, Eq. 12

    def prob_open(self, log_alpha: Array) -> Array:
        """P(z != 0) = sigmoid(log_alpha - beta log(-gamma / zeta))  (Eq. 12); differentiable by log_alpha.

        With p this probability, dp/dlog_alpha = p (1 - p): the penalty needs no sample.
        """
        return open_probability(log_alpha, self.beta * log(-self.gamma / self.zeta))

    # ---- test time, Eq. 13

    def noiseless(self, log_alpha: Array, tempered: bool = False) -> Array:
        """sigmoid(log_alpha) (zeta - gamma) + gamma; `tempered` divides log_alpha by beta first."""
        return self._stretch(sigmoid(log_alpha / self.beta if tempered else log_alpha))

    def test_value(self, log_alpha: Array, tempered: bool = False) -> Array:
        """z-hat = min(1, max(0, sigmoid(log_alpha) (zeta - gamma) + gamma))  (Eq. 13).

        beta does not appear. z-hat is 0 up to log_alpha = log(-gamma / zeta) = -2.398, where the gate is
        still open with probability .31. With `tempered=True`, sigmoid(log_alpha / beta) stands in its place:
        the convention of the package l0-python, under which gates close at -1.599 already.
        """
        return hard_sigmoid(self.noiseless(log_alpha, tempered))

    def init(self, rng: np.random.Generator, n: int | Shape, dtype: Any = np.float32) -> Array:
        """log_alpha ~ Normal(log((1 - drop_rate) / drop_rate), 0.01^2), as in the reference code."""
        return rng.normal(log((1 - self.drop_rate) / self.drop_rate), 0.01, n).astype(dtype)

    # ---- the stretched law, Appendix B: that of s = (s_bar - gamma) / (zeta - gamma)

    @property
    def binary_concrete(self) -> BinaryConcrete:
        """The law of s, before it is stretched."""
        return BinaryConcrete(self.beta)

    def _stretch(self, s: Array) -> Array:
        return s * (self.zeta - self.gamma) + self.gamma

    def _unstretch(self, s_bar: Array) -> Array:
        return (s_bar - self.gamma) / (self.zeta - self.gamma)

    def cdf(self, log_alpha: Array, s_bar: Array) -> Array:
        """Q_s((s_bar - gamma) / (zeta - gamma)), with Q_s the binary concrete's cdf  (Appendix B)."""
        return self.binary_concrete.cdf(log_alpha, self._unstretch(s_bar))

    def survival(self, log_alpha: Array, s_bar: Array) -> Array:
        """1 - cdf, without cancellation."""
        return self.binary_concrete.survival(log_alpha, self._unstretch(s_bar))

    def pdf(self, log_alpha: Array, s_bar: Array) -> Array:
        """q_s((s_bar - gamma) / (zeta - gamma)) / (zeta - gamma)  (Appendix B), before the clip."""
        return self.binary_concrete.pdf(log_alpha, self._unstretch(s_bar)) / (self.zeta - self.gamma)

    def quantile(self, log_alpha: Array, p: Array) -> Array:
        """The s_bar with cdf(s_bar) = p, for p in [0, 1]."""
        return self._stretch(self.binary_concrete.quantile(log_alpha, p))
