"""Does `l0edu step` print, write and grade what it is asked to?"""

import json

import pytest
from command_line import one_line_error
from step_variants import answers_of

from l0edu.cli import main
from l0edu.one_step import key, of_seed, of_variant, worked_example, worksheet


def printed(capsys, *words):
    assert main(["step", *words]) == 0
    return capsys.readouterr().out


@pytest.fixture
def hand_in(tmp_path):
    def hand_in(answers):
        file = tmp_path / "answers.json"
        file.write_text(json.dumps(answers))
        return str(file)

    return hand_in


def test_each_page_is_printed(capsys):
    assert printed(capsys) == worked_example(of_seed(0))
    assert printed(capsys, "--seed", "3", "--worksheet") == worksheet(of_seed(3))
    assert printed(capsys, "--variant", "s1", "--key") == key(of_variant("s1"))


def test_the_same_command_prints_the_same_page_again(capsys):
    assert printed(capsys, "--variant", "s1") == printed(capsys, "--variant", "s1")


def test_a_file_of_blanks_can_be_filled_in_and_graded(capsys, tmp_path):
    file = tmp_path / "mine.json"
    assert str(file) in printed(capsys, "--variant", "s1", "--answers", str(file))
    content = json.loads(file.read_text()) | answers_of(of_variant("s1"), digits=4)
    file.write_text(json.dumps(content))
    assert "70 of 70 right" in printed(capsys, "--variant", "s1", "--check", str(file))


def test_one_wrong_answer_makes_the_status_1(capsys, hand_in):
    answers = answers_of(of_seed(0)) | {"y": 5.0}
    assert main(["step", "--check", hand_in(answers)]) == 1
    out = capsys.readouterr().out
    assert "[17] y                         5  wrong" in out
    assert "69 of 70 right; 1 wrong\n" in out


def test_an_empty_paper_is_graded_too(capsys, hand_in):
    assert main(["step", "--check", hand_in({})]) == 1
    assert "0 of 70 right; 70 blank" in capsys.readouterr().out


def test_answers_to_another_variant_are_refused_with_its_name(capsys, hand_in):
    file = hand_in({"sheet": "variant s2", "1": 0.5})
    message = one_line_error(capsys, ["step", "--variant", "s1", "--check", file])
    assert "'variant s2'" in message
    assert "'variant s1'" in message


@pytest.mark.parametrize(
    "words",
    [
        ["--seed", "1", "--variant", "s1"],
        ["--worksheet", "--key"],
        ["--key", "--check", "a.json"],
        ["--seed", "one"],
        ["--seed", "-1"],
        ["--variant", ""],
        ["--check", "no-such-file.json"],
        ["--check", "."],
        ["--answers", "no-such-folder/a.json"],
    ],
)
def test_what_does_not_go_together_or_is_not_there_is_one_line_and_status_2(words, capsys):
    one_line_error(capsys, ["step", *words])
