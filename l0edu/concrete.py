"""What is the binary concrete distribution, the smooth coin under the hard concrete gate?

It is the sigmoid of logistic noise around log_alpha, at temperature beta (Maddison et al., 2017; Jang et
al., 2017; the paper's Eq. 10 and Appendix B). As beta goes to 0 it becomes a fair or unfair coin; for
beta > 0 it never quite reaches 0 or 1, which is why the paper stretches and clips it (`l0edu.gates`).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from l0edu.errors import InputError
from l0edu.gpu.fused import fused
from l0edu.hyperparameters import use_python_numbers
from l0edu.tables import Array
from l0edu.tape import isbox, primitive, unbroadcast

__all__ = ["BinaryConcrete", "concrete_sample", "log_sigmoid", "logit", "sigmoid"]


@primitive
@fused
def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)), without overflow for any finite x.

    Parameters
    ----------
    x : array
        Of any shape.

    Examples
    --------
    >>> sigmoid(np.array([-800.0, 0.0, 800.0]))
    array([0. , 0.5, 1. ])
    """
    e = np.exp(-np.abs(x))  # in (0, 1]: never overflows
    return np.where(x >= 0, 1, e) / (1 + e)


@sigmoid.gradient("x")
def sigmoid_dx(g: Array, y: Array, x: Array) -> Array:
    """dL/dx = g y (1 - y), with 1 - y taken as sigmoid(-x), which keeps its digits when y is near 1."""
    return g * y * sigmoid(-x)


def log_sigmoid(x: Array) -> Array:
    """log(1 / (1 + exp(-x))) = min(x, 0) - log(1 + exp(-|x|)), without overflow.

    Examples
    --------
    >>> log_sigmoid(np.array([-2.0, 0.0, 2.0])).round(4)
    array([-2.1269, -0.6931, -0.1269])
    """
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


def logit(p: Any) -> Any:
    """log p - log(1 - p) for p in [0, 1]; a p of exactly 0 or 1 is taken as the nearest float inside.

    Parameters
    ----------
    p : array of any shape, or a Python number

    Returns
    -------
    array of p's dtype, or float

    Examples
    --------
    >>> logit(np.array([0.5, 0.75])).round(4)
    array([0.    , 1.0986])
    """
    if isinstance(p, float | int):  # a Python number must not decide the dtype
        return float(logit(np.array(p, float)))
    p = p if p.dtype.kind == "f" else p.astype(float)
    edge = np.finfo(p.dtype)
    inside = np.minimum(np.maximum(p, edge.tiny), 1 - edge.epsneg)
    return np.log(inside) - np.log1p(-inside)


@primitive
def concrete_sample(log_alpha: Array, u: Array, beta: float) -> Array:
    """s = sigmoid((log u - log(1 - u) + log_alpha) / beta)  (Eq. 10).

    Parameters
    ----------
    log_alpha, u : arrays that broadcast
    beta : float

    Examples
    --------
    >>> concrete_sample(np.array([0.0, 3.0]), u=np.array([0.5, 0.5]), beta=2 / 3).round(4)
    array([0.5  , 0.989])
    """
    return sigmoid((logit(u) + log_alpha) / beta)


@concrete_sample.gradient("log_alpha")
def concrete_sample_dlog_alpha(g: Array, y: Array, log_alpha: Array, u: Array, beta: float) -> Array:
    """dL/dlog_alpha = g s (1 - s) / beta, with 1 - s taken as a sigmoid too, which keeps its digits."""
    one_minus_s = sigmoid(-(logit(u) + log_alpha) / beta)
    return unbroadcast(g * y * one_minus_s / beta, np.shape(log_alpha))


@dataclass(frozen=True)
class BinaryConcrete:
    """s = sigmoid((log u - log(1 - u) + log_alpha) / beta), u ~ Uniform(0, 1)  (Eq. 10).

    A description: it holds the temperature, never a log_alpha. All methods take log_alpha and a second
    argument of shapes that broadcast, and return the broadcast shape in their dtype.

    Parameters
    ----------
    beta : float
        Temperature, > 0. Below 1 the density piles up at 0 and at 1.

    Raises
    ------
    InputError
        When beta is not positive or not finite; and from `cdf`, `survival` and `pdf` where a gradient is
        asked of them.

    References
    ----------
    Maddison, Mnih, Teh, "The Concrete Distribution", ICLR 2017.

    Examples
    --------
    >>> s = BinaryConcrete(beta=2 / 3)
    >>> s.sample(np.array([0.0, 3.0]), np.array([0.5, 0.5])).round(4)
    array([0.5  , 0.989])
    >>> s.cdf(np.array(0.0), np.array([0.25, 0.5])).round(4)
    array([0.3247, 0.5   ])
    """

    beta: float = 2 / 3

    def __post_init__(self) -> None:
        use_python_numbers(self)
        if not 0 < self.beta < np.inf:
            raise InputError(f"beta = {self.beta}: the temperature must be positive, for example beta=2/3")

    def sample(self, log_alpha: Array, u: Array) -> Array:
        """s = sigmoid((logit(u) + log_alpha) / beta) (Eq. 10); differentiable by log_alpha.

        Parameters
        ----------
        log_alpha : array (n,), or any shape
            Location, any real number.
        u : array that broadcasts with log_alpha
            Uniform noise in [0, 1].

        Returns
        -------
        array
            s in [0, 1]: 0 and 1 only where rounding leaves nothing between.
        """
        return concrete_sample(log_alpha, u, self.beta)

    def quantile(self, log_alpha: Array, p: Array) -> Array:
        """Q^-1(p) = sigmoid((logit(p) + log_alpha) / beta): sampling is the quantile of uniform noise."""
        return self.sample(log_alpha, p)

    def cdf(self, log_alpha: Array, s: Array) -> Array:
        """Q(s) = sigmoid(beta logit(s) - log_alpha), 0 for s <= 0 and 1 for s >= 1 (Appendix B)."""
        return _outside(s, 0.0, sigmoid(self.beta * logit(s) - log_alpha), 1.0)

    def survival(self, log_alpha: Array, s: Array) -> Array:
        """1 - Q(s) = sigmoid(log_alpha - beta logit(s)), without the cancellation of 1 - cdf."""
        return _outside(s, 1.0, sigmoid(log_alpha - self.beta * logit(s)), 0.0)

    def pdf(self, log_alpha: Array, s: Array) -> Array:
        """q(s) = beta Q(s) (1 - Q(s)) / (s (1 - s)), 0 outside (0, 1)  (Appendix B).

        The same as beta alpha s^(-beta-1) (1-s)^(-beta-1) / (alpha s^-beta + (1-s)^-beta)^2, summed up in
        logarithms so that no power overflows.
        """
        odds = logit(s) + np.zeros_like(log_alpha)  # in the dtype of log_alpha
        v = self.beta * odds - log_alpha
        # 1 / (s (1 - s)) = (e^odds + 1)(e^-odds + 1): in logs, -log_sigmoid(odds) - log_sigmoid(-odds)
        log_q = log_sigmoid(v) + log_sigmoid(-v) - log_sigmoid(odds) - log_sigmoid(-odds)
        return _outside(s, 0.0, self.beta * np.exp(log_q), 0.0)


def _outside(s: Array, below: float, inside: Array, above: float) -> Array:
    """`inside` where 0 < s < 1, the two limits elsewhere; in the dtype of `inside`."""
    if isbox(inside):
        raise InputError("cdf, survival and pdf are not differentiable: prob_open is, and so are the samples")
    return np.where(s <= 0, below, np.where(s >= 1, above, inside)).astype(inside.dtype)
