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
from l0edu.request import resolve


def test_a_run_can_be_made_longer(tmp_path, capsys):
    folder, whole = tmp_path / "run", tmp_path / "whole"
    assert main([*QUICK, "--out", str(folder)]) == 0
    assert main(["train", "mlp", "--epochs", "3", "--out", str(folder), "--resume"]) == 0
    assert main([*QUICK[:-1], "3", "--out", str(whole)]) == 0
    np.testing.assert_equal(
        load_tables(folder / "checkpoint.npz")[0], load_tables(whole / "checkpoint.npz")[0]
    )
    assert [line["epoch"] for line in records(folder)] == [1, 2, 3]


@pytest.mark.parametrize("state", ["missing", "empty"])
def test_resume_where_nothing_was_trained_starts_anew(tmp_path, state):
    folder = tmp_path / "run"
    if state != "missing":
        folder.mkdir()
    assert main([*QUICK, "--out", str(folder), "--resume"]) == 0
    assert len(records(folder)) == 2


def interrupt_before_the_first_checkpoint(folder, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("l0edu.cli.train.RunFolder.add", interrupted)
        assert main([*QUICK, "--lam", "7", "--seed", "3", "--out", str(folder)]) == 130


def test_the_advice_after_an_interruption_goes_on_with_what_was_asked_for(tmp_path, capsys, monkeypatch):
    folder = tmp_path / "my run"
    interrupt_before_the_first_checkpoint(folder, monkeypatch)
    advice = re.search(r"go on with: l0edu (.*)", capsys.readouterr().err).group(1)
    assert main(shlex.split(advice)) == 0
    config = json.loads((folder / "config.json").read_text())
    assert (config["lam"], config["seed"], config["batch_size"], config["epochs"]) == ([7.0], 3, 500, 2)


def test_after_an_early_interruption_what_was_asked_for_may_change(tmp_path, monkeypatch):
    folder = tmp_path / "run"
    interrupt_before_the_first_checkpoint(folder, monkeypatch)
    assert main(["train", "mlp", "--seed", "4", "--out", str(folder), "--resume"]) == 0
    config = json.loads((folder / "config.json").read_text())
    assert (config["seed"], config["lam"]) == (4, [7.0])


def test_moments_that_overflow_stop_the_run_before_they_are_saved(tmp_path, capsys):
    folder = tmp_path / "run"
    message = one_line_error(capsys, [*QUICK, "--lam", "1e28", "--out", str(folder)])
    assert "the optimizer's v of gate1/log_alpha is not finite at the end of epoch 1" in message
    assert not (folder / "checkpoint.npz").exists()


def test_a_run_that_another_process_has_continued_is_not_overwritten(tmp_path, capsys, monkeypatch):
    folder = tmp_path / "run"
    main([*QUICK, "--out", str(folder)])
    resumed = ["train", "mlp", "--out", str(folder), "--resume", "--epochs"]

    def slow(*asked):
        request = resolve(*asked)
        monkeypatch.setattr("l0edu.cli.train.resolve", resolve)
        assert main([*resumed, "4"]) == 0  # the other process, between our reading and our writing
        return request

    monkeypatch.setattr("l0edu.cli.train.resolve", slow)
    assert main([*resumed, "3"]) == 2
    assert "another process has gone on" in capsys.readouterr().err
    assert len(records(folder)) == 4


def test_a_lost_checkpoint_does_not_throw_the_run_away(tmp_path, capsys):
    folder = tmp_path / "run"
    main([*QUICK, "--out", str(folder)])
    (folder / "checkpoint.npz").unlink()
    capsys.readouterr()
    message = one_line_error(capsys, ["train", "mlp", "--out", str(folder), "--resume"])
    assert "lacks its checkpoint.npz" in message
    assert len(records(folder)) == 2


def test_a_run_cannot_be_made_shorter(tmp_path, capsys):
    folder = tmp_path / "run"
    main([*QUICK, "--out", str(folder)])
    capsys.readouterr()
    shorter = ["train", "mlp", "--epochs", "1", "--out", str(folder), "--resume"]
    assert "--epochs 1: the run has 2 epochs already" in one_line_error(capsys, shorter)


def test_a_loss_that_is_not_finite_keeps_the_last_good_checkpoint(tmp_path, capsys):
    folder = tmp_path / "run"
    main([*QUICK, "--out", str(folder)])
    config = folder / "checkpoint.npz"
    tables, meta = load_tables(config)
    meta["config"]["step_size"] = 1e30
    save_tables(config, tables, meta)
    capsys.readouterr()
    message = one_line_error(capsys, ["train", "mlp", "--epochs", "4", "--out", str(folder), "--resume"])
    assert "not finite in epoch 3" in message
    assert load_run(folder).records[-1]["epoch"] == 2


def hear_interruptions():
    """In the child, before it begins: a suite that runs in the background hands an ignored signal on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("seconds", [1.0, 2.5])
def test_a_real_interruption_leaves_a_run_that_goes_on(tmp_path, seconds):
    folder = tmp_path / "run"
    command = [sys.executable, "-m", "l0edu", "train", "mlp", "--epochs", "200", "--out", str(folder)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, preexec_fn=hear_interruptions, **pipes)
    wait_for(folder / "config.json", process)
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()
    assert process.returncode == 130
    assert "go on with" in errors
    assert "Traceback" not in errors
    done = len(records(folder))
    assert main(["train", "mlp", "--epochs", str(done + 1), "--out", str(folder), "--resume"]) in (0, 2)


def stamp(file):
    return file.stat().st_mtime_ns if file.exists() else None


def test_five_kills_at_random_moments_change_no_bit(tmp_path):
    folder, whole = tmp_path / "killed", tmp_path / "whole"
    command = [sys.executable, "-m", "l0edu", "train", "mlp", "--epochs", "80", "--batch-size", "250"]
    assert subprocess.run([*command, "--out", str(whole)], capture_output=True).returncode == 0
    chance = random.Random(os.urandom(4))
    for kill in range(5):
        awaited = folder / (
            "checkpoint.npz" if kill else "config.json"
        )  # the first may strike before any epoch
        before = stamp(awaited)
        process = subprocess.Popen([*command, "--out", str(folder), "--resume"], stdout=subprocess.DEVNULL)
        while stamp(awaited) == before and process.poll() is None:
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.25))
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    assert subprocess.run([*command, "--out", str(folder), "--resume"], capture_output=True).returncode == 0
    killed, unharmed = (load_tables(path / "checkpoint.npz")[0] for path in (folder, whole))
    np.testing.assert_equal(killed, unharmed)
    assert [line["epoch"] for line in records(folder)] == list(range(1, 81))


def test_a_folder_that_holds_another_run_is_refused(tmp_path, capsys):
    folder = tmp_path / "run"
    main([*QUICK, "--out", str(folder)])
    capsys.readouterr()
    assert "holds a run" in one_line_error(capsys, [*QUICK, "--out", str(folder)])
    changed = ["train", "mlp", "--lam", "0.2", "--out", str(folder), "--resume"]
    assert "started with --lam 0.1" in one_line_error(capsys, changed)
    other = ["train", "lenet5", "--out", str(folder), "--resume"]
    assert "started with network mlp" in one_line_error(capsys, other)


@pytest.mark.parametrize(
    ("started", "now"), [("--conditional", "--no-conditional"), ("--no-conditional", "--conditional")]
)
def test_a_switch_that_was_changed_is_named_as_it_is_written(tmp_path, capsys, started, now):
    folder = str(tmp_path / "run")
    main([*QUICK, started, "--out", folder])
    capsys.readouterr()
    changed = ["train", "mlp", now, "--out", folder, "--resume"]
    assert f"the run was started with {started}: " in one_line_error(capsys, changed)


def test_a_damaged_checkpoint_is_refused(tmp_path, capsys):
    folder = tmp_path / "run"
    main([*QUICK, "--out", str(folder)])
    checkpoint = folder / "checkpoint.npz"
    checkpoint.write_bytes(checkpoint.read_bytes()[:-100])
    capsys.readouterr()
    assert "damaged" in one_line_error(capsys, ["train", "mlp", "--out", str(folder), "--resume"])


def test_a_full_disk_is_one_line_and_leaves_the_checkpoint(tmp_path, capsys, monkeypatch):
    folder = tmp_path / "run"
    main([*QUICK, "--out", str(folder)])
    capsys.readouterr()

    def full(_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        longer = ["train", "mlp", "--epochs", "3", "--out", str(folder), "--resume"]
        assert "No space left on device" in one_line_error(capsys, longer)
    assert main(longer) == 0
