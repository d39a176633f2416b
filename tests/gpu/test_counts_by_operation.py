"""Does the stand-in tell which operations launched, how many unfused ones they are, and what they read?"""

import numpy as np

from l0edu.gpu import register, stand_in
from l0edu.gpu.fused import fused


@fused
def decayed(total, p, decay):
    return total * decay + p


def test_launches_are_counted_by_the_name_of_the_function():
    x = stand_in.asarray(np.ones((3, 4)))
    with stand_in.counting() as counts:
        np.sum(2.0 * x.T @ x, axis=0)[stand_in.asarray([0, 2])]
    assert counts.operations == {"multiply": 1, "matmul": 1, "sum": 1, "x[indices]": 1}
    assert counts.operations.total() == counts.launches == counts.unfused


def test_a_fused_kernel_counts_under_its_own_name_and_its_calls_as_unfused():
    register("stand-in")
    total = stand_in.asarray(np.ones(5))
    with stand_in.counting() as counts:
        decayed(total, total, 0.9)
    assert counts.operations == {"decayed": 1}
    assert (counts.launches, counts.unfused) == (1, 2)


def test_bytes_are_those_of_arguments_and_results():
    x = stand_in.asarray(np.ones((3, 4), np.float32))
    with stand_in.counting() as counts:
        np.sum(x + x)
    assert counts.bytes == (3 * 12 + 12 + 1) * 4


def test_what_is_repeated_by_broadcasting_is_read_once():
    row = stand_in.asarray(np.ones(4))
    with stand_in.counting() as counts:
        np.exp(np.broadcast_to(row, (3, 4)))
    assert counts.bytes == (4 + 12) * 8


def test_views_and_reshapes_launch_nothing():
    x = stand_in.asarray(np.ones((3, 4)))
    with stand_in.counting() as counts:
        x.T[1:].reshape(-1, 3)[None]
    assert (counts.launches, counts.unfused, counts.bytes) == (0, 0, 0)
