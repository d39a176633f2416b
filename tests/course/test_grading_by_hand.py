"""Is what a person wrote into scores.csv kept, whatever a spreadsheet made of the file, and added up?"""

import csv
import io
from dataclasses import replace

import pytest

from l0edu.course.assignments import assignment
from l0edu.course.fences import solved
from l0edu.course.grading.by_hand import hand_points, read_by_hand
from l0edu.course.grading.grade import grade
from l0edu.course.grading.graded import FAILED, GRADED, Graded
from l0edu.course.grading.reports import report_files
from l0edu.course.grading.scores import scores_csv
from l0edu.course.outcomes import RIGHT, Outcome
from l0edu.errors import InputError

A6 = assignment("a6")
ANN = Graded("Ann", "Ann", GRADED, (Outcome("test_a", "6.1", 14, 11.5, RIGHT),))


def table(students, given):
    return list(csv.DictReader(io.StringIO(scores_csv(students, 6, given))))


def written(folder, text, encoding="utf-8"):
    file = folder / "scores.csv"
    file.write_bytes(text.encode(encoding))
    return file


def test_points_by_hand_are_added_and_the_total_is_out_of_20():
    bob = replace(ANN, student="Bob")
    ann, other = table([ANN, bob], {"Ann": "4,5"})
    assert [ann[name] for name in ("score", "by hand", "total", "total out of")] == [
        "11.5",
        "4,5",
        "16",
        "20",
    ]
    assert [other[name] for name in ("by hand", "total", "total out of")] == ["", "", "20"]


@pytest.mark.parametrize("text", ["see me", "60", "-1", "nan", "1e999", "3 of 6", "=1+1"])
def test_what_is_no_number_of_points_is_kept_and_in_no_total(text):
    (ann,) = table([ANN], {"Ann": text})
    assert ann["by hand"].removeprefix("'") == text
    assert ann["total"] == ""
    assert hand_points(text, 6) is None


def test_who_left_the_class_or_has_no_score_keeps_what_was_written():
    failed = Graded("bob", "bob", FAILED)
    _, bob, gone = table([ANN, failed], {"bob": "3", "zoe": "5"})
    assert (bob["by hand"], bob["total"], bob["total out of"]) == ("3", "", "")
    assert (gone["student"], gone["by hand"], gone["status"]) == ("zoe", "5", "not handed in")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_file_that_went_through_a_spreadsheet_is_read(tmp_path, separator, encoding):
    lines = [
        ["student", "by hand", "note"],
        ["Zoë", "4", "a"],
        ["Bob", "", ""],
        ["Eve", '"two\r\nlines"', ""],
    ]
    text = "\r\n".join(separator.join(line) for line in lines)
    assert read_by_hand(written(tmp_path, text, encoding)) == {"Zoë": "4", "Eve": "two\r\nlines"}


@pytest.mark.parametrize("text", ["", "name,points\nann,4\n", "PK\0\0"])
def test_what_is_no_list_of_scores_is_not_overwritten(tmp_path, text):
    with pytest.raises(InputError, match='has no column "student": move it away'):
        read_by_hand(written(tmp_path, text))


def test_grading_again_keeps_it_and_says_what_is_no_number(tmp_path):
    for student in ("s1", "s2"):
        (tmp_path / "class" / student).mkdir(parents=True)
        files = {"compaction.py": solved(A6.source).encode(), **report_files(A6, student)}
        for name, content in files.items():
            (tmp_path / "class" / student / name).write_bytes(content)
    out = tmp_path / "out"
    grade(tmp_path / "class", out, A6)
    written(out, "student;score;by hand\ns1;10;5\ns2;10;60\n")
    for _ in range(2):
        grading = grade(tmp_path / "class", out, A6)
        given = read_by_hand(out / "scores.csv")
        assert given == {"s1": "5", "s2": "60"}
        assert "by hand of s2: '60' is no number from 0 to 6; kept" in grading.table()
        assert ",5,15,16,graded," in (out / "scores.csv").read_text(encoding="utf-8")
