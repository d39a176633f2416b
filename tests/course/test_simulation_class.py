"""Does a class of thirty, hostile ones included, get exactly what it deserves? The whole grader is tried."""

from l0edu.course.assignments import assignment
from l0edu.course.simulation.simulate import simulate


def test_thirty_made_up_students_get_what_they_deserve(tmp_path):
    run = simulate(assignment("a1"), 30, out=tmp_path / "Ergebnisse der Übung")
    assert run.is_as_expected, f"{run.table()}\n{run.last_lines()}"
    assert len(run.rows) == 30
    assert run.harmed == ()
    assert len(list((tmp_path / "Ergebnisse der Übung" / "feedback").glob("*.html"))) == 30
