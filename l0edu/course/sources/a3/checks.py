"""Are the penalties of a3 right? Each test tries one function, and none needs another function."""

import numpy as np
import pytest

from l0edu import expected_l0, l0_penalty, l2_penalty, lenet5, mlp, value_and_grad
from l0edu.course.draws import law, locations
from l0edu.course.testing import close

PAPER = (2 / 3, -0.1, 1.1)  # beta, gamma, zeta


def a_network(rng, hc):
    """An MLP with gates on the inputs of both layers, its parameters, and what a3 calls them."""
    sizes = (*(int(n) for n in rng.choice(np.arange(4, 12), size=2, replace=False)), 3)
    net = mlp(sizes, (0.5, 0.5), hc)
    params = net.init(rng, np.float64)
    for name, n in (("gate1", sizes[0]), ("gate2", sizes[1])):
        params[name]["log_alpha"] = locations(rng, n)
    log_alphas = [params["gate1"]["log_alpha"], params["gate2"]["log_alpha"]]
    return net, params, log_alphas, [sizes[1], sizes[2]]


def a_dense_layer(rng, hc, outputs, inputs):
    """A dense layer with gates on its inputs: the network, its parameters, W and log_alpha."""
    net = mlp((inputs, outputs), (0.5,), hc)
    params = net.init(rng, np.float64)
    params["fc1"]["W"], params["gate1"]["log_alpha"] = (
        rng.normal(size=(outputs, inputs)),
        locations(rng, inputs),
    )
    return net, params, params["fc1"]["W"], params["gate1"]["log_alpha"]


@pytest.mark.task(
    "3.1", points=1, hidden=1, hint="What does one open gate of a layer add to the count of weights?"
)
def test_expected_l0_is_eq_16(student, rng):
    hc = law(rng)
    net, params, log_alphas, sizes = a_network(rng, hc)
    yours = student.expected_l0(log_alphas, sizes, hc.beta, hc.gamma, hc.zeta)
    close(yours, float(expected_l0(net, params)), "the expected number of open weights")


@pytest.mark.task("3.1", points=1, hint="The MLP at its start: 784 x 300 weights, 300 x 100, 100 x 10.")
def test_expected_l0_of_the_papers_mlp_at_its_start(student):
    log_alphas = [np.full(784, np.log(4)), np.zeros(300), np.zeros(100)]
    count = student.expected_l0(log_alphas, [300, 100, 10], *PAPER)
    close(count, 249_670.2809, "the expected number of open weights")


@pytest.mark.task(
    "3.2", points=1, hidden=2, hint="Each layer has a lambda of its own. In which units is it given?"
)
def test_l0_penalty_charges_each_layer_its_own_lambda(student, rng):
    hc, n_examples = law(rng), int(rng.integers(50, 500))
    net, params, log_alphas, sizes = a_network(rng, hc)
    lams = [float(lam) for lam in rng.uniform([0.1, 2.0], [1.0, 5.0])]
    yours = student.l0_penalty(log_alphas, sizes, lams, n_examples, hc.beta, hc.gamma, hc.zeta)
    close(yours, float(l0_penalty(net, params, [lam / n_examples for lam in lams])), "the penalty")


@pytest.mark.task(
    "3.2", points=1, hint="At its start the MLP pays less than a nat. By which number is lambda divided?"
)
def test_l0_penalty_of_the_papers_mlp_at_its_start(student):
    log_alphas = [np.full(784, np.log(4)), np.zeros(300), np.zeros(100)]
    penalty = student.l0_penalty(log_alphas, [300, 100, 10], [0.1] * 3, 60_000, *PAPER)
    close(penalty, 0.4161173, "the penalty in nats")


@pytest.mark.task(
    "3.3", points=1, hidden=1, hint="W is (out, in), and here out = in. Along which axis do the gates stand?"
)
def test_dense_l2_of_a_square_layer_is_eq_17(student, rng):
    hc = law(rng)
    net, params, W, log_alpha = a_dense_layer(rng, hc, 5, 5)
    yours = student.dense_l2(W, log_alpha, 0.3, hc.beta, hc.gamma, hc.zeta)
    close(yours, float(l2_penalty(net, params, 0.3)), "the decay")


@pytest.mark.task("3.3", points=1, hint="Which probability belongs to a column of W?")
def test_dense_l2_of_the_layer_of_tutorial_5(student):
    W = np.array([[1.0, 2.0, -1.0], [0.5, -2.0, 1.0]])
    close(student.dense_l2(W, np.array([-3.0, -1.0, 2.0]), 0.1, *PAPER), 0.3678204, "the decay")


@pytest.mark.task(
    "3.4", points=1, hidden=1, hint="Which squares belong to the group of a map, and which gate is theirs?"
)
def test_conv_l2_is_eq_17_for_maps(student, rng):
    hc = law(rng)
    net, params, groups, log_alpha = a_dense_layer(rng, hc, 4 * 3 * 3 + 1, 4)  # a column holds a map's group
    groups[-1] *= 3
    W, b = groups[:-1].T.reshape(4, 4, 3, 3), groups[-1]
    yours = student.conv_l2(W, b, log_alpha, 0.2, hc.beta, hc.gamma, hc.zeta)
    close(yours, float(l2_penalty(net, params, 0.2)), "the decay")


@pytest.mark.task("3.4", points=1, hint="Set all weights to 0. What is left of the decay?")
def test_conv_l2_of_biases_alone(student, rng):
    W, b, log_alpha = np.zeros((2, 3, 5, 5)), np.array([1.0, 2.0]), np.array([-1.5986, 0.0])
    close(student.conv_l2(W, b, log_alpha, 1.0, *PAPER), (0.5 * 1 + 0.8318222 * 4) / 2, "the decay")


@pytest.mark.task("3.5", points=1, hidden=1, hint="What becomes of the 1/2 when W_ij^2 is differentiated?")
def test_dW_of_the_decay(student, rng):
    hc = law(rng)
    net, params, W, log_alpha = a_dense_layer(rng, hc, 4, 6)
    _, right = value_and_grad(lambda q: l2_penalty(net, q, 0.3))(params)
    yours = student.dense_l2_gradients(W, log_alpha, 0.3, hc.beta, hc.gamma, hc.zeta)
    close(pair(yours)[0], right["fc1"]["W"], "dW")


@pytest.mark.task(
    "3.5", points=1, hidden=1, hint="log_alpha acts through P(z != 0) alone. Which weights share it?"
)
def test_dlog_alpha_of_the_decay(student, rng):
    hc = law(rng)
    net, params, W, log_alpha = a_dense_layer(rng, hc, 6, 6)
    _, right = value_and_grad(lambda q: l2_penalty(net, q, 0.3))(params)
    yours = student.dense_l2_gradients(W, log_alpha, 0.3, hc.beta, hc.gamma, hc.zeta)
    close(pair(yours)[1], right["gate1"]["log_alpha"], "dlog_alpha")


@pytest.mark.task(
    "3.6", points=1, hint="Table 1: conv1 of LeNet-5 is (20, 1, 5, 5), and conv2 (50, 20, 5, 5)."
)
def test_the_group_sizes_of_lenet5(student):
    for charge, shape in zip(lenet5().charges[:2], [(20, 1, 5, 5), (50, 20, 5, 5)], strict=True):
        for bias in (False, True):
            size = student.conv_group_size(shape, bias)
            close(size, charge.group_size + bias, f"conv_group_size({shape}, {bias})")


@pytest.mark.task("3.6", points=1, hidden=1, hint="Close a map. How many numbers are of no use any more?")
def test_the_group_size_of_any_convolution(student, rng):
    for bias in (False, True):
        out, channels, k = (int(n) for n in rng.choice(np.arange(2, 9), size=3, replace=False))
        shape = out, channels, k, k
        one_map = np.zeros((channels, k, k)).size + bias
        close(student.conv_group_size(shape, bias), one_map, f"conv_group_size({shape}, {bias})")


def pair(yours):
    """The two gradients of task 3.5."""
    assert isinstance(yours, tuple | list), "return dW and dlog_alpha, in this order"
    assert len(yours) == 2, f"return two arrays, dW and dlog_alpha: these are {len(yours)}"
    return yours
