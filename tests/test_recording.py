import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_runs import blobs, tiny_mlp

from l0edu import HardConcrete, InputError, Settings, fit, lenet5, mlp, open_at_test, open_probabilities
from l0edu.recording import Recording

LAW = HardConcrete()


@pytest.fixture(scope="module")
def records():
    return list(fit(tiny_mlp(), blobs(), Settings(epochs=3, batch_size=16, lam=2.0), blobs(seed=1)))


def recorded(net, records):
    recording = Recording.begin(net)
    for record in records:
        recording = recording.add_record(net, record)
    return recording


def test_every_epoch_keeps_its_probabilities_to_half_a_step(records):
    recording = recorded(tiny_mlp(), records)
    assert recording.epochs == len(records) == 3
    for epoch, record in enumerate(records):
        for gate, p in record.open_probabilities.items():
            kept = recording.probabilities[gate][epoch] / 255
            np.testing.assert_allclose(kept, p, rtol=0, atol=1 / 510 + 1e-7)


def test_the_counts_of_open_gates_are_those_of_the_records(records):
    assert recorded(tiny_mlp(), records).architecture() == [record.architecture for record in records]


@given(st.lists(st.floats(-2.40625, -2.390625, width=32), min_size=1, max_size=20))
def test_around_the_threshold_the_bits_say_what_the_test_gates_say(log_alpha):
    """Eq. 13 closes at log_alpha = -2.398, where P(open) is the same in steps of 1/255 on both sides."""
    net = mlp((len(log_alpha), 2), drop_rates=(0.5,))
    params = {"gate1": {"log_alpha": np.array(log_alpha, np.float32)}}
    recording = Recording.begin(net).add(open_probabilities(net, params), open_at_test(net, params))
    np.testing.assert_array_equal(
        recording.open_at_test("gate1")[0], LAW.test_value(np.array(log_alpha, np.float32)) > 0
    )
    assert set(recording.probabilities["gate1"][0]) <= {78, 79, 80}


def test_a_rounded_probability_could_not_tell_open_from_closed():
    log_alpha = np.array([-2.399, -2.397])
    assert np.unique(np.rint(255 * LAW.prob_open(log_alpha))).size == 1
    assert (LAW.test_value(log_alpha) > 0).tolist() == [False, True]


def test_200_epochs_of_lenet5_take_less_than_a_megabyte():
    recording = Recording.begin(lenet5())
    row = sum(
        rows.shape[1] for table in (recording.probabilities, recording.opened) for rows in table.values()
    )
    assert row == 20 + 50 + 800 + 500 + 3 + 7 + 100 + 63
    assert 200 * row < 1e6


def test_gates_of_single_weights_are_kept_row_after_row():
    from l0edu import Chain, Dense, Network

    net = Network((3,), Chain("net", (Dense("fc1", 2, weight_gate=LAW),)))
    p, opened = np.arange(6.0).reshape(2, 3) / 5, np.eye(2, 3, dtype=bool)
    recording = Recording.begin(net).add({"fc1": p}, {"fc1": opened})
    assert recording.probabilities["fc1"].tolist() == [[0, 51, 102, 153, 204, 255]]
    assert recording.open_at_test("fc1").tolist() == [opened.ravel().tolist()]


def test_tables_come_back_as_the_recording_they_were(records):
    net, recording = tiny_mlp(), recorded(tiny_mlp(), records)
    again = Recording.of_tables(net, recording.tables(), [record.architecture for record in records])
    np.testing.assert_equal(vars(again), vars(recording))


def without(tables, *names):
    return {layer: {k: v for k, v in arrays.items() if k not in names} for layer, arrays in tables.items()}


DAMAGES = {
    "nothing": lambda tables: None,
    "a layer too few": lambda tables: {"gate1": tables["gate1"]},
    "no bits": lambda tables: without(tables, "opened"),
    "an epoch too few": lambda t: {
        layer: {k: v[1:] for k, v in arrays.items()} for layer, arrays in t.items()
    },
    "floats": lambda t: {layer: {k: v / 1.0 for k, v in arrays.items()} for layer, arrays in t.items()},
    "another gate open": lambda t: {
        layer: {**arrays, "opened": arrays["opened"] ^ 128} for layer, arrays in t.items()
    },
    "a folder for an array": lambda t: {
        layer: {k: {"deeper": v} for k, v in arrays.items()} for layer, arrays in t.items()
    },
    "an array for a layer": lambda tables: dict.fromkeys(tables, np.zeros(3, np.uint8)),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_tables_that_do_not_fit_the_run_are_refused(records, damage):
    tables = damage(recorded(tiny_mlp(), records).tables())
    with pytest.raises(InputError, match="recording"):
        Recording.of_tables(tiny_mlp(), tables, [record.architecture for record in records])
