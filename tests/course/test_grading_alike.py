"""Is what keeps a whole file from running said once, and are tests called by words that students can read?"""

from dataclasses import replace

import pytest

from l0edu.course.assignments import assignment
from l0edu.course.fences import solved
from l0edu.course.grading.alike import NOT_RUN, said_once
from l0edu.course.grading.grade import grade
from l0edu.course.grading.graded import GRADED, Graded
from l0edu.course.grading.sentences import status_in_words
from l0edu.course.grading.titles import title
from l0edu.course.outcomes import NOT_STARTED, RIGHT, WRONG, Outcome

A1, A6 = assignment("a1"), assignment("a6")
WHY = "gate.py, line 9: SyntaxError: expected ':'\n    def f(x)"


def outcomes_of(*tasks):
    return [Outcome(f"test_{task}", task, 1, 0, WRONG, message=WHY, hint="Which?") for task in tasks]


def test_a_syntax_error_is_a_note_and_one_box_on_the_page(tmp_path):
    (tmp_path / "class").mkdir()
    broken = solved(A1.source) + "\ndef f(x)\n    return x\n"
    (tmp_path / "class" / "ann.py").write_text(broken, encoding="utf-8")
    (ann,) = grade(tmp_path / "class", tmp_path / "out", A1).students
    assert (ann.status, ann.score) == (GRADED, 0)
    line = broken.splitlines().index("def f(x)") + 1
    assert ann.note.startswith(f"gate.py, line {line}: SyntaxError: ")
    assert ann.note.endswith(". No task could be run. Correct this line, then run `l0edu assign check`.")
    assert {(one.status, one.message, one.hint) for one in ann.outcomes} == {(NOT_RUN, "", "")}
    page = (tmp_path / "out" / "feedback" / "ann.html").read_text(encoding="utf-8")
    assert page.count("SyntaxError") == 1
    assert "Hint:" not in page
    assert "Next:" not in page
    assert "then run <code>l0edu assign check</code>." in page


def test_files_beside_the_functions_keep_their_outcome():
    picture = Outcome("test_plot", "6.4", 1, 1, RIGHT)
    outcomes, note = said_once([*outcomes_of("6.1", "6.2", "6.3"), picture], A6)
    assert [one.status for one in outcomes] == [NOT_RUN] * 3 + [RIGHT]
    assert ", at `def f(x)`. None of 6.1, 6.2 and 6.3 could be run. Correct this line" in note


@pytest.mark.parametrize("change", [{"message": "other"}, {"status": NOT_STARTED}, {"status": RIGHT}])
def test_outcomes_that_differ_stay_as_they_are(change):
    outcomes = outcomes_of("1.1", "1.2", "1.3")
    outcomes[1] = replace(outcomes[1], **change)
    assert said_once(outcomes, A1) == (tuple(outcomes), "")


def test_a_message_of_hidden_tests_alone_is_not_told():
    outcomes = [replace(one, visibility="hidden") for one in outcomes_of("1.1", "1.2")]
    assert said_once(outcomes, A1) == (tuple(outcomes), "")


@pytest.mark.parametrize(
    ("test", "task", "words"),
    [
        ("test_test_value_closes_at_minus_2_398", "1.3", "test_value closes at -2.398"),
        (
            "test_prob_open_vjp_is_g_times_the_slope_of_eq_12",
            "2.2",
            "prob_open_vjp is g times the slope of Eq. 12",
        ),
        (
            "test_l0_penalty_of_the_papers_mlp_at_its_start",
            "3.2",
            "l0_penalty of the paper's MLP at its start",
        ),
        ("test_results_json_agrees_with_itself", "6.5", "results.json agrees with itself"),
        ("test_answer_1_the_choice_follows", "6.6", "answer 1: the choice follows"),
        ("test_a", "9.9", "a"),
    ],
)
def test_names_of_tests_become_words(test, task, words):
    one = Outcome(test, task, 1, 1, RIGHT)
    assert title(one) == words
    assert title(replace(one, visibility="hidden")) == f"{words}, on hidden numbers"


def test_what_earned_a_part_is_partly_right():
    assert status_in_words(Outcome("test_a", "1.1", 2, 1, WRONG)) == "partly"
    assert status_in_words(Graded("a", "a", GRADED, (Outcome("t", "1.1", 2, 0, WRONG),)).tasks[0]) == WRONG
