"""Is the score-function estimator unbiased, and is its variance the known one?"""

import itertools

import numpy as np
import pytest
from hypothesis import given
from statistics_bounds import is_plausible_count, slope
from strategies import arrays, few, seeds

from l0edu.bernoulli import BernoulliGates, all_patterns
from l0edu.errors import InputError

GATES = BernoulliGates()


def entangled(z):
    """A loss that no sum over single gates can express."""
    return float(np.sin(2 * z.sum()) + z[0] * z[-1] + 0.3 * z[0])


def toy(z):
    """(z - .45)^2, the one-gate loss of Tucker et al., "REBAR" (2017)."""
    return float((z[0] - 0.45) ** 2)


def moments(loss, logits, baseline=0.0):
    """Exact mean and variance of a row of the estimator, over all patterns."""
    patterns = all_patterns(len(logits))
    u = np.where(patterns == 1, 0.0, np.nextafter(1.0, 0))  # the noise that gives just this pattern
    rows = GATES.score_function_gradients(loss, logits, u, baseline)
    weights = np.exp(GATES.log_prob(logits, patterns))
    mean = weights @ rows
    return mean, weights @ (rows - mean) ** 2


@pytest.mark.parametrize("n", [0, 1, 3, 5])
def test_all_patterns_are_all_rows_of_zeros_and_ones_in_counting_order(n):
    np.testing.assert_array_equal(all_patterns(n), list(itertools.product([0, 1], repeat=n)))
    assert all_patterns(n).shape == (2**n, n)


@pytest.mark.parametrize("n", [-1, 21, 1000])
def test_more_patterns_than_can_be_added_up_are_refused(n):
    with pytest.raises(InputError, match="enumerate at most 20") as caught:
        all_patterns(n)
    assert len(str(caught.value).splitlines()) == 1


@given(arrays(5, bound=80.0))
def test_the_probabilities_of_all_patterns_add_up_to_one(logits):
    np.testing.assert_allclose(np.exp(GATES.log_prob(logits, all_patterns(5))).sum(), 1, rtol=1e-12)


@given(arrays(3))
def test_the_probability_of_a_pattern_is_the_product_over_its_gates(logits):
    pi, z = 1 / (1 + np.exp(-logits)), np.array([1.0, 0.0, 1.0])
    np.testing.assert_allclose(np.exp(GATES.log_prob(logits, z)), pi[0] * (1 - pi[1]) * pi[2], rtol=1e-12)


@given(arrays(4), seeds)
@few
def test_gates_are_open_as_often_as_they_should_be(logits, seed):
    n = 20_000
    z = GATES.sample(logits, np.random.default_rng(seed).random((n, 4)))
    assert set(np.unique(z)) <= {0.0, 1.0}
    assert is_plausible_count(z.sum(axis=0), n, GATES.prob_open(logits)).all()


def test_float32_logits_give_float32_gates():
    logits = np.zeros(3, np.float32)
    assert GATES.sample(logits, np.array([0.2, 0.5, 0.7])).tolist() == [1, 0, 0]
    assert GATES.sample(logits, np.full(3, 0.2)).dtype == GATES.prob_open(logits).dtype == np.float32


@given(arrays(4))
@few
def test_the_score_is_the_slope_of_the_log_probability(logits):
    for z in all_patterns(4)[[0, 6, 15]]:
        for j, direction in enumerate(np.eye(4)):
            expected = slope(lambda t, z=z, d=direction: GATES.log_prob(logits + t * d, z), 0.0)
            np.testing.assert_allclose(GATES.score(logits, z)[j], expected, atol=1e-7)


@given(arrays(4))
@few
def test_the_exact_gradient_is_the_slope_of_the_exact_expectation(logits):
    value, gradient = GATES.exact_gradient(entangled, logits)
    pi = 1 / (1 + np.exp(-logits))
    chances = [np.prod(np.where(np.array(z) == 1, pi, 1 - pi)) for z in itertools.product([0, 1], repeat=4)]
    np.testing.assert_allclose(value, np.dot(chances, [entangled(z) for z in all_patterns(4)]), atol=1e-12)
    for j, d in enumerate(np.eye(4)):
        expected = slope(lambda t, d=d: GATES.exact_gradient(entangled, logits + t * d)[0], 0.0)
        np.testing.assert_allclose(gradient[j], expected, atol=1e-7)


@given(arrays(4), arrays((), bound=2.0))
@few
def test_the_estimator_is_unbiased_with_and_without_a_baseline(logits, baseline):
    exact = GATES.exact_gradient(entangled, logits)[1]
    np.testing.assert_allclose(moments(entangled, logits)[0], exact, atol=1e-12)
    np.testing.assert_allclose(moments(entangled, logits, float(baseline))[0], exact, atol=1e-12)


@pytest.mark.parametrize("baseline", [0.0, 0.7])
def test_sampled_rows_average_to_the_exact_gradient(baseline):
    logits, n = np.array([-1.0, 0.5, 0.0, 1.5]), 20_000
    u = np.random.default_rng(3).random((n, 4))
    rows = GATES.score_function_gradients(entangled, logits, u, baseline)
    error = rows.mean(axis=0) - GATES.exact_gradient(entangled, logits)[1]
    assert rows.shape == (n, 4)
    assert (np.abs(error) <= 6 * rows.std(axis=0) / n**0.5).all()


def test_a_baseline_near_the_expected_loss_lowers_the_variance():
    logits = np.array([-1.0, 0.5, 0.0, 1.5])
    expected = GATES.exact_gradient(lambda z: 5 + entangled(z), logits)[0]
    plain = moments(lambda z: 5 + entangled(z), logits)[1]
    reduced = moments(lambda z: 5 + entangled(z), logits, baseline=expected)[1]
    assert (reduced < plain / 10).all()


def test_the_variance_grows_with_the_number_of_gates_that_share_a_loss():
    variances = [moments(lambda z: float(z.sum()), np.zeros(n))[1][0] for n in (1, 2, 4, 8, 12)]
    assert all(later > 1.5 * earlier for earlier, later in itertools.pairwise(variances))


@pytest.mark.parametrize(("logit", "mean", "variance"), [(0.0, 0.0250, 1.6e-2), (-2.0, 0.0105, 8.9e-3)])
def test_the_toy_of_one_gate_has_its_known_mean_and_variance(logit, mean, variance):
    logits = np.array([logit])
    np.testing.assert_allclose(GATES.exact_gradient(toy, logits)[1], mean, atol=5e-5)
    np.testing.assert_allclose(moments(toy, logits), [[mean], [variance]], rtol=0.01)


def test_samples_of_the_toy_have_the_known_variance_too():
    rows = GATES.score_function_gradients(toy, np.zeros(1), np.random.default_rng(5).random((50_000, 1)))
    np.testing.assert_allclose(rows.var(), 0.12625**2, rtol=0.02)
