"""Which gates are open in the networks of the paper's Table 1 that had a lambda for each layer?"""

import numpy as np

from l0edu import lenet5, mlp


def mlp_of_table_1():
    """784-300-100 at 266-88-33."""
    return mlp(), first_open(mlp(), (266, 88, 33))


def lenet5_of_table_1():
    """20-50-800-500 at 9-18-65-25: a pixel of each live map is read, and 47 more of them."""
    opened = first_open(lenet5(), (9, 18, 65, 25))
    one_of_each_map, more = range(0, 18 * 16, 16), range(1, 51)
    opened["gate3"] = np.isin(np.arange(800), [*one_of_each_map, *more])
    return lenet5(), opened


def first_open(net, counts):
    """Gates of which so many are open, the first ones of each layer."""
    return {
        layer.name: np.arange(net.gate_shape(layer)[0]) < count
        for layer, count in zip(net.gates(), counts, strict=True)
    }
