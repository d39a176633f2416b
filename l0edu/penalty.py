"""What does a network pay for its size? The expected L0 and L2 norms under the gates (Eqs. 12 and 15-17)."""

from collections.abc import Iterator, Sequence
from math import prod
from typing import Any

import numpy as np

from l0edu.charging import Charge
from l0edu.errors import InputError
from l0edu.gating import open_probabilities
from l0edu.gpu.fused import fused
from l0edu.layers import BatchNorm, Conv, Dense
from l0edu.network import Network
from l0edu.tables import Array, FlatTable, Table, look_up
from l0edu.tape import primitive, unbroadcast

__all__ = [
    "add_times",
    "add_weighted_sum",
    "along_axis",
    "each_square",
    "evenly",
    "expected_l0",
    "l0_penalty",
    "l2_penalty",
    "one_per_layer",
    "weighted_squares",
]


def l0_penalty(net: Network, params: Table, lam: float | Sequence[float]) -> Any:
    """sum over groups g of lambda |g| P(z_g != 0)  (Eqs. 12 and 16); exact, without a sample.

    In Appendix A, lambda is the cost of coding a kept weight.

    Parameters
    ----------
    net : Network
    params : table
    lam : float or sequence of float
        lambda >= 0: one for all, or one for each gated layer in the order of `net.gates()`. The data term is
        a mean over examples, so the paper's "lambda = 0.1 / N" is `0.1 / N` here.

    Returns
    -------
    scalar

    Raises
    ------
    InputError
        For a negative lambda, or another number of lambdas than of gated layers.

    Examples
    --------
    >>> from l0edu import mlp
    >>> net = mlp()
    >>> params = net.init(np.random.default_rng(0))
    >>> print(f"{float(l0_penalty(net, params, lam=0.1 / 60_000)):.3f}")
    0.416
    """
    probabilities = open_probabilities(net, params)
    penalty: Any = 0.0
    for charge, lam_g in zip(net.charges, one_per_layer(net, lam), strict=True):
        penalty = add_weighted_sum(probabilities[charge.gate], lam_g * charge.group_size, penalty)
    return penalty


def expected_l0(net: Network, params: Table) -> Any:
    """E||theta||_0 = sum over groups g of |g| P(z_g != 0)  (Eq. 16): `l0_penalty` with lambda = 1.

    Weights without a gate are not counted, and a weight that has a gate on each axis is counted by both.

    Parameters
    ----------
    net : Network
    params : table

    Returns
    -------
    scalar

    Examples
    --------
    >>> from l0edu import mlp
    >>> net = mlp()
    >>> print(f"{float(expected_l0(net, net.init(np.random.default_rng(0)))):,.0f} of 266,200 weights")
    249,667 of 266,200 weights
    """
    return l0_penalty(net, params, 1.0)


def l2_penalty(
    net: Network,
    params: Table,
    weight_decay: float,
    biases: bool = False,
    batch_norm: bool = False,
    gated_weight_decay: float | None = None,
) -> Any:
    """(wd / 2) E||theta-hat||^2 = (wd / 2) sum_j P(z_j != 0) theta_j^2  (Eqs. 15 and 17).

    Here theta is the weights before they are gated (the paper's theta-tilde). Each counts by the probability
    that its gates are open; a weight without a gate counts in full. As in the paper the gate itself is not
    shrunk, but groups of large weights push their log_alpha down.

    Parameters
    ----------
    net : Network
    params : table
    weight_decay : float
        wd >= 0, beside a data term that is a mean over examples. It is *not* multiplied by N. The reference
        code's `weight_decay` means the same in its MLP; its LeNet-5 forgets a factor of N, so that 5e-4 there
        acts like 5e-4 / N here (docs/errata.md, B5), and its wide ResNet divides it by .7 (B11).
    biases, batch_norm : bool
        Whether biases, and batch norm's scale and shift, decay too.
    gated_weight_decay : float, optional
        Takes the place of weight_decay for weights that have a gate.

    Returns
    -------
    scalar

    Raises
    ------
    InputError
        When a decay is negative or not finite.

    Examples
    --------
    >>> from l0edu import mlp
    >>> net = mlp()
    >>> params = net.init(np.random.default_rng(0))
    >>> print(f"{float(l2_penalty(net, params, weight_decay=5e-4)):.3f}")
    0.189
    """
    gated = weight_decay if gated_weight_decay is None else gated_weight_decay
    for name, decay in (("weight_decay", weight_decay), ("gated_weight_decay", gated)):
        if not 0 <= decay < np.inf:
            raise InputError(f"{name} = {decay}: it must be 0 or positive, for example 5e-4")
    decaying = _decaying(net, params, biases, batch_norm)
    penalty: Any = 0.0
    for array, p, has_gate in decaying:
        penalty = penalty + float(gated if has_gate else weight_decay) / 2 * weighted_squares(array, p)
    return penalty


def _decaying(net: Network, params: Table, biases: bool, batch_norm: bool) -> Iterator[tuple[Any, Any, bool]]:
    """Every array that decays, the probability that its weights are open, and whether they have gates."""
    probabilities = open_probabilities(net, params)
    charged = {charge.layer for charge in net.charges}
    for layer in net.layers:
        if isinstance(layer, Dense | Conv):
            W = look_up(params, layer.name, "W")
            wanted = net.weight_shapes[layer.name]
            if np.shape(W) != wanted:
                raise InputError(f"{layer.name!r} has weights of shape {wanted}, and its W has {np.shape(W)}")
            yield W, _open_weights(net, layer.name, W.ndim, probabilities), layer.name in charged
            if biases and layer.bias:
                yield look_up(params, layer.name, "b"), 1.0, False
        elif isinstance(layer, BatchNorm) and batch_norm:
            yield look_up(params, layer.name, "scale"), 1.0, False
            yield look_up(params, layer.name, "shift"), 1.0, False


def one_per_layer(net: Network, lam: float | Sequence[float]) -> list[float]:
    """`lam` as one number for each gated layer, in the order of `net.gates()`.

    Raises
    ------
    InputError
        When lam is no number, negative or not finite, or of another length than there are gated layers.
    """
    names = [charge.gate for charge in net.charges]
    try:
        numbers = [float(one) for one in np.atleast_1d(np.asarray(lam, float))]
    except (TypeError, ValueError):
        raise InputError(f"lambda = {lam!r}: give a number, or one for each of {names}") from None
    numbers = numbers * len(names) if np.ndim(lam) == 0 else numbers
    if len(numbers) != len(names):
        raise InputError(
            f"{len(numbers)} lambdas for {len(names)} gated layers {names}: give one, or one for each"
        )
    if not all(0 <= one < np.inf for one in numbers):
        raise InputError(f"lambda = {lam}: it must be 0 or positive, for example 0.1")
    return numbers


def _open_weights(net: Network, layer: str, ndim: int, probabilities: FlatTable) -> Any:
    """The probability that a weight's gates are all open, in a shape that broadcasts with W."""
    charges = (charge for charge in net.charges if charge.layer == layer)
    return prod((_spread(charge, ndim, probabilities, net) for charge in charges), start=1.0)


def _spread(charge: Charge, ndim: int, probabilities: FlatTable, net: Network) -> Any:
    p = probabilities[charge.gate]
    if charge.axis is None:
        return p
    length = net.weight_shapes[charge.layer][charge.axis]
    return along_axis(p, charge.axis, ndim, length // charge.gates)


@primitive
def add_weighted_sum(p: Array, weight: float, so_far: Any = 0.0) -> Array:
    """so_far + weight * sum_i p_i."""
    return add_times(p.sum(), weight, so_far)


@fused
def add_times(part: Array, weight: float, so_far: Any) -> Array:
    """so_far + part weight, of numbers."""
    return so_far + part * weight


@add_weighted_sum.gradient("p")
def add_weighted_sum_dp(g: Array, p: Array, weight: float) -> Array:
    """dL/dp_i = g weight, for every i."""
    return evenly(p, g, weight)


@fused
def evenly(p: Array, g: Array, weight: float) -> Array:
    """g weight everywhere, in the shape and dtype of p."""
    return np.full_like(p, g * weight)


@add_weighted_sum.gradient("so_far")
def add_weighted_sum_dso_far(g: Array) -> Array:
    """dL/dso_far = g."""
    return g


@primitive
def weighted_squares(W: Array, p: Array | float) -> Array:
    """sum_j p_j W_j^2, with p of a shape that broadcasts to W's  (Eqs. 14, 15 and 17)."""
    return each_square(W, p).sum()


@fused
def each_square(W: Array, p: Array | float) -> Array:
    """p_j W_j^2 for every weight j."""
    return p * W**2


@weighted_squares.gradient("W")
@fused
def weighted_squares_dW(g: Array, W: Array, p: Array | float) -> Array:
    """dL/dW_j = 2 g p_j W_j."""
    return g * 2 * p * W


@weighted_squares.gradient("p")
def weighted_squares_dp(g: Array, W: Array, p: Array) -> Array:
    """dL/dp_j = g W_j^2, summed over the weights that share p_j."""
    return unbroadcast(each_square(W, g), p.shape)


@primitive
def along_axis(p: Array, axis: int, ndim: int, block: int) -> Array:
    """p (n,) along one axis of ndim, each number repeated `block` times: the pixels of a flattened map.

    Examples
    --------
    >>> along_axis(np.array([0.1, 0.9]), axis=1, ndim=2, block=2)
    array([[0.1, 0.1, 0.9, 0.9]])
    """
    shape = [1] * ndim
    shape[axis] = len(p) * block
    return np.repeat(p, block).reshape(shape)


@along_axis.gradient("p")
def along_axis_dp(g: Array, p: Array, block: int) -> Array:
    """dL/dp_i = g, summed over the block of i."""
    return g.reshape(len(p), block).sum(axis=1)
