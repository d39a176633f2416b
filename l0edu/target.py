r"""How is a wanted size reached without a search for lambda? By a constraint and its Lagrangian.

With s the expected share of the gated weights that is left (Eq. 16, divided by their number) and t the share
that is wanted, training minimizes by the parameters, and maximizes by the multipliers l1 and l2,

    E[data term] + l1 r + l2 r^2,    r = s / t - 1

A gate pays (l1 + 2 l2 r) / t for its share of s. The multipliers rise while s is above t, until enough gates
close; below t the price falls, and gates open again (`l0edu.pursuit`). t is ramped from the share at the
start to the wanted one. docs/derivations/target.md derives it and says where it comes from.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from l0edu.errors import InputError
from l0edu.flops import expected_total, flops
from l0edu.gating import gate_parameters, open_probabilities
from l0edu.gpu import to_host
from l0edu.hyperparameters import use_python_numbers
from l0edu.network import Network
from l0edu.penalty import expected_l0
from l0edu.tables import Table

__all__ = ["Pull", "Target", "aim_of_ramp", "expected_share", "lagrangian", "least_share"]

COSTS = ("l0", "flops")


@dataclass(frozen=True)
class Target:
    """The share of the network's cost that is to be left.

    Parameters
    ----------
    share : float
        t, in (0, 1): of the gated weights, or of the dense network's FLOPs.
    of : str
        "l0", the expected number of gated weights that are not zero, each by its own gate (compaction leaves
        fewer), or "flops", the expected number of floating-point operations for an example (what has to be
        computed: `l0edu.flops`, "live").
    ramp : float
        The share of all steps after which the ramp ends, in (0, 1].
    step_size : float
        Adam's, for the multipliers.

    Raises
    ------
    InputError
        When a number is out of its range.

    Examples
    --------
    >>> Target(0.1)
    Target(share=0.1, of='l0', ramp=0.5, step_size=0.01)
    """

    share: float
    of: str = "l0"
    ramp: float = 0.5
    step_size: float = 0.01

    def __post_init__(self) -> None:
        use_python_numbers(self)
        if not 0 < self.share < 1:
            raise InputError(
                f"a target of {self.share}: give the share to be left, between 0 and 1, as in 0.1"
            )
        _check_cost(self.of)
        if not 0 < self.ramp <= 1 or not 0 < self.step_size < np.inf:
            raise InputError(
                f"ramp = {self.ramp}, step_size = {self.step_size}: give 0 < ramp <= 1 and a step > 0"
            )


class Pull(NamedTuple):
    """What holds in one step.

    Attributes
    ----------
    target : Target
    aim : float
        t, as far as the ramp has come.
    linear, quadratic : float
        The multipliers l1 and l2.
    """

    target: Target
    aim: float
    linear: float
    quadratic: float


def expected_share(net: Network, params: Table, of: str = "l0") -> Any:
    """s: the expected cost over that of the dense network; differentiable by the params.

    Parameters
    ----------
    net : Network
    params : table
    of : str
        As in `Target`.

    Raises
    ------
    InputError
        For another `of`, or a network without gates.

    Examples
    --------
    >>> from l0edu import mlp
    >>> net = mlp()
    >>> params = net.init(np.random.default_rng(0))
    >>> round(float(expected_share(net, params)), 3), round(float(expected_share(net, params, "flops")), 3)
    (0.938, 0.781)
    """
    _check_cost(of)
    if not net.charges:
        raise InputError(f"{net.body.name} has no gates: its share is that of all it has")
    if of == "flops":
        return expected_total(net, open_probabilities(net, params)) / flops(net).total
    return expected_l0(net, params) / sum(charge.gates * charge.group_size for charge in net.charges)


def lagrangian(share: Any, pull: Pull) -> Any:
    """l1 r + l2 r^2 with r = s / t - 1; differentiable by s.

    Examples
    --------
    >>> lagrangian(0.3, Pull(Target(0.1), aim=0.2, linear=1.0, quadratic=2.0))
    1.0
    """
    r = share / pull.aim - 1
    return pull.linear * r + pull.quadratic * r * r


def aim_of_ramp(target: Target, start: float, progress: float) -> float:
    """t when a share `progress` of all steps is done: start^(1 - k) share^k, k = min(1, progress / ramp).

    It changes by the same factor in each step, as r measures the distance in units of t.

    Parameters
    ----------
    target : Target
    start : float
        The share before the first step.
    progress : float
        In [0, 1].

    Examples
    --------
    >>> [round(aim_of_ramp(Target(0.1), start=0.9, progress=done), 3) for done in (0, 0.25, 0.5, 1)]
    [0.9, 0.3, 0.1, 0.1]
    """
    done = min(1.0, progress / target.ramp)
    return float(start ** (1 - done) * target.share**done)  # so written, its two ends are exact


def least_share(net: Network, params: Table, of: str = "l0", clamp: float | None = None) -> float:
    """What is left of the cost with every gate that learns at its lowest: no target can be below.

    Parameters
    ----------
    net : Network
    params : table
    of : str
        As in `Target`.
    clamp : float, optional
        log_alpha cannot fall below -clamp (`Settings.clamp`), so that P(z != 0) stays above 0.

    Examples
    --------
    >>> from l0edu import mlp
    >>> net = mlp()
    >>> params = net.init(np.random.default_rng(0))
    >>> least_share(net, params), round(least_share(net, params, clamp=np.log(100)), 3)
    (0.0, 0.047)
    """
    lowest = dict(params)
    floor = -np.inf if clamp is None else -clamp
    for layer, name in gate_parameters(net):
        lowest[layer] = {**params[layer], name: np.full_like(params[layer][name], floor)}
    return float(to_host(expected_share(net, lowest, of)))


def _check_cost(of: str) -> None:
    if of not in COSTS:
        raise InputError(f"a target of {of!r}: choose one of {', '.join(COSTS)}")
