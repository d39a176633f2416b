"""How many launches are left where kernels stand in place of NumPy calls? Counted on the stand-in."""

import numpy as np
import pytest

from l0edu import SGD, Adam, HardConcrete, ops, penalty
from l0edu.averaging import Average
from l0edu.gates import hard_concrete_dlog_alpha, open_probability_dlog_alpha
from l0edu.gpu import stand_in, to_device
from l0edu.ops import convolution, loss, normalization, pooling
from l0edu.packing import pack, zeros_like

LAW = HardConcrete()
RNG = np.random.default_rng(0)


def numbers(*shape):
    return to_device(RNG.uniform(0.1, 0.9, shape).astype(np.float32), "stand-in")


def launches(function, *args):
    """With kernels, and without; of arguments that are made before."""
    with stand_in.counting() as counts, stand_in.strict():
        function(*args)
    return counts.launches, counts.unfused


@pytest.fixture(scope="module")
def gates():
    return numbers(20), numbers(20)


def test_a_layer_of_gates_takes_four_launches_forwards_and_backwards(gates):
    log_alpha, u = gates
    z = LAW.sample(log_alpha, u)
    shape = (LAW.beta, LAW.gamma, LAW.zeta)
    assert launches(LAW.sample, log_alpha, u) == (1, 19)
    assert launches(hard_concrete_dlog_alpha, u, z, log_alpha, *shape) == (1, 9)
    assert launches(LAW.prob_open, log_alpha) == (1, 8)
    assert launches(open_probability_dlog_alpha, u, log_alpha, -1.6)[0] == 1


@pytest.mark.parametrize(("k", "stride", "padding"), [(5, 1, 0), (3, 1, 1), (3, 2, 1), (1, 2, 0)])
def test_a_convolution_takes_eight_launches_forwards_and_backwards(k, stride, padding):
    x, W, b = numbers(4, 8, 8, 2), numbers(3, 4, k, k), numbers(3)
    g = ops.conv2d(x, W, b, stride, padding)
    assert launches(ops.conv2d, x, W, b, stride, padding)[0] == 3  # patches, product, bias
    assert launches(convolution.conv2d_dx, g, x, W, stride, padding)[0] == 2  # product, fold
    assert launches(convolution.conv2d_dW, g, x, W, stride, padding)[0] == 2  # patches, product
    assert launches(convolution.conv2d_db, g)[0] == 1


def test_a_kernel_of_one_pixel_copies_nothing():
    x, W = numbers(4, 8, 8, 2), numbers(3, 4, 1, 1)
    assert launches(ops.conv2d, x, W)[0] == 1


def test_batch_norm():
    x, g, per_unit = numbers(4, 8, 8, 2), numbers(4, 8, 8, 2), numbers(4)
    assert launches(ops.batch_norm, x, per_unit, per_unit)[0] == 6
    assert launches(normalization.batch_norm_gradients, g, x, per_unit, 1e-5)[0] == 11
    assert launches(ops.normalize, x, *4 * [per_unit])[0] == 2


def test_penalties():
    p, W, g = numbers(3), numbers(3, 4), numbers()
    assert launches(penalty.add_weighted_sum, p, 0.1, g)[0] == 2
    assert launches(penalty.weighted_squares, W, p[:, None])[0] == 2
    assert launches(penalty.weighted_squares_dW, g, W, p[:, None]) == (1, 3)
    assert launches(penalty.weighted_squares_dp, g, W, p[:, None])[0] == 2


def test_the_gradient_of_the_loss_scatters_nothing():
    logits, labels = numbers(6, 10), to_device(np.arange(6), "stand-in")
    assert launches(loss.cross_entropy_dlogits, numbers(), logits, labels)[0] == 6
    assert launches(ops.cross_entropy, logits, labels)[0] <= 10


def test_pooling_takes_one_launch_each_way():
    x = numbers(2, 6, 6, 3)
    y = ops.max_pool(x, 2)
    assert [launches(pool, x, 2)[0] for pool in (ops.max_pool, ops.mean_pool)] == [1, 1]
    assert launches(pooling.max_pool_dx, y, y, x, 2)[0] == launches(pooling.mean_pool_dx, y, x, 2)[0] == 1


@pytest.mark.parametrize("rule", [Adam(), SGD(), SGD(momentum=0.9, nesterov=True)], ids=str)
def test_an_update_takes_one_launch_and_averaging_another(rule):
    params = pack({"fc1": {"W": numbers(3, 4), "b": numbers(3)}})
    grads, average = zeros_like(params), Average()
    state = rule.pack_state(rule.init(params.table))
    averaged = average.pack_state(average.init(params.table))
    assert launches(rule.update_in_place, params, grads, state)[0] == 1
    assert launches(average.update_in_place, averaged, params) == (1, 2)
