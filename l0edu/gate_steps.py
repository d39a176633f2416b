"""How do gates take steps of their own? By a rule of their own, while the optimizer moves everything else.

SGD's steps shrink with the slope, and a gate's slope is proportional to P(1 - P): next to nothing where the
gate is almost surely open. Adam divides by the slope's size, so it moves such a gate all the same.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from l0edu.optim import RuleState, in_place
from l0edu.packing import pack, zeros_like
from l0edu.tables import Table, map_arrays

__all__ = ["GateSteps", "gates_only"]


def gates_only(table: Table, gates: Sequence[tuple[str, str]]) -> Table:
    """The gates' arrays of a table, not copied.

    Parameters
    ----------
    table : table
    gates : sequence of (layer, array)
        From `l0edu.gating.gate_parameters`.

    Examples
    --------
    >>> gates_only({"gate1": {"log_alpha": 1}, "fc1": {"W": 2}}, [("gate1", "log_alpha")])
    {'gate1': {'log_alpha': 1}}
    """
    return {layer: {name: table[layer][name]} for layer, name in gates}


class GateSteps:
    """The gates' own rule, on copies that lie in one buffer.

    Parameters
    ----------
    rule : Adam or SGD
    state : dict
        Of the rule, for the gates' arrays.
    params, grads : table
        All parameters and their gradients.
    gates : sequence of (layer, array)

    Attributes
    ----------
    moments : dict
        What the rule has added up, packed.

    Examples
    --------
    >>> from l0edu import SGD
    >>> params, grads = ({"gate1": {"log_alpha": np.array([number])}} for number in (2.0, 1.0))
    >>> steps = GateSteps(SGD(0.5), SGD(0.5).init(params), params, grads, [("gate1", "log_alpha")])
    >>> steps.take()
    >>> params["gate1"]["log_alpha"], grads["gate1"]["log_alpha"]
    (array([1.5]), array([0.]))
    """

    def __init__(
        self, rule: Any, state: RuleState, params: Table, grads: Table, gates: Sequence[tuple[str, str]]
    ) -> None:
        self._rule = in_place(rule)
        self.moments = self._rule.pack_state(state)
        self._params, self._grads = gates_only(params, gates), gates_only(grads, gates)
        self._own = pack(self._params)
        self._own_grads = zeros_like(self._own)

    def take(self) -> None:
        """One step; the gradients are 0 afterwards, so that the optimizer leaves the gates where they are."""
        map_arrays(np.copyto, self._own.table, self._params)
        map_arrays(np.copyto, self._own_grads.table, self._grads)
        self._rule.update_in_place(self._own, self._own_grads, self.moments)
        map_arrays(np.copyto, self._params, self._own.table)
        for table in self._grads.values():
            for grad in table.values():
                grad[...] = 0

    def state(self) -> RuleState:
        """The rule's ordinary state; a copy."""
        state: RuleState = self._rule.unpack_state(self.moments)
        return state
