"""Why not learn the coins themselves? The exact Bernoulli gates of Eq. 3, before any relaxation.

With z_j ~ Bernoulli(pi_j) the expected risk is a smooth function of pi, but a sampled z is not, so the
gradient cannot pass through the sample. The score-function estimator (REINFORCE) goes around it,

    d/dpi E[L(z)] = E[ L(z) d log q(z | pi) / dpi ],

without bias, and with a variance that grows with the number of gates. For few gates the truth is known by
adding up all 2^n patterns, so the two can be compared.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from l0edu.concrete import log_sigmoid, sigmoid
from l0edu.errors import InputError
from l0edu.gpu import beside, to_host
from l0edu.tables import Array

__all__ = ["BernoulliGates", "all_patterns"]

MOST_GATES = 20  # 2^20 patterns are a million evaluations of the loss


def all_patterns(n: int) -> Array:
    """All 2^n patterns of n gates, one a row.

    Parameters
    ----------
    n : int
        0 to 20.

    Returns
    -------
    array (2^n, n)
        Of 0.0 and 1.0; the last gate changes fastest.

    Raises
    ------
    InputError
        For another n.

    Examples
    --------
    >>> all_patterns(2)
    array([[0., 0.],
           [0., 1.],
           [1., 0.],
           [1., 1.]])
    """
    if not 0 <= n <= MOST_GATES:
        raise InputError(f"{n} gates have 2^{n} patterns: enumerate at most {MOST_GATES}, or sample")
    return ((np.arange(2**n)[:, None] >> np.arange(n - 1, -1, -1)) & 1).astype(float)  # (2^n, n)


@dataclass(frozen=True)
class BernoulliGates:
    """z_j ~ Bernoulli(pi_j), pi = sigmoid(logits)  (Eq. 3, and q(z) of Appendix A).

    A loss is a callable of one gate pattern, an array (n,), which returns a float.

    Examples
    --------
    The loss (z - .45)^2 of one gate, whose expectation has the derivative .025 at pi = 1/2 (the toy of
    Tucker et al., "REBAR", NeurIPS 2017):

    >>> gates, logits = BernoulliGates(), np.zeros(1)
    >>> loss = lambda z: float((z[0] - 0.45) ** 2)
    >>> value, gradient = gates.exact_gradient(loss, logits)
    >>> gradient
    array([0.025])
    >>> u = np.random.default_rng(0).random((20_000, 1))
    >>> gates.score_function_gradients(loss, logits, u).mean(axis=0).round(3)  # standard error .001
    array([0.024])
    """

    def sample(self, logits: Array, u: Array) -> Array:
        """z = [u < pi], of u's shape (n,) or (samples, n); its derivative by the logits is 0 or undefined."""
        return (u < sigmoid(logits)).astype(logits.dtype)

    def prob_open(self, logits: Array) -> Array:
        """P(z = 1) = pi = sigmoid(logits): the penalty sum_j pi_j of Eq. 3, and the weights of Eq. 14."""
        return sigmoid(logits)

    def log_prob(self, logits: Array, z: Array) -> Array:
        """log q(z | pi) = sum_j z_j log pi_j + (1 - z_j) log(1 - pi_j), over the last axis."""
        return (z * log_sigmoid(logits) + (1 - z) * log_sigmoid(-logits)).sum(axis=-1)

    def score(self, logits: Array, z: Array) -> Array:
        """d log q(z | pi) / dlogits = z - pi."""
        return z - sigmoid(logits)

    def score_function_gradients(
        self, loss: Callable[[Array], float], logits: Array, u: Array, baseline: float = 0.0
    ) -> Array:
        """(L(z) - baseline) (z - pi) for each sample: every row is an unbiased estimate of dE[L]/dlogits.

        Parameters
        ----------
        loss : callable
            L(z), from a pattern (n,) to a float.
        logits : array (n,)
        u : array (samples, n)
            Uniform noise.
        baseline : float
            Any number that does not depend on z; near E[L] it lowers the variance and leaves the mean.

        Returns
        -------
        array (samples, n)
        """
        z = self.sample(logits, u)  # (samples, n)
        losses = beside(z, _losses(loss, z))  # (samples,)
        return (losses - baseline)[:, None] * self.score(logits, z)

    def exact_gradient(self, loss: Callable[[Array], float], logits: Array) -> tuple[float, Array]:
        """E[L(z)] = sum over z of q(z | pi) L(z), over all 2^n patterns, and its gradient by the logits.

        Parameters
        ----------
        loss : callable
            L(z), from a pattern (n,) to a float; called 2^n times.
        logits : array (n,)

        Returns
        -------
        float, and array (n,)

        Raises
        ------
        InputError
            For more than 20 gates.
        """
        patterns = beside(logits, all_patterns(len(logits)))  # (2^n, n)
        weighted = np.exp(self.log_prob(logits, patterns)) * beside(logits, _losses(loss, patterns))
        return float(to_host(weighted.sum())), weighted @ self.score(logits, patterns)


def _losses(loss: Callable[[Array], float], patterns: Array) -> Array:
    """L(z) of every pattern; from a device each is read."""
    return np.array([to_host(loss(pattern)) for pattern in patterns])
