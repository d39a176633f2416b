"""How are parameters averaged over time, without a trace of where they started?"""

from dataclasses import dataclass

import numpy as np

from l0edu.errors import InputError
from l0edu.gpu.fused import fused
from l0edu.hyperparameters import use_python_numbers
from l0edu.optim import RuleState, check_packed_state, check_state
from l0edu.packing import Packed, pack
from l0edu.tables import Array, Table, map_arrays

__all__ = ["Average", "decay_and_add"]


@fused
def decay_and_add(total: Array, p: Array, decay: float) -> None:
    """total' = decay total + p, written into total.

    Parameters
    ----------
    total, p : arrays of one shape
    decay : float

    Examples
    --------
    >>> total = np.array([8.0])
    >>> decay_and_add(total, np.array([1.0]), 0.5)
    >>> total
    array([5.])
    """
    total *= decay
    total += p


@dataclass(frozen=True)
class Average:
    """Temporal averaging: sum over steps k of (1 - d) d^(t-k) params_k, over 1 - d^t.

    The sum starts at 0, so the weights (1 - d) d^(t-k) add up to 1 - d^t, which the division makes 1: after
    one step the average *is* the parameters. (The reference code starts at a copy of the initial parameters
    and divides all the same, which adds them to the result: docs/errata.md.)

    Parameters
    ----------
    decay : float
        d in [0, 1): about 1 / (1 - d) steps are averaged; 0 keeps the last parameters.

    Raises
    ------
    InputError
        When decay is outside [0, 1); from `value`, before the first update.

    Examples
    --------
    >>> average = Average(decay=0.5)
    >>> state = average.init({"fc": {"b": np.array([8.0])}})
    >>> for b in (1.0, 4.0):
    ...     state = average.update(state, {"fc": {"b": np.array([b])}})
    >>> average.value(state)  # (1/4 * 1 + 1/2 * 4) / (3/4)
    {'fc': {'b': array([3.])}}
    """

    decay: float = 0.999

    def __post_init__(self) -> None:
        use_python_numbers(self)
        if not 0 <= self.decay < 1:
            raise InputError(f"averaging decay = {self.decay}: it must lie in [0, 1), for example 0.999")

    def init(self, params: Table) -> RuleState:
        """No steps yet, sum 0."""
        return {"t": 0, "sum": map_arrays(np.zeros_like, params)}

    def update(self, state: RuleState, params: Table) -> RuleState:
        """The state after one more step."""
        check_state(state, params, "sum")
        d = self.decay
        return {
            "t": state["t"] + 1,
            "sum": map_arrays(lambda s, p: d * s + (1 - d) * p, state["sum"], params),
        }

    def pack_state(self, state: RuleState) -> RuleState:
        """The state as `update_in_place` needs it: in one buffer p_sum, with sum = (1 - d) p_sum."""
        return {"t": state["t"], "p_sum": pack(map_arrays(lambda s: s / (1 - self.decay), state["sum"]))}

    def update_in_place(self, state: RuleState, params: Packed) -> None:
        """One more step, as `update`, written into the state: p_sum' = d p_sum + p."""
        check_packed_state(state, params, "p_sum")
        decay_and_add(state["p_sum"].buffer, params.buffer, self.decay)
        state["t"] += 1

    def unpack_state(self, state: RuleState) -> RuleState:
        """The ordinary state again; a copy."""
        return {"t": state["t"], "sum": map_arrays(lambda s: s * (1 - self.decay), state["p_sum"].table)}

    def value(self, state: RuleState) -> Table:
        """The averaged parameters, after at least one update."""
        if state.get("t", 0) == 0 or "sum" not in state:
            raise InputError("there is nothing to average yet: update the average with parameters first")
        weight = 1 - self.decay ** state["t"]
        return map_arrays(lambda s: s / weight, state["sum"])
