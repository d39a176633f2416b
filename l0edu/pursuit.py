"""How do the multipliers of a target move in a run, and survive its end?

They climb: Adam takes steps up the gradient of the Lagrangian (`l0edu.target`), whose derivative is r by l1
and r^2 by l2. It is Adam, since r changes by orders of magnitude on the way.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from l0edu.errors import InputError
from l0edu.gating import gate_parameters
from l0edu.gpu import to_host
from l0edu.network import Network
from l0edu.optim import Adam
from l0edu.tables import Table
from l0edu.target import Pull, Target, aim_of_ramp, expected_share, least_share

__all__ = ["Multipliers", "Pursuit", "ascend", "begin_multipliers"]

ROW = "multipliers"  # their one row in a table of parameters
NAMES = ("linear", "quadratic")


@dataclass(frozen=True)
class Multipliers:
    """Where the multipliers stand.

    Attributes
    ----------
    table : table
        Under "multipliers" the arrays "linear" and "quadratic", a number each, in float64.
    optimizer : dict
        Adam's state.
    start : float
        The share before the first step, where the ramp begins.
    """

    table: Table
    optimizer: dict[str, Any]
    start: float

    def values(self) -> tuple[float, float]:
        """l1 and l2."""
        return float(self.table[ROW]["linear"]), float(self.table[ROW]["quadratic"])

    def arrays(self) -> dict[str, Any]:
        """All of it as nested dictionaries of arrays, for a file."""
        moments = {name: self.optimizer[name] for name in ("m", "v")}
        return {
            "values": self.table,
            **moments,
            "t": np.array(self.optimizer["t"]),
            "start": np.array(self.start),
        }

    @classmethod
    def of_arrays(cls, arrays: Any) -> "Multipliers":
        """What `arrays` gave; ValueError for anything else."""
        tables = [{ROW: {name: arrays[part][ROW][name] for name in NAMES}} for part in ("values", "m", "v")]
        numbers = [table[ROW][name] for table in tables for name in NAMES] + [arrays["t"], arrays["start"]]
        if not all(np.shape(number) == () and np.isfinite(number) for number in numbers):
            raise ValueError("the multipliers of its target are no finite numbers")
        if arrays["t"].dtype.kind not in "iu" or arrays["t"] < 0 or not 0 < arrays["start"] <= 1:
            raise ValueError("the steps or the start of its target are off")
        values, m, v = tables
        if any(number.dtype != np.float64 for number in numbers[:-2]) or min(v[ROW].values()) < 0:
            raise ValueError("the multipliers of its target are of another dtype, or a moment is negative")
        return cls(values, {"t": int(arrays["t"]), "m": m, "v": v}, float(arrays["start"]))


def begin_multipliers(net: Network, params: Table, target: Target, clamp: float | None = None) -> Multipliers:
    """Multipliers of 0, after a check that the target can be met.

    Parameters
    ----------
    net : Network
    params : table
        Before the first step.
    target : Target
    clamp : float, optional
        As in `Settings`.

    Raises
    ------
    InputError
        When no gate learns, or when the target is not above `least_share`: what is left with all gates
        closed, or as closed as the clamp lets them.

    Examples
    --------
    >>> from l0edu import mlp
    >>> net = mlp()
    >>> params = net.init(np.random.default_rng(0))
    >>> begin_multipliers(net, params, Target(0.1)).values()
    (0.0, 0.0)
    >>> begin_multipliers(net, params, Target(0.03), clamp=np.log(100))
    Traceback (most recent call last):
    l0edu.errors.InputError: a target of 0.03 cannot be met: with log_alpha clamped at -4.605, ...
    """
    if not gate_parameters(net):
        raise InputError(f"{net.body.name} has no gates that learn: a target share needs some")
    least = least_share(net, params, target.of, clamp)
    if target.share <= least:
        raise InputError(
            f"a target of {target.share:g} cannot be met: with {_lowest(clamp)}, {least:.3g} is left; "
            "ask for more, or loosen the clamp"
        )
    table = {ROW: {name: np.zeros(()) for name in NAMES}}
    start = float(expected_share(net, params, target.of))
    return Multipliers(table, Adam(target.step_size).init(table), start)


def ascend(multipliers: Multipliers, pull: Pull, share: float) -> Multipliers:
    """One step of Adam up the gradient: d/dl1 = r and d/dl2 = r^2, with r = s / t - 1.

    Parameters
    ----------
    multipliers : Multipliers
    pull : Pull
        What held in the step.
    share : float
        s, under the parameters of the step.

    Returns
    -------
    Multipliers
    """
    r = share / pull.aim - 1
    downhill = {ROW: {"linear": np.array(-r), "quadratic": np.array(-r * r)}}
    table, optimizer = Adam(pull.target.step_size).update(multipliers.table, downhill, multipliers.optimizer)
    return Multipliers(table, optimizer, multipliers.start)


class Pursuit:
    """The multipliers through the steps of one epoch; without a target, nothing.

    Parameters
    ----------
    net : Network
    target : Target or None
    multipliers : Multipliers or None
        At the epoch's start.
    done, steps : int
        Steps done before the epoch, and steps of the whole pursuit. As long as `done` is negative, nothing
        is pursued.

    Attributes
    ----------
    multipliers : Multipliers or None
        After the last step.
    """

    def __init__(
        self, net: Network, target: Target | None, multipliers: Multipliers | None, done: int, steps: int
    ) -> None:
        self.multipliers = multipliers
        self._net, self._target = net, target
        self._done, self._steps = done, steps

    def pull(self) -> Pull | None:
        """What holds in this step."""
        if self._target is None or self.multipliers is None or self._done < 0:
            return None
        aim = aim_of_ramp(self._target, self.multipliers.start, self._done / self._steps)
        return Pull(self._target, aim, *self.multipliers.values())

    def ascend(self, params: Table) -> None:
        """Move the multipliers by the share under this step's parameters, and go on to the next step.

        The multipliers are numbers of the host: on a device every step waits for the share, in one download;
        that of FLOPs, which the host computes, takes two for each layer of gates.
        """
        pull = self.pull()
        if pull is not None and self.multipliers is not None:
            share = float(to_host(expected_share(self._net, params, pull.target.of)))
            self.multipliers = ascend(self.multipliers, pull, share)
        self._done += 1

    def report(self, params: Table) -> dict[str, float] | None:
        """The share under these parameters, the aim and the multipliers, for a record."""
        pull = self.pull()
        if pull is None:
            return None
        share = float(expected_share(self._net, params, pull.target.of))
        return {"share": share, "aim": pull.aim, "linear": pull.linear, "quadratic": pull.quadratic}


def _lowest(clamp: float | None) -> str:
    return "all gates closed" if clamp is None else f"log_alpha clamped at -{clamp:.4g}"
