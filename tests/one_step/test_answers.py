"""Is a file of answers read as a teacher would read it, and refused where it cannot be?"""

import json

import pytest
from step_variants import variants

from l0edu.errors import InputError
from l0edu.one_step import ANSWERS, empty_answers, read_answers, write_empty_answers

EXERCISE = variants()[0]


@pytest.fixture
def read(tmp_path):
    def read(content):
        file = tmp_path / "answers.json"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_answers(file, EXERCISE)

    return read


def test_answers_go_by_number_or_by_name(read):
    answers = read('{"1": 0.25, "s2": 3}')
    assert answers["s1"] == 0.25
    assert answers["s2"] == 3.0
    assert list(answers) == list(ANSWERS)


def test_null_an_empty_text_and_what_is_missing_are_blanks(read):
    answers = read('{"1": null, "2": "", "3": 0}')
    assert [answers[name] for name in ("s1", "s2", "s3", "y")] == [None, None, 0.0, None]


def test_an_empty_file_of_answers_has_every_name_and_is_read_as_blanks(tmp_path):
    file = tmp_path / "mine.json"
    write_empty_answers(EXERCISE, file)
    assert json.loads(file.read_text()) == empty_answers(EXERCISE)
    assert read_answers(file, EXERCISE) == dict.fromkeys(ANSWERS)


def test_filled_in_answers_are_never_overwritten(tmp_path):
    file = tmp_path / "mine.json"
    file.write_text("my work")
    with pytest.raises(InputError, match="there already"):
        write_empty_answers(EXERCISE, file)
    assert file.read_text() == "my work"


def test_a_byte_order_mark_is_no_error(read):
    assert read(b'\xef\xbb\xbf{"1": 0.5}')["s1"] == 0.5


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "is no JSON"),
        ('{"1": 0,5}', r"is no JSON: .* line 1, column \d+; write numbers as 0\.5"),
        ('{"1": "0,5"}', "with a point"),
        ('{"1": 2/3}', "write numbers as 0.5"),
        ("{'1': 0.5}", "is no JSON"),
        (b"\xff\xfe", "cannot be read as JSON"),
        ("[" * 100_000, "cannot be read as JSON"),
        ("[0.5, 0.25]", "holds no answers"),
        ("0.5", "holds no answers"),
        ('{"s9": 0.5}', "'s9' is no blank"),
        ('{"0": 0.5}', "'0' is no blank"),
        ('{"71": 0.5}', "'71' is no blank"),
        ('{"1": "0.5"}', "without quotation marks"),
        ('{"1": true}', "the answer to '1' is True"),
        ('{"1": [0.5]}', "the answer to '1' is"),
        ('{"1": {"s1": 0.5}}', "the answer to '1' is"),
        ('{"1": NaN}', "the answer to '1' is nan"),
        ('{"1": Infinity}', "the answer to '1' is inf"),
        ('{"1": 1' + "0" * 400 + "}", "the answer to '1' is 1000"),
        ('{"1": 1' + "0" * 9000 + "}", "cannot be read as JSON"),
        ('{"1": 0.5, "s1": 0.5}', "s1 is answered twice, by '1' and 's1'"),
        ('{"1": 0.5, "1": 0.6}', "s1 is answered twice"),
        ('{"sheet": "variant somebody else"}', "answers 'variant somebody else'"),
        ('{"sheet": "' + "x" * 9000 + '"}', r"answers 'x+\.\.\., and was"),
        ('{"' + "x" * 9000 + '": 1}', r"'x+\.\.\. is no blank"),
    ],
)
def test_what_cannot_be_graded_is_refused_in_one_line(read, content, complaint):
    with pytest.raises(InputError, match=complaint) as caught:
        read(content)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400
