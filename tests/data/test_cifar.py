import subprocess
import sys
import tracemalloc
import warnings

import numpy as np
import pytest
from cifar_sets import cifar10, cifar100, pack, pack100, records, tar, write

from l0edu.data import load_cifar
from l0edu.data.archive import file_sha256
from l0edu.data.cache import keep
from l0edu.data.registry import ARCHIVES, KnownArchive, KnownFile
from l0edu.errors import InputError

pytestmark = pytest.mark.filterwarnings("ignore:.*not the published")


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("L0EDU_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.mark.parametrize("form", ["folder", "archive"])
def test_cifar_10_is_read_in_the_order_of_its_files(tmp_path, form):
    files = cifar10((2, 3, 1), 2)
    mixed = dict(sorted(files.items(), key=lambda item: item[0][::-1]))
    place = write(files, tmp_path) if form == "folder" else pack(tar(mixed), tmp_path / "it.tar.gz")
    train, test = load_cifar("cifar10", place, np.float64)
    both = np.concatenate([files[f"data_batch_{i}.bin"] for i in (1, 2, 3)])
    np.testing.assert_array_equal(train.pixels, both[:, 1:].reshape(6, 3, 32, 32), strict=True)
    np.testing.assert_array_equal(test.pixels, files["test_batch.bin"][:, 1:].reshape(2, 3, 32, 32))
    assert (train.y.tolist(), train.name, test.name) == (both[:, 0].tolist(), "cifar10 train", "cifar10 test")


@pytest.mark.parametrize(("name", "label"), [("cifar100", 1), ("cifar100-coarse", 0)])
def test_cifar_100_has_fine_and_coarse_labels(tmp_path, name, label):
    files = cifar100()
    train, test = load_cifar(name, pack100(files, tmp_path / "it.tar.gz"))
    assert train.y.tolist() == files["train.bin"][:, label].tolist()
    np.testing.assert_array_equal(test.pixels, files["test.bin"][:, 2:].reshape(2, 3, 32, 32))
    assert test.name == f"{name} test"


def test_both_sets_are_scaled_by_the_moments_of_the_training_images(tmp_path):
    train, test = load_cifar("cifar10", write(cifar10(), tmp_path), "float64")
    x = train.inputs(slice(None))
    np.testing.assert_allclose(
        [x.mean(axis=(0, 2, 3)), x.std(axis=(0, 2, 3))], [[0] * 3, [1] * 3], atol=1e-12
    )
    np.testing.assert_array_equal([test.mean, test.std], [train.mean, train.std])
    assert load_cifar("cifar10", tmp_path)[0].inputs([0]).dtype == np.float32


def test_the_number_of_images_is_free(tmp_path):
    train, test = load_cifar("cifar10", write(cifar10((7,), 5), tmp_path))
    assert (len(train), len(test)) == (7, 5)


def test_a_set_is_unpacked_once_and_mapped(tmp_path, cache, monkeypatch):
    path = pack100(cifar100(), tmp_path / "cifar-100-binary.tar.gz")
    first, _ = load_cifar("cifar100", path)
    monkeypatch.setattr("l0edu.data.cifar.unpack", None)
    again, _ = load_cifar("cifar100-coarse", tmp_path)
    np.testing.assert_array_equal(first.pixels, again.pixels)
    assert not again.pixels.flags.owndata
    assert len(list(cache.iterdir())) == 1


def test_other_contents_under_the_same_name_are_noticed(tmp_path):
    pack(tar(cifar10((2,), 1)), tmp_path / "it.tar.gz")
    assert len(load_cifar("cifar10", tmp_path)[0]) == 2
    pack(tar(cifar10((4,), 1)), tmp_path / "it.tar.gz")
    assert len(load_cifar("cifar10", tmp_path)[0]) == 4
    write(cifar10((5,), 1), tmp_path)
    assert len(load_cifar("cifar10", tmp_path)[0]) == 5
    write(cifar10((6,), 1), tmp_path)
    assert len(load_cifar("cifar10", tmp_path)[0]) == 6


@pytest.mark.parametrize("form", ["folder", "archive"])
def test_reading_takes_little_memory(tmp_path, form):
    files = cifar10((2000, 2000), 1000)  # 15 MB
    place = write(files, tmp_path) if form == "folder" else pack(tar(files), tmp_path / "it.tar.gz")
    del files
    for most in (6e6, 4e6):  # unpacking, and then reading from the cache
        tracemalloc.start()
        train, _ = load_cifar("cifar10", place)
        held, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert (peak < most, held < 4e5) == (True, True), (held, peak)
    assert len(train) == 4000


def test_processes_at_once_read_the_same(tmp_path, cache):
    place = pack(tar(cifar10((300,), 30)), tmp_path / "it.tar.gz")
    code = "import sys, l0edu.data as d; print(d.load_cifar('cifar10', sys.argv[1])[0].crc())"
    command = [sys.executable, "-W", "ignore", "-c", code, str(place)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    printed = {process.communicate(timeout=120)[0] for process in running}
    assert printed == {f"{load_cifar('cifar10', place)[0].crc()}\n"}
    assert len(list(cache.iterdir())) == 1


@pytest.mark.parametrize("form", ["folder", "archive"])
def test_a_set_that_is_not_the_published_one_is_read_with_a_warning(tmp_path, form):
    files = cifar10()
    place = write(files, tmp_path / "it") if form == "folder" else pack(tar(files), tmp_path / "it")
    with pytest.warns(
        UserWarning, match="it: not the published CIFAR-10, published results do not"
    ) as caught:
        load_cifar("cifar10", place)
    assert len(caught) == 1


@pytest.mark.parametrize("form", ["folder", "archive", "packed again"])
def test_the_published_set_is_recognised(tmp_path, monkeypatch, form):
    files, folder = cifar10(), write(cifar10(), tmp_path / "cifar10")
    path = pack(tar(files), tmp_path / "it.tar.gz")
    known = tuple(KnownFile(name, file_sha256(folder / name)) for name in files)
    digest = file_sha256(path) if form == "archive" else ""
    monkeypatch.setitem(ARCHIVES, "cifar10", KnownArchive("it", digest, () if form == "archive" else known))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(load_cifar("cifar10", folder if form == "folder" else path)[0]) == 3


def test_an_archive_that_is_replaced_while_it_is_read_leaves_nothing(tmp_path, cache, monkeypatch):
    path = pack(tar(cifar10((3,), 1)), tmp_path / "it.tar.gz")
    right, other = path.read_bytes(), pack(tar(cifar10((5,), 1)), tmp_path / "other").read_bytes()

    def replaced_first(entry, names, build):
        path.write_bytes(other)
        return keep(entry, names, build)

    monkeypatch.setattr("l0edu.data.cifar.keep", replaced_first)
    with pytest.raises(InputError, match=r"it\.tar\.gz changed while"):
        load_cifar("cifar10", path)
    monkeypatch.setattr("l0edu.data.cifar.keep", keep)
    path.write_bytes(right)
    assert (len(load_cifar("cifar10", path)[0]), len(list(cache.iterdir()))) == (3, 1)


@pytest.mark.parametrize(
    ("file", "column", "value", "message"),
    [
        ("train.bin", 0, 20, r"label 20 at image 1 of its train images: give CIFAR-100, labels in 0\.\.19"),
        ("train.bin", 1, 100, r"label 100 at image 1 of its train images: .* 0\.\.99"),
        ("test.bin", 1, 255, "label 255 at image 1 of its test images"),
    ],
)
def test_labels_out_of_range_are_refused(tmp_path, cache, file, column, value, message):
    files = cifar100()
    files[file][1, column] = value
    for name in ("cifar100", "cifar100-coarse"):
        with pytest.raises(InputError, match=message):
            load_cifar(name, pack100(files, tmp_path / "it.tar.gz"))
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize("size", [0, 3072, 3074, 2 * 3073 - 1])
def test_files_that_are_not_whole_records_are_refused(tmp_path, size):
    folder = write(cifar10() | {"data_batch_2.bin": bytes(size)}, tmp_path)
    with pytest.raises(
        InputError, match=rf"data_batch_2\.bin has {size:,} bytes, not whole records of 3,073"
    ):
        load_cifar("cifar10", folder)


def test_files_of_cifar_100_are_no_cifar_10(tmp_path):
    files = {"data_batch_1.bin": records(0, 3, (10, 10)), "test_batch.bin": records(0, 1)}
    with pytest.raises(InputError, match="not whole records"):
        load_cifar("cifar10", write(files, tmp_path))


def test_files_that_are_too_large_are_left(tmp_path, monkeypatch):
    monkeypatch.setattr("l0edu.data.cifar.MAX_BYTES", 5 * 3073)
    with pytest.raises(InputError, match=r"data_batch_3\.bin is too large"):
        load_cifar("cifar10", write(cifar10((2, 2, 2)), tmp_path))


def test_images_of_one_colour_cannot_be_scaled(tmp_path):
    grey = np.full((2, 3073), 7, np.uint8)
    with pytest.raises(InputError, match=f"^{tmp_path}: cifar10 train: std is not positive"):
        load_cifar("cifar10", write({"data_batch_1.bin": grey, "test_batch.bin": records(0, 1)}, tmp_path))
