"""Exports, read back; and with the real tools where they are installed (PATH decides: nbgrader, otter)."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from l0edu.course import bundle
from l0edu.course.assignments import assignment
from l0edu.course.bundle import SEED
from l0edu.course.exports import export, seed_of_export
from l0edu.course.fences import BEGIN, END, leaks, solved
from l0edu.course.notebook import check
from l0edu.errors import InputError

A1 = assignment("a1")
WRONG = ("sigmoid(log_alpha) *", "sigmoid(log_alpha / beta) *")  # task 1.3


@pytest.fixture(scope="module")
def instructor(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundle") / "b"
    bundle.init(folder)
    return folder


@pytest.fixture
def notebook(instructor, tmp_path):
    (path,) = export(A1, "nbgrader", instructor, tmp_path / "course")
    return path


def seed_of(instructor):
    """What stands in the exports of a1."""
    return seed_of_export((instructor / SEED).read_text().strip(), "a1")


@pytest.mark.parametrize("to", ["nbgrader", "otter"])
def test_the_bundles_seed_is_in_no_export(instructor, tmp_path, to):
    texts = [path.read_text(encoding="utf-8") for path in export(A1, to, instructor, tmp_path / "new")]
    assert any(seed_of(instructor) in text for text in texts)
    assert not any((instructor / SEED).read_text().strip() in text for text in texts)


def test_a_notebook_does_not_speak_of_files_and_commands(notebook):
    page = cells(notebook)[None]["source"]
    assert page.startswith("# Assignment a1")
    assert "## Common mistakes" in page
    assert "assign check" not in page
    assert "Hand in" not in page


def cells(path):
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return {cell["metadata"].get("nbgrader", {}).get("grade_id"): cell for cell in found}


def test_the_notebooks_points_are_the_assignments(notebook):
    points = {
        name: cell["metadata"]["nbgrader"].get("points", 0) for name, cell in cells(notebook).items() if name
    }
    assert sum(points.values()) == 20
    assert points["visible_1_1"] == A1.tasks[0].points
    assert points["hidden_1_1"] == A1.tasks[0].hidden


def test_solutions_and_the_seed_stand_only_between_the_fences_that_nbgrader_cuts(notebook, instructor):
    seed = seed_of(instructor)
    for name, cell in cells(notebook).items():
        for begin, end in ((BEGIN, END), ("### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS")):
            while begin in cell["source"]:
                head, _, rest = cell["source"].partition(begin)
                cell["source"] = head + rest.partition(end)[2]
        assert seed not in cell["source"]
        assert name is None or leaks(f"if 1:\n    pass\n{cell['source']}\n    pass", A1.source) == []


def test_otters_student_files_hold_neither_seed_nor_solutions_and_the_graders_do(instructor, tmp_path):
    seed = seed_of(instructor)
    texts = {
        path: path.read_text(encoding="utf-8") for path in export(A1, "otter", instructor, tmp_path / "o")
    }
    for path, text in texts.items():
        student = "student" in path.parts
        assert (seed in text) == (not student)
        assert not student or leaks(text, A1.source) == []


@pytest.mark.parametrize("to", ["nbgrader", "otter"])
def test_what_cannot_be_exported_is_refused(instructor, tmp_path, to):
    with pytest.raises(InputError, match="handed in as files"):
        export(assignment("a6"), to, instructor, tmp_path / "new")
    (tmp_path / "full").write_text("mine")
    with pytest.raises(InputError, match="not empty"):
        export(A1, to, instructor, tmp_path)
    with pytest.raises(InputError, match="no bundle"):
        export(A1, to, tmp_path, tmp_path / "new")


def test_a_hidden_check_in_a_notebook_shows_the_hint_and_no_number():
    with pytest.raises(AssertionError, match=r"^hint: [^\n]*\?$"):
        check("a1", "1.4", {"cdf": lambda *_: 0.123}, seed="secret")


def run(*command, cwd):
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.skipif(not shutil.which("nbgrader"), reason="needs nbgrader on the PATH")
def test_nbgrader_cuts_grades_and_gives_the_points(notebook):
    course = notebook.parents[2]
    (course / "nbgrader_config.py").write_text('c = get_config()\nc.CourseDirectory.course_id = "c"\n')
    run("nbgrader", "generate_assignment", "a1", cwd=course)
    released = (course / "release" / "a1" / "a1.ipynb").read_text(encoding="utf-8")
    assert "SOLUTION" not in released
    assert "seed=" not in released
    for student, change in {"good": ("", ""), "wrong": WRONG}.items():
        hand_in(course, student, json.loads(released), cells(notebook), change)
    run("nbgrader", "autograde", "a1", cwd=course)
    run("nbgrader", "export", cwd=course)
    rows = [line.split(",") for line in (course / "grades.csv").read_text().splitlines()]
    scores = {row[rows[0].index("student_id")]: float(row[rows[0].index("raw_score")]) for row in rows[1:]}
    assert scores == {"good": 20, "wrong": 15}


def hand_in(course, student, released, source, change):
    """The released notebook with the solutions in it, one of them changed."""
    for cell in released["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        if name.startswith("task_"):
            cell["source"] = solved(source[name]["source"]).replace(*change)
    folder = course / "submitted" / student / "a1"
    folder.mkdir(parents=True)
    (folder / "a1.ipynb").write_text(json.dumps(released), encoding="utf-8")


@pytest.mark.skipif(not shutil.which("otter"), reason="needs otter on the PATH")
def test_otter_passes_the_solution_and_says_where_a_mistake_is(instructor, tmp_path):
    export(A1, "otter", instructor, tmp_path / "o")
    tests = str(Path("o", "grader", "tests"))
    (tmp_path / "good.py").write_text(solved(A1.source), encoding="utf-8")
    (tmp_path / "wrong.py").write_text(solved(A1.source).replace(*WRONG), encoding="utf-8")
    assert "All tests passed!" in run("otter", "check", "good.py", "-t", tests, cwd=tmp_path)
    printed = run("otter", "check", "wrong.py", "-t", tests, cwd=tmp_path)
    assert "task 1.3" in printed
    assert seed_of(instructor) not in printed
