"""Are tables and figures beside the paper's written from their runs?"""

import shutil
from pathlib import Path

import pytest
from command_line import one_line_error
from PIL import Image

from l0edu.cli import main
from l0edu.reproduce import training
from l0edu.reproduce.exhibits import EXHIBITS
from l0edu.reproduce.table1 import measured_rows
from l0edu.reproduce.writing import WRITERS, write_exhibit

RESULTS = Path(__file__).parents[2] / "docs" / "results"


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Takes some published runs of an exhibit into a folder; nothing is trained."""
    monkeypatch.setattr(training, "run_all", None)

    def keep(what, *names):
        for name in names:
            shutil.copytree(RESULTS / what / name, tmp_path / name)
        return tmp_path

    return keep


def test_everything_that_can_be_reproduced_can_be_written():
    assert list(WRITERS) == list(EXHIBITS)


def test_the_frontier_is_drawn_with_what_it_shows(kept):
    out = kept("frontier", "lam0.02-seed0", "lam0.02-seed1", "lam0.2-seed0")
    (path,) = write_exhibit("frontier", measured_rows(EXHIBITS["frontier"].rows, out), out)
    assert path == out / "frontier.png"
    assert "at lambda N 0.02" in Image.open(path).text["Description"]


def test_targets_have_a_line_for_each_run(kept, capsys):
    out = kept("targets", "mlp-l0-seed0", "mlp-l0-seed2")
    main(["reproduce", "targets", "--seeds", "0", "--out", str(out)])
    printed = capsys.readouterr().out
    assert "| mlp, mnist, 30        |    2 | 0.1 of the weights | 0.1000 (-0.02%) |" in printed
    assert (out / "targets.md").read_text() in printed


def test_each_lambda_has_a_line_with_its_first_run(kept, capsys):
    out = kept("choose-lambda", "lam0.05-seed0", "lam0.2-seed0")
    main(["reproduce", "choose-lambda", "--seeds", "0", "--out", str(out)])
    lines = [line.split("|")[1].strip() for line in (out / "choose-lambda.md").read_text().splitlines()]
    assert lines[2:] == [".05", ".2"]


def test_of_no_seeds_only_what_is_there_is_shown(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(training, "run_all", None)
    words = ["reproduce", "frontier", "--seeds", "0", "--out", str(tmp_path)]
    assert "holds no finished run of these rows: take another --out" in one_line_error(capsys, words)


def test_steps_are_timed_for_the_papers_rows_only(capsys):
    words = ["reproduce", "frontier", "--measure-steps", "3"]
    assert "--measure-steps is for table1 and figure3: leave it out" in one_line_error(capsys, words)


def test_a_row_of_another_exhibit_is_refused_with_its_own(capsys):
    words = ["reproduce", "targets", "--rows", "mlp-lam0.1"]
    assert "no row 'mlp-lam0.1': choose from mlp-l0, mlp-flops" in one_line_error(capsys, words)


def test_a_receipt_is_made_of_what_is_there(kept, capsys):
    out = kept("targets", "lenet5-l0-seed0", "lenet5-l0-seed1")
    words = ["reproduce", "targets", "--seeds", "0", "--out", str(out), "--receipt", str(out / "mine.json")]
    assert main(words) == 0
    assert f"receipt: {out / 'mine.json'}" in capsys.readouterr().out
