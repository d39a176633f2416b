from importlib import resources

import numpy as np
import pytest

from l0edu.data import mini
from l0edu.errors import InputError


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_digits_have_their_shapes_and_dtype(dtype):
    train, test = mini.load_mini(dtype)
    assert (train.x.shape, test.x.shape) == ((5000, 1, 28, 28), (1000, 1, 28, 28))
    assert train.x.dtype == test.x.dtype == dtype
    assert train.y.dtype == np.int64
    assert (train.x.min(), train.x.max()) == (0, 1)


def test_every_digit_is_there_equally_often():
    train, test = mini.load_mini()
    assert np.bincount(train.y).tolist() == [500] * 10
    assert np.bincount(test.y).tolist() == [100] * 10


def test_digits_are_mixed_from_the_start():
    train, _ = mini.load_mini()
    assert set(train.y[:100]) == set(range(10))


def test_no_test_image_is_a_training_image():
    arrays = mini.read_mini()
    seen = {image.tobytes() for image in arrays.train_images}
    assert not any(image.tobytes() in seen for image in arrays.test_images)


def test_the_file_is_small_and_its_licence_lies_beside_it():
    folder = resources.files("l0edu.data")
    assert len(folder.joinpath(mini.FILE).read_bytes()) < 1_500_000
    licence = folder.joinpath("MNIST-LICENSE.txt").read_text("utf-8")
    assert all(
        word in licence for word in ("Yann LeCun", "Corinna Cortes", "Burges", "CC BY-SA 3.0", "subset")
    )


def test_changed_digits_are_refused(monkeypatch):
    arrays = mini.read_mini()
    changed = arrays._replace(test_labels=arrays.test_labels[::-1])
    monkeypatch.setattr(mini, "read_mini", lambda: changed)
    with pytest.raises(InputError, match="install l0edu again"):
        mini.load_mini()


@pytest.mark.parametrize("content", [b"", b"noise", b"PK\x03\x04"])
def test_a_damaged_file_is_refused(monkeypatch, tmp_path, content):
    (tmp_path / mini.FILE).write_bytes(content)
    monkeypatch.setattr(mini.resources, "files", lambda package: tmp_path)
    with pytest.raises(InputError, match=r"digits-mini.npz is damaged"):
        mini.load_mini()


def test_pickled_arrays_are_not_read(monkeypatch, tmp_path):
    fields = dict.fromkeys(mini.IdxSet._fields, np.array([{}], object))
    np.savez(tmp_path / mini.FILE, **fields)
    monkeypatch.setattr(mini.resources, "files", lambda package: tmp_path)
    with pytest.raises(InputError, match="damaged"):
        mini.read_mini()
