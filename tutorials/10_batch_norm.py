# %% [markdown]
# # 10. Batch norm eats the gate
#
# - **Goal.** Derive why batch norm cancels a gate in front of it, measure what the data still tell such a
#   gate, compute its path without any data, and put the gate where it hears.
# - **Before this.** Tutorials [2](02_gates.py) (a coin has no slope), [5](05_penalty.py) (the penalty's
#   slope) and [9](09_what_goes_wrong.py) (run G); what batch norm does.
# - **Paper and slides.** Section 4.2 (its number as recalled), Table 2 and Figure 4; Eqs. 10 to 12 and 16;
#   slides 11 and 12; entry B10 of `docs/errata.md`.
# - **Time.** 12 s; 6 s with `L0EDU_FAST=1`. Measured on 2 cores.
#
# Slides 11 and 12 show wide ResNets whose cost falls while they learn. The released code does not repeat
# that, and its gates stand in front of batch norm. This tutorial finds out what such a gate hears, first on
# four numbers, then in a network.

# %%
import os
import warnings
from dataclasses import replace

import numpy as np
from matplotlib.figure import Figure

from l0edu import SGD, Adam, HardConcrete, Network, Settings, cross_entropy, fit, flops, value_and_grad
from l0edu.compact import compact
from l0edu.data import load, split
from l0edu.errors import GateWarning
from l0edu.evaluation import batch_norm_stats
from l0edu.figures import show
from l0edu.figures.canvas import BLACK, BLUE, GREEN, GREY, ORANGE, tidy
from l0edu.gating import open_at_test, test_gates
from l0edu.layers import BatchNorm, Chain, Conv, Dense, Flatten, Gate, MaxPool, Relu
from l0edu.ops import batch_norm
from l0edu.tables import map_arrays
from l0edu.train import begin

FAST = os.environ.get("L0EDU_FAST") == "1"
EPOCHS, ADAM_EPOCHS, STRIDE = (6, 4, 2.0) if FAST else (16, 7, 1.0)  # gates step STRIDE times as far
warnings.simplefilter("ignore", GateWarning)  # layers that close whole are the subject here
np.set_printoptions(suppress=True, precision=4, linewidth=110)

# %% [markdown]
# ## Four numbers
#
# One map h takes four values in a batch. The gate z multiplies all of them, since one draw is shared by the
# whole batch. Then comes batch norm: subtract the mean, divide by the root of the variance, multiply by a
# scale a, add a shift c.
#
# **Predict.** For z = 1, 0.5, 0.01 and 0: what comes out of batch norm?

# %%
h, a, c = np.array([[1.0, 3.0, 5.0, 7.0]]), np.array([2.0]), np.array([0.5])
outputs = {z: batch_norm(z * h, a, c, eps=1e-5)[0] for z in (1.0, 0.5, 0.01, 0.001, 0.0)}
for z, y in outputs.items():
    print(f"z = {z:<5}  into batch norm {z * h[0]}  out {y}")

# %% [markdown]
# **Explain.** The same four numbers for 1, 0.5 and 0.01, nearly: mean and root of the variance shrink by z
# too, and the division takes z out again. At z = 0 something does come out: the shift, 0.5. A closed map is
# not gone, it is *constant*.
#
# With m and v, mean and variance of h, and z > 0:
#
# $$\mathrm{BN}(z h) = a\,\frac{z h - z m}{\sqrt{z^2 v + \varepsilon}} + c = a\,z'\,\hat h + c, \qquad
# \hat h = \frac{h - m}{\sqrt v}, \qquad z' = \frac{z}{\sqrt{z^2 + \varepsilon / v}}.$$
#
# So a gate z before batch norm *is* a gate z' behind it, on all but the shift. Its slope is
#
# $$\frac{dz'}{dz} = \frac{\varepsilon / v}{(z^2 + \varepsilon / v)^{3/2}}
# = \frac{z'}{z} \cdot \frac{\varepsilon}{z^2 v + \varepsilon}.$$
#
# Without eps, z' = 1 for every z > 0 and the slope is 0. Another way to see it: BN(z h) = BN(h) says that any
# function L of it is homogeneous of degree 0 in its inputs x = z h, and Euler's theorem gives sum x dL/dx =
# 0, which is z dL/dz. With eps a share eps / (z^2 v + eps) is left of what the gate would hear if batch norm
# divided by a constant.
#
# **Predict.** Here v = 5. At z = 0.1 and eps = 1e-5, which share is that?

# %%
weights = np.array([0.3, -1.0, 0.2, 0.9])  # L = sum w y: any function of the output will do
v = h.var()
print("z      eps     sum x dL/dx   share sum w (y - c)    share")
euler = []
for z, eps in ((0.1, 0.0), (0.1, 1e-5), (0.1, 1e-2), (0.001, 1e-5)):
    x = z * h
    _, slope = value_and_grad(lambda x, eps=eps: (batch_norm(x, a, c, eps) * weights).sum())(x)
    share = eps / (z**2 * v + eps)
    y = batch_norm(x, a, c, eps)
    euler.append(((x * slope).sum(), share * (weights * (y - c)).sum()))
    print(f"{z:<5}  {eps:<6g} {euler[-1][0]:12.7f} {euler[-1][1]:19.7f}     {share:.2g}")

# %% [markdown]
# **Explain.** 0.0002: a five-thousandth. At z = 0.001 it is two thirds. So the gate is not deaf: it hears
# where z^2 v is no longer large beside eps, which is a sliver next to 0.
#
# The smooth gate of tutorial 4 is a coin again: z' is 0 with probability 1 - P, else nearly 1. Tutorials 2
# and 3 told why that was given up: a coin's loss jumps, and the slope of a draw does not show the jump. With
# eps the jump is a steep ramp of width sqrt(eps / v). A draw that falls on it sees all of the jump, any other
# sees nothing.
#
# ## What one map of a network hears
#
# Two convolutions of 8 and 16 maps on digits of 14 x 14 pixels, each followed by batch norm, relu and a gate,
# in either order. First trained without gates, for three epochs; then the same weights are used under both
# orders, with a gate on one map of conv2 turned from 0 to 1 and all others at 1.

# %%
digits, _ = load("mini")
small = digits.x.reshape(-1, 1, 14, 2, 14, 2).mean(axis=(3, 5))  # the mean of each 2 x 2 pixels
train, validation = split(np.random.default_rng(0), replace(digits, x=small), 0.2)
law = HardConcrete(drop_rate=0.3)  # as in the wide ResNet
sgd = SGD(0.1, momentum=0.9, nesterov=True)


def block(i, maps, k, place, eps):
    """Convolution, batch norm, relu and a gate, which stands "before" or "after" batch norm, or nowhere."""
    gate = Gate(f"gate{i}", law, charges=f"conv{i}")
    bn, relu = BatchNorm(f"bn{i}", eps), Relu(f"relu{i}")
    rest = {"before": (gate, bn, relu), "after": (bn, relu, gate), "nowhere": (bn, relu)}[place]
    return (Conv(f"conv{i}", maps, k, bias=False), *rest)


def convnet(place, eps=1e-5):
    """The network; such gates are refused unless asked for."""
    layers = (*block(1, 8, 5, place, eps), MaxPool("pool", 2), *block(2, 16, 3, place, eps))
    body = Chain(f"gates {place}", (*layers, Flatten("flat"), Dense("fc", 10)))
    return Network((1, 14, 14), body, allow_gate_before_batch_norm=place == "before")


print(convnet("before"))
settings = Settings(epochs=3, lam=0, optimizer=sgd, averaging=0.9)
*_, record = fit(convnet("nowhere"), train, settings, validation=validation)
trained = map_arrays(lambda array: array.astype(np.float64), record.params)
x, y = train.x[:500].astype(np.float64), train.y[:500]
print(f"three epochs without gates: {record.validation_error:.1f} % error")


# %%
MAP = 3
z_grid = np.concatenate([[0.0], np.logspace(-6, -1, 36), np.linspace(0.15, 1, 18)])


def loss_and_slope(net):
    """L and dL/dz of one map's gate, at every z of the grid."""

    def loss(gates):
        return cross_entropy(net.apply(trained | starts, x, {"gate1": np.ones(8), "gate2": gates}), y)

    starts = {name: {"log_alpha": np.zeros(n)} for name, n in (("gate1", 8), ("gate2", 16))}
    rows = []
    for z in z_grid:
        gates = np.ones(16)
        gates[MAP] = z
        value, slope = value_and_grad(loss)(gates)
        rows.append((value, slope[MAP]))
    return np.array(rows).T


examined = {("before", eps): loss_and_slope(convnet("before", eps)) for eps in (1e-1, 1e-3, 1e-5, 1e-7)}
examined["after", 1e-5] = loss_and_slope(convnet("after"))

# %% [markdown]
# **Predict.** The loss against z: where does it change, before batch norm, and where behind batch norm and
# relu?

# %%
figure = Figure(figsize=(9.0, 3.6), layout="constrained")
left, right = figure.subplots(1, 2)
tidy(left, "gate z of the map", "loss (nats)")
tidy(right, "gate z of the map", "size of dL/dz").set(
    xscale="log", yscale="log", xlim=(1e-6, 1), ylim=(1e-9, 1e3)
)
styles = (("-", BLUE), ("--", ORANGE), ("-.", GREEN), (":", GREY), ("-", BLACK))
for (key, (loss, slope)), (dashes, colour) in zip(examined.items(), styles, strict=True):
    place, eps = key
    left.plot(z_grid, loss, dashes, color=colour, label=f"{place}, eps = {eps:g}")
    right.plot(z_grid[1:], abs(slope[1:]), dashes, color=colour)
figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False)
at_half = {key: abs(slope[np.searchsorted(z_grid, 0.5)]) for key, (_, slope) in examined.items()}
show(
    figure,
    "10-loss-against-z",
    alt="Left: the loss against the gate z of one map: before batch norm nearly flat, with a jump at 0 that "
    "is steeper the smaller eps is; after batch norm and relu it falls smoothly from z = 0 to z = 1. Right: "
    "the size of its slope on logarithmic axes. Near z = 0.5 the slopes are "
    + ", ".join(f"{size:.0e} ({place}, eps {eps:g})" for (place, eps), size in at_half.items())
    + ".",
    caption="Before batch norm the loss is flat but for a jump at 0; behind it there is a slope everywhere.",
)
for (place, eps), size in at_half.items():
    print(f"{place:6} batch norm, eps {eps:<5g}: near z = 0.5 the slope by the data is {size:.1e}")

# %% [markdown]
# **Explain.** As computed, the slope in the middle falls in proportion to eps. But training does not ask for
# the slope at one z. It draws z, and steps along the mean of what many draws say:
#
# $$E\Big[\frac{dL}{d\log\alpha}\Big] = \int_0^1 \frac{dL}{dz}\,\frac{dz}{d\log\alpha}\,q(z)\,dz, \qquad
# \frac{dz}{d\log\alpha} = \frac{(z - \gamma)(\zeta - z)}{(\zeta - \gamma)\,\beta}.$$
#
# **Predict.** As eps goes to 0, does this mean go to 0 as well? And the scatter of the draws?

# %%
log_alpha = np.full(len(z_grid), np.log(0.7 / 0.3))  # where drop rate 0.3 starts
P = float(law.prob_open(log_alpha[:1])[0])
dz = (z_grid - law.gamma) * (law.zeta - z_grid) / ((law.zeta - law.gamma) * law.beta)
density = law.pdf(log_alpha, z_grid)
heard = {}
print("place   eps        mean slope   its scatter   draws needed   P (1 - P) (L(1) - L(0))")
for key, (loss, slope) in examined.items():
    mean = np.trapezoid(slope * dz * density, z_grid)
    scatter = np.sqrt(np.trapezoid((slope * dz) ** 2 * density, z_grid) - mean**2)
    coin = P * (1 - P) * (loss[-1] - loss[0])
    heard[key] = mean, scatter, (scatter / mean) ** 2, coin
    row = f"{key[0]:6}  {key[1]:<8g} {mean:12.5f} {scatter:13.4f} {heard[key][2]:14,.1f}"
    print(row + (f" {coin:20.5f}" if key[0] == "before" else ""))

# %% [markdown]
# **Explain.** The mean stays: it is that of a coin, the slope of (1 - P) L(0) + P L(1) by log_alpha. What
# grows is the scatter, with the fourth root of 1/eps: the fewer draws hit the ramp, the louder each of them
# is. "Draws needed" is the number whose mean scatters as much as it is large. Behind batch norm a draw or two
# say it; before it, with the usual eps, more than a thousand, all while the weights change. At eps = 0 no
# draw ever hits, the mean of all draws is exactly 0, and it is wrong.
#
# So "deaf" is short for: *silent in nearly every step, deafening in a few, right on average*.
#
# ## What is left is the penalty, and its path can be computed
#
# A step of SGD with momentum mu moves log_alpha in the long run by k P (1 - P), with k = step / (1 - mu)
# lambda |g| (tutorial 5 has the slope; |g| is the number of weights behind the gate). Let b be log_alpha
# minus beta log(-gamma / zeta), where P is one half, so that P = sigmoid(b). Then
#
# $$\frac{db}{dt} = -k\,P(1 - P), \qquad \frac{1}{P(1 - P)} = 2 + e^b + e^{-b} = F'(b), \qquad
# F(b) = 2b + e^b - e^{-b}.$$
#
# So dF/dt = F'(b) db/dt = -k: F falls by k in every step. No data anywhere, and no layer but through |g|.

# %%
half = law.beta * np.log(-law.gamma / law.zeta)  # the log_alpha at which P = 1/2
closes_at = np.log(-law.gamma / law.zeta)  # where Eq. 13 closes the gate
b_grid = np.linspace(-12, 12, 200_001)


def F(b):
    return 2 * b + np.exp(b) - np.exp(-b)


def penalty_alone(start, falls):
    """log_alpha after F has fallen by so much."""
    return half + np.interp(F(start - half) - falls, F(b_grid), b_grid)


start = np.log(0.7 / 0.3)
to_fall = F(start - half) - F(closes_at - half)
print(f"from log_alpha = {start:.3f} to {closes_at:.3f}, where the gate closes, F falls by {to_fall:.2f}")


def pulls(lam):
    """k of conv1 and conv2 for SGD with step 0.1 and momentum 0.9, lambda in units of 1/N."""
    groups = [charge.group_size for charge in convnet("after").charges]
    return [STRIDE * 0.1 / (1 - 0.9) * lam / len(train) * size for size in groups]


for lam in (0.1, 4.0):
    for name, k in zip(("conv1", "conv2"), pulls(lam), strict=True):
        steps = to_fall / k
        print(f"lambda {lam:3}/N, {name}: closes after {steps:8,.0f} steps, {steps / 40:6.1f} epochs")

# %% [markdown]
# ## True and shuffled labels
#
# Lambda is now 4/N. Each network is trained twice from the same start, with the same batches and the same
# noise: once with the true labels, once with labels that were shuffled among the images. Gates that listen to
# the data must go different ways. Three networks: gates before batch norm with an eps so small that no draw
# hits the ramp; the same with the usual eps; gates behind batch norm and relu.
#
# **Predict.** In which of the three do the two paths of a gate agree?

# %%
lam = 4.0
shuffled = replace(train, y=np.random.default_rng(3).permutation(train.y))
networks = {
    "before, eps 1e-20": convnet("before", 1e-20),
    "before, eps 1e-5": convnet("before"),
    "after, eps 1e-5": convnet("after"),
}


def train_run(net, data, lam=lam, optimizer=sgd, epochs=EPOCHS, seed=0):
    """The record of each epoch; whatever the seed of batches and noise, the weights start alike."""
    silent = net is networks["before, eps 1e-20"]
    dtype = "float64" if silent else "float32"  # float32 rounds to more than an eps of 1e-20
    s = Settings(epochs, lam=lam, optimizer=optimizer, averaging=0.9, dtype=dtype, gate_step_factor=STRIDE)
    return list(fit(net, data, replace(s, seed=seed), validation=validation, state=begin(net, s)))


def paths(records, gate="gate2"):
    """log_alpha after each epoch, (epochs, gates)."""
    return np.array([r.state.params[gate]["log_alpha"] for r in records])


runs = {
    name: {"true": train_run(net, train), "shuffled": train_run(net, shuffled)}
    for name, net in networks.items()
}

# %%
figure = Figure(figsize=(10.0, 4.0), layout="constrained")
epochs, computed, lag = np.arange(1, EPOCHS + 1), {}, 0.9**2 / (1 - 0.9)  # steps until momentum is built up
for i, k in enumerate(pulls(lam), 1):
    computed[f"gate{i}"] = penalty_alone(start, (40 * epochs - lag) * k)
for panel, (name, pair) in zip(figure.subplots(1, 3, sharey=True), runs.items(), strict=True):
    true = panel.plot(epochs, paths(pair["true"]), color=BLUE, lw=1.6, alpha=0.75)
    random = panel.plot(epochs, paths(pair["shuffled"]), "--", color=ORANGE, lw=1.2, alpha=0.8)
    alone = panel.plot(epochs, computed["gate2"], "o", color=BLACK, markersize=3)
    closing = panel.axhline(closes_at, color=GREY, linestyle=":")
    tidy(panel, "epoch", "log_alpha of the 16 maps of conv2").set_title(name, fontsize=10)
    panel.set(xticks=range(2, EPOCHS + 1, 2), ylim=(-6, 11))
    panel.label_outer()
handles = (true[0], random[0], alone[0], closing)
words = ("true labels", "shuffled labels", "computed from the penalty", "closed at test time below")
figure.legend(handles, words, loc="outside lower center", ncols=4, frameon=False)
apart = {name: np.abs(paths(p["true"]) - paths(p["shuffled"])).mean() for name, p in runs.items()}
show(
    figure,
    "10-true-and-shuffled",
    alt="Paths of log_alpha of the 16 maps of conv2, for true and shuffled labels. Before batch norm with "
    "eps 1e-20 all lie on one curve, close to the one computed from the penalty. With eps 1e-5 some gates "
    "jump off it. After batch norm the paths with true labels fan out above it, those with shuffled labels "
    "stay near it. Mean distances between true and shuffled: "
    + ", ".join(f"{name}: {distance:.4f}" for name, distance in apart.items())
    + ".",
    caption="Left: labels make no difference. Middle: some gates jump. Right: labels part the paths.",
)
for name, pair in runs.items():
    off = {gate: np.abs(paths(pair["true"], gate) - computed[gate][:, None]).max() for gate in computed}
    print(f"{name:18} true and shuffled apart by {apart[name]:.5f} on average;", end=" ")
    print(f"furthest from the computed path: {off['gate1']:.2f} (conv1), {off['gate2']:.2f} (conv2)")

# %% [markdown]
# **Explain.** On the left, with no draw on the ramp, the labels change nothing at all, and the formula
# predicts the path. (It is a little early where the path is steep, since momentum trails behind a slope that
# grows.) All 16 maps close together. In the middle a gate follows the formula until a draw hits the ramp.
# Then it is thrown, some by several units, and on average up if the labels are true: there a map that
# vanishes costs loss. On the right every gate has its own path from the first epoch.
#
# So in the middle the labels are heard. But does a gate hear what its *own* map is worth?
#
# **Predict.** Train the second and the third network once more, from the same initial weights, with other
# batches and other noise. Do the same maps get the large log_alpha?

# %%
agree = {}
for name in ("before, eps 1e-5", "after, eps 1e-5"):
    again = train_run(networks[name], train, seed=1)
    one, two = paths(runs[name]["true"]), paths(again)
    agree[name] = np.array([np.corrcoef(one[e], two[e])[0, 1] for e in range(EPOCHS)])
    print(f"{name:18} correlation of log_alpha of two runs, after each epoch: {agree[name].round(2)}")

# %% [markdown]
# **Explain.** Behind batch norm, largely yes: a gate's path tells of its map, if less so late in training,
# when the maps that are left have changed. Before it, no: which maps survive is decided by which draws
# happened to fall next to 0, at least in runs of this length. (With 16 maps, two unrelated runs correlate by
# up to about .5 either way.)
#
# **Predict.** How many of the 16 maps are left after each epoch, in each of the three networks?

# %%
for name, pair in runs.items():
    left_over, error = [r.architecture[1] for r in pair["true"]], pair["true"][-1].validation_error
    print(f"{name:18} maps of conv2 left, epoch by epoch: {left_over}; error {error:.1f} %")
steps_to_close = to_fall / pulls(lam)[1]
print(f"computed: all 16 close after {steps_to_close:.0f} steps, in epoch {steps_to_close // 40 + 1:.0f}")

# %% [markdown]
# **Explain.** In the first all 16 go within an epoch (a little later than computed: momentum trails, and the
# network that is counted is averaged), the layer is constant, and the network guesses. At .1/N nothing would
# close for more than a hundred epochs, as computed above. No lambda between lets it keep the good maps: it
# cannot tell which they are. Behind batch norm maps go one by one, and the error hardly rises.
#
# The second row is a warning. By its error the network with noisy gates looks nearly as good: presumably, in
# a network this small, weights adapt to whichever maps are left. An error alone does not show that gates
# chose blindly.
#
# ## The released code, computed
#
# Its wide ResNet runs 200 epochs of 391 steps of SGD with momentum .9, from step .1, times .2 after epochs
# 60, 120 and 160; lambda is .001/N with N = 50,000; a gate has nine weights for each input map of its
# convolution. Its weight decay also pulls at log_alpha; that is left out here.
#
# **Predict.** How far down does the penalty take log_alpha, which starts at .847 and must pass -2.398?

# %%
step_sizes = [0.1 * 0.2 ** sum(epoch >= drop for drop in (60, 120, 160)) for epoch in range(200)]
fall_per_price = 391 * sum(step_sizes) / (1 - 0.9)
ends, needed = {}, {}
for maps in (16, 160, 320, 640):
    ends[maps] = float(penalty_alone(start, fall_per_price * 0.001 / 50_000 * 9 * maps))
    needed[maps] = to_fall / (fall_per_price * 9 * maps) * 50_000
    print(f"{maps:3} input maps: ends at log_alpha {ends[maps]:.3f}; closes at lambda {needed[maps]:.4f}/N")
ramp = 2 * np.sqrt(1e-5)  # z' is .9 at its upper end, for a map with variance 1
on_ramp = float(law.cdf(np.array(start), np.array(ramp)) - law.cdf(np.array(start), np.array(0.0)))
hits = 200 * 391 * on_ramp
print(f"{100 * on_ramp:.2f} % of the draws are between 0 and {ramp:.4f}: {hits:.0f} in 200 epochs")

# %% [markdown]
# **Explain.** From .847 to .574 at most: at its lambda nothing closes. (The numbers are those of errata B10.)
# At six times that lambda the layers with 640 input maps close by the penalty alone, at twelve times those
# with 320: layer after layer, by size.
#
# Two things are easily mixed up here. *That nothing closes* is the fault of lambda and of the step size: a
# gate behind batch norm is pulled no harder by this penalty. *That a larger lambda closes whole layers* is
# the fault of the place. And with the usual eps such gates are noisy rather than deaf: a few hundred of a
# gate's 78,200 draws fall on the ramp. What they do to a wide ResNet is not computed here.
#
# ## Adam
#
# Adam divides a gradient by the root of its recent mean square.
#
# **Predict.** What is that for a gate that hears the penalty alone? How does its path depend on lambda? And
# what does one loud draw do to the steps after it?

# %%
group, medians, shares, shouted = convnet("before").charges[1].group_size, {}, {}, {}
for name in ("before, eps 1e-20", "before, eps 1e-5"):
    records = shouted[name] = train_run(networks[name], train, 0.1, Adam(1e-2), ADAM_EPOCHS)
    state = records[ADAM_EPOCHS // 2].state
    p = law.prob_open(state.params["gate2"]["log_alpha"])
    mean_square = state.optimizer["v"]["gate2"]["log_alpha"] / (1 - 0.999 ** state.optimizer["t"])
    shares[name] = np.median(0.1 / len(train) * group * p * (1 - p) / np.sqrt(mean_square))
    medians[name] = np.median(paths(records), axis=1)
    print(f"{name:18} at .1/N, median log_alpha of conv2 after each epoch: {medians[name].round(2)};")
    print(f"    halfway the penalty is {shares[name]:.2f} of the root of the mean square;", end=" ")
    print(f"{records[-1].architecture} maps left, error {records[-1].validation_error:.1f} %")

# %% [markdown]
# **Explain.** Alone, the penalty is its own unit: a step is about the step size (a little more, since the
# slope grows), whatever lambda and whatever |g|. Even .1/N closes both layers in a few epochs. (Near the end
# single gates stray: in some draws all of conv1 is closed, and nothing but rounding is left to normalize.)
#
# With the usual eps one loud draw raises the mean square for about a thousand steps (its decay is .999), and
# until then the penalty is a few percent of the unit: the gate hardly moves. So the layer stays open because
# it was *shouted at*, not because its maps are worth their price. That is why run G of tutorial 9 came alive
# with the usual eps.
#
# ## The cure
#
# Behind batch norm and relu, where the wide ResNet has its dropout, a closed gate is an exact zero for
# whatever comes next. So three things can go: a filter of the convolution before it, its channel of batch
# norm, and an input map of the next layer.
#
# **Predict.** The same maps are closed in both orders. Which compacted network is smaller?

# %%
kept = runs["after, eps 1e-5"]["true"][-1].params
sizes, exact = {}, {}
for place in ("before", "after"):
    net = convnet(place)
    gates = test_gates(net, kept)
    stats = batch_norm_stats(net, kept, train.x[:1000], gates)
    tiny = compact(net, kept, stats)
    wanted = net.apply(kept, validation.x, gates, stats)
    exact[place] = np.abs(tiny.net.apply(tiny.params, validation.x, stats=tiny.stats) - wanted).max()
    sizes[place] = flops(net, open_at_test(net, kept)).total, tiny.net.weight_shapes["fc"][1]
    cost, reads = sizes[place]
    print(f"{place:6}: {cost:,} of {flops(net).total:,} FLOPs, fc reads {reads} numbers;", end=" ")
    print(f"the logits change by at most {exact[place]:.0e} when it is compacted")

# %% [markdown]
# **Explain.** Both save the filters; behind batch norm the next layer gets smaller as well. Before it, a
# closed map still sends relu(shift), and somebody has to read that. Compaction is exact in both, up to
# rounding.
#
# **Predict.** What else could cure it? Think of: a gate on batch norm's scale alone, a gate on scale and
# shift, a large eps, a draw for each example, another estimator. Which of them give an exact zero, which a
# slope?

# %% [markdown]
# **Explain.**
#
# - *Scale and shift*: relu(z y) = z relu(y) for z >= 0, so this is a gate behind relu; a cure.
# - *Scale alone*: it has a slope, but a closed map still sends its shift. Half a cure.
# - *A large eps*, as large as the variance: the gate is heard, and batch norm no longer normalizes.
# - *A draw for each example*: batch norm divides by what the batch shares, and now the gates differ; a slope
#   comes through (question 6). Closed at test time, the map still sends its shift.
# - *Another estimator*: before batch norm the gate is a coin, and tutorial 2 has estimators for coins. L0-ARM
#   (Li and Ji, 2019) is one of them; it compares losses, so it sees the jump.
#
# The library refuses a gate that feeds batch norm unless you ask for it (`l0edu/deaf_gates.py`). What gates
# behind batch norm are worth in a wide ResNet on CIFAR-10, beside gates before it, `docs/results.md` shows.
#
# ## What to take away
#
# - BN(z h) = BN(h): a gate before batch norm is a coin, z' = z / sqrt(z^2 + eps / v), on all but the shift.
# - Its data gradient is right on average and useless in a step: nearly always 0, now and then huge.
# - What is left is the penalty: 2b + e^b - e^-b falls by k a step. A layer closes whole, by its |g|, not by
#   the data.
# - Shuffled labels show *whether* gates hear the data; a second run from the same weights, *what* they hear.
# - Behind batch norm and relu a closed gate is an exact zero, and three arrays get smaller.
#
# ## Questions
#
# 1. Compute how many draws of the middle panel's run fell on the ramp (z between 0 and 2 sqrt(eps / v)).
#    Count them: `draw_noise` repeats the noise of epoch e from `np.random.default_rng((0, e))`, after that
#    has drawn the order of the images.
# 2. SGD with a tenth of the step and ten times the epochs: what becomes of k times the number of steps? Of
#    the size of a kick, and of their number? Would gates before batch norm with the usual eps then choose
#    their maps well?
# 3. Set the shifts of batch norm to 0 and keep them there. What is L(0) now, and does a closed map still cost
#    anything?
# 4. Derive z' for batch norm with *given* moments (`ops.normalize`). Is the gate deaf at test time?
# 5. In a wide ResNet a block adds to its input. What does a network lose when a whole gated layer closes
#    there, and why does it lose more here?
# 6. Draw z2 for each of the 500 images (gates of shape (500, 16)), and once for all of them. How large is the
#    slope of the loss by log_alpha in either case, before batch norm?
#
# Next: [11. What moves to the GPU, and what it costs](11_gpu.py), or `docs/errata.md`.

# %%
# The claims above, checked.
assert max(np.abs(outputs[z] - outputs[1.0]).max() for z in (0.5, 0.01)) < 0.05
assert np.all(outputs[0.0] == c)
assert all(abs(one - other) < 1e-9 for one, other in euler)
assert at_half["before", 1e-5] < 1e-4 * at_half["after", 1e-5]
assert 90 < at_half["before", 1e-5] / at_half["before", 1e-7] < 110
for eps in (1e-3, 1e-5, 1e-7):
    mean, _, _, coin = heard["before", eps]
    assert abs(mean / coin - 1) < 0.1
assert heard["before", 1e-5][2] > 1000 > 3 > heard["after", 1e-5][2]
assert 2.8 < heard["before", 1e-7][1] / heard["before", 1e-5][1] < 3.5  # the fourth root of 100 is 3.16
silent, noisy, hearing = runs.values()
assert apart["before, eps 1e-20"] < 1e-6 < 0.5 < min(apart["before, eps 1e-5"], apart["after, eps 1e-5"])
assert max(np.abs(paths(silent["true"], gate).mean(axis=1) - computed[gate]).max() for gate in computed) < 0.4
assert paths(noisy["true"])[-1].mean() > paths(noisy["shuffled"])[-1].mean() + 0.5
assert paths(hearing["true"])[-1].mean() > paths(hearing["shuffled"])[-1].mean() + 1
assert agree["after, eps 1e-5"].mean() > max(0.4, agree["before, eps 1e-5"].mean() + 0.2)
left_silent = [record.architecture[1] for record in silent["true"]]
assert set(left_silent) == {16, 0}
assert to_fall / max(pulls(0.1)) > 100 * 40
assert abs(left_silent.index(0) - steps_to_close / 40) < 1.5
assert silent["true"][-1].validation_error > 80
assert max(noisy["true"][-1].validation_error, hearing["true"][-1].validation_error) < 15
assert 0 < hearing["true"][-1].architecture[1] < 16
assert [f"{end:.3f}" for end in ends.values()] == ["0.841", "0.785", "0.718", "0.574"]  # errata B10
assert abs(needed[640] / 0.001 - 6) < 0.2
assert abs(needed[320] / 0.001 - 12) < 0.3
assert 200 < hits < 300
marched = (start - medians["before, eps 1e-20"][-1]) / (40 * ADAM_EPOCHS * STRIDE * 1e-2)
assert 1 < marched < 1.5
assert shouted["before, eps 1e-20"][-1].validation_error > 80
assert shares["before, eps 1e-20"] > 1 > 0.2 > shares["before, eps 1e-5"]
assert medians["before, eps 1e-5"][-1] > closes_at + 1
assert max(exact.values()) < 1e-4
assert sizes["after"][0] < sizes["before"][0] < flops(net).total
assert sizes["after"][1] < sizes["before"][1] == 144
