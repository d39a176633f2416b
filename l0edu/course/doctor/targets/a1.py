"""How are the functions of a1, the gate, examined?

A value is reached by another route: gates are counted, or the distribution function is inverted by bisection.
Eq. 13 is the median of a gate of temperature 1, so it too can be had from the distribution function.
"""

from typing import Any

import numpy as np

from l0edu.course.doctor import in_torch
from l0edu.course.doctor.routes import bisection, evenly_spaced
from l0edu.course.doctor.target import Case, Column, Target
from l0edu.course.draws import law, locations, noise
from l0edu.gates import HardConcrete
from l0edu.tables import Array

__all__ = ["TARGETS"]

N = 24
COUNTED = 5e-5  # what counting 100,000 evenly spaced gates may be off, relative to probabilities of some size


def sample(log_alpha: Array, u: Array, beta: float, gamma: float, zeta: float) -> Array:
    """Eqs. 10 and 11."""
    return HardConcrete(beta, gamma, zeta).sample(log_alpha, u)


def prob_open(log_alpha: Array, beta: float, gamma: float, zeta: float) -> Array:
    """Eq. 12."""
    return HardConcrete(beta, gamma, zeta).prob_open(log_alpha)


def test_value(log_alpha: Array, beta: float, gamma: float, zeta: float) -> Array:
    """Eq. 13."""
    return HardConcrete(beta, gamma, zeta).test_value(log_alpha)


def cdf(log_alpha: Array, s_bar: Array, beta: float, gamma: float, zeta: float) -> Array:
    """Appendix B."""
    return HardConcrete(beta, gamma, zeta).cdf(log_alpha, s_bar)


def _cases_of_sample(rng: np.random.Generator) -> list[Case]:
    hc, log_alpha = law(rng), locations(rng, N)
    ends = hc.beta, hc.gamma, hc.zeta
    return [
        Case((log_alpha, noise(rng, N), *ends), f"with u of shape ({N},)"),
        Case((log_alpha, noise(rng, 5, N), *ends), f"with u of shape (5, {N})"),
    ]


def _cases_of_gates(rng: np.random.Generator) -> list[Case]:
    return [Case((locations(rng, N), hc.beta, hc.gamma, hc.zeta)) for hc in (law(rng), law(rng))]


def _cases_of_cdf(rng: np.random.Generator) -> list[Case]:
    hc, log_alpha = law(rng), locations(rng, N)
    shapes = ((N,), (5, N))
    stretched = [rng.uniform(hc.gamma + 0.01, hc.zeta - 0.01, shape) for shape in shapes]
    return [
        Case((log_alpha, s_bar, hc.beta, hc.gamma, hc.zeta), f"with s_bar of shape {s_bar.shape}")
        for s_bar in stretched
    ]


def _inverted_cdf(log_alpha: Array, u: Array, beta: float, gamma: float, zeta: float) -> Array:
    """A sample is the quantile of its noise: the s_bar with Q(s_bar) = u, clipped."""
    hc = HardConcrete(beta, gamma, zeta)
    return np.clip(bisection(lambda s_bar: hc.cdf(log_alpha, s_bar), u, gamma, zeta), 0, 1)


def _median_at_temperature_1(log_alpha: Array, beta: float, gamma: float, zeta: float) -> Array:  # noqa: ARG001
    return _inverted_cdf(log_alpha, np.full(log_alpha.shape, 0.5), 1.0, gamma, zeta)


def _counted_open(log_alpha: Array, beta: float, gamma: float, zeta: float) -> Array:
    """The fraction of many gates that are not 0."""
    hc, u = HardConcrete(beta, gamma, zeta), evenly_spaced()
    return np.array([np.mean(hc.sample(np.full(u.shape, one), u) > 0) for one in log_alpha])


def _counted_below(log_alpha: Array, s_bar: Array, beta: float, gamma: float, zeta: float) -> Array:
    """The fraction of many stretched gates that are at most s_bar."""
    hc, u = HardConcrete(beta, gamma, zeta), evenly_spaced()
    fractions = np.empty(s_bar.shape)
    for i, one in enumerate(log_alpha):
        stretched = hc.sample_stretched(np.full(u.shape, one), u)  # in order, as u is
        fractions[..., i] = np.searchsorted(stretched, s_bar[..., i]) / u.size
    return fractions


def _where_clipped(log_alpha: Array, u: Array, beta: float, gamma: float, zeta: float) -> dict[str, Array]:
    return _regions(sample(log_alpha, u, beta, gamma, zeta))


def _where_clipped_at_test(log_alpha: Array, beta: float, gamma: float, zeta: float) -> dict[str, Array]:
    return _regions(test_value(log_alpha, beta, gamma, zeta))


def _regions(z: Array) -> dict[str, Array]:
    return {
        "0 < z < 1": (z > 0) & (z < 1),
        "the gate is clipped to 0": z == 0,
        "the gate is clipped to 1": z == 1,
    }


def _where_below_0(log_alpha: Array, s_bar: Array, *_: Any) -> dict[str, Array]:
    between = (s_bar > 0) & (s_bar < 1) & (log_alpha == log_alpha)
    return {"0 < s_bar < 1": between, "s_bar is outside [0, 1]": ~between}


TARGETS = (
    Target(
        "a1",
        "sample",
        _cases_of_sample,
        sample,
        (Column("bisection of cdf", _inverted_cdf), in_torch.column(in_torch.sample)),
        first="library",
        regions=_where_clipped,
    ),
    Target(
        "a1",
        "prob_open",
        _cases_of_gates,
        prob_open,
        (Column("counted gates", _counted_open, COUNTED), in_torch.column(in_torch.open_probability)),
        first="library",
    ),
    Target(
        "a1",
        "test_value",
        _cases_of_gates,
        test_value,
        (Column("bisection of cdf", _median_at_temperature_1), in_torch.column(in_torch.noiseless)),
        first="library",
        regions=_where_clipped_at_test,
    ),
    Target(
        "a1",
        "cdf",
        _cases_of_cdf,
        cdf,
        (Column("counted gates", _counted_below, COUNTED), in_torch.column(in_torch.cdf)),
        first="library",
        regions=_where_below_0,
    ),
)
