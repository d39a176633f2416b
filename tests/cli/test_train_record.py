import json
import os
import random
import re
import shlex
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from command_line import QUICK, one_line_error, records, wait_for

from l0edu import load_run
from l0edu.checkpoint import load_tables, save_tables
from l0edu.cli import main
from l0edu.runs import RunFolder

RECORDED = [*QUICK, "--record"]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """The folder of a recorded run of 2 epochs."""
    folder = tmp_path_factory.mktemp("recorded") / "run"
    assert main([*RECORDED, "--out", str(folder)]) == 0
    return folder


def film(folder):
    return (folder / "film.npz").read_bytes()


def test_a_recorded_run_keeps_the_gates_of_every_epoch(recorded):
    tables, meta = load_tables(recorded / "film.npz")
    assert tables["film"]["gate1"]["probabilities"].shape == (2, 784)
    mean = tables["film"]["gate2"]["probabilities"][-1].mean() / 255
    assert mean == pytest.approx(records(recorded)[-1]["open_probabilities"]["gate2"], abs=1 / 510)
    assert meta["config"]["record"] is True


def test_the_copy_for_others_names_no_path_and_no_time(recorded):
    _, meta = load_tables(recorded / "film.npz")
    assert meta["config"]["data_dir"] is None
    assert not {"seconds", "step_ms"} & meta["records"][0].keys()


def test_recording_changes_nothing_of_what_is_learned(recorded, tmp_path):
    assert main([*QUICK, "--out", str(tmp_path / "run")]) == 0
    np.testing.assert_equal(load_run(tmp_path / "run").params, load_run(recorded).params)
    assert "film" not in load_tables(tmp_path / "run" / "checkpoint.npz")[0]
    assert not (tmp_path / "run" / "film.npz").exists()


def test_a_run_that_goes_on_is_recorded_on_without_being_asked_again(recorded, tmp_path):
    folder = tmp_path / "run"
    assert main([*RECORDED[:-2], "1", "--record", "--out", str(folder)]) == 0
    assert main(["train", "mlp", "--epochs", "2", "--out", str(folder), "--resume"]) == 0
    assert film(folder) == film(recorded)


def test_a_run_begun_without_recording_is_not_recorded_later(tmp_path, capsys):
    folder = tmp_path / "run"
    main([*QUICK, "--out", str(folder)])
    capsys.readouterr()
    message = one_line_error(capsys, ["train", "mlp", "--record", "--out", str(folder), "--resume"])
    assert "the run began without --record, and its film would lack the beginning: leave it out" in message


def test_before_the_first_epoch_recording_may_still_be_asked_for(tmp_path, monkeypatch, recorded):
    folder = tmp_path / "run"
    with monkeypatch.context() as patch:
        patch.setattr("l0edu.cli.train.RunFolder.add", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        assert main([*QUICK, "--out", str(folder)]) == 130
    assert main(["train", "mlp", "--record", "--out", str(folder), "--resume"]) == 0
    assert film(folder) == film(recorded)


def test_the_advice_after_an_early_interruption_goes_on_recording(tmp_path, capsys, monkeypatch, recorded):
    folder = tmp_path / "run"
    with monkeypatch.context() as patch:
        patch.setattr("l0edu.cli.train.RunFolder.add", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        assert main([*RECORDED, "--out", str(folder)]) == 130
    advice = re.search(r"go on with: l0edu (.*)", capsys.readouterr().err).group(1)
    assert main(shlex.split(advice)) == 0
    assert film(folder) == film(recorded)


def test_a_lost_or_spoilt_copy_is_made_anew(recorded):
    before = film(recorded)
    for spoil in (lambda file: file.unlink(), lambda file: file.write_bytes(b"spoilt")):
        spoil(recorded / "film.npz")
        assert main(["train", "mlp", "--out", str(recorded), "--resume"]) == 0
        assert film(recorded) == before


def test_making_a_run_longer_drops_the_film_of_its_old_end(recorded, tmp_path):
    folder = RunFolder(tmp_path / "run")
    main([*RECORDED, "--out", str(folder.path)])
    folder.film_page.write_text("old")
    progress = folder.load()
    progress.config = type(progress.config)(**{**progress.config.to_json(), "epochs": 3})
    folder.begin(progress)
    assert not folder.film_file.exists()
    assert not folder.film_page.exists()


def test_a_config_of_a_run_before_recording_was_known_is_read_as_not_recorded(tmp_path):
    folder = RunFolder(tmp_path / "run")
    main([*QUICK, "--out", str(folder.path)])
    tables, meta = load_tables(folder.checkpoint_file)
    del meta["config"]["record"]
    save_tables(folder.checkpoint_file, tables, {k: v for k, v in meta.items() if k != "names"})
    assert folder.load().config.record is False


def test_a_checkpoint_whose_recording_is_damaged_is_refused(tmp_path, capsys):
    folder = RunFolder(tmp_path / "run")
    main([*RECORDED, "--out", str(folder.path)])
    tables, meta = load_tables(folder.checkpoint_file)
    del tables["film"]["gate1"]
    save_tables(folder.checkpoint_file, tables, meta)
    capsys.readouterr()
    message = one_line_error(capsys, ["train", "mlp", "--out", str(folder.path), "--resume"])
    assert "checkpoint.npz is damaged: a recording of mlp has the layers gate1, gate2, gate3" in message


def stamp(file):
    return file.stat().st_mtime_ns if file.exists() else None


def test_three_kills_at_random_moments_change_no_byte_of_the_film(tmp_path):
    folder, whole = tmp_path / "killed", tmp_path / "whole"
    train = [
        sys.executable,
        "-m",
        "l0edu",
        "train",
        "mlp",
        "--epochs",
        "25",
        "--batch-size",
        "500",
        "--record",
    ]
    assert subprocess.run([*train, "--out", str(whole)], capture_output=True).returncode == 0
    chance = random.Random(os.urandom(4))
    for kill in range(3):
        awaited = folder / ("checkpoint.npz" if kill else "config.json")
        before = stamp(awaited)
        process = subprocess.Popen([*train, "--out", str(folder), "--resume"], stdout=subprocess.DEVNULL)
        while stamp(awaited) == before and process.poll() is None:
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.15))
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    assert subprocess.run([*train, "--out", str(folder), "--resume"], capture_output=True).returncode == 0
    assert film(folder) == film(whole)
    assert json.loads((folder / "config.json").read_text())["record"] is True


def test_a_run_can_be_watched_while_it_is_trained(tmp_path):
    folder = RunFolder(tmp_path / "run")
    train = [sys.executable, "-m", "l0edu", "train", "mlp", "--epochs", "200", "--record"]
    process = subprocess.Popen([*train, "--out", str(folder.path)], stdout=subprocess.DEVNULL)
    try:
        wait_for(folder.checkpoint_file, process)
        assert folder.load_film().recording.epochs >= 1
    finally:
        process.kill()
        process.wait()
