"""How are the full data sets downloaded? From the first mirror that has the right contents."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from l0edu.data.archive import file_sha256
from l0edu.data.folder import expand, find_file
from l0edu.data.idx import content_sha256, read_idx
from l0edu.data.registry import ARCHIVES, KNOWN, MIRRORS, KnownArchive, KnownFile
from l0edu.errors import InputError

__all__ = ["fetch", "pooch_download"]

Download = Callable[[str, Path], None]
Known = KnownFile | KnownArchive
TIMEOUT = 30.0  # seconds without an answer


def fetch(name: str, folder: str | Path, download: Download | None = None) -> Path:
    """Download the files of a known data set; files that are there already stay.

    Parameters
    ----------
    name : {"mnist", "fashion-mnist", "cifar10", "cifar100"}
    folder : str or Path
        The files go to its subfolder called ``name``.
    download : callable, optional
        ``download(url, path)`` writes what is at ``url`` to ``path``; the default needs pooch.

    Returns
    -------
    Path
        The subfolder; `load` takes it or ``folder``.

    Raises
    ------
    InputError
        For an unknown name, without pooch, or when no mirror has the right contents.
    """
    if name not in MIRRORS:
        raise InputError(f"data set {name!r} cannot be fetched: choose one of {', '.join(MIRRORS)}")
    target = expand(folder) / name
    missing = [file for file in _files(name) if not _is_there(file, target)]
    if not missing:
        return target
    download = download or pooch_download()
    _make(target)
    for file in missing:
        _fetch_file(file, name, target, download)
    return target


def pooch_download() -> Download:
    """A ``download(url, path)`` by pooch, the optional dependency.

    Returns
    -------
    callable

    Raises
    ------
    InputError
        When pooch is not installed.
    """
    try:
        import pooch
    except ImportError:
        raise InputError(
            "fetching data needs pooch: install l0edu[data], or put the files there by hand"
        ) from None
    downloader = pooch.HTTPDownloader(timeout=TIMEOUT)
    return lambda url, path: downloader(url, str(path), None)


def _files(name: str) -> Sequence[Known]:
    return KNOWN[name] if name in KNOWN else (ARCHIVES[name],)


def _is_there(file: Known, target: Path) -> bool:
    path = target / file.name if isinstance(file, KnownArchive) else find_file(target, file.name)
    if path is None or not path.exists():
        return False
    try:
        _check(file, path)
    except InputError as error:
        raise InputError(f"{error}; move {path} away first") from None
    return True


def _check(file: Known, path: Path) -> None:
    found = file_sha256(path) if isinstance(file, KnownArchive) else content_sha256(read_idx(path))
    if found != file.sha256:
        raise InputError(f"{path}: not the published contents: fetch the file again")


def _make(target: Path) -> None:
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{target}: cannot be made ({error.strerror}): choose another folder") from None


def _fetch_file(file: Known, name: str, target: Path, download: Download) -> None:
    problems = []
    for mirror in MIRRORS[name]:
        try:
            _fetch_from(mirror, file, target, download)
            return
        except (OSError, InputError) as error:
            problems.append(f"{mirror} ({_reason(error)})")
    wanted = ", ".join(known.on_mirrors for known in _files(name))
    raise InputError(f"no mirror gave {file.name}: {'; '.join(problems)}: put {wanted} into {target} by hand")


def _reason(error: OSError | InputError) -> str:
    if isinstance(error, InputError):
        return "wrong contents"
    return error.strerror or type(error).__name__


def _fetch_from(mirror: str, file: Known, target: Path, download: Download) -> None:
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=target) as folder:
        part = Path(folder) / file.on_mirrors
        download(mirror + part.name, part)
        _check(file, part)
        part.replace(target / part.name)
