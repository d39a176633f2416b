"""Where in a folder are a data set's four files, and do they hold what their name says?"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from l0edu.data.dataset import Dataset, from_images
from l0edu.data.idx import content_sha256, read_idx
from l0edu.data.registry import FILE_NAMES, KNOWN
from l0edu.errors import InputError

__all__ = ["IdxSet", "expand", "find_file", "load_folder", "read_folder", "searching"]

Bytes = npt.NDArray[np.uint8]
OTHER = "idx"


class IdxSet(NamedTuple):
    """The four arrays of a data set, in the order of `FILE_NAMES`."""

    train_images: Bytes  # (N, 28, 28)
    train_labels: Bytes  # (N,)
    test_images: Bytes  # (M, 28, 28)
    test_labels: Bytes  # (M,)


def load_folder(name: str, folder: str | Path, dtype: npt.DTypeLike = np.float32) -> tuple[Dataset, Dataset]:
    """The training and test set in four IDX files.

    Parameters
    ----------
    name : {"mnist", "fashion-mnist", "idx"}
        The first two must have their published contents; ``"idx"`` takes any images and labels 0..9,
        and warns when it does not know them.
    folder : str or Path
        Has the files, gzipped or plain, in a subfolder called ``name`` or in itself.
    dtype : floating point dtype
        Of the pixels.

    Returns
    -------
    train, test : Dataset

    Raises
    ------
    InputError
        For an unknown name, missing or damaged files, other contents than the name promises, or
        images and labels that do not belong together.
    """
    arrays = read_folder(name, folder)
    if name == OTHER:
        _check_shapes(arrays, folder)
        name = _recognise(arrays, folder)
    try:
        train = from_images(arrays.train_images, arrays.train_labels, f"{name} train", dtype)
        test = from_images(arrays.test_images, arrays.test_labels, f"{name} test", dtype)
    except InputError as error:
        raise InputError(f"{folder}: {error}") from None
    return train, test


def read_folder(name: str, folder: str | Path) -> IdxSet:
    """The four arrays in a folder as they are in the files, checked like `load_folder` checks them.

    Parameters
    ----------
    name : {"mnist", "fashion-mnist", "idx"}
    folder : str or Path

    Returns
    -------
    IdxSet

    Raises
    ------
    InputError
        For an unknown name, missing or damaged files, or other contents than the name promises.
    """
    if name != OTHER and name not in KNOWN:
        raise InputError(f"unknown data set {name!r}: choose one of {', '.join((*KNOWN, OTHER))}")
    with searching(expand(folder)) as place:
        paths = _find_all(name, place)
    arrays = IdxSet(*(read_idx(path) for path in paths))
    if name != OTHER:
        _check_contents(name, paths, arrays)
    return arrays


def find_file(folder: Path, name: str) -> Path | None:
    """The file called ``name`` or ``name.gz`` in a folder, the plain one first.

    Parameters
    ----------
    folder : Path
    name : str

    Returns
    -------
    Path or None
    """
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    return None


def _find_all(name: str, folder: Path) -> list[Path]:
    places = [[find_file(place, file) for file in FILE_NAMES] for place in (folder / name, folder)]
    fullest = min(places, key=lambda found: found.count(None))
    missing = [file for file, path in zip(FILE_NAMES, fullest, strict=True) if path is None]
    if missing:
        raise InputError(_missing(name, folder, missing))
    return [path for path in fullest if path]


def _missing(name: str, folder: Path, missing: list[str]) -> str:
    if not folder.is_dir():
        problem = "is not a folder"
    elif len(missing) == len(FILE_NAMES):
        problem = "holds no data set"
    else:
        problem = f"does not hold {', '.join(missing)}"
    files = f"{', '.join(FILE_NAMES)} (plain or .gz)"
    published = name if name in KNOWN else "mnist"
    return f"{folder} {problem}: put {files} there, or run `l0edu data fetch {published}`"


def _check_contents(name: str, paths: list[Path], arrays: IdxSet) -> None:
    for path, array, known in zip(paths, arrays, KNOWN[name], strict=True):
        found = content_sha256(array)
        if found != known.sha256:
            raise InputError(
                f"{path} is not the file of {name}: SHA-256 of its contents is {found[:12]}..., expected "
                f"{known.sha256[:12]}...: fetch it again, or load it with `--data idx --data-dir DIR`"
            )


def _check_shapes(arrays: IdxSet, folder: str | Path) -> None:
    ranks = tuple(array.ndim for array in arrays)
    if ranks != (3, 1, 3, 1):
        raise InputError(
            f"{folder}: the files have ranks {ranks}: give images of rank 3 and labels of rank 1"
        )
    train, test = arrays.train_images.shape[1:], arrays.test_images.shape[1:]
    if train != test:
        raise InputError(f"{folder}: training images are {train} but test images {test}: give one size")


def _recognise(arrays: IdxSet, folder: str | Path) -> str:
    found = [content_sha256(array) for array in arrays]
    for name, files in KNOWN.items():
        if found == [file.sha256 for file in files]:
            return name
    warnings.warn(f"{folder}: an unknown data set, published results do not apply to it", stacklevel=3)
    return OTHER


def expand(folder: str | Path) -> Path:
    """The folder, with a leading ~ put out in full."""
    try:
        return Path(folder).expanduser()
    except RuntimeError as error:
        raise InputError(f"{folder}: {error}: write the path in full") from None


@contextmanager
def searching(place: Path) -> Iterator[Path]:
    """InputError in place of what the system says of a path that it does not let anyone look at."""
    try:
        yield place
    except OSError as error:
        problem = f"{place} cannot be searched ({error.strerror})"
        raise InputError(f"{problem}: check the path and its permissions") from None
