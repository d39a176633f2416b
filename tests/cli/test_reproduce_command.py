"""Does `l0edu reproduce` train what is missing and nothing else, show it, and tell good runs from others?"""

import json
import shutil
from dataclasses import replace

import pytest
from command_line import one_line_error
from reproduced_runs import SHORT, row, write_run, write_three_runs

from l0edu.cli import main, reproduce
from l0edu.reproduce import training
from l0edu.reproduce.exhibits import EXHIBITS
from l0edu.sweep import execute

MLP = "mlp-lam0.1"
FAST = ["reproduce", "table1", "--fast", "--rows", MLP]


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def two_epochs(monkeypatch):
    """Fast runs of two epochs on the embedded digits."""
    for name in ("table1", "figure3"):
        monkeypatch.setitem(EXHIBITS, name, replace(EXHIBITS[name], rows=SHORT))
    monkeypatch.setattr(reproduce, "L0_ROWS", tuple(one for one in SHORT if one.gated))


@pytest.fixture
def nothing_is_trained(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a run was to be trained")

    monkeypatch.setattr(training, "run_all", refuse)


def test_missing_runs_are_trained_and_the_table_is_written(tmp_path, two_epochs, capsys):
    assert main([*FAST, "--out", "made"]) == 0
    printed = capsys.readouterr().out
    assert "1 run in made: 0 there, 1 to train" in printed
    assert f"{MLP}-seed0: done after" in printed
    assert "| MLP, lambda 0.1 / N |" in printed
    assert (tmp_path / "made/table1.md").read_text() in printed + "\n"
    assert len((tmp_path / f"made/{MLP}-seed0/metrics.jsonl").read_text().splitlines()) == 2


def test_the_same_command_again_trains_nothing(two_epochs, capsys, monkeypatch):
    assert main(FAST) == 0
    first = capsys.readouterr().out
    monkeypatch.setattr(training, "run_all", None)
    assert main(FAST) == 0
    again = capsys.readouterr().out
    assert "1 run in reproduced/table1-fast: 1 there, 0 to train\n" in again
    assert first[first.index("# Table 1") :] == again[again.index("# Table 1") :]


def test_runs_that_are_there_are_shown_without_any_data(tmp_path, nothing_is_trained, monkeypatch, capsys):
    monkeypatch.delenv("L0EDU_DATA", raising=False)
    write_run(tmp_path / "reproduced/table1", MLP, 0, units=[223, 209, 100], changes={"record": True})
    assert main(["reproduce", "table1", "--rows", MLP]) == 0
    assert "223-209-100" in capsys.readouterr().out


def test_a_stopped_command_says_how_to_go_on_and_goes_on(tmp_path, two_epochs, monkeypatch, capsys):
    def stop(jobs, out, **_):
        write_run(out, MLP, 0, fast=True, done=0, changes={"epochs": 2, "data_crc": 158603870})
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(training, "run_all", stop)
        assert main(FAST) == 130
    assert "the same command goes on from here" in capsys.readouterr().err
    assert main(FAST) == 0
    assert "0 of 2 epochs are there" in capsys.readouterr().out


def test_a_failed_run_is_reported_and_the_others_are_shown(tmp_path, two_epochs, capsys):
    write_run(tmp_path / "out", MLP, 0, fast=True, changes={"epochs": 2})
    broken = tmp_path / f"out/{MLP}-seed1"
    broken.mkdir()
    (broken / "checkpoint.npz").write_bytes(b"nothing")
    assert main([*FAST, "--seeds", "2", "--out", "out"]) == 1
    printed = capsys.readouterr().out
    assert f"{MLP}-seed1: failed after" in printed
    assert "| MLP, lambda 0.1 / N |     1 |" in printed


def test_without_the_data_nothing_is_begun(tmp_path, capsys):
    words = ["reproduce", "table1", "--rows", MLP, "--data-dir", str(tmp_path / "absent"), "--out", "out"]
    assert "absent" in one_line_error(capsys, words)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--rows", "mlp"], "there is no row 'mlp'"),
        (["--seeds", "-1"], "--seeds -1: it must be at least 0"),
        (["--jobs", "-1"], "--jobs -1: it must be at least 1"),
        (["--seed", "3"], "--seed is for --check"),
        (["--check", "--seed", "-1"], "--seed -1: it must be at least 0"),
        (["--check", "--seeds", "3"], "--seeds is not for --check"),
        (["--check", "--measure-steps", "3"], "--measure-steps is not for --check"),
        (["--check", "--data-dir", "D"], "--data-dir is not for --check"),
        (["--measure-steps", "3"], "--measure-steps needs runs that record their gates"),
        (["--measure-steps", "0"], "--measure-steps 0: it must be at least 1"),
        (["--check", "--receipt", "absent.json"], "there is no receipt absent.json: make it with"),
        (["--check", "--receipt", "."], "Is a directory: name a receipt's file, as in table1.json"),
        (["--out", "file"], "file is a file: name a folder"),
        (["--receipt", "file"], "file cannot be read"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(words, message, tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("no receipt")
    monkeypatch.setattr(training, "run_all", None)
    assert message in one_line_error(capsys, ["reproduce", "table1", "--fast", *words])


def test_a_run_with_other_options_is_never_overwritten(tmp_path, capsys):
    folder = write_run(tmp_path / "out", MLP, 0, fast=True, changes={"lam": [0.2]})
    assert "lam = [0.2], and this takes [0.1]" in one_line_error(capsys, [*FAST, "--out", "out"])
    assert len((folder / "metrics.jsonl").read_text().splitlines()) == 120


def test_a_receipt_is_written_and_keeps_what_it_had(tmp_path, nothing_is_trained):
    write_three_runs(tmp_path / "fast")
    write_run(tmp_path / "full", MLP, 0)
    receipt = ["--receipt", "receipts/table1.json"]
    assert main([*FAST, "--out", "fast", *receipt]) == 0
    assert main(["reproduce", "table1", "--rows", MLP, "--out", "full", *receipt]) == 0
    content = json.loads((tmp_path / "receipts/table1.json").read_text())
    assert content["command"] == "l0edu reproduce table1"
    assert content["rows"][MLP]["fast"]["seeds"] == [0, 1, 2]
    assert content["rows"][MLP]["full"]["seeds"] == [0]


def check(exhibit, *words):
    return main(["reproduce", exhibit, "--check", "--receipt", f"{exhibit}.json", *words])


def make_receipt(folder, exhibit="table1"):
    """Of three runs of two epochs each, in `table1.json` or `figure3.json`."""
    for seed in range(3):
        numbers = {"units": [260 + seed, 100, 33], "error": 4.4 + seed / 10, "changes": {"epochs": 2}}
        write_run(folder / "old", MLP, seed, fast=True, **numbers)
    words = ["reproduce", exhibit, "--fast", "--rows", MLP, "--out", "old"]
    assert main([*words, "--receipt", f"{exhibit}.json"]) == 0


@pytest.fixture
def receipt(tmp_path, two_epochs, nothing_is_trained):
    make_receipt(tmp_path)
    return tmp_path / "table1.json"


def put_new_run(folder, **changes):
    new = {"units": [262, 100, 33], "error": 4.5, **changes}
    write_run(folder / "new", MLP, 3, fast=True, changes={"epochs": 2}, **new)


@pytest.mark.parametrize(("exhibit", "quantities"), [("table1", 8), ("figure3", 3)])
def test_a_run_like_the_receipts_passes_its_check(
    exhibit, quantities, tmp_path, two_epochs, nothing_is_trained, capsys
):
    make_receipt(tmp_path, exhibit)
    put_new_run(tmp_path)
    assert check(exhibit, "--rows", MLP, "--out", "new") == 0
    printed = capsys.readouterr().out
    assert f"{quantities} of {quantities} inside their bands (in 99 % of checks all are)" in printed
    assert "versions differ" not in printed


def test_a_run_unlike_the_receipts_fails_its_check(tmp_path, receipt, capsys):
    put_new_run(tmp_path, units=[784, 300, 100])
    assert check("table1", "--rows", MLP, "--out", "new") == 1
    assert "5 of 8 inside" in capsys.readouterr().out


def test_other_versions_are_said(tmp_path, receipt, capsys):
    put_new_run(tmp_path)
    text = receipt.read_text()
    receipt.write_text(text.replace('"numpy": "2.4.6"', '"numpy": "1.0"'))
    assert check("table1", "--rows", MLP, "--out", "new") == 0
    assert "mlp-lam0.1: versions differ: numpy 2.4.6 (the receipt: 1.0)" in capsys.readouterr().out


def test_a_check_trains_a_new_seed_in_a_folder_that_it_throws_away(tmp_path, receipt, monkeypatch, capsys):
    trained = []

    def train(jobs, out, **_):
        trained.extend((job.options["seed"], job.options["data"], out) for job in jobs)
        shutil.copytree(tmp_path / "new" / f"{MLP}-seed3", out / f"{MLP}-seed3")
        return []

    put_new_run(tmp_path)
    monkeypatch.setattr(training, "run_all", train)
    assert check("table1", "--rows", MLP) == 0
    ((seed, data, folder),) = trained
    assert (seed, data) == (3, "mini")
    assert not folder.exists()


def test_a_check_needs_rows_that_the_receipt_has(tmp_path, receipt, capsys):
    words = ["reproduce", "table1", "--check", "--receipt", "table1.json"]
    assert "no fast run of mlp-separate" in one_line_error(capsys, [*words, "--rows", "mlp-separate"])
    assert "--seed 2 is one of" in one_line_error(capsys, [*words, "--rows", MLP, "--seed", "2"])


def test_without_rows_a_check_takes_those_of_the_receipt(tmp_path, receipt, capsys):
    put_new_run(tmp_path)
    assert check("table1", "--out", "new") == 0
    assert "8 of 8 inside" in capsys.readouterr().out
    content = json.loads(receipt.read_text())
    receipt.write_text(json.dumps({**content, "rows": {}}))
    message = one_line_error(capsys, ["reproduce", "table1", "--check", "--receipt", "table1.json"])
    assert "no band of fast runs: make one that has, with `l0edu reproduce table1 --fast --seeds 8" in message


def test_a_receipt_keeps_what_others_wrote_while_runs_were_trained(tmp_path, receipt, monkeypatch):
    """Two commands with different rows and one receipt, at the same time."""

    def train(jobs, out, **_):
        write_run(out, "mlp-dense", 0, fast=True, units=[], changes={"epochs": 2})
        words = ["reproduce", "table1", "--fast", "--rows", MLP, "--out", "old", "--receipt", "table1.json"]
        with monkeypatch.context() as patched:
            patched.setattr(training, "run_all", None)
            assert main(words) == 0
        return []

    receipt.unlink()
    monkeypatch.setattr(training, "run_all", train)
    words = ["reproduce", "table1", "--fast", "--rows", "mlp-dense", "--out", "new"]
    assert main([*words, "--receipt", "table1.json"]) == 0
    assert set(json.loads(receipt.read_text())["rows"]) == {MLP, "mlp-dense"}


def test_runs_on_other_images_are_not_mixed(tmp_path, two_epochs, capsys):
    write_run(tmp_path / "out", MLP, 0, fast=True, changes={"epochs": 2, "data_crc": 5})
    words = [*FAST, "--out", "out", "--seeds", "2"]
    assert f"{MLP}-seed0 was trained on other images than those that this" in one_line_error(capsys, words)
    assert not (tmp_path / f"out/{MLP}-seed1").exists()


def test_training_without_threadpoolctl_says_what_to_install_and_begins_nothing(
    tmp_path, two_epochs, monkeypatch, capsys
):
    found = execute.find_spec
    monkeypatch.setattr(execute, "find_spec", lambda name: None if name == "threadpoolctl" else found(name))
    message = one_line_error(capsys, [*FAST, "--out", "out"])
    assert 'threadpoolctl is not installed: pip install "l0edu[sweep]"' in message
    assert not (tmp_path / "out").exists()


def test_figure_3_is_drawn_from_the_same_runs(tmp_path, nothing_is_trained, capsys):
    for key in (MLP, "mlp-dense"):
        write_run(tmp_path / "reproduced/table1", key, 0, units=None if key == MLP else [])
    assert main(["reproduce", "figure3", "--rows", MLP, "mlp-dense"]) == 0
    assert "written: reproduced/table1/figure3.png" in capsys.readouterr().out
    assert (tmp_path / "reproduced/table1/figure3.png").read_bytes().startswith(b"\x89PNG")


def test_figure_3_without_learned_gates_is_refused_before_anything_is_trained(nothing_is_trained, capsys):
    words = ["reproduce", "figure3", "--rows", "mlp-dense", "lenet5-dropout"]
    assert "needs a row whose gates are learned: add mlp-lam0.1" in one_line_error(capsys, words)


def test_the_command_is_one_of_the_programs(capsys):
    with pytest.raises(SystemExit):
        main(["reproduce", "--help"])
    assert "--receipt" in capsys.readouterr().out
    assert row(MLP).name(0) == f"{MLP}-seed0"
