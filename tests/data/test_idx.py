import contextlib
import gzip
import hashlib
import struct
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from l0edu.data.idx import CHUNK, content_sha256, read_idx, write_idx
from l0edu.errors import InputError

arrays = hnp.arrays(np.uint8, hnp.array_shapes(max_dims=4, max_side=6))


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("idx") / "file"


def refusal(path, content):
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_idx(path)
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message
    return message.removeprefix(str(path))


@settings(deadline=None)
@given(array=arrays, suffix=st.sampled_from(["", ".gz"]))
def test_what_was_written_is_read(path, array, suffix):
    file = path.with_name(f"round{suffix}")
    write_idx(file, array)
    found = read_idx(file)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, array, strict=True)


@settings(deadline=None)
@given(array=arrays)
def test_the_hash_is_that_of_the_plain_file(path, array):
    write_idx(path, array)
    assert content_sha256(array) == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_layout_is_that_of_mnist(path):
    write_idx(path, np.array([[1, 2, 3]], np.uint8))
    assert path.read_bytes() == b"\0\0\x08\x02" + b"\0\0\0\x01" + b"\0\0\0\x03" + b"\x01\x02\x03"


@settings(deadline=None)
@given(array=arrays)
def test_arrays_that_are_not_contiguous_are_written_in_order(path, array):
    write_idx(path, array.T)
    np.testing.assert_array_equal(read_idx(path), array.T)


def test_equal_arrays_give_equal_archives(path):
    first, second = path.with_name("a.gz"), path.with_name("b.gz")
    write_idx(first, np.arange(9, dtype=np.uint8))
    write_idx(second, np.arange(9, dtype=np.uint8))
    assert first.read_bytes() == second.read_bytes()


def test_the_contents_tell_gzip_not_the_name(path):
    write_idx(path.with_name("zipped.gz"), np.array([5], np.uint8))
    renamed = path.with_name("zipped.gz").rename(path.with_name("zipped"))
    assert read_idx(renamed) == [5]


@pytest.mark.parametrize("zipped", [False, True])
def test_truncation_anywhere_is_refused(path, zipped):
    write_idx(path, np.arange(60, dtype=np.uint8).reshape(5, 4, 3))
    content = path.read_bytes()
    content = gzip.compress(content, mtime=0) if zipped else content
    for end in range(len(content)):
        assert "truncated" in refusal(path, content[:end])


@settings(deadline=None)
@given(array=arrays, tail=st.binary(min_size=1, max_size=9), zipped=st.booleans())
def test_bytes_after_the_last_element_are_refused(path, array, tail, zipped):
    write_idx(path, array)
    content = path.read_bytes() + tail
    assert "goes on after" in refusal(path, gzip.compress(content, 0) if zipped else content)


@settings(deadline=None)
@given(array=arrays, data=st.data())
def test_a_flipped_bit_in_the_header_is_refused(path, array, data):
    write_idx(path, array)
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, 3 + 4 * array.ndim))] ^= 1 << data.draw(st.integers(0, 7))
    refusal(path, bytes(content))


@settings(deadline=None)
@given(data=st.data())
def test_a_flipped_bit_in_an_archive_is_refused_or_harmless(path, data):
    array = np.arange(60, dtype=np.uint8)
    file = path.with_name("flipped.gz")
    write_idx(file, array)
    content = bytearray(file.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    file.write_bytes(content)
    with contextlib.suppress(InputError):
        np.testing.assert_array_equal(read_idx(file), array)


@settings(deadline=None)
@given(content=st.binary(max_size=40).filter(lambda content: content[:3] != b"\0\0\x08"))
def test_noise_is_refused(path, content):
    refusal(path, content)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<html>", "not an IDX file, starts with b'<htm'"),
        (b"\0\0\x0d\x01\0\0\0\x01\0\0\0\0", "elements of type 0x0d"),
        (b"\0\0\x08\0\0", "rank 0"),
        (b"\0\0\x08\x09" + b"\0\0\0\x01" * 10, "rank 9"),
        (b"\0\0\x08\x02" + struct.pack(">2I", 0, 3), r"claims the shape (0, 3)"),
        (b"\0\0\x08\x03" + b"\xff" * 12, "claims the shape (4294967295, 4294967295, 4294967295)"),
        (b"\x1f\x8b\x08" + bytes(30), "damaged"),
        (gzip.compress(b"\0\0\x08\x01\0\0\0\x01A", mtime=0)[:-8] + bytes(8), "damaged"),
        (gzip.compress(b"\0\0\x08\x01\0\0\0\x01A", mtime=0) + b"more", "damaged"),
    ],
)
def test_what_is_wrong_is_said(path, content, message):
    assert message in refusal(path, content)


@pytest.mark.parametrize("zipped", [False, True])
def test_memory_follows_the_file_not_its_header(path, zipped):
    content = b"\0\0\x08\x01" + struct.pack(">I", 2**30) + bytes(100)
    content = gzip.compress(content) if zipped else content
    tracemalloc.start()
    assert "truncated, 100 of 1073741824 elements" in refusal(path, content)
    assert tracemalloc.get_traced_memory()[1] < 4 * CHUNK
    tracemalloc.stop()


def test_a_gzip_bomb_is_not_unpacked(path):
    bomb = gzip.compress(b"\0\0\x08\x01\0\0\0\x01" + bytes(64 * CHUNK))
    tracemalloc.start()
    assert "goes on after its 1 elements" in refusal(path, bomb)
    assert tracemalloc.get_traced_memory()[1] < 4 * CHUNK
    tracemalloc.stop()


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(InputError, match="nowhere: no such file"):
        read_idx(tmp_path / "nowhere")
    with pytest.raises(InputError, match="cannot be read"):
        read_idx(tmp_path)


@pytest.mark.parametrize(
    "array",
    [np.zeros(3), np.uint8(3), np.zeros((1,) * 5, np.uint8), np.zeros((2, 0), np.uint8)],
    ids=["float", "rank 0", "rank 5", "empty"],
)
def test_arrays_that_do_not_fit_are_not_written(tmp_path, array):
    with pytest.raises(InputError, match="cannot hold"):
        write_idx(tmp_path / "file", array)
    assert not list(tmp_path.iterdir())
