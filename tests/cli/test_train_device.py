"""`l0edu train --device`: the run's folder, going on elsewhere, and what is said where a GPU is missing."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from command_line import QUICK, one_line_error, records
from fake_cupy import OutOfMemoryError, fake_cupy, install

from l0edu.checkpoint import load_tables, save_tables
from l0edu.cli import main
from l0edu.errors import InputError
from l0edu.gpu import stand_in
from l0edu.request import resolve
from l0edu.running import train_in
from l0edu.runs import RunFolder

STAND_IN = ["--device", "stand-in"]
TINY = ["train", "mlp", "--batch-size", "1000", "--dtype", "float64"]  # 5 steps an epoch


def config(folder):
    return json.loads((folder / "config.json").read_text())


def losses(folder):
    return [(line["data_loss"], line["expected_l0"], line["test_error"]) for line in records(folder)]


@pytest.fixture(scope="module")
def on_cpu(tmp_path_factory):
    """Two epochs on the CPU."""
    folder = tmp_path_factory.mktemp("cpu") / "run"
    assert main([*TINY, "--epochs", "2", "--out", str(folder)]) == 0
    return folder


@pytest.fixture
def copied(on_stand_in, tmp_path):
    """That of `on_stand_in`, to be gone on with."""
    return Path(shutil.copytree(on_stand_in, tmp_path / "run"))


@pytest.fixture(scope="module")
def on_stand_in(tmp_path_factory):
    """The first epoch on the stand-in, repeatable."""
    folder = tmp_path_factory.mktemp("device") / "run"
    assert main([*TINY, "--epochs", "1", *STAND_IN, "--repeatable", "--out", str(folder)]) == 0
    return folder


def test_a_repeatable_run_on_a_device_repeats_that_of_the_cpu(on_cpu, on_stand_in):
    np.testing.assert_allclose(losses(on_stand_in), losses(on_cpu)[:1], rtol=1e-12)
    assert (config(on_stand_in)["device"], config(on_stand_in)["repeatable"]) == ("stand-in", True)
    assert (config(on_cpu)["device"], config(on_cpu)["repeatable"]) == ("cpu", False)


def test_a_run_goes_on_where_it_was_unless_another_device_is_named(copied, capsys):
    with stand_in.counting() as counts:
        assert main([*TINY, "--epochs", "2", "--out", str(copied), "--resume"]) == 0
    assert counts.launches > 100
    assert "warning" not in capsys.readouterr().err


def test_a_run_goes_on_on_another_device_with_a_note(on_cpu, copied, capsys):
    there = ["--device", "cpu", "--out", str(copied), "--resume"]
    assert main([*TINY, "--epochs", "2", *there]) == 0
    (note,) = capsys.readouterr().err.splitlines()
    assert note.startswith(
        "warning: the run was trained with --device stand-in up to here, and goes on with "
    )
    assert note.endswith("--device cpu: rounding differs from what --device stand-in would give")
    np.testing.assert_allclose(losses(copied), losses(on_cpu), rtol=1e-12)
    assert config(copied)["device"] == "cpu"


def test_noise_from_another_place_is_told_too(on_cpu):
    with pytest.warns(UserWarning, match="rounding and the noise of the gates differ from what --device cpu"):
        resolve({"network": "mlp", "epochs": 3, "device": "stand-in"}, on_cpu, resume=True)


def test_a_run_cannot_become_repeatable_or_cease_to_be(on_cpu, on_stand_in, capsys):
    resumed = ["train", "mlp", "--resume", "--out"]
    message = one_line_error(capsys, [*resumed, str(on_cpu), "--repeatable"])
    assert "the run was started with --no-repeatable" in message
    message = one_line_error(capsys, [*resumed, str(on_stand_in), "--no-repeatable"])
    assert "the run was started with --repeatable" in message


def test_a_finished_run_prints_its_table_anywhere_and_keeps_its_device(copied, capsys):
    tables, meta = load_tables(copied / "checkpoint.npz")
    save_tables(copied / "checkpoint.npz", tables, {**meta, "config": {**meta["config"], "device": "gpu"}})
    for device in ([], ["--device", "cpu"]):
        assert main(["train", "mlp", "--resume", *device, "--out", str(copied)]) == 0
        assert config(copied)["device"] == "gpu"
    assert "warning" not in capsys.readouterr().err


def test_runs_that_say_nothing_of_a_device_were_trained_on_the_cpu(on_cpu, tmp_path):
    tables, meta = load_tables(on_cpu / "checkpoint.npz")
    del meta["config"]["device"], meta["config"]["repeatable"]
    save_tables(tmp_path / "checkpoint.npz", tables, meta)
    loaded = RunFolder(tmp_path).load().config
    assert (loaded.device, loaded.repeatable) == ("cpu", False)


def test_a_config_of_an_unknown_device_is_refused(on_cpu, tmp_path, capsys):
    tables, meta = load_tables(on_cpu / "checkpoint.npz")
    save_tables(tmp_path / "checkpoint.npz", tables, {**meta, "config": {**meta["config"], "device": "tpu"}})
    message = one_line_error(capsys, ["train", "mlp", "--resume", "--out", str(tmp_path)])
    assert "device = 'tpu': choose one of cpu, gpu, stand-in" in message


def test_a_missing_gpu_is_one_line_before_anything_is_written(tmp_path, monkeypatch, capsys):
    install(monkeypatch, ModuleNotFoundError("No module named 'cupy'", name="cupy"))
    message = one_line_error(capsys, [*QUICK, "--device", "gpu", "--out", str(tmp_path / "run")])
    assert message.startswith("l0edu: --device gpu: CuPy is not installed: ")
    assert "pip install 'l0edu[gpu]'" in message
    assert message.endswith("--device cpu needs none of it\n")
    assert not (tmp_path / "run").exists()


def test_an_unknown_device_is_refused_with_those_there_are(capsys):
    assert "'cpu', 'gpu', 'stand-in'" in one_line_error(capsys, [*QUICK, "--device", "cuda"])


def filling_the_memory(steps):
    """Lets a GPU's memory fill up after so many steps."""
    done = iter(range(steps))

    def track(batches):
        for batch in batches:
            if next(done, None) is None:
                raise OutOfMemoryError(
                    "Out of memory allocating 1,000 bytes (allocated so far: 2,000 bytes)."
                )
            yield batch

    return track


def test_a_full_memory_ends_in_one_line_and_what_was_saved_goes_on(tmp_path, monkeypatch, capsys):
    options = [*TINY[2:], "--epochs", "2", *STAND_IN, "--out", str(tmp_path / "run")]
    monkeypatch.setattr("l0edu.cli.train._tracker", lambda bar: filling_the_memory(7))
    message = one_line_error(capsys, ["train", "mlp", *options])
    assert "the GPU's memory is full (Out of memory allocating 1,000 bytes" in message
    assert "a smaller batch needs less" in message
    assert "what was saved stays: go on with --resume, here or with --device cpu" in message
    monkeypatch.undo()
    assert len(records(tmp_path / "run")) == 1
    assert main(["train", "mlp", "--resume", "--device", "cpu", "--out", str(tmp_path / "run")]) == 0


def test_other_errors_are_not_hidden(tmp_path):
    request, folder = resolve({"network": "mlp", "epochs": 1, "device": "stand-in"}), RunFolder(tmp_path)

    def broken(batches):
        raise ZeroDivisionError("mine")

    with folder.claimed(), pytest.raises(ZeroDivisionError, match="mine"):
        list(train_in(folder, request, broken))


def test_a_device_that_is_not_there_is_refused_by_training_too(tmp_path, monkeypatch):
    install(monkeypatch, fake_cupy(devices=0))
    request = resolve({"network": "mlp", "device": "gpu"})
    with pytest.raises(InputError, match="finds no NVIDIA GPU"):
        list(train_in(RunFolder(tmp_path), request))
