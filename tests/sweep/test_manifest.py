import json

import pytest

from l0edu.errors import InputError
from l0edu.sweep.folder import claimed
from l0edu.sweep.manifest import FILE, Sweep, read_manifest, write_manifest

POINTS = {"lam0.1": {"network": "mlp", "lam": [0.1]}, "lam1": {"network": "mlp", "lam": [1.0]}}
SWEEP = Sweep(POINTS, 0, [3, 4])


def test_a_sweep_is_read_as_it_was_written(tmp_path):
    write_manifest(SWEEP, tmp_path)
    assert read_manifest(tmp_path) == SWEEP
    assert [file.name for file in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (Sweep(POINTS, 1, [3, 4]), "has --seed 0, not 1"),
        (Sweep(POINTS, 0, [3]), "has --seeds 2, not 1"),
        (Sweep(POINTS, 0, [3, 4], threads=2), "has --threads 1, not 2"),
        (Sweep({"lam0.1": POINTS["lam0.1"]}, 0, [3, 4]), "has lam1:"),
        (Sweep({**POINTS, "lam9": {"network": "mlp"}}, 0, [3, 4]), "has no lam9:"),
        (
            Sweep({**POINTS, "lam1": {"network": "lenet5", "lam": [1.0]}}, 0, [3, 4]),
            "network mlp where network lenet5",
        ),
        (Sweep({**POINTS, "lam1": {"network": "mlp"}}, 0, [3, 4]), "has lam [1.0] where no lam"),
    ],
)
def test_going_on_as_another_sweep_is_refused_with_the_difference(tmp_path, asked, words):
    write_manifest(SWEEP, tmp_path)
    with pytest.raises(InputError) as refusal, claimed(asked, tmp_path, resume=True):
        pass
    assert words in str(refusal.value)


def test_the_same_sweep_may_go_on_asked_for_or_not(tmp_path):
    write_manifest(SWEEP, tmp_path)
    for asked in (SWEEP, None):
        with claimed(asked, tmp_path, resume=True) as (path, sweep):
            assert (path, sweep) == (tmp_path, SWEEP)


@pytest.mark.parametrize(
    ("asked", "arguments", "words"),
    [
        (SWEEP, ("FOLDER", False), "holds a sweep: add --resume"),
        (SWEEP, ("", False), "--out is empty"),
        (SWEEP, (None, True), "--resume needs --out"),
        (None, ("FOLDER/nowhere", True), "holds no sweep: there is no sweep.json"),
        (SWEEP, ("FOLDER/sweep.json", True), "is a file"),
    ],
)
def test_a_folder_that_does_not_fit_is_refused(tmp_path, asked, arguments, words):
    write_manifest(SWEEP, tmp_path)
    out, resume = arguments
    with pytest.raises(InputError) as refusal:
        claimed(asked, out and out.replace("FOLDER", str(tmp_path)), resume).__enter__()
    assert words in str(refusal.value)


def test_two_sweeps_in_one_folder_at_once_are_refused(tmp_path):
    with claimed(SWEEP, tmp_path), pytest.raises(InputError, match="another process"):
        claimed(SWEEP, tmp_path, resume=True).__enter__()


def test_runs_of_somebody_else_are_not_taken_over(tmp_path):
    (tmp_path / "lam1-seed1").mkdir()
    (tmp_path / "lam1-seed1" / "config.json").write_text("{}")
    with pytest.raises(InputError, match="lam1-seed1 holds a run that no sweep began"):
        claimed(SWEEP, tmp_path).__enter__()
    assert not (tmp_path / FILE).exists()


def test_without_out_folders_are_numbered(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        with claimed(SWEEP):
            pass
    assert sorted(file.parent.name for file in tmp_path.rglob(FILE)) == ["sweep-mlp-mini", "sweep-mlp-mini-2"]


def change(folder, **parts):
    content = {**json.loads((folder / FILE).read_text()), **parts}
    (folder / FILE).write_text(json.dumps(content))


@pytest.mark.parametrize(
    "parts",
    [
        {"points": []},
        {"points": [{"name": "../../elsewhere", "options": {}}]},
        {"points": [{"name": "/tmp", "options": {}}]},
        {"points": [{"name": "lam1"}]},
        {"seeds": {"root": 0, "seeds": []}},
        {"seeds": {"root": 0, "seeds": ["1"]}},
        {"threads": 1.5},
        {"versions": None},
    ],
)
def test_a_damaged_file_is_refused(tmp_path, parts):
    write_manifest(SWEEP, tmp_path)
    change(tmp_path, **parts)
    with pytest.raises(InputError, match=r"sweep\.json is damaged"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"[" * 100_000])
def test_bytes_that_are_no_manifest_are_refused(tmp_path, content):
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(InputError, match=r"sweep\.json is damaged"):
        read_manifest(tmp_path)


def test_other_versions_are_warned_of(tmp_path):
    write_manifest(SWEEP, tmp_path)
    now = json.loads((tmp_path / FILE).read_text())["versions"]
    change(tmp_path, versions={**now, "numpy": "1.0"})
    with pytest.warns(UserWarning, match=rf"begun with numpy 1\.0, now {now['numpy']}: its runs may differ"):
        assert read_manifest(tmp_path) == SWEEP
