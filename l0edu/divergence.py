"""When has training diverged? When a loss, a parameter or a moment is not finite any more."""

from collections.abc import Mapping

import numpy as np

from l0edu.errors import TrainingDivergedError
from l0edu.records import State
from l0edu.tables import Table

__all__ = ["refuse_loss_not_finite", "refuse_state_not_finite"]


def refuse_loss_not_finite(terms: Mapping[str, float], epoch: int, step: int) -> None:
    """TrainingDivergedError unless the sum of a step's terms is finite."""
    if not np.isfinite(sum(terms.values())):
        raise TrainingDivergedError(
            f"the loss is not finite in epoch {epoch}, step {step} ({dict(terms)}): {_advice(epoch)}"
        )


def refuse_state_not_finite(state: State) -> None:
    """TrainingDivergedError unless all parameters and all that the optimizer remembers are finite."""
    _refuse_not_finite(state.params, "", state.epoch)
    for name, table in state.optimizer.items():
        if name != "t":
            _refuse_not_finite(table, f"the optimizer's {name} of ", state.epoch)


def _refuse_not_finite(table: Table, what: str, epoch: int) -> None:
    for layer, arrays in table.items():
        for name, array in arrays.items():
            if not np.isfinite(array).all():
                raise TrainingDivergedError(
                    f"{what}{layer}/{name} is not finite at the end of epoch {epoch}: {_advice(epoch)}"
                )


def _advice(epoch: int) -> str:
    return (
        f"try a smaller step size, lambda or weight decay; what was trained up to epoch {epoch - 1} is kept"
    )
