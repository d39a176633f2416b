import gzip
import warnings

import numpy as np
import pytest

from l0edu.data.folder import load_folder, read_folder
from l0edu.data.idx import write_idx
from l0edu.data.registry import FILE_NAMES
from l0edu.errors import InputError


def test_a_path_that_the_system_refuses_is_named(tmp_path):
    with pytest.raises(InputError, match=r"aa cannot be searched \(File name too long\): check the path"):
        load_folder("mnist", tmp_path / ("a" * 300))


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize("sub", ["", "mnist"])
def test_a_known_set_loads(tiny_mnist, write_set, tmp_path, suffix, sub):
    write_set(tiny_mnist, tmp_path / sub, suffix)
    train, test = load_folder("mnist", tmp_path, np.float64)
    np.testing.assert_array_equal(train.x[:, 0], tiny_mnist.train_images / 255)
    assert test.y.tolist() == tiny_mnist.test_labels.tolist()
    assert (train.name, test.name) == ("mnist train", "mnist test")


def test_plain_and_gzipped_files_mix(tiny_mnist, write_set, tmp_path):
    write_set(tiny_mnist, tmp_path)
    zipped = tmp_path / f"{FILE_NAMES[0]}.gz"
    zipped.with_suffix("").write_bytes(gzip.decompress(zipped.read_bytes()))
    zipped.unlink()
    assert len(load_folder("mnist", tmp_path)[0]) == 20


@pytest.mark.parametrize("wrong", range(4))
def test_other_contents_under_a_known_name_are_refused(tiny_mnist, write_set, tmp_path, wrong):
    write_set(tiny_mnist, tmp_path)
    file = tmp_path / f"{FILE_NAMES[wrong]}.gz"
    write_idx(file, 9 - np.minimum(tiny_mnist[wrong], 9))
    with pytest.raises(InputError, match=r"SHA-256.*expected.*--data idx --data-dir DIR") as caught:
        load_folder("mnist", tmp_path)
    assert str(file) in str(caught.value)


def test_an_unknown_name_is_refused(tmp_path):
    with pytest.raises(InputError, match="'cifar': choose one of mnist, fashion-mnist, idx"):
        load_folder("cifar", tmp_path)


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist", "idx"])
def test_a_missing_folder_is_named_with_its_files(tmp_path, name):
    with pytest.raises(InputError, match="gone is not a folder: put train-images") as caught:
        load_folder(name, tmp_path / "gone")
    assert all(file in str(caught.value) for file in FILE_NAMES)
    assert f"`l0edu data fetch {name.replace('idx', 'mnist')}`" in str(caught.value)


def test_a_folder_without_files_is_refused(tmp_path):
    with pytest.raises(InputError, match="holds no data set: put train-images"):
        load_folder("mnist", tmp_path)


def test_the_subfolder_comes_first(tiny_mnist, write_set, tmp_path):
    write_set(tiny_mnist._replace(train_labels=tiny_mnist.test_labels), tmp_path)
    write_set(tiny_mnist, tmp_path / "mnist")
    assert len(load_folder("mnist", tmp_path)[0]) == 20


def test_a_missing_file_is_refused(tiny, write_set, tmp_path):
    write_set(tiny, tmp_path)
    (tmp_path / f"{FILE_NAMES[2]}.gz").unlink()
    with pytest.raises(InputError, match=f"does not hold {FILE_NAMES[2]}"):
        load_folder("idx", tmp_path)


def test_a_truncated_file_is_named(tiny, write_set, tmp_path):
    write_set(tiny, tmp_path, "")
    file = tmp_path / FILE_NAMES[1]
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(InputError, match=f"{FILE_NAMES[1]}: truncated"):
        load_folder("idx", tmp_path)


def test_an_unknown_set_loads_with_a_warning(tiny, write_set, tmp_path):
    write_set(tiny, tmp_path)
    with pytest.warns(UserWarning, match="an unknown data set") as caught:
        train, _ = load_folder("idx", tmp_path)
    assert train.name == "idx train"
    assert "\n" not in str(caught[0].message)


def test_a_known_set_is_recognised_without_a_warning(tiny_mnist, write_set, tmp_path):
    write_set(tiny_mnist, tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load_folder("idx", tmp_path)[1].name == "mnist test"


@pytest.mark.filterwarnings("ignore:.*unknown data set")
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"train_images": np.zeros((20, 20), np.uint8)}, r"ranks \(2, 1, 3, 1\)"),
        ({"test_labels": np.zeros((10, 1), np.uint8)}, r"ranks \(3, 1, 3, 2\)"),
        ({"test_images": np.zeros((10, 4, 5), np.uint8)}, r"training images are \(5, 4\) but test"),
        ({"train_labels": np.zeros(19, np.uint8)}, "19 labels for images of shape"),
        ({"test_labels": np.full(10, 10, np.uint8)}, "labels out of range: found 10..10"),
    ],
)
def test_an_unknown_set_that_makes_no_sense_is_refused(tiny, write_set, tmp_path, change, message):
    write_set(tiny._replace(**change), tmp_path)
    with pytest.raises(InputError, match=message) as caught:
        load_folder("idx", tmp_path)
    assert str(tmp_path) in str(caught.value)


def test_the_bytes_are_read_as_they_are(tiny_mnist, write_set, tmp_path):
    found = read_folder("mnist", write_set(tiny_mnist, tmp_path))
    for array, wanted in zip(found, tiny_mnist, strict=True):
        np.testing.assert_array_equal(array, wanted, strict=True)
