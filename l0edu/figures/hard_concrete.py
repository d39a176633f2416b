"""What does the law of a gate look like, and what does noise do to it on average? Figure 2 of the paper."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from l0edu.concrete import sigmoid
from l0edu.errors import InputError
from l0edu.figures.canvas import BLACK, BLUE, GREY, ORANGE, legend_below, new_axes, tidy
from l0edu.gates import HardConcrete
from l0edu.tables import Array

__all__ = [
    "draw_expected_gate",
    "draw_gate_law",
    "hard_concrete_alt",
    "hard_concrete_figure",
]

HARD_CONCRETE_ALT = (
    "Left: the density of the binary concrete on (0, 1), and the hard concrete gate made from it: stretched "
    "beyond 0 and 1, its tails are folded into one stem at z = 0 and one at z = 1, as high as their "
    "probabilities, and a density remains between. Right: both expected values rise smoothly with log alpha, "
    "and averages of samples lie on them; the gate without noise is a hard sigmoid, exactly 0 on the left "
    "and exactly 1 on the right."
)
FIGURE_2 = HardConcrete(beta=0.5)  # the temperature of the paper's Figure 2; elsewhere it is 2/3
SAMPLE_AT = np.arange(-4.5, 5, 0.75)


def draw_gate_law(law: HardConcrete = FIGURE_2, log_alpha: float = 0.0, ax: Axes | None = None) -> Axes:
    """The density of s, and the law of z: a density between two point masses  (Figure 2a).

    Parameters
    ----------
    law : HardConcrete
    log_alpha : float
    ax : Axes, optional
        Where to draw the densities; without it, on a new figure.

    Returns
    -------
    Axes
        The densities. The point masses are on twin axes of their own, since they are probabilities.
    """
    ax = tidy(ax or new_axes(), "value of the gate", "density")
    at = np.array(log_alpha)
    s = sigmoid(np.linspace(-16, 16, 801))  # dense near 0 and 1, where the density of s is steep
    z = np.linspace(0, 1, 501)
    density = law.pdf(at, z)
    ax.plot(s, law.binary_concrete.pdf(at, s), "--", color=ORANGE, linewidth=1.8, label="binary concrete s")
    ax.plot(z, density, color=BLUE, linewidth=2.4, label="hard concrete z, inside (0, 1)")
    _shade_tails(ax, law, at, s)
    ax.set(xlim=(law.gamma - 0.08, law.zeta + 0.08), ylim=(0, max(1.0, 2.4 * float(density.max()))))
    ax.set_title(f"Law of a gate: log α = {log_alpha:g}, β = {law.beta:.3g}", fontsize=11)
    _draw_point_masses(ax, law, at)
    return ax


def _shade_tails(ax: Axes, law: HardConcrete, log_alpha: Array, s: Array) -> None:
    """The stretched density beyond 0 and 1: the clip folds its area into the two point masses."""
    s_bar = s * (law.zeta - law.gamma) + law.gamma
    tails = {"tails of s̄, folded onto 0 and 1": [*s_bar[s_bar < 0], 0], "_right": [1, *s_bar[s_bar > 1]]}
    for name, tail in tails.items():
        density = law.pdf(log_alpha, np.array(tail))
        ax.fill_between(
            tail, density, facecolor="#D6E6F2", edgecolor=BLUE, hatch="////", linewidth=0.6, label=name
        )


def _draw_point_masses(ax: Axes, law: HardConcrete, log_alpha: Array) -> None:
    """Stems at 0 and 1, as high as P(z = 0) and P(z = 1), on an axis of probabilities to the right."""
    twin = ax.twinx()
    masses = [float(law.prob_zero(log_alpha)), float(law.prob_one(log_alpha))]
    twin.vlines([0, 1], 0, masses, color=BLACK, linewidth=3)
    twin.plot([0, 1], masses, "o", color=BLACK, markersize=7, label="point masses of z (right axis)")
    for place, mass in enumerate(masses):
        twin.annotate(
            f"P(z = {place})\n{_digits(mass)}",
            xy=(place, mass),
            xytext=(0.3 + 0.4 * place, 0.62),
            horizontalalignment="center",
            arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.9, "shrinkB": 4},
        )
    twin.set(ylim=(0, 1.04), ylabel="probability of a point mass")
    twin.spines["top"].set_visible(False)
    handles = [*ax.get_legend_handles_labels()[0], *twin.get_legend_handles_labels()[0]]
    legend_below(twin, handles)


def draw_expected_gate(
    law: HardConcrete = FIGURE_2,
    rng: np.random.Generator | None = None,
    ax: Axes | None = None,
    draws: int = 10_000,
) -> Axes:
    """E[z], E[s] and the gate without noise, against log_alpha  (Figure 2b).

    Parameters
    ----------
    law : HardConcrete
    rng : numpy Generator, optional
        Draws the noise of the sampled means, which are left out without it.
    ax : Axes, optional
        Where to draw; without it, on a new figure.
    draws : int
        How many samples go into each mean; the paper has 10,000.

    Returns
    -------
    Axes
        Lines of exact values and, on top of them, points of sampled means.
    """
    ax = tidy(ax or new_axes(), "log α", "value of the gate")
    log_alpha = np.linspace(-5, 5, 401)
    lines = {
        "hard concrete, E[z]": (law.mean(log_alpha), BLUE, "-"),
        "binary concrete, E[s]": (concrete_mean(law, log_alpha), ORANGE, "--"),
        "without noise, ẑ (Eq. 13)": (law.test_value(log_alpha), BLACK, "-."),
    }
    for name, (gate, colour, dashes) in lines.items():
        ax.plot(log_alpha, gate, color=colour, linestyle=dashes, linewidth=2, label=name)
    if rng is not None:
        _draw_sampled_means(ax, law, rng, draws)
    ax.set(xlim=(-5, 5), ylim=(-0.03, 1.03))
    ax.set_title(f"With and without noise: β = {law.beta:.3g}", fontsize=11)
    legend_below(ax, ax.get_legend_handles_labels()[0])
    return ax


def concrete_mean(law: HardConcrete, log_alpha: Array) -> Array:
    """E[s] = integral of the quantile Q^-1(p) over p from 0 to 1, by the midpoint rule."""
    levels = (np.arange(2_000) + 0.5) / 2_000
    return law.binary_concrete.quantile(log_alpha[:, None], levels).mean(1)


def _draw_sampled_means(ax: Axes, law: HardConcrete, rng: np.random.Generator, draws: int) -> None:
    """Means of samples, at a few log_alpha: fresh noise for each, the same noise for s and z."""
    u = law.draw_noise(rng, (draws, SAMPLE_AT.size))
    means = {
        f"mean of {draws:,} samples of z": ("o", BLUE, law.sample(SAMPLE_AT, u).mean(0)),
        f"mean of {draws:,} samples of s": ("s", ORANGE, law.binary_concrete.sample(SAMPLE_AT, u).mean(0)),
    }
    for name, (marker, colour, mean) in means.items():
        ax.plot(SAMPLE_AT, mean, marker, color=colour, markersize=6, alpha=0.45, label=name)


def hard_concrete_figure(
    rng: np.random.Generator, log_alpha: float = 0.0, beta: float = FIGURE_2.beta
) -> Figure:
    """Figure 2 of the paper, its two panels; the chosen log_alpha is marked in the right one.

    Parameters
    ----------
    rng : numpy Generator
        Draws the noise of the sampled means.
    log_alpha, beta : float
        Location and temperature of the gate.

    Returns
    -------
    Figure

    Raises
    ------
    InputError
        When beta is not positive or log_alpha not finite.
    """
    law = HardConcrete(beta=beta)
    if not np.isfinite(log_alpha):
        raise InputError(f"log_alpha = {log_alpha}: a gate's location is a finite number, for example 0")
    figure = Figure(figsize=(9.6, 4.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    draw_gate_law(law, log_alpha, left)
    draw_expected_gate(law, rng, right)
    if abs(log_alpha) <= 5:
        right.axvline(log_alpha, color=GREY, linewidth=1, linestyle=":", zorder=0)
    return figure


def hard_concrete_alt(log_alpha: float, beta: float) -> str:
    """The alt-text of `hard_concrete_figure`, with its numbers.

    Examples
    --------
    >>> hard_concrete_alt(log_alpha=0.0, beta=0.5)[-35:]
    'P(z = 0) = 0.232, P(z = 1) = 0.232.'
    """
    law, at = HardConcrete(beta=beta), np.array(log_alpha)
    return (
        f"{HARD_CONCRETE_ALT} Drawn at log alpha = {log_alpha:g}, beta = {beta:.3g}: "
        f"P(z = 0) {_digits(float(law.prob_zero(at)))}, P(z = 1) {_digits(float(law.prob_one(at)))}."
    )


def _digits(p: float) -> str:
    """A probability to three digits, never as 0 or 1, which none of these is."""
    return "< 0.001" if p < 0.001 else "> 0.999" if p > 0.999 else f"= {p:.3f}"
