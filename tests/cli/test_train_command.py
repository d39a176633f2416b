import json
import subprocess
import sys

import numpy as np
import pytest
from command_line import QUICK, one_line_error, records

from l0edu import load_run
from l0edu.cli import main
from l0edu.data import write_idx


def test_a_run_writes_every_file_and_prints_the_table(tmp_path, capsys):
    folder = tmp_path / "run"
    assert main([*QUICK, "--out", str(folder)]) == 0
    printed = capsys.readouterr()
    assert {file.name for file in folder.iterdir()} == {
        "checkpoint.npz",
        "config.json",
        "curves.png",
        "metrics.jsonl",
        "summary.json",
    }
    assert "inputs of fc1            784         784" in printed.out
    assert "test error" in printed.out
    first, last = records(folder)
    assert f"532,400 of 532,400 FLOPs an example, expected {last['expected_flops']:,.0f}\n" in printed.out
    steps = f"took {first['step_ms']:.2f} ms in the first epoch, {last['step_ms']:.2f} ms in the last\n"
    assert steps in printed.out
    assert "\r" not in printed.out + printed.err  # no progress bar where the output is piped
    wanted = {"epoch", "train_loss", "test_error", "architecture", "expected_l0", "seconds", "step_ms"}
    wanted |= {"flops", "expected_flops", "expected_flops_own_gates"}
    assert all(wanted <= line.keys() for line in records(folder))
    assert json.loads((folder / "summary.json").read_text())["architecture"] == [784, 300, 100]


def test_lenet5_reports_four_numbers(tmp_path):
    folder = tmp_path / "run"
    assert main(["train", "lenet5", "--batch-size", "1000", "--epochs", "1", "--out", str(folder)]) == 0
    assert records(folder)[0]["architecture"] == [20, 50, 800, 500]
    assert "params/conv1/W" in np.load(folder / "checkpoint.npz").files


def test_validation_images_are_held_out_of_training_and_reported(tmp_path):
    folder = tmp_path / "run"
    assert main([*QUICK, "--validation", "0.1", "--out", str(folder)]) == 0
    assert json.loads((folder / "config.json").read_text())["images"] == 4500
    assert records(folder)[-1]["validation_error"] is not None


def test_resuming_a_finished_run_prints_its_table_again(tmp_path, capsys):
    folder = tmp_path / "run"
    main([*QUICK, "--out", str(folder)])
    before = (folder / "checkpoint.npz").read_bytes()
    assert main(["train", "mlp", "--out", str(folder), "--resume"]) == 0
    assert (folder / "checkpoint.npz").read_bytes() == before
    assert capsys.readouterr().out.count("units left") == 2


def test_two_runs_at_once_get_folders_of_their_own(tmp_path):
    command = [sys.executable, "-m", "l0edu", "train", "mlp", "--epochs", "2", "--batch-size", "500"]
    both = [
        subprocess.Popen([*command, "--seed", str(s)], cwd=tmp_path, stdout=subprocess.PIPE) for s in (1, 2)
    ]
    for process in both:
        process.communicate()
    assert [process.returncode for process in both] == [0, 0]
    seeds = {json.loads(file.read_text())["seed"] for file in tmp_path.glob("runs/*/summary.json")}
    assert seeds == {1, 2}


def test_without_out_runs_are_numbered(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert main(["train", "mlp", "--batch-size", "2500", "--epochs", "1"]) == 0
    assert sorted(folder.name for folder in (tmp_path / "runs").iterdir()) == ["mlp-mini", "mlp-mini-2"]


def test_the_run_can_be_loaded_and_predicts(tmp_path):
    folder = tmp_path / "run"
    main([*QUICK, "--out", str(folder)])
    from l0edu.data import load

    test = load("mini")[1]
    error = 100 * np.mean(load_run(folder).predict(test.x) != test.y)
    assert error == pytest.approx(records(folder)[-1]["test_error"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train", "resnet"], "resnet"),
        (["train"], "network"),
        (["nonsense"], "nonsense"),
        ([*QUICK, "--lam", "-1"], "lambda = -1"),
        ([*QUICK, "--lam", "1", "2"], "2 lambdas for 3 gated layers"),
        ([*QUICK, "--lam", "nan"], "lambda = nan"),
        ([*QUICK, "--lam", "x"], "--lam"),
        ([*QUICK, "--epochs", "0"], "epochs = 0"),
        ([*QUICK, "--batch-size", "0"], "batch_size = 0"),
        ([*QUICK, "--step-size", "0"], "step_size = 0"),
        ([*QUICK, "--averaging", "1"], "averaging"),
        ([*QUICK, "--weight-decay", "-1"], "weight_decay = -1"),
        ([*QUICK, "--validation", "1.5"], "1.5"),
        ([*QUICK, "--seed", "-3"], "seed = -3"),
        ([*QUICK, "--data", "mnist", "--data-dir", "nowhere"], "nowhere"),
        ([*QUICK, "--data", "cifar"], "cifar"),
        (["train", "mlp", "--resume"], "--resume needs --out"),
        ([*QUICK, "--out", ""], "--out is empty"),
        ([*QUICK, "--out", "x" * 300], "File name too long"),
        ([*QUICK, "--out", "/proc/nowhere"], "/proc/nowhere"),
        (["verify", "--seed", "-1"], "--seed -1"),
    ],
)
def test_bad_input_is_one_line_that_names_it(tmp_path, monkeypatch, capsys, arguments, words):
    monkeypatch.chdir(tmp_path)
    assert words in one_line_error(capsys, arguments)
    assert not (tmp_path / "runs").exists()


def test_out_that_is_a_file_is_refused(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert "is a file" in one_line_error(capsys, [*QUICK, "--out", str(tmp_path / "file")])


def test_a_folder_under_a_file_is_refused(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert "file" in one_line_error(capsys, [*QUICK, "--out", str(tmp_path / "file" / "run")])


def test_images_that_do_not_fit_the_network_leave_no_folder_behind(tmp_path, capsys, monkeypatch):
    rng = np.random.default_rng(0)
    for part, n in (("train", 20), ("t10k", 10)):
        write_idx(tmp_path / f"{part}-images-idx3-ubyte", rng.integers(0, 256, (n, 20, 20), dtype=np.uint8))
        write_idx(tmp_path / f"{part}-labels-idx1-ubyte", np.arange(n, dtype=np.uint8) % 10)
    arguments = ["train", "mlp", "--data", "idx", "--data-dir", str(tmp_path), "--out", str(tmp_path / "run")]
    assert main(arguments) == 2
    assert "do not fit (784,)" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
