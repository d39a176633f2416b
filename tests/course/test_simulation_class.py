"""Does a class, hostile ones included, get exactly what it deserves? The whole grader is tried."""

import pytest

from l0edu.course.assignments import assignment
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
