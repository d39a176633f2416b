"""Does a walk-through give a heading to each task, list the bugs, and hold a sample report that is right?"""

import json
import re
from itertools import pairwise

import pytest

from l0edu.course.assignments import ASSIGNMENTS, assignment
from l0edu.course.hunt import bugs
from l0edu.course.release import release_bytes
from l0edu.course.report import check_answer, check_report, check_results
from l0edu.course.sources.a6 import experiment
from l0edu.course.sources.a6.compaction import choose
from l0edu.course.student_tree import student_files
from l0edu.course.walkthrough import FOR_INSTRUCTORS, walkthrough

SAMPLE = assignment("a6").read(FOR_INSTRUCTORS)
each = pytest.mark.parametrize("name", ASSIGNMENTS)
with_more = pytest.mark.parametrize("name", ["a6", "a7"])


def sample_results():
    """The sweep that the sample's table shows."""
    seed = experiment.seed_for("sample")
    return {"variant": "sample", "seed": seed, "records": [*sample_records(seed)]}


def sample_records(seed):
    row = re.compile(r"^ +([\d.]+) +([\d.]+) % +([\d.]+) % +(\d+)-(\d+)-(\d+) +(\S+) +(\S+) +(\S+)", re.M)
    for lam, validation, test, *units, weights, flops, expected in row.findall(SAMPLE):
        yield {
            "lambda": float(lam),
            "seed": seed,
            "epochs": experiment.EPOCHS,
            "validation_mistakes": experiment.mistakes(float(validation)),
            "test_mistakes": experiment.mistakes(float(test)),
            "units_left": [*map(int, units)],
            "weights_left": int(weights.replace(",", "")),
            "flops": int(flops.replace(",", "")),
            "expected_l0": float(expected.replace(",", "")),
            "expected_flops": 0.93 * int(flops.replace(",", "")),  # not in the table
        }


def texts():
    """Section, points and text of each sample of a report."""
    found = re.findall(r"^### Section (\d), (\d) points?\n\n((?:>.*\n)+)", SAMPLE, re.M)
    return [(int(section), int(points), text.replace(">", "")) for section, points, text in found]


@each
def test_every_task_has_a_heading(name):
    headings = re.findall(r"^## (\d\.\d) ", walkthrough(assignment(name)), re.M)
    assert headings == [task.number for task in assignment(name).tasks]


def test_the_hunts_walkthrough_lists_every_bug_below_its_task():
    text = walkthrough(assignment("a7"))
    for bug in bugs():
        part = text.split(f"\n## 7.{bug.assignment[1]} ")[1].split("\n## ")[0]
        listed = part.split(f"\n`{bug.of}`\n")[1].split("\n\n`")[0].splitlines()
        assert f"- {bug.diagnosis}{' (*visible*)' * bug.visible}" in listed
    assert (len(bugs()), sum(bug.visible for bug in bugs())) == (92, 51)
    assert text.count("(*visible*)") == 51


def test_the_hunts_page_and_walkthrough_count_the_bugs():
    assert "your score on 51 of the\n  92. The other 41 count" in assignment("a7").page
    assert "catch all 92 bugs" in walkthrough(assignment("a7"))


@with_more
def test_students_get_nothing_of_what_is_for_instructors(name):
    one = assignment(name)
    secret = [line for line in one.read(FOR_INSTRUCTORS).splitlines() if len(line.strip("> .#")) > 30]
    handed_out = [*student_files(one).values(), release_bytes(one).decode("utf-8", "replace")]
    assert len(secret) > 3
    assert [line for line in secret if any(line in text for text in handed_out)] == []
    assert all(line in walkthrough(one) for line in secret)
    assert FOR_INSTRUCTORS not in "".join(handed_out)


def test_the_sample_answers_follow_from_the_sample_sweep(tmp_path):
    (tmp_path / "results.json").write_text(json.dumps(sample_results()))
    (tmp_path / "answers.json").write_text(re.search(r"```json\n(.*?)```", SAMPLE, re.S)[1])
    assert len(check_results(tmp_path).points) == 8
    for question in (1, 2, 3):
        check_answer(tmp_path, question)


def test_the_sample_reports_are_of_the_length_that_is_asked_for(tmp_path):
    assert [(section, points) for section, points, _ in texts()] == [
        (section, points) for section in (1, 2, 3) for points in (2, 1, 0)
    ]
    for worth in (2, 1, 0):
        parts = [f"## {section}. Text\n{text}" for section, points, text in texts() if points == worth]
        (tmp_path / "report.md").write_text("\n".join(parts), encoding="utf-8")
        check_report(tmp_path)


def test_numbers_of_the_best_texts_are_those_of_the_sweep():
    of = {one["lambda"]: one for one in sample_results()["records"]}
    best = {section: " ".join(text.split()) for section, points, text in texts() if points == 2}
    moved = [f"{of[lam]['expected_l0'] - of[lam]['weights_left']:,.0f}" for lam in (0.0, 0.3, 0.5, 1.0)]
    assert [text for text in moved if text.lstrip("-") not in best[3]] == []
    as_test = [one | {"validation_mistakes": one["test_mistakes"]} for one in of.values()]
    assert (choose([*of.values()]), choose(as_test)) == (0.3, 0.2)
    assert "would stop at 0.2 (46)" in best[1]
    gone = {lam: of[lam]["units_left"][0] * (100 - of[lam]["units_left"][1]) for lam in (0.3, 1.0)}
    assert all(f"{weights:,}" in best[3] for weights in gone.values())
    shrinks = [one["weights_left"] for one in of.values()]
    assert all(more > fewer for more, fewer in pairwise(shrinks))


def test_the_sample_map_is_that_of_the_chosen_lambda():
    rows = [line for line in SAMPLE.splitlines() if len(line) == 56 and set(line) <= set(" .#")]
    assert len(rows) == 28
    assert sum(row.count("##") for row in rows) == 117
    empty = [not row.count("#") for row in rows]
    assert all(empty[:5] + empty[-2:])
    assert not any("#" in row[:12] for row in rows)
