"""Are made-up submissions what they claim to be, and does it show when one gets what it does not deserve?"""

import ast
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from course_kit import lost

from l0edu.course.assignments import assignment
from l0edu.course.catalogue import mutants_of, refactorings_of
from l0edu.course.grading.graded import Graded
from l0edu.course.grading.imports import import_trouble
from l0edu.course.isolation.running import load
from l0edu.course.isolation.student import Direct
from l0edu.course.outcomes import RIGHT, WRONG, Outcome
from l0edu.course.simulation.dry_run import DryRun, Row
from l0edu.course.simulation.expected import ALL, NOTHING, loses
from l0edu.course.simulation.kinds import kind_of_mutant, kinds_of_code
from l0edu.course.simulation.material import Material, grafted
from l0edu.course.simulation.simulate import _class, kinds, simulate
from l0edu.errors import InputError

A1 = assignment("a1")
MATERIAL = Material(A1, Path("canaries"), 1)
with_mutants = pytest.mark.parametrize("name", ["a1", "a2", "a3", "a4", "a5", "a6"])


def got(first, second):
    """A result with these scores, of 2 in task 1.1 and of 3 in task 1.2."""
    scores = (("1.1", 2, first), ("1.2", 3, second))
    tests = (
        Outcome("test_a", task, most, one, RIGHT if one == most else WRONG) for task, most, one in scores
    )
    return Graded("ann", "ann", "graded", tuple(tests))


@pytest.mark.parametrize(
    ("expected", "fitting", "others"),
    [
        (ALL, [(2, 3)], [(2, 2), (0, 0)]),
        (NOTHING, [(0, 0)], [(2, 3), (0, 1)]),
        (loses("1.1"), [(0, 3), (1, 3)], [(2, 3), (1, 2), (0, 0)]),
        (loses("1.2", wholly=True), [(2, 0)], [(2, 1), (0, 0), (2, 3)]),
    ],
)
def test_what_is_deserved_is_told_from_what_is_not(expected, fitting, others):
    assert all(expected.fits(got(*scores)) for scores in fitting)
    assert not any(expected.fits(got(*scores)) for scores in others)
    assert not expected.fits(replace(got(*fitting[0]), status="failed"))


@with_mutants
def test_every_mutant_can_be_handed_in_and_is_the_mutant(tmp_path, name):
    one = assignment(name)
    material = Material(one, Path("canaries"), 1)
    for mutant in mutants_of(name):
        text = kind_of_mutant(mutant, material).make("ann", material)[f"ann/{one.file}"]
        assert import_trouble(one, text) == ""
        ast.parse(text)
    (tmp_path / one.file).write_bytes(text)
    module = load(tmp_path / one.file)
    assert getattr(module, mutant.of).__name__ == mutant.name


@with_mutants
@pytest.mark.parametrize("version", [1, 2])
def test_rewritings_can_be_handed_in_whole(tmp_path, name, version):
    one = assignment(name)
    text = Material(one, Path("canaries"), 1).rewritten(version)
    assert import_trouble(one, text.encode()) == ""
    (tmp_path / one.file).write_text(text, encoding="utf-8")
    module = load(tmp_path / one.file)
    for of, entry in refactorings_of(name, version).items():
        assert getattr(module, of).__name__ == entry.function.__name__


@with_mutants
def test_answers_known_by_heart_pass_the_visible_tests_and_no_hidden_one(tmp_path, name):
    one = assignment(name)
    material = Material(one, Path("canaries"), 1)
    (kind,) = (kind for kind in kinds_of_code(material) if kind.name == "answers by heart")
    (tmp_path / one.file).write_bytes(kind.make("ann", material)[f"ann/{one.file}"])
    student = Direct(tmp_path / one.file)
    functions = {function: getattr(student, function) for function in one.functions()}
    assert lost(name, functions) == set()
    assert lost(name, functions, "another seed", hidden=True) == set(material.code_tasks)


def test_a_function_put_around_another_calls_it(tmp_path):
    (tmp_path / "gate.py").write_text(
        MATERIAL.around("return 2 * right(*arguments)", ["prob_open"]), encoding="utf-8"
    )
    module = load(tmp_path / "gate.py")
    assert module.prob_open(np.zeros(1), 2 / 3, -0.1, 1.1) == pytest.approx(2 * 0.8318221839916905)


def test_hostile_submissions_get_past_the_import_rule_so_the_fence_is_tried():
    past = {"deletes files", "calls out", "forges results", "os._exit outside"}
    for kind in kinds(MATERIAL):
        files = kind.make("ann", MATERIAL)
        if kind.name in past:
            assert import_trouble(A1, next(iter(files.values()))) == "", kind.name
            past.remove(kind.name)
    assert past == set()


def test_attacks_name_only_planted_files_and_this_computer():
    planted = f"for path in {MATERIAL.targets!r}"
    assert all(Path(path).is_relative_to("canaries") for path in MATERIAL.targets)
    for kind in kinds(MATERIAL):
        text = b"".join(kind.make("ann", MATERIAL).values()).decode("utf-8", "replace")
        assert text.count("os.remove") == text.count(planted)
        assert text.count("create_connection") == text.count('create_connection(("127.0.0.1", 1)')


def test_thirty_students_are_enough_for_every_assignment():
    for name in ("a1", "a2", "a3", "a4", "a5", "a6", "a7"):
        material = Material(assignment(name), Path("canaries"), 1)
        chosen = [kind.name for kind in _class(material, 30, np.random.default_rng(0), all_mutants=False)]
        assert len(chosen) == 30
        assert {kind.name for kind in kinds(material)} <= set(chosen)


def test_a_class_holds_every_kind_and_a_sample_of_mutants():
    rng = np.random.default_rng
    chosen = [kind.name for kind in _class(MATERIAL, 30, rng(0), all_mutants=False)]
    mutants = {one.name for one in mutants_of("a1")}
    assert len(chosen) == len(set(chosen)) == 30
    assert {kind.name for kind in kinds(MATERIAL)} <= set(chosen)
    assert chosen == [kind.name for kind in _class(MATERIAL, 30, rng(0), all_mutants=False)]
    everything = [kind.name for kind in _class(MATERIAL, 0, rng(0), all_mutants=True)]
    assert mutants <= set(everything)
    assert len(_class(MATERIAL, 100, rng(0), all_mutants=False)) == 100


def test_what_cannot_be_rehearsed_says_so():
    with pytest.raises(InputError, match=r"known mistake is tried at least: --students 26 or more$"):
        simulate(A1, 5)
    with pytest.raises(InputError, match=r"5 students are too few: a7 has 26 kinds: --students 26 or more$"):
        simulate(assignment("a7"), 5)
    with pytest.raises(InputError, match="there is no kind 'saint': write some of perfect, rewritten once"):
        simulate(A1, only=["perfect", "saint"])


def test_an_unearned_point_shows_in_table_and_last_line():
    rows = (Row("1", "perfect", ALL, got(2, 3)), Row("2", "empty", NOTHING, got(0, 1)))
    run = DryRun(rows, (), (), 0, 1.0)
    assert not run.is_as_expected
    assert run.table().splitlines()[2] == "empty    no point    1 of 5, lost 1.1 1.2  <- unexpected"
    assert "1 not as deserved" in run.last_lines()


@pytest.mark.parametrize(
    ("fault", "sound"),
    [
        ({}, True),
        ({"calls": 1}, False),
        ({"harmed": ("seed.txt",)}, False),
        ({"harmed": ("seed.txt",), "damage": ("/tmp/seed.txt was deleted while 2 ran",)}, True),
    ],
)
def test_harm_must_be_reported_and_no_connection_may_get_out(fault, sound):
    fields = {"rows": (), "damage": (), "harmed": (), "calls": 0, "seconds": 1.0}
    run = DryRun(**{**fields, **fault})
    assert run.is_as_expected is sound
    assert run.last_lines()


def test_helpers_that_stand_beside_a_mutant_come_along():
    assert "def _product(" in grafted("", mutants_of("a4")[:1])
