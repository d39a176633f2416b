import re
from pathlib import Path

import pytest
from cifar_sets import cifar10, cifar100, pack, pack100, tar, write

from l0edu.data.cifar_files import CIFAR10, CIFAR100, Source, find_cifar, in_order
from l0edu.errors import InputError


@pytest.mark.parametrize("sub", ["", "cifar-10-batches-bin", "cifar10", "cifar10/cifar-10-batches-bin"])
def test_unpacked_files_are_found_in_the_folder_and_its_subfolders(tmp_path, sub):
    folder = write(cifar10(), tmp_path / sub)
    (folder / "batches.meta.txt").write_text("airplane\n")
    found = find_cifar(CIFAR10, tmp_path)
    assert found.place == folder
    assert [path.name for path in found.files] == ["data_batch_1.bin", "data_batch_2.bin", "test_batch.bin"]


@pytest.mark.parametrize("sub", ["", "cifar-100-binary", "cifar100", "cifar100/cifar-100-binary"])
def test_archives_are_found_in_the_folder_and_its_subfolders(tmp_path, sub):
    path = pack100(cifar100(), tmp_path / sub / "cifar-100-binary.tar.gz")
    assert find_cifar(CIFAR100, tmp_path) == Source(path)


def test_the_innermost_folder_comes_first_and_files_before_an_archive(tmp_path):
    write(cifar10(), tmp_path)
    inner = pack(tar(cifar10()), tmp_path / "cifar10" / "cifar-10-binary.tar.gz")
    assert find_cifar(CIFAR10, tmp_path) == Source(inner)
    write(cifar10(), tmp_path / "cifar10")
    assert find_cifar(CIFAR10, tmp_path).place == tmp_path / "cifar10"


def test_an_archive_itself_may_be_given_under_any_name(tmp_path):
    path = pack(tar(cifar10()), tmp_path / "mine.tgz")
    assert find_cifar(CIFAR10, path) == Source(path)


def test_the_official_name_comes_before_others(tmp_path):
    for name in ("a.tar.gz", "cifar-10-binary.tar.gz", "cifar-10-subset.tar.gz"):
        (tmp_path / name).touch()
    assert find_cifar(CIFAR10, tmp_path).place.name == "cifar-10-binary.tar.gz"


def test_archives_of_other_sets_and_formats_are_passed_over(tmp_path):
    others = ("cifar-100-binary", "cifar-10-python", "cifar10_matlab", "CIFAR100", "cifar-10-subset-binary")
    for name in others:
        (tmp_path / f"{name}.tar.gz").touch()
    assert find_cifar(CIFAR10, tmp_path).place.name == "cifar-10-subset-binary.tar.gz"
    assert find_cifar(CIFAR100, tmp_path).place.name == "cifar-100-binary.tar.gz"


def test_a_folder_with_an_archives_name_is_no_archive(tmp_path):
    (tmp_path / "cifar10-unpacked.tar.gz").mkdir()
    path = pack(tar(cifar10()), tmp_path / "mine.tar.gz")
    assert find_cifar(CIFAR10, tmp_path) == Source(path)


def test_of_several_archives_none_is_guessed(tmp_path):
    for name in ("one.tar.gz", "cifar10-two.tar.gz"):
        (tmp_path / name).touch()
    message = "holds several archives, cifar10-two.tar.gz, one.tar.gz: remove all but one, or give one's path"
    with pytest.raises(InputError, match=re.escape(message)):
        find_cifar(CIFAR10, tmp_path)


def test_a_folder_without_the_set_names_what_to_put_there(tmp_path):
    write(cifar100(), tmp_path)
    (tmp_path / "cifar-10-python.tar.gz").touch()
    with pytest.raises(InputError, match=r"holds no CIFAR-10: put cifar-10-binary.tar.gz \(not the Python"):
        find_cifar(CIFAR10, tmp_path)
    with pytest.raises(InputError, match=r"gone is not a folder and not an archive: .* data fetch cifar100`"):
        find_cifar(CIFAR100, tmp_path / "gone")


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.symlink_to("nowhere")])
def test_a_training_file_that_is_no_file_is_not_left_out(tmp_path, make):
    write(cifar10((2,), 1), tmp_path)
    make(tmp_path / "data_batch_2.bin")
    with pytest.raises(InputError, match=r"data_batch_2\.bin is not a file, or a link to nothing: put"):
        find_cifar(CIFAR10, tmp_path)


def test_a_path_that_the_system_refuses_is_named(tmp_path):
    with pytest.raises(InputError, match=r"aa cannot be searched \(File name too long\): check the path"):
        find_cifar(CIFAR10, tmp_path / ("a" * 300))


def ordered(names, layout=CIFAR10):
    train, test = in_order(layout, [Path(name) for name in names], Path("D"))
    return [path.name for path in train], test.name


def test_training_files_are_sorted_by_number():
    names = ["test_batch.bin", "data_batch_10.bin", "data_batch_9.bin", "data_batch_007.bin"]
    assert ordered(names) == (
        ["data_batch_007.bin", "data_batch_9.bin", "data_batch_10.bin"],
        "test_batch.bin",
    )
    assert ordered(["test.bin", "train.bin"], CIFAR100) == (["train.bin"], "test.bin")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["data_batch_1.bin"], "D does not hold test_batch.bin: give all of cifar-10-binary.tar.gz"),
        (["test_batch.bin"], "D does not hold data_batch_1.bin: "),
        ([], "D does not hold data_batch_1.bin or test_batch.bin: "),
        (["data_batch_x.bin"], "D holds 'data_batch_x.bin': give it a number instead of 'x'"),
        (["data_batch_\x1b[31m.bin"], "D holds 'data_batch_\\x1b[31m.bin': give it a number"),
        (["data_batch_.bin"], "give it a number instead of ''"),
        (["data_batch_-1.bin"], "give it a number instead of '-1'"),
        (["data_batch_٣.bin"], "give it a number"),
        (
            ["data_batch_1.bin", "data_batch_01.bin"],
            "holds both data_batch_1.bin and data_batch_01.bin: remove",
        ),
    ],
)
def test_files_that_make_no_set_are_refused(names, message):
    with pytest.raises(InputError, match=re.escape(message)):
        ordered(names)


def test_files_of_cifar_100_that_are_missing_are_named():
    with pytest.raises(InputError, match=r"D does not hold train\.bin or"):
        ordered([], CIFAR100)
