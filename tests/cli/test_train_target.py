"""Runs with a target, and networks whose gates learn nothing, from the command line."""

import json
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from command_line import QUICK, one_line_error, records

from l0edu import Target, mlp
from l0edu.checkpoint import load_tables, save_tables
from l0edu.cli import main
from l0edu.cli.train import table
from l0edu.figures import curves_alt, curves_figure
from l0edu.request import resolve, settings_of
from l0edu.runs import RunFolder

TARGET = [*QUICK, "--target-l0", "0.3"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "target"
    assert main([*TARGET, "--out", str(folder)]) == 0
    return folder


@pytest.fixture
def run(finished, tmp_path):
    """A copy that a test may damage."""
    folder = tmp_path / "run"
    folder.mkdir()
    for file in finished.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


def resume(folder, *options):
    return ["train", "mlp", "--out", str(folder), "--resume", *options]


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({}, (None, 1.0, False, 0.1)),
        ({"target_l0": 0.3}, (Target(0.3), 10.0, False, 0.0)),
        ({"target_flops": 0.3, "gate_step_factor": 2.0}, (Target(0.3, of="flops"), 2.0, False, 0.0)),
        ({"network": "mlp-dropout"}, (None, 1.0, True, 0.0)),
        ({"network": "mlp-dense"}, (None, 1.0, False, 0.0)),
        ({"per_example": True}, (None, 1.0, True, 0.1)),
    ],
)
def test_options_become_these_settings(options, wanted):
    made = settings_of(resolve({"network": "mlp", **options}).progress.config)
    assert (made.target, made.gate_step_factor, made.per_example, made.lam) == wanted


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.1, "expected share 0.1000, target 0.1000 (+0.0%)"),
        (0.12, "target 0.1000 (+20.0%): missed; train for more epochs"),
        (0.07, "target 0.1000 (-30.0%): missed; the gates closed too late"),
    ],
)
def test_the_table_says_how_near_the_target_is(finished, share, words):
    lines = records(finished)
    lines[-1]["pursuit"] = {**lines[-1]["pursuit"], "share": share, "aim": 0.1}
    printed = table(mlp(), lines).splitlines()
    (line,) = [line for line in printed if "expected share" in line]
    assert words in line
    assert ("missed" in line) == (share != 0.1)


@pytest.mark.parametrize("option", ["--target-l0", "--target-flops"])
def test_a_kill_changes_no_bit_of_a_run_with_a_target(tmp_path, option):
    command = [sys.executable, "-m", "l0edu", "train", "mlp", "--batch-size", "500", "--epochs", "8"]
    command = [*command, option, "0.5", "--out"]
    folder, whole = tmp_path / "killed", tmp_path / "whole"
    process = subprocess.Popen([*command, str(folder)], stdout=subprocess.DEVNULL)
    while not (folder / "checkpoint.npz").exists() and process.poll() is None:
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert main(resume(folder)) == main([*command[3:], str(whole)]) == 0
    killed, unharmed = (load_tables(path / "checkpoint.npz")[0] for path in (folder, whole))
    np.testing.assert_equal(killed, unharmed)
    assert [r["pursuit"] for r in records(folder)] == [r["pursuit"] for r in records(whole)]


@pytest.mark.parametrize(
    "other", [("--target-l0", "0.4"), ("--target-flops", "0.3"), ("--lam", "0.1"), ("--lam", "0.1", "0.2")]
)
def test_another_target_is_refused_with_the_one_that_the_run_has(run, capsys, other):
    message = one_line_error(capsys, resume(run, *other))
    assert "the run was started with --target-l0 0.3: leave it out" in message


def test_a_target_is_refused_for_a_run_with_a_lambda(tmp_path, capsys):
    main([*QUICK, "--out", str(tmp_path / "run")])
    capsys.readouterr()
    message = one_line_error(capsys, resume(tmp_path / "run", "--target-flops", "0.3"))
    assert "the run was started with --lam 0.1: leave it out" in message


@pytest.mark.parametrize(("epochs", "words"), [("4", None), ("5", "after 2 of 2 another number would move")])
def test_other_epochs_are_refused_where_the_ramp_would_move(run, capsys, epochs, words):
    if words is None:
        assert main(resume(run, "--epochs", epochs)) == 0
        assert records(run)[-1]["pursuit"]["aim"] == 0.3
    else:
        assert words in one_line_error(capsys, resume(run, "--epochs", epochs))


def without_multipliers(tables):
    del tables["multipliers"]


def another_count(tables):
    tables["multipliers"]["t"] = tables["multipliers"]["t"] + 1


def not_finite(tables):
    tables["multipliers"]["values"]["multipliers"]["linear"] = np.array(np.inf)


def in_float32(tables):
    tables["multipliers"]["v"]["multipliers"]["linear"] = np.array(0.5, np.float32)


def no_tables(tables):
    tables["multipliers"] = np.zeros(3)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (without_multipliers, "lacks the multipliers of its target"),
        (another_count, "its counts of steps are off"),
        (not_finite, "no finite numbers"),
        (in_float32, "another dtype"),
        (no_tables, "is no checkpoint of a run"),
    ],
)
def test_multipliers_that_are_damaged_or_missing_are_refused(run, capsys, damage, words):
    tables, meta = load_tables(run / "checkpoint.npz")
    damage(tables)
    save_tables(run / "checkpoint.npz", tables, meta)
    assert words in one_line_error(capsys, resume(run))


def test_a_run_of_before_there_were_targets_goes_on(tmp_path):
    folder = tmp_path / "run"
    main([*QUICK, "--out", str(folder)])
    tables, meta = load_tables(folder / "checkpoint.npz")
    for name in ("per_example", "target_l0", "target_flops", "gate_step_factor"):
        del meta["config"][name]
    save_tables(folder / "checkpoint.npz", tables, meta)
    (folder / "config.json").write_text(json.dumps(meta["config"]))
    assert RunFolder(folder).asked() == RunFolder(folder).load().config
    assert main(resume(folder, "--epochs", "3")) == 0
    assert len(records(folder)) == 3


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--target-l0", "0.3", "--lam", "0.1"], "--lam and a target"),
        (["--target-l0", "1.5"], "between 0 and 1"),
        (["--target-l0", "0.3", "--gate-step-factor", "0"], "gate_step_factor = 0"),
        (["--target-l0", "0.3", "--target-flops", "0.3"], "not allowed with"),
    ],
)
def test_a_target_that_cannot_be_is_one_line(tmp_path, capsys, options, words):
    assert words in one_line_error(capsys, [*QUICK, *options, "--out", str(tmp_path / "run")])
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("network", ["mlp-dense", "mlp-dropout"])
@pytest.mark.parametrize(
    "option", [("--record",), ("--lam", "0.1"), ("--target-l0", "0.5"), ("--target-flops", "0.5")]
)
def test_what_is_meant_for_gates_that_learn_is_refused_elsewhere(tmp_path, capsys, network, option):
    command = ["train", network, *QUICK[2:], *option, "--out", str(tmp_path / "run")]
    message = one_line_error(capsys, command)
    assert f"{network} has no gates that learn: leave out {option[0]}" in message


def test_a_dense_network_is_reported_and_drawn_without_gates(tmp_path, capsys):
    folder = tmp_path / "run"
    assert main(["train", "mlp-dense", *QUICK[2:], "--out", str(folder)]) == 0
    assert main(["train", "mlp-dense", "--out", str(folder), "--resume", "--epochs", "3"]) == 0
    printed = capsys.readouterr().out
    assert "gated weights" not in printed
    assert "units left" not in printed
    lines = records(folder)
    panels = [ax.get_ylabel() for ax in curves_figure(lines, {}, "dense").axes]
    assert [label.split("\n")[0] for label in panels] == ["error (%)", "kFLOPs", "a step (ms; line:"]
    assert curves_alt(lines, {}, "dense").endswith("medians of 5 epochs); no gates.")
