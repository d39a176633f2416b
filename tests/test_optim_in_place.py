"""Do the rules that work in place give what the ordinary ones give?"""

import copy

import numpy as np
import pytest
from gradient_checks import refused

from l0edu.averaging import Average
from l0edu.optim import SGD, Adam, StepDecay
from l0edu.packing import pack, zeros_like
from l0edu.tables import map_arrays

RULES = {
    "sgd": SGD(0.1),
    "momentum": SGD(0.1, 0.9),
    "nesterov": SGD(0.1, 0.9, nesterov=True),
    "adam": Adam(0.01),
    "adam with other betas": Adam(0.01, 0.5, 0.7, 1e-3),
    "adam without memory": Adam(0.01, 0.0, 0.0),
    "adam on a schedule": Adam(StepDecay(0.1, milestones=(3, 7), factor=0.2)),
    "momentum on a schedule": SGD(StepDecay(0.1, milestones=(3, 7)), 0.9),
}
rules = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


def table_of(rng, dtype=np.float64):
    shapes = {"fc1": {"W": (3, 4), "b": (3,)}, "gate1": {"log_alpha": (4,)}}
    return map_arrays(lambda shape: rng.normal(size=shape).astype(dtype), shapes)


def case(dtype=np.float64, steps=20):
    rng = np.random.default_rng(0)
    return table_of(rng, dtype), [table_of(rng, dtype) for _ in range(steps)]


def walk(rule, params, grads, state=None):
    state = state or rule.init(params)
    for g in grads:
        params, state = rule.update(params, g, state)
    return params, state


def walk_in_place(rule, params, grads, state=None):
    """As `walk`; the tables that it is given are copied, not written to."""
    params, state = pack(params), rule.pack_state(state or rule.init(params))
    for g in grads:
        rule.update_in_place(params, pack(g), state)
    return params.table, rule.unpack_state(state)


def assert_near(found, expected, tolerance):
    """Equal names, and numbers that differ by little against the largest."""
    assert found.keys() == expected.keys()
    for name, wanted in expected.items():
        if isinstance(wanted, dict):
            assert_near(found[name], wanted, tolerance)
        else:
            largest = np.abs(wanted).max()
            np.testing.assert_allclose(found[name], wanted, rtol=tolerance, atol=tolerance * largest)


@rules
def test_twenty_steps_in_place_equal_twenty_ordinary_ones(rule):
    params, grads = case()
    expected, expected_state = walk(rule, params, grads)
    found, state = walk_in_place(rule, params, grads)
    assert_near(found, expected, 1e-14)
    assert_near(state, expected_state, 1e-14)
    assert state["t"] == 20


@rules
def test_float32_stays_float32_and_is_near(rule):
    params, grads = case(np.float32)
    expected, expected_state = walk(rule, params, grads)
    found, state = walk_in_place(rule, params, grads)
    assert_near(found, expected, 2e-6)
    assert_near(state, expected_state, 2e-6)
    tables = [found, *(part for part in state.values() if isinstance(part, dict))]
    assert {array.dtype for table in tables for array in table["fc1"].values()} == {np.dtype(np.float32)}


@rules
def test_where_no_gradient_ever_came_nothing_moves(rule):
    params, grads = case()
    for g in grads:
        g["fc1"]["W"][0] = 0
    found, state = walk_in_place(rule, params, grads)
    np.testing.assert_array_equal(found["fc1"]["W"][0], params["fc1"]["W"][0])
    assert all(part["fc1"]["W"][0].any() == 0 for part in state.values() if isinstance(part, dict))


@rules
def test_the_given_tables_are_left_alone_and_the_returned_ones_own_their_memory(rule):
    params, grads = case(steps=2)
    state = walk(rule, params, grads)[1]
    before = copy.deepcopy({"params": params, "state": state})
    _, after = walk_in_place(rule, params, grads, state)
    np.testing.assert_equal({"params": params, "state": state}, before)
    assert all(part["fc1"]["W"].base is None for part in after.values() if isinstance(part, dict))


@rules
def test_going_on_from_an_unpacked_state_gives_the_same_bits_as_having_stayed(rule):
    params, grads = case(np.float32)
    middle = walk_in_place(rule, params, grads[:10])
    stored = copy.deepcopy({"params": middle[0], "state": middle[1]})  # as in a checkpoint
    stayed = walk_in_place(rule, middle[0], grads[10:], middle[1])
    resumed = walk_in_place(rule, stored["params"], grads[10:], stored["state"])
    np.testing.assert_equal(resumed, stayed)


@rules
def test_other_gradients_and_other_states_are_refused(rule):
    params = table_of(np.random.default_rng(0))
    packed, state = pack(params), rule.pack_state(rule.init(params))
    swapped = dict(reversed(params.items()))
    with refused("grads has .*'gate1'.*where"):
        rule.update_in_place(packed, pack(swapped), state)
    with refused(r"state\['.*'\] has .*'fc1'.*where .*'gate1'"):
        rule.update_in_place(pack(swapped), pack(swapped), state)
    with refused(r"pack_state\(state\)"):
        rule.update_in_place(packed, zeros_like(packed), rule.init(params))


@pytest.mark.parametrize("rule", [Adam(), SGD(momentum=0.9)])
@pytest.mark.parametrize("number", [np.inf, np.nan])
def test_what_is_not_finite_stays_visible(rule, number):
    params, grads = case(np.float32, steps=100)
    grads[3]["fc1"]["b"][0] = number
    with np.errstate(all="ignore"):
        found, state = walk_in_place(rule, params, grads)
    assert not np.isfinite(found["fc1"]["b"][0])
    assert not np.isfinite(state["v"]["fc1"]["b"][0])
    assert np.isfinite(found["fc1"]["W"]).all()


@pytest.mark.parametrize("rule", [Adam(1e-3), SGD(1e-3, momentum=0.9)])
def test_sums_that_fade_end_at_zero_and_not_among_subnormal_numbers(rule):
    params, grads = case(np.float32, steps=1)
    zeros = map_arrays(np.zeros_like, params)
    found, state = walk_in_place(rule, params, grads + [zeros] * 999)
    expected, ordinary = walk(rule, params, grads + [zeros] * 999)
    name = "m" if "m" in state else "v"
    assert 0 < np.abs(ordinary[name]["fc1"]["W"]).max() < np.finfo(np.float32).tiny
    assert state[name]["fc1"]["W"].any() == 0
    assert_near(found, expected, 2e-6)


# ---- the average


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-14), (np.float32, 2e-6)])
@pytest.mark.parametrize("decay", [0.0, 0.5, 0.999])
def test_an_average_in_place_equals_the_ordinary_one(decay, dtype, tolerance):
    average = Average(decay)
    first, tables = case(dtype)
    expected = average.init(first)
    state = average.pack_state(expected)
    for params in tables:
        expected = average.update(expected, params)
        average.update_in_place(state, pack(params))
    found = average.unpack_state(state)
    assert_near(found, expected, tolerance)
    assert found["sum"]["fc1"]["W"].dtype == dtype
    assert_near(average.value(found), average.value(expected), tolerance)


def test_an_average_of_other_parameters_is_refused():
    average = Average(0.9)
    params = table_of(np.random.default_rng(0))
    state = average.pack_state(average.init(params))
    with refused("p_sum.* where"):
        average.update_in_place(state, pack({"fc1": params["fc1"]}))
    with refused("no packed p_sum"):
        average.update_in_place(average.init(params), pack(params))
