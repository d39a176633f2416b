import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from l0edu import Dense, InputError
from l0edu.averaging import Average
from l0edu.optim import SGD, Adam, StepDecay
from l0edu.settings import Settings
from l0edu.tables import map_arrays

RULES = {
    "sgd": (SGD(0.1), lambda torch, p: torch.optim.SGD(p, 0.1)),
    "momentum": (SGD(0.1, 0.9), lambda torch, p: torch.optim.SGD(p, 0.1, momentum=0.9)),
    "nesterov": (
        SGD(0.1, 0.9, nesterov=True),
        lambda torch, p: torch.optim.SGD(p, 0.1, momentum=0.9, nesterov=True),
    ),
    "adam": (Adam(0.01), lambda torch, p: torch.optim.Adam(p, 0.01)),
    "adam with other betas": (
        Adam(0.01, 0.5, 0.7, 1e-3),
        lambda torch, p: torch.optim.Adam(p, 0.01, (0.5, 0.7), 1e-3),
    ),
}
rules = pytest.mark.parametrize("name", RULES)


def table_of(rng, dtype=np.float64):
    return {"fc1": {"W": rng.normal(size=(3, 2)).astype(dtype), "b": rng.normal(size=3).astype(dtype)}}


def walk(rule, params, grads):
    state = rule.init(params)
    for g in grads:
        params, state = rule.update(params, g, state)
    return params, state


@pytest.mark.torch
@rules
def test_twenty_steps_equal_torch(name):
    torch = pytest.importorskip("torch")
    rule, make = RULES[name]
    rng = np.random.default_rng(1)
    params, grads = table_of(rng), [table_of(rng) for _ in range(20)]
    tensors = {key: torch.tensor(a, requires_grad=True) for key, a in params["fc1"].items()}
    optimizer = make(torch, list(tensors.values()))
    for g in grads:
        for key, tensor in tensors.items():
            tensor.grad = torch.tensor(g["fc1"][key])
        optimizer.step()
    ours, _ = walk(rule, params, grads)
    for key, tensor in tensors.items():
        np.testing.assert_allclose(ours["fc1"][key], tensor.detach().numpy(), rtol=1e-12)


@rules
def test_an_update_leaves_its_inputs_alone(name):
    rule, _ = RULES[name]
    rng = np.random.default_rng(2)
    params, grads = table_of(rng), table_of(rng)
    state = rule.init(params)
    before = copy.deepcopy((params, grads, state))
    new, new_state = rule.update(params, grads, state)
    np.testing.assert_equal((params, grads, state), before)
    assert new_state["t"] == 1
    assert not np.array_equal(new["fc1"]["W"], params["fc1"]["W"])


@rules
def test_float32_stays_float32(name):
    rule, _ = RULES[name]
    rng = np.random.default_rng(3)
    params, state = walk(rule, table_of(rng, np.float32), [table_of(rng, np.float32)] * 3)
    arrays = [params, *(part for part in state.values() if isinstance(part, dict))]
    assert {a.dtype for table in arrays for a in table["fc1"].values()} == {np.dtype(np.float32)}


@given(scale=st.floats(1e-3, 1e3))
def test_adams_first_step_is_the_step_size_whatever_the_gradients_scale(scale):
    params = {"fc1": {"b": np.array([1.0, -1.0])}}
    grads = {"fc1": {"b": np.array([scale, -scale])}}
    new, _ = walk(Adam(0.01), params, [grads])
    np.testing.assert_allclose(new["fc1"]["b"], [0.99, -0.99], rtol=1e-6)


def test_a_schedule_gives_the_step_size_of_each_update():
    rule = SGD(StepDecay(1.0, milestones=(2,), factor=0.5))
    ones = {"fc1": {"b": np.ones(1)}}
    params, _ = walk(rule, {"fc1": {"b": np.zeros(1)}}, [ones] * 4)
    assert params["fc1"]["b"][0] == -(1 + 1 + 0.5 + 0.5)


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: SGD(0.0), "step_size"),
        (lambda: Adam(float("nan")), "step_size"),
        (lambda: SGD(0.1, momentum=1.0), "momentum"),
        (lambda: SGD(0.1, nesterov=True), "nesterov"),
        (lambda: Adam(beta2=1.0), "beta2"),
        (lambda: Average(1.0), "decay"),
        (lambda: StepDecay(0.1, (5, 3)), "milestones"),
    ],
)
def test_values_out_of_range_are_refused_by_name(make, word):
    with pytest.raises(InputError, match=word):
        make()


@settings(deadline=None)
@given(decay=st.floats(0, 0.999), steps=st.integers(1, 30), seed=st.integers(0, 99))
def test_the_average_is_the_weighted_mean_of_the_parameters_seen(decay, steps, seed):
    rng = np.random.default_rng(seed)
    tables = [table_of(rng) for _ in range(steps)]
    average = Average(decay)
    state = average.init(table_of(rng))
    for params in tables:
        state = average.update(state, params)
    weights = decay ** np.arange(steps)[::-1]
    direct = sum(w * t["fc1"]["W"] for w, t in zip(weights, tables, strict=True)) / weights.sum()
    np.testing.assert_allclose(average.value(state)["fc1"]["W"], direct, rtol=1e-9, atol=1e-12)


def test_the_average_of_a_constant_is_the_constant_and_holds_nothing_of_the_start():
    constant = {"fc1": {"b": np.full(2, 3.0)}}
    average = Average(0.999)
    state = average.init({"fc1": {"b": np.full(2, 1e6)}})
    for _ in range(600):
        state = average.update(state, constant)
    np.testing.assert_allclose(average.value(state)["fc1"]["b"], 3.0, rtol=1e-12)


def test_an_average_of_nothing_is_refused():
    average = Average(0.9)
    with pytest.raises(InputError, match="nothing to average"):
        average.value(average.init({"fc1": {"b": np.zeros(1)}}))


def test_map_arrays_takes_the_names_of_the_first_table():
    total = map_arrays(lambda a, b: a + b, {"x": {"W": 1}}, {"x": {"W": 2}, "y": {}})
    assert total == {"x": {"W": 3}}


def test_numpy_scalars_as_hyperparameters_leave_float32_alone():
    rule = Adam(np.float64(0.01), np.float64(0.9))
    params = {"fc1": {"b": np.ones(2, np.float32)}}
    new, _ = walk(rule, params, [params])
    average = Average(np.float64(0.9))
    averaged = average.value(average.update(average.init(new), new))
    assert new["fc1"]["b"].dtype == averaged["fc1"]["b"].dtype == np.float32


@pytest.mark.parametrize("wrong", ["off", None, 0, 1.0, np.int64(1)])
def test_a_switch_is_true_or_false(wrong):
    for make in (
        lambda: Settings(conditional=wrong),
        lambda: SGD(nesterov=wrong),
        lambda: Dense("fc", 2, wrong),
    ):
        with pytest.raises(InputError, match="is not True or False"):
            make()
    assert Settings(conditional=np.bool_(False)).conditional is False
    assert Dense("fc", 2, bias=np.bool_(True)).bias is True


def other_shape(params):
    return {"fc1": {"W": np.ones((1, 2)), "b": params["fc1"]["b"]}}


@pytest.mark.parametrize("rule", [Adam(), SGD(momentum=0.9)])
def test_grads_and_states_of_other_parameters_are_refused(rule):
    params = table_of(np.random.default_rng(0))
    with pytest.raises(InputError, match="grads: fc1/W has shape"):
        rule.update(params, other_shape(params), rule.init(params))
    with pytest.raises(InputError, match=r"state.*fc1/W has shape"):
        rule.update(params, params, rule.init(other_shape(params)))
    with pytest.raises(InputError, match="nothing under 'fc1' / 'b'"):
        rule.update(params, {"fc1": {"W": params["fc1"]["W"]}}, rule.init(params))


def test_the_state_of_another_rule_is_refused():
    params = table_of(np.random.default_rng(0))
    with pytest.raises(InputError, match="a state of"):
        Adam().update(params, params, SGD(momentum=0.9).init(params))
    with pytest.raises(InputError, match="a state of"):
        SGD(momentum=0.9).update(params, params, Adam().init(params))


def test_a_schedule_that_gives_no_positive_step_is_refused():
    params = table_of(np.random.default_rng(0))
    rule = Adam(lambda t: -1.0)
    with pytest.raises(InputError, match=r"-1\.0 after 0 updates"):
        rule.update(params, params, rule.init(params))
