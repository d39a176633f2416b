"""What is there to train on? Embedded digits, the full MNIST, Fashion-MNIST, CIFAR, or your own IDX files."""

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt

from l0edu.data.augmentation import flip_and_crop
from l0edu.data.batching import batches, split
from l0edu.data.byte_images import ByteImages, Images, channel_moments
from l0edu.data.cifar import load_cifar
from l0edu.data.cifar_files import LAYOUTS
from l0edu.data.dataset import Dataset, from_images
from l0edu.data.device_images import DeviceImages
from l0edu.data.fetch import fetch
from l0edu.data.folder import load_folder
from l0edu.data.idx import read_idx, write_idx
from l0edu.data.mini import load_mini
from l0edu.errors import InputError

__all__ = [
    "FOLDER_VARIABLE",
    "NAMES",
    "ByteImages",
    "Dataset",
    "DeviceImages",
    "Images",
    "batches",
    "channel_moments",
    "fetch",
    "flip_and_crop",
    "from_images",
    "load",
    "load_cifar",
    "load_folder",
    "load_mini",
    "read_idx",
    "split",
    "write_idx",
]

NAMES = ("mini", "mnist", "fashion-mnist", "idx", *LAYOUTS)
FOLDER_VARIABLE = "L0EDU_DATA"


def load(
    name: str = "mini", folder: str | Path | None = None, dtype: npt.DTypeLike = np.float32
) -> tuple[Images, Images]:
    """The training and test set of a name.

    Parameters
    ----------
    name : {"mini", "mnist", "fashion-mnist", "idx", "cifar10", "cifar100", "cifar100-coarse"}
        ``"mini"`` comes with the library; `load_folder` and `load_cifar` read the others from a folder.
    folder : str or Path, optional
        Default: the environment variable ``L0EDU_DATA``, except for ``"idx"``. ``"mini"`` needs none. For
        CIFAR it may be the archive itself.
    dtype : floating point dtype
        Of the inputs.

    Returns
    -------
    train, test : Dataset, or ByteImages for CIFAR

    Raises
    ------
    InputError
        For an unknown name, no folder, or files that `load_folder` or `load_cifar` refuses.

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
    return (load_cifar if name in LAYOUTS else load_folder)(name, folder, dtype)


def _no_folder(name: str) -> str:
    if name == "idx":
        return "data set 'idx' needs the folder of its four files: give --data-dir DIR"
    published = LAYOUTS[name].home if name in LAYOUTS else name
    remedy = f"give --data-dir DIR or set {FOLDER_VARIABLE}; `l0edu data fetch {published}` downloads it"
    return f"data set {name!r} needs a folder: {remedy}"
