import json
from dataclasses import replace

import numpy as np
import pytest
from small_runs import blobs, tiny_mlp

from l0edu import InputError, load_run
from l0edu.models import MODELS
from l0edu.records import Settings
from l0edu.runs import Config, RunFolder
from l0edu.train import fit

CONFIG = Config("tiny", "blobs", None, [0.1], 0.0, 3, 16, 1e-3, 0.9, 0, "float32", 0.0, 60, 1)
SETTINGS = Settings(epochs=3, batch_size=16, averaging=0.9)


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A finished run of a tiny network: its folder and its records."""
    monkeypatch.setitem(MODELS, "tiny", tiny_mlp)
    folder = RunFolder(tmp_path / "run")
    folder.start(CONFIG)
    records = list(fit(tiny_mlp(), blobs(), SETTINGS, blobs(seed=1)))
    for record in records:
        folder.save(record)
    return folder, records


def test_a_saved_state_comes_back_to_the_bit(run):
    folder, records = run
    state = folder.load_state(tiny_mlp())
    assert (state.epoch, state.seconds) == (3, records[-1].state.seconds)
    np.testing.assert_equal(vars(state), vars(records[-1].state))


def test_a_line_that_is_ahead_of_the_checkpoint_is_dropped(run):
    folder, _ = run
    with folder.metrics_file.open("a") as file:
        file.write('{"epoch": 4}\n{"epoch": 5, "tra')
    folder.load_state(tiny_mlp())
    assert [line["epoch"] for line in folder.records()] == [1, 2, 3]
    assert folder.metrics_file.read_text().count("\n") == 3


def test_a_damaged_line_in_the_middle_is_refused(run):
    folder, _ = run
    folder.metrics_file.write_text('{"epoch": 1}\n{"epo\n{"epoch": 3}\n')
    with pytest.raises(InputError, match=r"metrics\.jsonl is damaged"):
        folder.records()


def test_the_summary_is_the_last_line_with_config_seed_and_versions(run):
    folder, _ = run
    summary = folder.finish()
    assert summary == json.loads(folder.summary_file.read_text())
    assert summary["test_error"] == folder.records()[-1]["test_error"]
    assert summary["config"]["lam"] == [0.1]
    assert {"l0edu", "numpy", "autograd", "python"} == summary["versions"].keys()


def test_a_checkpoint_without_its_tables_is_refused(run):
    folder, _ = run
    from l0edu.checkpoint import save_tables

    save_tables(folder.checkpoint_file, {"params": tiny_mlp().init(np.random.default_rng(0))}, {"epoch": 1})
    with pytest.raises(InputError, match="lacks 'optimizer'"):
        folder.load_state(tiny_mlp())


def test_a_run_that_is_loaded_predicts_with_the_averaged_parameters(run):
    folder, records = run
    loaded = load_run(folder.path)
    np.testing.assert_equal(loaded.params, records[-1].params)
    test = blobs(seed=1)
    error = 100 * np.mean(loaded.predict(test.x) != test.y)
    assert error == pytest.approx(records[-1].test_error)
    assert loaded.config == CONFIG


def test_bytes_and_floats_of_any_shape_predict_alike(run):
    loaded = load_run(run[0].path)
    images = np.random.default_rng(0).integers(0, 256, (10, 2, 3), dtype=np.uint8)
    expected = loaded.predict(images)
    np.testing.assert_array_equal(loaded.predict(images.reshape(10, 6) / 255), expected)
    np.testing.assert_array_equal(loaded.predict(images.reshape(10, 1, 2, 3)), expected)


@pytest.mark.parametrize(
    "images", [np.zeros((4, 5)), np.zeros(6), np.full((2, 6), 2.0), np.full((2, 6), np.nan)]
)
def test_images_that_do_not_fit_are_refused(run, images):
    with pytest.raises(InputError, match=r"images of shape|pixels from"):
        load_run(run[0].path).predict(images)


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(InputError, match="holds no run"):
        load_run(tmp_path)


def test_a_config_that_cannot_be_read_is_refused(run):
    folder, _ = run
    folder.config_file.write_text('{"network": "tiny"')
    with pytest.raises(InputError, match=r"config\.json cannot be read"):
        load_run(folder.path)


def test_a_network_of_no_name_is_refused(run):
    folder, _ = run
    folder.write_config(replace(CONFIG, network="vgg"))
    with pytest.raises(InputError, match="there is no network 'vgg': choose one of mlp, lenet5"):
        load_run(folder.path)
