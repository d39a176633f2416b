"""Does a process get a folder for itself?"""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from l0edu.errors import InputError
from l0edu.locking import lock_folder, new_folder


def test_new_folders_are_numbered_and_made_below_folders_that_are_not_there_yet(tmp_path):
    made = [new_folder(tmp_path / "deep" / "runs" / "mlp") for _ in range(3)]
    assert [path.name for path in made] == ["mlp", "mlp-2", "mlp-3"]
    assert all(path.is_dir() for path in made)


def test_a_free_number_is_taken_and_files_are_passed_over(tmp_path):
    (tmp_path / "mlp").touch()
    (tmp_path / "mlp-3").mkdir()
    assert [new_folder(tmp_path / "mlp").name for _ in range(2)] == ["mlp-2", "mlp-4"]


def test_no_two_get_the_same_new_folder(tmp_path):
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(new_folder, [tmp_path / "mlp"] * 40))
    assert len(set(made)) == 40


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is locked there")
def test_a_folder_is_held_until_the_end_and_nothing_is_left_in_it(tmp_path):
    with lock_folder(tmp_path), pytest.raises(InputError, match="another process is training in"):
        lock_folder(tmp_path).__enter__()
    with lock_folder(tmp_path):
        assert list(tmp_path.iterdir()) == []
