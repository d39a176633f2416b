"""Does a class, hostile ones included, get exactly what it deserves? The whole grader is tried."""

import pytest

from l0edu.course.assignments import Assignment, assignment
from l0edu.course.draws import PUBLIC_SEED
from l0edu.course.grading import trial
from l0edu.course.simulation.simulate import simulate

SMALL = {
    "a6": [
        "CRLF, zipped",
        "forges results",
        "no report",
        "copied results",
        "copied under another name",
        "edited answers",
        "nested JSON",
        "no picture, few words",
        "choose_strictly",
    ],
    "a7": [
        "catches one bug",
        "perfect",
        "untouched",
        "always fails",
        "a test exits",
        "os._exit outside",
        "compares with the library",
        "deletes files",
    ],
}


def test_thirty_made_up_students_get_what_they_deserve(tmp_path):
    run = simulate(assignment("a1"), 30, out=tmp_path / "Ergebnisse der Übung")
    assert run.is_as_expected, f"{run.table()}\n{run.last_lines()}"
    assert len(run.rows) == 30
    assert run.harmed == ()
    assert len(list((tmp_path / "Ergebnisse der Übung" / "feedback").glob("*.html"))) == 30


@pytest.mark.parametrize("name", SMALL)
def test_reports_and_hunts_get_what_they_deserve(name):
    run = simulate(assignment(name), only=SMALL[name])
    assert run.is_as_expected, f"{run.table()}\n{run.last_lines()}"
    assert [row.kind for row in run.rows] == SMALL[name]
    assert run.harmed == ()


def test_no_hidden_test_is_passed_by_answers_that_are_known_by_heart():
    run = simulate(assignment("a3"), only=["answers by heart"])
    assert run.is_as_expected, f"{run.table()}\n{run.last_lines()}"


def without_hidden_tests(monkeypatch):
    write = trial._write_tests
    monkeypatch.setattr(trial, "_write_tests", lambda one, folder, _: write(one, folder, None))


def with_a_seed_that_all_know(monkeypatch):
    monkeypatch.setattr("l0edu.course.bundle.secrets.token_hex", lambda _: PUBLIC_SEED)


def with_tests_that_let_everything_pass(monkeypatch):
    text = "import pytest\n\n\n@pytest.mark.task('1.1', points=8, hidden=12)\ndef test_all():\n    pass\n"
    monkeypatch.setattr(Assignment, "checks", text)


@pytest.mark.parametrize(
    "broken", [without_hidden_tests, with_a_seed_that_all_know, with_tests_that_let_everything_pass]
)
def test_a_broken_grader_is_noticed(broken, monkeypatch):
    broken(monkeypatch)
    run = simulate(assignment("a1"), only=["answers by heart", "untouched"])
    assert not run.is_as_expected
    assert "not as deserved" in run.last_lines()
