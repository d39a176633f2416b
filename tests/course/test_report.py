"""Is a report of a6 judged by what stands in it, whatever stands in it?"""

import json
import os
import re
import struct
import zlib

import numpy as np
import pytest

from l0edu.course.report import (
    ReportError,
    check_answer,
    check_plot,
    check_report,
    check_results,
    judge,
    rerun,
)
from l0edu.course.report.files import SIGNATURE
from l0edu.course.report.rerun import differences
from l0edu.course.sources.a6 import experiment
from l0edu.course.sources.a6.made_up import made_up_answers, made_up_files, made_up_results

TASKS = ["6.4", "6.5", "6.6", "6.6", "6.6", "6.7"]


@pytest.fixture
def folder(tmp_path):
    """A submission that is right."""
    for name, content in made_up_files("s1").items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def statuses(folder, student=None):
    return [one.status for one in judge(folder, student)]


def put(folder, name, content):
    (folder / name).write_text(json.dumps(content))


def with_record(folder, **changes):
    """Change the third record of results.json."""
    results = made_up_results("s1")
    results["records"][2] |= changes
    put(folder, "results.json", results)


def refused(check, *arguments):
    with pytest.raises(ReportError) as error:
        check(*arguments)
    message = str(error.value)
    assert "\n" not in message
    assert len(message) < 200
    return message


def test_a_complete_report_is_right_and_an_empty_folder_not_started(folder, tmp_path):
    assert [one.task for one in judge(folder)] == TASKS
    assert statuses(folder, student="s1") == ["right"] * 6
    assert statuses(tmp_path / "empty") == ["not started"] * 6


def test_the_blanks_of_the_experiment_are_not_started(folder):
    for name in ("answers.json", "report.md"):
        (folder / name).unlink()
    experiment.write_blanks(folder)
    assert statuses(folder) == ["right", "right", *["not started"] * 4]


def test_results_of_another_student_are_refused(folder):
    assert "s1" in refused(check_results, folder, "s2")
    assert check_results(folder, " s1 ").variant == "s1"


def test_a_wrong_seed_is_refused_without_the_right_one(folder):
    results = made_up_results("s1")
    for changes in ({"seed": 1}, {"variant": "777"}, {"seed": None}):
        put(folder, "results.json", results | changes)
        message = refused(check_results, folder)
        assert message.startswith("results.json: its seed is not that of variant '")
        assert not re.search(r"\d{4}", message.replace(",", ""))
    with_record(folder, seed=1)
    assert "record 3: its seed is not" in refused(check_results, folder)


@pytest.mark.parametrize(
    "changes",
    [
        {"weights_left": 1000},
        {"flops": 1000},
        {"units_left": [700, 99, 50]},
        {"units_left": [700.0, 99, 50]},
        {"units_left": [785, 100, 50]},
        {"units_left": None},
        {"expected_l0": 100.0},
        {"expected_l0": 83_900},
        {"expected_flops": 1.0},
        {"expected_flops": 167_000},
        {"validation_mistakes": 5.5},
        {"validation_mistakes": 1001},
        {"validation_mistakes": True},
        {"test_mistakes": -1},
        {"test_mistakes": 10**400},
        {"lambda": 0.0},
        {"lambda": "0.1"},
        {"seed": 1},
        {"epochs": 5},
    ],
    ids=str,
)
def test_a_record_that_does_not_hold_together_is_refused(folder, changes):
    with_record(folder, **changes)
    assert "results.json" in refused(check_results, folder)
    assert statuses(folder) == ["right", *["wrong"] * 4, "right"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        '{"variant": NaN}',
        '{"variant": Infinity}',
        '{"variant": 1e999}',
        "[" * 200_000,
        '{"a":' * 50_000,
        "9" * 10_000,
        '{"variant": "s1", "seed": 1e999, "records": []}',
        '{"variant": "\\ud800", "records": [[[]]]}',
        '{"variant": "s1\\nPASSED", "seed": 0}',
        " " * 600_000,
    ],
    ids=lambda text: text[:24],
)
def test_hostile_json_becomes_a_sentence(folder, text):
    (folder / "results.json").write_text(text)
    refused(check_results, folder)
    (folder / "answers.json").write_text(text)
    assert set(statuses(folder)[2:5]) <= {"wrong", "not started"}


def test_bytes_that_are_no_text_become_a_sentence(folder):
    for name, check in (("results.json", check_results), ("report.md", check_report)):
        (folder / name).write_bytes(b"\xff\xfe\x00\xd8")
        assert "UTF-8" in refused(check, folder)


def test_too_few_lambdas_and_a_lambda_twice_are_refused(folder):
    results = made_up_results("s1")
    put(folder, "results.json", results | {"records": results["records"][:5]})
    wanted = "results.json holds 5 of 8 lambdas: run python experiment.py again"
    assert refused(check_results, folder) == wanted
    put(folder, "results.json", results | {"records": results["records"] * 2})
    assert "a list of 8 records" in refused(check_results, folder)
    results["records"] = results["records"][1:]
    put(folder, "results.json", results | {"records": results["records"] + results["records"][:1]})
    assert "twice" in refused(check_results, folder)


def test_a_lambda_that_is_not_of_the_experiment_is_named(folder):
    with_record(folder, **{"lambda": 0.35})
    assert "lambda 0.35 is none of those in experiment.py" in refused(check_results, folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with names")
def test_a_link_a_folder_and_a_pipe_are_not_read(folder):
    for name, make in (("results.json", os.mkdir), ("plot.png", os.mkfifo)):
        (folder / name).unlink()
        make(folder / name)
    (folder / "report.md").unlink()
    (folder / "report.md").symlink_to(__file__)
    messages = [one.message for one in judge(folder)]
    assert all("is no ordinary file" in messages[i] for i in (0, 1, 5))


# ---- answers


@pytest.mark.parametrize(
    ("question", "changes"),
    [
        (1, {"lambda": 0.0}),
        (1, {"lambda": 0.07}),
        (1, {"times_fewer_flops": 1.0}),
        (1, {"times_fewer_flops": None}),
        (1, {"times_fewer_flops": "4"}),
        (2, {"layer": "fc2"}),
        (2, {"layer": ["fc1"]}),
        (2, {"percent_lost": 0.8}),
        (3, {"test_minus_validation": 0.5}),
        (3, {"expected_minus_left": -1}),
        (3, {"expected_minus_left": 10**400}),
    ],
    ids=str,
)
def test_an_answer_that_does_not_follow_is_refused_without_the_right_one(folder, question, changes):
    right = made_up_answers(made_up_results("s1"))
    put(folder, "answers.json", right | changes)
    message = refused(check_answer, folder, question)
    assert "answers.json" in message
    assert not any(f"{right[key]:.3g}" in message for key in changes if key not in ("layer", "lambda"))


def test_a_share_and_an_inverse_are_recognized(folder):
    right = made_up_answers(made_up_results("s1"))
    lost, fewer = right["percent_lost"] / 100, 1 / right["times_fewer_flops"]
    put(folder, "answers.json", right | {"percent_lost": lost, "times_fewer_flops": fewer})
    assert refused(check_answer, folder, 2).endswith(f"is {lost:.3g}: a share? It is asked in percent")
    assert refused(check_answer, folder, 1).endswith(f"is {fewer:.3g}: is it the inverse?")


def test_three_digits_are_enough(folder):
    right = made_up_answers(made_up_results("s1"))
    put(folder, "answers.json", {k: v if isinstance(v, str) else float(f"{v:.3g}") for k, v in right.items()})
    assert statuses(folder)[2:5] == ["right"] * 3


def test_a_wrong_lambda_costs_the_first_answer_alone(folder):
    results = made_up_results("s1")
    shown = next(record for record in results["records"] if record["lambda"] == 0.5)
    answers = made_up_answers(results | {"records": [shown]})
    put(folder, "answers.json", answers)
    assert statuses(folder)[2:5] == ["wrong", "right", "right"]


# ---- plot and text


def png(width, height, extra=b""):
    """The smallest chunks that make a PNG; the pixels are missing."""
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", extra),
        (b"IEND", b""),
    ]
    packed = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return SIGNATURE + b"".join(packed)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        SIGNATURE,
        png(50, 50),
        png(2**31, 2**31),
        png(900, 600)[:-12],
        png(900, 600).replace(b"IHDR", b"IHDX"),
        SIGNATURE + struct.pack(">I", 2**32 - 1) + b"IHDR" + b"0" * 40,
        SIGNATURE + png(900, 600)[33:],
        png(900, 600, b"0" * 10_000_000),
    ],
    ids=range(10),
)
def test_what_is_no_png_of_a_sensible_size_is_refused(folder, content):
    (folder / "plot.png").write_bytes(content)
    assert "plot.png" in refused(check_plot, folder)


def test_a_section_that_is_missing_short_or_a_comment_is_named(folder):
    text = (folder / "report.md").read_text()
    (folder / "report.md").write_text(text.replace("## 2.", "## 4."))
    assert '"## 2"' in refused(check_report, folder)
    (folder / "report.md").write_text(text.split("## 3.")[0] + "## 3. Short\n\nThree short words.\n")
    assert "section 3 has 3 words" in refused(check_report, folder)
    (folder / "report.md").write_text(text.split("## 3.")[0] + "## 3. Hidden\n<!-- " + "word " * 60)
    assert "section 3 has 0 words" in refused(check_report, folder)


# ---- training again


def test_made_up_numbers_show_when_a_lambda_is_trained_again(folder):
    again = rerun(folder, np.random.default_rng(0), epochs=1)
    assert again.lam in experiment.LAMBDAS
    assert any("mistakes" in sentence for sentence in again.differences)


def test_measured_numbers_are_reproduced(tmp_path):
    *_, last = experiment.epochs_of(0.1, 7, epochs=1)
    record = experiment.record_of(last, 0.1, 7)
    results = made_up_results("s1")
    results["records"][2] |= record | {"epochs": experiment.EPOCHS, "seed": results["seed"]}
    put(tmp_path, "results.json", results)
    point = check_results(tmp_path).points[2]
    assert differences(point, record) == []
    assert len(differences(point, record | {"units_left": [700, 80, 50], "expected_l0": 9000.0})) == 2
