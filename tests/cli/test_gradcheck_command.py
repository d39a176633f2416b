"""Does `l0edu gradcheck` examine what it is asked to, and say it in print and in JSON?"""

import argparse
import json
import re
from pathlib import Path

import pytest
from needs import need_package

import l0edu
from l0edu.cli import gradcheck
from l0edu.course.assignments import assignment
from l0edu.errors import InputError

WRONG = "def prob_open(log_alpha, beta, gamma, zeta):\n    return 1 / (1 + np.exp(-log_alpha))\n"
STUB = 'def prob_open(log_alpha, beta, gamma, zeta):\n    raise NotImplementedError("task 1.2: write it")\n'


def run(*words):
    """The exit status of the command."""
    parser = argparse.ArgumentParser()
    gradcheck.add(parser.add_subparsers())
    options = parser.parse_args(["gradcheck", *map(str, words)])
    return options.run(options)


@pytest.fixture
def file(tmp_path):
    """Writes a student's file into a folder whose name has a space and an accent."""
    folder = tmp_path / "Zoë's work"
    folder.mkdir()

    def write(source, name="gate.py"):
        (folder / name).write_text(f"import numpy as np\n{source}", encoding="utf-8")
        return folder / name

    return write


def test_a_wrong_function_is_named_with_hint_numbers_and_status_1(file, capsys):
    assert run(file(WRONG)) == 1
    out = capsys.readouterr().out
    assert out.startswith(
        "prob_open is wrong: it is sigmoid(log_alpha), the probability of a coin without a stretch"
    )
    assert "  hint: What do gamma and zeta do to P(z != 0)?\n" in out
    assert out.splitlines()[2].split()[:4] == ["yours", "library", "counted", "gates"]
    assert out.endswith("\n0 right, 1 wrong, 0 not started\n")


def test_right_functions_make_the_status_0(capsys):
    assert run(assignment("a1").folder / "gate.py") == 0
    out = capsys.readouterr().out
    assert [line for line in out.splitlines() if line.endswith("is right")] == [
        f"{name} is right" for name in assignment("a1").functions()
    ]


def test_what_students_get_is_not_started(file, capsys):
    assert run(file(STUB)) == 1
    assert capsys.readouterr().out == "prob_open is not started\n\n0 right, 0 wrong, 1 not started\n"


def test_one_function_under_another_name_is_examined_alone(file, capsys):
    path = file(WRONG.replace("prob_open", "mine") + WRONG)
    assert run(f"{path}:mine", "--as", "prob_open") == 1
    out = capsys.readouterr().out
    assert out.startswith("mine, as prob_open, is wrong: it is sigmoid(log_alpha)")
    assert out.endswith("0 right, 1 wrong, 0 not started\n")


def test_a_seed_prints_the_same_numbers_again_and_another_seed_others(file, capsys):
    path, printed = file(WRONG), []
    for seed in (1, 1, 2):
        run(path, "--seed", seed)
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1] != printed[2]


def test_json_holds_the_diagnosis_and_the_numbers(file, capsys):
    path = file(WRONG)
    assert run(path, "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["file"], found["seed"]) == (str(path), 0)
    function = found["functions"][0]
    assert (function["verdict"], function["mutant"]) == ("wrong", "prob_open_of_a_coin")
    assert function["table"]["titles"][:2] == ["yours", "library"]
    assert function["table"]["blocks"][0]["farthest"][0] > 0.1


def test_json_has_no_nan(file, capsys):
    run(file(WRONG.replace("np.exp(-log_alpha)", "np.nan * log_alpha")), "--json")
    assert "NaN" not in capsys.readouterr().out


def test_an_error_is_told_with_its_line(file, capsys):
    assert run(file(WRONG.replace("np.exp", "np.expp"))) == 1
    out = capsys.readouterr().out
    assert "prob_open is wrong: it stops: gate.py, line 3, in prob_open: AttributeError: " in out
    assert "at `return 1 / (1 + np.expp(-log_alpha))`" in out


def test_prints_and_exits_of_the_file_do_not_reach_the_report(file, capfd):
    assert run(file('print("hello")\n' + WRONG.replace("return", "raise SystemExit\n    return"))) == 1
    captured = capfd.readouterr()
    assert "hello" not in captured.out
    assert "your code ended Python" in captured.out


@pytest.mark.parametrize(
    ("source", "words", "message"),
    [
        (WRONG, [":mine"], "gate.py has no function 'mine': it has prob_open"),
        (WRONG.replace("prob_open", "mine"), [":mine"], "what is mine meant to be"),
        (WRONG.replace("prob_open", "mine"), [""], "write gate.py:FUNCTION --as NAME"),
        (WRONG, [":prob_open", "--as", "closed"], "'closed' is no function of an assignment"),
        (WRONG, ["", "--as", "sample"], "write FILE:FUNCTION --as sample"),
        ("def prob_open(:\n", [""], "gate.py, line 2: "),
        ("\0", [""], "gate.py"),
    ],
)
def test_what_cannot_be_examined_is_refused_in_one_line(file, source, words, message):
    path = file(source)
    with pytest.raises(InputError) as caught:
        run(f"{path}{words[0]}", *words[1:])
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_an_error_of_the_system(tmp_path):
    with pytest.raises(FileNotFoundError):
        run(tmp_path / "nothing.py")


def test_a_file_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "gate.py").write_bytes(b"\xff\xfe\x00d")
    with pytest.raises(InputError, match="UTF-8"):
        run(tmp_path / "gate.py")


def test_the_guide_shows_what_is_printed(file, capsys):
    need_package("torch")
    page = (Path(l0edu.__file__).parents[1] / "docs" / "howto" / "gradcheck.md").read_text(encoding="utf-8")
    source, shown = (re.search(rf"```{kind}\n(.*?)```", page, re.DOTALL)[1] for kind in ("python", "text"))
    assert run(file(source, "gradients.py")) == 1
    assert without_rounding(capsys.readouterr().out) == without_rounding(shown)


def without_rounding(report):
    """The lines, but those whose last digits are the machine's."""
    return [line for line in report.splitlines() if "differs by" not in line]
