"""How is a trained network used again?"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from l0edu.config import Config
from l0edu.errors import InputError
from l0edu.evaluation import logits
from l0edu.gpu import is_on_device, to_host
from l0edu.network import Network
from l0edu.runs import RunFolder
from l0edu.tables import Array, Shape, Table

__all__ = ["Run", "image_logits", "load_run"]


@dataclass(frozen=True)
class Run:
    """A trained network, read from a run's folder.

    Attributes
    ----------
    net : Network
    params : table
        The averaged parameters.
    config : Config
    records : list of dict
        One an epoch.
    stats : table or None
        Moments for batch norm, under these parameters and their test gates.
    """

    net: Network
    params: Table
    config: Config
    records: list[dict[str, Any]]
    stats: Table | None = None

    def __repr__(self) -> str:
        epochs = len(self.records)
        return f"Run({self.config.describe()}, after {epochs} epoch{'s' * (epochs > 1)})"

    def predict(self, images: Array) -> Array:
        """The labels of images, under the test gates.

        Parameters
        ----------
        images : array (N, ...)
            uint8, or floats in [0, 1]: (N, 28, 28) or (N, 784) for MNIST, (N, 3, 32, 32) for CIFAR, whose
            channels are normalized here as in training.

        Returns
        -------
        integer array (N,)
        """
        return self.logits(images).argmax(axis=1)

    def logits(self, images: Array) -> Array:
        """The network's outputs (N, classes) for such images."""
        moments = self.config.channel_mean, self.config.channel_std
        return image_logits(self.net, self.params, images, self.stats, *moments)


def image_logits(
    net: Network,
    params: Table,
    images: Array,
    stats: Table | None = None,
    mean: Sequence[float] | None = None,
    std: Sequence[float] | None = None,
) -> Array:
    """A network's outputs (N, classes) for images of bytes or floats, under the test gates.

    Parameters
    ----------
    net : Network
    params : table
    images : array (N, ...)
        Each with as many numbers as an input of the network; uint8, or floats in [0, 1]. Images on a device
        are brought home.
    stats : table, optional
        Moments for batch norm.
    mean, std : sequence of float, optional
        Of each channel of the training images, in units of the full scale: pixels become (x - mean) / std.

    Raises
    ------
    InputError
        For images of another size, or pixels that are neither.

    Examples
    --------
    >>> from l0edu import mlp
    >>> net = mlp((4, 3, 2), drop_rates=(0.2, 0.5))
    >>> image_logits(net, net.init(np.random.default_rng(0)), np.zeros((5, 2, 2), np.uint8)).shape
    (5, 2)
    """
    x = to_host(images) if is_on_device(images) else np.asarray(images)
    _check_shape(x.shape, net.in_shape)
    if x.dtype != np.uint8 and not (x.dtype.kind == "f" and np.all((x >= 0) & (x <= 1))):
        raise InputError(f"pixels are {x.dtype}, not all in [0, 1]: give uint8, or floats in [0, 1]")
    dtypes = [array.dtype for table in params.values() for array in table.values()]
    dtype = dtypes[0] if dtypes else np.dtype(np.float32)
    x = np.divide(x, 255 if x.dtype == np.uint8 else 1, dtype=dtype, casting="same_kind")
    x = x.reshape(-1, *net.in_shape)
    if mean is not None and std is not None:  # rounded as `ByteImages.inputs` does, to the bit
        shift, scale = (np.array(moment, dtype).reshape(-1, 1, 1) for moment in (mean, std))
        x = (x - shift) / scale
    return logits(net, params, x, stats)


def _check_shape(found: Shape, wanted: Shape) -> None:
    """Refuse what does not fit; of images with one channel, any shape with as many pixels does."""
    one_channel = len(wanted) == 1 or wanted[0] == 1
    fits = prod(found[1:]) == prod(wanted) if one_channel else found[1:] in (wanted, (prod(wanted),))
    if len(found) < 2 or not fits:
        hint = "; for one image write images[None]" if found == wanted else ""
        raise InputError(f"images of shape {found}: the network takes (N, ...) of shape {wanted} each{hint}")


def load_run(folder: str | Path) -> Run:
    """The network and the averaged parameters of a run, as the last of its records tells of them.

    A run that was saved inside an epoch is given as it was at the end of the epoch before.

    Parameters
    ----------
    folder : path
        What `l0edu train --out` named.

    Returns
    -------
    Run
        With `.net`, `.params` and `.predict(images)`.

    Raises
    ------
    InputError
        When the folder holds no run, one that is still in its first epoch, or a damaged one.
    """
    progress = RunFolder(Path(folder)).load()
    if not progress.records:
        raise InputError(f"{folder}: the run is still in its first epoch: train on with --resume")
    params = progress.evaluated_params()
    if params is None:
        raise InputError(
            f"{folder}: the run was saved inside an epoch, without the parameters of its last record: train "
            "on with --resume"
        )
    return Run(progress.config.build(), params, progress.config, progress.records, progress.stats)
