"""How does a gate between 0 and 1 vanish from a network? It is multiplied into the weights next to it.

A positive factor on a unit passes relu, max-pooling and mean-pooling unchanged, and goes to every pixel of a
map in a Flatten. So a `Scale` is folded into the columns of the next Dense or Conv, or else into the rows and
the bias of the one before. Only where batch norm or the end of a Residual stands on both sides does it stay.
"""

from dataclasses import replace
from math import prod

import numpy as np

from l0edu.layers import Chain, Conv, Dense, Flatten, Layer, MaxPool, MeanPool, Relu, Residual, Scale, Take
from l0edu.network import Network
from l0edu.tables import Array, Table

__all__ = ["folded"]


WEIGHTED = (Dense, Conv)  # exactly these: a subclass may compute something else
PASSING = (Relu, MaxPool, MeanPool)  # positive factors pass these


def folded(net: Network, params: Table) -> tuple[Network, Table]:
    """The network without the Scale layers that can be folded, and the parameters that belong to it.

    Parameters
    ----------
    net : Network
        Its body is a Chain; no Chain stands directly in another.
    params : table
        With a `z` for every Scale; one with a negative number in it stays.

    Returns
    -------
    Network, table

    Examples
    --------
    >>> layers = (Dense("fc1", 2), Scale("s"), Relu("relu1"), Dense("fc2", 1))
    >>> params = {"fc1": {"W": np.eye(2)}, "s": {"z": np.array([1.0, 0.5])}, "fc2": {"W": np.ones((1, 2))}}
    >>> net, params = folded(Network((2,), Chain("net", layers)), params)
    >>> [layer.name for layer in net.layers], params["fc2"]["W"]
    (['fc1', 'relu1', 'fc2'], array([[1. , 0.5]]))
    """
    assert isinstance(net.body, Chain)
    folder = _Folder(net, dict(params))
    return replace(net, body=folder.chain(net.body)), folder.params


class _Folder:
    """Walks a network; `params` changes on the way."""

    def __init__(self, net: Network, params: Table) -> None:
        self.params = params
        self._shapes = net.shapes

    def chain(self, chain: Chain) -> Chain:
        """The chain without the Scale layers that could be folded."""
        left: list[Layer] = []
        for position, layer in enumerate(chain.layers):
            if isinstance(layer, Residual):
                left.append(self._residual(layer))
            elif not (isinstance(layer, Scale) and self._fold(layer, left, chain.layers[position + 1 :])):
                left.append(layer)
        return replace(chain, layers=tuple(left))

    def _residual(self, block: Residual) -> Residual:
        branch = self._side(block.branch)
        shortcut = None if block.shortcut is None else self._side(block.shortcut)
        empty = isinstance(shortcut, Chain) and not shortcut.layers
        return replace(block, branch=branch, shortcut=None if empty else shortcut)

    def _side(self, side: Layer) -> Layer:
        return self.chain(side) if isinstance(side, Chain) else side

    def _fold(self, scale: Scale, before: list[Layer], behind: tuple[Layer, ...]) -> bool:
        """Multiply a Scale into a neighbour if one can take it; returns whether it was."""
        z = self.params[scale.name]["z"]
        if (z < 0).any():  # relu and max-pooling let only positive factors pass
            return False
        done = bool((z == 1).all()) or self._fold_forward(z, behind) or self._fold_backward(z, before)
        if done:
            del self.params[scale.name]
        return done

    def _fold_forward(self, z: Array, behind: tuple[Layer, ...]) -> bool:
        for layer in behind:
            if type(layer) in WEIGHTED:
                arrays = self.params[layer.name]
                self.params[layer.name] = {**arrays, "W": arrays["W"] * _along(z, arrays["W"], axis=1)}
                return True
            if type(layer) is Flatten:
                z = np.repeat(z, prod(self._shapes[layer.name][0][1:]))
            elif isinstance(layer, Take):
                z = z[list(layer.units)]
            elif type(layer) not in (*PASSING, Scale):
                return False
        return False

    def _fold_backward(self, z: Array, before: list[Layer]) -> bool:
        for layer in reversed(before):
            if type(layer) in WEIGHTED:
                arrays = self.params[layer.name].items()
                self.params[layer.name] = {name: array * _along(z, array, axis=0) for name, array in arrays}
                return True
            if type(layer) not in PASSING:
                return False
        return False


def _along(z: Array, array: Array, axis: int) -> Array:
    """z along one axis of an array."""
    return z.reshape([-1 if i == axis else 1 for i in range(array.ndim)])
