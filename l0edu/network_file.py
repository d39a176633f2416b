"""How is a network kept in one file, with everything that is needed to use it?

An `.npz` holds its arrays under their paths, as in `params/fc1/W` and `stats/bn1/mean`, and its description
as JSON (`l0edu.blueprint`). Unlike a run's checkpoint it stands for itself: the Python code that built the
network is not needed. Nothing in it is pickled, and reading checks that all parts fit.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from l0edu.blueprint import from_json, to_json
from l0edu.checkpoint import flatten, load_tables, save_tables
from l0edu.errors import InputError
from l0edu.gpu import to_host
from l0edu.layers import BatchNorm, Conv, Dense, Layer, Put
from l0edu.network import Network
from l0edu.tables import Array, Shape, Table
from l0edu.trained import image_logits

__all__ = ["LoadedNetwork", "array_shapes", "load_network", "save_network"]

FORMAT = "l0edu network 1"


class LoadedNetwork(NamedTuple):
    """A network that was read from a file.

    Attributes
    ----------
    net : Network
    params : table
    stats : table or None
        Moments for batch norm, if there are any.
    """

    net: Network
    params: Table
    stats: Table | None

    def predict(self, images: Array) -> Array:
        """The labels of images, as integers (N,); a network with gates is used under its test gates.

        Parameters
        ----------
        images : array (N, ...)
            uint8, or floats in [0, 1], of as many numbers each as the network takes.
        """
        return self.logits(images).argmax(axis=1)

    def logits(self, images: Array) -> Array:
        """The network's outputs (N, classes) for such images."""
        return image_logits(self.net, self.params, images, self.stats)


def save_network(path: str | Path, net: Network, params: Table, stats: Table | None = None) -> None:
    """Write a network, its parameters and its moments into one file.

    Parameters
    ----------
    path : path
        As in `small.npz`. A file that is there is replaced: afterwards it holds all of the new one, or, if
        anything went wrong, all of the old.
    net : Network
        With gates or compacted; of layers that `l0edu.blueprint` knows.
    params : table
        All of float32 or all of float64; from a device they are brought back.
    stats : table, optional
        Moments for batch norm.

    Raises
    ------
    InputError
        For a layer that cannot be written, arrays that do not fit the network, a folder that does not exist,
        or one where the file should be.

    Examples
    --------
    >>> import tempfile
    >>> from l0edu import compact, mlp
    >>> net = mlp((4, 3, 2), drop_rates=(0.2, 0.5))
    >>> small = compact(net, net.init(np.random.default_rng(0)))
    >>> path = Path(tempfile.mkdtemp()) / "small.npz"
    >>> save_network(path, small.net, small.params, small.stats)
    >>> load_network(path).net == small.net
    True
    """
    path = Path(path)
    _refuse_folders(path)
    tables = {"params": to_host(params), "stats": to_host(stats or {})}
    content = to_json(net)
    _check(from_json(content, "the network"), tables, "the network")
    save_tables(path, tables, {"format": FORMAT, "network": content})


def _refuse_folders(path: Path) -> None:
    if path.is_dir():
        raise InputError(f"{path} is a folder: name a file in it, as in {path / 'small.npz'}")
    if not path.parent.is_dir():
        raise InputError(f"{path}: there is no folder {path.parent}: make it first")


def load_network(path: str | Path) -> LoadedNetwork:
    """Read what `save_network` or `l0edu compact` wrote.

    Parameters
    ----------
    path : path

    Returns
    -------
    LoadedNetwork
        With `.net`, `.params`, `.stats` and `.predict(images)`.

    Raises
    ------
    InputError
        When the file is missing, damaged, of another kind, or when its parts do not fit each other.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"{path} is no file: name one that save_network or `l0edu compact` has written")
    tables, meta = load_tables(path)
    if meta.get("format") != FORMAT:
        raise InputError(
            f"{path} holds no network of this version: save_network and `l0edu compact` write them"
        )
    net = from_json(meta.get("network"), str(path))
    _check(net, tables, str(path))
    return LoadedNetwork(net, tables.get("params", {}), tables.get("stats"))


def array_shapes(net: Network) -> Iterator[tuple[str, Shape]]:
    """The path and the shape of every array of a network, without making any.

    Examples
    --------
    >>> dict(array_shapes(Network((4,), Dense("fc1", 3))))
    {'params/fc1/W': (3, 4), 'params/fc1/b': (3,)}
    """
    for layer in net.layers:
        for name in layer.array_names():
            yield f"params/{layer.name}/{name}", _array_shape(net, layer, name)
        if isinstance(layer, BatchNorm):
            for moment in ("mean", "var"):
                yield f"stats/{layer.name}/{moment}", net.shapes[layer.name][1][:1]


def _array_shape(net: Network, layer: Layer, name: str) -> Shape:
    """That of W, for W and its gates; else a number for each unit, or for each that a Put fills."""
    if isinstance(layer, Dense | Conv) and name != "b":
        return net.weight_shapes[layer.name]
    units = net.shapes[layer.name][1][0]
    return (units - len(layer.units),) if isinstance(layer, Put) else (units,)


def _check(net: Network, tables: dict[str, Any], origin: str) -> None:
    """Refuse arrays that are missing or too many, of another shape or dtype, or not finite."""
    found = dict(flatten(tables, ""))
    has_stats = any(path.startswith("stats/") for path in found)
    wanted = {path: shape for path, shape in array_shapes(net) if has_stats or path.startswith("params/")}
    floats = [array.dtype for array in found.values() if array.dtype in (np.float32, np.float64)]
    dtype = floats[0] if floats else np.dtype(np.float32)
    for path in sorted(wanted.keys() | found.keys()):
        here = _kind(found[path].dtype, found[path].shape) if path in found else "absent"
        needed = _kind(dtype, wanted[path]) if path in wanted else "absent"
        if here != needed:
            raise InputError(f"{origin}: {path} is {here}, but should be {needed}")
        if not np.isfinite(found[path]).all():
            raise InputError(f"{origin}: {path} holds numbers that are not finite")


def _kind(dtype: np.dtype[Any], shape: Shape) -> str:
    return f"{dtype} of shape {shape}"
