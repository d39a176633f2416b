"""Which digits come with the library? A small part of MNIST."""

import zipfile
import zlib
from importlib import resources

import numpy as np
import numpy.typing as npt

from l0edu.data.dataset import Dataset, from_images
from l0edu.data.folder import IdxSet
from l0edu.data.idx import content_sha256
from l0edu.data.registry import MINI_SHA256
from l0edu.errors import InputError

__all__ = ["FILE", "load_mini", "read_mini"]

FILE = "digits-mini.npz"


def load_mini(dtype: npt.DTypeLike = np.float32) -> tuple[Dataset, Dataset]:
    """5,000 training and 1,000 test images of MNIST, equally many of every digit.

    Parameters
    ----------
    dtype : floating point dtype
        Of the pixels.

    Returns
    -------
    train, test : Dataset

    Raises
    ------
    InputError
        When the installed file is damaged.

    Examples
    --------
    >>> train, test = load_mini()
    >>> train.x.shape, test.x.shape, np.bincount(test.y).tolist()
    ((5000, 1, 28, 28), (1000, 1, 28, 28), [100, 100, 100, 100, 100, 100, 100, 100, 100, 100])
    """
    arrays = read_mini()
    if tuple(content_sha256(array) for array in arrays) != MINI_SHA256:
        raise InputError(f"{FILE} does not hold the digits of this version: install l0edu again")
    train = from_images(arrays.train_images, arrays.train_labels, "mini train", dtype)
    test = from_images(arrays.test_images, arrays.test_labels, "mini test", dtype)
    return train, test


def read_mini() -> IdxSet:
    """The four arrays in the library's own file, as bytes and unchecked.

    Returns
    -------
    IdxSet

    Raises
    ------
    InputError
        When the installed file is missing or cannot be read.
    """
    try:
        with (
            resources.files("l0edu.data").joinpath(FILE).open("rb") as stream,
            np.load(stream, allow_pickle=False) as archive,
        ):
            return IdxSet(*(archive[field] for field in IdxSet._fields))
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise InputError(f"{FILE} is damaged ({type(error).__name__}): install l0edu again") from None
