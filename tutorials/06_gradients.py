# %% [markdown]
# # 6. The gradient of everything
#
# - **Goal.** Compute one derivative four ways (by hand, by autograd, by finite differences, by torch), for a
#   gate and then for a whole objective; know what each way is good for and where they may differ.
# - **Before this.** [Tutorial 4](04_hard_concrete.py) and [tutorial 5](05_penalty.py): the gate and the
#   penalty. Backpropagation through two layers.
# - **Paper and slides.** Sections 2.1 to 2.4; Eqs. 8 to 12, 16 and 17; slides 5, 6 and 8.
# - **Time.** 3 s, with `L0EDU_FAST=1` as well. Measured on 2 cores.
#
# A program with a wrong gradient still trains, only worse, and says nothing. So each gradient of this library
# is held against others that share no code with it. This tutorial does the same for networks that fit on a
# sheet of paper.

# %%
import copy

import autograd.numpy as anp
import numpy as np
from autograd import elementwise_grad

from l0edu import ExplainedError, HardConcrete, explain_errors, mlp, plain, value_and_grad
from l0edu.figures import show
from l0edu.figures.canvas import BLUE, GREEN, GREY, ORANGE, legend_below, new_axes, tidy
from l0edu.gates import hard_sigmoid
from l0edu.objective import objective_terms
from l0edu.oracle import Case, format_table, torch_is_installed, verify
from l0edu.tables import map_arrays

np.set_printoptions(precision=4, suppress=True)
rng = np.random.default_rng(6)
hc = HardConcrete()
beta, gamma, zeta = hc.beta, hc.gamma, hc.zeta
HAS_TORCH = torch_is_installed()
if HAS_TORCH:
    import torch

    from l0edu.oracle import torch_twin
else:
    print('torch is not installed, so its column is left out: pip install "l0edu[torch]" brings it')

# %% [markdown]
# ## One gate
#
# These are the four gates of tutorial 4: log_alpha = -1, and four values of u. The chain from log_alpha to z
# has four links, and so has its derivative:
#
#     x = (noise + log_alpha) / beta      slope 1 / beta
#     s = sigmoid(x)                      slope s (1 - s)
#     s_bar = s (zeta - gamma) + gamma    slope zeta - gamma
#     z = min(1, max(0, s_bar))           slope 1 inside (0, 1), else 0: the mask
#
# **Predict.** z was 0, .1189, .6691 and 1. Which of the four slopes dz/dlog_alpha are 0?

# %%
u = np.array([0.2, 0.5, 0.8, 0.95])
log_alpha = np.full(4, -1.0)
s = 1 / (1 + np.exp(-(np.log(u) - np.log(1 - u) + log_alpha) / beta))
s_bar = s * (zeta - gamma) + gamma
mask = (s_bar > 0) & (s_bar < 1)
by_hand = (1 / beta) * s * (1 - s) * (zeta - gamma) * mask
print("s               ", s)
print("s (1 - s)       ", s * (1 - s))
print("times 1.2 / beta", s * (1 - s) * (zeta - gamma) / beta)
print("mask            ", mask.astype(int))

# %%
h = 1e-6
slopes = {"by hand": by_hand}
slopes["autograd"] = elementwise_grad(plain.hard_concrete)(log_alpha, u, beta, gamma, zeta)
slopes["differences"] = (hc.sample(log_alpha + h, u) - hc.sample(log_alpha - h, u)) / (2 * h)
if HAS_TORCH:
    leaf = torch.tensor(log_alpha, requires_grad=True)
    torch_twin.sample(hc, leaf, torch.tensor(u)).sum().backward()
    slopes["torch"] = leaf.grad.numpy()
_, slopes["the library"] = value_and_grad(lambda a: hc.sample(a, u).sum())(log_alpha)
for way, column in slopes.items():
    print(f"{way:12}", column)

# %% [markdown]
# **Explain.** The two that are clipped: where z is held at 0 or 1, a small change of log_alpha changes
# nothing. The four ways differ in what they know. *By hand*: you derived it, and can be wrong. *autograd*:
# knows the slope of each NumPy operation, and derives the rest from `l0edu.plain`, where the formula is
# spelled in `autograd.numpy`. *Differences*: know nothing but values. *torch*: another program, by other
# people, for the same formula. The last line is the library: `hard_concrete_dlog_alpha` in `l0edu/gates.py`,
# the same chain written in z alone; autograd only hands it the right numbers at the right time
# (`l0edu/tape.py`).
#
# ## A whole objective
#
# Two inputs, two hidden units, two classes, one example, four gates. The noise is chosen so that each pair
# has a gate between 0 and 1, and beside it one that is exactly 0 (input 2) and one that is exactly 1 (hidden
# unit 2).

# %%
net = mlp((2, 2, 2), drop_rates=(0.5, 0.5))
params = {
    "gate1": {"log_alpha": np.array([0.5, -1.0])},
    "fc1": {"W": np.array([[1.0, -0.5], [0.5, 2.0]]), "b": np.array([0.1, -0.2])},
    "gate2": {"log_alpha": np.array([0.0, 1.0])},
    "fc2": {"W": np.array([[1.0, -1.0], [-0.5, 0.5]]), "b": np.array([0.0, 0.1])},
}
noise = {"gate1": np.array([0.4, 0.2]), "gate2": np.array([0.6, 0.9])}
x, labels = np.array([[2.0, 1.0]]), np.array([1])
lam, wd = 0.01, 0.1


def objective(params, noise):
    """The terms of Eq. 9, deterministic once the noise is given."""
    return objective_terms(net, params, x, labels, noise, lam, wd)


def total_at(params, noise=noise):
    """Their sum, as a plain number."""
    return float(sum(objective(params, noise).values()))


terms, by_autograd = value_and_grad(objective)(params, noise)
print({name: f"{float(term):.6f}" for name, term in terms.items()}, f"sum {total_at(params):.6f}")

# %% [markdown]
# By hand, first forward:

# %%
W1, b1, W2, b2 = params["fc1"]["W"], params["fc1"]["b"], params["fc2"]["W"], params["fc2"]["b"]
a1, a2 = params["gate1"]["log_alpha"], params["gate2"]["log_alpha"]
z1, z2 = hc.sample(a1, noise["gate1"]), hc.sample(a2, noise["gate2"])
x1 = x[0] * z1  # gated inputs
pre = W1 @ x1 + b1
hidden = np.maximum(pre, 0)
h2 = hidden * z2  # gated hidden units
logits = W2 @ h2 + b2
softmax = np.exp(logits) / np.exp(logits).sum()
P1, P2 = hc.prob_open(a1), hc.prob_open(a2)
l0 = lam * 2 * (P1.sum() + P2.sum())  # each gate answers for 2 weights
l2 = wd / 2 * (P1 @ (W1**2).sum(0) + P2 @ (W2**2).sum(0))
total = -np.log(softmax[1]) + l0 + l2
print("z1 ", z1, " x z1  ", x1, " W1 . + b1", pre)
print("z2 ", z2, " h z2  ", h2, " logits   ", logits, " softmax", softmax)
print("P1 ", P1, " P2    ", P2)
print(f"-log {softmax[1]:.4f} + {l0:.4f} + {l2:.4f} = {total:.6f}")

# %% [markdown]
# Then backward, in the opposite order. Each line is one link of the chain rule; `d_` stands for "derivative
# of the objective by".
#
# **Predict.** Input 2 is closed. Which entries of the gradient does that set to 0 in the data term?

# %%
d_logits = softmax - np.array([0, 1])  # softmax minus the label
d_h2 = W2.T @ d_logits
d_z2, d_hidden = d_h2 * hidden, d_h2 * z2  # the product rule at gate2
d_pre = d_hidden * (pre > 0)  # relu
d_x1 = W1.T @ d_pre
d_z1 = d_x1 * x[0]  # the product rule at gate1


def gate_slope(z):
    """dz/dlog_alpha, by z: the links of the first section, with s = (z - gamma) / (zeta - gamma)."""
    s = (z - gamma) / (zeta - gamma)
    return s * (1 - s) * (zeta - gamma) / beta * ((z > 0) & (z < 1))


price1, price2 = lam * 2 + wd / 2 * (W1**2).sum(0), lam * 2 + wd / 2 * (W2**2).sum(0)  # of an open gate
written = {
    "gate1": {"log_alpha": d_z1 * gate_slope(z1) + price1 * P1 * (1 - P1)},
    "fc1": {"W": np.outer(d_pre, x1) + wd * P1 * W1, "b": d_pre},
    "gate2": {"log_alpha": d_z2 * gate_slope(z2) + price2 * P2 * (1 - P2)},
    "fc2": {"W": np.outer(d_logits, h2) + wd * P2 * W2, "b": d_logits},
}
print("d_logits", d_logits, " d_h2", d_h2, " d_pre", d_pre)
print("d_z1    ", d_z1, " slope of gate1", gate_slope(z1), " by the data", d_z1 * gate_slope(z1))
print("d_z2    ", d_z2, " slope of gate2", gate_slope(z2), " by the data", d_z2 * gate_slope(z2))
print("data term of dW1:")
print(np.outer(d_pre, x1))

# %% [markdown]
# **Explain.** The second column of dW1, since its input arrives as 0; and the gate's own log_alpha, by the
# mask. (-0 is an exact 0 whose other factor was negative.) Now the other ways. Differences move each of the
# 16 numbers up and down, alone; torch gets the same parameters and the same noise.


# %%
def slope_of(table, place, h, sides=2):
    """(f(w + h) - f(w - h)) / 2h for one number w of a table; with sides=1, (f(w + h) - f(w)) / h."""
    layer, name, i = place
    up, down = copy.deepcopy(table), copy.deepcopy(table)
    up[layer][name][i] += h
    down[layer][name][i] -= h * (sides - 1)
    return (total_at(up) - total_at(down)) / (sides * h)


places = []
for layer, arrays in params.items():
    places += [(layer, name, i) for name, array in arrays.items() for i in np.ndindex(array.shape)]
columns = {
    "by hand": [written[layer][name][i] for layer, name, i in places],
    "autograd": [by_autograd[layer][name][i] for layer, name, i in places],
    "differences": [slope_of(params, place, 1e-6) for place in places],
}
if HAS_TORCH:
    case = Case(net, params, noise, x, labels, lam=[lam, lam], weight_decay=wd)
    _, by_torch = torch_twin.evaluate(case)
    columns["torch"] = [by_torch[layer][name][i] for layer, name, i in places]
columns = {way: np.array(column) for way, column in columns.items()}

# %%
print(f"{'':18}" + "".join(f"{way:>16}" for way in columns))
for row, (layer, name, i) in enumerate(places):
    label = f"{layer} {name}{list(i)}"
    print(f"{label:18}" + "".join(f"{column[row]:16.10f}" for column in columns.values()))
largest = {way: np.abs(column - columns["by hand"]).max() for way, column in columns.items()}
print(f"{'largest difference':18}" + "".join(f"{error:16.1e}" for error in largest.values()))

# %% [markdown]
# **Explain.** Hand, autograd and torch agree to the last digits that a float64 has. Differences agree to nine
# or ten digits and cannot do better: see the step of a difference, below. The column by hand took some 20
# lines and is right for this one network. In the column of autograd each operation brings its own slope from
# the library (`relu_dx` stands under `relu`, and so on), and a program puts them in order, for any network.
#
# ## Why the noise is an argument
#
# **Predict.** Suppose the objective drew its own noise at each call. What would a difference with h = 1e-6
# give?


# %%
up, down = copy.deepcopy(params), copy.deepcopy(params)
spread = {}
for step in (1e-2, 1e-4, 1e-6):
    up["fc1"]["W"][0, 0] = params["fc1"]["W"][0, 0] + step
    down["fc1"]["W"][0, 0] = params["fc1"]["W"][0, 0] - step
    rises = []
    for _ in range(200):
        fresh_up, fresh_down = ({name: hc.draw_noise(rng, (2,)) for name in noise} for _ in range(2))
        rises.append(total_at(up, fresh_up) - total_at(down, fresh_down))
    spread[step] = np.std(rises) / (2 * step)
    print(
        f"h = {step:g}: f(w + h) - f(w - h) spreads by {np.std(rises):.2f}, its slope by {spread[step]:.1e}"
    )
print(f"the slope itself: {by_autograd['fc1']['W'][0, 0]:.4f}")

# %% [markdown]
# **Explain.** Two calls under different gates differ by a good part of the objective itself, and the division
# by 2h makes half a million times that. With the noise as an argument the objective is an ordinary function
# of its parameters, so it can be differentiated, compared and repeated. This is the reparameterization trick
# of Eq. 8, seen from the programmer's side.
#
# ## The step of a difference
#
# The formula (f(w + h) - f(w - h)) / 2h is off by a term with h^2, which falls with h. The computer's f is
# off by about 1e-16, which the division by h blows up. A one-sided difference, (f(w + h) - f(w)) / h, is off
# by a term with h.
#
# **Predict.** From h = 0.1 down to 1e-13, where is the error least?


# %%
def error_at(h, table, sides=2):
    """The largest error of a difference over all 16 numbers."""
    return np.abs([slope_of(table, place, h, sides) for place in places] - columns["by hand"]).max()


steps = 10.0 ** np.arange(-1, -13.1, -0.5)
in_float32 = map_arrays(lambda array: array.astype(np.float32), params)
two_sided = np.array([error_at(step, params) for step in steps])
one_sided = np.array([error_at(step, params, sides=1) for step in steps])
float32 = np.array([error_at(step, in_float32) for step in steps])
best = steps[two_sided.argmin()]
print(f"two-sided: least error {two_sided.min():.0e} at h = {best:.0e}")
print(f"one-sided: least error {one_sided.min():.0e} at h = {steps[one_sided.argmin()]:.0e}")
print(f"two-sided, float32: least error {float32.min():.0e} at h = {steps[float32.argmin()]:.0e}")

# %%
ax = tidy(new_axes((6.4, 4.4)), "step h", "largest error of the 16 slopes")
ax.loglog(steps, two_sided, "o-", color=BLUE, markersize=4, label="two-sided, float64")
ax.loglog(steps, one_sided, "s--", color=ORANGE, markersize=4, label="one-sided, float64")
ax.loglog(steps, float32, "^-.", color=GREEN, markersize=4, label="two-sided, float32")
ax.axvline(1e-6, color=GREY, linestyle=":", label="the step of l0edu verify")
ax.set_ylim(1e-12, 10)
legend_below(ax, ax.get_legend_handles_labels()[0])
show(
    ax.figure,
    "06-step-size",
    alt="Error against step, both logarithmic. Two-sided differences: a V, falling with h squared to "
    f"{two_sided.min():.0e} at {best:.0e}, then rising as 1/h. One-sided: a V with its foot higher, at "
    f"{one_sided.min():.0e}. In float32 the error is never below {float32.min():.0e}.",
    caption="Right of the foot the formula is too coarse (truncation), left of it float64 is (rounding).",
)

# %% [markdown]
# **Explain.** h^2 and 1e-16 / h are equal near h = 1e-5, where both are about 1e-10 or 1e-11: that is as good
# as differences get, and it explains the column above. In float32 values are off by 1e-7, and the least error
# is many thousand times larger: a small mistake would hide behind it. `l0edu/oracle/differences.py` therefore
# works in float64. It uses h = 1e-6, a little on the rounding side, because a smaller step meets fewer kinks.
#
# ## At the kinks
#
# The clip has two corners. A corner has no derivative; a program must say something all the same.
#
# **Predict.** At s_bar = 0 exactly, the slope to the left is 0 and to the right 1. What will each way answer?

# %%
corner = np.array([-0.05, 0.0, 0.5, 1.0, 1.05])
_, library = value_and_grad(lambda t: hard_sigmoid(t).sum())(corner)
min_max = elementwise_grad(lambda t: anp.minimum(1, anp.maximum(0, t)))(corner)
difference = (hard_sigmoid(corner + 1e-6) - hard_sigmoid(corner - 1e-6)) / 2e-6
print("s_bar                       ", corner)
print("the library, mask (0, 1)    ", library)
print("autograd of clip            ", elementwise_grad(plain.hard_sigmoid)(corner))
print("autograd of minimum, maximum", min_max)
print("differences                 ", difference)
if HAS_TORCH:
    leaf = torch.tensor(corner, requires_grad=True)
    torch.clamp(leaf, 0, 1).sum().backward()
    print("torch.clamp                 ", leaf.grad.numpy())

# %% [markdown]
# **Explain.** 0, 1/2 or 1: all lie between the two slopes, and none is wrong. What matters is that it is
# written down (`hard_sigmoid_ds_bar` in `l0edu/rectified.py` says 0) and that random noise never hits s_bar =
# 0 exactly. A closed gate is another matter: its s_bar is below 0, *off* the corner, and there all ways agree
# on exactly 0.
#
# A difference can also *straddle* a corner that the gate is only near to. Take a gate with s_bar = 0.0001.
#
# **Predict.** For which steps will the difference be wrong?

# %%
near = 1e-4
s_near = (near - gamma) / (zeta - gamma)
noise_near = beta * np.log(s_near / (1 - s_near)) + 1  # tutorial 4, backwards, log_alpha = -1
u_near = 1 / (1 + np.exp(-noise_near))
right_slope = s_near * (1 - s_near) * (zeta - gamma) / beta
away = near / right_slope
print(f"s = {s_near:.6f}, slope by hand {right_slope:.6f}; the corner is {away:.1e} of log_alpha away")
straddling = {}
for step in (1e-1, 1e-2, 1e-3, 1e-4, 1e-5):
    ends = hc.sample(np.array([-1 - step, -1 + step]), np.array(u_near))
    straddling[step] = (ends[1] - ends[0]) / (2 * step)
    print(f"h = {step:g}: z = {ends[0]:.6f} and {ends[1]:.6f}, difference {straddling[step]:.6f}")

# %% [markdown]
# **Explain.** Where h is larger than the distance to the corner: one end is clipped to 0, and the slope comes
# out too small, by up to a half. With thousands of gates some are near a corner in every draw. `slope_along`
# in `l0edu/oracle/differences.py` tells such a case by taking half the step as well: where f is smooth, both
# give the same slope.
#
# ## Why a closed gate still moves
#
# The data move a gate only when it is drawn between 0 and 1. The penalty's slope P (1 - P) needs no draw.
#
# **Predict.** Gate 2 of `gate1` was closed (z = 0). Which sign has its total gradient, and what does a step
# of descent do?

# %%
closed_push = price1[1] * P1[1] * (1 - P1[1])
print(f"by the data   {(d_z1 * gate_slope(z1))[1]}")
rate = f"({lam} x 2 + {wd}/2 x {(W1[:, 1] ** 2).sum()})"
print(f"by penalties  {rate} x {P1[1]:.4f} x {1 - P1[1]:.4f} = {closed_push:.6f}")
print(f"in the table  {by_autograd['gate1']['log_alpha'][1]:.6f}")

levels = np.array([-4.0, -2.4, -1.0, 0.0, 2.4])
many = np.tile(levels, (100_000, 1))
many_noise = hc.draw_noise(rng, many.shape)
_, many_slopes = value_and_grad(lambda a: hc.sample(a, many_noise).sum())(many)
heard = (many_slopes != 0).mean(0)
print("log_alpha                        ", levels)
print("share of draws with a slope      ", heard)
print("P(0 < z < 1) = P(z != 0) - P(z=1)", hc.prob_open(levels) - hc.prob_one(levels))
print("P (1 - P)                        ", hc.prob_open(levels) * (1 - hc.prob_open(levels)))

# %% [markdown]
# **Explain.** It is positive, so descent lowers log_alpha: the gate becomes a little less likely to open. In
# another step with other noise the same gate is drawn between 0 and 1, and then the data may pull it up
# again. The lower log_alpha, the rarer that is, and the weaker the penalty, too: a gate that is far out moves
# slowly. A gate at 1 is in the same position: no slope from the data, a push from the penalty.
#
# ## When autograd stops
#
# autograd calls a function with recorded numbers (`ArrayBox`) in place of plain ones, and follows what
# `autograd.numpy`, here `anp`, does with them. What cannot be recorded ends in an error that speaks of
# something else. `explain_errors` puts it into a sentence, with the line.
#
# **Predict.** Which of these slopes will autograd refuse, and which will it call 0?


# %%
def store(x):
    a = anp.zeros(2)
    a[0] = x[0]
    return anp.sum(a)


def change(x):
    x[0] = 1.0
    return anp.sum(x)


def convert(x):
    return float(x[0]) ** 2


def count(x):
    return anp.sum(x > 1)


def clip(x):
    return np.clip(x, 0, 1)


def square(x):
    return x**2


point, causes = np.array([0.5, 2.0]), {}
for function in (store, change, convert, square, count, clip):
    try:
        with explain_errors():
            elementwise_grad(function)(2 if function is square else point)
    except ExplainedError as error:
        causes[function.__name__] = type(error.__cause__).__name__
        print(f"{function.__name__}: {error}\n")

# %% [markdown]
# **Explain.** It refuses four: `store` by a ValueError, `change`, `convert` and `square` by a TypeError. For
# `count` and `clip` it warns that the output seems independent of the input, and returns zeros. 0 is indeed
# the slope of a count, and of no use (tutorial 1). For `clip` it is wrong: plain NumPy's clip leaves the
# recorded numbers in an array of objects, into which autograd does not look; `anp.clip` has the slopes 1 and
# 0.
#
# One habit avoids it all: compute with `autograd.numpy`, on whole arrays of floating-point numbers, and make
# new arrays instead of changing old ones. The library's `value_and_grad` refuses the last two by itself.
#
# ## All of it at once: `l0edu verify`
#
# The command compares the loss and each gradient of the paper's networks with torch and with differences, in
# float64 and float32. Here it runs for the MLP, in float64:

# %%
rows = verify(nets=["mlp"], dtypes=[np.float64], batch=2)
print(format_table(rows))

# %% [markdown]
# ## What to take away
#
# - dz/dlog_alpha = (zeta - gamma) s (1 - s) / beta between the clips, and exactly 0 on them.
# - With the noise as an argument the objective is deterministic, and four programs can be held against each
#   other.
# - Hand, autograd and torch agree to rounding; differences to nine or ten digits, at h near 1e-5, in float64.
# - At a corner, the slope is a choice. Off it, there is nothing to choose.
# - A clipped gate hears the penalty only, until a draw puts it between 0 and 1.
# - autograd follows `autograd.numpy` on floating-point arrays that nobody changes; an error that names
#   `ArrayBox` means that a line did something else.
#
# ## Questions
#
# 1. Put a mistake into `written`: leave out the mask of gate1. Which rows of the table change, and which way
#    is outvoted?
# 2. Set `noise["gate2"]` so that both hidden units are closed. Which of the 16 derivatives of the data term
#    remain?
# 3. Set `b` of fc1 to zero and close both inputs. Now relu stands exactly at its own corner: what do library,
#    autograd's `maximum` and differences say?
# 4. Where would the foot of the V lie in a format with eps = 1e-3, such as float16?
#
# Next: [7. An L0 network that reads digits](07_mlp.py).

# %%
# The claims above, checked.
assert list(by_hand != 0) == [False, True, True, False]
for way, column in slopes.items():
    assert np.allclose(column, by_hand, atol=1e-8), way
assert z1[1] == 0 < z1[0] < 1
assert 0 < z2[0] < 1 == z2[1]
assert np.isclose(total, sum(terms.values()), rtol=1e-12)
assert np.all(np.outer(d_pre, x1)[:, 1] == 0)
assert largest["autograd"] < 1e-13
assert largest["differences"] < 1e-8
assert not HAS_TORCH or largest["torch"] < 1e-13
assert spread[1e-6] > 100 * spread[1e-2] > abs(by_autograd["fc1"]["W"][0, 0])
assert 1e-7 < best < 1e-3
assert two_sided.min() < 1e-9 < one_sided.min()
assert float32.min() > 1_000 * two_sided.min()
assert two_sided[0] > 100 * two_sided.min()
assert two_sided[-1] > 100 * two_sided.min()
assert np.allclose(library, [0, 0, 1, 0, 0])
assert np.allclose(min_max, [0, 0.5, 1, 0.5, 0])
assert np.allclose(difference, [0, 0.5, 1, 0.5, 0], atol=1e-6)
assert abs(straddling[1e-1] / right_slope - 0.5) < 0.1
assert np.isclose(straddling[1e-4], right_slope, rtol=1e-3)
assert (d_z1 * gate_slope(z1))[1] == 0 < closed_push
assert np.isclose(closed_push, by_autograd["gate1"]["log_alpha"][1], rtol=1e-10)
assert np.all(np.abs(heard - (hc.prob_open(levels) - hc.prob_one(levels))) < 6 * 0.5 / np.sqrt(len(many)))
assert all(row.passed for row in rows)
assert list(causes.values()) == ["ValueError", *["TypeError"] * 3, *["UserWarning"] * 2]
assert elementwise_grad(lambda x: anp.clip(x, 0, 1))(point).tolist() == [1, 0]
