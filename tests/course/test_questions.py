"""Does a question bank read back as it was meant, and is every answer in it right?"""

import re
from functools import cache

import numpy as np
import pytest
from gift_reader import read

from l0edu import HardConcrete, InputError, flops, lenet5, mlp
from l0edu.course.question_bank import gift
from l0edu.course.question_bank.bank import ASKED, question_bank, read_students
from l0edu.course.question_bank.concepts import CONCEPTS
from l0edu.one_step import ANSWERS, of_variant
from l0edu.one_step.sheet import SECTIONS

STUDENTS = ("s123456", "Anna Müller", "a:b=c~d#e{f}g", "7/8", "100%", "<b>&amp;")


@cache
def bank():
    return read(question_bank(STUDENTS))


exercise_of = cache(of_variant)


def numbers():
    """Every numerical question, with its exercise and its line of the sheet."""
    for question in bank():
        if question.numerical:
            name, variant = re.fullmatch(r"(\S+), blank \d+ of variant (.*)", question.name).groups()
            yield question, exercise_of(variant), ANSWERS[name]


def grade(question, number):
    """Percent and feedback that Moodle gives: the first answer that fits."""
    for answer in question.answers:
        value, _, tolerance = answer.text.partition(":")
        if not value or abs(number - float(value)) <= float(tolerance) + 1e-12:
            return answer.percent, answer.feedback
    raise AssertionError(question.name)


def test_every_student_has_a_category_with_one_question_for_each_chosen_blank():
    found = {}
    for question, exercise, line in numbers():
        found.setdefault((question.category, exercise.name), []).append(line.name)
    assert [name for _, name in found] == [f"variant {student}" for student in STUDENTS]
    assert all(sorted(names) == sorted(ASKED) for names in found.values())
    for category, name in found:
        assert category == f"l0edu/one step/{name.replace('/', '//')}"


def test_the_blanks_are_of_all_seven_kinds_and_none_gives_away_another():
    kinds = [{line.name for block in section.blocks for line in block} & {*ASKED} for section in SECTIONS]
    assert all(kinds)
    assert len(ASKED) == len(set(ASKED)) == 19
    assert {name for asked in ASKED for name in ANSWERS[asked].inputs} & {*ASKED} == set()


def test_every_number_is_that_of_the_variant_within_the_tolerance_of_the_sheet():
    for question, exercise, line in numbers():
        value = exercise.values[line.name]
        assert question.answers[0].percent == 100
        assert question.answers[0].text == f"{value:z.6f}:0.0005"
        for off in (0, 0.00049, -0.00049):
            assert grade(question, value + off)[0] == 100
        assert grade(question, value + 0.00051)[0] == 0
        assert [answer.percent for answer in question.answers[1:]] == [0] * (len(question.answers) - 1)


def test_every_slip_that_shows_is_told_by_its_feedback():
    told = set()
    for question, exercise, line in numbers():
        for hint, wrong in line.slipped(exercise.values):
            if abs(wrong - exercise.values[line.name]) > 1e-9:
                percent, feedback = grade(question, round(wrong, 4))
                assert percent == 0
                assert feedback
                told |= {hint} & {feedback}
    assert {"1/beta is missing", "lambda is missing", "the clip's mask is missing"} <= told


def test_the_numbers_in_a_question_are_enough_to_answer_it():
    for question, exercise, line in numbers():
        given = dict(re.findall(r"([\w/']+|\|g\d\|) = (-?[\d./]+\d|\d)", question.text.split("Given are")[1]))
        values = {}
        for name in line.inputs:
            text = given[name.replace("size", "|g") + "|" if "size" in name else name]
            values[name] = 2 / 3 if text == "2/3" else float(text)
            assert values[name] == pytest.approx(exercise.values[name], abs=5.1e-5)
        assert grade(question, round(line.value(values), 4))[0] == 100


def test_no_two_answers_of_a_question_have_one_value():
    for question in (one for one in bank() if one.numerical):
        wrong = [answer.text.partition(":")[0] for answer in question.answers[1:]]
        nearly = sum("keep more digits" in answer.feedback for answer in question.answers)
        assert len(wrong[: len(wrong) - nearly]) == len(set(wrong[: len(wrong) - nearly]))


def test_a_tag_holds_one_question_of_each_variant():
    text = question_bank(STUDENTS)
    pools = {}
    for tag, name in re.findall(r"^// \[tag:([^\[\]<>]+)\]\n::(\S+), blank", text, re.MULTILINE):
        pools.setdefault(tag.lower(), []).append(name)  # Moodle's tags know no capitals
    assert {tag: {*names} for tag, names in pools.items()} == {
        f"one step {name}".lower(): {name} for name in ASKED
    }
    assert {len(names) for names in pools.values()} == {len(STUDENTS)}
    assert max(map(len, pools)) <= 50


def test_what_stands_in_pre_fits_a_phone():
    drawings = set(re.findall(r"<pre>(.*?)</pre>", question_bank(["s1"])))
    (drawing,) = drawings
    assert max(map(len, drawing.replace("&gt;", ">").split(r"\n"))) < 55
    assert "<p>z1, z2, z3 are gates." in question_bank(["s1"])


def test_a_question_never_says_its_own_number():
    for question, _, line in numbers():
        assert f"{line.name} =" not in question.text.split("Given are")[1]


def test_concepts_have_one_right_answer_and_feedback_to_all():
    concepts = [question for question in bank() if not question.numerical]
    assert [question.name for question in concepts] == [one.name for one in CONCEPTS]
    assert len({one.name for one in CONCEPTS}) == len(CONCEPTS) == 20
    for question, one in zip(concepts, CONCEPTS, strict=True):
        assert question.category == "l0edu/concepts"
        assert [answer.text for answer in question.answers] == [one.right, *one.wrong]
        assert [answer.percent for answer in question.answers] == [100] + [0] * len(one.wrong)
        assert len({answer.text for answer in question.answers}) == 4
        assert all(answer.feedback.endswith(".") for answer in question.answers)


def sigmoid(v):
    return 1 / (1 + np.exp(-v))


def concept_numbers():
    """What the concepts say, computed: in the right answer, and in wrong ones."""
    hc, at = HardConcrete(), np.array
    ends = np.log(0.1 / 1.1)
    yield "Eq. 12: at 0", hc.prob_open(at(0.0)), sigmoid(0.0), hc.prob_zero(at(0.0)), sigmoid(-ends)
    yield "Eqs. 12 and 13: at -2.398", hc.prob_open(at(ends)), 0, 0.5, sigmoid(ends)
    yield "Eq. 12: the strongest pull", 2 / 3 * ends, 0, ends
    means = hc.mean(at(-1.0)), hc.sample(at(-1.0), at(0.5)), sigmoid(-1.0)
    yield "Eq. 13: the test gate", hc.test_value(at(-1.0)), *means
    conv2 = flops(lenet5()).rows[1].flops
    yield "FLOPs of a convolution", conv2, conv2 / 2, conv2 / 64, conv2 * 2


@pytest.mark.parametrize("row", list(concept_numbers()), ids=lambda row: row[0])
def test_numbers_in_concepts_are_the_librarys(row):
    name, *expected = row
    one = next(one for one in CONCEPTS if one.name == name)
    texts = [one.right, *one.wrong]
    for number, text in zip(expected, texts, strict=False):
        assert float(text.replace(",", "")) == pytest.approx(float(number), abs=0.0005), text


def test_facts_in_concepts_are_the_librarys():
    hc, at = HardConcrete(), np.array
    assert hc.test_value(at(-2.399)) == 0 < hc.test_value(at(-2.397))
    assert f"{float(hc.prob_open(at(-2.5))):.2f}" == "0.29"
    cold = HardConcrete(beta=1e-4)
    assert float(cold.prob_open(at(0.7))) == pytest.approx(sigmoid(0.7), abs=1e-3)
    assert float(cold.prob_one(at(0.7))) == pytest.approx(sigmoid(0.7), abs=1e-3)
    pulls = hc.prob_open(np.linspace(-4, 4, 8001))
    assert np.linspace(-4, 4, 8001)[(pulls * (1 - pulls)).argmax()] == pytest.approx(-1.599, abs=0.002)
    assert mlp().charges[0].group_size == 300


def test_half_of_the_maps_on_both_sides_leave_a_quarter_of_the_work():
    net = lenet5()
    gates = {layer.name: np.ones(net.gate_shape(layer), bool) for layer in net.gates()}
    gates["gate1"][10:], gates["gate2"][25:] = False, False
    gates["gate3"][400:] = False  # pixels of the maps that are closed
    assert 4 * flops(net, gates).rows[1].flops == flops(net).rows[1].flops
    own = flops(net, gates, convention="own-gates").rows[1].flops
    assert 2 * own == flops(net).rows[1].flops


@pytest.mark.parametrize(
    "text", ["~=#{}:", "a\\b", "\\n", "one\ntwo", "\\\\=", "{#=%50%}", "::", "x < 1 & y > 2"]
)
def test_signs_of_the_format_are_escaped(text):
    question = gift.choice(f"name {text}", f"text {text}", f"right {text}", text, {f"wrong {text}": text})
    [found] = read(question)
    assert found.name == f"name {text}"
    assert found.text == f"text {text}"
    assert [answer.text for answer in found.answers] == [f"right {text}", f"wrong {text}"]
    assert [answer.feedback for answer in found.answers] == [text, text]


@pytest.mark.parametrize(
    ("variants", "complaint"),
    [
        ([], "there is no variant"),
        (["s1", " "], "is empty"),
        (["s1", "s2", " s1 "], "'variant s1' stands there twice"),
        (["ä", "a\u0308"], "twice"),
        (["x" * 101], "has 101 characters"),
        (["a\\b"], "cannot name a category"),
        (["a\nb"], "cannot name a category"),
    ],
)
def test_variants_that_make_no_bank_are_refused(variants, complaint):
    with pytest.raises(InputError, match=complaint) as caught:
        question_bank(variants)
    assert "\n" not in str(caught.value)


def test_students_are_read_one_a_line(tmp_path):
    file = tmp_path / "students ä.txt"
    file.write_bytes("\ufeffs1\r\n\r\n  Anna Müller \r\ns3".encode())
    assert read_students(file) == ["s1", "Anna Müller", "s3"]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "is empty"),
        (b"\n \r\n", "is empty"),
        (b"s1\ns2\n\ns1\n", "'s1' stands on lines 1 and 4"),
        (b"s1\n\xff\n", "is not UTF-8"),
        (b"s1\na\tb\n", "line 2: 'a.tb' cannot name"),
        (b"s1\n" + b"x" * 200, "line 2: .* has 200 characters"),
    ],
)
def test_a_file_of_students_that_cannot_be_used_is_refused(tmp_path, content, complaint):
    file = tmp_path / "students.txt"
    file.write_bytes(content)
    with pytest.raises(InputError, match=complaint):
        read_students(file)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_students(tmp_path / "none.txt")
