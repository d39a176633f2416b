"""What students get: nothing of the solutions, everything not started; and with the solutions full marks."""

import json
import zipfile
from hashlib import sha256
from inspect import signature

import pytest
from course_kit import solution

from l0edu.course import bundle
from l0edu.course.assignments import ASSIGNMENTS, assignment
from l0edu.course.fences import leaks, solved
from l0edu.course.grading.trial import run_tests
from l0edu.course.isolation.student import Direct
from l0edu.course.outcomes import NOT_STARTED, RIGHT
from l0edu.course.release import MANIFEST, release, release_bytes
from l0edu.course.student_tree import start, student_files
from l0edu.errors import InputError

each = pytest.mark.parametrize("name", ASSIGNMENTS)


@pytest.fixture(scope="module")
def instructor(tmp_path_factory):
    folder = tmp_path_factory.mktemp("Prüfung im Mai") / "bundle"
    bundle.init(folder)
    return folder


@each
def test_a_students_tree_holds_no_solution(name):
    one = assignment(name)
    for path, text in student_files(one).items():
        for source in (one.source, *map(one.read, one.given)):
            assert leaks(text, source) == [], path


@each
def test_in_a_students_tree_every_task_is_not_started(name, tmp_path, instructor):
    start(assignment(name), tmp_path / "Übung von Zoë")
    outcomes = run_tests(assignment(name), tmp_path / "Übung von Zoë", instructor)
    assert {one.status for one in outcomes} == {NOT_STARTED}
    assert sum(one.score for one in outcomes) == 0
    assert {one.task for one in outcomes} == {task.number for task in assignment(name).tasks}


@each
def test_a_students_file_can_be_imported(name, tmp_path):
    start(assignment(name), tmp_path)
    student = Direct(tmp_path / assignment(name).file)
    for function in assignment(name).functions():
        arguments = len(signature(solution(name)[function]).parameters)
        with pytest.raises(NotImplementedError, match=function):
            getattr(student, function)(*[1.0] * arguments)


@pytest.mark.parametrize("name", [name for name in ASSIGNMENTS if name != "a6"])
def test_the_solutions_get_full_marks(name, tmp_path, instructor):
    one = assignment(name)
    (tmp_path / one.file).write_text(solved(one.source), encoding="utf-8")
    outcomes = run_tests(one, tmp_path, instructor)
    assert [(test.test, test.message) for test in outcomes if test.status != RIGHT] == []
    assert sum(test.score for test in outcomes) == 20


@each
def test_every_assignment_gives_20_points_and_every_task_of_the_page_has_a_test(name):
    assert assignment(name).points == 20
    assert all(task.points > 0 for task in assignment(name).tasks)


def test_starting_twice_overwrites_nothing(tmp_path):
    start(assignment("a1"), tmp_path)
    (tmp_path / "gate.py").write_text("my work")
    with pytest.raises(InputError, match="may hold your work"):
        start(assignment("a1"), tmp_path)
    assert (tmp_path / "gate.py").read_text() == "my work"


@each
def test_a_release_is_the_same_byte_for_byte_and_lists_its_sums(name, tmp_path):
    first, second = release(assignment(name), tmp_path), release_bytes(assignment(name))
    assert first.read_bytes() == second
    with zipfile.ZipFile(first) as archive:
        listed = json.loads(archive.read(f"{name}/{MANIFEST}"))["sha256"]
        files = {path: archive.read(path) for path in archive.namelist() if not path.endswith(MANIFEST)}
    assert {
        path.removeprefix(f"{name}/"): sha256(content).hexdigest() for path, content in files.items()
    } == listed


@each
def test_a_release_holds_what_students_need_and_nothing_else(name, tmp_path):
    one = assignment(name)
    with zipfile.ZipFile(release(one, tmp_path / "out.zip")) as archive:
        names = {path.removeprefix(f"{name}/") for path in archive.namelist()}
    assert names == {
        "README.md",
        "pytest.ini",
        "tests/conftest.py",
        MANIFEST,
        one.file,
        f"tests/{one.tests_name}",
        *one.given,
    }


def test_two_bundles_have_different_seeds_and_one_is_not_overwritten(tmp_path, instructor):
    bundle.init(tmp_path / "new")
    assert (tmp_path / "new" / bundle.SEED).read_text() != (instructor / bundle.SEED).read_text()
    with pytest.raises(InputError, match="not empty"):
        bundle.init(tmp_path / "new")


@each
def test_a_bundle_holds_hidden_tests_solution_and_walkthrough(name, instructor):
    one = assignment(name)
    assert (instructor / name / bundle.HIDDEN_TESTS).is_file()
    assert (instructor / name / "solution" / one.file).read_text(encoding="utf-8") == solved(one.source)
    text = (instructor / name / "walkthrough.md").read_text(encoding="utf-8")
    assert all(f"`{function}`" in text for function in one.functions())
    assert "SOLUTION" not in text
