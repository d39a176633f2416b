"""Where do unpacked images stay, and are they still whole? In a folder, with a record of their checksums."""

import contextlib
import json
import os
import shutil
import tempfile
import time
import warnings
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from l0edu.errors import InputError

__all__ = ["CACHE_VARIABLE", "cache_folder", "keep"]

Bytes = npt.NDArray[np.uint8]
Build = Callable[[Path], object]

CACHE_VARIABLE = "L0EDU_CACHE"
RECORD = "record.json"  # of an entry: for each file [bytes, CRC-32]
UNFINISHED = ".unfinished-"
DAY = 86_400.0  # seconds
ATTEMPTS = 3  # others may replace an entry while this process looks at it


def keep(entry: Path, names: Sequence[str], build: Build) -> dict[str, Bytes]:
    """The files of a cache entry, mapped into memory; they are made when they are not there, or damaged.

    Any number of processes may ask at once: each makes its own copy, and one of them stays. When the folder
    cannot be written, there is a warning, and the files are made for this process only.

    Parameters
    ----------
    entry : Path
        Its place, in `cache_folder`. The name must tell the contents, e.g. by a checksum of what they are
        made from: what is found there is taken.
    names : sequence of str
        Of the files.
    build : callable
        ``build(folder)`` writes them, none of them empty.

    Returns
    -------
    dict of str to array of uint8
        Read-only, by file name. Nothing is read before it is looked at.

    Raises
    ------
    InputError
        When there is no place to write to at all; and what ``build`` raises.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as cache:
    ...     keep(Path(cache, "example"), ["seven"], lambda folder: Path(folder, "seven").write_bytes(b"7"))
    {'seven': memmap([55], dtype=uint8)}
    """
    try:
        entry.parent.mkdir(parents=True, exist_ok=True)
        for _ in range(ATTEMPTS):
            if kept := _read(entry, names):
                return kept
            _add(entry, names, build)
        reason = "its contents do not stay"
    except OSError as error:
        reason = error.strerror or type(error).__name__
    return _make_for_this_run(names, build, f"the cache folder {entry.parent} cannot be used ({reason})")


def cache_folder() -> Path:
    """``$L0EDU_CACHE``, else ``$XDG_CACHE_HOME/l0edu``, else ``~/.cache/l0edu``.

    Returns
    -------
    Path
        It need not exist.

    Raises
    ------
    InputError
        When nothing says where the home folder is.
    """
    try:
        if own := os.environ.get(CACHE_VARIABLE):
            return Path(own).expanduser()
        shared = os.environ.get("XDG_CACHE_HOME")
        return (Path(shared) if shared else Path.home() / ".cache") / "l0edu"
    except RuntimeError as error:
        raise InputError(f"no folder for a cache: {error}: set {CACHE_VARIABLE} to one") from None


def _read(entry: Path, names: Sequence[str]) -> dict[str, Bytes] | None:
    """The files, or None when one is missing or differs from its record."""
    try:
        record = json.loads((entry / RECORD).read_text(encoding="utf-8"))
        files = {name: _map(entry / name) for name in names}
        whole = all([file.size, zlib.crc32(file)] == record[name] for name, file in files.items())
    except (OSError, LookupError, ValueError, TypeError, RecursionError):
        return None
    return files if whole else None


def _add(entry: Path, names: Sequence[str], build: Build) -> None:
    """Make an entry beside its place, and move it there when it is whole and on the disk."""
    _remove_unfinished(entry.parent)
    with _temporary(UNFINISHED, entry.parent) as folder:
        fresh = folder / "fresh"
        fresh.mkdir()
        build(fresh)
        _write_record(fresh, names)
        if _read(entry, names):  # another process was faster
            return
        with contextlib.suppress(FileNotFoundError):
            entry.replace(folder / "damaged")
        try:
            fresh.rename(entry)
        except OSError:
            if not entry.exists():
                raise


def _write_record(folder: Path, names: Sequence[str]) -> None:
    files = {name: _map(folder / name) for name in names}
    record = {name: [file.size, zlib.crc32(file)] for name, file in files.items()}
    (folder / RECORD).write_text(json.dumps(record, indent=1), encoding="utf-8")
    for path in folder.iterdir():
        with path.open("rb+") as file:
            os.fsync(file.fileno())


def _map(path: Path) -> Any:
    return np.memmap(path, np.uint8, mode="r")


def _make_for_this_run(names: Sequence[str], build: Build, problem: str) -> dict[str, Bytes]:
    warnings.warn(
        f"{problem}: the images are unpacked for this run only; set {CACHE_VARIABLE} to a folder for them",
        stacklevel=2,
    )
    try:
        with _temporary("l0edu-") as folder:
            build(folder)
            return {name: _map(folder / name) for name in names}  # they stay until they are let go
    except OSError as error:
        raise InputError(
            f"{problem}, and neither can the system's folder for temporary files ({error.strerror}): "
            f"set {CACHE_VARIABLE} to a folder with room for the unpacked images"
        ) from None


@contextlib.contextmanager
def _temporary(prefix: str, parent: Path | None = None) -> Iterator[Path]:
    # Windows cannot remove a file that is mapped: there it stays behind.
    with tempfile.TemporaryDirectory(prefix=prefix, dir=parent, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _remove_unfinished(home: Path) -> None:
    """What a killed process left behind. A folder younger than a day may still be in work."""
    for folder in home.glob(f"{UNFINISHED}*"):
        with contextlib.suppress(OSError):
            if time.time() - folder.stat().st_mtime > DAY:
                shutil.rmtree(folder, ignore_errors=True)
