"""Where does a run stand, and what did an epoch give?"""

from dataclasses import dataclass
from typing import Any

from l0edu.pursuit import Multipliers
from l0edu.tables import FlatTable, Table

__all__ = ["PartOfEpoch", "Record", "State"]


@dataclass(frozen=True)
class PartOfEpoch:
    """How much of an epoch is done, for a state that was kept inside it.

    Attributes
    ----------
    losses : list of dict
        "data", "l0" and "l2" of each step so far.
    generator : dict
        The state of the epoch's random generator, as `numpy.random.BitGenerator.state` gives it.
    seconds : float
        Wall time of these steps.
    sums : dict
        The running sums of "optimizer", "average" and, if there is one, "gate_optimizer" as the steps hold
        them. The state has the same in its ordinary form, which is rounded otherwise: going on from that
        would not be going on to the bit.
    """

    losses: list[dict[str, float]]
    generator: dict[str, Any]
    seconds: float
    sums: dict[str, Any]

    @property
    def steps(self) -> int:
        """How many steps are done."""
        return len(self.losses)


@dataclass(frozen=True)
class State:
    """Where a run stands: all that is needed to go on.

    Attributes
    ----------
    epoch : int
        Whole epochs done.
    params : table
    optimizer, average : dict
        States of the rules in `l0edu.optim`.
    seconds : float
        Wall time so far.
    multipliers : Multipliers, optional
        Where there is a target.
    gate_optimizer : dict, optional
        State of the gates' own rule, where they have one.
    part : PartOfEpoch, optional
        What is done of the next epoch, when the state was kept inside it.
    """

    epoch: int
    params: Table
    optimizer: dict[str, Any]
    average: dict[str, Any]
    seconds: float = 0.0
    multipliers: Multipliers | None = None
    part: PartOfEpoch | None = None
    gate_optimizer: dict[str, Any] | None = None


@dataclass(frozen=True)
class Record:
    """What one epoch gave.

    Attributes
    ----------
    epoch : int
        From 1.
    train_loss, data_loss, l0_penalty, l2_penalty : float
        Means over the epoch's steps, of the whole objective and of its terms. With a target `l0_penalty` is
        the Lagrangian's part (`l0edu.target`), which may be negative, and rises with the multipliers: runs
        with a target are compared by `data_loss`.
    train_error : float
        As the next, on 1,000 training images, which are not flipped or cropped.
    test_error, validation_error : float or None
        Percent wrong under the averaged parameters and their test gates.
    architecture : list of int
        Gates open at test time, one number a gated layer, under the averaged parameters.
    expected_l0 : float
        E||theta||_0 of the gated weights, under the averaged parameters.
    expected_flops, expected_flops_own_gates : float
        Floating-point operations for one example to be expected under `open_probabilities`: of what has to be
        computed, and in the paper's convention, each layer by its own gates (`l0edu.flops`).
    flops : int
        Those of the network that is left at test time, exactly.
    open_probabilities : dict
        P(z != 0) of every gate, under the averaged parameters.
    step_ms : float
        Mean wall time of a training step, in milliseconds.
    params : table
        The averaged parameters.
    state : State
        From which `fit` goes on.
    stats : table, optional
        Batch norm's moments under the averaged parameters and their test gates, where there is batch norm.
    pursuit : dict, optional
        Where there is a target: "share" under the averaged parameters, the "aim" of the ramp, and the
        multipliers "linear" and "quadratic", after the epoch.
    """

    epoch: int
    train_loss: float
    data_loss: float
    l0_penalty: float
    l2_penalty: float
    train_error: float
    test_error: float | None
    validation_error: float | None
    architecture: list[int]
    expected_l0: float
    expected_flops: float
    expected_flops_own_gates: float
    flops: int
    open_probabilities: FlatTable
    step_ms: float
    params: Table
    state: State
    stats: Table | None = None
    pursuit: dict[str, float] | None = None

    def metrics(self) -> dict[str, Any]:
        """The record without its arrays, for a line of JSON; open probabilities as a mean for each layer."""
        numbers = {key: value for key, value in vars(self).items() if key not in ("params", "state", "stats")}
        if self.pursuit is None:
            del numbers["pursuit"]
        means = {layer: float(p.mean()) for layer, p in self.open_probabilities.items()}
        return {**numbers, "open_probabilities": means, "seconds": self.state.seconds}
