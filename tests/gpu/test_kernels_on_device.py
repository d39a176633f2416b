"""Does a device compute with kernels what NumPy computes without? On a GPU this runs what CuPy compiled."""

import numpy as np
import pytest
from gpu.kernel_calls import CALLS, PLAIN
from gpu_checks import no_hidden_transfers

from l0edu.gpu import to_device, to_host

WORK = {"adam_rule_in_place": 4, "sgd_rule_in_place": 3, "batch_norm_dx": 1}  # argument to work in


def arguments(name, dtype):
    """Each array of a call apart from the others."""
    rng = np.random.default_rng(0)
    v, x = rng.uniform(0.1, 0.9, 2).astype(dtype), rng.uniform(0.1, 0.9, (2, 5, 4, 3)).astype(dtype)
    return [np.array(value) if isinstance(value, np.ndarray) else value for value in CALLS[name](v, x)]


def after(name, args):
    """The result of a call, and what it wrote; on the host."""
    result = PLAIN[name](*args)
    kept = [value for position, value in enumerate(args) if position != WORK.get(name)]
    return [value for value in (result, *kept) if hasattr(value, "dtype")]


def moved(args, device):
    return [to_device(value, device) if isinstance(value, np.ndarray) else value for value in args]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", CALLS)
def test_a_device_computes_what_numpy_does(name, dtype, device):
    args = arguments(name, dtype)
    there = moved(args, device)
    expected = after(name, args)
    with no_hidden_transfers(device):
        found = after(name, there)
    for one, other in zip(map(to_host, found), expected, strict=True):
        assert one.dtype == dtype
        np.testing.assert_allclose(one, other, rtol=64 * np.finfo(dtype).eps, atol=8 * np.finfo(dtype).eps)


@pytest.mark.parametrize("name", CALLS)
def test_a_second_run_gives_the_same_bits(name, device):
    runs = [moved(arguments(name, np.float32), device) for _ in range(2)]
    first, second = ([to_host(value).tobytes() for value in after(name, run)] for run in runs)
    assert first == second
