"""What is said when some arrays lie on the host and some on a device?"""

import numpy as np
import pytest
from building import rng
from gradient_checks import refused

from l0edu import SGD, Adam, Average, draw_noise, l0_penalty, mlp, sample_gates, test_gates, value_and_grad
from l0edu.gpu import is_on_device, to_device
from l0edu.packing import pack


@pytest.fixture
def mixed(device):
    net = mlp((4, 3, 2), (0.2, 0.5))
    params = net.init(rng())
    x, noise = np.ones((5, 4), np.float32), draw_noise(net, params, rng())
    return net, params, to_device(params, device), x, noise


def test_a_parameter_on_the_host_beside_a_batch_on_the_device_is_named(mixed, device):
    net, params, there, x, _ = mixed
    there = {**there, "fc1": params["fc1"]}
    with refused(r"params\['fc1'\]\['W'\] is on the host and x on the device: write to_device\(params\)"):
        net.apply(there, to_device(x, device))


def test_a_batch_on_the_host_beside_parameters_on_the_device_is_named(mixed):
    net, _, there, x, _ = mixed
    with refused(r"on the device and x on the host: write to_device\(x\), or to_host\(params\)"):
        net.apply(there, x)


def test_gates_and_noise_on_the_host_are_named(mixed, device):
    net, params, there, x, noise = mixed
    with refused(r"gates\['gate1'\] is on the host"):
        net.apply(there, to_device(x, device), test_gates(net, params))
    with refused(r"params\['gate1'\]\['log_alpha'\] is on the device and noise\['gate1'\] on the host"):
        sample_gates(net, there, noise)


def test_a_table_of_both_kinds_cannot_be_differentiated_nor_packed(mixed):
    net, params, there, _, _ = mixed
    both = {**there, "fc2": params["fc2"]}
    with refused(r"params\['fc2'\]\['W'\] is on the host"):
        value_and_grad(lambda params: l0_penalty(net, params, 1.0))(both)
    with refused(r"table\['fc2'\]\['W'\] is on the host"):
        pack(both)


def test_gradients_go_into_arrays_of_the_same_place_and_of_the_same_memory_into_none(mixed):
    net, params, there, _, _ = mixed
    with refused(r"into\['gate1'\]\['log_alpha'\] is on the host"):
        value_and_grad(lambda params: l0_penalty(net, params, 1.0), into=params)(there)
    with refused("shares memory"):
        value_and_grad(lambda params: l0_penalty(net, params, 1.0), into=there)(there)


def test_a_rule_for_parameters_on_the_device_needs_its_state_there(mixed):
    _, params, there, _, _ = mixed
    with refused(r"state\['m'\].* is on the host"):
        Adam().update(there, there, Adam().init(params))


@pytest.mark.parametrize("rule", [Adam(), SGD()])
def test_gradients_on_the_host_are_refused_by_a_rule_for_parameters_on_the_device(rule, mixed):
    _, params, there, _, _ = mixed
    with refused(r"grads\['gate1'\]\['log_alpha'\] is on the host and params.*: write to_device\(grads\)"):
        rule.update(there, params, rule.init(there))
    with refused(r"grads is on the host and params on the device: write to_device\(grads\)"):
        rule.update_in_place(pack(there), pack(params), rule.pack_state(rule.init(there)))
    with refused(r"grads is on the device and params on the host"):
        rule.update_in_place(pack(params), pack(there), rule.pack_state(rule.init(params)))


def test_a_packed_state_on_the_host_is_refused_for_parameters_on_the_device(mixed):
    _, params, there, _, _ = mixed
    state = Average().pack_state(Average().init(params))
    with refused(r"state\['p_sum'\] is on the host and params on the device"):
        Average().update_in_place(state, pack(there))


def test_a_value_in_the_objective_may_be_a_number(mixed, device):
    net, _, there, x, _ = mixed
    _, grads = value_and_grad(lambda p: 2.0 * net.apply(p, to_device(x, device)).sum() + 1)(there)
    assert is_on_device(grads["fc1"]["W"])


def test_an_array_type_that_was_never_registered_is_named():
    class Foreign:
        shape, dtype = (), np.dtype(float)

    with refused(r"hold a .*\.Foreign, which autograd does not know.*l0edu\.gpu\.register\(\)"):
        value_and_grad(lambda x: x)(Foreign())
