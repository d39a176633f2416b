"""Is a class graded fairly, again only where something changed, and whatever one of its students does?"""

import csv
import json
import shutil
import signal
import sys
import threading
import time

import pytest

from l0edu.course.assignments import ASSIGNMENTS, assignment
from l0edu.course.bundle import SEED, init
from l0edu.course.fences import cut, solved
from l0edu.course.grading import grader
from l0edu.course.grading.grade import grade
from l0edu.course.grading.grader import fitted
from l0edu.course.grading.guess import assignment_handed_in
from l0edu.course.grading.trial import TimeLimits
from l0edu.course.outcomes import RIGHT, Outcome
from l0edu.errors import InputError

A1 = assignment("a1")
RIGHT_FILE, STUB = solved(A1.source), cut(A1.source)
WRONG_FILE = RIGHT_FILE.replace("- beta * np.log(-gamma / zeta)", "- np.log(-gamma / zeta)")
LIMITS = TimeLimits(call_s=5, total_s=60)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    folder = tmp_path_factory.mktemp("term 1") / "bündle"
    init(folder, assignments=[A1])
    return folder


def hand_in(folder, **files):
    folder.mkdir(exist_ok=True)
    for student, text in files.items():
        (folder / f"{student}.py").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def graded(bundle, tmp_path_factory):
    """A class of four, graded once by the real tests."""
    folder = tmp_path_factory.mktemp("a class") / "Übungen"
    hand_in(folder, ann=RIGHT_FILE, bob=STUB, Zoë=WRONG_FILE, cheat=f"import l0edu\n{RIGHT_FILE}")
    out = folder.parent / "out"
    return grade(folder, out, A1, bundle, limits=LIMITS), out


def scores(grading):
    return {one.student: one.score for one in grading.students}


def test_each_gets_the_points_that_were_earned(graded):
    grading, _ = graded
    assert grading.is_sound
    assert scores(grading) == {"Zoë": 15, "ann": 20, "bob": 0, "cheat": 0}
    assert grading.students[0].lost == ("1.2",)
    assert {one.status for one in grading.students[2].outcomes} == {"not started"}


def test_the_doctor_names_the_mistake_and_the_rule_says_what_it_forbids(graded):
    students = {one.student: one for one in graded[0].students}
    assert (
        students["Zoë"].diagnoses["prob_open"].startswith("beta is missing in front of log(-gamma / zeta). ")
    )
    assert students["Zoë"].diagnoses["prob_open"].endswith("?")
    assert (
        students["cheat"].note == "gate.py imports l0edu: a1 is to be written with numpy and no other package"
    )


def test_all_files_are_there_and_none_of_them_holds_the_seed(graded, bundle):
    _, out = graded
    rows = list(csv.DictReader((out / "scores.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert (rows[0]["student"], rows[0]["score"], rows[0]["1.2"]) == ("Zoë", "15", "0")
    assert json.loads((out / "gradescope" / "Zoë.json").read_text(encoding="utf-8"))["score"] == 15
    seed = (bundle / SEED).read_text().strip()
    texts = [path.read_text(encoding="utf-8") for path in out.rglob("*") if path.is_file()]
    assert len(texts) == 2 + 3 * 4
    assert not any(seed in text for text in texts)


class StandIn:
    """Stands in for the real tests: remembers who was tested, and does what a file says."""

    def __init__(self, bundle):
        self.tested, self.bundle = [], bundle

    def __call__(self, assignment, submission, bundle, limits, stop, private):
        text = (submission / "gate.py").read_text(encoding="utf-8")
        self.tested.append(text)
        if "crash" in text:
            raise OSError("the disk is full")
        if "once" in text and self.tested.count(text) == 1:
            raise InputError("the tests did not come to an end")
        if "forge" in text:
            return [Outcome("test_a", "1.1", 2, 200, RIGHT)]
        if "harm" in text:
            (self.bundle / SEED).write_text("0")
        if "Ctrl-C" in text:
            self.wait_for_the_one_before()
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
            stop.wait(10)
        return [Outcome("test_a", "1.1", 2, 2 if text != "wrong" else 0, RIGHT)]

    def wait_for_the_one_before(self):
        """Until the main thread has written what was graded before, and waits for the next."""
        written = self.bundle.parent / "out" / "gradescope" / "ann.json"
        main = threading.main_thread().ident
        while not written.exists() or sys._current_frames()[main].f_code.co_name != "wait":
            time.sleep(0.01)


@pytest.fixture
def tester(monkeypatch, bundle, tmp_path):
    found = StandIn(tmp_path / "bundle")
    shutil.copytree(bundle, found.bundle)
    monkeypatch.setattr(grader, "run_tests", found)
    return found


def quick(folder, tester, **options):
    return grade(folder, folder.parent / "out", A1, tester.bundle, doctor=False, **options)


def test_only_what_changed_is_graded_again(tmp_path, tester):
    folder = hand_in(tmp_path / "class", ann="1", bob="2")
    quick(folder, tester)
    hand_in(folder, bob="3", cid="4")
    tester.tested.clear()
    assert scores(quick(folder, tester)) == {"ann": 2, "bob": 2, "cid": 2}
    assert sorted(tester.tested[1:]) == ["3", "4"]  # after the reference solution
    tester.tested.clear()
    quick(folder, tester)
    assert tester.tested == []
    quick(folder, tester, again=True)
    assert len(tester.tested) == 4


def test_the_same_file_of_two_students_is_a_doubt_and_takes_no_point(tmp_path, tester):
    same = "def sample():\r\n    return 1\r\n"
    folder = hand_in(tmp_path / "class", ann=same, bob=same.replace("\r\n", "\n"), cid=STUB, dan=STUB, eve="")
    grading = quick(hand_in(folder, fay="other"), tester)
    assert [one.doubts for one in grading.students[:2]] == [
        ("the same gate.py as bob",),
        ("the same gate.py as ann",),
    ]
    assert {one.doubts for one in grading.students[2:]} == {()}
    assert set(scores(grading).values()) == {2}


def test_another_seed_grades_everybody_again(tmp_path, tester):
    folder = hand_in(tmp_path / "class", ann="1")
    quick(folder, tester)
    (tester.bundle / SEED).write_text("another")
    tester.tested.clear()
    quick(folder, tester)
    assert "1" in tester.tested


def test_a_failure_of_the_grader_concerns_one_student_and_is_no_zero(tmp_path, tester):
    folder = hand_in(tmp_path / "class", ann="1", bob="crash", cid="once", dan="forge", eve="wrong")
    grading = quick(folder, tester)
    assert not grading.is_sound
    status = {one.student: (one.status, one.score) for one in grading.students}
    assert status == {
        "ann": ("graded", 2),
        "bob": ("failed", 0),
        "cid": ("graded", 2),
        "dan": ("failed", 0),
        "eve": ("graded", 0),
    }
    assert "the disk is full" in grading.table()
    assert not (tmp_path / "out" / "gradescope" / "bob.json").exists()


def test_damage_is_reported_with_the_students_name(tmp_path, tester):
    grading = quick(hand_in(tmp_path / "class", ann="1", mallory="harm"), tester, jobs=1)
    assert not grading.is_sound
    assert grading.damage == (f"{tester.bundle / SEED} was changed while mallory ran",)
    assert "was changed" in (tmp_path / "out" / "scores.csv").read_text(encoding="utf-8")
    assert "was changed" not in (tmp_path / "out" / "feedback" / "mallory.html").read_text(encoding="utf-8")


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="signals of POSIX")
def test_ctrl_c_leaves_what_is_finished(tmp_path, tester):
    folder = hand_in(tmp_path / "class", ann="1", bob="Ctrl-C", cid="3")
    with pytest.raises(KeyboardInterrupt):
        quick(folder, tester, jobs=1)
    rows = list(
        csv.DictReader((tmp_path / "out" / "scores.csv").read_text(encoding="utf-8-sig").splitlines())
    )
    assert [(row["student"], row["status"]) for row in rows[:2]] == [("ann", "graded"), ("bob", "pending")]
    assert rows[2]["status"] == "pending"


def test_nobody_is_graded_when_the_reference_solution_fails(tmp_path, tester, monkeypatch):
    def broken(*_):
        return [Outcome("test_a", "1.1", 2, 0, "wrong", message="numpy is too old")]

    monkeypatch.setattr(grader, "run_tests", broken)
    with pytest.raises(InputError, match=r"the reference solution of a1 fails.*numpy is too old"):
        quick(hand_in(tmp_path / "class", ann="1"), tester)


def test_results_cannot_go_where_nothing_may_change(tmp_path, tester):
    folder = hand_in(tmp_path / "class", ann="1")
    with pytest.raises(InputError, match="results cannot go into"):
        grade(folder, folder / "out", A1, tester.bundle)
    with pytest.raises(InputError, match="jobs = 0"):
        quick(folder, tester, jobs=0)


@pytest.mark.parametrize("score", [-1, 3])
def test_a_result_that_no_test_can_give_is_refused(score):
    test = Outcome("test_a", "1.1", 2, 2, RIGHT)
    with pytest.raises(InputError, match="not those of the tests: see test_a"):
        fitted([Outcome("test_a", "1.1", 2, score, RIGHT)], [test], "")
    with pytest.raises(InputError, match="not those of the tests: see test_b"):
        fitted([test, Outcome("test_b", "1.1", 2, 2, RIGHT)], [test], "late")


def test_the_assignment_is_told_by_the_files(tmp_path):
    (tmp_path / "ann").mkdir()
    (tmp_path / "ann" / "gradients.py").write_text("")
    hand_in(tmp_path, bob="")
    assert assignment_handed_in(tmp_path).name == "a2"
    shutil.rmtree(tmp_path / "ann")
    with pytest.raises(InputError, match="name it, as in --assignment a1"):
        assignment_handed_in(tmp_path)


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_files_with_the_names_of_students_are_told_by_their_functions(tmp_path, name):
    one = assignment(name)
    hand_in(tmp_path, carol=cut(one.source), dan="not ( Python", eve="")
    assert assignment_handed_in(tmp_path).name == name
