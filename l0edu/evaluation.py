"""How good is a network at test time? Test gates (Eq. 13), and batches small enough for memory."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from l0edu.data import Images
from l0edu.gating import test_gates
from l0edu.gpu import to_host
from l0edu.layers import BatchNorm
from l0edu.network import Network
from l0edu.tables import Array, FlatTable, Table

__all__ = ["batch_norm_stats", "error_percent", "logits"]

CHUNK = 500  # examples at once: LeNet-5's patches take 64 MB for them


def logits(net: Network, params: Table, x: Any, stats: Table | None = None) -> Array:
    """The network's output under its test gates  (Eq. 13), computed in chunks of 500 examples.

    Parameters
    ----------
    net : Network
    params : table
    x : array (batch, *in_shape)
    stats : table, optional
        Moments for batch norm, from `batch_norm_stats`; without them, those of each chunk.

    Returns
    -------
    array (batch, classes)

    Raises
    ------
    InputError
        When x does not fit the network or a table lacks a layer.
    """
    gates = test_gates(net, params)
    return np.concatenate([net.apply(params, part, gates, stats) for part in _chunks(x)])


def error_percent(net: Network, params: Table, data: Images, stats: Table | None = None) -> float:
    """How many of 100 examples get a wrong label, under the test gates  (Eq. 13).

    Parameters
    ----------
    net : Network
    params : table
    data : Dataset or ByteImages
        In the network's shape, with at least one example.
    stats : table, optional
        As in `logits`.

    Returns
    -------
    float, in percent

    Examples
    --------
    >>> from l0edu import mlp
    >>> from l0edu.data import load
    >>> train, test = load("mini")
    >>> net = mlp()
    >>> guess = error_percent(net, net.init(np.random.default_rng(0)), test.reshaped(net.in_shape))
    >>> 75 < guess < 100
    True
    """
    predicted = logits(net, params, data.x, stats).argmax(axis=1)
    return 100 * int(to_host(np.count_nonzero(predicted != data.y))) / len(data.y)


def batch_norm_stats(net: Network, params: Table, x: Array, gates: FlatTable) -> Table | None:
    """Moments for batch norm under given gates, from the examples x; None for a network without batch norm.

    They differ between sampled gates and test gates: estimate them under those that will be used.

    Parameters
    ----------
    net : Network
    params : table
    x : array (batch, *in_shape)
        All of it goes through the network at once.
    gates : dict
        A value for every gate.

    Returns
    -------
    table of "mean" and "var" for each BatchNorm, or None
    """
    if not any(isinstance(layer, BatchNorm) for layer in net.layers):
        return None
    record: Table = {}
    net.apply(params, x, gates, record=record)
    return record


def _chunks(x: Array) -> Iterator[Array]:
    for start in range(0, max(len(x), 1), CHUNK):
        yield x[start : start + CHUNK]
