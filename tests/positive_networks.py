"""Where is a unit 0 just if it is dead, and a slope 0 just if nobody reads? Where nothing is negative.

With positive inputs, weights, biases and moments that leave batch norm's units positive, nothing cancels and
no relu closes: a number of the network is 0 only because a gate is. So what liveness claims can be seen.
"""

from typing import NamedTuple

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st
from random_networks import networks, random_inputs, spread_params
from strategies import seeds

from l0edu import Conv, Gate, Network
from l0edu.layers import Tables
from l0edu.liveness import Gated, open_links
from l0edu.tables import map_arrays


class Positive(NamedTuple):
    """A network with positive numbers, and gates of which many are closed."""

    net: Network
    x: np.ndarray
    tables: Tables
    gated: Gated


@st.composite
def positive_networks(draw):
    """Networks of all kinds, but for kernels that can lie on nothing but padding."""
    net, rng = draw(networks(deaf=True, selection=True)), np.random.default_rng(draw(seeds))
    assume(all(layer.kernel > layer.padding for layer in net.layers if isinstance(layer, Conv)))
    params = map_arrays(lambda array: np.abs(array) + 0.1, spread_params(net, rng))
    gates = random_gates(net, rng)
    tables = Tables(params, gates, stats=_moments_below_0(params))
    opened = {name: open_links(z > 0) for name, z in gates.items()}
    return Positive(net, np.abs(random_inputs(net, rng, 2)) + 0.1, tables, Gated(net, opened))


def random_gates(net, rng):
    """Gates of which about a third, in some layers all, are closed; those of one kernel are so together."""
    gates = {}
    for layer in net.gates():
        shape = net.gate_shape(layer)
        one_a_kernel = shape[:2] if isinstance(layer, Gate) else (*shape[:2], *[1] * len(shape[2:]))
        z = rng.choice([0.0, 0.5, 1.0], one_a_kernel, p=rng.choice([[0.3, 0.3, 0.4], [0.7, 0.1, 0.2]]))
        gates[layer.name] = z * np.ones(shape)
    return gates


def _moments_below_0(params):
    batch_norms = {name: arrays["shift"] for name, arrays in params.items() if "shift" in arrays}
    return {
        name: {"mean": -np.ones_like(shift), "var": np.ones_like(shift)}
        for name, shift in batch_norms.items()
    }
