import numpy as np
import pytest

from l0edu.data import load_folder, make_mini
from l0edu.data.mini import read_mini
from l0edu.data.registry import FILE_NAMES, KNOWN
from l0edu.errors import InputError


def test_the_digits_of_the_library_are_those_of_mnist(full_mnist):
    for made, shipped in zip(make_mini.make_mini(full_mnist), read_mini(), strict=True):
        np.testing.assert_array_equal(made, shipped, strict=True)


def test_full_mnist_loads_in_its_shape_under_the_names_of_the_registry(full_mnist):
    train, test = load_folder("mnist", full_mnist)
    assert (train.x.shape, test.x.shape) == ((60000, 1, 28, 28), (10000, 1, 28, 28))
    assert [file.name for file in KNOWN["mnist"]] == list(FILE_NAMES)


def test_rows_are_balanced_and_span_the_file():
    labels = np.repeat(np.arange(3, dtype=np.uint8), 100)
    rows = make_mini.spaced_rows(labels, 10)
    assert np.bincount(labels[rows]).tolist() == [10, 10, 10]
    assert rows.tolist() == list(range(0, 300, 10))


def test_the_script_writes_the_four_arrays(tiny_mnist, write_set, tmp_path, monkeypatch):
    monkeypatch.setattr(make_mini, "TRAIN_PER_CLASS", 2)
    monkeypatch.setattr(make_mini, "TEST_PER_CLASS", 1)
    make_mini.main([str(write_set(tiny_mnist, tmp_path)), str(tmp_path / "out.npz")])
    with np.load(tmp_path / "out.npz", allow_pickle=False) as archive:
        np.testing.assert_array_equal(archive["train_images"], tiny_mnist.train_images)
        assert archive["test_labels"].tolist() == list(range(10))


def test_the_script_says_which_arguments_it_takes():
    with pytest.raises(InputError, match="0 arguments: give FOLDER"):
        make_mini.main([])


def test_the_script_names_a_file_that_it_cannot_write(monkeypatch, tiny, tmp_path):
    monkeypatch.setattr(make_mini, "make_mini", lambda folder: tiny)
    with pytest.raises(InputError, match=r"out.npz cannot be written"):
        make_mini.main(["folder", str(tmp_path / "gone" / "out.npz")])
