"""How are the functions of a3, the penalties, examined?

An expected count is counted again in many gates; an expected square is added up over all patterns of gates.
"""

from collections.abc import Iterator
from math import prod
from typing import Any

import autograd.numpy as anp
import numpy as np

from l0edu import plain
from l0edu.bernoulli import all_patterns
from l0edu.course.doctor import in_torch
from l0edu.course.doctor.routes import autograd_vjp, complex_step, evenly_spaced
from l0edu.course.doctor.target import Case, Column, Target
from l0edu.course.draws import law, locations
from l0edu.gates import HardConcrete, open_probability_dlog_alpha
from l0edu.penalty import weighted_squares_dp, weighted_squares_dW
from l0edu.tables import Array

__all__ = ["TARGETS"]

COUNTED = 5e-5  # what counting 100,000 evenly spaced gates may be off
Numbers = list[float]


def expected_l0(
    log_alphas: list[Array], group_sizes: list[int], beta: float, gamma: float, zeta: float
) -> float:
    """Eq. 16 with lambda = 1."""
    hc = HardConcrete(beta, gamma, zeta)
    return sum(n * float(hc.prob_open(one).sum()) for one, n in zip(log_alphas, group_sizes, strict=True))


def l0_penalty(
    log_alphas: list[Array],
    group_sizes: list[int],
    lams: Numbers,
    n_examples: int,
    beta: float,
    gamma: float,
    zeta: float,
) -> float:
    """Eq. 16 with lambda = lam / N."""
    prices = [lam / n_examples * n for lam, n in zip(lams, group_sizes, strict=True)]
    hc = HardConcrete(beta, gamma, zeta)
    return sum(price * float(hc.prob_open(one).sum()) for one, price in zip(log_alphas, prices, strict=True))


def dense_l2(
    W: Array, log_alpha: Array, weight_decay: float, beta: float, gamma: float, zeta: float
) -> float:
    """Eq. 17, gates on the inputs."""
    p = HardConcrete(beta, gamma, zeta).prob_open(log_alpha)
    return weight_decay / 2 * float(np.einsum("oi,oi,i", W, W, p))


def conv_l2(
    W: Array, b: Array, log_alpha: Array, weight_decay: float, beta: float, gamma: float, zeta: float
) -> float:
    """Eq. 17, gates on the maps, biases included."""
    with_bias = np.concatenate([W.reshape(len(W), -1), b[:, None]], axis=1)
    return dense_l2(with_bias.T, log_alpha, weight_decay, beta, gamma, zeta)


def dense_l2_gradients(
    W: Array, log_alpha: Array, weight_decay: float, beta: float, gamma: float, zeta: float
) -> tuple[Array, Array]:
    """dW and dlog_alpha by the library's hand-derived gradients."""
    threshold = float(beta * np.log(-gamma / zeta))
    p, g = HardConcrete(beta, gamma, zeta).prob_open(log_alpha), np.float64(weight_decay / 2)
    dlog_alpha = open_probability_dlog_alpha(weighted_squares_dp(g, W, p), log_alpha, threshold)
    return weighted_squares_dW(g, W, p), dlog_alpha


def conv_group_size(W_shape: tuple[int, ...], bias: bool) -> int:
    """|g|, and 1 for the bias."""
    return prod(W_shape[1:]) + bias


# ---- cases


def _networks(rng: np.random.Generator) -> Iterator[tuple[list[Array], list[int], tuple[float, ...]]]:
    for lengths in ((7, 5), (4, 9, 6)):
        hc = law(rng)
        sizes = rng.choice(np.arange(3, 40), len(lengths), replace=False).tolist()
        yield [locations(rng, n) for n in lengths], sizes, (hc.beta, hc.gamma, hc.zeta)


def _cases_of_counts(rng: np.random.Generator) -> list[Case]:
    return [Case((log_alphas, sizes, *gate)) for log_alphas, sizes, gate in _networks(rng)]


def _cases_of_penalties(rng: np.random.Generator) -> list[Case]:
    cases = []
    for log_alphas, sizes, gate in _networks(rng):
        lams, n_examples = rng.uniform(0.1, 5, len(sizes)).tolist(), int(rng.integers(50, 500))
        cases.append(Case((log_alphas, sizes, lams, n_examples, *gate)))
    return cases


def _cases_of_dense(rng: np.random.Generator) -> list[Case]:
    return [
        Case((rng.normal(size=shape), locations(rng, shape[1]), *_decay(rng)), f"with W of shape {shape}")
        for shape in ((5, 5), (3, 6))
    ]


def _cases_of_conv(rng: np.random.Generator) -> list[Case]:
    return [
        Case(
            (rng.normal(size=shape), rng.normal(0, 3, n), locations(rng, n), *_decay(rng)),
            f"with W of shape {shape}",
        )
        for n, shape in ((4, (4, 4, 3, 3)), (5, (5, 2, 3, 3)))
    ]


def _decay(rng: np.random.Generator) -> tuple[float, ...]:
    hc = law(rng)
    return float(rng.uniform(0.1, 0.4)), hc.beta, hc.gamma, hc.zeta


def _cases_of_sizes(rng: np.random.Generator) -> list[Case]:
    cases = []
    for bias in (False, True):
        out, channels, k = rng.choice(np.arange(2, 9), 3, replace=False).tolist()
        cases.append(Case(((out, channels, k, k), bias), f"{'with' if bias else 'without'} bias"))
    return cases


# ---- other routes


def _counted(log_alphas: list[Array], prices: Numbers, *gate: float) -> float:
    """The prices of the gates that are not 0: an average over many samples."""
    hc, u = HardConcrete(*gate), evenly_spaced()
    opened = [sum(np.mean(hc.sample(np.full(u.shape, one), u) > 0) for one in layer) for layer in log_alphas]
    return float(np.dot(prices, np.array(opened, float)))


def _by_torch(log_alphas: list[Array], prices: Numbers, *gate: float) -> float:
    opened = [in_torch.open_probability(in_torch.tensor(layer), *gate).sum().item() for layer in log_alphas]
    return float(np.dot(prices, np.array(opened, float)))


def _priced(route: Any) -> Any:
    """A route to the penalty, made from a route to the count."""

    def penalty(log_alphas: Any, sizes: Any, lams: Any, n_examples: int, *gate: float) -> Any:
        return route(log_alphas, np.multiply(sizes, lams) / n_examples, *gate)

    return penalty


def _all_patterns(W: Array, log_alpha: Array, weight_decay: float, *gate: float) -> float:
    """E[sum of the squares of open weights], summed over all 2^n patterns of open and closed gates."""
    closed, opened = HardConcrete(*gate).prob_zero(log_alpha), all_patterns(len(log_alpha))
    chances = np.prod(np.where(opened == 1, 1 - closed, closed), axis=1)
    squares = np.array([np.sum(W[:, pattern == 1] ** 2) for pattern in opened])
    return float(weight_decay / 2 * chances @ squares)


def _all_patterns_of_maps(W: Array, b: Array, log_alpha: Array, *rest: float) -> float:
    flat = W.reshape(len(W), -1)
    return _all_patterns(flat.T, log_alpha, *rest) + _all_patterns(b[None, :], log_alpha, *rest)


def _decayed(W: Any, p: Any, weight_decay: float) -> Any:
    return weight_decay / 2 * (p * W**2).sum()


def _dense_by_torch(W: Array, log_alpha: Array, weight_decay: float, *gate: float) -> float:
    p = in_torch.open_probability(in_torch.tensor(log_alpha), *gate)
    return float(_decayed(in_torch.tensor(W), p, weight_decay))


def _conv_by_torch(W: Array, b: Array, log_alpha: Array, weight_decay: float, *gate: float) -> float:
    p = in_torch.open_probability(in_torch.tensor(log_alpha), *gate)
    weights = _decayed(in_torch.tensor(W), p[:, None, None, None], weight_decay)
    return float(weights + _decayed(in_torch.tensor(b), p, weight_decay))


def _gradients(route: Any, sigmoid: Any) -> Any:
    """dW and dlog_alpha by a route that differentiates a function of one array."""

    def both(W: Array, log_alpha: Array, weight_decay: float, beta: float, gamma: float, zeta: float) -> Any:
        def p(x: Any) -> Any:
            return sigmoid(x - beta * float(np.log(-gamma / zeta)))

        dW = route(lambda x: _decayed(x, p(log_alpha), weight_decay), W)
        return dW, route(lambda x: anp.sum(_decayed(W, p(x), weight_decay)), log_alpha)

    return both


def _gradients_by_torch(W: Array, log_alpha: Array, weight_decay: float, *gate: float) -> tuple[Array, Array]:
    p, weights = in_torch.open_probability(in_torch.tensor(log_alpha), *gate), in_torch.tensor(W)
    return (
        in_torch.derivative(lambda x: _decayed(x, p, weight_decay), W),
        in_torch.derivative(
            lambda x: _decayed(weights, in_torch.open_probability(x, *gate), weight_decay), log_alpha
        ),
    )


def _counted_parameters(W_shape: tuple[int, ...], bias: bool) -> int:
    """Those numbers of a layer that belong to its first map."""
    W, b = np.zeros(W_shape), np.zeros(W_shape[0])
    W[0], b[0] = 1, bias
    return int(np.count_nonzero(W) + np.count_nonzero(b))


def _analytic_sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def _counted_and_torch(change: Any = lambda route: route) -> tuple[Column, ...]:
    return Column("counted gates", change(_counted), COUNTED), Column(
        "torch", change(_by_torch), package="torch"
    )


TARGETS = (
    Target("a3", "expected_l0", _cases_of_counts, expected_l0, _counted_and_torch(), first="library"),
    Target("a3", "l0_penalty", _cases_of_penalties, l0_penalty, _counted_and_torch(_priced), first="library"),
    Target(
        "a3",
        "dense_l2",
        _cases_of_dense,
        dense_l2,
        (Column("all patterns", _all_patterns), Column("torch", _dense_by_torch, package="torch")),
        first="library",
    ),
    Target(
        "a3",
        "conv_l2",
        _cases_of_conv,
        conv_l2,
        (Column("all patterns", _all_patterns_of_maps), Column("torch", _conv_by_torch, package="torch")),
        first="library",
    ),
    Target(
        "a3",
        "dense_l2_gradients",
        _cases_of_dense,
        dense_l2_gradients,
        (
            Column("autograd", _gradients(autograd_vjp, plain.sigmoid)),
            Column("complex step", _gradients(complex_step, _analytic_sigmoid)),
            Column("torch", _gradients_by_torch, package="torch"),
        ),
        results=("dW", "dlog_alpha"),
    ),
    Target(
        "a3",
        "conv_group_size",
        _cases_of_sizes,
        conv_group_size,
        (Column("counted parameters", _counted_parameters),),
        first="library",
    ),
)
