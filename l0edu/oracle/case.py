"""Of what are gradients compared? One training step's objective, with everything that it depends on.

The objective is the paper's in full: the data term under sampled gates, the L0 penalty with a lambda for each
gated layer, and the L2 penalty under the gates. The noise is part of the case, so that two programs that
evaluate it must agree to the last few digits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from l0edu.gating import draw_noise, gate_parameters
from l0edu.gradient import value_and_grad
from l0edu.network import Network
from l0edu.objective import objective_terms
from l0edu.tables import Array, FlatTable, Table

__all__ = ["Case", "draw_case"]


@dataclass(frozen=True)
class Case:
    """A network, and the arrays of one training step.

    Attributes
    ----------
    net : Network
    params : table
        Their dtype is that of the whole computation.
    noise : dict
        From `draw_noise`.
    x : array (batch, *in_shape)
    labels : integer array (batch,)
    lam : sequence of float
        lambda for each gated layer, in the order of `net.gates()`.
    weight_decay : float
    stats : table, optional
        Moments for batch norm. Without them, those of the batch.
    """

    net: Network
    params: Table
    noise: FlatTable
    x: Array
    labels: Array
    lam: Sequence[float]
    weight_decay: float
    stats: Table | None = None

    def terms(self, params: Table) -> dict[str, Any]:
        """The terms of the objective as this library computes them: "data", "l0" and "l2"."""
        return objective_terms(
            self.net, params, self.x, self.labels, self.noise, self.lam, self.weight_decay, self.stats
        )

    def evaluate(self) -> tuple[dict[str, Any], Table]:
        """The terms, and the gradient of their sum by every parameter."""
        terms, grads = value_and_grad(self.terms)(self.params)
        return terms, grads


def draw_case(
    net: Network,
    rng: np.random.Generator,
    batch: int = 8,
    dtype: Any = np.float64,
    noise_per_example: bool = False,
) -> Case:
    """A random case in which every formula has something to do.

    The gates' parameters are spread over Normal(0, 2^2), so that some gates are closed, some open and some
    in between; biases and batch norm's shifts are not 0; each gated layer has a lambda of its own, and the
    three terms are of comparable size for networks like the paper's.

    Parameters
    ----------
    net : Network
        That ends in a vector of logits.
    rng : numpy Generator
    batch : int
        How many examples.
    dtype : float32 or float64
    noise_per_example : bool
        Whether each example has its own sample of the gates.

    Examples
    --------
    >>> from l0edu import mlp
    >>> case = draw_case(mlp((4, 3, 2), (0.2, 0.5)), np.random.default_rng(0), batch=5)
    >>> case.x.shape, case.labels.shape, list(case.lam)
    ((5, 4), (5,), [1e-05, 2e-05])
    >>> terms, grads = case.evaluate()
    >>> list(terms), list(grads)
    (['data', 'l0', 'l2'], ['gate1', 'fc1', 'gate2', 'fc2'])
    """
    params = _scatter(net, net.init(rng, dtype), rng)
    return Case(
        net=net,
        params=params,
        noise=draw_noise(net, params, rng, batch if noise_per_example else None),
        x=rng.standard_normal((batch, *net.in_shape), dtype=dtype),
        labels=rng.integers(0, net.body.out_shape(net.in_shape)[0], batch),
        lam=[1e-5 * (i + 1) for i in range(len(net.gates()))],
        weight_decay=1e-3,
    )


def _scatter(net: Network, params: Table, rng: np.random.Generator) -> Table:
    """Params moved off the round values at which `Network.init` lets them start."""
    spread = {"b": 0.1, "scale": 0.1, "shift": 0.1}
    spread |= {name: 2.0 for _, name in gate_parameters(net)}
    return {
        layer: {
            name: array + (spread.get(name, 0.0) * rng.standard_normal(array.shape)).astype(array.dtype)
            for name, array in table.items()
        }
        for layer, table in params.items()
    }
