"""How do tests build a small network, and look into its tables?"""

import math

import numpy as np

from l0edu import Chain, Conv, Dense, Gate, HardConcrete, Network
from l0edu.tables import map_arrays

HC = HardConcrete()


def rng(seed=0):
    return np.random.default_rng(seed)


def gate(charges, name="gate"):
    return Gate(name, HC, charges)


def build(in_shape, *layers, allow=False):
    return Network(in_shape, Chain("net", layers), allow_gate_before_batch_norm=allow)


def arrays_of(table):
    return [
        array for part in table.values() for array in (part.values() if isinstance(part, dict) else [part])
    ]


def assert_same(actual, expected):
    assert actual.keys() == expected.keys()
    map_arrays(np.testing.assert_array_equal, actual, expected)


def weighted(net):
    return [layer for layer in net.layers if isinstance(layer, Dense | Conv)]


def gate_of(charge, index, W):
    """The place, in its table, of the gate that a weight answers to."""
    if charge.axis is None:
        return index
    return index[charge.axis] // (W.shape[charge.axis] // charge.gates)


def each_weight(net, params, values):
    """For every weight of every layer: its layer, the weight, and the product of the values of its gates."""
    for layer in weighted(net):
        W = params[layer.name]["W"]
        charges = [charge for charge in net.charges if charge.layer == layer.name]
        for index in np.ndindex(W.shape):
            yield layer.name, W[index], math.prod(values[c.gate][gate_of(c, index, W)] for c in charges)
