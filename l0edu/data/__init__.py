"""What is there to train on? Embedded digits, full MNIST, Fashion-MNIST, or your own IDX files of images."""

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt

from l0edu.data.batching import batches, split
from l0edu.data.dataset import Dataset, from_images
from l0edu.data.fetch import fetch
from l0edu.data.folder import load_folder
from l0edu.data.idx import read_idx, write_idx
from l0edu.data.mini import load_mini
from l0edu.errors import InputError

__all__ = [
    "FOLDER_VARIABLE",
    "NAMES",
    "Dataset",
    "batches",
    "fetch",
    "from_images",
    "load",
    "load_folder",
    "load_mini",
    "read_idx",
    "split",
    "write_idx",
]

NAMES = ("mini", "mnist", "fashion-mnist", "idx")
FOLDER_VARIABLE = "L0EDU_DATA"


def load(
    name: str = "mini", folder: str | Path | None = None, dtype: npt.DTypeLike = np.float32
) -> tuple[Dataset, Dataset]:
    """The training and test set of a name.

    Parameters
    ----------
    name : {"mini", "mnist", "fashion-mnist", "idx"}
        ``"mini"`` comes with the library; the others are read from a folder by `load_folder`.
    folder : str or Path, optional
        Default: the environment variable ``L0EDU_DATA``, except for ``"idx"``. ``"mini"`` needs none.
    dtype : floating point dtype
        Of the pixels.

    Returns
    -------
    train, test : Dataset

    Raises
    ------
    InputError
        For an unknown name, no folder, or files that `load_folder` refuses.

    Examples
    --------
    >>> train, test = load("mini", dtype=np.float64)
    >>> len(train), len(test), train.x.dtype
    (5000, 1000, dtype('float64'))
    """
    if name not in NAMES:
        raise InputError(f"unknown data set {name!r}: choose one of {', '.join(NAMES)}")
    if name == "mini":
        return load_mini(dtype)
    if name != "idx":
        folder = folder or os.environ.get(FOLDER_VARIABLE)
    if not folder:
        raise InputError(_no_folder(name))
    return load_folder(name, folder, dtype)


def _no_folder(name: str) -> str:
    if name == "idx":
        return "data set 'idx' needs the folder of its four files: give --data-dir DIR"
    remedy = f"give --data-dir DIR or set {FOLDER_VARIABLE}; `l0edu data fetch {name}` downloads it"
    return f"data set {name!r} needs a folder: {remedy}"
