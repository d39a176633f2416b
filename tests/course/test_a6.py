"""Does a6 hold together: its solution, mistakes and rewritings, and the experiment that students run?"""

import json
import re
from types import SimpleNamespace

import numpy as np
import pytest

from l0edu.course.assignments import assignment
from l0edu.course.catalogue import refactorings_of
from l0edu.course.fences import cut
from l0edu.course.isolation.running import load
from l0edu.course.sources.a6 import checks, compaction, experiment
from l0edu.errors import InputError

TESTS = {
    "compact_mlp": checks.test_the_small_network_computes_what_the_large_one_does,
    "weights_left": checks.test_weights_left_are_those_of_the_network_that_the_library_compacts,
    "choose": checks.test_choose_takes_the_largest_lambda_within_10_mistakes_of_the_best,
}


def student(**replaced):
    """The solution, some functions replaced."""
    return SimpleNamespace(**{name: getattr(compaction, name) for name in TESTS} | replaced)


def passes(functions, name, seed):
    try:
        TESTS[name](functions, np.random.default_rng(seed))
    except AssertionError:
        return False
    return True


def test_the_page_names_the_points_that_the_marks_give():
    for task in assignment("a6").tasks:
        row = next(
            line for line in assignment("a6").page.splitlines() if line.startswith(f"| {task.number} ")
        )
        assert row.endswith(f"| {task.points:g} + {task.hidden:g} |"), row


@pytest.mark.parametrize("name", TESTS)
def test_the_solution_passes_on_any_seed(name):
    assert all(passes(student(), name, seed) for seed in range(30))


@pytest.mark.parametrize("version", [1, 2])
def test_rewritings_pass_on_any_seed(version):
    rewritten = {name: one.function for name, one in refactorings_of("a6", version).items()}
    assert rewritten.keys() == TESTS.keys()
    assert all(passes(student(**rewritten), name, seed) for name in TESTS for seed in range(30))
    checks.test_a_network_of_two_or_of_four_layers_becomes_small_too(student(**rewritten))


def test_float32_is_precise_enough():
    def in_float32(weights, biases, gates):
        weights, biases, gates = (
            [part.astype(np.float32) for part in parts] for parts in (weights, biases, gates)
        )
        return compaction.compact_mlp(weights, biases, gates)

    assert all(passes(student(compact_mlp=in_float32), "compact_mlp", seed) for seed in range(30))


def test_something_else_than_three_lists_is_refused_in_a_sentence():
    for wrong in (None, (1, 2), ([], [], [])):
        functions = student(compact_mlp=lambda *_, wrong=wrong: wrong)
        with pytest.raises(AssertionError, match=r"compact_mlp should return|weights has 0 entries for 3"):
            TESTS["compact_mlp"](functions, np.random.default_rng(0))


# ---- the experiment


def sweep(folder, lambdas):
    results = experiment.begun(folder, "s1")
    experiment.sweep(folder, results, epochs=1, lambdas=lambdas)
    return json.loads((folder / "results.json").read_text())


def test_a_sweep_that_was_stopped_goes_on_to_the_same_results(tmp_path):
    first, again = tmp_path / "first", tmp_path / "again ü"
    first.mkdir()
    again.mkdir()
    sweep(again, (0.1,))
    for results in (whole := sweep(first, (0.0, 0.1)), stopped := sweep(again, (0.0, 0.1))):
        for record in results["records"]:
            record.pop("seconds")
    assert whole == stopped
    assert [record["lambda"] for record in whole["records"]] == [0.0, 0.1]


def test_a_small_network_from_the_experiment_gives_the_same_answers(tmp_path, monkeypatch, capsys):
    sweep(tmp_path, (0.1,))
    monkeypatch.setattr(experiment, "yours", lambda: compaction)
    experiment.try_compaction(tmp_path, 0.1, experiment.seed_for("s1"))
    assert "the same answer on 100.0%" in capsys.readouterr().out


def test_the_map_shows_which_pixels_are_read(tmp_path, capsys):
    opened = np.zeros(784, bool)
    opened[28 * 3 + 5] = True
    rows = experiment.pixels_as_text(opened).splitlines()
    assert [len(row) for row in rows] == [56] * 28
    assert (rows[3][10:12], "".join(rows).count("##")) == ("##", 1)
    sweep(tmp_path, (0.1,))
    experiment.show_pixels(tmp_path, 0.1)
    assert re.search(r"lambda 0.1 leaves \d+ of 784 pixels", capsys.readouterr().out)


def test_the_page_asks_what_the_blank_report_asks():
    page, blank = (" ".join(text.split()) for text in (assignment("a6").page, experiment.BLANK_REPORT))
    asked = re.findall(r"[A-Z][^.?!]*\?", "".join(re.findall(r"<!--(.*?)-->", blank)))
    assert len(asked) == 7
    assert [question for question in asked if question not in page] == []
    assert blank.count("60 to 200 words") == 3


def test_the_table_marks_the_chosen_lambda(tmp_path):
    lines = experiment.table(sweep(tmp_path, (0.1,))["records"], 0.1).splitlines()
    assert lines[0].split()[:3] == ["lambda", "validation", "test"]
    assert "784-100-50" in lines[1]
    assert lines[1].endswith(" *")


def test_students_differ_in_seed_and_in_the_images_held_out():
    one, other = (experiment.digits(experiment.seed_for(name))[1] for name in ("s1", "s2"))
    assert len(one) == len(other) == experiment.IMAGES
    assert not np.array_equal(one.y, other.y)


def test_another_variant_or_a_damaged_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="--variant"):
        experiment.begun(tmp_path, None)
    file = tmp_path / "results.json"
    file.write_text('{"variant": "s1", "records": []}')
    with pytest.raises(InputError, match="is of variant s1"):
        experiment.begun(tmp_path, "s2")
    file.write_text("[1")
    with pytest.raises(InputError, match="damaged"):
        experiment.begun(tmp_path, "s1")


def test_a_function_that_is_not_written_is_passed_over(tmp_path, capsys):
    (tmp_path / "compaction.py").write_text(cut(assignment("a6").source), encoding="utf-8")
    assert experiment.attempt(load(tmp_path / "compaction.py").choose, []) is None
    assert "task 6.3: write choose" in capsys.readouterr().out


def test_the_blanks_are_written_once(tmp_path):
    experiment.write_blanks(tmp_path)
    (tmp_path / "report.md").write_text("mine")
    experiment.write_blanks(tmp_path)
    assert (tmp_path / "report.md").read_text() == "mine"
    assert set(json.loads((tmp_path / "answers.json").read_text()).values()) == {None}
