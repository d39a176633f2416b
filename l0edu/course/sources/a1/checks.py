"""Is the gate of a1 the paper's? Each test tries one function on random gates, and none needs another
function."""

import numpy as np
import pytest

from l0edu.course.draws import law, locations, noise
from l0edu.course.testing import close, numbers

PAPER = (2 / 3, -0.1, 1.1)  # beta, gamma, zeta


def of(hc):
    """The hyperparameters of a law, by name."""
    return {"beta": hc.beta, "gamma": hc.gamma, "zeta": hc.zeta}


@pytest.mark.task(
    "1.1",
    points=1,
    hidden=2,
    hint="What becomes of u before log_alpha is added to it, and of s_bar in the end?",
)
def test_sample_is_eq_11(student, rng):
    hc, log_alpha, u = law(rng), locations(rng, 200), noise(rng, 200)
    z, s_bar = student.sample(log_alpha, u, hc.beta, hc.gamma, hc.zeta), hc.sample_stretched(log_alpha, u)
    close(z, hc.sample(log_alpha, u), "z", log_alpha=log_alpha, u=u, **of(hc))
    for end, beyond in ((0, s_bar < -0.001), (1, s_bar > 1.001)):
        clipped = np.asarray(z)[beyond]
        assert np.all(clipped == end), (
            f"clipped gates are exactly {end}, and yours are in part only close to it"
        )


@pytest.mark.task("1.1", points=1, hidden=1, hint="Does your code sum or index where it should broadcast?")
def test_sample_takes_noise_for_each_example(student, rng):
    hc, log_alpha, u = law(rng), locations(rng, 40), noise(rng, 5, 40)
    z = student.sample(log_alpha, u, hc.beta, hc.gamma, hc.zeta)
    close(z, hc.sample(log_alpha, u), "z", log_alpha=log_alpha, u=u, **of(hc))


@pytest.mark.task("1.2", points=1, hidden=2, hint="For which noise is s_bar below 0? Solve for it.")
def test_prob_open_is_eq_12(student, rng):
    hc, log_alpha = law(rng), locations(rng, 200)
    p = student.prob_open(log_alpha, hc.beta, hc.gamma, hc.zeta)
    close(p, hc.prob_open(log_alpha), "P(z != 0)", log_alpha=log_alpha, **of(hc))


@pytest.mark.task("1.2", points=1, hidden=1, hint="Draw many gates by Eq. 11 and count those that are not 0.")
def test_prob_open_is_the_fraction_of_gates_that_are_not_zero(student, rng):
    hc, log_alpha = law(rng), np.append(locations(rng, 5), 2.0)  # one is open, as the tolerance is relative
    u = (np.arange(200_000) + 0.5) / 200_000  # evenly spaced noise: fractions are right to 5e-6
    counted = [np.mean(hc.sample(np.full(u.shape, one), u) > 0) for one in log_alpha]
    p = student.prob_open(log_alpha, hc.beta, hc.gamma, hc.zeta)
    close(p, counted, "the fraction of open gates", log_alpha=log_alpha, **of(hc))


@pytest.mark.task(
    "1.3", points=1, hidden=3, hint="Is Eq. 13 Eq. 11 with u = 1/2? Compare them letter by letter."
)
def test_test_value_is_eq_13(student, rng):
    hc, log_alpha = law(rng), locations(rng, 200)
    z = student.test_value(log_alpha, hc.beta, hc.gamma, hc.zeta)
    close(z, hc.test_value(log_alpha), "z-hat", log_alpha=log_alpha, **of(hc))


@pytest.mark.task("1.3", points=1, hint="From which log_alpha on is your gate 0, and from which on is it 1?")
def test_test_value_closes_at_minus_2_398(student):
    z = numbers(student.test_value(np.array([-2.399, -2.397, 2.397, 2.399]), *PAPER), (4,), "z-hat")
    assert z[0] == 0, "a gate is closed below log(-gamma / zeta) = -2.398"
    assert 0 < z[1] < 0.01, "a gate just above log(-gamma / zeta) = -2.398 is a little open"
    assert 0.99 < z[2] < 1, "a gate just below 2.398 is not quite open"
    assert z[3] == 1, "a gate is fully open above 2.398"


@pytest.mark.task("1.4", points=1, hidden=3, hint="Turn Eq. 10 round: which noise gives this s_bar?")
def test_cdf_is_that_of_the_stretched_variable(student, rng):
    hc, log_alpha = law(rng), locations(rng, 200)
    for shape in ((200,), (3, 200)):
        s_bar = rng.uniform(hc.gamma + 0.01, hc.zeta - 0.01, shape)
        q = student.cdf(log_alpha, s_bar, hc.beta, hc.gamma, hc.zeta)
        close(q, hc.cdf(log_alpha, s_bar), "Q(s_bar)", log_alpha=log_alpha, s_bar=s_bar, **of(hc))


@pytest.mark.task("1.4", points=1, hint="Q(0) = P(z = 0) = 1 - P(z != 0).")
def test_cdf_at_zero_is_the_probability_of_a_closed_gate(student):
    log_alpha = np.array([-4.605, -3.0, -1.0, 0.0, 2.398])
    closed = np.array([0.9528626, 0.8024065, 0.3546648, 0.1681778, 0.0180464])
    close(student.cdf(log_alpha, np.zeros(5), *PAPER), closed, "Q(0)", log_alpha=log_alpha)
