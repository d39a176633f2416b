"""Does `l0edu microscope` write the page, say where, and open it only when it may?"""

import webbrowser

import pytest
from command_line import one_line_error

from l0edu.cli import main
from l0edu.pages.microscope_page import microscope


@pytest.fixture
def opened(monkeypatch):
    """The addresses that a browser was asked to open."""
    addresses = []
    monkeypatch.setattr(webbrowser, "open", lambda address: addresses.append(address) or True)
    return addresses


def test_the_page_goes_to_the_current_folder_and_is_opened(opened, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["microscope"]) == 0
    assert capsys.readouterr().out == "microscope.html\n"
    assert (tmp_path / "microscope.html").read_text(encoding="utf-8") == microscope()
    assert opened == [(tmp_path / "microscope.html").as_uri()]


def test_nothing_is_opened_with_no_browser(opened, tmp_path, capsys):
    path = tmp_path / "gate of mine.html"
    assert main(["microscope", "--out", str(path), "--no-browser"]) == 0
    assert capsys.readouterr().out == f"{path}\n"
    assert path.exists()
    assert opened == []


def test_a_machine_without_a_browser_is_told_what_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(webbrowser, "open", lambda address: False)
    assert main(["microscope", "--out", str(tmp_path / "gate.html")]) == 0
    assert "open the file" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("out", "says"), [("gate.png", "ends in .html"), ("nowhere/gate.html", "name another folder")]
)
def test_a_file_that_cannot_be_a_page_is_refused(opened, out, says, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert says in one_line_error(capsys, ["microscope", "--out", out])
    assert opened == []
