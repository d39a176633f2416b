"""Is every gradient of the library derived in docs/derivations, and are the numbers on these pages right?"""

import math
import re
from pathlib import Path

import numpy as np
import pytest
from errata_page import N, at, params_at, short
from gradient_checks import every_primitive

from l0edu import BernoulliGates, HardConcrete, l0_penalty, mlp
from l0edu.bernoulli import all_patterns
from l0edu.gates import hard_concrete_dlog_alpha
from l0edu.ops.normalization import batch_norm_gradients
from l0edu.paper import ITEMS

PAGES = Path(__file__).parents[2] / "docs" / "derivations"
HC = HardConcrete()
OPERATIONS = {op.__name__: op for op in every_primitive()}


def page(name):
    return (PAGES / name).read_text(encoding="utf-8")


SECTIONS = {
    section.split("`")[0]: section.split("\n## ")[0]
    for section in re.split(r"^### `", page("gradients.md"), flags=re.MULTILINE)[1:]
}


def says(name, *numbers):
    """Whether these numbers stand on a page, none of them as a part of another."""
    text = page(name)
    missing = [n for n in numbers if not re.search(rf"(?<![\d.,-]){re.escape(n)}(?!\d|[.,]\d)", text)]
    assert missing == []
    return True


# ---- gradients.md


def test_every_operation_has_a_section_and_nothing_else_does():
    assert sorted(SECTIONS) == sorted(OPERATIONS)


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_section_names_the_gradients_their_file_the_shapes_and_a_formula(name):
    op, section = OPERATIONS[name], SECTIONS[name]
    for derivative in op._gradients.values():
        assert f"`{derivative.function.__name__}`" in section
    assert f"`{op.__module__.replace('.', '/')}.py`" in section
    assert "Shapes: " in section
    assert r"\frac{\partial L}{\partial" in section or "axis\nmoved" in section or "axis moved" in section


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_section_that_names_an_equation_agrees_with_the_rows(name):
    for number in re.findall(r"Eqs?\. (\d+)", SECTIONS[name].split("Shapes")[0]):
        modules = {reference.split(":")[0] for reference in ITEMS[f"eq{number}"].code}
        assert OPERATIONS[name].__module__ in modules


def test_batch_norm_hears_a_factor_of_its_input_as_faintly_as_the_page_says():
    """The sum of x-hat dL/dx is eps / (v + eps) of what it is without its last term."""
    rng = np.random.default_rng(0)
    g, x, scale, eps = rng.normal(size=(1, 50)), rng.normal(size=(1, 50)), np.ones(1), 1e-2
    std = np.sqrt(x.var() + eps)
    x_hat = (x - x.mean()) / std
    dx = batch_norm_gradients(g, x, scale, eps)[0]
    assert np.sum(x_hat * dx) == pytest.approx(eps / (x.var() + eps) * np.sum(g * x_hat) / std)
    assert np.sum(dx) == pytest.approx(0, abs=1e-12)


def test_the_functions_under_the_braces_of_the_last_formula_exist():
    section = page("gradients.md").split("## One gate")[1]
    named = re.findall(r"\\texttt\{(\w+)\}", section)
    functions = {
        derivative.function.__name__ for op in OPERATIONS.values() for derivative in op._gradients.values()
    }
    assert len(named) == 4
    assert set(named) <= functions


# ---- gates.md


def test_the_thresholds_and_the_atoms():
    at_zero = 1 - HC.prob_open(at(0))[0]
    threshold = math.log(-HC.gamma / HC.zeta)
    figure_2 = HardConcrete(beta=0.5).prob_zero(at(0))[0]
    closing = short(threshold), short(HC.beta * threshold, 4), short(HC.beta * threshold)
    assert says(
        "gates.md", *closing, short(at_zero, 4), short(figure_2, 4), f"{2 * figure_2:.0%}".replace("%", "")
    )
    assert says("gates.md", short(1 - at_zero, 4), short(HC.prob_open(at(threshold))[0], 4))


def test_the_pull_of_the_penalty_and_how_often_a_draw_moves_its_gate():
    pulls = [p * (1 - p) for p in (HC.prob_open(at(x))[0] for x in (0, -4.605))]
    middle = [1 - HC.prob_zero(at(x))[0] - HC.prob_one(at(x))[0] for x in (0, -2.398, -4.605)]
    assert says("gates.md", *(short(x, 4) for x in (*pulls, *middle)))


def test_the_slope_in_the_middle_and_just_inside_the_clip():
    z = np.array([0.5, 1e-12])
    slopes = hard_concrete_dlog_alpha(np.ones(2), z, np.zeros(2), HC.beta, HC.gamma, HC.zeta)
    assert says("gates.md", short(slopes[0], 2), short(slopes[1], 4))


def test_the_density_in_the_middle_and_the_three_numbers_of_one_gate():
    three = HC.mean(at(-1)), HC.sample(at(-1), at(0.5)), HC.test_value(at(-1))
    density = HC.pdf(at(0), at(0.5))
    assert says("gates.md", *(short(x[0], 4) for x in (density, *three)))


def test_the_mean_of_the_mirrored_gate_is_the_rest():
    log_alpha = np.linspace(-4, 4, 9)
    np.testing.assert_allclose(HC.mean(log_alpha) + HC.mean(-log_alpha), 1, atol=1e-9)


def test_methods_that_the_page_names_exist():
    named = set(re.findall(r"`(BinaryConcrete|HardConcrete)\.(\w+)`", page("gates.md")))
    laws = {"BinaryConcrete": HC.binary_concrete, "HardConcrete": HC}
    assert len(named) >= 7
    assert [name for law, name in named if not hasattr(laws[law], name)] == []


# ---- variational.md


def test_the_price_of_the_mlp_for_the_data_set_and_for_an_image():
    net = mlp()
    nats = float(l0_penalty(net, params_at(net), 0.1))
    assert says("variational.md", f"{nats:,.0f}", short(nats / N))


def test_the_prices_of_bic_and_of_a_narrow_slab():
    weight = width = 0.05
    theta = np.linspace(-0.7, 0.8, 200_001)
    q = np.exp(-((theta - weight) ** 2) / (2 * width**2)) / (width * math.sqrt(2 * math.pi))
    log_ratio = (theta**2 - ((theta - weight) / width) ** 2) / 2 - math.log(width)
    slab = float((q * log_ratio).sum() * (theta[1] - theta[0]))  # KL by its definition
    assert says("variational.md", f"{math.log(N) / 2:.2f}", f"{slab:.2f}")


def test_the_free_energy_is_the_objective_and_the_divergence_of_the_coins():
    """Three coins, any loss: the joint divergence by enumeration is the sum that the page leaves out."""
    rng, coins, lam = np.random.default_rng(0), BernoulliGates(), 0.1
    losses, logits, prior = rng.uniform(0, 5, 8), rng.normal(size=3), rng.normal(size=3)
    objective = (
        coins.exact_gradient(lambda z: losses[int(z @ [4, 2, 1])], logits)[0]
        + lam * coins.prob_open(logits).sum()
    )
    patterns = all_patterns(3)
    log_q, log_p = coins.log_prob(logits, patterns), coins.log_prob(prior, patterns)
    free_energy = (np.exp(log_q) * (losses + log_q - log_p + lam * patterns.sum(axis=1))).sum()
    pi, pi_0 = coins.prob_open(logits), coins.prob_open(prior)
    divergence = (pi * np.log(pi / pi_0) + (1 - pi) * np.log((1 - pi) / (1 - pi_0))).sum()
    assert free_energy == pytest.approx(objective + divergence)
    assert divergence > 0


# ---- all pages


def test_every_page_is_in_the_index():
    pages = {path.stem for path in PAGES.glob("*.md")} - {"index"}
    assert pages == set(re.search(r":hidden:\n\n(.*?)\n```", page("index.md"), re.DOTALL)[1].split())
    assert pages == set(re.findall(r"\]\((\w+)\.md\)", page("index.md")))


@pytest.mark.parametrize("name", sorted(path.name for path in PAGES.glob("*.md")))
def test_formulas_are_closed(name):
    text = re.sub(r"```.*?```", "", page(name), flags=re.DOTALL)
    assert text.count("$$") % 2 == 0
    assert re.sub(r"\$\$.*?\$\$", "", text, flags=re.DOTALL).count("$") % 2 == 0
    assert all(
        text.count(rf"\begin{{{kind}}}") == text.count(rf"\end{{{kind}}}") for kind in ("aligned", "cases")
    )
