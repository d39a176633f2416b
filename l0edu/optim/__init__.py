"""How do gradients change parameters?

A rule is a description: `init(params)` gives its state, and `update(params, grads, state)` new parameters
and a new state. What happens to one array stands in `sgd_rule` and `adam_rule`; the classes only walk the
tables.

`update` returns new tables and writes nothing in place. `update_in_place` makes the same step on packed
tables (`l0edu.packing`); training uses it, between `pack_state` and `unpack_state`.
"""

from l0edu.optim.adam import Adam, adam_rule, adam_rule_in_place
from l0edu.optim.adapter import in_place
from l0edu.optim.sgd import SGD, sgd_rule, sgd_rule_in_place
from l0edu.optim.states import RuleState, as_tables, check_packed_state, check_state, pack_again
from l0edu.optim.step_sizes import StepDecay, StepSize

__all__ = [
    "SGD",
    "Adam",
    "RuleState",
    "StepDecay",
    "StepSize",
    "adam_rule",
    "adam_rule_in_place",
    "as_tables",
    "check_packed_state",
    "check_state",
    "in_place",
    "pack_again",
    "sgd_rule",
    "sgd_rule_in_place",
]
