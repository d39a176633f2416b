"""Does anybody's result depend on who else handed in? Some are graded alone, and among hostile neighbours."""

import pytest

from l0edu.course.assignments import assignment
from l0edu.course.bundle import init
from l0edu.course.catalogue import mutants_of
from l0edu.course.fences import solved
from l0edu.course.grading.grade import grade
from l0edu.course.grading.trial import TimeLimits
from l0edu.course.simulation.kinds import kind_of_mutant
from l0edu.course.simulation.material import CANARIES, Material
from l0edu.course.simulation.simulate import kinds

HONEST = ("perfect", "untouched", "renamed function")
HOSTILE = ("2 GB", "endless loop", "os._exit outside", "forges results", "deletes files")


@pytest.fixture
def material(tmp_path):
    for name, text in CANARIES.items():
        (tmp_path / "canaries" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "canaries" / name).write_text(text, encoding="utf-8")
    return Material(assignment("a1"), tmp_path / "canaries", 9)


def hand_in(folder, material, names):
    """Kinds by name, and a known mistake, each under its own name."""
    known = {kind.name: kind for kind in kinds(material)}
    for kind in [*(known[name] for name in names), kind_of_mutant(mutants_of("a1")[0], material)]:
        for name, content in kind.make(kind.name, material).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
    return folder


def test_nobodys_outcomes_change_when_hostile_neighbours_are_graded_too(tmp_path, material):
    init(tmp_path / "bundle", assignments=[material.assignment])
    found = []
    for number, names in enumerate([HONEST, HONEST + HOSTILE]):
        folder = hand_in(tmp_path / f"class {number}", material, names)
        out, limits = tmp_path / f"out {number}", TimeLimits(call_s=2, total_s=25)
        grading = grade(folder, out, material.assignment, tmp_path / "bundle", limits=limits)
        assert grading.is_sound
        found.append({one.student: (one.status, one.outcomes, one.diagnoses) for one in grading.students})
    alone, among = found
    assert len(alone) == len(HONEST) + 1
    assert len(among) == len(alone) + len(HOSTILE)
    assert {student: among[student] for student in alone} == alone


def test_a_neighbours_file_cannot_be_read(tmp_path):
    """Beside the copy that is graded, the folder of submissions and that of results are closed, too."""
    right = solved(assignment("a1").source)
    (tmp_path / "class" / "alice").mkdir(parents=True)
    (tmp_path / "class" / "alice" / "gate.py").write_text(right, encoding="utf-8")
    target = tmp_path / "class" / "alice" / "gate.py"
    thief = f"names = {{}}\nexec(open({str(target)!r}).read(), names)\nsample = names['sample']\n"
    (tmp_path / "class" / "bob.py").write_text(thief, encoding="utf-8")
    alice, bob = grade(tmp_path / "class", tmp_path / "out", assignment("a1")).students
    assert (alice.score, bob.score) == (8, 0)
    assert "PermissionError" in bob.note
