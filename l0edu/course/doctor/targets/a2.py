"""How are the functions of a2, gradients by hand, examined? autograd, differences and torch derive them."""

from typing import Any

import autograd.numpy as anp
import numpy as np

from l0edu import plain
from l0edu.bernoulli import BernoulliGates
from l0edu.concrete import logit
from l0edu.course.doctor import in_torch
from l0edu.course.doctor.routes import autograd_vjp, central_difference, complex_step
from l0edu.course.doctor.target import Case, Column, Target
from l0edu.course.draws import law, locations, noise
from l0edu.gates import HardConcrete, hard_concrete, hard_concrete_dlog_alpha, open_probability_dlog_alpha
from l0edu.tables import Array

__all__ = ["TARGETS"]

N = 24
BATCH = 5
SAMPLES = 15
BY_DIFFERENCE = 1e-6


def sample_vjp(g: Array, log_alpha: Array, u: Array, beta: float, gamma: float, zeta: float) -> Array:
    """g (zeta - gamma) s (1 - s) / beta where 0 < z < 1, summed over the batch."""
    z = hard_concrete(log_alpha, u, beta, gamma, zeta)
    return hard_concrete_dlog_alpha(g, z, log_alpha, beta, gamma, zeta)


def prob_open_vjp(g: Array, log_alpha: Array, beta: float, gamma: float, zeta: float) -> Array:
    """g p (1 - p)."""
    return open_probability_dlog_alpha(g, log_alpha, _threshold(beta, gamma, zeta))


def penalty_gradient(
    log_alpha: Array, group_size: int, lam: float, beta: float, gamma: float, zeta: float
) -> Array:
    """lam |g| p (1 - p)."""
    return prob_open_vjp(np.full(log_alpha.shape, lam * group_size), log_alpha, beta, gamma, zeta)


def score_function_gradient(losses: Array, z: Array, pi: Array) -> Array:
    """The mean of L(z) (z - pi)."""
    return losses @ BernoulliGates().score(logit(pi), z) / len(losses)


def score_function_with_baseline(losses: Array, z: Array, pi: Array) -> Array:
    """The same, with the mean of the other losses subtracted from each loss."""
    others = np.array([np.delete(losses, i).mean() for i in range(len(losses))])
    return score_function_gradient(losses - others, z, pi)


def _threshold(beta: float, gamma: float, zeta: float) -> float:
    return float(beta * np.log(-gamma / zeta))


# ---- cases


def _cases_of_samples(rng: np.random.Generator) -> list[Case]:
    hc, log_alpha = law(rng), locations(rng, N)
    return [
        Case(
            (rng.normal(size=shape), log_alpha, noise(rng, *shape), hc.beta, hc.gamma, hc.zeta),
            f"with u of shape {shape}",
        )
        for shape in ((N,), (BATCH, N))
    ]


def _cases_of_probabilities(rng: np.random.Generator) -> list[Case]:
    laws = law(rng), law(rng)
    return [Case((rng.normal(size=N), locations(rng, N), hc.beta, hc.gamma, hc.zeta)) for hc in laws]


def _cases_of_penalties(rng: np.random.Generator) -> list[Case]:
    laws = law(rng), law(rng)
    return [
        Case((locations(rng, N), int(size), float(rng.uniform(0.01, 0.2)), hc.beta, hc.gamma, hc.zeta))
        for hc, size in zip(laws, rng.choice(np.arange(30, 300), 2, replace=False), strict=True)
    ]


def _cases_of_coins(rng: np.random.Generator) -> list[Case]:
    cases = []
    for samples, n in ((SAMPLES, 6), (SAMPLES + 6, 4)):
        pi = rng.uniform(0.1, 0.9, n)
        z = (rng.random((samples, n)) < pi).astype(float)
        cases.append(Case((rng.normal(2, 1, samples), z, pi)))
    return cases


# ---- other routes


def _sample_by_autograd(g: Array, log_alpha: Array, *rest: Any) -> Array:
    return autograd_vjp(lambda x: plain.hard_concrete(x, *rest), log_alpha, g)


def _sample_by_difference(
    g: Array, log_alpha: Array, u: Array, beta: float, gamma: float, zeta: float
) -> Array:
    return central_difference(lambda x: HardConcrete(beta, gamma, zeta).sample(x, u), log_alpha, g)


def _sample_by_torch(g: Array, log_alpha: Array, u: Array, *hyperparameters: float) -> Array:
    return in_torch.derivative(
        lambda x: in_torch.sample(x, in_torch.tensor(u), *hyperparameters), log_alpha, g
    )


def _probability_by_autograd(g: Array, log_alpha: Array, *hyperparameters: float) -> Array:
    return autograd_vjp(lambda x: plain.open_probability(x, _threshold(*hyperparameters)), log_alpha, g)


def _probability_by_complex_step(g: Array, log_alpha: Array, *hyperparameters: float) -> Array:
    return complex_step(lambda x: 1 / (1 + np.exp(_threshold(*hyperparameters) - x)), log_alpha, g)


def _probability_by_torch(g: Array, log_alpha: Array, *hyperparameters: float) -> Array:
    return in_torch.derivative(lambda x: in_torch.open_probability(x, *hyperparameters), log_alpha, g)


def _priced(route: Any) -> Any:
    """A route to the penalty's gradient, made from a route to the gradient of P(z != 0)."""
    return lambda log_alpha, group_size, lam, *rest: route(lam * group_size, log_alpha, *rest)


def _log_probability(logits: Any, z: Array) -> Any:
    return anp.sum(z * anp.log(plain.sigmoid(logits)) + (1 - z) * anp.log(plain.sigmoid(-logits)), axis=1)


def _score_by_autograd(losses: Array, z: Array, pi: Array) -> Array:
    return autograd_vjp(lambda logits: anp.mean(losses * _log_probability(logits, z)), logit(pi))


def _score_by_difference(losses: Array, z: Array, pi: Array) -> Array:
    return central_difference(
        lambda logits: np.mean(losses * BernoulliGates().log_prob(logits, z)), logit(pi)
    )


def _covariance(losses: Array, z: Array, pi: Array) -> Array:  # noqa: ARG001
    """With the mean of the others as its baseline, the estimate is the sample covariance of L and z."""
    return np.cov(losses, z, rowvar=False)[0, 1:]


def _where_clipped(_: Array, *arguments: Any) -> dict[str, Array]:
    z = hard_concrete(*arguments)
    return {
        "0 < z < 1": (z > 0) & (z < 1),
        "the gate is clipped to 0": z == 0,
        "the gate is clipped to 1": z == 1,
    }


_BY_PROBABILITY = {"autograd": _probability_by_autograd, "complex step": _probability_by_complex_step}

TARGETS = (
    Target(
        "a2",
        "sample_vjp",
        _cases_of_samples,
        sample_vjp,
        (
            Column("autograd", _sample_by_autograd),
            Column("central difference", _sample_by_difference, BY_DIFFERENCE),
            Column("torch", _sample_by_torch, package="torch"),
        ),
        regions=_where_clipped,
    ),
    Target(
        "a2",
        "prob_open_vjp",
        _cases_of_probabilities,
        prob_open_vjp,
        (
            *(Column(title, route) for title, route in _BY_PROBABILITY.items()),
            Column("torch", _probability_by_torch, package="torch"),
        ),
    ),
    Target(
        "a2",
        "penalty_gradient",
        _cases_of_penalties,
        penalty_gradient,
        (
            *(Column(title, _priced(route)) for title, route in _BY_PROBABILITY.items()),
            Column("torch", _priced(_probability_by_torch), package="torch"),
        ),
    ),
    Target(
        "a2",
        "score_function_gradient",
        _cases_of_coins,
        score_function_gradient,
        (
            Column("autograd", _score_by_autograd),
            Column("central difference", _score_by_difference, BY_DIFFERENCE),
        ),
    ),
    Target(
        "a2",
        "score_function_with_baseline",
        _cases_of_coins,
        score_function_with_baseline,
        (Column("covariance of L and z", _covariance),),
    ),
)
