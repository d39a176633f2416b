"""How do layers become one layer? One after the other (`Chain`), or beside a shortcut (`Residual`)."""

from collections.abc import Iterator
from dataclasses import dataclass

from l0edu.errors import InputError
from l0edu.layers.base import Layer, Tables
from l0edu.tables import Array, Shape

__all__ = ["Chain", "Residual", "leaves", "runs", "walk_shapes"]


@dataclass(frozen=True)
class Chain(Layer):
    """y = f_n(... f_1(x)): layers one after the other.

    Parameters
    ----------
    name : str
    layers : tuple of layers

    Examples
    --------
    >>> from l0edu import Conv, Flatten
    >>> Chain("net", (Conv("conv1", filters=20, kernel=5), Flatten("flat"))).out_shape((1, 28, 28))
    (11520,)
    """

    layers: tuple[Layer, ...]

    def out_shape(self, in_shape: Shape) -> Shape:
        """The last layer's."""
        for layer in self.layers:
            in_shape = layer.out_shape(in_shape)
        return in_shape

    def apply(self, x: Array, tables: Tables) -> Array:
        """Each layer on the output of the one before."""
        for layer in self.layers:
            x = layer.apply(x, tables)
        return x


@dataclass(frozen=True)
class Residual(Layer):
    """y = branch(x) + shortcut(x).

    Parameters
    ----------
    name : str
    branch : layer
    shortcut : layer, optional
        Without one, x itself is added.

    Raises
    ------
    InputError
        From `out_shape`, when the two sides make different shapes.

    Examples
    --------
    >>> import numpy as np
    >>> from l0edu import Relu
    >>> block = Residual("block", branch=Relu("relu1"))
    >>> block.apply(np.array([[-1.0, 2.0]]), Tables(params={}))
    array([[-1.,  4.]])
    """

    branch: Layer
    shortcut: Layer | None = None

    def sides(self) -> tuple[Layer, ...]:
        """The branch, and the shortcut if it is a layer."""
        return (self.branch,) if self.shortcut is None else (self.branch, self.shortcut)

    def out_shape(self, in_shape: Shape) -> Shape:
        """The branch's, which the shortcut must match."""
        shape = self.branch.out_shape(in_shape)
        added = in_shape if self.shortcut is None else self.shortcut.out_shape(in_shape)
        if shape != added:
            raise InputError(
                f"Residual {self.name!r} adds {shape} and {added}: give it a shortcut that makes {shape}"
            )
        return shape

    def apply(self, x: Array, tables: Tables) -> Array:
        """The sum."""
        return self.branch.apply(x, tables) + (x if self.shortcut is None else self.shortcut.apply(x, tables))


def leaves(body: Layer) -> Iterator[Layer]:
    """All layers that are not made of layers, in the order in which they are applied.

    Parameters
    ----------
    body : layer
    """
    for part in _parts(body):
        yield from leaves(part)
    if not isinstance(body, Chain | Residual):
        yield body


def runs(body: Layer) -> Iterator[list[Layer]]:
    """The straight runs of a network: nested chains make one run, each side of a Residual makes its own.

    A Residual also stands, as one layer, in the run that it interrupts.

    Parameters
    ----------
    body : layer

    Examples
    --------
    >>> from l0edu.layers import Flatten, Relu
    >>> inner = Residual("block", Chain("branch", (Relu("a"),)))
    >>> body = Chain("net", (Chain("stem", (Relu("r"),)), inner, Flatten("f")))
    >>> [[layer.name for layer in run] for run in runs(body)]
    [['r', 'block', 'f'], ['a']]
    """
    run = list(_straighten(body))
    yield run
    for layer in run:
        if isinstance(layer, Residual):
            for side in layer.sides():
                yield from runs(side)


def walk_shapes(body: Layer, in_shape: Shape) -> Iterator[tuple[Layer, Shape, Shape]]:
    """Every leaf with the shapes of its input and output.

    Parameters
    ----------
    body : layer
    in_shape : tuple of int
        Shape of one example at the body's input.

    Yields
    ------
    layer, in_shape, out_shape

    Raises
    ------
    InputError
        When a layer's input does not fit it.
    """
    if isinstance(body, Chain):
        for layer in body.layers:
            yield from walk_shapes(layer, in_shape)
            in_shape = layer.out_shape(in_shape)
    elif isinstance(body, Residual):
        for side in body.sides():
            yield from walk_shapes(side, in_shape)
        body.out_shape(in_shape)
    else:
        yield body, in_shape, body.out_shape(in_shape)


def _parts(layer: Layer) -> tuple[Layer, ...]:
    if isinstance(layer, Chain):
        return layer.layers
    if isinstance(layer, Residual):
        return layer.sides()
    return ()


def _straighten(body: Layer) -> Iterator[Layer]:
    if isinstance(body, Chain):
        for layer in body.layers:
            yield from _straighten(layer)
    else:
        yield body
