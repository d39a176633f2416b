"""Who handed in what? One `Submission` for each student in a folder, read once, before anything runs.

An entry of the folder is a student's: a folder (`alice/gate.py`, or one or two folders deeper, as platforms
nest them), a zip (`bob.zip`), or the file itself (`carol.py`). Only files that the assignment asks for are
read.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

from l0edu.course.grading.names import keys, student_of
from l0edu.course.grading.trees import MAX_ARCHIVE, RefusedError, Tree, folder_tree, read_file, zip_tree
from l0edu.course.isolation.values import printable
from l0edu.errors import InputError

__all__ = ["Submission", "collect"]

DEEPEST = 3  # folders around a file
# What is handed in, if not always rightly.
ENDINGS = (".py", ".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".ipynb", ".txt", ".pdf")


@dataclass(frozen=True)
class Submission:
    """What one student handed in.

    Attributes
    ----------
    student, key : str
        The name, and what files about the student are called.
    files : dict of str to bytes
        What was found of the assignment's files.
    trouble : str
        Why it cannot be graded, as a sentence for the student; empty when it can.
    """

    student: str
    key: str
    files: dict[str, bytes] = field(repr=False, default_factory=dict)
    trouble: str = ""

    @property
    def digest(self) -> str:
        """The SHA-256 sum of all of it."""
        sums = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(self.files.items())}
        return hashlib.sha256(repr((self.student, sums, self.trouble)).encode("utf-8", "replace")).hexdigest()


def collect(folder: Path, files: Sequence[str]) -> list[Submission]:
    """The submissions in a folder, by student.

    Parameters
    ----------
    folder : Path
    files : sequence of str
        What is to be handed in; the first must be there.

    Returns
    -------
    list of Submission
        Those that cannot be read say why.

    Raises
    ------
    InputError
        When the folder is not there, or holds no submission.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "carol.py").write_text("x = 1")
    ...     Path(folder, "dan").mkdir()
    ...     [(one.student, one.files, one.trouble) for one in collect(Path(folder), ["gate.py"])]
    [('carol', {'gate.py': b'x = 1'}, ''), ('dan', {}, 'nothing was handed in')]
    """
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder: name the one that holds the submissions")
    entries = _by_student(folder)
    if not entries:
        raise InputError(
            f"{folder} holds no submission: it should hold a folder, a .zip or a .py for each student"
        )
    named = zip(entries, keys(list(entries)), strict=True)
    return [_submission(student, key, entries[student], files) for student, key in named]


def _by_student(folder: Path) -> dict[str, list[Path]]:
    """The entries of each student."""
    found: dict[str, list[Path]] = {}
    for entry in sorted(folder.iterdir()):
        if _is_handed_in(entry):
            found.setdefault(_student(entry), []).append(entry)
    return dict(sorted(found.items()))


def _is_handed_in(entry: Path) -> bool:
    """Whether an entry is a student's, not litter or a platform's list."""
    if entry.name.startswith((".", "__")):
        return False
    named = entry.suffix.lower() in ENDINGS or bool(student_of(entry.name)[1])
    return named or entry.is_dir() or entry.is_symlink()


def _student(entry: Path) -> str:
    student, _ = student_of(entry.name if entry.is_dir() else entry.stem)
    return student


def _submission(student: str, key: str, entries: list[Path], files: Sequence[str]) -> Submission:
    try:
        return Submission(student, key, _read(entries, files))
    except RefusedError as error:
        return Submission(student, key, trouble=str(error))


def _read(entries: list[Path], files: Sequence[str]) -> dict[str, bytes]:
    loose = {student_of(entry.name)[1]: entry for entry in entries}
    if len(loose) == len(entries) > 1 and all(loose):  # a platform put no folder around a student's files
        return _picked({PurePosixPath(name): partial(read_file, path) for name, path in loose.items()}, files)
    if len(entries) > 1:
        names = ", ".join(entry.name for entry in entries)
        raise RefusedError(f"handed in {len(entries)} times ({names}): only one of them can count")
    return _read_entry(entries[0], files)


def _read_entry(entry: Path, files: Sequence[str]) -> dict[str, bytes]:
    if entry.is_symlink():
        raise RefusedError(f"{entry.name} is a link to elsewhere: hand in the file itself")
    if entry.is_dir():
        return _picked(folder_tree(entry), files)
    if entry.suffix.lower() == ".zip":
        return _picked(_zip_at(entry), files)
    if entry.suffix.lower() == ".py":
        return {files[0]: read_file(entry)}
    raise RefusedError(f"{entry.name} was handed in: hand in {files[0]}, or a .zip with it")


def _zip_at(path: Path) -> Tree:
    if path.stat().st_size > MAX_ARCHIVE:
        raise RefusedError(
            f"{path.name} is longer than {MAX_ARCHIVE:,} bytes: zip only what the assignment asks for"
        )
    return zip_tree(path.read_bytes())


def _picked(tree: Tree, files: Sequence[str], nested: bool = False) -> dict[str, bytes]:
    """The wanted files, from the highest folder that holds the first of them."""
    found = [path for path in tree if path.name == files[0] and len(path.parts) <= DEEPEST]
    zips = [path for path in tree if path.suffix.lower() == ".zip"]
    if not found and len(zips) == 1 and not nested:
        return _picked(zip_tree(tree[zips[0]]()), files, nested=True)
    if not found:
        raise RefusedError(_missing(tree, files[0]))
    depth = min(len(path.parts) for path in found)
    highest = [path for path in found if len(path.parts) == depth]
    if len(highest) > 1:
        raise RefusedError(
            f"{len(highest)} files called {files[0]} ({', '.join(map(str, highest))}): hand in one"
        )
    beside = {name: highest[0].parent / name for name in files}
    return {name: tree[path]() for name, path in beside.items() if path in tree}


def _missing(tree: Tree, file: str) -> str:
    if not tree:
        return "nothing was handed in"
    names = sorted(printable(path.name) for path in tree)
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    found = f"no {file}; found {', '.join(names[:5])}{more}"
    python = [name for name in names if name.lower().endswith(".py")]
    return f"{found}: rename {python[0]} to {file}" if len(python) == 1 else f"{found}: hand in {file}"
