"""A training step with the gates of a recorded epoch."""

import numpy as np
import pytest
from command_line import main

from l0edu import InputError, lenet5, mlp, open_probabilities
from l0edu.bench import replays
from l0edu.bench.ours import TASKS
from l0edu.bench.replays import fresh_step, recorded_params, recorded_step
from l0edu.recording import Recording


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("runs") / "run"
    assert main(["train", "mlp", "--epochs", "2", "--record", "--out", str(path)]) == 0
    return path


def recording_of(net, seed=0):
    rng = np.random.default_rng(seed)
    p = {gate.name: rng.random(net.gate_shape(gate)) for gate in net.gates()}
    return Recording.begin(net).add(p, {name: each > 0.31 for name, each in p.items()}), p


def test_the_gates_are_open_with_the_recorded_probabilities():
    net = lenet5()
    recording, p = recording_of(net)
    params = recorded_params(net, net.init(np.random.default_rng(1)), recording, 1)
    for name, found in open_probabilities(net, params).items():
        np.testing.assert_allclose(found, p[name], atol=1 / 510 + 1e-3)


def test_gates_are_those_of_the_epoch_that_is_asked_for():
    net = mlp((2, 2), (0.5,))
    recording = Recording.begin(net)
    for p in ([0.2, 0.4], [0.6, 0.8]):
        recording = recording.add({"gate1": np.array(p)}, {"gate1": np.array([True, True])})
    params = recorded_params(net, net.init(np.random.default_rng(0)), recording, 2)
    np.testing.assert_allclose(open_probabilities(net, params)["gate1"], [0.6, 0.8], atol=0.003)


def test_a_step_is_as_the_run_took_it(folder, monkeypatch):
    """Its lambda and averaging; dropout is drawn for each example."""
    monkeypatch.setattr(replays, "steps_from", lambda _, settings, start: settings)
    settings = recorded_step(str(folder), 1)
    assert (settings.lam, settings.averaging, settings.per_example) == (0.1, 0.999, False)
    assert fresh_step("mlp-dropout").per_example
    assert not fresh_step("mlp-dense").per_example


def test_surely_open_and_surely_closed_gates_stay_finite():
    net = mlp((2, 2), (0.5,))
    recording = Recording.begin(net).add({"gate1": np.array([0.0, 1.0])}, {"gate1": np.array([False, True])})
    params = recorded_params(net, net.init(np.random.default_rng(0)), recording, 1)
    low, high = open_probabilities(net, params)["gate1"]
    assert 0 < low < 0.002 < 0.998 < high < 1
    assert params["gate1"]["log_alpha"].dtype == np.float32


def test_a_recorded_step_takes_time(folder):
    assert recorded_step(str(folder), 2)(2)["value"] > 0
    assert TASKS["recorded_step"] is recorded_step


def test_an_epoch_that_was_not_recorded_is_refused(folder):
    with pytest.raises(InputError, match="has recorded 1 to 2"):
        recorded_step(str(folder), 3)


@pytest.mark.parametrize("network", ["mlp-dense", "mlp-dropout"])
def test_networks_whose_gates_do_not_learn_are_timed_as_they_begin(network):
    assert fresh_step(network)(2)["value"] > 0
