"""How is digits-mini.npz made from MNIST? With ``python -m l0edu.data.make_mini FOLDER OUT``.

Of every class, images at equal distances in file order are taken, since the official test set begins with
the easier half. Running it again gives equal arrays.
"""

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

from l0edu.data.folder import IdxSet, read_folder
from l0edu.errors import InputError

__all__ = ["main", "make_mini", "spaced_rows"]

TRAIN_PER_CLASS = 500
TEST_PER_CLASS = 100


def make_mini(folder: str | Path) -> IdxSet:
    """The arrays of digits-mini.npz.

    Parameters
    ----------
    folder : str or Path
        Holds the four files of MNIST.

    Returns
    -------
    IdxSet
        500 training and 100 test images of every class, in file order.
    """
    full = read_folder("mnist", folder)
    train = spaced_rows(full.train_labels, TRAIN_PER_CLASS)  # (5000,)
    test = spaced_rows(full.test_labels, TEST_PER_CLASS)  # (1000,)
    return IdxSet(
        full.train_images[train], full.train_labels[train], full.test_images[test], full.test_labels[test]
    )


def spaced_rows(labels: npt.NDArray[np.uint8], per_class: int) -> npt.NDArray[np.intp]:
    """Rows of ``per_class`` images of every class, at equal distances among the images of that class.

    Parameters
    ----------
    labels : array of uint8, shape (N,)
    per_class : int

    Returns
    -------
    array of int, shape (classes * per_class,)
        Ascending.

    Examples
    --------
    >>> spaced_rows(np.array([0, 1, 0, 1, 0, 1, 0], np.uint8), 2)
    array([0, 1, 3, 4])
    """
    rows = []
    for digit in np.unique(labels):
        members = np.flatnonzero(labels == digit)  # (n,)
        rows.append(members[np.arange(per_class) * len(members) // per_class])
    return np.sort(np.concatenate(rows))


def main(arguments: list[str]) -> None:
    """Write digits-mini.npz.

    Parameters
    ----------
    arguments : list of str
        The folder with MNIST, and the file to write.

    Raises
    ------
    InputError
        For another number of arguments, a folder without MNIST, or a file that cannot be written.
    """
    if len(arguments) != 2:
        raise InputError(
            f"{len(arguments)} arguments: give FOLDER, which holds MNIST, and OUT, the .npz to write"
        )
    folder, out = arguments
    arrays = make_mini(folder)
    try:
        np.savez_compressed(out, **arrays._asdict())
    except OSError as error:
        raise InputError(f"{out} cannot be written ({error.strerror}): choose another file") from None


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except InputError as error:
        sys.exit(f"error: {error}")
