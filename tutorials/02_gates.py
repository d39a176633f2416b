# %% [markdown]
# # 2. Gates: a coin for every weight
#
# - **Goal.** Split a weight into a value and a gate, turn the count of weights into a smooth function of the
#   probabilities of coins (Eqs. 2 and 3), and measure why its gradient is hard to estimate.
# - **Before this.** [Tutorial 1](01_empirical_risk.py); mean and variance of a coin.
# - **Paper and slides.** Section 2; Eqs. 2 and 3; slide 4.
# - **Time.** 8 s; 4 s with `L0EDU_FAST=1`. Measured on 2 cores.
#
# The L0 norm has no useful slope, and trying all patterns of zeros works for few weights only. So here are
# few weights, ten: the truth can be computed, and every estimate held against it.

# %%
import os

import autograd.numpy as anp
import numpy as np

from l0edu import BernoulliGates, value_and_grad
from l0edu.bernoulli import all_patterns
from l0edu.data import load
from l0edu.figures import show
from l0edu.figures.canvas import BLACK, BLUE, GREEN, GREY, ORANGE, label_ends, new_axes, tidy

FAST = os.environ.get("L0EDU_FAST") == "1"
np.set_printoptions(suppress=True, precision=4, linewidth=110)

# %% [markdown]
# ## Ten weights that tell a 3 from an 8
#
# Of 200 real digits, averaged over 7 x 7 blocks of pixels, the ten blocks that differ most between the
# classes are the inputs x. A logistic regression has a weight for each; its loss L is the mean of log(1 +
# exp(-t x theta)), with t = 1 for an 8 and -1 for a 3. Every weight gets a **gate** z, which is 0 or 1
# (Eq. 2):
#
# $$\theta_j = \tilde\theta_j z_j, \qquad \|\theta\|_0 = \sum_j z_j$$
#
# The free weight theta~ says how much, the gate says whether. Here theta~ is trained once, all gates open,
# and then kept: everything below is about the gates. (Eq. 1 proper would train it anew for each pattern.)
# `anp` is NumPy as autograd has it: the same functions, with slopes.

# %%
digits, _ = load("mini", dtype=np.float64)
pair = digits.take(np.flatnonzero((digits.y == 3) | (digits.y == 8))[:200])
N, t = len(pair), np.where(pair.y == 8, 1.0, -1.0)
blocks = pair.x.reshape(N, 7, 4, 7, 4).mean(axis=(2, 4)).reshape(N, 49)
blocks = (blocks - blocks.mean(axis=0)) / np.maximum(blocks.std(axis=0), 0.02)
x = blocks[:, np.argsort(-np.abs(t @ blocks))[:10]]  # (200, 10)
theta_free = np.zeros(10)


def loss(z):
    return anp.mean(anp.logaddexp(0, -t * (x @ (theta_free * z))))


for _ in range(2000):
    margin = t * (x @ theta_free)
    theta_free = theta_free + (t / (1 + np.exp(margin))) @ x / N
print("theta~", theta_free.round(2))
print(f"loss {loss(np.ones(10)):.3f} with all gates open, {loss(np.zeros(10)):.3f} (log 2) with all closed")

# %% [markdown]
# ## All 1,024 patterns
#
# Ten gates have 2^10 patterns: their risks by Eq. 1 can all be computed. Let lambda be 4 / N, so that an open
# gate must earn 4 nats over the 200 digits.
#
# **Predict.** How many gates does the best pattern open? Does it keep the largest weights?

# %%
lam = 4 / N
patterns = all_patterns(10)  # (1024, 10)
losses = np.array([loss(z) for z in patterns])  # (1024,)
count = patterns.sum(axis=1)
risks = losses + lam * count
best = patterns[risks.argmin()]
for name, z in (("all open", patterns[-1]), ("best", best), ("all closed", patterns[0])):
    print(f"{name:11}{z.astype(int)}   loss {loss(z):.3f}   risk {loss(z) + lam * z.sum():.3f}")
print("weights that are kept:", theta_free[best == 1].round(2))
print("weights that go:      ", theta_free[best == 0].round(2))

# %%
lowest = np.array([losses[count == k].min() for k in range(11)])
ax = tidy(new_axes((7.0, 4.4)), "open gates", "loss on the 200 digits (nats)")
ax.plot(count, losses, ".", color=GREY, markersize=4, alpha=0.5, label="a pattern")
ax.plot(range(11), lowest, color=BLUE, linewidth=2, label="the lowest of each size")
equal_risk = risks.min() - lam * np.arange(11)
ax.plot(range(11), equal_risk, "--", color=ORANGE, linewidth=1.8, label="points with the risk of the best")
ax.plot(best.sum(), loss(best), "o", color=ORANGE, fillstyle="none", markersize=13, label="the best pattern")
ax.legend(loc="upper right", frameon=False, fontsize=9)
ax.set(xlim=(-0.3, 10.3), ylim=(0, 0.8), xticks=range(11))
show(
    ax.figure,
    "02-all-patterns",
    alt=f"Loss of all 1,024 patterns against their number of open gates. The lowest of each size falls from "
    f"{lowest[0]:.2f} at 0 gates to {lowest[4]:.2f} at 4 and {lowest[10]:.2f} at 10. A "
    f"line of slope -{lam:g} touches it at the best pattern: {best.sum():.0f} gates, loss {loss(best):.2f}.",
    caption="Slide the dashed line up from below: the first dot that it touches has the least risk.",
)

# %% [markdown]
# **Explain.** The first gates buy most; soon one more saves less than its price, and the line has passed.
# Size and worth differ: a small weight stays while larger ones go, as inputs overlap and their weights do
# the same work. This is the L0 answer, by brute force; each further weight doubles the number of patterns.

# %% [markdown]
# ## From patterns to coins
#
# Let each gate be a coin of its own, z_j ~ Bernoulli(pi_j), and minimize the *expected* risk (Eq. 3):
#
# $$R(\tilde\theta, \pi) = E_{q(z|\pi)}[L(\tilde\theta \odot z)] + \lambda \sum_j \pi_j$$
#
# The patterns z were discrete, the probabilities pi = sigmoid(logits) are not. The count is now the sum of
# pi, in closed form. The first term is a sum over all patterns, weighted by their probabilities: it is
# smooth in pi too, and `BernoulliGates.exact_gradient` (`l0edu/bernoulli.py`) adds it up.
#
# **Predict.** All coins are fair. Does the expected loss fall with each gate that opens more often?

# %%
gates, fair = BernoulliGates(), np.zeros(10)
expected_loss, exact = gates.exact_gradient(loss, fair)
by_hand = [losses[patterns[:, j] == 1].mean() - losses[patterns[:, j] == 0].mean() for j in range(10)]
print(f"expected loss {expected_loss:.4f}")
print("its gradient by the logits   ", exact)
print("(mean open - mean closed) / 4", np.array(by_hand) / 4)

# %% [markdown]
# **Explain.** The derivative by pi_j is the mean loss with gate j open less that with it closed, all other
# coins being tossed: the second line; pi (1 - pi) = 1/4 leads from pi to its logit. Negative means "open
# it". Where it is positive, the weight was trained to correct others, and does harm when half of them are
# closed.
#
# **Predict.** Gradient descent on Eq. 3 with this exact gradient, from fair coins. Do the coins stay random?

# %%
STEPS, STEP_SIZE = 2000, 5.0


def expected_risk(logits):
    return np.exp(gates.log_prob(logits, patterns)) @ risks


def penalty_gradient(logits):  # of lam sum pi, by the logits
    return lam * gates.prob_open(logits) * (1 - gates.prob_open(logits))


logits, exact_path = fair, []
for _ in range(STEPS):
    weighted = np.exp(gates.log_prob(logits, patterns)) * losses  # (1024,)
    data_gradient = weighted @ gates.score(logits, patterns)  # as in exact_gradient
    logits = logits - STEP_SIZE * (data_gradient + penalty_gradient(logits))
    exact_path.append(expected_risk(logits))
learned = gates.prob_open(logits)
print("pi after descent", learned.round(2))
print("the best pattern", best)
print(f"expected risk {exact_path[-1]:.4f}, risk of the best pattern {risks.min():.4f}")

# %% [markdown]
# **Explain.** They become certain. An expected risk is an average over patterns, so no coins beat the best
# pattern; and along each single pi it is a straight line, so descent runs into a corner. (Which one can
# depend on the start: question 3.) Eq. 3 is what was asked for: smooth, and with the same minimum as the
# count. But each step added up 1,024 patterns. With many gates, patterns have to be *sampled*.

# %% [markdown]
# ## A sample has no slope
#
# **Predict.** Toss the coins, z = [u < pi]. Raise all logits by 0.0001, with the same u. How does the loss
# change?

# %%
rng = np.random.default_rng(0)
u = rng.random(10)
z, z_moved = gates.sample(fair, u), gates.sample(fair + 1e-4, u)
print("z      ", z, f"  loss {loss(z):.4f}")
print("z moved", z_moved, f"  loss {loss(z_moved):.4f}   slope {(loss(z_moved) - loss(z)) / 1e-4}")

# %% [markdown]
# **Explain.** Not at all: a small change of pi turns no coin over (or, rarely, a whole one). The expectation
# has a slope, the sample has none, and backpropagation goes through the sample. That is the trouble with
# Eq. 3.

# %% [markdown]
# ## Estimates of the gradient
#
# The *score function* (REINFORCE) differentiates not the loss but the probability of what was drawn:
#
# $$\frac{\partial}{\partial\, \mathrm{logit}_j} E[L(z)] = E[\, (L(z) - b) \, (z_j - \pi_j) \,]$$
#
# The *baseline* b, any number that does not depend on z, leaves this mean as it is; here b is the expected
# loss. *Straight-through* pretends that pi_j moves z_j: its estimate is dL/dz_j times pi_j (1 - pi_j).
#
# **Predict.** Which means agree with the exact gradient? Which single draw is the noisiest?

# %%
DRAWS = 5_000 if FAST else 20_000
u = rng.random((DRAWS, 10))
slope_by_z = value_and_grad(loss)
estimates = {  # each (draws, 10)
    "score function": gates.score_function_gradients(loss, fair, u),
    "with baseline": gates.score_function_gradients(loss, fair, u, baseline=expected_loss),
    "straight-through": np.array([slope_by_z(z)[1] for z in gates.sample(fair, u)]) / 4,
}
print("means           ", exact.round(3), "is exact")
for name, rows in estimates.items():
    print(f"{name:16}", rows.mean(axis=0).round(3))
print("\nstandard deviations of one draw")
for name, rows in estimates.items():
    print(f"{name:16}", rows.std(axis=0).round(3))
deviation = {}  # the same without draws: all patterns are equally likely
for name, b in (("score function", 0.0), ("with baseline", expected_loss)):
    square = ((losses - b)[:, None] * (patterns - 0.5)) ** 2
    deviation[name] = np.sqrt(square.mean(axis=0) - exact**2)
    print(f"{name:16}", deviation[name].round(3), "over all patterns")

# %% [markdown]
# **Explain.** The score function is right on average and loud: each draw multiplies the *whole* loss by the
# surprise of one coin, and to that coin all others are noise. A baseline takes off what is constant in the
# loss. Straight-through is quiet for most gates, and wrong: the slope of the loss at z = 0 or 1 is not its
# difference between the two, and no number of draws mends that. Two numbers without units say how loud and
# how wrong; the second is summed over all patterns, so that no noise is left in it.

# %%
needed = {name: float(rows.var(axis=0).sum() / (exact**2).sum()) for name, rows in estimates.items()}
for name, draws in needed.items():
    print(f"{name:16} {draws:6.1f} draws, and the noise of their mean is as large as the gradient")
slopes, wrong = np.array([slope_by_z(z)[1] for z in patterns]), {}
for pi in (0.5, 0.1):
    logits = np.full(10, np.log(pi / (1 - pi)))
    true = gates.exact_gradient(loss, logits)[1]
    through = np.exp(gates.log_prob(logits, patterns)) @ slopes * pi * (1 - pi)
    wrong[pi] = np.linalg.norm(through - true) / np.linalg.norm(true)
    print(f"straight-through, all pi = {pi}: off by {100 * wrong[pi]:.0f} % of the gradient's length")

# %% [markdown]
# **Predict.** Descent on Eq. 3 as in training: *one* draw a step in place of all patterns. Which estimates
# end near the best pattern? (The expected loss is unknown in training: the baseline is a running mean of the
# losses seen.)


# %%
def descend(name, rng):
    logits, baseline, path = fair, 0.5, []
    for _ in range(STEPS):
        z = gates.sample(logits, rng.random(10))
        drawn, slope = slope_by_z(z)
        if name == "straight-through":
            data_gradient = slope * gates.prob_open(logits) * (1 - gates.prob_open(logits))
        else:
            data_gradient = (drawn - baseline * (name == "with baseline")) * gates.score(logits, z)
        logits = logits - STEP_SIZE * (data_gradient + penalty_gradient(logits))
        baseline = 0.95 * baseline + 0.05 * drawn
        path.append(expected_risk(logits))
    return path


paths, reached = {}, {}
print(f"expected risk at the end, by the exact gradient: {exact_path[-1]:.3f}; by one draw a step, sorted:")
for name in estimates:
    paths[name] = np.array([descend(name, np.random.default_rng(seed)) for seed in range(3 if FAST else 6)])
    reached[name] = np.sort(paths[name][:, -1])
    print(f"{name:16}", reached[name].round(3))

# %%
ax = tidy(new_axes((7.0, 4.2)), "step", "expected risk (Eq. 3), computed exactly")
ends = [(exact_path[-1], "exact gradient", BLACK)]
for (name, runs), colour, dashes in zip(paths.items(), (ORANGE, BLUE, GREEN), ("-", "--", "-."), strict=True):
    ax.plot(runs.T, dashes, color=colour, linewidth=1.1)
    ends.append((reached[name][len(runs) // 2], name, colour))
ax.plot(exact_path, color=BLACK, linewidth=3)
ax.set(xlim=(0, STEPS), ylim=(0.3, 0.45))
label_ends(ax, ends, gap=0.08)
show(
    ax.figure,
    "02-descent",
    alt=f"Expected risk against step, several seeds each. The exact gradient ends at {exact_path[-1]:.3f}; "
    + "; ".join(f"{name} between {ended.min():.3f} and {ended.max():.3f}" for name, ended in reached.items()),
    caption="Compare spreads: orange scatters (variance), green agrees with itself on a wrong level (bias).",
)

# %% [markdown]
# **Explain.** Noise makes coins settle by accident: near 0 or 1 a coin hardly ever shows its other side, and
# the mistake stays. So ends the plain score function. Straight-through goes reliably to the wrong place. The
# baseline serves ten gates well, though not on every seed. But its noise is that of all other coins, and a
# network has thousands. Tutorial 3 measures this, beside a gate that *moves* when its parameter moves.

# %% [markdown]
# ## What to take away
#
# - theta = theta~ z splits how much from whether: the L0 norm becomes a sum of gates.
# - With coins for gates the expected risk (Eq. 3) is smooth, its penalty is lambda times the sum of pi, and
#   descent on it ends in a pattern.
# - A sampled coin has slope zero. The score function goes around that: no bias, much variance, less with a
#   baseline. Straight-through: little variance, and a bias that no number of draws removes.
# - With few gates the truth can be enumerated. Hold an estimator against it before you trust it.
#
# ## Questions
#
# 1. Use `baseline=1.0`. What changes in the means, what in the standard deviations?
# 2. Set lambda to that of BIC, log(N) / (2 N). How many gates stay, and how close is the second best
#    pattern?
# 3. Start the exact descent at `np.full(10, -4.0)`, then at `np.full(10, 2.0)`. Does it reach the same
#    corner?
# 4. For which losses is straight-through exact? Replace `loss` by one that is linear in z and look.
#
# Next: [3. Smoothing](03_smoothing.py), where the coin becomes something that can move.

# %%
# The claims above, checked.
assert 1 < best.sum() < 10
assert np.abs(theta_free[best == 0]).max() > np.abs(theta_free[best == 1]).min()  # size and worth differ
assert np.allclose(exact, np.array(by_hand) / 4, atol=1e-12)
probabilities = np.exp(gates.log_prob(logits, patterns))
assert np.isclose(probabilities @ count, gates.prob_open(logits).sum())  # the expected count is the sum of pi
assert (learned.round() == best).all()
assert (np.abs(learned - 0.5) > 0.4).all()
assert exact_path[-1] < risks.min() + 0.005
assert loss(z_moved) == loss(z)
for name, by_enumeration in deviation.items():
    rows = estimates[name]
    assert (np.abs(rows.mean(axis=0) - exact) < 6 * rows.std(axis=0) / DRAWS**0.5).all()  # no bias
    assert np.allclose(rows.std(axis=0), by_enumeration, rtol=0.1)
assert needed["score function"] > 5 * needed["with baseline"] > 10 * needed["straight-through"]
assert 0.1 < wrong[0.5] < wrong[0.1]
middle = {name: np.median(ended) for name, ended in reached.items()}
assert middle["with baseline"] < min(middle["straight-through"], middle["score function"])
