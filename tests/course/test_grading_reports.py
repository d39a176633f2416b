"""Is it told whose results a report states, does a copy give nothing, and is nobody else harmed by it?"""

import csv
import json
from threading import Event

import pytest

from l0edu.course.assignments import assignment
from l0edu.course.fences import solved
from l0edu.course.grading import grader
from l0edu.course.grading.grade import grade
from l0edu.course.grading.graded import GRADED, Graded
from l0edu.course.grading.reports import compared, report_files
from l0edu.course.grading.retraining import trained_again
from l0edu.course.grading.submissions import Submission
from l0edu.course.outcomes import RIGHT, WRONG, Outcome
from l0edu.course.sources.a6.experiment import LAMBDAS

A6 = assignment("a6")
DIFFERS = "lambda 0.1 trained again: another number"
ACCEPTED = tuple(Outcome("test_a", task, 1, 1, RIGHT) for task in ("6.3", "6.4", "6.5", "6.6"))


def results(variant, **changes):
    return json.loads(report_files(A6, variant)["results.json"]) | changes


def settled(outcomes=ACCEPTED, **handed_in):
    """Students once their reports are compared; each hands in results."""
    students = [Graded(name, name, GRADED, outcomes) for name in handed_in]
    contents = ({"results.json": json.dumps(one).encode()} for one in handed_in.values())
    submissions = [Submission(name, name, content) for name, content in zip(handed_in, contents, strict=True)]
    return {one.student: one for one in compared(students, submissions)}


def test_own_results_are_named_and_raise_no_doubt():
    found = settled(ann_s1=results("s1"), bob_s2=results("S2"))
    assert [(one.variant, one.score, one.doubts) for one in found.values()] == [("s1", 4, ()), ("S2", 4, ())]


def test_a_name_without_the_variant_is_a_doubt_and_costs_nothing():
    (ann,) = settled(ann=results("s1")).values()
    assert ann.score == 4
    assert ann.doubts == ("the name does not hold the variant 's1' of results.json",)
    assert ann.note == ""


def test_of_two_with_one_variant_neither_gets_points_for_it_when_no_name_tells():
    found = settled(ann=results("s1"), bob=results("s1"), cid_s3=results("s3"))
    assert [one.score for one in found.values()] == [2, 2, 4]
    assert found["ann"].lost == ("6.5", "6.6")
    assert "the variant or the numbers of bob: this one gets no points" in found["ann"].doubts[1]
    assert "bob" not in found["ann"].note
    assert found["cid_s3"].doubts == ()


def test_a_thief_does_not_harm_the_one_whose_name_holds_the_variant():
    found = settled(ann_s1=results("s1"), bob=results("s1"))
    assert [one.score for one in found.values()] == [4, 2]
    assert "bob: this one keeps its points" in found["ann_s1"].doubts[0]


def test_a_copy_under_another_variant_is_found_by_its_numbers():
    own, copy = results("s2"), results("s1")
    records = [record | {"seed": own["seed"]} for record in copy["records"]]
    found = settled(ann_s1=copy, bob_s2=own | {"records": records})
    assert [one.score for one in found.values()] == [2, 2]


def test_a_few_records_of_another_student_are_a_doubt():
    own, other = results("s2"), results("s1")
    records = [*(record | {"seed": own["seed"]} for record in other["records"][:5]), *own["records"][5:]]
    found = settled(ann_s1=other, bob_s2=own | {"records": records})
    assert found["bob_s2"].doubts == ("results.json has 5 of 8 records in common with ann_s1",)
    assert found["bob_s2"].score == 4


def changed_copy(variant, original, records):
    """Somebody's sweep under another variant, with other mistakes and expectations in some records."""
    own, copy = results(variant), results(original)
    for i, record in enumerate(copy["records"]):
        record |= {"seed": own["seed"], "expected_l0": record["expected_l0"] - 1 - i}
        record["test_mistakes"] += (-2, 2)[i % 2]
    return own | {"records": copy["records"][:records] + own["records"][records:]}


def test_a_copy_with_changed_numbers_is_a_doubt_by_its_units(tmp_path):
    found = settled(ann_s1=results("s1"), bob_s2=changed_copy("s2", "s1", 8), cid_s3=results("s3"))
    same = "results.json has the same units left at 8 of 8 lambdas as"
    assert [one.doubts for one in found.values()] == [(f"{same} bob_s2",), (f"{same} ann_s1",), ()]
    assert {one.score for one in found.values()} == {4}


def test_a_few_lambdas_with_the_same_units_are_chance():
    found = settled(ann_s1=results("s1"), bob_s2=changed_copy("s2", "s1", 5))
    assert {one.doubts for one in found.values()} == {()}


def test_results_that_the_tests_refused_are_not_looked_at():
    wrong = tuple(Outcome("test_a", task, 1, 0, WRONG) for task in ("6.5", "6.6"))
    found = settled(wrong, ann=results("s1"), bob=results("s1"))
    assert [one.variant for one in found.values()] == ["", ""]


def hand_in(folder, student, variant):
    (folder / student).mkdir(parents=True)
    files = {"compaction.py": solved(A6.source).encode(), **report_files(A6, variant)}
    for name, content in files.items():
        (folder / student / name).write_bytes(content)


@pytest.fixture
def again(monkeypatch):
    """Stands in for training again: remembers whose results it was given."""
    given = []  # with "agrees" in it, so does the training

    def stand_in(results, draw, stop, total_s):
        given.append((json.loads(results)["variant"], draw))
        return ("lambda 0.2 trained again: agrees", ()) if "agrees" in given else ("", (DIFFERS,))

    monkeypatch.setattr(grader, "trained_again", stand_in)
    return given


def rows(out):
    return list(csv.DictReader((out / "scores.csv").read_text(encoding="utf-8-sig").splitlines()))


def test_points_by_hand_and_the_variant_are_said_and_not_earned(tmp_path, again):
    hand_in(tmp_path / "class", "Zoë Lee_4711", "s1")
    grading, out = grade(tmp_path / "class", tmp_path / "out", A6), tmp_path / "out"
    assert (grading.students[0].score, grading.students[0].out_of) == (10, 10)
    (row,) = rows(out)
    assert (row["score"], row["by hand"]) == ("10", "")
    assert "variant 's1'" in row["note"]
    page = next((out / "feedback").iterdir()).read_text(encoding="utf-8")
    output = json.loads(next((out / "gradescope").iterdir()).read_text(encoding="utf-8"))["output"]
    for text in (page, output):
        assert "6 more points are given by hand, for the report." in text
        assert "Your results.json is of variant" in text
    assert again == []


def test_a_copy_that_is_taken_back_gives_the_points_back(tmp_path, again):
    folder, out = tmp_path / "class", tmp_path / "out"
    for student in ("ann", "bob"):
        hand_in(folder, student, "s1")
    assert [one.score for one in grade(folder, out, A6).students] == [6, 6]
    page = (out / "feedback" / "ann.html").read_text(encoding="utf-8")
    assert "no points until" in page
    assert page.count(" held back</span>") == 2 + 4  # tasks and tests of 6.5 and 6.6
    (folder / "bob").rename(tmp_path / "away")
    (ann,) = grade(folder, out, A6).students
    assert ann.score == 10
    assert "no points until" not in (out / "feedback" / "ann.html").read_text(encoding="utf-8")


def test_rerun_tells_the_instructor_and_takes_no_point(tmp_path, again):
    hand_in(tmp_path / "class", "s1", "s1")
    grading = grade(tmp_path / "class", tmp_path / "out", A6, rerun=True)
    assert grading.students[0].score == 10
    assert grading.is_sound
    assert f"look into s1: {DIFFERS}" in grading.table()
    assert "another number" in rows(tmp_path / "out")[0]["note"]
    assert "another number" not in (tmp_path / "out" / "feedback" / "s1.html").read_text(encoding="utf-8")
    grade(tmp_path / "class", tmp_path / "out", A6, rerun=True)
    assert len(again) == 1
    assert again[0][0] == "s1"


def test_a_rerun_that_agrees_is_noted_for_the_instructor_and_is_no_doubt(tmp_path, again):
    again.append("agrees")
    hand_in(tmp_path / "class", "s1", "s1")
    grading = grade(tmp_path / "class", tmp_path / "out", A6, rerun=True)
    assert grading.students[0].doubts == ()
    assert rows(tmp_path / "out")[0]["note"] == "variant 's1'; lambda 0.2 trained again: agrees"
    assert "trained again" not in (tmp_path / "out" / "feedback" / "s1.html").read_text(encoding="utf-8")


def test_training_again_finds_numbers_that_were_made_up():
    held, found = trained_again(report_files(A6, "s1")["results.json"], 3, Event(), 60, epochs=1)
    assert held == ""
    assert any('"units_left" is' in one for one in found)
    assert all(one.startswith(f"lambda {LAMBDAS[6]:g} trained again: ") for one in found)


def test_training_again_that_is_ended_is_a_sentence():
    stop = Event()
    stop.set()
    _, (sentence,) = trained_again(report_files(A6, "s1")["results.json"], 3, stop, 60)
    assert "did not come to its end" in sentence
