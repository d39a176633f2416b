"""What does training minimize? The data term under sampled gates, and what its size costs (Eq. 9)."""

from collections.abc import Sequence
from typing import Any

from l0edu.conditional import apply_conditionally
from l0edu.gating import sample_gates
from l0edu.network import Network
from l0edu.ops import cross_entropy
from l0edu.penalty import l0_penalty, l2_penalty
from l0edu.tables import Array, FlatTable, Table
from l0edu.target import Pull, expected_share, lagrangian

__all__ = ["objective_terms"]


def objective_terms(
    net: Network,
    params: Table,
    x: Array,
    y: Array,
    noise: FlatTable | None,
    lam: float | Sequence[float],
    weight_decay: float = 0.0,
    stats: Table | None = None,
    conditional: bool = True,
    pull: Pull | None = None,
    gated_weight_decay: float | None = None,
    decay_batch_norm: bool = False,
) -> dict[str, Any]:
    """The terms of the objective, whose sum is minimized; differentiable by params.

    Parameters
    ----------
    net : Network
    params : table
    x : array (batch, *in_shape)
    y : integer array (batch,)
        Labels.
    noise : dict
        From `draw_noise`: with it the objective is a deterministic function of params. None stands for no
        gates, as in a warm-up: the network is dense, and its size costs nothing; L2 is as with gates.
    lam : float or sequence of float
        lambda, one or one a gated layer, already divided by N.
    weight_decay : float
    stats : table, optional
        Moments for batch norm; without them, those of the batch. With them nothing is skipped.
    conditional : bool
        Whether to skip what closed gates make useless, where that pays: the same up to rounding. Nothing is
        skipped on a device.
    pull : Pull, optional
        Towards a target share (`l0edu.target`): its Lagrangian then takes the place of lambda.
    gated_weight_decay : float, optional
        Weight decay of weights with a gate; without it as all others.
    decay_batch_norm : bool
        Whether batch norm's scale and shift decay too.

    Returns
    -------
    dict
        "data" (mean cross-entropy, in nats), "l0" (with a pull, the Lagrangian's part) and "l2".

    Examples
    --------
    >>> import numpy as np
    >>> from l0edu import draw_noise, mlp, value_and_grad
    >>> net, rng = mlp((4, 3, 2), (0.2, 0.5)), np.random.default_rng(0)
    >>> params = net.init(rng)
    >>> x, y, noise = np.ones((5, 4), np.float32), np.zeros(5, int), draw_noise(net, params, rng)
    >>> terms, grads = value_and_grad(lambda p: objective_terms(net, p, x, y, noise, lam=0.001))(params)
    >>> list(terms), list(grads)
    (['data', 'l0', 'l2'], ['gate1', 'fc1', 'gate2', 'fc2'])
    """
    gates = None if noise is None else sample_gates(net, params, noise)
    if conditional and stats is None and gates is not None:
        logits = apply_conditionally(net, params, x, gates)
    else:
        logits = net.apply(params, x, gates, stats)
    l2: Any = 0.0
    if weight_decay or gated_weight_decay:
        l2 = l2_penalty(
            net, params, weight_decay, batch_norm=decay_batch_norm, gated_weight_decay=gated_weight_decay
        )
    l0 = 0.0 if noise is None else _price_of_size(net, params, lam, pull)
    return {"data": cross_entropy(logits, y), "l0": l0, "l2": l2}


def _price_of_size(net: Network, params: Table, lam: float | Sequence[float], pull: Pull | None) -> Any:
    if pull is None:
        return l0_penalty(net, params, lam)
    return lagrangian(expected_share(net, params, pull.target.of), pull)
