import json
import warnings
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from small_runs import blobs, tiny_batch_norm_net, tiny_mlp

from l0edu import Adam, GateWarning, InputError, TrainingDivergedError, draw_noise, l0_penalty, mlp
from l0edu.averaging import Average
from l0edu.data import Dataset, batches
from l0edu.evaluation import batch_norm_stats, error_percent, logits
from l0edu.flops import flops
from l0edu.gates import HardConcrete
from l0edu.gating import architecture, open_at_test, open_probabilities, test_gates
from l0edu.gradient import value_and_grad
from l0edu.objective import objective_terms
from l0edu.optim import SGD, StepDecay
from l0edu.penalty import expected_l0
from l0edu.settings import Settings
from l0edu.tables import map_arrays
from l0edu.train import begin, fit, train_epoch

SHORT = Settings(epochs=4, batch_size=16, averaging=0.9)


def last(records):
    return list(records)[-1]


def quiet():
    """No warnings of overflow from a run that is meant to diverge."""
    return np.errstate(all="ignore")


def assert_equal_bits(a, b):
    for layer, table in a.items():
        for name, array in table.items():
            assert array.tobytes() == b[layer][name].tobytes(), f"{layer}/{name}"


def test_a_tiny_network_learns():
    settings = replace(SHORT, epochs=60, optimizer=Adam(0.02), lam=0.01)
    records = list(fit(tiny_mlp(), blobs(), settings, blobs(seed=1)))
    assert records[0].test_error > 20
    assert records[-1].test_error < 5
    assert records[-1].data_loss < records[0].data_loss / 1.5


def test_two_runs_of_one_seed_are_equal_to_the_bit_and_another_seed_is_not():
    one, same, other = (last(fit(tiny_mlp(), blobs(), replace(SHORT, seed=s))) for s in (1, 1, 2))
    assert_equal_bits(one.state.params, same.state.params)
    assert not np.array_equal(one.state.params["fc1"]["W"], other.state.params["fc1"]["W"])


@pytest.mark.parametrize("stop", [1, 2, 3])
def test_going_on_from_any_record_ends_where_the_whole_run_ends(stop):
    whole = list(fit(tiny_mlp(), blobs(), SHORT))
    rest = list(fit(tiny_mlp(), blobs(), SHORT, state=whole[stop - 1].state))
    assert [record.epoch for record in rest] == list(range(stop + 1, 5))
    assert_equal_bits(rest[-1].state.params, whole[-1].state.params)
    assert_equal_bits(rest[-1].params, whole[-1].params)


def test_one_epoch_written_out_by_hand_is_what_fit_does():
    net, data, settings = tiny_mlp(), blobs(), replace(SHORT, epochs=1, weight_decay=1e-3, dtype="float64")
    data = data.as_dtype(np.float64)
    record = last(fit(net, data, settings))
    params, rng = net.init(np.random.default_rng((0, 0)), np.float64), np.random.default_rng((0, 1))
    adam, average = Adam(), Average(0.9)
    state, averaged = adam.init(params), average.init(params)
    for x, y in batches(rng, data, 16):
        noise = draw_noise(net, params, rng)
        _, grads = value_and_grad(lambda p, *a: objective_terms(net, p, *a))(
            params, x, y, noise, 0.1 / 60, 1e-3
        )
        params, state = adam.update(params, grads, state)
        averaged = average.update(averaged, params)
    map_arrays(partial(np.testing.assert_allclose, rtol=1e-10), record.state.params, params)
    map_arrays(partial(np.testing.assert_allclose, rtol=1e-10), record.params, average.value(averaged))


def test_a_record_tells_of_the_averaged_parameters():
    net, test = tiny_mlp(), blobs(seed=1)
    record = last(fit(net, blobs(), replace(SHORT, optimizer=Adam(0.1)), test))
    averaged = Average(0.9).value(record.state.average)
    assert_equal_bits(record.params, averaged)
    assert record.test_error == error_percent(net, averaged, test)
    assert record.architecture == architecture(net, averaged)
    assert record.expected_l0 == float(expected_l0(net, averaged))
    assert record.flops == flops(net, open_at_test(net, averaged)).total
    chances = open_probabilities(net, averaged)
    assert record.expected_flops == flops(net, chances).total
    assert record.expected_flops_own_gates == flops(net, chances, "own-gates").total
    assert not np.array_equal(averaged["fc1"]["W"], record.state.params["fc1"]["W"])


def test_the_loss_is_the_sum_of_its_terms_and_each_is_the_mean_over_steps():
    net, settings = tiny_mlp(), replace(SHORT, epochs=1, weight_decay=0.1, dtype="float64")
    record = last(fit(net, blobs(), settings))
    _, terms, _ = train_epoch(net, blobs().as_dtype(np.float64), settings, begin(net, settings))
    assert record.data_loss == pytest.approx(np.mean([step["data"] for step in terms]))
    assert record.l2_penalty == pytest.approx(np.mean([step["l2"] for step in terms]))
    assert record.train_loss == pytest.approx(record.data_loss + record.l0_penalty + record.l2_penalty)
    assert record.l2_penalty > 0


def test_lambda_is_in_units_of_one_over_n():
    net, settings = tiny_mlp(), replace(SHORT, epochs=1, dtype="float64", batch_size=60, lam=(3.0, 2.0, 1.0))
    start = begin(net, settings)
    _, terms, _ = train_epoch(net, blobs().as_dtype(np.float64), settings, start)
    assert terms[0]["l0"] == pytest.approx(float(l0_penalty(net, start.params, (3 / 60, 2 / 60, 1 / 60))))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_whole_state_keeps_the_dtype(dtype):
    record = last(fit(tiny_mlp(), blobs(), replace(SHORT, dtype=dtype, clamp=4.6)))
    tables = [record.params, record.state.params, record.state.optimizer["m"], record.state.average["sum"]]
    assert {str(a.dtype) for table in tables for layer in table.values() for a in layer.values()} == {dtype}


def test_a_large_lambda_closes_layers_and_says_so():
    settings = replace(SHORT, epochs=40, optimizer=Adam(0.3), lam=100.0)
    with pytest.warns(GateWarning, match=r"all \d gates of gate\d are closed"):
        record = last(fit(tiny_mlp(), blobs(), settings))
    assert 0 in record.architecture


def test_gates_that_do_not_move_are_reported():
    with pytest.warns(GateWarning, match="no gate has moved for 5 epochs"):
        list(fit(tiny_mlp(), blobs(), replace(SHORT, epochs=7, optimizer=SGD(1e-9))))


def test_gates_that_cannot_close_are_told_from_gates_that_lambda_does_not_move():
    net = mlp((6, 5, 4, 3), law=HardConcrete(beta=20.0))  # P(open) = sigmoid(log_alpha + 48)
    with pytest.warns(GateWarning, match="probability 1, so look at gamma, zeta and beta"):
        list(fit(net, blobs(), replace(SHORT, epochs=7)))


def test_an_ordinary_run_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(list(fit(tiny_mlp(), blobs(), replace(SHORT, epochs=8)))) == 8


def test_a_loss_that_is_not_finite_stops_with_a_sentence_and_the_last_record_is_good():
    records = []
    blows_up = StepDecay(0.01, milestones=(9, 10, 11), factor=1e20)  # 4 steps an epoch: in the third
    run = fit(mlp((6, 5, 4, 3), law=None), blobs(), replace(SHORT, epochs=50, optimizer=SGD(blows_up)))
    with pytest.raises(TrainingDivergedError, match=r"not finite .* smaller step size"), quiet():
        records.extend(run)
    assert len(records) == 2
    for record in records:
        assert all(np.isfinite(a).all() for table in record.state.params.values() for a in table.values())


def test_a_clamp_holds_log_alpha_within_its_limits():
    settings = replace(SHORT, optimizer=Adam(0.5), lam=50.0, clamp=1.0)
    params = last(fit(tiny_mlp(), blobs(), settings)).state.params
    assert max(np.abs(params[f"gate{i}"]["log_alpha"]).max() for i in (1, 2, 3)) == 1.0


def test_a_dense_network_trains_without_gates():
    record = last(fit(mlp((6, 5, 3), law=None), blobs(), SHORT, blobs(seed=1)))
    assert record.architecture == []
    assert record.expected_l0 == 0.0
    assert record.flops == record.expected_flops == 2 * (6 * 5 + 5 * 3)


def test_a_network_with_batch_norm_is_evaluated_with_moments_under_its_test_gates():
    net, train, test = tiny_batch_norm_net(), blobs(), blobs(seed=1)
    record = last(fit(net, train, SHORT, test))
    stats = batch_norm_stats(net, record.params, train.x, test_gates(net, record.params))
    assert set(stats) == {"bn1"}
    assert record.test_error == error_percent(net, record.params, test, stats)


def test_logits_do_not_depend_on_how_they_are_cut_into_chunks(monkeypatch):
    net, data = tiny_mlp(), blobs()
    params = net.init(np.random.default_rng(0), np.float64)
    whole = logits(net, params, data.x.astype(np.float64))
    monkeypatch.setattr("l0edu.evaluation.CHUNK", 7)
    np.testing.assert_allclose(logits(net, params, data.x.astype(np.float64)), whole, rtol=1e-12)


def test_metrics_are_json_and_hold_no_arrays():
    record = last(fit(tiny_mlp(), blobs(), replace(SHORT, epochs=1)))
    metrics = json.loads(json.dumps(record.metrics()))
    assert metrics["test_error"] is None
    assert metrics["open_probabilities"]["gate1"] == pytest.approx(record.open_probabilities["gate1"].mean())
    assert {"epoch", "train_loss", "architecture", "expected_l0", "seconds", "step_ms"} <= metrics.keys()
    kinds = {"flops": int, "expected_flops": float, "expected_flops_own_gates": float}
    assert {name: type(metrics[name]) for name in kinds} == kinds


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"epochs": 0}, "epochs"),
        ({"batch_size": 0}, "batch_size"),
        ({"seed": -1}, "seed"),
        ({"dtype": "float16"}, "dtype"),
        ({"averaging": 1.0}, "averaging"),
    ],
)
def test_settings_out_of_range_are_refused_by_name(change, word):
    with pytest.raises(InputError, match=word):
        replace(SHORT, **change)


def with_x(change):
    data = blobs()
    x = data.x.copy()
    change(x)
    return Dataset(x, data.y, "changed")


BAD_DATA = {
    "another shape": (Dataset(np.zeros((4, 5), np.float32), np.zeros(4, int), "wrong"), "do not fit"),
    "nan": (with_x(lambda x: x.__setitem__((3, 2), np.nan)), "must be finite floats"),
    "infinity": (with_x(lambda x: x.__setitem__((3, 2), np.inf)), "must be finite floats"),
    "bytes": (Dataset(np.zeros((4, 6), np.uint8), np.zeros(4, int), "bytes"), "x / 255"),
    "label too large": (
        Dataset(np.zeros((2, 6), np.float32), np.array([0, 3]), "labels"),
        "labels out of range",
    ),
    "negative label": (
        Dataset(np.zeros((2, 6), np.float32), np.array([0, -1]), "labels"),
        "labels out of range",
    ),
    "empty": (Dataset(np.zeros((0, 6), np.float32), np.zeros(0, int), "nothing"), "is empty"),
}


@pytest.mark.parametrize("role", ["train", "test", "validation"])
@pytest.mark.parametrize(("data", "words"), BAD_DATA.values(), ids=BAD_DATA)
def test_data_that_cannot_be_trained_or_tested_on_is_refused(data, words, role):
    sets = {"train": blobs(), "settings": SHORT, role: data}
    with pytest.raises(InputError, match=words):
        next(fit(tiny_mlp(), **sets))


@pytest.mark.parametrize("ordered", ["by label", "in cycles"])
def test_moments_for_evaluation_are_those_of_the_whole_training_set_even_if_it_has_an_order(ordered):
    data, net, test = blobs(3000), tiny_batch_norm_net(), blobs(300, seed=1)  # labels 0, 1, 2, 0, 1, 2, ...
    data = data.take(np.argsort(data.y, kind="stable")) if ordered == "by label" else data
    record = last(fit(net, data, replace(SHORT, optimizer=Adam(0.02)), test))
    whole = batch_norm_stats(net, record.params, data.x, test_gates(net, record.params))
    assert record.test_error == pytest.approx(error_percent(net, record.params, test, whole), abs=1)


def test_a_state_of_another_network_is_refused():
    with pytest.raises(InputError, match=r"state\.params"):
        next(fit(tiny_mlp(), blobs(), SHORT, state=begin(mlp((6, 7, 4, 3)), SHORT)))


class SignDescent:
    """An optimizer of your own, with no more than a rule needs."""

    def init(self, params):
        return {"t": 0}

    def update(self, params, grads, state):
        return map_arrays(lambda p, g: p - 0.01 * np.sign(g), params, grads), {"t": state["t"] + 1}


def test_an_optimizer_of_your_own_needs_init_and_update_only():
    settings = replace(SHORT, optimizer=SignDescent(), epochs=30)
    records = list(fit(tiny_mlp(), blobs(), settings))
    assert records[-1].data_loss < records[0].data_loss
    assert records[-1].state.optimizer == {"t": 30 * 4}


def test_the_state_of_another_optimizer_is_refused():
    record = last(fit(tiny_mlp(), blobs(), SHORT))
    settings = replace(SHORT, epochs=9, optimizer=SGD(1e-3, momentum=0.9))
    with pytest.raises(InputError, match=r"a state of \['m', 't', 'v'\] where \['t', 'v'\] is needed"):
        last(fit(tiny_mlp(), blobs(), settings, state=record.state))
