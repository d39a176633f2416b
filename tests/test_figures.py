"""Do Figures 1 and 2 draw the library's own numbers, and say what they show?"""

import numpy as np
import pytest
from drawings import data, line, texts
from hypothesis import given, settings
from hypothesis import strategies as st
from statistics_bounds import deviation, integral

from l0edu import figures
from l0edu.errors import InputError
from l0edu.figures.hard_concrete import concrete_mean
from l0edu.gates import HardConcrete
from l0edu.lp import lp_terms

laws = st.builds(HardConcrete, beta=st.floats(0.2, 3))


# ---- Figure 1


@pytest.mark.parametrize("p", [0.5, 1, 2])
def test_a_penalty_is_drawn_as_its_formula(p):
    ax = figures.draw_lp((p,))
    theta, penalty = ax.lines[0].get_data()
    np.testing.assert_array_equal(penalty, lp_terms(theta, p))
    assert (theta[0], theta[-1]) == (-2, 2)


def test_counting_breaks_off_at_zero_and_has_its_value_there():
    ax = figures.draw_lp((0,))
    theta, penalty = data(ax, "p = 0: counts")
    np.testing.assert_array_equal(penalty, np.where(theta == 0, np.nan, 1))
    assert (theta == 0).sum() == 1
    assert data(ax, "_open").tolist() == [[0], [1]]
    assert data(ax, "_closed").tolist() == [[0], [0]]
    assert line(ax, "_open").get_markerfacecolor() == "white"


def test_each_penalty_is_named_inside_the_picture():
    ax = figures.draw_lp((0, 0.5, 1, 2, 3))
    assert texts(ax) == ["p = 0: counts", "p = 1/2", "p = 1: lasso", "p = 2: weight decay", "p = 3"]
    assert all(text.xy[0] <= 2 and text.xy[1] <= ax.get_ylim()[1] for text in ax.texts)
    assert "θ" in ax.get_xlabel()
    assert "penalty" in ax.get_ylabel()


# ---- Figure 2


@given(laws, st.floats(-6, 6))
@settings(max_examples=10, deadline=None)
def test_the_densities_and_the_point_masses_are_those_of_the_law(law, log_alpha):
    ax = figures.draw_gate_law(law, log_alpha)
    s, q = data(ax, "binary concrete s")
    np.testing.assert_array_equal(q, law.binary_concrete.pdf(np.array(log_alpha), s))
    z, density = data(ax, "hard concrete z, inside (0, 1)")
    np.testing.assert_array_equal(density, law.pdf(np.array(log_alpha), z))
    twin = ax.figure.axes[1]
    masses = [float(law.prob_zero(np.array(log_alpha))), float(law.prob_one(np.array(log_alpha)))]
    assert data(twin, "point masses of z (right axis)").tolist() == [[0, 1], masses]
    assert [stem[1].tolist() for stem in twin.collections[0].get_segments()] == [
        [0, masses[0]],
        [1, masses[1]],
    ]


def test_the_shaded_tails_have_the_area_of_the_point_masses():
    law, log_alpha = HardConcrete(beta=0.5), np.array(0.7)
    ax = figures.draw_gate_law(law, 0.7)
    for tail, mass in zip(ax.collections, [law.prob_zero(log_alpha), law.prob_one(log_alpha)], strict=True):
        x, y = tail.get_paths()[0].vertices.T
        area = abs(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))) / 2
        assert area == pytest.approx(mass, abs=2e-3)
    left, right = (tail.get_paths()[0].vertices[:, 0] for tail in ax.collections)
    ends = (left.min(), left.max(), right.min(), right.max())
    assert ends == pytest.approx((law.gamma, 0, 1, law.zeta), abs=1e-6)


def test_the_point_masses_are_read_on_an_axis_of_their_own():
    ax, twin = figures.draw_gate_law().figure.axes
    assert texts(twin) == ["P(z = 0)\n= 0.232", "P(z = 1)\n= 0.232"]
    assert ax.get_ylabel() == "density"
    assert "probability" in twin.get_ylabel()
    assert [text.get_text() for text in twin.get_legend().get_texts()] == [
        "binary concrete s",
        "hard concrete z, inside (0, 1)",
        "tails of s̄, folded onto 0 and 1",
        "point masses of z (right axis)",
    ]


@given(laws)
@settings(max_examples=10, deadline=None)
def test_the_exact_lines_are_the_means_and_the_gate_without_noise(law):
    ax = figures.draw_expected_gate(law)
    log_alpha, mean = data(ax, "hard concrete, E[z]")
    np.testing.assert_array_equal(mean, law.mean(log_alpha))
    np.testing.assert_array_equal(data(ax, "without noise, ẑ (Eq. 13)")[1], law.test_value(log_alpha))
    np.testing.assert_array_equal(data(ax, "binary concrete, E[s]")[1], concrete_mean(law, log_alpha))


@given(st.floats(0.2, 3))
@settings(max_examples=10, deadline=None)
def test_the_mean_of_the_binary_concrete_is_the_integral_of_its_survival(beta):
    law, log_alpha = HardConcrete(beta=beta), np.array([-4.0, -1.0, 0.0, 2.5])
    expected = integral(lambda s: law.binary_concrete.survival(log_alpha, s), 0, 1)
    np.testing.assert_allclose(concrete_mean(law, log_alpha), expected, atol=1e-3)


def test_sampled_means_lie_on_the_exact_ones_and_follow_the_generator():
    law = HardConcrete(beta=0.5)
    ax, again = (figures.draw_expected_gate(law, np.random.default_rng(3), draws=400) for _ in range(2))
    for letter, exact in (("z", law.mean), ("s", lambda log_alpha: concrete_mean(law, log_alpha))):
        log_alpha, mean = data(ax, f"mean of 400 samples of {letter}")
        np.testing.assert_allclose(mean, exact(log_alpha), atol=deviation(400) + 1e-3)
        np.testing.assert_array_equal(mean, data(again, f"mean of 400 samples of {letter}")[1])


def test_without_a_generator_nothing_is_sampled():
    assert len(figures.draw_expected_gate().lines) == 3


def test_figure_2_marks_the_chosen_location_if_it_is_in_the_picture():
    for log_alpha, marked in ((1.5, True), (7.0, False)):
        right = figures.hard_concrete_figure(np.random.default_rng(0), log_alpha).axes[1]
        assert (list(right.lines[-1].get_xdata()) == [log_alpha] * 2) == marked


@pytest.mark.parametrize(("log_alpha", "beta"), [(np.nan, 0.5), (np.inf, 0.5), (0, 0), (0, -1)])
def test_figure_2_refuses_a_law_that_does_not_exist(log_alpha, beta):
    with pytest.raises(InputError):
        figures.hard_concrete_figure(np.random.default_rng(0), log_alpha, beta)
