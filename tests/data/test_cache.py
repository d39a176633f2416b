import json
import os
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from l0edu.data import cache
from l0edu.data.cache import cache_folder, keep
from l0edu.errors import InputError

CONTENT = bytes(range(200))
NAMES = ("one.bin", "two.bin")


@pytest.fixture
def entry(tmp_path):
    return tmp_path / "cache" / "entry"


@pytest.fixture
def built():
    """A function that makes the files, and counts how often it did."""

    def build(folder):
        build.times += 1
        (folder / "one.bin").write_bytes(CONTENT)
        (folder / "two.bin").write_bytes(b"2")

    build.times = 0
    return build


def test_files_are_made_once_and_mapped(entry, built):
    for _ in range(3):
        kept = keep(entry, NAMES, built)
        assert kept.keys() == {"one.bin", "two.bin"}
        assert kept["one.bin"].tobytes() == CONTENT
        assert isinstance(kept["one.bin"], np.memmap)
        assert not kept["one.bin"].flags.writeable
    assert built.times == 1


def test_nothing_else_is_left_in_the_cache(entry, built):
    keep(entry, NAMES, built)
    assert sorted(path.name for path in entry.parent.iterdir()) == ["entry"]
    assert sorted(path.name for path in entry.iterdir()) == ["one.bin", "record.json", "two.bin"]


def spoil_contents(entry):
    (entry / "one.bin").write_bytes(CONTENT[:-1] + b"x")


def spoil_length(entry):
    (entry / "one.bin").write_bytes(CONTENT[:-1])


def empty(entry):
    (entry / "two.bin").write_bytes(b"")


def remove(entry):
    (entry / "two.bin").unlink()


def replace_by_file(entry):
    entry.rename(entry.with_name("old"))
    entry.write_bytes(b"?")


def record(text):
    return lambda entry: (entry / "record.json").write_text(text)


WRONG_RECORDS = (
    "",
    "{",
    "{}",
    "[]",
    "7",
    '["one.bin"]',
    '{"one.bin": 5}',
    '{"one.bin": [200]}',
    '{"": [1, 2]}',
)
WRONG_RECORDS += (json.dumps({"two.bin": [1, zlib.crc32(b"2")]}),)  # right, of one file alone
WRONG_RECORDS += ('{"gone": [1, 2]}', '{"a\\u0000b": [1, 2]}', '"one.bin"', "null", "[" * 100_000)


@pytest.mark.parametrize(
    "damage", [spoil_contents, spoil_length, empty, remove, replace_by_file, *map(record, WRONG_RECORDS)]
)
def test_a_damaged_entry_is_made_again(entry, built, damage):
    keep(entry, NAMES, built)
    damage(entry)
    assert keep(entry, NAMES, built)["one.bin"].tobytes() == CONTENT
    assert keep(entry, NAMES, built)["two.bin"].tobytes() == b"2"
    assert built.times == 2


def test_what_is_mapped_stays_when_the_entry_is_replaced(entry, built):
    kept = keep(entry, NAMES, built)
    remove(entry)
    keep(entry, NAMES, built)
    assert kept["one.bin"].tobytes() == CONTENT
    assert kept["two.bin"].tobytes() == b"2"


def test_processes_at_once_all_get_the_files_and_one_copy_stays(entry):
    together = threading.Barrier(4, timeout=30)

    def build(folder):
        (folder / "one.bin").write_bytes(CONTENT)
        together.wait()  # all of them found nothing

    with ThreadPoolExecutor(4) as pool:
        kept = list(pool.map(lambda _: keep(entry, ["one.bin"], build), range(4)))
    assert {files["one.bin"].tobytes() for files in kept} == {CONTENT}
    assert [path.name for path in entry.parent.iterdir()] == ["entry"]


def test_what_cannot_be_built_leaves_nothing(entry):
    def build(folder):
        (folder / "half").write_bytes(b"half")
        raise InputError("no such set")

    with pytest.raises(InputError, match="no such set"):
        keep(entry, NAMES, build)
    assert list(entry.parent.iterdir()) == []


def test_what_a_killed_process_left_is_removed_after_a_day(entry, built):
    old, young = (entry.parent / f".unfinished-{age}" for age in ("old", "young"))
    for folder in (old, young):
        folder.mkdir(parents=True)
        (folder / "part").write_bytes(b"part")
    os.utime(old, (time.time() - 90_000,) * 2)
    keep(entry, NAMES, built)
    assert (old.exists(), young.exists()) == (False, True)


def test_a_cache_that_cannot_be_written_costs_a_warning(tmp_path, built):
    (tmp_path / "file").touch()
    with pytest.warns(UserWarning, match=r"file cannot be used \(.*\): .* set L0EDU_CACHE") as caught:
        kept = keep(tmp_path / "file" / "entry", NAMES, built)
    assert "\n" not in str(caught[0].message)
    assert kept["one.bin"].tobytes() == CONTENT
    assert kept.keys() == {"one.bin", "two.bin"}


def test_a_full_disk_is_named_with_the_remedy(entry):
    def build(folder):
        raise OSError(28, "No space left on device")

    with (
        pytest.warns(UserWarning, match="cannot be used"),
        pytest.raises(
            InputError, match=r"\(No space left on device\): set L0EDU_CACHE to a folder with room"
        ),
    ):
        keep(entry, NAMES, build)


def test_an_entry_that_never_stays_is_made_for_the_run(entry, built, monkeypatch):
    monkeypatch.setattr(cache, "_read", lambda entry, names: None)
    with pytest.warns(UserWarning, match="its contents do not stay"):
        assert keep(entry, NAMES, built)["one.bin"].tobytes() == CONTENT


def test_the_record_says_sizes_and_checksums(entry, built):
    keep(entry, NAMES, built)
    expected = {"one.bin": [200, zlib.crc32(CONTENT)], "two.bin": [1, zlib.crc32(b"2")]}
    assert json.loads((entry / "record.json").read_text()) == expected


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({"L0EDU_CACHE": "/mine", "XDG_CACHE_HOME": "/shared", "HOME": "/home/me"}, "/mine"),
        ({"L0EDU_CACHE": "~/mine", "HOME": "/home/me"}, "/home/me/mine"),
        ({"L0EDU_CACHE": "", "XDG_CACHE_HOME": "/shared", "HOME": "/home/me"}, "/shared/l0edu"),
        ({"HOME": "/home/me"}, "/home/me/.cache/l0edu"),
    ],
)
def test_the_environment_says_where_the_cache_is(monkeypatch, variables, folder):
    for name in ("L0EDU_CACHE", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert cache_folder() == Path(folder)


def test_a_machine_without_a_home_folder_asks_for_one(monkeypatch):
    def no_home():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("L0EDU_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", no_home)
    with pytest.raises(InputError, match=r"no folder for a cache: .*: set L0EDU_CACHE to one"):
        cache_folder()
