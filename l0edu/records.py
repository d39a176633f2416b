"""What decides a run, where does it stand, and what did an epoch give?"""

from dataclasses import dataclass, field
from typing import Any

from l0edu.averaging import Average
from l0edu.errors import InputError
from l0edu.hyperparameters import use_python_numbers
from l0edu.optim import SGD, Adam
from l0edu.pursuit import Multipliers
from l0edu.tables import FlatTable, Table
from l0edu.target import Target

__all__ = ["Record", "Settings", "State"]


@dataclass(frozen=True)
class Settings:
    """What decides a run, beside the network and the data.

    The defaults suit the embedded digits; for a full set the command line takes epochs=200, averaging=0.999.

    Parameters
    ----------
    epochs, batch_size : int
    lam : float or tuple of float
        lambda in units of 1/N, one or one a gated layer: .1 is the paper's "lambda = 0.1 / N". A target
        finds its own price: leave lambda out then.
    weight_decay : float
        The L2 term's weight >= 0, not divided or multiplied by N: wd of `l0edu.l2_penalty`.
    optimizer : Adam or SGD
    averaging : float
        Decay of the averaged parameters, on which everything is evaluated, in [0, 1).
    seed : int
        0 or positive.
    dtype : str
        "float32" or "float64".
    clamp : float, optional
        Clamp log_alpha to [-clamp, clamp] after each step, as the reference code does with log 100; positive.
    conditional : bool
        Skip what closed gates make useless in a step, where that pays: the same up to rounding.
    per_example : bool
        Draw the gates for each example of a minibatch; else once for all of it, as the paper does.
    target : Target, optional
        The share of weights or FLOPs that is to be left: multipliers take the place of lambda.
    gate_step_factor : float
        How many times larger the optimizer's steps are for the gates' parameters.

    Raises
    ------
    InputError
        When a value is outside its range, or lambda and a target are both given; whether `lam` and `clamp`
        fit the network is checked in training.

    Examples
    --------
    >>> Settings(epochs=2, lam=(0.1, 0.3, 0.4)).lam
    (0.1, 0.3, 0.4)
    """

    epochs: int = 120
    batch_size: int = 100
    lam: float | tuple[float, ...] = 0.1
    weight_decay: float = 0.0
    optimizer: Adam | SGD = field(default_factory=Adam)
    averaging: float = 0.99
    seed: int = 0
    dtype: str = "float32"
    clamp: float | None = None
    conditional: bool = True
    per_example: bool = False
    target: Target | None = None
    gate_step_factor: float = 1.0

    def __post_init__(self) -> None:
        use_python_numbers(self)
        if self.epochs < 1 or self.batch_size < 1:
            raise InputError(
                f"epochs = {self.epochs}, batch_size = {self.batch_size}: both must be at least 1"
            )
        if not 0 <= self.weight_decay < float("inf"):
            raise InputError(f"weight_decay = {self.weight_decay}: it must be 0 or positive, as in 5e-4")
        if not 0 < self.gate_step_factor < float("inf"):
            raise InputError(f"gate_step_factor = {self.gate_step_factor}: it must be positive, as in 10")
        if self.clamp is not None and not self.clamp > 0:
            raise InputError(f"clamp = {self.clamp}: it must be positive, as log 100, or None")
        if self.seed < 0:
            raise InputError(f"seed = {self.seed}: it must be 0 or positive")
        if self.dtype not in ("float32", "float64"):
            raise InputError(f"dtype = {self.dtype!r}: choose 'float32' or 'float64'")
        Average(self.averaging)
        _check_target(self.target, self.lam)


def _check_target(target: Any, lam: Any) -> None:
    if target is None:
        return
    if not isinstance(target, Target):
        raise InputError(f"target = {target!r}: write Target(0.1), or Target(0.1, of='flops')")
    if lam not in (0, Settings.lam):  # its default stands for nothing asked
        raise InputError(f"lam = {lam} and a target: give one of them, as the target finds its own price")


@dataclass(frozen=True)
class State:
    """Where a run stands after an epoch: all that is needed to go on.

    Attributes
    ----------
    epoch : int
        Epochs done.
    params : table
    optimizer, average : dict
        States of the rules in `l0edu.optim`.
    seconds : float
        Wall time so far.
    multipliers : Multipliers, optional
        Where there is a target.
    """

    epoch: int
    params: Table
    optimizer: dict[str, Any]
    average: dict[str, Any]
    seconds: float = 0.0
    multipliers: Multipliers | None = None


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
    pursuit : dict, optional
        Where there is a target: "share" under the averaged parameters, the "aim" of the ramp, and the
        multipliers "linear" and "quadratic", after the epoch.
    """

    epoch: int
    train_loss: float
    data_loss: float
    l0_penalty: float
    l2_penalty: float
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
    pursuit: dict[str, float] | None = None

    def metrics(self) -> dict[str, Any]:
        """The record without its arrays, for a line of JSON; open probabilities as a mean for each layer."""
        numbers = {key: value for key, value in vars(self).items() if key not in ("params", "state")}
        if self.pursuit is None:
            del numbers["pursuit"]
        means = {layer: float(p.mean()) for layer, p in self.open_probabilities.items()}
        return {**numbers, "open_probabilities": means, "seconds": self.state.seconds}
