"""What decides a run, beside the network and the data?"""

from dataclasses import dataclass, field
from typing import Any

from l0edu.averaging import Average
from l0edu.errors import InputError
from l0edu.hyperparameters import use_python_numbers
from l0edu.optim import SGD, Adam
from l0edu.target import Target

__all__ = ["Settings"]


@dataclass(frozen=True)
class Settings:
    """What decides a run.

    The defaults suit the embedded digits; for a full set the command line takes epochs=200, averaging=0.999.

    Parameters
    ----------
    epochs, batch_size : int
    lam : float or tuple of float
        lambda in units of 1/N, one or one a gated layer: .1 is the paper's "lambda = 0.1 / N". A target
        finds its own price: leave lambda out then.
    weight_decay : float
        The L2 term's weight >= 0, not divided or multiplied by N: wd of `l0edu.l2_penalty`.
    gated_weight_decay : float, optional
        Another one for weights that have a gate.
    decay_batch_norm : bool
        Whether batch norm's scale and shift decay too.
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
        Skip what closed gates make useless in a step, where that pays: the same up to rounding. On a device
        nothing is skipped.
    per_example : bool
        Draw the gates for each example of a minibatch; else once for all of it, as the paper does.
    target : Target, optional
        The share of weights or FLOPs that is to be left: multipliers take the place of lambda.
    gate_step_factor : float
        How many times larger the optimizer's steps are for the gates' parameters.
    gate_optimizer : Adam or SGD, optional
        A rule of their own for the gates' parameters.
    warm_up : int
        So many epochs at the start train without gates: the network is dense, size costs nothing, and the
        gates' parameters rest. The L2 term stays that of the gated network: a weight counts by P(z != 0) of
        its gates, and `gated_weight_decay` holds. Evaluation is under the test gates from the first epoch on.
        Adam counts its steps from the start, so its first steps of the gates after a long warm-up are up to
        6.6 times as large; a `gate_optimizer` counts its own.
    augment : bool
        Flip and crop the training images at random (`l0edu.data.flip_and_crop`).
    repeatable : bool
        On a device, draw the noise of the gates on the host too, and move it in every step: batches, flips,
        crops and noise are then those of the CPU, to the bit, also in a run that goes on inside an epoch.
        Without it the device draws the noise. On the CPU it changes nothing.

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
    gate_optimizer: Adam | SGD | None = None
    gated_weight_decay: float | None = None
    decay_batch_norm: bool = False
    warm_up: int = 0
    augment: bool = False
    repeatable: bool = False

    def __post_init__(self) -> None:
        use_python_numbers(self)
        if self.epochs < 1 or self.batch_size < 1:
            raise InputError(
                f"epochs = {self.epochs}, batch_size = {self.batch_size}: both must be at least 1"
            )
        _check_decay("weight_decay", self.weight_decay)
        _check_decay("gated_weight_decay", self.gated_weight_decay)
        _check_gate_steps(self.gate_step_factor, self.gate_optimizer)
        if self.clamp is not None and not self.clamp > 0:
            raise InputError(f"clamp = {self.clamp}: it must be positive, as log 100, or None")
        if not 0 <= self.warm_up < self.epochs:
            raise InputError(
                f"warm_up = {self.warm_up}: it must be at least 0 and less than the {self.epochs} epochs"
            )
        if self.seed < 0:
            raise InputError(f"seed = {self.seed}: it must be 0 or positive")
        Average(self.averaging)
        _check_dtype(self.dtype)
        _check_target(self.target, self.lam)


def _check_gate_steps(factor: float, rule: Any) -> None:
    if not 0 < factor < float("inf"):
        raise InputError(f"gate_step_factor = {factor}: it must be positive, as in 10")
    if factor != 1 and rule is not None:
        raise InputError(f"gate_step_factor = {factor} and a gate_optimizer: give one of them")


def _check_dtype(dtype: str) -> None:
    if dtype not in ("float32", "float64"):
        raise InputError(f"dtype = {dtype!r}: choose 'float32' or 'float64'")


def _check_decay(name: str, decay: float | None) -> None:
    if decay is not None and not 0 <= decay < float("inf"):
        raise InputError(f"{name} = {decay}: it must be 0 or positive, as in 5e-4")


def _check_target(target: Any, lam: Any) -> None:
    if target is None:
        return
    if not isinstance(target, Target):
        raise InputError(f"target = {target!r}: write Target(0.1), or Target(0.1, of='flops')")
    if lam not in (0, Settings.lam):  # its default stands for nothing asked
        raise InputError(f"lam = {lam} and a target: give one of them, as the target finds its own price")
