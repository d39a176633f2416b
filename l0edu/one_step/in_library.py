"""How is the same step written with the library? A network of its layers, and tables of the sheet's numbers.

Two gates stand on the inputs of fc1. The third stands on h1 alone, so h1 and h2 part (`Take`) and meet again
in a `Residual`: y = fc2(gate2(h1)) + fc3(h2).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from l0edu.gates import HardConcrete
from l0edu.layers import Chain, Dense, Gate, Relu, Residual, Take
from l0edu.network import Network
from l0edu.tables import Array, FlatTable, Table

__all__ = ["LibraryStep", "library_network", "library_step"]


class LibraryStep(NamedTuple):
    """The numbers of a sheet as the library takes them.

    Attributes
    ----------
    net : Network
        From `library_network`.
    params : table
        Weights and log_alphas.
    noise : dict
        u of each gate  (Eq. 10), by gated layer.
    x : array (1, 2)
        The one example.
    t : float
        Its target.

    Examples
    --------
    >>> from l0edu.one_step import draw_givens
    >>> step = library_step(draw_givens(seed=0))
    >>> step.net.in_shape, step.x.shape, {name: u.shape for name, u in step.noise.items()}
    ((2,), (1, 2), {'gate1': (2,), 'gate2': (1,)})
    """

    net: Network
    params: Table
    noise: FlatTable
    x: Array
    t: float


def library_network(law: HardConcrete | None = None) -> Network:
    """The 2-2-1 network of the sheet, with its three gates.

    Parameters
    ----------
    law : HardConcrete, optional
        Default: the paper's beta, gamma and zeta.

    Returns
    -------
    Network

    Examples
    --------
    >>> library_network()
    one step: (2,) -> (1,)
    layer   kind   output  weights  gates
    gate1   Gate   (2,)           2 on the inputs of fc1
    fc1     Dense  (2,)          4
    relu1   Relu   (2,)
    take1   Take   (1,)
    gate2   Gate   (1,)           1 on the inputs of fc2
    fc2     Dense  (1,)          1
    take2   Take   (1,)
    fc3     Dense  (1,)          1
    total                        6  3
    """
    law = law or HardConcrete()
    through_gate = (Take("take1", (0,)), Gate("gate2", law, charges="fc2"), Dense("fc2", 1, bias=False))
    past_it = (Take("take2", (1,)), Dense("fc3", 1, bias=False))
    output = Residual("output", Chain("gated", through_gate), Chain("ungated", past_it))
    hidden = (Gate("gate1", law, charges="fc1"), Dense("fc1", 2, bias=False), Relu("relu1"))
    return Network(in_shape=(2,), body=Chain("one step", (*hidden, output)))


def library_step(givens: Mapping[str, float]) -> LibraryStep:
    """The network and the tables of a sheet.

    Parameters
    ----------
    givens : mapping
        From `draw_givens`.

    Returns
    -------
    LibraryStep

    Notes
    -----
    `sample_gates` then gives the sheet's z (Eqs. 10 and 11), `l0_penalty` its C (Eqs. 12 and 16) and
    `test_gates` its z_hat (Eq. 13).

    Examples
    --------
    >>> from l0edu import sample_gates
    >>> from l0edu.one_step import draw_givens, work_out
    >>> givens = draw_givens(seed=0)
    >>> net, params, noise, x, t = library_step(givens)
    >>> values = work_out(givens)
    >>> bool(np.allclose(sample_gates(net, params, noise)["gate1"], [values["z1"], values["z2"]]))
    True
    """

    def array(names: str) -> Any:
        return np.array([givens[name] for name in names.split()])

    params = {
        "gate1": {"log_alpha": array("log_alpha1 log_alpha2")},
        "fc1": {"W": array("w11 w12 w21 w22").reshape(2, 2)},
        "gate2": {"log_alpha": array("log_alpha3")},
        "fc2": {"W": array("v1").reshape(1, 1)},
        "fc3": {"W": array("v2").reshape(1, 1)},
    }
    noise = {"gate1": array("u1 u2"), "gate2": array("u3")}
    law = HardConcrete(givens["beta"], givens["gamma"], givens["zeta"])
    return LibraryStep(library_network(law), params, noise, array("x1 x2").reshape(1, 2), givens["t"])
