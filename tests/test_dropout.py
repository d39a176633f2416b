"""Dropout as a law of gates."""

import numpy as np
import pytest
from small_runs import blobs

from l0edu import (
    Dropout,
    InputError,
    draw_noise,
    flops,
    load_network,
    mlp,
    open_probabilities,
    sample_gates,
    save_network,
    value_and_grad,
)
from l0edu.data import load
from l0edu.models import MODELS, build
from l0edu.ops import cross_entropy
from l0edu.oracle import verify
from l0edu.settings import Settings
from l0edu.train import begin, fit

LAW = Dropout(drop_rate=0.2)
KEEP = np.full(4, 0.8)


def dropout_net():
    return mlp((6, 5, 4, 3), (0.2, 0.5, 0.5), law=Dropout())


def test_a_unit_is_kept_with_its_probability():
    u = np.random.default_rng(0).random((20_000, 4))
    z = LAW.sample(KEEP, u)
    assert set(np.unique(z)) == {0.0, 1.0}
    assert abs(z.mean() - 0.8) < 5 * (0.8 * 0.2 / z.size) ** 0.5


def test_the_test_gate_is_the_mean():
    np.testing.assert_allclose(LAW.test_value(KEEP), LAW.mean(KEEP))
    assert dropout_net().gates()[1].gate_law().test_value(np.array([0.5])) == 0.5


def test_the_cdf_is_that_of_a_coin():
    s = np.array([-0.1, 0.0, 0.5, 1.0])
    np.testing.assert_allclose(LAW.cdf(KEEP, s), [0, 0.2, 0.2, 1])
    np.testing.assert_allclose(LAW.prob_zero(KEEP) + LAW.prob_one(KEEP), 1)
    np.testing.assert_allclose(LAW.prob_open(KEEP), 0.8)


@pytest.mark.parametrize("keep", [0.8, np.float32(0.8), np.array(0.8), np.array([0.8], np.float32)])
def test_every_number_of_the_law_is_that_of_a_coin_in_the_dtype_of_keep(keep):
    found = {
        0.8: [LAW.prob_open(keep), LAW.prob_one(keep), LAW.mean(keep), LAW.test_value(keep)],
        0.2: [LAW.prob_zero(keep), LAW.cdf_gate(keep, np.zeros(1)), LAW.cdf(keep, np.array(0.5))],
        1.0: [LAW.sample(keep, np.array(0.79)), LAW.cdf_gate(keep, np.ones(1))],
        0.0: [LAW.sample(keep, np.array(0.81)), LAW.cdf_gate(keep, -np.ones(1)), LAW.survival(keep, 1.0)],
    }
    for number, values in found.items():
        for value in values:
            np.testing.assert_allclose(value, number, atol=1e-6)
            assert np.asarray(value).dtype == np.asarray(keep).dtype


def test_a_network_with_dropout_survives_a_file(tmp_path):
    net = dropout_net()
    params = net.init(np.random.default_rng(0))
    save_network(tmp_path / "net.npz", net, params)
    again = load_network(tmp_path / "net.npz")
    assert again.net == net
    np.testing.assert_equal(again.params, params)


@pytest.mark.torch
def test_gradients_agree_with_torch_and_with_differences_where_anything_learns(monkeypatch):
    pytest.importorskip("torch")
    monkeypatch.setitem(MODELS, "mlp-dropout", dropout_net)
    rows = verify(["mlp-dropout"])
    assert all(row.passed for row in rows)
    assert "gate1/keep" in {row.name for row in rows if row.against == "torch"}
    against_differences = {row.name for row in rows if row.against == "differences"}
    assert against_differences == {f"fc{i}/{name}" for i in (1, 2, 3) for name in "Wb"}


def test_the_forward_pass_is_that_of_dropout_as_it_is_usually_written():
    net, rng = dropout_net(), np.random.default_rng(0)
    params, x = net.init(rng, np.float64), rng.random((7, 6))
    noise = draw_noise(net, params, rng, examples=7)
    h = x
    for layer, keep in ((1, 0.8), (2, 0.5), (3, 0.5)):
        h = h * (noise[f"gate{layer}"] < keep)
        h = h @ params[f"fc{layer}"]["W"].T + params[f"fc{layer}"]["b"]
        h = np.maximum(h, 0) if layer < 3 else h
    np.testing.assert_allclose(net.apply(params, x, sample_gates(net, params, noise)), h, atol=1e-12)


def test_keep_has_gradient_zero():
    net, rng = dropout_net(), np.random.default_rng(0)
    params = net.init(rng, np.float64)
    noise = draw_noise(net, params, rng, examples=50)
    x, y = rng.random((50, 6)), np.arange(50) % 3
    _, grads = value_and_grad(lambda p: cross_entropy(net.apply(p, x, sample_gates(net, p, noise)), y))(
        params
    )
    assert not grads["gate1"]["keep"].any()
    assert grads["fc1"]["W"].any()


def test_training_leaves_keep_where_it_is():
    settings = Settings(epochs=3, lam=0.0, per_example=True, averaging=0.9)
    *_, last = fit(dropout_net(), blobs(), settings, blobs(seed=1))
    np.testing.assert_array_equal(last.state.params["gate2"]["keep"], np.float32(0.5))
    np.testing.assert_allclose(last.params["gate2"]["keep"], 0.5, rtol=1e-6)
    assert last.architecture == [6, 5, 4]


def test_gates_that_learn_nothing_are_not_reported_as_stuck(recwarn):
    list(fit(dropout_net(), blobs(), Settings(epochs=7, lam=0.0, per_example=True)))
    assert not recwarn.list


def test_each_example_gets_its_own_draw_when_asked():
    seen = []

    class Watched(Dropout):
        def draw_noise(self, rng, shape, dtype=np.float64):
            seen.append(shape)
            return super().draw_noise(rng, shape, dtype)

    net = mlp((6, 5, 3), (0.2, 0.5), law=Watched())
    list(fit(net, blobs(60), Settings(epochs=1, lam=0.0, batch_size=50, per_example=True)))
    assert seen == [(50, 6), (50, 5), (10, 6), (10, 5)]


def test_expected_flops_of_the_papers_mlp_with_dropout():
    net = build("mlp-dropout")
    kept = open_probabilities(net, net.init(np.random.default_rng(0)))
    total = flops(net, kept, "own-gates").total
    assert total == pytest.approx(2 * (0.8 * 784 * 300 + 0.5 * 300 * 100 + 0.5 * 100 * 10))


@pytest.mark.parametrize("rate", [0, 1, -0.5, float("nan")])
def test_a_rate_outside_zero_and_one_is_refused(rate):
    with pytest.raises(InputError, match="between 0 and 1"):
        Dropout(rate)


@pytest.mark.parametrize("name", MODELS)
def test_every_network_by_name_learns_something_in_an_epoch(name):
    train, test = load("mini")
    settings = Settings(epochs=1, lam=0.0, per_example=name.endswith("dropout"))
    (record,) = fit(build(name), train, settings, test)
    assert record.test_error < 50
    assert len(record.architecture) == len(build(name).gates())


def test_dense_networks_have_the_weights_of_the_gated_ones():
    for name in ("mlp", "lenet5"):
        gated, dense = (begin(build(n), Settings()).params for n in (name, f"{name}-dense"))
        assert set(dense) == {layer for layer in gated if not layer.startswith("gate")}
        assert not build(f"{name}-dense").gates()
