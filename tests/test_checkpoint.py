import json
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from l0edu import InputError, lenet5, mlp
from l0edu.checkpoint import check_fits, load_tables, save_tables, write_atomically

TABLES = {
    "params": {"fc1": {"W": np.arange(6.0).reshape(2, 3), "b": np.zeros(2, np.float32)}},
    "t": np.array(7),
}
META = {"epoch": 3, "seconds": 1.5}


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "checkpoint.npz"
    save_tables(path, TABLES, META)
    return path


def test_tables_come_back_as_they_were(saved):
    tables, meta = load_tables(saved)
    np.testing.assert_equal(tables, TABLES)
    assert tables["params"]["fc1"]["b"].dtype == np.float32
    assert meta == META


def test_arrays_stand_under_their_path_for_any_reader_of_npz(saved):
    with np.load(saved, allow_pickle=False) as archive:
        assert {"params/fc1/W", "params/fc1/b", "t", "meta.json"} == set(archive.files)
        assert json.loads(str(archive["meta.json"])).items() >= META.items()


def test_nothing_else_is_left_in_the_folder(saved):
    save_tables(saved, TABLES, META)
    assert [file.name for file in saved.parent.iterdir()] == [saved.name]


@settings(deadline=None, max_examples=150)
@given(share=st.floats(0, 0.9999))
def test_a_file_that_was_cut_short_is_refused(tmp_path_factory, share):
    path = tmp_path_factory.mktemp("cut") / "checkpoint.npz"
    save_tables(path, TABLES, META)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(InputError, match="damaged"):
        load_tables(path)


def test_any_flipped_bit_is_refused_or_changes_nothing(saved):
    content = saved.read_bytes()
    for position in range(len(content)):
        for bit in (0, 3, 7):
            flipped = bytearray(content)
            flipped[position] ^= 1 << bit
            saved.write_bytes(flipped)
            try:
                tables, meta = load_tables(saved)
            except InputError:
                continue
            np.testing.assert_equal((tables, meta), (TABLES, META), err_msg=f"byte {position}, bit {bit}")


def test_objects_are_never_unpickled(tmp_path):
    path = tmp_path / "objects.npz"
    with path.open("wb") as file:
        np.savez(file, a=np.array([{}], dtype=object))
    with pytest.raises(InputError, match="damaged"):
        load_tables(path)


@pytest.mark.parametrize("shape", [b"(7, (", b"((7,)", b"seven", b"[7,]", b"(-7,)", b"(9**9,)"])
def test_an_array_whose_header_is_no_header_is_refused(saved, shape):
    with zipfile.ZipFile(saved) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': " + shape + b"}"
    members["params/fc1/W.npy"] = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
    with zipfile.ZipFile(saved, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    with pytest.raises(InputError, match="damaged"), warnings.catch_warnings(action="ignore"):
        load_tables(saved)


def test_a_missing_file_is_named():
    with pytest.raises(InputError, match=r"nowhere\.npz does not exist"):
        load_tables(Path("nowhere.npz"))


def test_a_failed_write_leaves_the_old_file_and_no_other(saved, monkeypatch):
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write_atomically(saved, b"half")
    assert load_tables(saved)[1] == META
    assert [file.name for file in saved.parent.iterdir()] == [saved.name]


def test_parameters_of_another_network_are_refused_by_the_first_name_that_differs():
    params = mlp().init(np.random.default_rng(0))
    check_fits(mlp(), params, "here", "float32")
    with pytest.raises(
        InputError, match=r"run\.npz is of another network than lenet5: conv1/W is missing there"
    ):
        check_fits(lenet5(), params, "run.npz", "float32")
    with pytest.raises(
        InputError, match=r"fc1/W is float32 of shape \(300, 784\) there, float32 of shape \(200"
    ):
        check_fits(mlp((784, 200, 100, 10)), params, "run.npz", "float32")
    with pytest.raises(InputError, match=r"float32 of shape .* there, float64 of shape"):
        check_fits(mlp(), params, "run.npz", "float64")


def test_numbers_that_are_not_finite_are_refused():
    params = mlp().init(np.random.default_rng(0))
    params["fc3"]["b"][0] = np.inf
    with pytest.raises(InputError, match=r"fc3/b holds numbers that are not finite"):
        check_fits(mlp(), params, "run.npz", "float32")
