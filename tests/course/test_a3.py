"""Are the solutions of a3 right? Against counting, differences, the library's networks and torch."""

import numpy as np
import pytest

from l0edu import expected_l0, l0_penalty, l2_penalty, lenet5, mlp, value_and_grad
from l0edu.course.doctor.routes import central_difference
from l0edu.course.draws import law, locations
from l0edu.course.sources.a3 import penalties
from l0edu.gates import HardConcrete

PAPER = (2 / 3, -0.1, 1.1)  # beta, gamma, zeta


def of(hc):
    return hc.beta, hc.gamma, hc.zeta


def fresh(net):
    """A network's parameters in float64, its log_alphas and its group sizes."""
    params = net.init(np.random.default_rng(0), np.float64)
    log_alphas = [params[charge.gate]["log_alpha"] for charge in net.charges]
    return params, log_alphas, [charge.group_size for charge in net.charges]


def test_the_open_probability_that_is_given_is_the_librarys():
    rng = np.random.default_rng(0)
    hc, log_alpha = law(rng), locations(rng, 50)
    np.testing.assert_allclose(penalties.prob_open(log_alpha, *of(hc)), hc.prob_open(log_alpha), rtol=1e-12)


@pytest.mark.parametrize("net", [mlp(), lenet5()], ids=["mlp", "lenet5"])
def test_the_papers_networks_expect_and_pay_as_in_the_library(net):
    params, log_alphas, sizes = fresh(net)
    lams = [10.0, 0.5, 0.1, 10.0][: len(sizes)]
    yours = penalties.expected_l0(log_alphas, sizes, *PAPER)
    np.testing.assert_allclose(yours, expected_l0(net, params), rtol=1e-12)
    yours = penalties.l0_penalty(log_alphas, sizes, lams, 60_000, *PAPER)
    np.testing.assert_allclose(yours, l0_penalty(net, params, [lam / 60_000 for lam in lams]), rtol=1e-12)


def test_the_expected_number_is_the_mean_of_counted_numbers():
    hc, rng = HardConcrete(), np.random.default_rng(1)
    log_alphas, sizes = [np.array([-3.0, -1.0, 2.0]), np.array([0.0, 2.0])], [2, 7]
    counts = sum(
        size * np.count_nonzero(hc.sample(a, hc.draw_noise(rng, (20_000, len(a)))), axis=1)
        for a, size in zip(log_alphas, sizes, strict=True)
    )
    error = counts.std() / 20_000**0.5
    assert abs(counts.mean() - penalties.expected_l0(log_alphas, sizes, *PAPER)) < 6 * error


def test_the_decay_of_a_dense_layer_and_its_gradients_are_the_librarys():
    net = mlp((7, 4), (0.5,))
    params, (log_alpha,), _ = fresh(net)
    W = params["fc1"]["W"]
    value, grads = value_and_grad(lambda q: l2_penalty(net, q, 0.3))(params)
    np.testing.assert_allclose(penalties.dense_l2(W, log_alpha, 0.3, *PAPER), value, rtol=1e-12)
    dW, dlog_alpha = penalties.dense_l2_gradients(W, log_alpha, 0.3, *PAPER)
    np.testing.assert_allclose(dW, grads["fc1"]["W"], rtol=1e-12)
    np.testing.assert_allclose(dlog_alpha, grads["gate1"]["log_alpha"], rtol=1e-12)


def test_the_gradients_of_the_decay_are_those_of_differences():
    rng = np.random.default_rng(2)
    hc, W, log_alpha = law(rng), rng.normal(size=(5, 3)), locations(rng, 3)
    dW, dlog_alpha = penalties.dense_l2_gradients(W, log_alpha, 0.7, *of(hc))
    by_W = central_difference(lambda w: penalties.dense_l2(w, log_alpha, 0.7, *of(hc)), W)
    by_log_alpha = central_difference(lambda a: penalties.dense_l2(W, a, 0.7, *of(hc)), log_alpha)
    np.testing.assert_allclose(dW, by_W, atol=1e-8)
    np.testing.assert_allclose(dlog_alpha, by_log_alpha, atol=1e-8)


@pytest.mark.torch
def test_torch_finds_the_same_gradients_of_the_decay():
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(3)
    W, a = (torch.tensor(rng.normal(size=shape), requires_grad=True) for shape in ((6, 4), (4,)))
    p = torch.sigmoid(a - PAPER[0] * np.log(0.1 / 1.1))
    (0.2 / 2 * (p * W**2).sum()).backward()
    yours = penalties.dense_l2_gradients(W.detach().numpy(), a.detach().numpy(), 0.2, *PAPER)
    np.testing.assert_allclose(yours[0], W.grad.numpy(), rtol=1e-9)
    np.testing.assert_allclose(yours[1], a.grad.numpy(), rtol=1e-9)


def test_the_decay_is_the_mean_over_sampled_gates_of_what_is_open():
    hc, rng = HardConcrete(), np.random.default_rng(4)
    W, b, log_alpha = rng.normal(size=(3, 2, 2, 2)), rng.normal(size=3), np.array([-2.0, 0.0, 1.0])
    is_open = hc.sample(log_alpha, hc.draw_noise(rng, (20_000, 3))) != 0
    squares = np.array([(W[o] ** 2).sum() + b[o] ** 2 for o in range(3)])
    sampled = 0.3 / 2 * is_open @ squares
    decay = penalties.conv_l2(W, b, log_alpha, 0.3, *PAPER)
    assert abs(sampled.mean() - decay) < 6 * sampled.std() / 20_000**0.5


def test_without_biases_a_convolution_decays_as_in_the_library():
    net = lenet5()
    params, log_alphas, _ = fresh(net)
    for i, name in ((0, "conv1"), (1, "conv2")):
        zeroed = {layer: {**arrays} for layer, arrays in params.items()}
        for layer in {"conv1", "conv2", "fc1", "fc2"} - {name}:
            zeroed[layer]["W"] = np.zeros_like(params[layer]["W"])
        W = params[name]["W"]
        yours = penalties.conv_l2(W, np.zeros(len(W)), log_alphas[i], 5e-4, *PAPER)
        np.testing.assert_allclose(yours, l2_penalty(net, zeroed, 5e-4), rtol=1e-12)


def test_group_sizes_are_the_librarys_and_a_bias_adds_one():
    for charge, shape in zip(lenet5().charges, lenet5().weight_shapes.values(), strict=True):
        if len(shape) == 4:
            assert penalties.conv_group_size(shape, False) == charge.group_size
            assert penalties.conv_group_size(shape, True) == charge.group_size + 1
    assert penalties.conv_group_size((2, 3, 4, 4), True) == 49
