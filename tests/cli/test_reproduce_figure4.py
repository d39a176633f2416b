"""Does `l0edu reproduce figure4` train wide ResNets on the CIFAR that is there, and draw them?"""

import json

import pytest
from cifar_sets import cifar10, cifar100, write
from command_line import one_line_error
from PIL import Image
from wide_resnet_runs import write as write_run

from l0edu.cli import main
from l0edu.collected import collect
from l0edu.reproduce import training

FIGURE4 = ["reproduce", "figure4", "--data-dir", "data", "--fast", "--epochs", "1"]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("L0EDU_DATA", raising=False)


@pytest.fixture
def both(tmp_path):
    """Three images to train on and one or two to test, of each data set."""
    write(cifar10(), tmp_path / "data/cifar10")
    write(cifar100(), tmp_path / "data/cifar100")


def description(path):
    with Image.open(path, formats=["PNG"]) as image:
        return image.text["Description"]


@pytest.mark.filterwarnings("ignore:.*not the published CIFAR")
def test_runs_are_trained_on_each_data_set_that_is_there_and_drawn(both, tmp_path, capsys):
    assert main([*FIGURE4, "--rows", "dense", "lam0.5"]) == 0
    printed = capsys.readouterr().out
    assert "4 runs in reproduced/figure4-wrn-10-1-fast: 0 there, 4 to train, about 0 s" in printed
    assert "WRN-10-1 on a subset of CIFAR-100, 3 training images, 1 epoch." in printed
    assert "| lambda 0.5 / N |     1 | 112 of 112 |" in printed
    shown = description(tmp_path / "reproduced/figure4-wrn-10-1-fast/figure4.png")
    assert "WRN-10-1 on a subset of CIFAR-10, 3 training images: costs" in shown
    assert "WRN-10-1 on a subset of CIFAR-100, 3 training images: costs" in shown


@pytest.mark.filterwarnings("ignore:.*not the published CIFAR")
def test_a_finished_run_is_never_trained_again(both, tmp_path, monkeypatch, capsys):
    words = [*FIGURE4, "--data", "cifar10", "--rows", "target0.5-warm1", "--epochs", "2"]
    assert main([*words, "--out", "out"]) == 0
    monkeypatch.setattr(training, "run_all", None)
    assert main([*words, "--out", "out"]) == 0
    assert "1 run in out: 1 there, 0 to train" in capsys.readouterr().out
    (run,) = collect(tmp_path / "out")
    assert (run.config.warm_up, run.config.target_l0, run.config.optimizer) == (1, 0.5, "sgd")


def test_what_is_there_is_drawn_without_its_data(tmp_path, capsys):
    place = tmp_path / "out/cifar100-lam0.5-seed0"
    write_run(place, data="cifar100", epochs=3, lam=[0.5], conditional=True)
    words = ["--network", "wrn-10-1", "--epochs", "3", "--rows", "lam0.5", "--seeds", "0", "--out", "out"]
    assert main(["reproduce", "figure4", *words]) == 0
    assert "lambda 0.5 / N" in description("out/figure4.png")


def test_its_receipt_says_with_which_command_it_is_made_and_takes_no_other_runs(tmp_path, capsys):
    write_run(tmp_path / "out/cifar10-lam0.5-seed0", epochs=3, lam=[0.5], test_images=2_000)
    words = [
        "reproduce",
        "figure4",
        "--network",
        "wrn-10-1",
        "--seeds",
        "0",
        "--out",
        "out",
        "--receipt",
        "r.json",
    ]
    assert main([*words, "--epochs", "3", "--rows", "lam0.5", "dense"]) == 0
    receipt = json.loads((tmp_path / "r.json").read_text())
    assert receipt["command"] == "l0edu reproduce figure4 --network wrn-10-1 --epochs 3 --rows lam0.5"
    assert receipt["rows"]["cifar10-lam0.5"]["full"]["step"]["test error, %"] == 0.05
    said = one_line_error(capsys, [*words, "--epochs", "30"])
    assert "r.json is a receipt of `l0edu reproduce figure4 --network wrn-10-1 --epochs 3`" in said


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["--rows", "dense", "dropout"],
            "Figure 4 needs a row whose gates are learned: add lam0.5 to --rows",
        ),
        (["--rows", "lam0.5", "mlp-lam0.1"], "there is no row 'mlp-lam0.1': write dense, dropout, lam0.5"),
        (["--network", "lenet5"], "--network lenet5: write wrn-D-K"),
        (["--epochs", "0"], "--epochs 0: it must be at least 1"),
        (["--measure-steps", "3"], "--measure-steps is for table1 and figure3: leave it out"),
        ([], "data is not a folder and not an archive: put cifar-10-binary.tar.gz"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(words, message, monkeypatch, capsys):
    monkeypatch.setattr(training, "run_all", None)
    assert message in one_line_error(capsys, [*FIGURE4, *words])


def test_there_is_no_published_band_to_check_against(capsys):
    words = ["reproduce", "figure4", "--check"]
    assert "--check is not for figure4: no bands of it are published" in one_line_error(capsys, words)


def test_other_exhibits_have_no_network_to_choose(capsys):
    words = ["reproduce", "table1", "--network", "wrn-10-2"]
    assert "--network is for figure4: leave it out" in one_line_error(capsys, words)
