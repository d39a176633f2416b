"""How does torch write the gate? For a column of the table only: torch is optional, and loaded when asked."""

from collections.abc import Callable
from math import log
from typing import Any

import numpy as np

from l0edu.course.doctor.target import Column
from l0edu.tables import Array

__all__ = ["cdf", "column", "derivative", "noiseless", "open_probability", "sample", "tensor"]


def column(formula: Callable[..., Any]) -> Column:
    """A column of values, from a formula of tensors.

    Parameters
    ----------
    formula : callable
        Of the function's arguments, arrays among them as tensors.

    Examples
    --------
    >>> column(sample).title
    'torch'
    """
    return Column("torch", lambda *arguments: formula(*map(tensor, arguments)).numpy(), package="torch")


def derivative(formula: Callable[[Any], Any], x: Array, g: Any = 1.0) -> Array:
    """d sum(g formula(x)) / dx, derived by torch.

    Parameters
    ----------
    formula : callable
        Of one tensor.
    x, g : array
    """
    point = tensor(x).detach().clone().requires_grad_()
    (tensor(np.asarray(g, float)) * formula(point)).sum().backward()
    return np.asarray(point.grad.numpy())


def sample(log_alpha: Any, u: Any, beta: float, gamma: float, zeta: float) -> Any:
    """Eqs. 10 and 11, on tensors."""
    return _clipped(((u.logit() + log_alpha) / beta).sigmoid(), gamma, zeta)


def noiseless(log_alpha: Any, beta: float, gamma: float, zeta: float) -> Any:  # noqa: ARG001
    """Eq. 13, on tensors."""
    return _clipped(log_alpha.sigmoid(), gamma, zeta)


def open_probability(log_alpha: Any, beta: float, gamma: float, zeta: float) -> Any:
    """Eq. 12, on tensors."""
    return (log_alpha - beta * log(-gamma / zeta)).sigmoid()


def cdf(log_alpha: Any, s_bar: Any, beta: float, gamma: float, zeta: float) -> Any:
    """Appendix B, on tensors."""
    return (beta * ((s_bar - gamma) / (zeta - gamma)).logit() - log_alpha).sigmoid()


def _clipped(s: Any, gamma: float, zeta: float) -> Any:
    return (s * (zeta - gamma) + gamma).clamp(0, 1)


def tensor(value: Any) -> Any:
    """An array as a tensor of float64; anything else as it is."""
    import torch

    return torch.tensor(value, dtype=torch.float64) if isinstance(value, np.ndarray) else value
