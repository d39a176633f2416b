import shutil
from pathlib import Path

import pytest
from cifar_sets import cifar100, pack100

from l0edu.data import fetch, load
from l0edu.data.archive import file_sha256
from l0edu.data.registry import ARCHIVES, MIRRORS, KnownArchive
from l0edu.errors import InputError

NAME = "cifar-100-binary.tar.gz"


@pytest.fixture
def published(tmp_path, monkeypatch):
    """A folder that is the only mirror of a CIFAR-100 of five images."""
    path = pack100(cifar100(), tmp_path / "mirror" / NAME)
    monkeypatch.setitem(ARCHIVES, "cifar100", KnownArchive(NAME, file_sha256(path), ()))
    monkeypatch.setitem(MIRRORS, "cifar100", (f"{path.parent}/",))
    return path


def copy(url: str, path: Path) -> None:
    shutil.copyfile(url, path)


def test_an_archive_is_fetched_as_it_is_and_loads(published, tmp_path):
    target = fetch("cifar100", tmp_path / "data", copy)
    assert [path.name for path in target.iterdir()] == [NAME]
    assert (target / NAME).read_bytes() == published.read_bytes()
    assert len(load("cifar100", tmp_path / "data")[0]) == len(load("cifar100-coarse", target)[0]) == 3


def test_an_archive_that_is_there_stays(published, tmp_path):
    fetch("cifar100", tmp_path, copy)
    published.unlink()
    assert fetch("cifar100", tmp_path) == tmp_path / "cifar100"


def test_other_contents_on_every_mirror_leave_nothing(published, tmp_path):
    pack100(cifar100(4), published)
    with pytest.raises(InputError, match=rf"no mirror gave {NAME}: .*/ \(wrong contents\): put {NAME} into"):
        fetch("cifar100", tmp_path, copy)
    assert list((tmp_path / "cifar100").iterdir()) == []


def test_an_archive_of_other_contents_is_not_overwritten(published, tmp_path):
    mine = pack100(cifar100(4), tmp_path / "cifar100" / NAME)
    before = mine.read_bytes()
    with pytest.raises(InputError, match=f"not the published contents: .*move {mine} away"):
        fetch("cifar100", tmp_path, copy)
    assert mine.read_bytes() == before


def test_the_registry_names_the_files_of_both_sets():
    assert [len(known.files) for known in ARCHIVES.values()] == [6, 2]
    digests = [known.sha256 for known in ARCHIVES.values()]
    digests += [file.sha256 for known in ARCHIVES.values() for file in known.files]
    assert len(set(digests)) == 10
    assert {len(digest) for digest in digests} == {64}
