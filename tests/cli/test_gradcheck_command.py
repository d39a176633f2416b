"""Does `l0edu gradcheck` examine what it is asked to, and say it in print and in JSON?"""

import argparse
import json
import re
from pathlib import Path

import pytest
from needs import need_package

import l0edu
from l0edu.cli import gradcheck, main
from l0edu.course.assignments import ASSIGNMENTS, assignment
from l0edu.course.doctor import targets
from l0edu.course.fences import cut
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

    def write(source, name="mine.py"):
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
    assert [line.split(": the same by ")[0] for line in out.splitlines()[:-2]] == [
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
    assert "prob_open is wrong: it stops: mine.py, line 3, in prob_open: AttributeError: " in out
    assert "at `return 1 / (1 + np.expp(-log_alpha))`" in out


def test_prints_and_exits_of_the_file_do_not_reach_the_report(file, capfd):
    assert run(file('print("hello")\n' + WRONG.replace("return", "raise SystemExit\n    return"))) == 1
    captured = capfd.readouterr()
    assert "hello" not in captured.out
    assert "your code ended Python" in captured.out


@pytest.mark.parametrize(
    ("source", "words", "message"),
    [
        (WRONG, [":mine"], "mine.py has no function 'mine': it has prob_open"),
        (WRONG.replace("prob_open", "mine"), [":mine"], "what is mine meant to be"),
        (WRONG.replace("prob_open", "mine"), [""], "write mine.py:FUNCTION --as NAME"),
        (WRONG, [":prob_open", "--as", "closed"], "'closed' is no function of an assignment"),
        (WRONG, ["", "--as", "sample"], "write FILE:FUNCTION --as sample"),
        ("def prob_open(:\n", [""], "mine.py, line 2: SyntaxError: "),
        ("\0", [""], "mine.py holds a zero byte"),
    ],
)
def test_what_cannot_be_examined_is_refused_in_one_line(file, source, words, message):
    path = file(source)
    with pytest.raises(InputError) as caught:
        run(f"{path}{words[0]}", *words[1:])
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", sorted({one.assignment for one in targets()}))
def test_the_file_of_an_assignment_is_examined_for_its_own_tasks(name, file, capsys):
    assert run(file(cut(assignment(name).source), assignment(name).file)) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == f"0 right, 0 wrong, {len(assignment(name).functions())} not started"
    assert lines[:-2] == [f"{function} is not started" for function in assignment(name).functions()]


def test_a_given_helper_is_examined_when_it_is_named_or_the_file_has_another_name(file, capsys):
    source = cut(assignment("a3").source)
    assert run(f"{file(source, 'penalties.py')}:prob_open") == 0
    assert "prob_open is right: the same by counted gates" in capsys.readouterr().out
    assert run(file(source, "mine.py")) == 1
    assert "prob_open is right: the same by counted gates" in capsys.readouterr().out


def test_a_file_without_a_function_of_its_assignment_is_refused(file):
    for name in ("a3", "a7"):
        with pytest.raises(InputError, match=f"has no function that the doctor knows of {name}: write "):
            run(file("def test_value(log_alpha, beta, gamma, zeta): ...", ASSIGNMENTS[name].file))


def test_a_folder_stands_for_the_file_of_its_assignment(file, capsys, monkeypatch):
    folder = file(cut(assignment("a1").source), "gate.py").parent
    monkeypatch.chdir(folder)
    for words, count in (([folder], 4), ([], 4), ([f"{folder}:cdf"], 1)):
        assert run(*words) == 1
        assert capsys.readouterr().out.endswith(f"\n0 right, 0 wrong, {count} not started\n")


def test_a_folder_without_an_assignment_is_refused(tmp_path):
    with pytest.raises(InputError, match="holds no assignment: it should hold one of gate"):
        run(tmp_path)


def test_an_import_that_the_grader_refuses_is_named_at_the_end(file, capsys):
    said = "gate.py imports pickle: a1 is to be written with numpy and no other package, so it gets no points"
    path = file("import pickle\n" + assignment("a1").source, "gate.py")
    assert run(path) == 1
    assert capsys.readouterr().out.endswith(f"\n4 right, 0 wrong, 0 not started\n{said}\n")
    assert run(path, "--json") == 1
    assert json.loads(capsys.readouterr().out)["imports"] == said


def test_what_stops_all_functions_is_said_once(file, capsys):
    assert run(file("import no_such_package\n" + assignment("a1").source, "gate.py")) == 1
    out = capsys.readouterr().out
    assert out.startswith("sample, prob_open, test_value and cdf are wrong: it stops: gate.py, line 2: Mod")
    assert out.count("ModuleNotFoundError") == 1
    assert "\n0 right, 4 wrong, 0 not started\ngate.py imports no_such_package: " in out


def test_a_missing_file_and_an_unknown_function_make_the_status_2(file, tmp_path, capsys):
    bad = [[f"{tmp_path / 'nothing.py'}"], [f"{file(WRONG)}:mine"], [f"{file(WRONG)}:prob_open", "--as", "p"]]
    said = []
    for words in bad:
        assert main(["gradcheck", *words]) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        said += captured.err.splitlines()
    assert [line.startswith("l0edu: ") for line in said] == [True] * 3
    assert "nothing.py: No such file or directory" in said[0]
    assert "mine.py has no function 'mine': it has prob_open" in said[1]
    assert "'p' is no function of an assignment" in said[2]


def test_the_command_has_the_status_of_what_is_found(file, capsys):
    assert main(["gradcheck", str(file(WRONG))]) == 1
    assert main(["gradcheck", str(assignment("a6").folder / "compaction.py"), "--json"]) == 0
    assert '"inf"' not in capsys.readouterr().out


def test_a_file_that_is_not_there_is_an_error_of_the_system(tmp_path):
    with pytest.raises(FileNotFoundError):
        run(tmp_path / "nothing.py")


def test_a_function_that_the_assignment_asks_for_is_missed(file, capsys):
    source = assignment("a1").source.replace("def prob_open(", "def prob_opened(").split("def cdf(")[0]
    assert run(file(source, "gate.py")) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "prob_open is missing: was it renamed? gate.py has prob_opened" in lines
    assert "cdf is missing: was it renamed? gate.py has prob_opened" in lines
    assert lines[-1] == "2 right, 0 wrong, 0 not started, 2 missing"


def test_numbers_and_their_legend_are_printed_for_wrong_functions_or_all(file, capsys):
    path = file(assignment("a1").source.replace("- beta * np.log(", "- np.log("), "gate.py")
    shown = []
    for words in ([], ["--tables"]):
        run(path, *words)
        shown.append(capsys.readouterr().out)
    assert [out.count("\n  differs by  ") for out in shown] == [2, 5]  # the legend has the last
    assert "\n  bisection of cdf  the value at which" not in shown[0]
    assert "\n  bisection of cdf  the value at which" in shown[1]
    assert max(map(len, shown[1].splitlines())) <= 80


def test_an_encoding_that_python_reads_is_no_trouble(tmp_path, capsys):
    for start in (b"# coding: latin-1\nNAME = 'No\xebl'\n", b"\xef\xbb\xbf"):
        (tmp_path / "gate.py").write_bytes(start + assignment("a1").source.encode("ascii"))
        assert run(tmp_path / "gate.py") == 0
        assert capsys.readouterr().out.endswith("4 right, 0 wrong, 0 not started\n")


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
    lines = [line for line in report.splitlines() if "differs by" not in line]
    return [re.sub(r", to \d.\de-\d\d$", "", line) for line in lines]
