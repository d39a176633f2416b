"""Does `l0edu figure` write what was asked for, where it was asked for?"""

import argparse

import pytest
from kept_runs import write_run
from PIL import Image
from wide_resnet_runs import write as write_wide_resnet

from l0edu import figures
from l0edu.cli import figure
from l0edu.collected import collect
from l0edu.errors import InputError
from l0edu.figures.frontier import frontier_alt


def command(*words):
    parser = argparse.ArgumentParser(prog="l0edu")
    figure.add(parser.add_subparsers(required=True))
    args = parser.parse_args(["figure", *words])
    return args.run(args)


def description(path):
    with Image.open(path, formats=["PNG"]) as image:
        image.load()  # fails on a file that is not whole
        return image.text["Description"]


@pytest.mark.parametrize(
    ("name", "alt"),
    [("lp", figures.ALT_TEXT["lp"]), ("hard-concrete", figures.hard_concrete_alt(0.0, 0.5))],
)
def test_a_figure_goes_to_the_current_folder_and_its_path_is_printed(
    name, alt, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert command(name) == 0
    assert capsys.readouterr().out == f"{name}.png\n"
    assert description(tmp_path / f"{name}.png") == alt


def test_options_choose_the_law_and_the_file(tmp_path):
    path = tmp_path / "gate.png"
    assert command("hard-concrete", "--log-alpha", "-1", "--beta", "0.6", "--out", str(path)) == 0
    assert description(path) == figures.hard_concrete_alt(-1.0, 0.6)


def test_the_same_command_writes_the_same_file(tmp_path):
    paths = [tmp_path / "a.png", tmp_path / "b.png"]
    for path in paths:
        command("hard-concrete", "--out", str(path))
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["lp", "--out", "absent/lp.png"], "absent/lp.png: cannot be written"),
        (["lp", "--out", "lp.jpeg"], r"lp\.jpeg: figures are written as PNG"),
        (["hard-concrete", "--beta", "0"], "beta = 0.0"),
        (["hard-concrete", "--log-alpha", "nan"], "log_alpha = nan"),
        (["frontier", "."], "holds no run"),
        (["figure4", "."], "holds no run"),
    ],
)
def test_what_cannot_be_drawn_or_written_is_refused_in_one_line(words, complaint, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=complaint) as caught:
        command(*words)
    assert len(str(caught.value).splitlines()) == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "words", [[], ["fig3"], ["lp", "--beta", "0.5"], ["hard-concrete", "--beta", "warm"]]
)
def test_what_is_no_option_is_refused_by_the_parser(words, capsys):
    with pytest.raises(SystemExit) as caught:
        command(*words)
    assert caught.value.code == 2
    assert "usage: l0edu" in capsys.readouterr().err


def test_the_frontier_of_a_folder_is_drawn_and_says_what_it_leaves_out(tmp_path, capsys):
    write_run(tmp_path / "a")
    write_run(tmp_path / "b", finished=False)
    path = tmp_path / "frontier.png"
    assert command("frontier", str(tmp_path), "--out", str(path)) == 0
    printed = capsys.readouterr()
    assert printed.out == f"{path}\n"
    assert printed.err == "left out, since they are not finished: b\n"
    assert description(path) == frontier_alt(collect(tmp_path))


def test_figure_4_is_drawn_from_several_folders_and_says_what_it_leaves_out(tmp_path, capsys):
    folders = [write_wide_resnet(tmp_path / name, lam=[lam]) for name, lam in (("a", 0.1), ("b", 0.5))]
    (write_wide_resnet(tmp_path / "c", lam=[0.2]) / "summary.json").unlink()
    path = tmp_path / "figure4.png"
    assert command("figure4", *map(str, folders), str(tmp_path / "c"), "--out", str(path)) == 0
    assert capsys.readouterr().err == "left out, since they are not finished: c\n"
    assert "lambda 0.1 / N from" in description(path)
    assert "lambda 0.5 / N from" in description(path)
    assert "lambda 0.2 / N" not in description(path)
