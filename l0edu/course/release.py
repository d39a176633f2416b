"""How is an assignment handed out? As a zip that is the same, byte for byte, each time.

Its manifest lists the SHA-256 sum of every file. Before anything is written, the files are searched for
solutions.
"""

import hashlib
import io
import json
import zipfile
from pathlib import Path

from l0edu.course.assignments import Assignment
from l0edu.course.fences import leaks, more_than_stubs
from l0edu.course.student_tree import student_files
from l0edu.errors import InputError

__all__ = ["MANIFEST", "manifest", "release", "release_bytes"]

MANIFEST = "MANIFEST.json"
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip can hold
READABLE = 0o100644 << 16  # an ordinary file, rw-r--r--


def release(assignment: Assignment, file: Path) -> Path:
    """Write the zip that students get.

    Parameters
    ----------
    assignment : Assignment
    file : Path
        The zip, or a folder for `a1.zip`, made if it is not there. An older release there is replaced.

    Returns
    -------
    Path
        Of the zip.

    Raises
    ------
    InputError
        When a file for students holds a piece of a solution, or more than stubs.
    """
    if file.is_dir() or file.suffix.lower() != ".zip":
        file = file / f"{assignment.name}.zip"
    content = release_bytes(assignment)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


def release_bytes(assignment: Assignment) -> bytes:
    """The zip as bytes: files in order, with one date and one mode, not compressed.

    Compression is left out because libraries of other versions compress otherwise.

    Parameters
    ----------
    assignment : Assignment

    Raises
    ------
    InputError
        When a file for students holds a piece of a solution.

    Examples
    --------
    >>> from l0edu.course.assignments import assignment
    >>> release_bytes(assignment("a1")) == release_bytes(assignment("a1"))
    True
    """
    files = student_files(assignment)
    _refuse_leaks(assignment, files)
    contents = {name: text.encode() for name, text in files.items()}
    contents[MANIFEST] = (json.dumps(manifest(assignment.name, contents), indent=1) + "\n").encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(f"{assignment.name}/{name}", LONG_AGO)
            entry.external_attr = READABLE
            entry.create_system = 3  # Unix, wherever it is written
            archive.writestr(entry, contents[name])
    return buffer.getvalue()


def manifest(name: str, contents: dict[str, bytes]) -> dict[str, object]:
    """What is in a release: the SHA-256 sum of every file.

    Parameters
    ----------
    name : str
        As in "a1".
    contents : dict of str to bytes
        The files by their path.

    Examples
    --------
    >>> manifest("a1", {"gate.py": b""})["sha256"]["gate.py"][:8]
    'e3b0c442'
    """
    from l0edu import __version__

    sums = {path: hashlib.sha256(content).hexdigest() for path, content in sorted(contents.items())}
    return {"assignment": name, "l0edu": __version__, "sha256": sums}


def _refuse_leaks(assignment: Assignment, files: dict[str, str]) -> None:
    sources = [assignment.read(name) for name in (assignment.file, *assignment.given)]
    for name, text in files.items():
        found = [piece for source in sources for piece in leaks(text, source)]
        if found:
            raise InputError(
                f"{name} of {assignment.name} holds a piece of a solution: put {found[0][:80]!r} into a fence"
            )
    if more := more_than_stubs(files[assignment.file], assignment.functions()):
        raise InputError(
            f"{more[0]} of {assignment.file} holds more than a docstring once the solutions are cut out"
        )
