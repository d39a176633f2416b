"""Is a law of your own a gate like those that ship?"""

from dataclasses import dataclass
from typing import ClassVar

import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given
from statistics_bounds import assert_follows, deviation, is_plausible_count, slope
from strategies import few, log_alphas, seeds

from l0edu.concrete import logit, sigmoid
from l0edu.gates import RectifiedLaw
from l0edu.gradient import value_and_grad


@dataclass(frozen=True)
class HardLogistic(RectifiedLaw):
    """A third law, with nothing but what `RectifiedLaw` asks for: s_bar = mu + logistic noise / 4."""

    parameter: ClassVar[str] = "mu"
    drop_rate: float = 0.5

    def draw_noise(self, rng, shape, dtype=np.float64):
        return (logit(rng.random(shape)) / 4).astype(dtype)

    def sample_stretched(self, phi, noise):
        return phi + noise

    def cdf(self, phi, s_bar):
        return sigmoid(4 * (s_bar - phi))

    def noiseless(self, phi):
        return phi

    def init(self, rng, n, dtype=np.float32):
        return rng.normal(1 - self.drop_rate, 0.01, n).astype(dtype)


OWN = HardLogistic()


def test_a_law_that_lacks_a_method_cannot_be_made():
    class Unfinished(RectifiedLaw):
        def cdf(self, phi, s_bar):
            return s_bar

    with pytest.raises(TypeError, match="abstract"):
        Unfinished()


@given(log_alphas(bound=2.0, shape=1), seeds)
@few
def test_the_gates_of_a_law_of_ones_own_follow_its_cdf(phi, seed):
    z = OWN.sample(phi, OWN.draw_noise(np.random.default_rng(seed), 50_000))
    assert_follows(z, lambda x: OWN.cdf_gate(phi, x))
    assert is_plausible_count((z == 0).sum(), z.size, OWN.prob_zero(phi)).all()
    assert is_plausible_count((z > 0).sum(), z.size, OWN.prob_open(phi)).all()
    assert is_plausible_count((z == 1).sum(), z.size, OWN.prob_one(phi)).all()
    assert abs(OWN.mean(phi) - z.mean()) <= deviation(z.size)


@given(log_alphas(bound=2.0))
@few
def test_the_mean_of_a_law_of_ones_own_is_its_closed_form(phi):
    # the integral of 1 / (1 + exp(4 (t - phi))) over t from 0 to 1
    expected = (np.logaddexp(0, 4 * phi) - np.logaddexp(0, 4 * (phi - 1))) / 4
    np.testing.assert_allclose(OWN.mean(phi), expected, rtol=1e-12)


@pytest.mark.parametrize("method", ["prob_open", "prob_zero", "prob_one", "mean", "test_value"])
def test_what_follows_from_a_law_of_ones_own_is_differentiable(method):
    phi, f = np.array([-0.7, 0.2, 0.6, 1.3]), getattr(OWN, method)
    grads = value_and_grad(lambda x: anp.sum(f(x)))(phi)[1]
    np.testing.assert_allclose(grads, slope(f, phi), atol=1e-8)


def test_the_gates_of_a_law_of_ones_own_are_differentiable():
    phi, noise = np.array([-0.7, 0.2, 0.6, 1.3]), np.array([[0.1, 0.1, 0.1, -0.9], [0.8, -0.3, 0.0, 0.4]])
    grads = value_and_grad(lambda x: anp.sum(OWN.sample(x, noise)))(phi)[1]
    np.testing.assert_array_equal(grads, [1, 1, 2, 1])
