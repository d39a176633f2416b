"""What does a rule remember between two updates, and does it belong to these parameters?"""

from operator import itemgetter
from typing import Any, TypeAlias

import numpy as np

from l0edu.errors import InputError
from l0edu.packing import Packed, check_same_layout
from l0edu.tables import Array, Table, check_alike, map_arrays

__all__ = ["RuleState", "check_kind", "check_packed_state", "check_state", "forget_subnormal", "unzip"]

RuleState: TypeAlias = dict[str, Any]


def check_state(state: RuleState, params: Table, *tables: str) -> None:
    """Refuse the state of another rule or of other parameters."""
    check_kind(state, *tables)
    for table in tables:
        check_alike(params, state[table], f"state[{table!r}]")


def check_kind(state: RuleState, *tables: str) -> None:
    """Refuse the state of another rule."""
    if state.keys() != {"t", *tables}:
        raise InputError(
            f"a state of {sorted(state)} where {['t', *tables]} is needed: make it with init(params)"
        )


def check_packed_state(state: RuleState, params: Packed, *sums: str) -> None:
    """As `check_state`, for a state that `pack_state` made."""
    for name in sums:
        if not isinstance(state.get(name), Packed):
            raise InputError(
                f"a state of {sorted(state)} with no packed {name}: make it with pack_state(state)"
            )
        check_same_layout(params, state[name], f"state[{name!r}]")


def forget_subnormal(t: int, *sums: Array) -> None:
    """At every 100th update, set to 0 what is below the smallest normal number (1e-38 in float32).

    Where gradients stay exactly 0, as behind a closed gate, a decaying sum reaches that range and stays in
    it: .9 times the last few units rounds to itself. Processors are slow on such numbers.
    """
    if t % 100 == 0:
        for decayed in sums:
            decayed[np.abs(decayed) < np.finfo(decayed.dtype).tiny] = 0


def unzip(table: Any, parts: int) -> tuple[Any, ...]:
    """A table of tuples as a tuple of tables."""
    return tuple(map_arrays(itemgetter(i), table) for i in range(parts))
