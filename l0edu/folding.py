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


def folded(net: Network, params: Table) -> tuple[Network, Table]:
    """The network without the Scale layers that can be folded, and the parameters that belong to it.

    Parameters
    ----------
    net : Network
        Without chains directly in chains.
    params : table
        With a positive `z` for every Scale.

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
        sides = [self.chain(side) for side in block.sides() if isinstance(side, Chain)]
        shortcut = sides[1] if len(sides) == 2 and sides[1].layers else None
        return replace(block, branch=sides[0], shortcut=shortcut)

    def _fold(self, scale: Scale, before: list[Layer], behind: tuple[Layer, ...]) -> bool:
        """Whether a Scale could be multiplied into a neighbour, which is then done."""
        z = self.params[scale.name]["z"]
        done = bool((z == 1).all()) or self._fold_forward(z, behind) or self._fold_backward(z, before)
        if done:
            del self.params[scale.name]
        return done

    def _fold_forward(self, z: Array, behind: tuple[Layer, ...]) -> bool:
        for layer in behind:
            if isinstance(layer, Dense | Conv):
                arrays = self.params[layer.name]
                self.params[layer.name] = {**arrays, "W": arrays["W"] * _along(z, arrays["W"], axis=1)}
                return True
            if isinstance(layer, Flatten):
                z = np.repeat(z, prod(self._shapes[layer.name][0][1:]))
            elif isinstance(layer, Take):
                z = z[list(layer.units)]
            elif not isinstance(layer, Relu | MaxPool | MeanPool | Scale):
                return False
        return False

    def _fold_backward(self, z: Array, before: list[Layer]) -> bool:
        for layer in reversed(before):
            if isinstance(layer, Dense | Conv):
                arrays = self.params[layer.name].items()
                self.params[layer.name] = {name: array * _along(z, array, axis=0) for name, array in arrays}
                return True
            if not isinstance(layer, Relu | MaxPool | MeanPool):
                return False
        return False


def _along(z: Array, array: Array, axis: int) -> Array:
    """z along one axis of an array."""
    return z.reshape([-1 if i == axis else 1 for i in range(array.ndim)])
