"""Gates that take steps of their own, beside an optimizer that moves everything else."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from small_runs import blobs, tiny_mlp

from l0edu import SGD, Adam, InputError, Settings, value_and_grad
from l0edu.data import batches
from l0edu.gate_steps import GateSteps, gates_only
from l0edu.gating import draw_noise, gate_parameters
from l0edu.objective import objective_terms
from l0edu.tables import map_arrays
from l0edu.train import begin, fit

OWN = Settings(epochs=1, batch_size=16, averaging=0, optimizer=SGD(0.1, 0.9, True), gate_optimizer=Adam(0.01))


def test_an_epoch_by_hand_is_what_fit_does():
    net, data, settings = tiny_mlp(), blobs().as_dtype(np.float64), replace(OWN, dtype="float64")
    rng, gates = np.random.default_rng((0, 1)), gate_parameters(net)
    params = net.init(np.random.default_rng((0, 0)), np.float64)
    velocity = settings.optimizer.init(params)
    moments = settings.gate_optimizer.init(gates_only(params, gates))
    for x, y in batches(rng, data, 16):
        evaluate = value_and_grad(lambda p, *a: objective_terms(net, p, *a))
        _, grads = evaluate(params, x, y, draw_noise(net, params, rng), settings.lam / len(data))
        moved, velocity = settings.optimizer.update(params, grads, velocity)
        own = gates_only(params, gates), gates_only(grads, gates)
        gated, moments = settings.gate_optimizer.update(*own, moments)
        params = {layer: {**table, **gated.get(layer, {})} for layer, table in moved.items()}
    found = next(iter(fit(net, data, settings))).state
    map_arrays(partial(np.testing.assert_allclose, rtol=1e-10), found.params, params)
    map_arrays(partial(np.testing.assert_allclose, rtol=1e-9), found.gate_optimizer["m"], moments["m"])


@pytest.mark.parametrize("optimizer", [SGD(0.1, 0.9, True), Adam(0.003)])
def test_the_first_step_of_adam_is_its_step_size_for_every_gate(optimizer):
    settings = replace(OWN, optimizer=optimizer, batch_size=60)
    start = begin(tiny_mlp(), settings).params
    after = next(iter(fit(tiny_mlp(), blobs(), settings))).state.params
    for layer, name in gate_parameters(tiny_mlp()):
        np.testing.assert_allclose(np.abs(after[layer][name] - start[layer][name]), 0.01, rtol=1e-3)


def test_a_step_begins_where_the_gates_are_then():
    """A clamp may have moved them since the last one."""
    params, grads = {"gate": {"log_alpha": np.array([2.0])}}, {"gate": {"log_alpha": np.array([1.0])}}
    steps = GateSteps(SGD(0.5), SGD(0.5).init(params), params, grads, [("gate", "log_alpha")])
    params["gate"]["log_alpha"][:] = 7
    steps.take()
    assert params["gate"]["log_alpha"] == [6.5]


def test_all_others_move_as_without_it():
    own, without = (replace(OWN, gate_optimizer=rule, batch_size=60) for rule in (Adam(0.01), None))
    moved, plain = (next(iter(fit(tiny_mlp(), blobs(), s))).state.params for s in (own, without))
    for layer in ("fc1", "fc2", "fc3"):
        for name in ("W", "b"):
            np.testing.assert_array_equal(moved[layer][name], plain[layer][name])
    assert not np.array_equal(moved["gate1"]["log_alpha"], plain["gate1"]["log_alpha"])


def test_they_rest_in_a_warm_up_and_count_their_steps_from_its_end():
    settings = replace(OWN, epochs=3, warm_up=2)
    counts = [record.state.gate_optimizer["t"] for record in fit(tiny_mlp(), blobs(), settings)]
    assert counts == [0, 0, 4]


def test_a_state_without_their_moments_is_refused():
    state = begin(tiny_mlp(), replace(OWN, gate_optimizer=None))
    with pytest.raises(InputError, match="a run with no gate_optimizer, and the settings have a gate_opt"):
        next(iter(fit(tiny_mlp(), blobs(), OWN, state=state)))


def test_a_factor_and_a_rule_of_their_own_are_too_much():
    with pytest.raises(InputError, match="gate_step_factor = 10 and a gate_optimizer: give one of them"):
        replace(OWN, gate_step_factor=10)
