import shutil
from pathlib import Path

import pytest
from command_line import QUICK, one_line_error

from l0edu.cli import main


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The folder of a recorded run of 2 epochs."""
    folder = tmp_path_factory.mktemp("runs") / "one"
    assert main([*QUICK, "--record", "--out", str(folder)]) == 0
    return folder


@pytest.fixture(autouse=True)
def opened(monkeypatch):
    """The addresses that were to be opened; no browser starts in a test."""
    addresses = []
    monkeypatch.setattr("webbrowser.open", lambda address: addresses.append(address) or True)
    return addresses


def test_the_page_is_written_beside_the_run_and_opened(run, capsys, opened):
    assert main(["film", str(run)]) == 0
    assert f"written: {run / 'film.html'}" in capsys.readouterr().out
    assert "mlp on mini, lambda 0.1/N" in (run / "film.html").read_text(encoding="utf-8")
    assert opened == [(run / "film.html").resolve().as_uri()]


def test_without_a_browser_nothing_is_opened(run, tmp_path, opened):
    assert main(["film", str(run), "--no-browser", "--out", str(tmp_path / "a.html")]) == 0
    assert (tmp_path / "a.html").exists()
    assert opened == []


def test_where_no_browser_is_found_the_user_is_told(run, capsys, monkeypatch):
    monkeypatch.setattr("webbrowser.open", lambda address: False)
    assert main(["film", str(run)]) == 0
    assert "open the file in one" in capsys.readouterr().out


def test_two_runs_are_on_one_page(run, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(run, other)
    assert main(["film", str(run), str(other), "--no-browser", "--out", str(tmp_path / "two.HTM")]) == 0
    page = (tmp_path / "two.HTM").read_text(encoding="utf-8")
    assert "one: seed 0, 2 epochs" in page
    assert "other: seed 0, 2 epochs" in page


def test_a_film_of_two_runs_does_not_replace_that_of_one(run, tmp_path, opened):
    other = tmp_path / "other"
    shutil.copytree(run, other)
    assert main(["film", str(run), str(other)]) == 0
    assert [Path(address).name for address in opened] == ["film-with-other.html"]
    assert (run / "film-with-other.html").exists()


def test_the_copy_of_a_run_is_enough(run, tmp_path):
    shutil.copy(run / "film.npz", tmp_path)
    assert main(["film", str(tmp_path), "--no-browser"]) == 0
    assert (tmp_path / "film.html").exists()


def test_what_cannot_be_shown_is_one_line(run, tmp_path, capsys):
    assert "holds no run" in one_line_error(capsys, ["film", str(tmp_path)])
    assert "RUN" in one_line_error(capsys, ["film"])
    for out, why in (
        (tmp_path / "a.png", "ends in .html"),
        (tmp_path / "no" / "a.html", "there is no folder"),
    ):
        assert why in one_line_error(capsys, ["film", str(run), "--out", str(out)])
    assert list(tmp_path.iterdir()) == []


def test_a_run_without_recording_says_how_to_record(tmp_path, capsys):
    main([*QUICK, "--out", str(tmp_path / "run")])
    capsys.readouterr()
    message = one_line_error(capsys, ["film", str(tmp_path / "run")])
    assert "holds no recording of its gates: train it with --record" in message
