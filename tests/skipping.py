"""What is alike in a network computed in full and one in which closed gates are skipped?"""

import numpy as np
from building import arrays_of

from l0edu.conditional import apply_conditionally
from l0edu.tables import map_arrays


def whole(net):
    return net.apply


def skipping(net):
    return lambda params, x, gates: apply_conditionally(net, params, x, gates, always=True)


def largest(array):
    return np.abs(array).max(initial=0)


def assert_alike(found, exact, tolerance=1e-12):
    """To `tolerance` of an array's largest number; where terms cancel, of the whole table's.

    A bias in front of batch norm has the exact gradient 0: what is computed is rounding noise, which no
    number of its own measures.
    """
    noise = tolerance * max(map(largest, arrays_of(exact)), default=0)

    def close(a, b):
        assert a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=0, atol=tolerance * largest(b) + noise)

    map_arrays(close, found, exact)
