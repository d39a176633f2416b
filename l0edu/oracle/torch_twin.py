"""How is the same objective written in torch? From the paper's formulas, and without this library's.

Of l0edu it takes the description of the network and the arrays; the formulas are written again, and torch
derives the gradients. A layer or a law of your own joins with `@forward.register`, `@sample.register` and
`@prob_open.register`.

The twins differ where a gate's s_bar is exactly 0 or 1: `torch.clamp` has slope 1 there, `hard_sigmoid` 0.
Random noise does not meet these two points. In float32 a relu whose input is within rounding of 0 may be on
in one program and off in the other; that is rare, and changes a gradient by about one unit's share in it.
"""

from functools import singledispatch
from math import log
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from l0edu import layers
from l0edu.dropout import Dropout
from l0edu.errors import InputError
from l0edu.gates import HardConcrete
from l0edu.gaussian import HardGaussian
from l0edu.network import Network
from l0edu.oracle.case import Case
from l0edu.rectified import RectifiedLaw
from l0edu.tables import Table, map_arrays

__all__ = ["evaluate", "forward", "prob_open", "sample"]


def evaluate(case: Case) -> tuple[dict[str, float], Table]:
    """The terms of the case's objective and the gradient of their sum, all by torch.

    Parameters
    ----------
    case : Case
        Computed in the dtype of its arrays.

    Returns
    -------
    terms, grads
        Floats "data", "l0" and "l2"; and a table of NumPy arrays, named as in `case.params`.

    Raises
    ------
    InputError
        When the network has a layer or a law that the twin does not know.

    Examples
    --------
    >>> import numpy as np
    >>> from l0edu import mlp
    >>> from l0edu.oracle import draw_case
    >>> case = draw_case(mlp((4, 3, 2), (0.2, 0.5)), np.random.default_rng(0))
    >>> terms, grads = evaluate(case)
    >>> bool(np.allclose(grads["fc1"]["W"], case.evaluate()[1]["fc1"]["W"], rtol=1e-12))
    True
    """
    params = map_arrays(lambda array: torch.tensor(array, requires_grad=True), case.params)
    terms = {"data": _data_term(case, params), **_penalties(case, params)}
    sum(terms.values()).backward()
    grads = map_arrays(lambda p: (torch.zeros_like(p) if p.grad is None else p.grad).numpy(), params)
    return {name: term.item() for name, term in terms.items()}, grads


def _data_term(case: Case, params: Any) -> Tensor:
    gates = {
        layer.name: sample(*_law_and_phi(layer, params), torch.tensor(case.noise[layer.name]))
        for layer in case.net.gates()
    }
    stats = None if case.stats is None else map_arrays(torch.tensor, case.stats)
    logits = forward(case.net.body, torch.tensor(case.x), layers.Tables(params, gates, stats))
    return F.cross_entropy(logits, torch.tensor(case.labels).long())


# ---- the penalties, counted weight by weight


def _penalties(case: Case, params: Any) -> dict[str, Tensor]:
    """lambda_g P(open), summed over weights (Eqs. 12 and 16), and wd/2 P(open) W^2 (Eq. 17)."""
    l0 = l2 = torch.zeros(())
    squares = {name: table["W"] ** 2 for name, table in params.items() if "W" in table}
    for gate, lam in zip(case.net.gates(), case.lam, strict=True):
        charged, p = _open_weights(case.net, gate, params)
        l0 = l0 + lam * p.sum()
        squares[charged] = squares[charged] * p
    for square in squares.values():
        l2 = l2 + case.weight_decay / 2 * square.sum()
    return {"l0": l0, "l2": l2}


def _open_weights(net: Network, gate: layers.Layer, params: Any) -> tuple[str, Tensor]:
    """The layer that a gate answers for, and P(z != 0) for each of its weights, in W's shape."""
    p = prob_open(*_law_and_phi(gate, params))
    if not isinstance(gate, layers.Gate):
        return gate.name, p
    W, order = params[gate.charges]["W"], [layer.name for layer in net.layers]
    axis = 1 if order.index(gate.name) < order.index(gate.charges) else 0  # gates on its inputs, or outputs
    p = p.repeat_interleave(W.shape[axis] // len(p))  # one map's gate for all its pixels, through a Flatten
    return gate.charges, p.view([-1 if i == axis else 1 for i in range(W.ndim)]).expand_as(W)


# ---- the laws of gates


@singledispatch
def sample(law: RectifiedLaw, phi: Tensor, noise: Tensor) -> Tensor:  # noqa: ARG001
    """Gates in [0, 1] from parameters phi and noise."""
    raise InputError(f"the torch twin does not know the law {law!r}: add it with @sample.register")


@sample.register
def _(law: HardConcrete, log_alpha: Tensor, u: Tensor) -> Tensor:
    s = torch.sigmoid((torch.log(u) - torch.log1p(-u) + log_alpha) / law.beta)
    return torch.clamp(s * (law.zeta - law.gamma) + law.gamma, 0, 1)


@sample.register
def _(law: HardGaussian, mu: Tensor, noise: Tensor) -> Tensor:
    return torch.clamp(mu + law.sigma * noise, 0, 1)


@sample.register
def _(law: Dropout, keep: Tensor, u: Tensor) -> Tensor:  # noqa: ARG001
    return (u < keep).to(keep)


@singledispatch
def prob_open(law: RectifiedLaw, phi: Tensor) -> Tensor:  # noqa: ARG001
    """P(z != 0), by the parameters phi."""
    raise InputError(f"the torch twin does not know the law {law!r}: add it with @prob_open.register")


@prob_open.register
def _(law: HardConcrete, log_alpha: Tensor) -> Tensor:
    return torch.sigmoid(log_alpha - law.beta * log(-law.gamma / law.zeta))


@prob_open.register
def _(law: HardGaussian, mu: Tensor) -> Tensor:
    return torch.special.ndtr(mu / law.sigma)


@prob_open.register
def _(law: Dropout, keep: Tensor) -> Tensor:  # noqa: ARG001
    return keep.detach()  # it is fixed: no penalty moves it


def _law_and_phi(gate: layers.Layer, params: Any) -> tuple[RectifiedLaw, Tensor]:
    law: Any = gate.gate_law()
    return law, params[gate.name][law.parameter]


# ---- the layers, batch first as torch has it


@singledispatch
def forward(layer: layers.Layer, x: Tensor, tables: Any) -> Tensor:  # noqa: ARG001
    """The layer's output for a batch x, (batch, ...); `tables` holds tensors."""
    raise InputError(f"the torch twin does not know {type(layer).__name__}: add it with @forward.register")


@forward.register
def _(layer: layers.Chain, x: Tensor, tables: Any) -> Tensor:
    for part in layer.layers:
        x = forward(part, x, tables)
    return x


@forward.register
def _(layer: layers.Residual, x: Tensor, tables: Any) -> Tensor:
    shortcut = x if layer.shortcut is None else forward(layer.shortcut, x, tables)
    return forward(layer.branch, x, tables) + shortcut


@forward.register
def _(layer: layers.Gate, x: Tensor, tables: Any) -> Tensor:
    z = tables.gates[layer.name]  # (units,) or (batch, units)
    return x * z.reshape(*z.shape, *[1] * (x.ndim - 2))


@forward.register
def _(layer: layers.BatchNorm, x: Tensor, tables: Any) -> Tensor:
    own = tables.params[layer.name]
    given = {} if tables.stats is None else tables.stats[layer.name]
    moments = given.get("mean"), given.get("var")
    return F.batch_norm(x, *moments, own["scale"], own["shift"], training=not given, eps=layer.eps)


@forward.register
def _(layer: layers.Dense, x: Tensor, tables: Any) -> Tensor:
    return F.linear(x, _weights(layer, tables), tables.params[layer.name].get("b"))


@forward.register
def _(layer: layers.Conv, x: Tensor, tables: Any) -> Tensor:
    b = tables.params[layer.name].get("b")
    return F.conv2d(x, _weights(layer, tables), b, layer.stride, layer.padding)


@forward.register
def _(layer: layers.Put, x: Tensor, tables: Any) -> Tensor:
    others = [unit for unit in range(layer.shape[0]) if unit not in layer.units]
    y = x.new_zeros(len(x), *layer.shape)
    if layer.units:
        y[:, list(layer.units)] = x
    if layer.filled:
        y[:, others] = _along_units(tables.params[layer.name]["fill"], y)
    return y


@forward.register
def _(layer: layers.Scale, x: Tensor, tables: Any) -> Tensor:
    return x * _along_units(tables.params[layer.name]["z"], x)


def _along_units(numbers: Tensor, x: Tensor) -> Tensor:
    """One number for each unit, in a shape that broadcasts over a batch of vectors or images."""
    return numbers.reshape(-1, *[1] * (x.ndim - 2))


def _weights(layer: layers.Dense | layers.Conv, tables: Any) -> Tensor:
    W = tables.params[layer.name]["W"]
    return W if layer.weight_gate is None else W * tables.gates[layer.name]


forward.register(layers.Relu, lambda _, x, __: F.relu(x))
forward.register(layers.MaxPool, lambda layer, x, _: F.max_pool2d(x, layer.size))
forward.register(layers.MeanPool, lambda layer, x, _: F.avg_pool2d(x, layer.size))
forward.register(layers.Take, lambda layer, x, _: x[:, list(layer.units)])
forward.register(layers.Flatten, lambda _, x, __: torch.flatten(x, 1))
