"""Is a run on a device that of the CPU, and does nothing move unnoticed?"""

from dataclasses import replace

import numpy as np
import pytest
from gpu_checks import no_hidden_transfers
from gradient_checks import refused
from small_runs import blobs, tiny_batch_norm_net, tiny_mlp

from l0edu import SGD, Adam, Settings, draw_noise, fit, lenet5, mlp
from l0edu.checkpointing import Checkpointer
from l0edu.data import ByteImages, Dataset, load
from l0edu.epoch import Epoch
from l0edu.errors import TrainingDivergedError
from l0edu.gpu import to_device, to_host
from l0edu.target import Target
from l0edu.train import begin
from l0edu.wide_resnet import wide_resnet

BASE = Settings(epochs=2, batch_size=16, dtype="float64", repeatable=True, weight_decay=1e-3)
KINDS = {
    "adam": {},
    "own noise for each example": {"per_example": True},
    "sgd and a clamp": {"optimizer": SGD(0.1, momentum=0.9, nesterov=True), "clamp": 4.0},
    "larger steps of the gates": {"gate_step_factor": 10.0},
    "gates' own rule": {"optimizer": SGD(0.1), "gate_optimizer": Adam(0.01)},
    "warm-up": {"warm_up": 1},
    "target": {"target": Target(0.5), "lam": 0.0},
    "target of FLOPs": {"target": Target(0.5, of="flops"), "lam": 0.0},
    "warm-up, then a target": {"warm_up": 1, "target": Target(0.5), "lam": 0.0},
}
each_kind = pytest.mark.parametrize("kind", KINDS)
TIMES = ("step_ms", "seconds")


def images(n, channels, size, classes=10, seed=0):
    rng = np.random.default_rng(seed)
    pixels, half = rng.integers(0, 256, (n, channels, size, size), np.uint8), np.full(channels, 0.5)
    return ByteImages(pixels, np.arange(n) % classes, "noise", half, half / 2)


def moved(device, *sets):
    return [to_device(data, device) for data in sets]


def records(net, settings, train, test=None, **options):
    return [record.metrics() for record in fit(net, train, settings, test, **options)]


def assert_alike(found, expected, tolerance=1e-12):
    """The same numbers but for times, each against its own size."""
    assert found.keys() == expected.keys()
    for name in found.keys() - {*TIMES}:
        if isinstance(found[name], dict):
            assert_alike(found[name], expected[name], tolerance)
        elif found[name] is None:
            assert expected[name] is None
        else:
            np.testing.assert_allclose(found[name], expected[name], rtol=tolerance, atol=tolerance)


@each_kind
def test_a_repeatable_run_gives_the_records_of_the_cpu(kind, device):
    net, settings = tiny_mlp(), replace(BASE, **KINDS[kind])
    train, test = blobs(), blobs(seed=1)
    placed = moved(device, train, test)
    with no_hidden_transfers(device, reads=True):
        found = records(net, settings, *placed)
    for here, there in zip(found, records(net, settings, train, test), strict=True):
        assert_alike(here, there)


@pytest.mark.parametrize("name", ["mlp", "lenet5"])
def test_an_epoch_in_float32_is_that_of_the_cpu_up_to_rounding(name, device):
    net = {"mlp": mlp, "lenet5": lenet5}[name]()
    train, test = (data.take(np.arange(80)) for data in load("mini"))
    settings = Settings(epochs=1, batch_size=40, repeatable=True)
    placed = moved(device, train, test)
    with no_hidden_transfers(device, reads=True):
        (found,) = records(net, settings, *placed)
    (expected,) = records(net, settings, train, test)
    assert_alike(found, expected, tolerance=2e-5)


def drawn_in(train, monkeypatch):
    """The noise and the batch of each step of a run, on the host."""
    seen = []

    def recording(*args):
        seen.append(draw_noise(*args))
        return seen[-1]

    def track(steps):
        for x, y in steps:
            seen.append({"x": x, "y": y})
            yield x, y

    monkeypatch.setattr("l0edu.train.draw_noise", recording)
    records(tiny_mlp(), BASE, train, track=track)
    return [to_host(table) for table in seen]


def test_batches_and_noise_of_a_repeatable_run_are_those_of_the_cpu_to_the_bit(device, monkeypatch):
    found, expected = (drawn_in(train, monkeypatch) for train in (to_device(blobs(), device), blobs()))
    assert len(found) == 2 * 2 * 4
    np.testing.assert_equal(found, expected)


def test_bytes_are_flipped_cropped_and_scaled_on_the_device(device):
    net, train, test = wide_resnet(10, 1), images(8, 3, 32), images(4, 3, 32, seed=1)
    settings = replace(BASE, epochs=1, batch_size=4, augment=True)
    placed = moved(device, train, test)
    with no_hidden_transfers(device, reads=True):
        (found,) = fit(net, placed[0], settings, placed[1])
    (expected,) = fit(net, train, settings, test)
    assert_alike(found.metrics(), expected.metrics(), tolerance=1e-10)
    assert all(type(moment) is np.ndarray for table in found.stats.values() for moment in table.values())


def test_states_and_records_are_tables_of_the_host(device):
    (record,) = fit(tiny_batch_norm_net(), to_device(blobs(), device), replace(BASE, epochs=1))
    state = record.state
    tables = record.params, state.params, state.optimizer["m"], state.average["sum"], record.stats
    arrays = [array for table in tables for row in table.values() for array in row.values()]
    assert {type(array) for array in [*arrays, *record.open_probabilities.values()]} == {np.ndarray}
    assert type(record.train_loss) is float


@pytest.mark.parametrize("first", ["device", "cpu"])
def test_a_run_goes_on_in_the_other_place(first, device):
    net, host = tiny_mlp(), blobs()
    there = to_device(host, device)
    one, other = (there, host) if first == "device" else (host, there)
    *_, whole = fit(net, host, BASE)
    (begun,) = fit(net, one, replace(BASE, epochs=1))
    (ended,) = fit(net, other, BASE, state=begun.state)
    assert_alike(ended.metrics(), whole.metrics())


@pytest.mark.parametrize("kind", ["adam", "gates' own rule", "target"])
def test_a_repeatable_run_that_is_stopped_inside_an_epoch_goes_on_to_the_bit(kind, device):
    net, train, settings = tiny_mlp(), to_device(blobs(), device), replace(BASE, **KINDS[kind])
    kept = []
    checkpointer = Checkpointer(kept.append, every=0)
    *_, whole = fit(net, train, settings, checkpointer=checkpointer)
    assert [state.part.steps for state in kept] == 2 * [1, 2, 3, 4]
    *_, resumed = fit(net, train, settings, state=kept[1])
    np.testing.assert_equal(resumed.state.params, whole.state.params)
    assert resumed.train_loss == whole.train_loss


def test_the_rest_of_an_epoch_has_other_noise_of_the_device_than_its_beginning(device):
    net, train, settings = tiny_mlp(), to_device(blobs(), device), replace(BASE, repeatable=False, epochs=1)
    kept = [begin(net, settings)]
    records(net, settings, train, checkpointer=Checkpointer(kept.append, every=0))
    first, second, third = (Epoch(train, settings, state).noise_rng.random(9) for state in kept[:3])
    assert not np.array_equal(to_host(first), to_host(second))
    assert not np.array_equal(to_host(second), to_host(third))


def test_a_state_from_inside_an_epoch_goes_on_on_the_cpu(device):
    net, train = tiny_mlp(), blobs()
    kept = []
    *_, whole = fit(net, to_device(train, device), BASE, checkpointer=Checkpointer(kept.append, every=0))
    *_, resumed = fit(net, train, BASE, state=kept[5])
    assert_alike(resumed.metrics(), whole.metrics())


def test_a_loss_that_is_not_finite_is_noticed_at_the_end_of_the_epoch(device):
    settings = replace(BASE, optimizer=SGD(1e200))
    train, steps = to_device(blobs(), device), []

    def track(batches):
        for batch in batches:
            yield batch
            steps.append(batch)

    with np.errstate(all="ignore"), pytest.raises(TrainingDivergedError, match="epoch 1, step 2"):
        records(tiny_mlp(), settings, train, track=track)
    assert len(steps) == 4


def test_a_loss_that_is_not_finite_is_not_kept(device):
    kept = []
    settings, train = replace(BASE, optimizer=SGD(1e200)), to_device(blobs(), device)
    with np.errstate(all="ignore"), pytest.raises(TrainingDivergedError, match="epoch 1, step 2"):
        records(tiny_mlp(), settings, train, checkpointer=Checkpointer(kept.append, every=0))
    assert len(kept) == 1


@pytest.mark.parametrize("lies", ["train", "test"])
def test_sets_in_two_places_are_refused_by_name(lies, device):
    train, test = blobs(), blobs(seed=1)
    sets = (to_device(train, device), test) if lies == "train" else (train, to_device(test, device))
    there, here = ("host", "device") if lies == "train" else ("device", "host")
    with refused(rf"test is on the {there} and train on the {here}"):
        records(tiny_mlp(), BASE, *sets)


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        (np.full((4, 6), np.nan, np.float32), [0, 1, 2, 0], "must be finite floats"),
        (np.zeros((4, 6), np.float32), [0, 1, 3, 0], "labels out of range: 0 to 3, for 3 classes"),
    ],
)
def test_bad_data_is_refused_on_a_device_as_on_the_host(x, y, words, device):
    with refused(words):
        records(tiny_mlp(), BASE, to_device(Dataset(x, np.array(y), "bad"), device))


def test_without_repeatable_the_device_draws_noise_that_the_seed_decides(device):
    net, train = tiny_mlp(), to_device(blobs(), device)
    settings = replace(BASE, repeatable=False, epochs=1)
    one, again, other = (
        records(net, replace(settings, seed=seed), train, state=begin(net, settings)) for seed in (0, 0, 1)
    )
    assert_alike(one[0], again[0])
    assert one[0]["data_loss"] != other[0]["data_loss"] != records(net, BASE, train)[0]["data_loss"]


def test_repeatable_changes_nothing_on_the_cpu():
    one, other = (records(tiny_mlp(), replace(BASE, repeatable=r), blobs()) for r in (True, False))
    for here, there in zip(one, other, strict=True):
        assert_alike(here, there, tolerance=0)
