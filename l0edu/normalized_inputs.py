"""How does a network that was trained on normalized images take plain ones? Behind a layer that normalizes.

(x - mean) / std for each channel is batch norm with given moments, scale 1 and shift 0.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from l0edu.compact import Compacted
from l0edu.layers import BatchNorm, Chain

__all__ = ["behind_normalization"]

NAME = "normalization"


def behind_normalization(network: Compacted, mean: Sequence[float], std: Sequence[float]) -> Compacted:
    """The network for images in [0, 1], of one that takes (x - mean) / std for each channel.

    Parameters
    ----------
    network : Compacted
        For images (channels, height, width).
    mean, std : sequence of float
        One number a channel.

    Returns
    -------
    Compacted
        With a `BatchNorm` in front and its moments in `.stats`.

    Examples
    --------
    >>> from l0edu import Flatten, Network
    >>> plain = Compacted(Network((1, 1, 2), Chain("net", (Flatten("flat"),))), {}, None)
    >>> net, params, stats = behind_normalization(plain, mean=[0.5], std=[0.25])
    >>> net.apply(params, np.array([[[[0.0, 1.0]]]]), stats=stats)
    array([[-2.,  2.]])
    """
    net, params, stats = network
    dtypes = [array.dtype for table in params.values() for array in table.values()]
    dtype = dtypes[0] if dtypes else np.dtype(np.float64)
    ones, zeros = np.ones(len(mean), dtype), np.zeros(len(mean), dtype)
    moments = {"mean": np.array(mean, dtype), "var": np.square(np.array(std, dtype))}
    body = Chain(net.body.name, (BatchNorm(NAME, eps=0.0), net.body))
    return Compacted(
        replace(net, body=_flat(body)),
        {NAME: {"scale": ones, "shift": zeros}, **params},
        {NAME: moments, **(stats or {})},
    )


def _flat(body: Chain) -> Chain:
    """A chain in a chain as one."""
    first, rest = body.layers
    return replace(body, layers=(first, *rest.layers)) if isinstance(rest, Chain) else body
