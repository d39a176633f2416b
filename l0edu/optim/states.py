"""What does a rule remember between two updates, and does it belong to these parameters?"""

from operator import itemgetter
from typing import Any, TypeAlias

import numpy as np

from l0edu.errors import InputError
from l0edu.gpu.together import check_together
from l0edu.packing import Packed, check_same_layout, pack, unpack
from l0edu.tables import Array, Table, check_alike, map_arrays

__all__ = [
    "RuleState",
    "as_tables",
    "check_kind",
    "check_packed_state",
    "check_state",
    "forget_subnormal",
    "unzip",
]

RuleState: TypeAlias = dict[str, Any]


def check_state(state: RuleState, params: Table, *tables: str) -> None:
    """Refuse the state of another rule, of other parameters, or of parameters on another device."""
    check_together(params=params, state=state)
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


def as_tables(packed_state: RuleState) -> RuleState:
    """The sums of a packed state as ordinary tables, to the bit; a copy.

    Examples
    --------
    >>> as_tables({"t": 3, "v": pack({"fc": {"b": np.array([1.0])}}), "work": np.empty(1)})
    {'t': 3, 'v': {'fc': {'b': array([1.])}}}
    """
    kept = {name: value for name, value in packed_state.items() if name != "work"}
    return {name: unpack(value) if isinstance(value, Packed) else value for name, value in kept.items()}


def pack_again(tables: RuleState, fresh: RuleState) -> RuleState:
    """A packed state with the sums in tables that `as_tables` gave; `fresh` is one of the same rule."""
    return {
        name: pack(tables[name]) if isinstance(value, Packed) else tables.get(name, value)
        for name, value in fresh.items()
    }


def forget_subnormal(t: int, *sums: Array) -> None:
    """At every 100th update, set to 0 what is below the smallest normal number (1e-38 in float32).

    Where gradients stay exactly 0, as behind a closed gate, a decaying sum reaches that range and stays in
    it: .9 times the last few units rounds to itself. Processors are slow on such numbers.
    """
    if t % 100 == 0:
        for decayed in sums:
            np.copyto(decayed, 0, where=np.abs(decayed) < float(np.finfo(decayed.dtype).tiny))


def unzip(table: Any, parts: int) -> tuple[Any, ...]:
    """A table of tuples as a tuple of tables."""
    return tuple(map_arrays(itemgetter(i), table) for i in range(parts))
