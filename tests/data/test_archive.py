import gzip
import hashlib
import io
import re
import tarfile
import time
import tracemalloc

import numpy as np
import pytest
from cifar_sets import header, pack, tar

from l0edu.data import archive
from l0edu.data.archive import file_sha256, unpack
from l0edu.errors import InputError

WANTED = re.compile(r"[ab]\.bin")
FILES = {"a.bin": b"A" * 600, "notes.txt": b"three", "b.bin": b"B" * 1200}
END = bytes(1024)


@pytest.fixture
def unpacked(tmp_path):
    """Unpack these bytes of a tar file, and return what was written."""

    def run(content, record=600):
        folder = tmp_path / "unpacked"
        folder.mkdir()
        written = unpack(pack(content, tmp_path / "it.tar.gz"), WANTED, record, folder)
        assert sorted(written) == sorted(folder.iterdir())
        return {path.name: path.read_bytes() for path in written}

    return run


def test_only_wanted_files_are_written(unpacked):
    assert unpacked(tar(FILES)) == {"a.bin": FILES["a.bin"], "b.bin": FILES["b.bin"]}


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_archives_of_the_usual_programs_are_read(unpacked, tmp_path, form):
    folder, stream = tmp_path / "cifar", io.BytesIO()
    folder.mkdir()
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    with tarfile.open(fileobj=stream, mode="w", format=form) as packed:
        packed.add(folder, "./cifar")  # with times that are fractions: an extended header for each
    assert len(unpacked(stream.getvalue())) == 2


@pytest.mark.parametrize("kind", [b"1", b"2", b"3", b"4", b"6", b"L", b"K", b"S", b"V", b"M"])
def test_links_devices_and_unknown_kinds_are_refused(unpacked, kind):
    with pytest.raises(InputError, match=r"it\.tar\.gz holds .*'x'.*: pack files only"):
        unpacked(header("x", kind=kind, link="/etc/passwd") + tar(FILES))


@pytest.mark.parametrize(
    "name", ["../a.bin", "/a.bin", "x/../../a.bin", "\\a.bin", "x\\..\\a.bin", "C:/a.bin"]
)
def test_paths_that_lead_out_are_refused(unpacked, tmp_path, name):
    with pytest.raises(InputError, match="which leads out of it: pack one folder of files"):
        unpacked(header(name, 600) + bytes(1024) + END)
    assert list(tmp_path.rglob("*.bin")) == []


def test_a_file_that_is_there_twice_is_refused(unpacked):
    with pytest.raises(InputError, match=r"holds 'a\.bin' twice"):
        unpacked(tar({"a.bin": FILES["a.bin"], "deeper/a.bin": FILES["a.bin"]}))


@pytest.mark.parametrize("size", [0, 1, 599, 601])
def test_files_of_another_size_are_refused(unpacked, size):
    with pytest.raises(InputError, match=rf"a\.bin' of {size} bytes, not whole records of 600"):
        unpacked(tar({"a.bin": bytes(size)}))


@pytest.mark.parametrize("name", ["a.bin", "notes.txt"])
def test_a_size_that_no_archive_has_is_refused_before_anything_is_read(unpacked, name):
    tracemalloc.start()
    with pytest.raises(InputError, match=r"unpacks to more than 1,073,741,824 bytes"):
        unpacked(header(name, 600 * 2**30) + bytes(2**16))
    assert tracemalloc.get_traced_memory()[1] < 2**20
    tracemalloc.stop()


def test_a_bomb_is_left_when_it_has_given_what_an_archive_may_hold(monkeypatch, tmp_path):
    monkeypatch.setattr(archive, "MAX_BYTES", 2**16)
    member = header("notes.txt", 2**15) + bytes(2**15)
    bomb = pack(member * 100, tmp_path / "bomb.tar.gz")
    with pytest.raises(InputError, match=r"bomb\.tar\.gz unpacks to more than 65,536 bytes"):
        unpack(bomb, WANTED, 600, tmp_path)


def test_zeros_without_end_behind_the_end_are_not_read(unpacked):
    with pytest.raises(InputError, match="goes on after its end"):
        unpacked(tar(FILES) + bytes(2**24))


def test_members_without_end_are_not_read(unpacked):
    with pytest.raises(InputError, match="holds more than 1000 members"):
        unpacked(header("notes.txt") * 2000 + END)


def test_an_archive_behind_another_is_not_overlooked(unpacked):
    with pytest.raises(InputError, match="goes on after its end"):
        unpacked(tar({"a.bin": FILES["a.bin"]}) + tar({"b.bin": FILES["b.bin"]}))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is truncated"),
        (header("a.bin", 600)[:300], "is truncated"),
        (header("a.bin", 600) + bytes(500), "is truncated"),
        (tar(FILES)[:2048], "is truncated"),
        (bytes(512) + header("a.bin", 600) + bytes(1024) + END, "a lone block of zeros"),
        (
            header("a.bin", 600).replace(b"a.bin", b"b.bin") + bytes(1024) + END,
            r"is damaged \(bad checksum\)",
        ),
        (header("x", -1) + END, r"is damaged \('x' has a size of -1\)"),
        (header("x", 512, tarfile.DIRTYPE) + tar(FILES), r"is damaged \('x' has a size of 512\)"),
    ],
)
def test_damaged_tar_files_are_refused(unpacked, content, message):
    with pytest.raises(InputError, match=message):
        unpacked(content)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"13 path=a.bin\n", "changes a name or a size"),
        (b"16 mtime=1.25\n11 size=9\n", r"is damaged \(an extended header"),
        (b"14 mtime=1.25\n10 size=9\n", "changes a name or a size"),
        (b"27 GNU.sparse.name=a.bin   \n", "changes a name or a size"),
        (b"99999999999999999999 mtime=1\n", r"is damaged \(an extended header"),
        (b"x", r"is damaged \(an extended header"),
        (b"0 mtime=1\n", r"is damaged \(an extended header"),
        (b"4 a 14 mtime=1.25\n", r"is damaged \(an extended header"),
        (b"9 mtime=1\0\0\0" + b"10 size=9\n", r"is damaged \(an extended header"),
        (b"11 mtime 125\n12 other=size\n", r"is damaged \(an extended header"),
        (bytes(2**16 + 1), "an extended header of 65,537 bytes"),
    ],
)
def test_extended_headers_that_change_a_member_are_refused(unpacked, text, message):
    extended = header("x", len(text), tarfile.XHDTYPE) + text + bytes(-len(text) % 512)
    with pytest.raises(InputError, match=message):
        unpacked(extended + tar(FILES))


def test_an_extended_header_takes_time_in_proportion_to_its_length(unpacked, monkeypatch):
    monkeypatch.setattr(archive, "MAX_EXTENDED", 2**20)
    text = b"4 =\n" * 2**18
    start = time.process_time()
    assert len(unpacked(header("x", len(text), tarfile.XHDTYPE) + text + tar(FILES))) == 2
    assert time.process_time() - start < 3


def test_the_checksum_behind_the_end_is_checked(tmp_path):
    path = pack(tar(FILES), tmp_path / "it.tar.gz")
    content = bytearray(path.read_bytes())
    content[-5] ^= 1
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"it\.tar\.gz is damaged, .*CRC check failed"):
        unpack(path, WANTED, 600, tmp_path)


def test_what_is_no_gzip_file_is_refused(tmp_path):
    (tmp_path / "it.tar.gz").write_bytes(tar(FILES))
    with pytest.raises(InputError, match=r"no gzip archive \(Not a gzipped file.* or give the folder of the"):
        unpack(tmp_path / "it.tar.gz", WANTED, 600, tmp_path)
    with pytest.raises(InputError, match=r"gone cannot be opened \(No such file"):
        unpack(tmp_path / "gone", WANTED, 600, tmp_path)


def test_parts_of_a_gzip_file_are_read_one_after_another(tmp_path):
    content = tar(FILES)
    (tmp_path / "it").write_bytes(gzip.compress(content[:700]) + gzip.compress(content[700:]))
    assert len(unpack(tmp_path / "it", WANTED, 600, tmp_path)) == 2


def test_the_checksum_of_a_file_is_that_of_its_bytes(tmp_path):
    (tmp_path / "big").write_bytes(np.arange(2**18, dtype=np.uint32).tobytes() * 3)
    assert file_sha256(tmp_path / "big") == hashlib.sha256((tmp_path / "big").read_bytes()).hexdigest()
    with pytest.raises(InputError, match=r"gone cannot be read \(No such file"):
        file_sha256(tmp_path / "gone")
