"""How does an optimizer of your own train, which has `init` and `update` but no in-place form?"""

from typing import Any

import numpy as np

from l0edu.optim.states import RuleState
from l0edu.packing import Packed
from l0edu.tables import map_arrays

__all__ = ["in_place"]


def in_place(rule: Any) -> Any:
    """The rule itself if it can `update_in_place`, else one that copies what its `update` returns.

    Examples
    --------
    >>> from l0edu import Adam
    >>> in_place(Adam())
    Adam(step_size=0.001, beta1=0.9, beta2=0.999, eps=1e-08)
    """
    return rule if hasattr(rule, "update_in_place") else _Copying(rule)


class _Copying:
    def __init__(self, rule: Any) -> None:
        self._rule = rule

    def pack_state(self, state: RuleState) -> RuleState:
        return {"state": state}

    def update_in_place(self, params: Packed, grads: Packed, state: RuleState) -> None:
        updated, state["state"] = self._rule.update(params.table, grads.table, state["state"])
        map_arrays(np.copyto, params.table, updated)

    def unpack_state(self, state: RuleState) -> RuleState:
        after: RuleState = state["state"]
        return after
