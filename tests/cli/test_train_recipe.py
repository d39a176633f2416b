"""Options of the optimizer and of the gates' start, from the command line to the config."""

import json

import pytest
from command_line import QUICK, one_line_error, records

from l0edu.cli import main


def config_of(folder):
    return json.loads((folder / "config.json").read_text())


def test_every_option_reaches_the_config_and_the_run(tmp_path):
    asked = ["--optimizer", "sgd", "--step-size", "0.05", "--step-drops", "0.5", "--weight-decay", "1e-4"]
    asked += ["--gated-weight-decay", "2e-4", "--decay-batch-norm", "--drop-rate", "0.1", "--warm-up", "1"]
    assert main([*QUICK, *asked, "--out", str(tmp_path)]) == 0
    config = config_of(tmp_path)
    assert (config["optimizer"], config["step_size"], config["step_drops"]) == ("sgd", 0.05, [0.5])
    assert (config["weight_decay"], config["gated_weight_decay"]) == (1e-4, 2e-4)
    assert (config["decay_batch_norm"], config["drop_rate"], config["warm_up"]) == (True, 0.1, 1)
    first, second = records(tmp_path)
    assert first["l0_penalty"] == 0 < second["l0_penalty"]
    assert first["open_probabilities"]["gate2"] == pytest.approx(0.9784, abs=1e-3)  # sig(ln 9 + 1.598597)


def test_more_epochs_may_not_move_a_drop_that_is_past(tmp_path, capsys):
    run = [*QUICK, "--optimizer", "sgd", "--step-size", "0.01", "--out", str(tmp_path)]
    assert main([*run, "--step-drops", "0.5"]) == 0
    message = one_line_error(capsys, ["train", "mlp", "--out", str(tmp_path), "--resume", "--epochs", "4"])
    assert "another number would move a drop that is past" in message


def test_more_epochs_are_welcome_as_long_as_no_drop_was_near(tmp_path):
    run = [*QUICK[:-1], "1", "--step-drops", "0.9", "--out", str(tmp_path)]
    assert main([*run, "--epochs", "4"]) == 0
    assert len(records(tmp_path)) == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["wrn-11-1"], "depth 11: a wide ResNet has 6 n + 4 layers"),
        (["wrn-10"], "there is no network 'wrn-10': choose one of mlp,"),
        (["wrn-10-1"], "images of shape (1, 28, 28) do not fit (3, 32, 32)"),
        (["mlp-dense", "--drop-rate", "0.3"], "mlp-dense has no gates: leave out the drop rate"),
        (["mlp-dense", "--warm-up", "1"], "mlp-dense has no gates that learn: leave out --warm-up"),
        (["mlp", "--warm-up", "120"], "warm_up = 120: it must be at least 0 and less than the 120 epochs"),
        (["mlp", "--drop-rate", "1.5"], "drop_rate = 1.5"),
        (["mlp", "--optimizer", "lbfgs"], "--optimizer: invalid choice: 'lbfgs'"),
        (["mlp", "--step-drops", "2"], "--step-drops 2.0: give shares of the run in order"),
        (["mlp", "--augment"], "--augment flips and crops images, and mlp takes inputs of shape (784,)"),
        (["mlp", "--gated-weight-decay", "-1"], "gated_weight_decay = -1.0: it must be 0 or positive"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(tmp_path, capsys, arguments, message):
    assert message in one_line_error(capsys, ["train", *arguments, "--out", str(tmp_path / "run")])
    assert not (tmp_path / "run").exists()
