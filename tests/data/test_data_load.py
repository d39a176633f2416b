import sys

import numpy as np
import pytest
from cifar_sets import cifar100, write

import l0edu.data
from l0edu.data import NAMES, ByteImages, load
from l0edu.errors import InputError


def test_the_default_is_the_embedded_set():
    train, test = load()
    assert (train.name, test.name) == ("mini train", "mini test")
    assert train.x.dtype == np.float32


def test_an_unknown_name_is_refused_with_the_names():
    with pytest.raises(InputError, match=r"'emnist': choose one of mini, mnist, fashion-mnist, idx"):
        load("emnist")


def test_the_folder_comes_from_the_environment(tiny_mnist, write_set, tmp_path, monkeypatch):
    monkeypatch.setenv("L0EDU_DATA", str(write_set(tiny_mnist, tmp_path)))
    train, _ = load("mnist", dtype=np.float64)
    assert (len(train), train.x.dtype) == (20, np.float64)


def test_an_argument_comes_before_the_environment(tiny_mnist, write_set, tmp_path, monkeypatch):
    monkeypatch.setenv("L0EDU_DATA", str(tmp_path / "gone"))
    assert len(load("mnist", write_set(tiny_mnist, tmp_path))[1]) == 10


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist", "cifar10", "cifar100", "cifar100-coarse"])
def test_a_known_set_needs_a_folder(monkeypatch, name):
    monkeypatch.delenv("L0EDU_DATA", raising=False)
    published = name.removesuffix("-coarse")
    with pytest.raises(InputError, match=f"--data-dir DIR or set L0EDU_DATA; `l0edu data fetch {published}`"):
        load(name)


@pytest.mark.filterwarnings("ignore:.*not the published")
def test_cifar_is_loaded_as_bytes_from_the_folder_in_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("L0EDU_DATA", str(write(cifar100(), tmp_path)))
    train, test = load("cifar100", dtype=np.float64)
    assert isinstance(train, ByteImages)
    assert (train.name, test.inputs([0]).dtype) == ("cifar100 train", np.float64)
    assert load("cifar100-coarse")[0].y.max() < 20


def test_all_names_are_listed():
    listed = ("mini", "mnist", "fashion-mnist", "idx", "cifar10", "cifar100", "cifar100-coarse")
    assert listed == NAMES


def test_idx_needs_an_explicit_folder(tiny, write_set, tmp_path, monkeypatch):
    monkeypatch.setenv("L0EDU_DATA", str(write_set(tiny, tmp_path)))
    with pytest.raises(InputError, match="'idx' needs the folder of its four files"):
        load("idx")
    with pytest.warns(UserWarning, match="unknown"):
        assert len(load("idx", tmp_path)[0]) == 20


def test_the_package_exports_what_it_says():
    assert all(hasattr(l0edu.data, name) for name in l0edu.data.__all__)


def test_importing_the_package_needs_no_pooch(monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(InputError, match=r"install l0edu\[data\]"):
        l0edu.data.fetch("mnist", "anywhere")
