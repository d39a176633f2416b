"""Does what the instructors' page hands out work for a class of four?"""

import csv
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from step_variants import answers_of

from l0edu.one_step import empty_answers, of_variant

PAGE = (Path(__file__).parent.parent / "docs" / "instructors.md").read_text(encoding="utf-8")
STUDENTS = ("right", "slip", "broken", "absent")


@pytest.fixture
def course(tmp_path):
    """A folder with what came back: one student slipped in s1, one sent half a file, one nothing."""
    (tmp_path / "students.txt").write_text("\n".join(STUDENTS) + "\n")
    answers = tmp_path / "answers"
    answers.mkdir()
    for student in ("right", "slip"):
        exercise = of_variant(student)
        mine = empty_answers(exercise) | answers_of(exercise)
        if student == "slip":
            mine["s1"] += 1
        (answers / f"{student}.json").write_text(json.dumps(mine))
    (answers / "broken.json").write_text("{")
    return tmp_path


def code_block(language, containing):
    return next(b for b in re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL) if containing in b)


def test_the_table_of_scores_has_a_row_for_each_student(course):
    script = course / "scores.py"
    script.write_text(code_block("python", "csv.writer"))
    done = subprocess.run([sys.executable, script], cwd=course, capture_output=True, text=True, check=True)
    rows = {row["student"]: row for row in csv.DictReader(done.stdout.splitlines())}
    assert list(rows) == list(STUDENTS)
    assert (rows["right"]["right"], rows["right"]["wrong"]) == ("70", "0")
    assert int(rows["slip"]["right"]) < 70
    assert rows["broken"]["message"]
    assert rows["absent"]["message"]


@pytest.mark.skipif(shutil.which("sh") is None, reason="the loop is for a shell")
def test_the_loop_over_a_class_prints_the_status_of_each(course):
    (course / "reports").mkdir()
    loop = f'l0edu() {{ "{sys.executable}" -m l0edu "$@"; }}\n{code_block("sh", "--check")}'
    done = subprocess.run(["sh", "-c", loop], cwd=course, capture_output=True, text=True, check=True)
    statuses = dict(re.findall(r"^(\w+): status (\d)", done.stdout, re.MULTILINE))
    assert statuses == {"right": "0", "slip": "1", "broken": "2", "absent": "2"}
