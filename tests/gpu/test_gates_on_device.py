"""Do gates and penalties follow their parameters to a device, and what is counted come back?"""

import numpy as np
import pytest
from building import rng
from gpu_checks import assert_on_device, no_hidden_transfers

from l0edu import (
    architecture,
    draw_noise,
    expected_l0,
    flops,
    l0_penalty,
    l2_penalty,
    lenet5,
    lp_penalty,
    open_at_test,
    open_probabilities,
    test_gates,
    value_and_grad,
)
from l0edu.gating import clamp_log_alpha
from l0edu.gpu import is_on_device, register, stand_in, to_device
from l0edu.target import expected_share


@pytest.fixture
def gated():
    net = lenet5()
    params = net.init(rng(), np.float64)
    for layer in ("gate1", "gate2", "gate3", "gate4"):
        params[layer]["log_alpha"] = rng(4).uniform(-4, 4, params[layer]["log_alpha"].shape)
    return net, params


def test_noise_of_a_host_generator_is_that_of_the_host_moved(gated, device):
    net, params = gated
    expected = draw_noise(net, params, rng(5))
    with no_hidden_transfers(device):
        noise = draw_noise(net, to_device(params, device), rng(5))
    assert_on_device(noise, expected, 0)


def test_noise_of_a_device_generator_needs_no_transfer(gated, device):
    net, params = gated
    there, generator = to_device(params, device), register(device).random.default_rng(0)
    with stand_in.counting() as counts, no_hidden_transfers(device):
        noise = draw_noise(net, there, generator)
    assert (counts.uploads, counts.downloads) == (0, 0)
    assert {name: (u.shape, u.dtype) for name, u in noise.items()} == {
        name: (u.shape, u.dtype) for name, u in draw_noise(net, params, rng(5)).items()
    }


@pytest.mark.parametrize("function", [test_gates, open_probabilities, clamp_log_alpha])
def test_tables_of_gates_lie_where_the_parameters_do(function, gated, device):
    net, params = gated
    there = to_device(params, device)
    with no_hidden_transfers(device):
        found = function(net, there)
    assert_on_device(found, function(net, params))


def test_which_gates_are_open_is_read_once_and_lies_on_the_host(gated, device):
    net, params = gated
    there = to_device(params, device)
    with no_hidden_transfers(device, reads=True):
        opened = open_at_test(net, there)
        assert architecture(net, there) == architecture(net, params)
    assert not any(map(is_on_device, opened.values()))
    assert flops(net, opened).total == flops(net, open_at_test(net, params)).total


def test_expected_flops_are_counted_on_the_host(gated, device):
    net, params = gated
    with no_hidden_transfers(device, reads=True):
        found = flops(net, open_probabilities(net, to_device(params, device))).total
    assert abs(found / flops(net, open_probabilities(net, params)).total - 1) < 1e-12


# ---- penalties


def l0(net, params):
    return l0_penalty(net, params, (0.1, 0.2, 0.3, 0.4))


def l2(net, params):
    return l2_penalty(net, params, 0.1, biases=True, gated_weight_decay=0.3)


def share_of_flops(net, params):
    return expected_share(net, params, "flops")


def lasso(net, params):
    return lp_penalty(params["fc2"]["W"], 1) + lp_penalty(params["fc1"]["b"], 0.5)


@pytest.mark.parametrize("penalty", [l0, l2, expected_l0, expected_share, share_of_flops, lasso])
def test_a_penalty_and_its_gradient(penalty, gated, device):
    net, params = gated
    evaluate = value_and_grad(lambda params: penalty(net, params))
    there = to_device(params, device)
    with no_hidden_transfers(device, reads=penalty is share_of_flops):
        value, grads = evaluate(there)
    expected = evaluate(params)
    assert_on_device(value, expected[0])
    assert_on_device(grads, expected[1])
