"""Is it seen when files change that are nobody's to change, and who may have done it?"""

import os

from l0edu.course.grading.damage import damage, look
from l0edu.course.grading.watch import Watch


def test_deleted_changed_and_new_files_are_found(tmp_path):
    for name in ("gone", "changed", "touched", "same"):
        (tmp_path / name).write_text("1")
    before = look([tmp_path])
    (tmp_path / "gone").unlink()
    (tmp_path / "changed").write_text("2")
    os.utime(tmp_path / "touched", (0, 0))
    (tmp_path / "new").write_text("")
    found = damage(before, look([tmp_path], before))
    assert [sentence.removeprefix(str(tmp_path))[1:] for sentence in found] == [
        "changed was changed",
        "gone was deleted",
        "new is new",
    ]


def test_a_change_of_one_length_with_its_old_date_is_found(tmp_path):
    file = tmp_path / "seed.txt"
    file.write_text("1")
    dates = file.stat()
    before = look([tmp_path])
    file.write_text("2")
    os.utime(file, ns=(dates.st_atime_ns, dates.st_mtime_ns))
    assert damage(before, look([tmp_path], before)) == [f"{file} was changed"]


def test_a_link_in_the_place_of_a_file_is_a_change(tmp_path):
    (tmp_path / "other").write_text("1")
    file = tmp_path / "seed.txt"
    file.write_text("1")
    before = look([file])
    file.unlink()
    file.symlink_to(tmp_path / "other")
    assert damage(before, look([file], before)) == [f"{file} was changed"]


def test_a_place_that_is_not_there_is_no_damage_until_it_appears(tmp_path):
    before = look([tmp_path / "later"])
    (tmp_path / "later").write_text("")
    assert len(damage(before, look([tmp_path / "later"], before))) == 1


def test_all_who_ran_since_the_look_before_are_named_and_nobody_else(tmp_path):
    watch = Watch([tmp_path])
    with watch.over("early"):
        pass
    with watch.over("ann"), watch.over("mallory"):
        (tmp_path / "cheat.py").write_text("")
    with watch.over("late"):
        pass
    assert [students for _, students in watch.found] == [("ann", "mallory")]
