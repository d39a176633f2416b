"""Is every form of handing in read, and is what cannot be read refused in a sentence?"""

import io
import os
import zipfile

import pytest

from l0edu.course.grading.names import keys
from l0edu.course.grading.submissions import collect
from l0edu.course.grading.trees import MAX_FILE
from l0edu.errors import InputError

CODE = b"x = 1\n"


def write(folder, files):
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def zipped(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def only(folder, files=("gate.py",)):
    """The one submission in a folder."""
    (found,) = collect(folder, files)
    return found


@pytest.mark.parametrize(
    "files",
    [
        {"ann/gate.py": CODE},
        {"ann/a1/gate.py": CODE},
        {"ann/my own/a1/gate.py": CODE, "ann/tests/test_gate.py": b"", "ann/gate.pyc": b""},
        {"ann.zip": zipped({"gate.py": CODE})},
        {
            "ann.zip": zipped(
                {"a1/gate.py": CODE, "__MACOSX/a1/._gate.py": b"junk", "a1/.idea/gate.py": b"junk"}
            )
        },
        {"ann/hand in.zip": zipped({"a1/gate.py": CODE})},
        {"ann.py": CODE},
        {"ann/gate.py": CODE, "submission_metadata.yml": b"", ".DS_Store": b"", "__MACOSX/x.py": b""},
    ],
    ids=["folder", "nested", "deeper", "zip", "macOS zip", "zip in a folder", "file", "with litter"],
)
def test_each_form_of_handing_in_is_read(tmp_path, files):
    write(tmp_path, files)
    found = only(tmp_path)
    assert (found.student, found.files, found.trouble) == ("ann", {"gate.py": CODE}, "")


@pytest.mark.parametrize(
    ("files", "trouble"),
    [
        ({"ann/Gate.py": CODE}, "no gate.py; found Gate.py: rename Gate.py to gate.py"),
        ({"ann/a.py": b"", "ann/b.py": b""}, "no gate.py; found a.py, b.py: hand in gate.py"),
        ({"ann/.keep": b""}, "nothing was handed in"),
        (
            {"ann/x/gate.py": b"1", "ann/y/gate.py": b"2"},
            "2 files called gate.py (x/gate.py, y/gate.py): hand in one",
        ),
        ({"ann/gate.py": CODE, "ann.zip": zipped({"gate.py": b""})}, "handed in 2 times (ann, ann.zip)"),
        ({"ann.zip": b"PK no zip"}, "the zip is damaged"),
        ({"ann.zip": zipped({"gate.py": CODE})[:-30]}, "the zip is damaged"),
        ({"ann.zip": zipped({"../gate.py": CODE})}, "a path that leads out of it (../gate.py)"),
        ({"ann.zip": zipped({"gate.py": b"#" * MAX_FILE})}, "gate.py in the zip is longer than"),
        ({"ann/gate.py": b"#" * (MAX_FILE + 1)}, "gate.py is longer than 4,000,000 bytes"),
        ({"ann.rar": b""}, "ann.rar was handed in: hand in gate.py, or a .zip with it"),
        ({"ann.zip": zipped({f"{i}.txt": b"" for i in range(1001)})}, "more than 1000 files"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path, files, trouble):
    write(tmp_path, files)
    found = only(tmp_path)
    assert found.trouble.startswith(trouble) or trouble in found.trouble
    assert found.files == {}


def test_an_entry_of_a_zip_that_lies_about_its_size_is_not_blown_up(tmp_path):
    content = bytearray(zipped({"gate.py": b"#" * 10**6}))
    at = content.rfind(b"PK\x01\x02")
    content[at + 24 : at + 28] = (10).to_bytes(4, "little")  # the size in the central directory
    write(tmp_path, {"ann.zip": bytes(content)})
    assert "damaged" in only(tmp_path).trouble or "longer" in only(tmp_path).trouble


def test_an_encrypted_zip_and_a_link_in_a_zip_are_refused(tmp_path):
    content = bytearray(zipped({"gate.py": CODE}))
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    link = zipfile.ZipInfo("gate.py")
    link.external_attr = 0o120777 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    write(tmp_path, {"ann.zip": bytes(content), "bob.zip": buffer.getvalue()})
    ann, bob = collect(tmp_path, ["gate.py"])
    assert ann.trouble == "the zip is encrypted: hand it in without a password"
    assert bob.trouble == "the zip holds a link (gate.py): zip the file itself"


@pytest.mark.skipif(os.name != "posix", reason="links and pipes of POSIX")
def test_links_and_pipes_are_refused_and_not_followed(tmp_path):
    (tmp_path / "secret.txt").write_text("seed")
    folder = tmp_path / "class"
    for name in ("ann", "bob", "cid"):
        (folder / name).mkdir(parents=True)
    (folder / "ann" / "gate.py").symlink_to(tmp_path / "secret.txt")
    os.mkfifo(folder / "bob" / "gate.py")
    (folder / "cid" / "a1").symlink_to(tmp_path)
    (folder / "dan").symlink_to(folder / "ann")
    ann, bob, cid, dan = collect(folder, ["gate.py"])
    assert "gate.py is a link" in ann.trouble
    assert "gate.py is no ordinary file" in bob.trouble
    assert cid.trouble == "nothing was handed in"
    assert "dan is a link" in dan.trouble


def test_moodles_folders_and_loose_files_are_told_apart_by_student(tmp_path):
    tail = "assignsubmission_file_"
    write(
        tmp_path,
        {
            f"Ann Lee_11_{tail}/gate.py": CODE,
            f"Ann Lee_12_{tail}gate.py": b"y = 2\n",
            f"Zoë_13_{tail}compaction.py": b"z",
            f"Zoë_13_{tail}report.md": b"r",
        },
    )
    first, second, _ = collect(tmp_path, ["gate.py"])
    assert [(one.student, one.files["gate.py"]) for one in (first, second)] == [
        ("Ann Lee_11", CODE),
        ("Ann Lee_12", b"y = 2\n"),
    ]
    assert collect(tmp_path, ["compaction.py", "report.md"])[2].files == {
        "compaction.py": b"z",
        "report.md": b"r",
    }


def test_only_the_files_of_the_assignment_are_taken(tmp_path):
    brought = {f"ann/{name}": b"" for name in ("conftest.py", "pytest.ini", "numpy.py", "sitecustomize.py")}
    write(tmp_path, {"ann/gate.py": CODE, "ann/plot.png": b"png", **brought})
    assert set(only(tmp_path, ("gate.py", "plot.png", "report.md")).files) == {"gate.py", "plot.png"}


def test_keys_are_safe_and_differ_even_where_capital_letters_do_not_count():
    students = [
        "ann",
        "Ann",
        "../ann",
        "a" * 200,
        "CON",
        "",
        "e\u0301",
        "\u00e9",
        "Ann Lee",
        "Ann-Lee",
        "Ann_Lee",
    ]
    found = keys(students)
    assert len({key.casefold() for key in found}) == len(students)
    assert all(
        len(key) < 80 and not set(key) & set('/\\:*?"<>|') and not key.startswith(".") for key in found
    )
    assert "con" not in {key.casefold() for key in found}


def test_a_digest_changes_with_what_was_handed_in(tmp_path):
    write(tmp_path, {"ann.py": CODE})
    before = only(tmp_path).digest
    assert only(tmp_path).digest == before
    write(tmp_path, {"ann.py": CODE + b"#"})
    assert only(tmp_path).digest != before


def test_a_folder_without_submissions_is_refused(tmp_path):
    with pytest.raises(InputError, match="holds no submission"):
        collect(tmp_path, ["gate.py"])
    with pytest.raises(InputError, match="is no folder"):
        collect(tmp_path / "nowhere", ["gate.py"])
