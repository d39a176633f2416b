"""How large is a step, and how does it change with time?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from l0edu.errors import InputError
from l0edu.hyperparameters import use_python_numbers

__all__ = ["StepDecay", "StepSize", "check_step_size", "step_size_after"]

StepSize: TypeAlias = float | Callable[[int], float]


@dataclass(frozen=True)
class StepDecay:
    """step = initial factor^m, with m the number of milestones that are reached.

    Parameters
    ----------
    initial : float
        Positive.
    milestones : tuple of int
        Counts of updates after which the step size drops, in increasing order.
    factor : float
        Positive.

    Raises
    ------
    InputError
        When a number is not positive or the milestones are not in order.

    Examples
    --------
    >>> schedule = StepDecay(0.1, milestones=(100, 200), factor=0.2)
    >>> [round(schedule(t), 4) for t in (0, 99, 100, 250)]
    [0.1, 0.1, 0.02, 0.004]
    """

    initial: float
    milestones: tuple[int, ...]
    factor: float = 0.1

    def __post_init__(self) -> None:
        use_python_numbers(self)
        if not (0 < self.initial < np.inf and 0 < self.factor < np.inf):
            raise InputError(f"initial = {self.initial}, factor = {self.factor}: both must be positive")
        if list(self.milestones) != sorted(self.milestones):
            raise InputError(f"milestones {self.milestones}: give them in increasing order")

    def __call__(self, updates: int) -> float:
        """The step size after so many updates."""
        passed = sum(updates >= milestone for milestone in self.milestones)
        return self.initial * self.factor**passed


def check_step_size(step_size: StepSize) -> None:
    """Refuse a number that is not positive."""
    if not callable(step_size) and not 0 < step_size < np.inf:
        raise InputError(f"step_size = {step_size}: it must be positive, for example 1e-3")


def step_size_after(step_size: StepSize, updates: int) -> float:
    """The step size after so many updates, whether it is a number or a schedule."""
    step = float(step_size(updates) if callable(step_size) else step_size)
    if not 0 < step < np.inf:
        raise InputError(
            f"the schedule gives the step size {step} after {updates} updates: it must be positive"
        )
    return step
