"""Do scores, feedback and Gradescope's files say what they should, and nothing that they should not?"""

import csv
import io
import json
from dataclasses import replace

import pytest
from javascript import PAGES
from site_pages import read_page

from l0edu.course.assignments import assignment
from l0edu.course.grading.feedback import feedback_page
from l0edu.course.grading.graded import FAILED, GRADED, REFUSED, Graded, read_graded, write_graded
from l0edu.course.grading.gradescope import gradescope_json
from l0edu.course.grading.scores import scores_csv
from l0edu.course.outcomes import NOT_STARTED, RIGHT, WRONG, Outcome

OUTCOMES = (
    Outcome("test_sample_is_eq_11", "1.1", 1, 1, RIGHT, hint="not shown"),
    Outcome("test_prob_open_is_eq_12", "1.2", 1, 0, WRONG, "visible", "Which sign?", "P is <b>1</b>, not 2"),
    Outcome("test_prob_open_is_eq_12", "1.2", 2, 0, WRONG, "hidden", "Which sign?", "P is 0.777, not 0.888"),
    Outcome("test_cdf", "1.4", 1, 0, NOT_STARTED, hint="not needed yet"),
)
ANN = Graded("Ann <Lee>", "ann", GRADED, OUTCOMES, diagnoses={"prob_open": "the sign is wrong. Which way?"})


def page_of(graded):
    return feedback_page(graded, assignment("a1"), "Graded with Python 3.")


def test_a_page_says_points_status_message_hint_and_diagnosis():
    page = page_of(ANN)
    for text in (
        "<strong>1</strong> of 5 points",
        "not started",
        "Known mistake: the sign is wrong. Which way?",
    ):
        assert text in page
    assert page.count("Hint: Which sign?") == 2
    assert "not shown" not in page
    assert "not needed yet" not in page


def test_hidden_numbers_are_neither_on_the_page_nor_in_gradescopes_file():
    for text in (page_of(ANN), gradescope_json(ANN)):
        assert "0.777" not in text
        assert "0.888" not in text


def test_a_students_own_words_are_escaped():
    page = page_of(replace(ANN, note="<script>alert(1)</script>"))
    assert "Ann &lt;Lee&gt;" in page
    assert "<b>1</b>" not in page
    assert "<script>alert" not in page


def test_a_page_loads_nothing_and_its_links_lead_somewhere(tmp_path):
    path = tmp_path / "ann.html"
    path.write_text(page_of(ANN), encoding="utf-8")
    page = read_page(path)
    assert page.loads == []
    assert {link.removeprefix("#") for link in page.links} <= page.names
    assert page.links


def test_a_refused_submission_gets_the_reason_and_no_table():
    page = page_of(replace(ANN, status=REFUSED, note="no gate.py; found Gate.py"))
    assert "No gate.py; found Gate.py." in page
    assert "<table" not in page
    assert ">gate.py imports scipy.<" in page_of(replace(ANN, note="gate.py imports scipy"))


def test_every_class_of_the_style_is_on_a_page():
    half = Outcome("test_half", "1.3", 2, 1, WRONG)
    page = page_of(replace(ANN, note="late", outcomes=(*OUTCOMES, half)))
    body = page[page.index("<body>") :]
    style = (PAGES / "feedback" / "style.css").read_text(encoding="utf-8")
    for name in (
        "note",
        "status",
        "right",
        "wrong",
        "partly",
        "open",
        "test",
        "points",
        "doctor",
        "message",
        "hint",
        "score",
        "next",
        "name",
    ):
        assert f".{name}" in style
        assert name in body


def test_a_page_ends_with_what_to_do_next_unless_nothing_is_left():
    page = page_of(ANN)
    assert "Next: correct a function, run <code>l0edu assign check DIR</code>" in page
    assert "<code>l0edu gradcheck DIR/gate.py</code>" in page
    assert "Next:" not in page_of(replace(ANN, outcomes=OUTCOMES[:1]))
    hunt = feedback_page(replace(ANN, outcomes=(replace(OUTCOMES[1], task="7.1"),)), assignment("a7"))
    assert "correct a test" in hunt
    assert "gradcheck" not in hunt


def test_points_have_two_decimals_and_a_part_is_called_partly():
    half = Outcome("test_bugs_in_the_gate_are_caught", "7.1", 2, 1.0 / 3, WRONG, "hidden")
    ann = replace(ANN, outcomes=(half,))
    page = feedback_page(ann, assignment("a7"))
    assert page.count("0.33 of 2") == 2
    assert page.count("partly</span>") == 2
    assert "bugs in the gate are caught, on hidden bugs" in page
    assert json.loads(gradescope_json(ann))["score"] == 0.33
    assert list(csv.reader(io.StringIO(scores_csv([ann]))))[1][1] == "0.33"


def test_what_is_not_started_is_said_once():
    page = page_of(replace(ANN, outcomes=OUTCOMES[3:]))
    assert page.casefold().count("not started") == 2  # of the task, and of its test


def test_that_a_right_plot_can_be_read_is_not_promised():
    plot = Outcome("test_plot_png_is_a_picture", "6.4", 1, 1, RIGHT)
    page = feedback_page(replace(ANN, outcomes=(plot,)), assignment("a6"))
    assert "plot.png is a picture" in page
    assert "Whether it can be read is judged with the report." in page


def test_gradescope_reads_points_status_and_visibility():
    found = json.loads(gradescope_json(ANN))
    tests = [(one["score"], one["max_score"], one["status"], one["visibility"]) for one in found["tests"]]
    assert tests == [
        (1, 1, "passed", "visible"),
        (0, 1, "failed", "visible"),
        (0, 2, "failed", "hidden"),
        (0, 1, "failed", "visible"),
    ]
    assert found["score"] == 1
    assert found["output"] == "prob_open: known mistake: the sign is wrong. Which way?"
    assert (found["tests"][1]["number"], found["tests"][1]["name"]) == ("1.2", "prob_open is Eq. 12")
    assert found["tests"][3]["output"] == "Not started."


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "\r=1", "\n=HYPERLINK()"])
def test_no_name_becomes_a_formula(name):
    row = list(csv.reader(io.StringIO(scores_csv([replace(ANN, student=name)]))))[1]
    assert row[0].startswith("'")


def test_scores_by_task_and_no_score_where_the_grader_failed():
    bob = Graded("bob", "bob", FAILED, warning="the grader\nfailed")
    header, ann, other = csv.reader(io.StringIO(scores_csv([ANN, bob])))
    assert header == ["student", "score", "out of", "1.1", "1.2", "1.4", "status", "note"]
    assert ann == ["Ann <Lee>", "1", "5", "1", "0", "0", "graded", ""]
    assert other == ["bob", "", "", "", "", "", "failed", "the grader failed"]


def test_a_result_survives_its_file_and_a_broken_file_is_none(tmp_path):
    write_graded(ANN, tmp_path / "records" / "ann.json")
    assert read_graded(tmp_path / "records" / "ann.json") == ANN
    (tmp_path / "ann.json").write_text('{"student": "ann"}')
    assert read_graded(tmp_path / "ann.json") is None
