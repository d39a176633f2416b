"""Does the grader know right from wrong, and a slip by its number?"""

import pytest
from step_variants import answers_of, variants

from l0edu.one_step import ANSWERS, grade, report
from l0edu.one_step.grading import BLANK, FOLLOWS, RIGHT, WRONG
from l0edu.one_step.well_posed import TOLERANCE

INSIDE_1 = next(exercise for exercise in variants() if 0 < exercise.values["z1"] < 1)


def verdicts(exercise, answers):
    return {mark.name: mark.verdict for mark in grade(exercise, answers)}


def mark_of(name, answer, exercise=INSIDE_1):
    """The mark of one answer among right ones."""
    return next(mark for mark in grade(exercise, answers_of(exercise) | {name: answer}) if mark.name == name)


@pytest.mark.parametrize("digits", [None, 4])
def test_each_of_200_keys_has_full_marks_and_no_other_variants_key_has(digits):
    keys = [answers_of(exercise, digits) for exercise in variants()]
    for number, exercise in enumerate(variants()):
        assert set(verdicts(exercise, keys[number]).values()) == {RIGHT}
        theirs = verdicts(exercise, keys[number - 1])
        assert list(theirs.values()).count(RIGHT) < 35


def test_a_student_who_rounds_every_number_to_4_decimals_has_full_marks():
    for exercise in variants():
        values = dict(exercise.givens)
        for name, line in ANSWERS.items():
            values[name] = round(line.value(values), 4)
        rounded = {name: values[name] for name in ANSWERS}
        assert set(verdicts(exercise, rounded).values()) == {RIGHT}


def test_every_answer_is_graded():
    for name, value in answers_of(INSIDE_1).items():
        marks = grade(INSIDE_1, answers_of(INSIDE_1) | {name: value + 0.002})
        assert [mark.name for mark in marks if mark.verdict == WRONG] == [name]


def test_every_known_slip_is_marked_wrong_and_explained():
    for exercise in variants()[:50]:
        for name, line in ANSWERS.items():
            for _, wrong in line.slipped(exercise.values):
                if abs(wrong - exercise.values[name]) > 1e-12:
                    mark = mark_of(name, round(wrong, 4), exercise)
                    assert mark.verdict == WRONG
                    assert mark.hint, (exercise.name, name)


def test_the_slips_that_teachers_know_have_their_own_words():
    v = INSIDE_1.values
    s, ds = v["s1"], v["ds/dlog_alpha1"]
    assert mark_of("ds/dlog_alpha1", s * (1 - s)).hint == "1/beta is missing"
    assert mark_of("dL/dlog_alpha1", v["dL/dz1"] * ds).hint == "(zeta - gamma) is missing"
    assert mark_of("dL/dlog_alpha1", -v["dL/dlog_alpha1"]).hint == "the sign is wrong"
    assert mark_of("dC/dlog_alpha1", v["dC/dlog_alpha1"] / 2).hint == "the group size |g| is missing"
    unmasked = v["dL/dz3"] * 1.2 * v["ds/dlog_alpha3"]
    assert mark_of("dL/dlog_alpha3", unmasked).hint == "the clip's mask is missing"
    ascent = 2 * v["log_alpha1"] - v["log_alpha1'"]
    assert mark_of("log_alpha1'", ascent).hint == "a step goes against the gradient: minus"


def test_a_hint_never_holds_a_number_of_the_answer():
    for line in ANSWERS.values():
        for hint, _ in line.slipped(INSIDE_1.values):
            assert "." not in hint.replace("Eq. 13", "")


def test_what_follows_from_an_earlier_slip_is_said_to_be_right_from_there():
    v = INSIDE_1.values
    answers = answers_of(INSIDE_1) | {"dL/dz1": -v["dL/dz1"], "dL/dlog_alpha1": -v["dL/dlog_alpha1"]}
    marks = {mark.name: mark for mark in grade(INSIDE_1, answers)}
    assert marks["dL/dz1"].hint == "the sign is wrong"
    assert marks["dL/dlog_alpha1"].verdict == FOLLOWS
    assert marks["dL/dlog_alpha1"].hint == f"follows from your [{marks['dL/dz1'].number}]"
    assert marks["dR/dlog_alpha1"].verdict == RIGHT


def test_a_student_with_one_early_slip_loses_one_answer_and_the_rest_follows():
    for exercise in variants()[:50]:
        values = exercise.givens | {"y": exercise.values["y"] + 0.3}
        for name, line in ANSWERS.items():
            values[name] = values["y"] if name == "y" else line.value(exercise.values | values)
        found = verdicts(exercise, {name: values[name] for name in ANSWERS})
        assert [name for name, verdict in found.items() if verdict == WRONG] == ["y"]
        assert list(found.values()).count(FOLLOWS) > 10


def test_what_follows_is_seen_across_a_blank():
    v = INSIDE_1.values
    z1 = 1 - v["z1"]  # which follows from 1 - s1
    a1 = v["a1"] + v["w11"] * v["x1"] * (z1 - v["z1"])
    mine = {"s1": 1 - v["s1"], "s_bar1": None, "z1": z1, "x1_gated": None, "a1": a1}
    marks = {mark.name: mark for mark in grade(INSIDE_1, answers_of(INSIDE_1) | mine)}
    assert marks["s_bar1"].verdict == marks["x1_gated"].verdict == BLANK
    assert marks["z1"].hint == f"follows from your [{marks['s1'].number}]"
    assert marks["a1"].hint == f"follows from your [{marks['z1'].number}]"


@pytest.mark.parametrize("off", [-TOLERANCE, TOLERANCE])
def test_a_slip_that_changes_nothing_explains_nothing(off):
    """A mask of 1 can be left out: a small error behind it comes from elsewhere."""
    v = INSIDE_1.values
    mine = {"dL/dz1": v["dL/dz1"] + 0.9 * off, "dL/dlog_alpha1": v["dL/dlog_alpha1"] + 1.1 * off}
    marks = {mark.name: mark for mark in grade(INSIDE_1, answers_of(INSIDE_1) | mine)}
    assert marks["dL/dz1"].verdict == RIGHT
    assert marks["dL/dlog_alpha1"].hint == "nearly: keep more digits on the way"


def test_a_number_that_is_nearly_right_is_said_to_lack_digits():
    assert mark_of("R", INSIDE_1.values["R"] + 3 * TOLERANCE).hint.startswith("nearly")


@pytest.mark.parametrize("answer", [1e299, -1e299, 99.0, -99.0, 1e-300])
def test_absurd_answers_are_wrong_and_no_error(answer):
    found = verdicts(INSIDE_1, dict.fromkeys(ANSWERS, answer))
    assert RIGHT not in set(found.values()) or answer == 1e-300


def test_blanks_are_counted_apart_and_the_score_is_printed():
    answers = answers_of(INSIDE_1) | {"s1": None, "y": 9.0}
    marks = grade(INSIDE_1, answers)
    assert marks[0].verdict == BLANK
    assert report(INSIDE_1, marks).splitlines()[-1] == "68 of 70 right; 1 wrong, 1 blank"
    everything = report(INSIDE_1, grade(INSIDE_1, answers_of(INSIDE_1)))
    assert everything.splitlines()[-1] == "70 of 70 right"
