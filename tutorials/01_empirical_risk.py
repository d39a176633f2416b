# %% [markdown]
# # 1. Empirical risk and overfitting
#
# - **Goal.** See a network learn pure noise by heart, write down the risk that puts a price on size (Eq. 1),
#   and know what an L2, an L1 and an L0 penalty each do to a large and to a small weight.
# - **Before this.** Backpropagation, and what a training and a validation set are. Nothing about gates.
# - **Paper and slides.** Sections 1 and 2; Eq. 1 and Figure 1; slides 2 and 3. All section numbers are
#   as recalled.
# - **Time.** 6 s; 4 s with `L0EDU_FAST=1`. Measured on 2 cores.
#
# Run the cells in order (a cell begins at `# %%`), or step through the file in a debugger. Answer each
# question before you run its cell. Run as a script, the file prints its numbers and puts its figures into the
# folder `figures`; with the environment variable `L0EDU_FAST=1` it trains less. The last cell checks what the
# text claims: an error there means that a change of yours has made a claim untrue.
#
# The paper is Louizos, Welling and Kingma, "Learning Sparse Neural Networks through L0 Regularization"
# (2018); the slides are those of a talk about it by Flam-Shepherd, Farhadi and Guo.

# %%
import os

import numpy as np

from l0edu import Adam, Dataset, batches, cross_entropy, lp_penalty, mlp, value_and_grad
from l0edu.data import load, split
from l0edu.figures import draw_lp, show
from l0edu.figures.canvas import BLACK, BLUE, GREEN, GREY, ORANGE, label_ends, legend_below, new_axes, tidy

FAST = os.environ.get("L0EDU_FAST") == "1"
np.set_printoptions(suppress=True)

rng = np.random.default_rng(0)
digits, _ = load("mini")  # real digits; the test set stays untouched
images = digits.reshaped((784,)).take(rng.permutation(5000)[: 1000 if FAST else 2000])
train, validation = split(rng, images, 0.5)
net = mlp((784, 100, 10), law=None)  # law=None: an ordinary network, without gates
print(net)
print(f"{len(train)} images to train on, {len(validation)} for validation")

# %% [markdown]
# ## A network that learns noise by heart
#
# Training minimizes the *empirical risk*: the mean loss over the N training examples. `train_on` does just
# that: batches, gradient, Adam. An objective returns its terms under their names, and `value_and_grad`
# differentiates their sum. (With `lam` there is a penalty among them, which comes later.)


# %%
def train_on(labels, lam=0.0, p=2, epochs=60):
    def objective(params, x, y):
        penalty = lp_penalty(params["fc1"]["W"], p) + lp_penalty(params["fc2"]["W"], p)
        return {"loss": cross_entropy(net.apply(params, x), y), "penalty": lam * penalty}

    rng, adam, errors = np.random.default_rng(1), Adam(step_size=1e-3), []
    params = net.init(rng)
    state = adam.init(params)
    for _ in range(epochs):
        for x, y in batches(rng, Dataset(train.x, labels, "training labels"), 50):
            _, grads = value_and_grad(objective)(params, x, y)
            params, state = adam.update(params, grads, state)
        sets = ((train.x, labels), (validation.x, validation.y))
        errors.append([error_percent(params, x, y) for x, y in sets])
    return params, np.array(errors)  # (epochs, 2): on the training labels, on the validation set


def error_percent(params, x, y):
    return 100 * float(np.mean(net.apply(params, x).argmax(axis=1) != y))


# %% [markdown]
# **Predict.** The second run below gets labels drawn with a ten-sided die: there is nothing in them to
# learn. Network and number of epochs are the same. Guessing is wrong 90 % of the time. Where will the
# *training* error end? (The experiment is that of Zhang and others, 2017, in small.)

# %%
random_labels = rng.integers(0, 10, len(train))
true_params, true_errors = train_on(train.y)
random_params, random_errors = train_on(random_labels)
for name, errors in (("true labels", true_errors), ("random labels", random_errors)):
    print(f"{name:13}  training error {errors[-1, 0]:5.1f} %   validation error {errors[-1, 1]:5.1f} %")


# %%
def draw_errors(named_runs):
    ax, ends = tidy(new_axes((7.0, 4.2)), "epoch", "error (%)"), []
    for (name, errors), colour in zip(named_runs.items(), (ORANGE, BLUE), strict=True):
        for column, (where, dashes) in enumerate((("training", "-"), ("validation", "--"))):
            ax.plot(np.arange(1, len(errors) + 1), errors[:, column], dashes, color=colour, linewidth=2)
            ends.append((errors[-1, column], f"{name},\n{where}: {errors[-1, column]:.1f} %", colour))
    ax.set(xlim=(0, len(errors)), ylim=(-2, 95))
    label_ends(ax, ends, gap=0.13)
    return ax.figure


show(
    draw_errors({"random labels": random_errors, "true labels": true_errors}),
    "01-memorising",
    alt=f"Error against epoch. True labels: the training error falls to {true_errors[-1, 0]:.1f} %, the "
    f"validation error to {true_errors[-1, 1]:.1f} %. Random labels: the training error falls to "
    f"{random_errors[-1, 0]:.1f} %, more slowly; the validation error stays at {random_errors[-1, 1]:.0f} %.",
    caption="Look at the solid lines: both end near zero, whether or not there was something to learn.",
)

# %% [markdown]
# **Explain.** The network has far more weights than there are images, so it can store an answer for each of
# them. A low empirical risk therefore proves nothing: the solid lines agree, only the dashed ones tell
# learning from storing. What could tell them apart *during* training is a price on what storing needs:
# weights.

# %% [markdown]
# ## Eq. 1: a price for every weight that is not zero
#
# $$R(\theta) = \frac{1}{N} \sum_i L(h(x_i; \theta), y_i) + \lambda \|\theta\|_0,
# \qquad \|\theta\|_0 = \sum_j [\theta_j \neq 0]$$
#
# If L is a negative log-likelihood, as the cross-entropy is, two old rules for choosing among models are
# particular lambdas: Akaike's (AIC) is 1 / N, the Bayesian one (BIC) is log(N) / (2N). On MNIST the paper
# trains with 0.1 / N. (The two rules were derived for few weights and much data; here they only show what a
# price does.)
#
# **Predict.** Take the network that memorised the random labels, and one whose weights are all zero: it
# gives each class a tenth and has loss log 10 = 2.303 nats, the unit of natural logarithms. Which has the
# lower risk under AIC?

# %%
N = len(train)
l0 = int(lp_penalty(random_params["fc1"]["W"], 0) + lp_penalty(random_params["fc2"]["W"], 0))
loss = float(cross_entropy(net.apply(random_params, train.x), random_labels))
prices = {"0.1 / N": 0.1 / N, "AIC": 1 / N, "BIC": np.log(N) / (2 * N)}
print(f"memorising: loss {loss:.3f} with {l0:,} weights; all weights zero: loss {np.log(10):.3f} with 0")
for name, lam in prices.items():
    print(f"{name:7}  lambda = {lam:.5f}   R = {loss + lam * l0:6.2f} or {np.log(10):.2f};", end="")
    print(f"   a perfect fit may use {np.log(10) / lam:6,.0f} weights")

# %% [markdown]
# **Explain.** A perfect fit saves at most log 10 nats an example, and all weights together cost more. Under
# AIC a weight must earn one nat over the whole training set, or it had better be zero. The last column holds
# for the true labels too: a network that fits them is worth its price only if *most of its weights are zero*.
# Low loss with few weights, both in one objective: that is what the whole series is after.

# %% [markdown]
# ## Why not another norm?
#
# Eq. 1 counts. The usual penalties measure size: the sum of $|\theta_j|^p$ with p = 2 (weight decay) or p =
# 1 (lasso). The smaller p is, the less size matters. In the library: `l0edu/lp.py`, `lp_penalty`.

# %%
show(
    draw_lp(ax=new_axes((7.0, 4.0))).figure,
    "01-lp-penalties",
    alt="The penalty |theta|^p of one weight against theta from -2 to 2. For p = 2 a parabola, for p = 1 a "
    "V, for p = 1/2 a cusp; for p = 0 it is 1 everywhere except at theta = 0, where it is 0.",
    caption="Figure 1 of the paper. Follow each line outwards: only the one for p = 0 does not rise.",
)

# %% [markdown]
# **Predict.** The slope of the penalty is the force that pulls a weight to zero. Which p pulls a large
# weight hardest, which a small one? What is the force for p = 0?

# %%
theta = np.array([0.01, 0.1, 1.0, 2.0])
print("theta         ", theta)
forces = {}
for p in (2, 1, 0.5, 0):
    _, forces[p] = value_and_grad(lambda theta, p=p: lp_penalty(theta, p))(theta)
    print(f"force, p = {p:<3} ", forces[p].round(2))

# %% [markdown]
# **Explain.** p = 2 pulls in proportion to the weight: hard on the large, hardly at all on the small. So it
# shrinks everything and finishes nothing. p = 1 pulls equally everywhere, p = 1/2 harder the closer to zero.
# p = 0 does not pull: the penalty is flat on both sides of its jump. Remember that last row.

# %% [markdown]
# ## One weight, exactly
#
# Say the data want a weight to be w, and charge (theta - w)^2 / 2 when it is theta. With a penalty on top:
#
# | the penalty | the best theta | called |
# |---|---|---|
# | lambda theta^2 | w / (1 + 2 lambda) | shrinkage |
# | lambda abs(theta) | w moved by lambda towards 0, and 0 if it gets there | soft threshold |
# | lambda [theta != 0] | w, or 0 if w^2 / 2 <= lambda | hard threshold |
#
# **Predict.** Let lambda = 1/2. What becomes of the large weight w = 3, and of the small one w = 0.8?

# %%
lam = 0.5
best = {
    2: lambda w: w / (1 + 2 * lam),
    1: lambda w: np.sign(w) * np.maximum(np.abs(w) - lam, 0),
    0: lambda w: np.where(w**2 / 2 > lam, w, 0),
}
w = np.array([3.0, 0.8, 0.2])
grid = np.arange(-4000, 4001)[:, None] / 1000  # -4 to 4 in steps of 0.001, exactly 0 among them
penalties = {2: grid**2, 1: np.abs(grid), 0: grid != 0}
print("w     ", w)
for p, rule in best.items():
    tried = grid[((grid - w) ** 2 / 2 + lam * penalties[p]).argmin(axis=0), 0]
    print(f"p = {p} ", rule(w), "  by trying the whole grid", tried)

# %%
wanted = np.linspace(-4, 4, 802)  # an even number: no point falls on the jumps
ax = tidy(new_axes((6.4, 4.8)), "w, what the data want", "the best θ")
ax.plot(wanted, wanted, ":", color=GREY, label="no penalty")
ax.plot(wanted, best[2](wanted), "--", color=ORANGE, linewidth=2, label="L2: shrinks all, zeroes none")
ax.plot(wanted, best[1](wanted), "-.", color=GREEN, linewidth=2, label="L1: zeroes small, shrinks large")
kept = np.where(np.abs(np.abs(wanted) - 1) < 0.01, np.nan, best[0](wanted))  # the line breaks off at jumps
ax.plot(wanted, kept, color=BLACK, linewidth=2, label="L0: zeroes small, keeps large")
ax.set(xlim=(-4, 4), ylim=(-4, 4))
legend_below(ax, ax.get_legend_handles_labels()[0])
show(
    ax.figure,
    "01-thresholds",
    alt="The best theta against w from -4 to 4, lambda = 1/2. L2: a line of slope 1/2. L1: 0 for w from -1/2 "
    "to 1/2, beyond it w less 1/2. L0: 0 for w from -1 to 1, beyond it w itself, with a jump.",
    caption="Compare the right ends: L2 halves a large weight, L1 takes a fixed toll, L0 leaves it alone.",
)

# %% [markdown]
# **Explain.** L1 makes exact zeros, but each weight that survives pays lambda: selecting and shrinking come
# in one parcel. L0 takes the parcel apart. A weight that earns less than its price goes; the others stay as
# they are.

# %% [markdown]
# ## The usual penalties in a real network
#
# Now 40 % of the labels come from the die: there is something to learn, and noise to store.
#
# **Predict.** Do L2 and L1 help on the validation set? How many weights will be *exactly* zero?

# %%
noisy_labels = np.where(rng.random(len(train)) < 0.4, random_labels, train.y)
curves, sizes = {}, {}
for name, lam, p in (("no penalty", 0.0, 2), ("L2", 0.01, 2), ("L1", 0.002, 1)):
    params, curves[name] = train_on(noisy_labels, lam, p)
    sizes[name] = np.abs(np.concatenate([params["fc1"]["W"].ravel(), params["fc2"]["W"].ravel()]))
    fit, generalise = curves[name][-1]
    print(f"{name:10}  training {fit:4.1f} %  validation {generalise:4.1f} %  largest weight ", end="")
    print(f"{sizes[name].max():.2f}  below 0.001: {(sizes[name] < 1e-3).sum():6,}  ", end="")
    print(f"exactly zero: {(sizes[name] == 0).sum()}")

# %%
plain, decayed = curves["no penalty"], curves["L2"]
show(
    draw_errors({"no penalty": plain, "L2": decayed}),
    "01-penalised",
    alt=f"Error against epoch with 40 % random labels. Without a penalty the training error falls to "
    f"{plain[-1, 0]:.0f} %; the validation error rises from {plain[:, 1].min():.0f} to {plain[-1, 1]:.0f} %. "
    f"With L2 they end at {decayed[-1, 0]:.0f} and {decayed[-1, 1]:.0f} %.",
    caption="Look at the orange pair: while the network stores the noise, the dashed line turns up.",
)

# %% [markdown]
# **Explain.** Both penalties keep the network from storing so much noise, and help. But nothing is zero. L2
# has no reason to make zeros. L1 has, and most weights end up tiny, yet each gradient step jumps over zero
# and back; a threshold afterwards would have to guess which of the tiny ones matter. The network stays as
# large as it was.

# %% [markdown]
# ## Then put the L0 norm into the objective?
#
# **Predict.** Gradient descent on the one-weight problem, lambda = 1/2, from theta = w: does it find the
# minima computed above, for p = 2, 1 and 0?

# %%
lam, reached = 0.5, {}
for p in (2, 1, 0):
    slope = value_and_grad(lambda theta, p=p: 0.5 * ((theta - w) ** 2).sum() + lam * lp_penalty(theta, p))
    theta = w.copy()
    for _ in range(500):
        theta = theta - 0.03 * slope(theta)[1]
    reached[p] = theta
    print(f"p = {p}   reached {theta.round(3)}   minimum {best[p](w)}")
digits_of_it = int(l0 * np.log10(2)) + 1
print(f"patterns of zeros: 2^10 = {2**10:,} for 10 weights; for {l0:,} a number of {digits_of_it:,} digits")

# %% [markdown]
# **Explain.** p = 2 arrives. p = 1 arrives twice, and trembles about the zero of the third weight. p = 0
# never moves: the objective has the right minimum, but the slope of its penalty is zero, so gradient descent
# does not hear it. For single weights there is a formula. In a network the weights depend on each other, and
# the only sure way is to try every pattern of zeros: for ten weights quickly done (tutorial 2 does it), for a
# network never.

# %% [markdown]
# ## What to take away
#
# - A low empirical risk proves nothing: a large network fits random labels too.
# - Eq. 1 charges lambda for each weight that is not zero; AIC and BIC are particular lambdas.
# - L2 shrinks all and zeroes none; L1 zeroes the small and shrinks the large; L0 zeroes what does not pay
#   for itself and leaves the rest alone.
# - The slope of the L0 norm is zero wherever there is one: it has to be made smooth before it can be
#   learned.
#
# ## Questions
#
# 1. Train on the random labels with `lam=0.01`. How much of the noise is stored now, and why?
# 2. Make the network `mlp((784, 5, 10), law=None)`. Can it still memorise? How many weights an image is
#    that?
# 3. From which lambda on does L0 zero the weight w = 3? And L1? Change `lam` in "One weight, exactly".
# 4. Start the last descent at theta = 0 instead of w. What does p = 0 do, and what does it say about local
#    minima?
#
# Next: [2. Gates](02_gates.py), where a coin for each weight makes the count smooth.

# %%
# The claims above, checked.
assert max(true_errors[-1, 0], random_errors[-1, 0]) < 6  # both are memorised,
assert random_errors[-1, 1] > 80 > 25 > true_errors[-1, 1]  # and one is worth something
assert all(loss + lam * l0 > np.log(10) and np.log(10) / lam < l0 / 2 for lam in prices.values())
assert np.allclose(forces[2], [0.02, 0.2, 2, 4])
assert np.allclose(forces[0.5], [5, 1.58, 0.5, 0.35], atol=0.01)
assert (forces[1].tolist(), forces[0].tolist()) == ([1] * 4, [0] * 4)
assert np.allclose([best[2](w), best[1](w), best[0](w)], [[1.5, 0.4, 0.1], [2.5, 0.3, 0], [3, 0, 0]])
assert plain[-1, 1] > plain[:, 1].min() + 5  # overfitting: it was better on the way
assert all(curves[name][-1, 0] > plain[-1, 0] + 5 for name in ("L2", "L1"))  # less noise is stored,
assert all(curves[name][-1, 1] < plain[-1, 1] - 2 for name in ("L2", "L1"))  # which helps,
assert sizes["L2"].max() < sizes["no penalty"].max() - 0.1  # L2 by shrinking;
assert all((sizes[name] == 0).sum() < 10 for name in sizes)  # and zeroes nothing
assert (sizes["L1"] < 1e-3).mean() > 0.5
assert reached[0].tolist() == w.tolist()
assert np.allclose(reached[2], best[2](w), atol=1e-3)
assert np.allclose(reached[1], best[1](w), atol=0.04)
