# %% [markdown]
# # 3. Smoothing: a gate that can move
#
# - **Goal.** Make a gate out of any continuous random number (Eqs. 4 to 9), take its gradient through the
#   sample, and measure what that gains and what it costs against the coins of tutorial 2. Then choose a
#   distribution.
# - **Before this.** [Tutorial 2](02_gates.py); what a cumulative distribution function (cdf) is.
# - **Paper and slides.** Section 2.1; Eqs. 4 to 9; slide 5.
# - **Time.** 6 s; 4 s with `L0EDU_FAST=1`. Measured on 2 cores.
#
# A coin jumps, so its sample has no slope. The paper draws a continuous number s instead and clips it. What
# falls beyond 0 or 1 becomes *exactly* 0 or 1, and what falls between can move.

# %%
import os
from statistics import NormalDist

import autograd.numpy as anp
import numpy as np

from l0edu import BernoulliGates, HardConcrete, HardGaussian, value_and_grad
from l0edu.bernoulli import all_patterns
from l0edu.data import load
from l0edu.figures import show
from l0edu.figures.canvas import BLUE, GREEN, GREY, ORANGE, PURPLE, label_ends, new_axes, tidy

FAST = os.environ.get("L0EDU_FAST") == "1"
DRAWS = 8_000 if FAST else 20_000
np.set_printoptions(suppress=True, precision=3, linewidth=110)
rng = np.random.default_rng(3)

# %% [markdown]
# ## Clip a Gaussian
#
# $$s \sim q(s|\phi), \qquad z = \min(1, \max(0, s)), \qquad P(z \neq 0) = 1 - Q(s \le 0 \,|\, \phi)$$
#
# These are Eqs. 4, 5 and 6, with Q the cdf of s. Take a Gaussian: s = mu + sigma eps, with eps from a
# standard normal. The library has it as `l0edu/gaussian.py`, `HardGaussian`; here is the same by hand.
#
# **Predict.** With mu = 0.3 and sigma = 0.5, which of these six gates are exactly 0, which exactly 1? How
# often is a gate of this kind not 0, in the long run?

# %%
mu, sigma = 0.3, 0.5
eps = np.array([-1.5, -0.7, -0.2, 0.4, 1.0, 2.0])
s = mu + sigma * eps
z = np.minimum(1, np.maximum(0, s))
print("eps", eps, "\ns  ", s, "\nz  ", z)
many = np.clip(mu + sigma * rng.standard_normal(DRAWS), 0, 1)
formula = 1 - NormalDist(mu, sigma).cdf(0)
print(f"P(z != 0): {formula:.4f} by Eq. 6; {(many != 0).mean():.4f} of {DRAWS:,} draws")

# %% [markdown]
# **Explain.** Two gates are closed and one is fully open, not nearly but exactly: `z != 0` on floats means
# what it says. And the probability of it is a formula, smooth in mu. So the penalty of Eq. 3, lambda times
# the sum of pi, becomes lambda times the sum of 1 - Q(0), and needs no sample.

# %% [markdown]
# ## The noise outside, the parameter inside
#
# s = mu + sigma eps also separates what is random from what is learned: s = f(phi, eps), where eps has no
# parameters (Eq. 8, the reparameterization trick). So draw eps first and hold it.
#
# **Predict.** Raise mu by 0.0001 with the same six eps. Which gates move, and by how much? For the coins of
# tutorial 2 the answer was: none.

# %%
law, mus = HardGaussian(sigma=sigma), np.full(6, mu)
_, slope = value_and_grad(lambda mus: anp.sum(law.sample(mus, eps)))(mus)
moved = (law.sample(mus + 1e-4, eps) - law.sample(mus, eps)) / 1e-4
print("z                       ", law.sample(mus, eps))
print("slope, by moving mu     ", moved)
print("slope, by the chain rule", slope)
inside = law.sample_stretched(np.full(DRAWS, mu), law.draw_noise(rng, (DRAWS,)))
mean_slope = float(((inside > 0) & (inside < 1)).mean())
of_the_mean = float(law.mean(np.array(mu + 1e-5)) - law.mean(np.array(mu - 1e-5))) / 2e-5
print(f"mean slope of {DRAWS:,} draws {mean_slope:.4f}; slope of the mean E[z] {of_the_mean:.4f}")

# %% [markdown]
# **Explain.** The three gates inside (0, 1) move with mu, the clipped ones do not: dz/dmu = [0 < s < 1]. One
# draw says yes or no, but on average these slopes are the slope of the mean: the estimate is unbiased *for
# this gate*. Keep the last three words in mind. In place of Eq. 3 one now minimizes Eq. 7, the expectation
# over s, with a draw or a few in each step (Eq. 9):
#
# $$\hat R(\tilde\theta, \phi) = \frac{1}{M} \sum_{m=1}^{M} L(\tilde\theta \odot z^{(m)}) +
# \lambda \sum_j (1 - Q(0 \,|\, \phi_j)), \qquad z^{(m)} = \min(1, \max(0, f(\phi, \epsilon^{(m)})))$$
#
# Once eps is drawn, this is an ordinary function of theta~ and phi, and backpropagation does the rest. One
# draw, M = 1, is what this library and the paper train with.

# %% [markdown]
# ## Which distribution should we use?
#
# That is the question on slide 5, and Eqs. 4 to 9 leave it open. The paper's answer is the hard concrete:
# the sigmoid of logistic noise, stretched beyond 0 and 1, then clipped. Its location is called log_alpha;
# tutorial 4 takes it apart. Here both are placed so that P(z != 0) is the same.
#
# **Predict.** How different are the two gates?

# %%
gaussian, concrete = HardGaussian(), HardConcrete()
half_concrete = concrete.beta * float(np.log(-concrete.gamma / concrete.zeta))  # there P(z != 0) = 1/2
places, parts = {}, {}
for p in (0.1, 0.5, 0.9, 0.99):
    mu, log_alpha = NormalDist().inv_cdf(p) * gaussian.sigma, np.log(p / (1 - p)) + half_concrete
    places[p] = {gaussian: np.array(mu), concrete: np.array(log_alpha)}
    for law, phi in places[p].items():
        zero, one = law.prob_zero(phi), law.prob_one(phi)
        parts[law, p] = float(zero), float(1 - zero - one), float(one)
        print(f"P(z != 0) = {p:4}   {type(law).__name__}   at {phi:6.3f}:   ", end="")
        print("P(z = 0) = {:.3f}   P(between) = {:.3f}   P(z = 1) = {:.3f}".format(*parts[law, p]))

# %%
grid = np.linspace(-0.06, 1.06, 561)
ax = tidy(new_axes((7.0, 4.2)), "value of the gate", "P(gate ≤ value)")
for p in (0.1, 0.5, 0.9):
    for law, colour, dashes in ((gaussian, ORANGE, "--"), (concrete, BLUE, "-")):
        name = type(law).__name__ if p == 0.1 else None
        ax.plot(grid, law.cdf_gate(places[p][law], grid), dashes, color=colour, linewidth=2, label=name)
    ax.text(-0.02, 1 - p, f"P(z ≠ 0) = {p}", ha="right", va="center")
ax.legend(loc="lower right", bbox_to_anchor=(0.95, 0), frameon=False)
ax.set(xlim=(-0.26, 1.06), ylim=(0, 1.03), xticks=np.arange(0, 1.1, 0.2))
show(
    ax.figure,
    "03-two-laws",
    alt="The cdf of a Gaussian and of a hard concrete gate, for P(z != 0) = 0.1, 0.5 and 0.9. Each jumps at "
    "0 by P(z = 0) and at 1 by P(z = 1), and rises between; the two laws differ by less than 0.1.",
    caption="Compare dashed and solid lines from the same start: the jumps are alike, and nearly the paths.",
)

# %% [markdown]
# **Explain.** Not very, where gates are undecided. (The hard concrete puts more of the gates that are nearly
# open at exactly 1.) The difference is in the tails: how soon does a gate that is *far out*, closed or open,
# fall silent?

# %% [markdown]
# ## Far out
#
# A gate hears the data only in a step in which 0 < s < 1. Move both gates down, until the location lies k
# standard deviations of the noise (0.5 for the Gaussian, pi / sqrt(3) for logistic noise) below the place
# where P(z != 0) = 1/2.
#
# **Predict.** In 2,000 steps, what share of such gates hears the data even once, for k = 2 and for k = 4?


# %%
def place(law, k):
    gaussian_law = isinstance(law, HardGaussian)
    return np.array(-k * law.sigma if gaussian_law else half_concrete - k * np.pi / 3**0.5)


def prob_inside(law, k):
    return float(law.prob_open(place(law, k)) - law.prob_one(place(law, k)))


heard = {}
for law in (gaussian, concrete):
    for k in (2, 4):
        silent = np.ones(1000, bool)  # 1,000 gates
        for _ in range(20):
            z = law.sample(place(law, k), law.draw_noise(rng, (100, 1000)))
            silent &= ((z == 0) | (z == 1)).all(axis=0)
        heard[law, k] = 1 - silent.mean()
        exact = 1 - (1 - prob_inside(law, k)) ** 2000
        print(f"{type(law).__name__}, k = {k}: {100 * heard[law, k]:5.1f} % heard something; ", end="")
        print(f"{100 * exact:5.1f} % by the formula")

# %%
k = np.linspace(0, 8, 81)
ax = tidy(new_axes((7.0, 4.2)), "k, standard deviations beyond the middle", "mean steps until heard once")
ends = []
for law, colour, dashes in ((gaussian, ORANGE, "--"), (concrete, BLUE, "-")):
    steps = np.array([1 / prob_inside(law, each) for each in k])
    ax.plot(k, steps, dashes, color=colour, linewidth=2)
    ends.append((steps[-1], f"{type(law).__name__},\nabout $10^{{{np.log10(steps[-1]):.0f}}}$ steps", colour))
ax.axhline(6000, color=GREY, linewidth=1.2, linestyle=":")
ax.text(7.95, 200, "6,000 steps: 120 epochs\nof the embedded digits", ha="right", va="center", color=GREY)
ax.set(yscale="log", xlim=(0, 8))
label_ends(ax, ends)
show(
    ax.figure,
    "03-far-out",
    alt="Mean number of steps until a gate lies inside (0, 1) once, against k from 0 to 8; logarithmic axis. "
    f"The Gaussian rises ever more steeply, to {ends[0][0]:.0e}; the hard concrete along a straight line, to "
    f"{ends[1][0]:.0e}. A dotted line marks 6,000 steps.",
    caption="Look where each line crosses the dotted one: gates beyond it seldom hear the data in time.",
)

# %% [markdown]
# **Explain.** Gaussian tails fall like exp(-k^2 / 2), logistic ones like exp(-1.8 k). So a Gaussian gate
# that training has pushed too far is lost sooner, and with it the slope of its penalty, as that is the
# density of s at 0. Hard concrete gates get lost too, only later: the authors' code keeps log_alpha within
# 4.6 of 0, from where a gate can return (`clamp_log_alpha`). It is a difference of degree.

# %% [markdown]
# ## Against the score function
#
# The ten gates of tutorial 2 again, and more: the problem of telling a 3 from an 8, with n blocks of pixels.
# For the slopes of single draws, each draw gets a copy of the location of its own.


# %%
digits, _ = load("mini", dtype=np.float64)
pair = digits.take(np.flatnonzero((digits.y == 3) | (digits.y == 8))[:200])
N, t = len(pair), np.where(pair.y == 8, 1.0, -1.0)
blocks = pair.x.reshape(N, 7, 4, 7, 4).mean(axis=(2, 4)).reshape(N, 49)
blocks = (blocks - blocks.mean(axis=0)) / np.maximum(blocks.std(axis=0), 0.02)


def problem(n):
    x = blocks[:, np.argsort(-np.abs(t @ blocks))[:n]]
    theta_free = np.zeros(n)
    for _ in range(2000):
        theta_free = theta_free + (t / (1 + np.exp(t * (x @ theta_free)))) @ x / N
    return lambda z: anp.mean(anp.logaddexp(0, -t * ((theta_free * z) @ x.T)), axis=-1)  # z (..., n)


def pathwise(law, location, loss, noise):
    copies = np.full(noise.shape, location)
    return value_and_grad(lambda phi: anp.sum(loss(law.sample(phi, noise))))(copies)[1]


def draws_needed(rows):  # until the noise of their mean is as large as the gradient
    return float(rows.var(axis=0).sum() / (rows.mean(axis=0) ** 2).sum())


# %% [markdown]
# **Predict.** With ten gates the score function needed some hundred draws, and about ten with a baseline.
# What becomes of these numbers from 2 to 40 gates, and what of those of the two gates that can move?

# %%
coins, sizes = BernoulliGates(), (2, 5, 10, 20, 40)
needed = {"score function": [], "with baseline": [], "Gaussian": [], "hard concrete": []}
for n in sizes:
    loss = problem(n)
    z = coins.sample(np.zeros(n), rng.random((DRAWS, n)))
    drawn, score = loss(z)[:, None], coins.score(np.zeros(n), z)
    needed["score function"].append(draws_needed(drawn * score))
    needed["with baseline"].append(draws_needed((drawn - drawn.mean()) * score))
    for name, law, location in (("Gaussian", gaussian, 0.5), ("hard concrete", concrete, 0.0)):
        noise = law.draw_noise(rng, (DRAWS, n))
        needed[name].append(draws_needed(pathwise(law, location, loss, noise)))
print("gates         ", *(f"{n:7}" for n in sizes))
for name, draws in needed.items():
    print(f"{name:14}", *(f"{each:7.1f}" for each in draws))

# %%
ax = tidy(new_axes((7.0, 4.2)), "gates that share the loss", "draws needed")
looks = zip(needed.items(), (ORANGE, BLUE, PURPLE, GREEN), ("o-", "s--", "^-.", "D:"), strict=True)
ends = []
for (name, draws), colour, style in looks:
    ax.plot(sizes, draws, style, color=colour, linewidth=2)
    ends.append((draws[-1], f"{name}: {draws[-1]:.0f}", colour))
ax.set(xscale="log", yscale="log", xlim=(1.9, 42), xticks=sizes, xticklabels=sizes)
ax.minorticks_off()
label_ends(ax, ends, gap=0.08)
show(
    ax.figure,
    "03-draws-needed",
    alt="Draws until the noise of the mean is as large as the gradient, against 2 to 40 gates: "
    + "; ".join(f"{name} from {draws[0]:.0f} to {draws[-1]:.0f}" for name, draws in needed.items()),
    caption="Look at the slopes: with a baseline the need grows with the gates; the lower two grow far less.",
)

# %% [markdown]
# **Explain.** The score function learns from one number, the loss, which all gates have made together: to
# each the others are noise, and even with a baseline the need grows at least as fast as their number. The
# gradient through the sample (*pathwise*) brings each gate a slope of its own, which says what *it* did. The
# networks of the paper have hundreds of gates in a layer.

# %% [markdown]
# ## What it costs
#
# Unbiased *for this gate*: but it is another gate than the coin. The hard concrete becomes the coin with pi
# = sigmoid(log_alpha) as its temperature beta goes to 0. So compare its mean gradient with the exact one of
# tutorial 2, at the same number.
#
# **Predict.** Is the mean gradient of the hard concrete near that of the coin? What does a lower beta do to
# the gap, and to the noise?

# %%
loss, gap, loud = problem(10), {}, {}
for log_alpha in (0.0, -2.0):
    exact = coins.exact_gradient(lambda z: float(loss(z)), np.full(10, log_alpha))[1]
    for beta in (2 / 3, 0.3, 0.1):
        law = HardConcrete(beta=beta)
        rows = pathwise(law, log_alpha, loss, law.draw_noise(rng, (DRAWS, 10)))
        gap[log_alpha, beta] = np.linalg.norm(rows.mean(axis=0) - exact) / np.linalg.norm(exact)
        noise = np.sqrt(rows.var(axis=0).sum() / DRAWS) / np.linalg.norm(exact)
        largest, loud[log_alpha, beta] = np.abs(rows.mean(axis=0) / exact).max(), draws_needed(rows)
        print(f"log_alpha = {log_alpha:4}  beta = {beta:.2f}:  off by ", end="")
        print(f"{100 * gap[log_alpha, beta]:3.0f} % (noise {100 * noise:.0f} %), ", end="")
        print(f"at most {largest:.1f} times the exact one; {loud[log_alpha, beta]:5.1f} draws needed")

u = ((np.arange(20_000) + 0.5) / 20_000)[:, None]  # evenly spaced: no sampling error
toy, at = lambda z: anp.sum((z - 0.45) ** 2, axis=-1), -2.0
toy_coin = float(coins.exact_gradient(lambda z: float(toy(z)), np.full(1, at))[1][0])
toy_concrete = float(pathwise(concrete, at, toy, u).mean())
print(f"one gate, loss (z - 0.45)^2, log_alpha = {at}:  coin {toy_coin:.4f}, concrete {toy_concrete:.4f}")

# %% [markdown]
# **Explain.** It is off, by a good part of the gradient's length, at log_alpha = -2 for single gates by a
# factor; in the last line even the sign is another. A lower beta closes the gap and raises the noise: bias is
# traded for variance. So the hard concrete does *not* compute the gradient of Eq. 3. It computes that of Eq.
# 7, without bias: an objective in its own right, whose gate can really be 0.
#
# **Predict.** Train the ten gates by Eq. 9, one draw a step. Does it reach the best of the 1,024 patterns?
# And does it stay there, if it starts there (the last two runs)?

# %%
lam, patterns = 4 / N, all_patterns(10)
risks = loss(patterns) + lam * patterns.sum(axis=1)
best, lowest = patterns[risks.argmin()], float(risks.min())
print(f"the best pattern: {best}, risk {lowest:.3f}")
middle, near = (concrete, np.zeros(10), 5.0), (concrete, 8 * best - 4, 5.0)  # near: 4 where open, else -4
finals, smoothed = [], []
for law, start, step_size in (middle, (gaussian, np.full(10, 0.5), 0.5), near):

    def objective(phi, noise, law=law):
        return {"error": loss(law.sample(phi, noise)), "l0": lam * anp.sum(law.prob_open(phi))}  # Eq. 9

    for seed in range(2):
        rng, phi = np.random.default_rng(seed), start
        for _ in range(2000):
            _, gradient = value_and_grad(objective)(phi, law.draw_noise(rng, (10,)))
            phi = phi - step_size * gradient
        z = law.test_value(phi)  # the gate without noise
        finals.append(float(loss(z) + lam * (z != 0).sum()))
        draws = law.sample(np.tile(phi, (DRAWS, 1)), law.draw_noise(rng, (DRAWS, 10)))
        smoothed.append(float(loss(draws).mean() + lam * law.prob_open(phi).sum()))
        print(f"{type(law).__name__}: z = {z.round(2)}, risk {finals[-1]:.3f}, Eq. 7 {smoothed[-1]:.3f}")

# %% [markdown]
# **Explain.** Near it, not there: from the middle, more gates stay open than in the best pattern. The runs
# end alike, so it is not the noise. It is not the smoothed objective either: it is *lower* at the best
# pattern, and who starts near that stays. Eq. 7 has several valleys, and descent ends in one of them. (So has
# Eq. 3: the runs with a baseline in tutorial 2 ended in different ones, and no worse than these.) Smoothing
# does not buy the best answer for ten gates. It buys that one draw a step will do for many, which tutorial 7
# puts to use.

# %% [markdown]
# ## What to take away
#
# - Clip any continuous s to [0, 1] and you have a gate that is exactly 0 with probability Q(0), in closed
#   form.
# - With the noise outside, s = f(phi, eps), the gradient goes through the sample; draws inside (0, 1) carry
#   it.
# - The pathwise gradient needs far fewer draws than the score function, the more so the more gates there
#   are.
# - It is the exact gradient, on average, of a smoothed objective, and a biased one of Eq. 3.
# - Which s is a choice. In the middle Gaussian and hard concrete differ little; far out the Gaussian dies
#   sooner.
#
# ## Questions
#
# 1. Give the first Gaussian sigma = 5. How many of the six gates can still move? Which beta does the same to
#    a hard concrete?
# 2. Write a law of your own: a uniform s on (phi - 1/2, phi + 1/2). Where is its gradient zero for good?
# 3. Train the ten gates with `HardConcrete(beta=0.3)`. Which patterns does it reach, and how far do the
#    seeds differ?
# 4. Run the last training with lam = 0. How many gates close now? What does that say about the data term?
#
# Next: [4. The hard concrete gate](04_hard_concrete.py), step by step from u to z.

# %%
# The claims above, checked.
assert abs((many != 0).mean() - formula) < 6 * (formula * (1 - formula) / DRAWS) ** 0.5
assert slope.tolist() == [0, 0, 1, 1, 1, 0]
assert np.allclose(moved, slope, atol=1e-6)
assert abs(mean_slope - of_the_mean) < 6 * 0.5 / DRAWS**0.5
for p in (0.1, 0.5, 0.9):
    assert np.allclose(parts[gaussian, p], parts[concrete, p], atol=0.05)  # the jumps are alike,
    cdfs = [law.cdf_gate(places[p][law], grid) for law in (gaussian, concrete)]
    assert np.abs(cdfs[0] - cdfs[1]).max() < 0.1
assert parts[concrete, 0.99][2] > parts[gaussian, 0.99][2] + 0.1  # but for gates that are nearly open
assert min(heard[gaussian, 2], heard[concrete, 2]) > 0.99
assert heard[gaussian, 4] < 0.2 < 0.6 < heard[concrete, 4]
assert prob_inside(concrete, 8) > 1e4 * prob_inside(gaussian, 8)
assert needed["score function"][-1] > needed["with baseline"][-1] > 3 * needed["hard concrete"][-1]
assert 70 < needed["score function"][2] < 170
assert 6 < needed["with baseline"][2] < 15
assert needed["with baseline"][-1] > 20 * needed["with baseline"][0]  # grows with the gates,
assert max(needed["hard concrete"][-1], needed["Gaussian"][-1]) < 10  # and this hardly does
for log_alpha in (0.0, -2.0):
    assert gap[log_alpha, 2 / 3] > 1.5 * gap[log_alpha, 0.3]
    assert loud[log_alpha, 0.1] > 1.5 * loud[log_alpha, 0.3] > 2 * loud[log_alpha, 2 / 3]
assert gap[-2.0, 0.3] > 1.2 * gap[-2.0, 0.1]  # at 0 the noise hides the difference
assert toy_coin > 0 > toy_concrete
assert all(lowest - 1e-9 <= final < lowest + 0.04 for final in finals)  # near the best,
assert min(finals[:4]) > lowest + 0.005 > max(finals[4:])  # at it only when started there,
assert min(smoothed[:2]) > max(smoothed[4:]) + 0.005  # where Eq. 7 is lower, too
