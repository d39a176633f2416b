"""Does the same code give the same on a device? Arrays are moved there, and what comes out is compared."""

from contextlib import nullcontext

import numpy as np
from gpu_devices import nothing_hidden

from l0edu.gpu import is_on_device, to_device, to_host
from l0edu.tables import map_arrays


def no_hidden_transfers(device, reads=False):
    """`nothing_hidden`; on a GPU nothing is checked of code that `reads`, as its guard forbids this too."""
    return nullcontext() if reads and device == "gpu" else nothing_hidden(device)


def moved(data, device):
    """The arrays of a table on a device; numbers, strings and tuples as they are."""
    return map_arrays(lambda a: to_device(a, device) if isinstance(a, np.ndarray) else a, data)


def in_dtype(data, dtype):
    """The arrays of floats of a table in another dtype."""
    return map_arrays(
        lambda a: a.astype(dtype) if getattr(a, "dtype", np.dtype(int)).kind == "f" else a, data
    )


def assert_on_device(found, expected, tolerance=1e-12):
    """Arrays on a device, of the expected shapes and dtypes, and near them against the largest number."""

    def check(here, there):
        assert is_on_device(here)
        assert here.shape == np.shape(there)
        assert here.dtype == there.dtype
        largest = np.abs(there).max(initial=1e-3)
        np.testing.assert_allclose(to_host(here), there, rtol=0, atol=tolerance * largest)

    if isinstance(expected, dict):
        assert found.keys() == expected.keys()
    map_arrays(check, found, expected)
