"""What of an operation stays in memory until its gradient is asked for, and what is needed at once?"""

import gc
import tracemalloc
import weakref

import autograd.numpy as anp
import numpy as np
import pytest

from l0edu import ops
from l0edu.gradient import value_and_grad
from l0edu.ops import convolution


def kept_when_the_loss_is_there(make, x):
    """Whether the arrays that a function of x records, in order, are alive when it has been computed."""
    seen = []

    def objective(x):
        y = make(x, lambda array: seen.append(weakref.ref(array._value)))
        loss = anp.sum(y)
        del x, y
        gc.collect()
        alive.extend(ref() is not None for ref in seen)
        return loss

    alive = []
    value_and_grad(objective)(x)
    return alive


def block(x, note):
    """Batch norm, relu and a gate, as in a wide ResNet."""
    for op in (lambda x: ops.batch_norm(x, np.ones(2), np.zeros(2)), ops.relu, lambda x: x * 2.0):
        x = op(x)
        note(x)
    return x


def test_what_batch_norm_makes_is_gone_when_the_rectifier_has_read_it():
    x = np.random.default_rng(0).normal(size=(2, 3, 3, 4))
    normed, rectified, _ = kept_when_the_loss_is_there(block, x)
    assert not normed
    assert rectified


@pytest.mark.parametrize("op", [ops.affine, ops.conv2d])
def test_a_result_that_no_gradient_asks_for_is_not_kept(op):
    W = np.ones((3, 2) if op is ops.affine else (3, 2, 1, 1))
    x = np.ones((2, 4) if op is ops.affine else (2, 3, 3, 4))

    def rectified(x, note):
        y = op(x, W)
        note(y)
        return ops.relu(y)

    assert kept_when_the_loss_is_there(rectified, x) == [False]


def peak_of(function):
    """Bytes that a call needs at once, beyond what was there."""
    tracemalloc.start()
    try:
        function()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_patches_never_need_memory_all_at_once():
    rng = np.random.default_rng(0)
    x, g = (rng.standard_normal((32, 32, 32, 32), dtype=np.float32) for _ in range(2))
    W = rng.standard_normal((32, 32, 3, 3), dtype=np.float32)
    two_blocks = 2 * 4 * convolution.BLOCK
    for call in (
        lambda: ops.conv2d(x, W, padding=1),
        lambda: convolution.conv2d_dx(g, x, W, 1, 1),
        lambda: convolution.conv2d_dW(g, x, W, 1, 1),
    ):
        assert peak_of(call) < 2.5 * x.nbytes + two_blocks < 9 * x.nbytes


def test_the_way_back_needs_hardly_more_memory_than_the_way_there():
    def stack(x, layers=20):
        for _ in range(layers):
            x = ops.relu(x * 1.01)
        return anp.sum(x)

    x = np.ones((64, 1000))
    there_and_back = peak_of(lambda: value_and_grad(stack)(x))
    assert there_and_back < (20 + 20 + 4) * x.nbytes  # what relu and the product keep, and four more
