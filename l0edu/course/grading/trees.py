"""Which files did a student hand in? A folder or a zip is listed under limits; nothing is unpacked."""

import io
import os
import stat
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TypeAlias

__all__ = [
    "MAX_ARCHIVE",
    "MAX_FILE",
    "RefusedError",
    "Tree",
    "folder_tree",
    "read_file",
    "zip_tree",
]

MAX_FILE = 4_000_000  # bytes of one file: a plot and a page of text fit
MAX_ARCHIVE = 20_000_000  # bytes of a zip
MAX_FILES = 1000  # in a folder or a zip
MAX_RATIO = 300  # largest size of the files to that of the zip; text rarely reaches 20
JUNK = ("__MACOSX", "__pycache__")

Tree: TypeAlias = dict[PurePosixPath, Callable[[], bytes]]  # how to read each file, by its path


class RefusedError(Exception):
    """A submission cannot be read: the message is a sentence for its student."""


def folder_tree(folder: Path) -> Tree:
    """The files of a folder. Links in it are not followed.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    RefusedError
        When the folder holds too many files.
    """
    tree: Tree = {}
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _is_junk(name))
        for name in sorted(files):
            path = Path(parent, name)
            if not _is_junk(name):
                tree[PurePosixPath(path.relative_to(folder).as_posix())] = partial(read_file, path)
            if len(tree) > MAX_FILES:
                raise RefusedError(f"more than {MAX_FILES} files: hand in those of the assignment only")
    return tree


def read_file(path: Path) -> bytes:
    """An ordinary file that is not too long.

    Parameters
    ----------
    path : Path

    Raises
    ------
    RefusedError
        For a link, a pipe or whatever else is no ordinary file, and for one that is too long or unreadable.
    """
    try:
        found = path.lstat()
        if stat.S_ISLNK(found.st_mode):
            raise RefusedError(f"{path.name} is a link to elsewhere: hand in the file itself")
        if not stat.S_ISREG(found.st_mode):
            raise RefusedError(f"{path.name} is no ordinary file: hand in the file itself")
        _check_size(path.name, found.st_size, MAX_FILE)
        return path.read_bytes()
    except OSError as error:
        raise RefusedError(f"{path.name} cannot be read ({error.strerror}): hand it in again") from None


def zip_tree(content: bytes) -> Tree:
    """The files of a zip.

    Parameters
    ----------
    content : bytes

    Raises
    ------
    RefusedError
        When it is damaged, encrypted or too large, or holds links or paths that lead out of it. Sizes are
        checked while a file is read, whatever size the zip declares.
    """
    _check_size("the zip", len(content), MAX_ARCHIVE)
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError):
        raise RefusedError(
            "the zip is damaged: make it again, and try to open it before you hand it in"
        ) from None
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MAX_FILES:
        raise RefusedError(f"the zip holds more than {MAX_FILES} files: hand in those of the assignment only")
    for entry in entries:
        _check_entry(entry)
    kept = [entry for entry in entries if not any(map(_is_junk, PurePosixPath(entry.filename).parts))]
    return {PurePosixPath(entry.filename): _unzipper(archive, entry) for entry in kept}


def _unzipper(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        limit = min(MAX_FILE, 10_000 + MAX_RATIO * entry.compress_size)
        try:
            with archive.open(entry) as file:
                content = file.read(limit + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
            ValueError,
        ):
            raise RefusedError(f"{_last(entry)} in the zip is damaged: make the zip again") from None
        _check_size(f"{_last(entry)} in the zip", len(content), limit)
        return content

    return read


def _check_entry(entry: zipfile.ZipInfo) -> None:
    """Refuse an entry that no honest zip holds."""
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        raise RefusedError(
            f"the zip holds a path that leads out of it ({entry.filename[:60]}): zip the folder again"
        )
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise RefusedError(f"the zip holds a link ({_last(entry)}): zip the file itself")
    if entry.flag_bits & 1:
        raise RefusedError("the zip is encrypted: hand it in without a password")


def _last(entry: zipfile.ZipInfo) -> str:
    return PurePosixPath(entry.filename).name[:60]


def _check_size(what: str, size: int, limit: int) -> None:
    if size > limit:
        raise RefusedError(
            f"{what} is longer than {limit:,} bytes: hand in only what the assignment asks for"
        )


def _is_junk(name: str) -> bool:
    return name in JUNK or name.startswith(".")
