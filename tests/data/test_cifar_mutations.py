"""Whatever happens to the files: the right images, or one line that says what is wrong. 1,400 damages."""

import io
import re
import shutil
import tarfile
import warnings

import numpy as np
import pytest
from cifar_sets import cifar10, header, pack, tar, write

from l0edu.data import load_cifar
from l0edu.errors import InputError

FILES = cifar10((2, 1, 1), 1)
TAR = tar(FILES)
HEADERS = [place for place in range(0, len(TAR), 512) if TAR[place + 257 : place + 262] == b"ustar"]


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("L0EDU_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("os.fsync", lambda handle: None)  # which takes most of the time
    return tmp_path / "cache"


def outcome(place):
    """The records of both sets, or None when the place was refused in one line."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            sets = load_cifar("cifar10", place)
        except InputError as error:
            return check_message(str(error), place)
    return [np.hstack([part.y[:, None], part.pixels.reshape(len(part), -1)]).tobytes() for part in sets]


def check_message(message, place):
    assert "\n" not in message
    assert str(place) in message


def expected(files):
    """What the files hold, read with nothing of the library; None when they are no set."""
    for content in files.values():
        array = np.frombuffer(bytes(content), np.uint8)
        if array.size == 0 or array.size % 3073 or (array[::3073] > 9).any():
            return None
    numbers = {int(re.findall("[0-9]+", name)[0]): name for name in files if name.startswith("data_batch_")}
    if not numbers or "test_batch.bin" not in files or len(numbers) + 1 < len(files):
        return None
    train = b"".join(bytes(files[numbers[number]]) for number in sorted(numbers))
    both = (
        np.frombuffer(part, np.uint8).reshape(-1, 3073) for part in (train, bytes(files["test_batch.bin"]))
    )
    return [part.astype(np.int64).tobytes() for part in both]


RIGHT = expected(FILES)


def changed(rng, content, start=0):
    """A few bits flipped, a stretch cut out, put twice or filled with noise, or the end cut off."""
    content = bytearray(content)
    place, length = int(rng.integers(start, len(content))), int(rng.integers(1, 40))
    match rng.integers(6):
        case 0:
            content[place] ^= 1 << int(rng.integers(8))
        case 1:
            for _ in range(3):
                content[int(rng.integers(start, len(content)))] ^= int(rng.integers(1, 256))
        case 2:
            del content[place : place + length]
        case 3:
            content[place:place] = content[place : place + length]
        case 4:
            content[place : place + length] = rng.bytes(length)
        case 5:
            del content[place:]
    return bytes(content)


def test_undamaged_files_are_read(tmp_path):
    assert outcome(pack(TAR, tmp_path / "it.tar.gz")) == RIGHT
    assert outcome(write(FILES, tmp_path)) == RIGHT


def test_damage_to_an_archive_is_noticed_wherever_it_is(tmp_path):
    rng, path = np.random.default_rng(0), pack(TAR, tmp_path / "it.tar.gz")
    content, refused = path.read_bytes(), 0
    for _ in range(300):
        path.write_bytes(changed(rng, content))
        found = outcome(path)
        refused += found is None
        assert found in (None, RIGHT)  # RIGHT: e.g. its time of packing was changed
    assert refused > 290


def test_damage_to_the_frame_of_a_gzip_file_is_noticed(tmp_path):
    rng, path = np.random.default_rng(1), pack(TAR, tmp_path / "it.tar.gz")
    content = path.read_bytes()
    places = [*range(30), *range(len(content) - 8, len(content))]
    for _ in range(200):
        place = int(rng.choice(places))
        path.write_bytes(content[:place] + rng.bytes(1) + content[place + 1 :])
        assert outcome(path) in (None, RIGHT)


def by_tarfile(content):
    """The wanted files as Python's own reader finds them."""
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        members = {m.name.rpartition("/")[2]: archive.extractfile(m).read() for m in archive if m.isfile()}
    return {name: body for name, body in members.items() if re.fullmatch(r"(data|test)_batch.*\.bin", name)}


def test_damage_to_the_headers_inside_is_noticed(tmp_path):
    """Under a gzip checksum that is right, as if the damage came before packing."""
    rng, path = np.random.default_rng(2), tmp_path / "it.tar.gz"
    for _ in range(250):
        place = int(rng.choice(HEADERS))
        block = changed(rng, TAR[place : place + 512]).ljust(512, b"\0")[:512]
        content = TAR[:place] + block + TAR[place + 512 :]
        found = outcome(pack(content, path))
        assert found is None or found == expected(by_tarfile(content))


NAMES = [
    *(f"data_batch_{i}.bin" for i in range(1, 6)),
    "test_batch.bin",
    "readme.html",
    "../x",
    "/data_batch_1.bin",
]
SIZES = [0, 1, 3072, 3073, 3073, 3073, 3074, 2 * 3073, 2 * 3073, 2**33, -1]
KINDS = [tarfile.REGTYPE] * 6 + [
    tarfile.SYMTYPE,
    tarfile.LNKTYPE,
    tarfile.CHRTYPE,
    tarfile.DIRTYPE,
    tarfile.XHDTYPE,
]


def test_headers_that_lie_are_noticed(tmp_path):
    """Another name, size or kind, swapped and repeated members, under checksums that are all right."""
    rng, path, read = np.random.default_rng(3), tmp_path / "it.tar.gz", 0
    bodies = [bytes(array) for array in FILES.values()]
    for _ in range(300):
        content = b""
        for name, body in zip(FILES, (bodies[i] for i in rng.permutation(4)), strict=True):
            size, kind = len(body), tarfile.REGTYPE
            match rng.integers(8):
                case 0:
                    name = str(rng.choice(NAMES))
                case 1:
                    size = int(rng.choice(SIZES))
                case 2:
                    kind = KINDS[rng.integers(len(KINDS))]
            content += header(name, size, kind, "elsewhere") + body + bytes(-len(body) % 512)
        found = outcome(pack(content + bytes(1024), path))
        read += found is not None
        assert found is None or found == expected(by_tarfile(content + bytes(1024)))
    assert 30 < read < 270


def test_damage_to_unpacked_files_is_noticed_or_is_in_the_pixels(tmp_path):
    rng, folder, read = np.random.default_rng(4), tmp_path / "it", 0
    for _ in range(200):
        files = {name: bytes(array) for name, array in FILES.items()}
        name = str(rng.choice(list(files)))
        match rng.integers(4):
            case 0:
                files[name] = changed(rng, files[name])
            case 1:
                files[name] = bytes([int(rng.integers(256))]) + files[name][1:]
            case 2:
                files[str(rng.choice(NAMES[:6]))] = files.pop(name)
            case 3:
                other = str(rng.choice(list(files)))
                files[name], files[other] = files[other], files[name]
        found = outcome(write(files, folder))
        shutil.rmtree(folder)
        read += found is not None
        assert found == expected(files)
    assert 50 < read < 190


def test_damage_to_the_cache_is_mended(tmp_path, cache):
    rng, place = np.random.default_rng(5), write(FILES, tmp_path)
    assert outcome(place) == RIGHT
    (entry,) = cache.iterdir()
    for _ in range(150):
        file = entry / str(rng.choice(["train.bin", "test.bin", "parts.json", "record.json"]))
        file.write_bytes(changed(rng, file.read_bytes()))
        assert outcome(place) == RIGHT
    assert list(cache.iterdir()) == [entry]
