"""Which numbers stand for the gates?

    training step           sample_gates(net, params, draw_noise(net, params, rng))
    test                    test_gates(net, params)                                   (Eq. 13)
    dense network           None

A fourth table, open_probabilities(net, params) (Eq. 12), counts; it is no value for a gate.

The noise is drawn before the gradient is taken, so that the objective is a deterministic function of the
parameters: finite differences work on it, and another program fed the same noise must get the same gradient.
"""

from math import log
from typing import Any

import numpy as np

from l0edu.errors import InputError
from l0edu.gates import HardConcrete
from l0edu.gpu import beside, to_host
from l0edu.gpu.together import check_together
from l0edu.layers import Gate, Layer
from l0edu.network import Network
from l0edu.rectified import RectifiedLaw
from l0edu.tables import Array, FlatTable, Table, look_up
from l0edu.tape import getval

__all__ = [
    "architecture",
    "clamp_log_alpha",
    "draw_noise",
    "gate_parameters",
    "open_at_test",
    "open_probabilities",
    "sample_gates",
    "test_gates",
]


def draw_noise(
    net: Network, params: Table, rng: np.random.Generator, examples: int | None = None
) -> FlatTable:
    """The noise of one training step, for every gate of the network.

    Parameters
    ----------
    net : Network
    params : table
        Decides the dtype, and where the noise is to lie.
    rng : numpy Generator, or that of a device
        For params on a device NumPy's draws what it would draw for the host, and it is moved there.
    examples : int, optional
        One sample for each of so many examples. Without it, one for the minibatch, as in the paper.

    Returns
    -------
    dict
        `noise[layer]`, of shape (gates,) or (examples, gates); that of W for the gates of single weights.

    Raises
    ------
    InputError
        When params lack a gate's parameter, or `examples` is given and single weights have gates.

    Examples
    --------
    >>> from l0edu import lenet5
    >>> net = lenet5()
    >>> rng = np.random.default_rng(0)
    >>> noise = draw_noise(net, net.init(rng), rng)
    >>> {name: u.shape for name, u in noise.items()}
    {'gate1': (20,), 'gate2': (50,), 'gate3': (800,), 'gate4': (500,)}
    """
    noise = {}
    for layer in net.gates():
        shape = net.gate_shape(layer)
        if examples is not None:
            if not isinstance(layer, Gate):
                raise InputError(
                    f"{layer.name!r} has a gate for each weight: draw one sample for the minibatch"
                )
            shape = (examples, *shape)
        phi = _phi(net, layer, params)
        noise[layer.name] = beside(getval(phi), _law(layer).draw_noise(rng, shape, phi.dtype))
    return noise


def sample_gates(net: Network, params: Table, noise: FlatTable) -> FlatTable:
    """z = min(1, max(0, f(phi, noise))) for every gate  (Eqs. 8, 10 and 11); differentiable by the params.

    Parameters
    ----------
    net : Network
    params : table
    noise : dict
        From `draw_noise`.

    Returns
    -------
    dict
        `gates[layer]`, of the noise's shape: an argument of `net.apply`.

    Raises
    ------
    InputError
        When params or noise lack a gated layer, noise has another shape, or lies on another device.

    Examples
    --------
    >>> from l0edu import mlp
    >>> net = mlp((2, 1), drop_rates=(0.5,))
    >>> params = {"gate1": {"log_alpha": np.array([-3.0, 0.0])}}
    >>> sample_gates(net, params, noise={"gate1": np.array([0.5, 0.3])})["gate1"].round(4)
    array([0.    , 0.1629])
    """
    check_together(noise=noise, params=params)
    return {
        layer.name: _law(layer).sample(_phi(net, layer, params), _noise(net, layer, noise))
        for layer in net.gates()
    }


def test_gates(net: Network, params: Table) -> FlatTable:
    """z-hat for every gate  (Eq. 13).

    Parameters
    ----------
    net : Network
    params : table

    Returns
    -------
    dict
        `gates[layer]`, of shape (gates,): an argument of `net.apply`.

    Examples
    --------
    >>> from l0edu import mlp
    >>> params = {"gate1": {"log_alpha": np.array([-3.0, 0.0])}}
    >>> test_gates(mlp((2, 1), drop_rates=(0.5,)), params)["gate1"].round(4)
    array([0. , 0.5])
    """
    return {layer.name: _law(layer).test_value(_phi(net, layer, params)) for layer in net.gates()}


test_gates.__test__ = False  # type: ignore[attr-defined] # the name is a noun: no test for pytest to collect


def open_probabilities(net: Network, params: Table) -> FlatTable:
    """P(z != 0) for every gate  (Eqs. 6 and 12); differentiable by the params.

    Parameters
    ----------
    net : Network
    params : table

    Returns
    -------
    dict
        `probabilities[layer]`, of shape (gates,).

    Examples
    --------
    >>> from l0edu import mlp
    >>> params = {"gate1": {"log_alpha": np.array([-3.0, 0.0])}}
    >>> open_probabilities(mlp((2, 1), drop_rates=(0.5,)), params)["gate1"].round(4)
    array([0.1976, 0.8318])
    """
    return {layer.name: _law(layer).prob_open(_phi(net, layer, params)) for layer in net.gates()}


def open_at_test(net: Network, params: Table) -> FlatTable:
    """Whether z-hat > 0, for every gate  (Eq. 13): what is left of the network.

    Parameters
    ----------
    net : Network
    params : table

    Returns
    -------
    dict
        `opened[layer]`, arrays of bool: an argument of `flops`. On the host, also for params on a device.

    Examples
    --------
    >>> from l0edu import mlp
    >>> params = {"gate1": {"log_alpha": np.array([-3.0, 0.0])}}
    >>> open_at_test(mlp((2, 1), drop_rates=(0.5,)), params)["gate1"]
    array([False,  True])
    """
    return {name: to_host(z) > 0 for name, z in test_gates(net, params).items()}


def architecture(net: Network, params: Table) -> list[int]:
    """How many gates of each gated layer have z-hat > 0  (Eq. 13): the numbers of the paper's Table 1.

    Parameters
    ----------
    net : Network
    params : table

    Returns
    -------
    list of int, in the order of `net.gates()`

    Examples
    --------
    >>> from l0edu import mlp
    >>> net = mlp()
    >>> architecture(net, net.init(np.random.default_rng(0)))
    [784, 300, 100]
    """
    return [int(np.count_nonzero(opened)) for opened in open_at_test(net, params).values()]


def gate_parameters(net: Network) -> list[tuple[str, str]]:
    """Layer and array of the parameter of every gate that learns, in the order of `net.gates()`.

    Examples
    --------
    >>> from l0edu import mlp
    >>> gate_parameters(mlp((2, 1), drop_rates=(0.5,)))
    [('gate1', 'log_alpha')]
    """
    laws = {layer.name: _law(layer) for layer in net.gates()}
    return [(name, law.parameter) for name, law in laws.items() if law.learns]


def clamp_log_alpha(net: Network, params: Table, limit: float = log(100)) -> Table:
    """Params with every log_alpha moved into [-limit, limit].

    The reference code does so after each step, with limit = log 100 = 4.605; the paper does not say so, and
    the library does not unless asked. The reason to clamp: far out the slopes of Eqs. 11 and 12 vanish and a
    gate could never return. The price: at the floor P(z != 0) is still .047, so that even a network
    with every gate at the floor expects 4.7 % of its weights, and no lower target can be met.

    Parameters
    ----------
    net : Network
        With hard concrete gates.
    params : table
    limit : float
        > 0.

    Returns
    -------
    table
        A new one; arrays that are not clamped are shared with `params`.

    Raises
    ------
    InputError
        When limit is not positive, or a gate has another law than the hard concrete.

    Examples
    --------
    >>> from l0edu import mlp
    >>> params = {"gate1": {"log_alpha": np.array([-9.0, 0.0])}}
    >>> clamp_log_alpha(mlp((2, 1), drop_rates=(0.5,)), params)["gate1"]["log_alpha"].round(4)
    array([-4.6052,  0.    ])
    """
    if not limit > 0:
        raise InputError(
            f"limit = {limit}: log_alpha is clamped to [-limit, limit], which needs a positive one"
        )
    clamped = dict(params)
    for layer in net.gates():
        if not isinstance(_law(layer), HardConcrete):
            raise InputError(f"{layer.name!r} has no log_alpha to clamp: its law is {_law(layer)!r}")
        log_alpha = np.clip(_phi(net, layer, params), -float(limit), float(limit))
        clamped[layer.name] = {**params[layer.name], "log_alpha": log_alpha}
    return clamped


def _law(layer: Layer) -> RectifiedLaw:
    law = layer.gate_law()
    assert law is not None
    return law


def _phi(net: Network, layer: Layer, params: Table) -> Array:
    phi = look_up(params, layer.name, _law(layer).parameter)
    if phi.shape != net.gate_shape(layer):
        found, wanted = phi.shape, net.gate_shape(layer)
        raise InputError(
            f"{layer.name!r} has gates of shape {wanted}, and its {_law(layer).parameter} has {found}"
        )
    return phi


def _noise(net: Network, layer: Layer, noise: Any) -> Array:
    if layer.name not in noise:
        raise InputError(f"the table noise has nothing under {layer.name!r}: make it with draw_noise")
    wanted, found = net.gate_shape(layer), np.shape(noise[layer.name])
    if found != wanted and not (isinstance(layer, Gate) and found[1:] == wanted):
        raise InputError(
            f"noise of shape {found} for {layer.name!r}, whose gates are {wanted}: use draw_noise"
        )
    return noise[layer.name]
