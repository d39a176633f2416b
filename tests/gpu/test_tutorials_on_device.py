"""Do the losses and laws of the tutorials run on a device as they stand there, with the same numbers?"""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import elementwise_grad
from gpu_checks import assert_on_device, no_hidden_transfers

from l0edu import BernoulliGates, HardConcrete, HardGaussian, lp_penalty, mlp, plain, value_and_grad
from l0edu.gates import hard_sigmoid
from l0edu.gpu import to_device
from l0edu.objective import objective_terms

RNG = np.random.default_rng(0)
X, T, THETA = RNG.normal(size=(20, 10)), RNG.choice([-1.0, 1.0], 20), RNG.normal(size=10)
NOISE = RNG.random((6, 10))
CORNER = np.array([-0.05, 0.0, 0.5, 1.0, 1.05])
PATTERNS = RNG.integers(0, 2, (6, 10)).astype(float)
GATE = HardConcrete()


def coin_loss(z, x, t, theta):
    """Of tutorial 2: logistic, with the gates on the weights."""
    return anp.mean(anp.logaddexp(0, -t * (x @ (theta * z))))


def smooth_risk(law):
    """Of tutorial 3: Eq. 9 with gates of a law."""

    def risk(phi, noise, x, t, theta):
        losses = anp.mean(anp.logaddexp(0, -t * ((theta * law.sample(phi, noise)) @ x.T)), axis=-1)
        return {"error": anp.sum(losses), "l0": 0.01 * anp.sum(law.prob_open(phi))}

    return risk


EXAMPLES = {
    "01, the bridge p = 2": (lambda theta: lp_penalty(theta, 2.0), [THETA]),
    "01, the bridge p = 1/2": (lambda theta: lp_penalty(theta, 0.5), [THETA]),
    "02, the slope by z": (coin_loss, [PATTERNS[0], X, T, THETA]),
    "03, hard Gaussian": (smooth_risk(HardGaussian()), [THETA, NOISE, X, T, THETA]),
    "03, hard concrete": (smooth_risk(GATE), [THETA, NOISE, X, T, THETA]),
    "05, the price": (lambda log_alpha: GATE.prob_open(log_alpha).sum(), [THETA]),
    "06, the sample": (lambda log_alpha, u: GATE.sample(log_alpha, u).sum(), [THETA, NOISE[0]]),
    "06, the corner": (lambda t: hard_sigmoid(t).sum(), [CORNER]),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_gradient_of_an_example_is_numpys(name, device):
    function, arrays = EXAMPLES[name]
    there = [to_device(array, device) for array in arrays]
    with no_hidden_transfers(device):
        value, slope = value_and_grad(function)(*there)
    expected, slope_here = value_and_grad(function)(*arrays)
    assert_on_device(slope, slope_here)
    assert_on_device(value, expected)


SPELLED = {
    "06, autograd's own rules": lambda log_alpha, u: plain.hard_concrete(log_alpha, u, 2 / 3, -0.1, 1.1),
    "06, autograd of minimum and maximum": lambda t, _: anp.minimum(1, anp.maximum(0, t)),
}


@pytest.mark.parametrize("name", SPELLED)
def test_what_is_spelled_in_autograd_numpy_is_differentiated_there(name, device):
    log_alpha, u = to_device(THETA, device), to_device(NOISE[0], device)
    with no_hidden_transfers(device):
        slope = elementwise_grad(SPELLED[name])(log_alpha, u)
    assert_on_device(slope, elementwise_grad(SPELLED[name])(THETA, NOISE[0]))


def test_the_score_function_of_coins_reads_the_losses_and_gives_numpys_numbers(device):
    def estimates(logits, u, x, t, theta):
        def loss(z):
            return coin_loss(z, x, t, theta)

        return BernoulliGates().score_function_gradients(loss, logits, u, baseline=0.5)

    arrays = [THETA, NOISE, X, T, THETA]
    there = [to_device(array, device) for array in arrays]
    with no_hidden_transfers(device, reads=True):
        found = estimates(*there)
    assert_on_device(found, estimates(*arrays))


def test_the_gradient_by_hand_of_tutorial_6_is_that_of_a_device(device):
    net = mlp((2, 2, 2), (0.5, 0.5))
    params = net.init(np.random.default_rng(0), np.float64)
    noise = {"gate1": np.array([0.4, 0.2]), "gate2": np.array([0.6, 0.9])}
    here = {"params": params, "noise": noise, "x": np.array([[2.0, 1.0]]), "y": np.array([1])}

    def gradient(params, noise, x, y):
        return value_and_grad(lambda p: objective_terms(net, p, x, y, noise, 0.01, 0.1))(params)[1]

    there = to_device(here, device)
    with no_hidden_transfers(device):
        found = gradient(**there)
    assert_on_device(found, gradient(**here))
