"""Do the rules for steps, and the average, write device arrays as they write the host's?"""

import numpy as np
import pytest
from building import rng
from gpu_checks import assert_on_device, in_dtype, no_hidden_transfers

from l0edu import SGD, Adam, Average
from l0edu.gpu import to_device, to_host
from l0edu.packing import pack, unpack, zeros_like

each_dtype = pytest.mark.parametrize("dtype", [np.float64, np.float32])
RULES = {
    "Adam": Adam(0.1),
    "SGD": SGD(0.1),
    "momentum": SGD(0.1, momentum=0.9),
    "Nesterov": SGD(0.1, momentum=0.9, nesterov=True),
}
each_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


def small_tables(dtype=np.float64):
    tables = [{"fc": {"W": rng(i).normal(size=(3, 4)), "b": rng(i + 9).normal(size=3)}} for i in range(4)]
    return in_dtype(tables[0], dtype), [in_dtype(table, dtype) for table in tables[1:]]


def stepped(rule, params, gradients):
    state = rule.init(params)
    for grads in gradients:
        params, state = rule.update(params, grads, state)
    return {"params": params} | {name: table for name, table in state.items() if name != "t"}


def stepped_in_place(rule, params, gradients):
    params, state = pack(params), rule.pack_state(rule.init(params))
    for grads in gradients:
        rule.update_in_place(params, pack(grads), state)
    state = rule.unpack_state(state)
    return {"params": unpack(params)} | {name: table for name, table in state.items() if name != "t"}


@pytest.mark.parametrize("run", [stepped, stepped_in_place])
@each_dtype
@each_rule
def test_steps_of_a_rule(rule, dtype, run, device):
    params, gradients = small_tables(dtype)
    there, gradients_there = to_device(params, device), [to_device(table, device) for table in gradients]
    with no_hidden_transfers(device):
        found = run(rule, there, gradients_there)
    assert_on_device(found, run(rule, params, gradients), 1e-12 if dtype is np.float64 else 1e-6)


def test_subnormal_sums_are_forgotten_without_being_read(device):
    params = to_device({"fc": {"b": np.full(3, 1e-310)}}, device)
    rule = SGD(1e-3, momentum=0.9)
    state = rule.pack_state({"t": 99, "v": params})
    with no_hidden_transfers(device):
        rule.update_in_place(pack(params), zeros_like(pack(params)), state)
    assert (to_host(state["v"].buffer) == 0).all()


@pytest.mark.parametrize("packed", [False, True])
def test_averages(packed, device):
    average, (params, tables) = Average(0.9), small_tables()

    def averaged(params, tables):
        state = average.init(params)
        state = average.pack_state(state) if packed else state
        for table in tables:
            if packed:
                average.update_in_place(state, pack(table))
            else:
                state = average.update(state, table)
        return average.value(average.unpack_state(state) if packed else state)

    there, tables_there = to_device(params, device), [to_device(table, device) for table in tables]
    with no_hidden_transfers(device):
        found = averaged(there, tables_there)
    assert_on_device(found, averaged(params, tables))
