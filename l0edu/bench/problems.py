"""On what are both libraries measured? The paper's networks on the embedded digits, gates set as wanted.

Both workers make their problem here, so they start from the same numbers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from math import ceil
from typing import NamedTuple

import numpy as np

from l0edu.data import Dataset, load_mini
from l0edu.errors import InputError
from l0edu.layers import Conv, Dense, Flatten, Gate
from l0edu.models import build, mlp
from l0edu.network import Network
from l0edu.tables import Array, Table

__all__ = ["OPEN", "Problem", "digits", "epochs_of", "images", "make_problem", "pruned_params"]

COLOUR = (3, 32, 32)
OPEN = 8.0  # a log_alpha that training does not soon move: P(z = 1) = .9983; -OPEN for closed gates


class Problem(NamedTuple):
    """A network and where its parameters start.

    Attributes
    ----------
    net : Network
    params : table
    """

    net: Network
    params: Table


def make_problem(
    network: str, counts: Sequence[int] | None = None, closed: float | None = None, width: int = 1
) -> Problem:
    """A network of the paper with float32 parameters.

    Parameters
    ----------
    network : str
        "mlp", "lenet5" or a wide ResNet as "wrn-16-1".
    counts : sequence of int, optional
        How many gates of each gated layer are open; the others are closed.
    closed : float, optional
        Or: which share of the gates of every layer is closed, rounded down. With neither, gates are as at
        the start.
    width : int
        Factor of the MLP's hidden layers.

    Examples
    --------
    >>> from l0edu import architecture
    >>> problem = make_problem("mlp", closed=0.5, width=2)
    >>> architecture(problem.net, problem.params)
    [392, 300, 100]
    """
    net = mlp((784, 300 * width, 100 * width, 10)) if network == "mlp" else build(network)
    params = net.init(np.random.default_rng(0))
    if closed is not None:
        counts = [ceil(round(charge.gates * (1 - closed), 6)) for charge in net.charges]
    return Problem(net, params if counts is None else pruned_params(net, params, counts))


def pruned_params(net: Network, params: Table, counts: Sequence[int]) -> Table:
    """Params whose log_alpha is 8 for `counts` gates of each layer, evenly spread, and -8 for the others.

    Behind a Flatten the open gates are among the pixels of maps that are open, and every such map has one.

    Parameters
    ----------
    net : Network
        A chain with a `Gate` for each number in `counts`.
    params : table
    counts : sequence of int

    Returns
    -------
    table
        A new one; other arrays are shared with `params`.

    Raises
    ------
    InputError
        When there is not one number for each gated layer, or so many gates cannot be open.

    Examples
    --------
    >>> from l0edu import architecture, lenet5
    >>> net = lenet5()
    >>> params = pruned_params(net, net.init(np.random.default_rng(0)), [9, 18, 65, 25])
    >>> architecture(net, params)
    [9, 18, 65, 25]
    """
    if len(counts) != len(net.gates()):
        raise InputError(
            f"{len(counts)} counts for {len(net.gates())} gated layers: give one number for each"
        )
    pruned = dict(params)
    for name, live in _gates_to_open(net, counts).items():
        log_alpha = np.full_like(params[name]["log_alpha"], -OPEN)
        log_alpha[live] = OPEN
        pruned[name] = {**params[name], "log_alpha": log_alpha}
    return pruned


def _gates_to_open(net: Network, counts: Sequence[int]) -> dict[str, Array]:
    """Which gates to open in each gated layer, as indices."""
    live, left = {}, iter(counts)
    units, needed = np.arange(net.in_shape[0]), 1  # not closed further up; how many gates those have to keep
    for layer in net.layers:
        before, after = net.shapes[layer.name]
        if isinstance(layer, Conv | Dense):
            units, needed = np.arange(after[0]), 1
        elif isinstance(layer, Flatten):
            pixels, needed = after[0] // before[0], len(units)
            units = (units[:, None] * pixels + np.arange(pixels)).ravel()
        elif isinstance(layer, Gate):
            units = live[layer.name] = _spread(units, next(left), needed, layer.name)
    return live


def _spread(units: Array, count: int, needed: int, gate: str) -> Array:
    """`count` of the units, evenly spread."""
    if not needed <= count <= len(units):
        raise InputError(f"{count} open gates in {gate!r}: give {needed} to {len(units)}")
    chosen: Array = units[np.arange(count) * len(units) // count]
    return chosen


def epochs_of(net: Network, steps: int, batch: int) -> Iterator[Dataset]:
    """The digits of so many training steps: whole epochs of the 5,000, then one with what is left.

    Examples
    --------
    >>> from l0edu import mlp
    >>> [len(train) for train in epochs_of(mlp(), steps=120, batch=100)]
    [5000, 5000, 2000]
    """
    train, _ = digits(net)
    left = steps * batch
    while left > 0:
        yield train.take(np.arange(min(left, len(train))))
        left -= len(train)


def images(net: Network, batch: int, steps: int) -> Dataset:
    """The digits of so many training steps as one epoch: the 5,000 again and again where they are too few.

    Examples
    --------
    >>> from l0edu import mlp
    >>> len(images(mlp(), batch=1024, steps=6))
    6144
    """
    train, _ = digits(net)
    return train.take(np.arange(steps * batch) % len(train))


def digits(net: Network) -> tuple[Dataset, Dataset]:
    """The embedded digits, training and test set, in the network's shape; in colour with 32 x 32 pixels."""
    train, test = _in_colour() if net.in_shape == COLOUR else _embedded()
    return train.reshaped(net.in_shape), test.reshaped(net.in_shape)


@cache
def _embedded() -> tuple[Dataset, Dataset]:
    return load_mini()


@cache
def _in_colour() -> tuple[Dataset, Dataset]:
    """Three equal maps, with two more pixels on every side: images as large as those of CIFAR."""
    train, test = (replace(data, x=_coloured(data.x)) for data in _embedded())
    return train, test


def _coloured(x: Array) -> Array:
    padded = np.pad(x.reshape(-1, 1, 28, 28), ((0, 0), (0, 0), (2, 2), (2, 2)))
    return np.repeat(padded, 3, axis=1)
