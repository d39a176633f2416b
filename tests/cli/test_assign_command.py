"""Does `l0edu assign` do what each of its words says, and say in one line why it cannot?"""

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from l0edu.cli import main
from l0edu.course.assignments import ASSIGNMENTS, assignment
from l0edu.course.fences import solved
from l0edu.course.simulation.expected import NOTHING
from l0edu.course.simulation.kinds import kinds_of_code
from l0edu.course.student_tree import student_files

A1 = assignment("a1")
WRONG = solved(A1.source).replace("- beta * np.log(-gamma / zeta)", "- np.log(-gamma / zeta)")
NAME = "Zoë's course 2027"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A bundle, a student's folder and a class, in a folder whose name has a space, a quote and an accent."""
    folder = tmp_path_factory.mktemp("course") / NAME
    folder.mkdir()
    assert main(["assign", "instructor", "init", str(folder / "bundle")]) == 0
    assert main(["assign", "start", "a1", str(folder / "my a1")]) == 0
    shutil.copytree(folder / "my a1", folder / "class" / "ann")
    (folder / "class" / "zoë.py").write_text(WRONG, encoding="utf-8")
    (folder / "file").write_text("mine")
    (folder / "nothing").mkdir()
    return folder


def refused(capsys, *words):
    """The one line with which a command refuses."""
    capsys.readouterr()
    assert main(["assign", *map(str, words)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    return line.removeprefix("l0edu: ")


def test_without_a_word_the_assignments_are_listed(capsys):
    assert main(["assign"]) == 0
    printed = capsys.readouterr().out
    assert [name for name in ASSIGNMENTS if f"{name}: " not in printed] == []
    assert printed.count("20 points") == len(ASSIGNMENTS)


def test_a_fresh_folder_is_not_started_and_a_solved_one_is_right(made, tmp_path, capsys):
    assert main(["assign", "check", str(made / "my a1")]) == 1
    printed = capsys.readouterr().out
    assert printed.count("not started") == len(A1.tasks)
    assert printed.endswith("12 more points come from hidden tests, which your instructor runs.\n")
    (tmp_path / "gate.py").write_text(solved(A1.source), encoding="utf-8")
    assert main(["assign", "check", str(tmp_path)]) == 0


def test_starting_says_how_to_go_on_in_words_that_can_be_typed(tmp_path, capsys):
    assert main(["assign", "start", "a2", str(tmp_path / "my a2")]) == 0
    assert capsys.readouterr().out.endswith(f'then: l0edu assign check "{tmp_path / "my a2"}"\n')


def test_a_release_is_the_same_in_any_zone_and_for_any_place(tmp_path, capsys, monkeypatch):
    zips = []
    for zone, place in (("Asia/Tokyo", "a1.zip"), ("America/New_York", "a folder"), ("UTC", "v1.0")):
        monkeypatch.setenv("TZ", zone)
        assert main(["assign", "release", "a1", "--out", str(tmp_path / place)]) == 0
        zips.append(Path(capsys.readouterr().out.strip()))
    assert [path.relative_to(tmp_path).parts for path in zips] == [
        ("a1.zip",),
        ("a folder", "a1.zip"),
        ("v1.0", "a1.zip"),
    ]
    assert len({path.read_bytes() for path in zips}) == 1
    assert zipfile.ZipFile(zips[0]).testzip() is None


@pytest.mark.parametrize(("name", "how"), [("README.md", "Take `{}`."), ("tests/test_gate.py", "# {}")])
def test_a_release_with_a_solution_in_it_is_refused(name, how, tmp_path, capsys, monkeypatch):
    line = how.format("sigmoid(log_alpha - beta * np.log(-gamma / zeta))")
    files = student_files(A1)
    leaky = files | {name: f"{files[name]}\n{line}\n"}
    monkeypatch.setattr("l0edu.course.release.student_files", lambda _: leaky)
    message = refused(capsys, "release", "a1", "--out", tmp_path / "a1.zip")
    assert message.startswith(f"{name} of a1 holds a piece of a solution: ")
    assert not (tmp_path / "a1.zip").exists()


def test_a_class_is_graded_with_a_bundle(made, tmp_path, capsys):
    out = tmp_path / "Übung 1"
    words = ["grade", str(made / "class"), "--bundle", str(made / "bundle"), "--out", str(out)]
    assert main(["assign", *words]) == 0
    assert re.search(r"^zoë +15 of 20 ", capsys.readouterr().out, re.MULTILINE)
    rows = list(csv.DictReader((out / "scores.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["student"], row["score"], row["out of"]) for row in rows] == [
        ("ann", "0", "20"),
        ("zoë", "15", "20"),
    ]
    assert "beta is missing" in (out / "feedback" / "zoë.html").read_text(encoding="utf-8")
    assert json.loads((out / "gradescope" / "zoë.json").read_text(encoding="utf-8"))["score"] == 15


def test_without_a_bundle_it_says_that_hidden_tests_were_not_run(made, tmp_path, capsys):
    assert main(["assign", "grade", str(made / "class"), "--out", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"^zoë +6 of 8 ", printed, re.MULTILINE)
    assert "The hidden tests were not run: name your bundle" in printed


def test_exports_and_questions_are_written_where_they_are_asked_for(made, tmp_path, capsys):
    for tool in ("nbgrader", "otter"):
        out = tmp_path / f"für {tool}"
        words = ["export", "a1", "--to", tool, "--bundle", str(made / "bundle"), "--out", str(out)]
        assert main(["assign", *words]) == 0
        printed = capsys.readouterr().out.splitlines()
        assert sorted(map(Path, printed)) == sorted(path for path in out.rglob("*") if path.is_file())
    (tmp_path / "students.txt").write_text("zoë 1\n", encoding="utf-8")
    words = ["instructor", "questions", str(tmp_path / "students.txt"), "--out", str(tmp_path / "b ü.gift")]
    assert main(["assign", *words]) == 0
    assert "zoë 1" in (tmp_path / "b ü.gift").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("nonsense", "invalid choice: 'nonsense'"),
        ("start", "the following arguments are required: ASSIGNMENT, FOLDER"),
        ("start a9 {out}", "there is no assignment 'a9': write one of a1, a2,"),
        ("start a1 {made}/my a1", "README.md is there already, and may hold your work"),
        ("start a1 {made}/file", "file: File exists"),
        ("check {made}/gone", "gone is no folder: `l0edu assign start a1 "),
        ("check {made}/file", "file is a file: name the folder that it is in"),
        ("check {made}/nothing", "nothing holds no assignment: it should hold one of gate.py,"),
        ("release a1", "the following arguments are required: --out"),
        ("release a1 --out {made}/file", "file: File exists"),
        ("release a1 --out {made}/file/a1.zip", "file: File exists"),
        ("export a1 --to moodle --bundle {made}/bundle --out {out}", "invalid choice: 'moodle'"),
        ("export a7 --to otter --bundle {made}/bundle --out {out}", "a7 is handed in as files"),
        ("export a1 --to otter --bundle {made}/nothing --out {out}", "nothing is no bundle"),
        ("export a1 --to otter --bundle {made}/bundle --out {made}/class", "not empty"),
        ("grade {made}/class", "the following arguments are required: --out"),
        ("grade {made}/gone --out {out}", "gone is no folder"),
        ("grade {made}/nothing --out {out}", "nothing holds no submission"),
        ("grade {made}/class --assignment a9 --out {out}", "there is no assignment 'a9'"),
        ("grade {made}/class --bundle {made}/nothing --out {out}", "nothing is no bundle"),
        ("grade {made}/class --bundle {made}/bundle --out {made}/file", "file/feedback: "),
        ("grade {made}/class --out {made}/class/out", "results cannot go into "),
        ("grade {made}/class --out {out} --jobs 0", "jobs = 0: at least one"),
        ("grade {made}/class --out {out} --call-s -1", "'-1' is no time"),
        ("grade {made}/class --out {out} --total-s nan", "'nan' is no time"),
        ("simulate a9", "there is no assignment 'a9'"),
        ("simulate a1 --students 0", "0 students are too few"),
        ("simulate a1 --seed -1", "'-1' is no seed"),
        ("simulate a1 --out {made}/file", "file/feedback: "),
        ("instructor", "the following arguments are required: ACTION"),
        ("instructor init {made}/bundle", "bundle is there already and not empty"),
        ("instructor init {out} --visibility never", "invalid choice: 'never'"),
        ("instructor questions {made}/gone --out {out}", "gone cannot be read"),
        ("instructor questions {made}/file --out {made}/file", "is the list of students: name another"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(words, message, made, tmp_path, capsys):
    parts = re.sub(r"my a1", "my\0a1", words).split()
    where = {"made": made, "out": tmp_path / "out"}
    assert message in refused(capsys, *(part.replace("\0", " ").format(**where) for part in parts))
    assert (made / "file").read_text() == "mine"


def test_a_bundle_without_the_assignment_is_refused(made, tmp_path, capsys):
    shutil.copytree(made / "bundle" / "a2", tmp_path / "old" / "a2")
    shutil.copy(made / "bundle" / "seed.txt", tmp_path / "old")
    words = ("grade", made / "class", "--bundle", tmp_path / "old", "--out", tmp_path / "out")
    assert refused(capsys, *words).endswith("old holds no hidden tests of a1: make a new bundle")


def test_a_dry_run_has_the_status_of_what_it_finds(capsys, monkeypatch):
    def one_kind(deserves):
        return lambda material: [
            type(kind)(kind.name, deserves or kind.expected, kind.make)
            for kind in kinds_of_code(material)
            if kind.name == "CRLF, zipped"
        ]

    monkeypatch.setattr("l0edu.course.simulation.simulate._mutants", lambda _: [])
    for deserves, status, end in ((None, 0, "each got what it deserves"), (NOTHING, 1, "1 not as deserved")):
        monkeypatch.setattr("l0edu.course.simulation.simulate.kinds", one_kind(deserves))
        assert main(["assign", "simulate", "a1", "--students", "1"]) == status
        assert end in capsys.readouterr().out.splitlines()[-1]


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as a signal")
def test_ctrl_c_ends_a_grading_with_one_line_and_status_130(made, tmp_path):
    shutil.copytree(made / "class", tmp_path / "class")
    (tmp_path / "class" / "loop.py").write_text(f"{WRONG}\nwhile True:\n    pass\n", encoding="utf-8")
    command = [sys.executable, "-m", "l0edu", "assign", "grade", "class", "--out", "out", "--jobs", "1"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    while not list(tmp_path.glob("out/records/*.json")):
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    assert (process.communicate(timeout=30), process.returncode) == (("", "l0edu: interrupted\n"), 130)
    rows = csv.DictReader((tmp_path / "out" / "scores.csv").read_text(encoding="utf-8-sig").splitlines())
    assert {row["student"]: row["status"] for row in rows}["loop"] == "pending"


def test_without_a_name_the_bundle_goes_into_this_folder(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["assign", "instructor", "init"]) == 0
    assert (tmp_path / "instructor-bundle" / "seed.txt").is_file()
    assert "Keep instructor-bundle to yourself" in capsys.readouterr().out
