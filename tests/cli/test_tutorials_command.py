import pytest
from needs import need_package

from l0edu.cli import main
from l0edu.lessons import lessons


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_the_list_names_every_tutorial_with_its_time(capsys):
    assert main(["tutorials"]) == 0
    listed = capsys.readouterr().out
    assert listed.count("Time: ") == len(lessons())
    assert "04  The hard concrete gate" in listed


def test_a_script_is_written_here_under_its_own_name(tmp_path, capsys):
    assert main(["tutorials", "open", "4"]) == 0
    assert capsys.readouterr().out == "04_hard_concrete.py\n"
    assert (tmp_path / "04_hard_concrete.py").read_text(encoding="utf-8").startswith("# %% [markdown]")


def test_out_may_be_a_folder(tmp_path):
    (tmp_path / "mine").mkdir()
    assert main(["tutorials", "open", "4", "--out", "mine"]) == 0
    assert (tmp_path / "mine" / "04_hard_concrete.py").exists()


def test_the_ending_of_the_file_chooses_the_format(tmp_path):
    need_package("jupytext")
    assert main(["tutorials", "open", "4", "--out", "mine.ipynb"]) == 0
    text = (tmp_path / "mine.ipynb").read_text(encoding="utf-8")
    assert text.startswith("{")
    assert "(03_smoothing.ipynb)" in text  # links lead to notebooks, too


@pytest.mark.parametrize(
    "wrong", [["12"], ["four"], ["4", "--out", "nowhere/4.py"], ["4", "--format", "pdf"]]
)
def test_wrong_input_is_one_line_on_stderr(wrong, capsys):
    assert main(["tutorials", "open", *wrong]) == 2
    assert capsys.readouterr().err.count("\n") == 1
