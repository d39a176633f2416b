# %% [markdown]
# # 5. The penalty in closed form
#
# - **Goal.** Say what an open gate costs, without a sample: for one weight, for a group that shares a gate,
#   with weight decay, and in nats for the networks of the paper.
# - **Before this.** [Tutorial 4](04_hard_concrete.py): u, s, s_bar, z, and the atom at 0.
# - **Paper and slides.** Sections 2.2 to 2.4; Eqs. 6, 9, 12 and 14 to 17 (the last four numbers as
#   recalled); slides 5 and 8.
# - **Time.** 1 s, with `L0EDU_FAST=1` as well. Measured on 2 cores.
#
# The objective has two parts. The data term needs samples of the gates. The penalty does not: it asks only
# how often a gate is open, and tutorial 4 found that probability for one log_alpha by walking backwards from
# s_bar = 0. Here the same walk is made with letters.

# %%
import numpy as np

from l0edu import (
    HardConcrete,
    draw_noise,
    expected_l0,
    l0_penalty,
    l2_penalty,
    lenet5,
    mlp,
    open_probabilities,
    sample_gates,
    value_and_grad,
)
from l0edu.data import load
from l0edu.figures import show
from l0edu.figures.canvas import BLACK, BLUE, GREY, ORANGE, legend_below, new_axes, tidy
from l0edu.objective import objective_terms

np.set_printoptions(precision=4, suppress=True)
rng = np.random.default_rng(5)
hc = HardConcrete()
beta, gamma, zeta = hc.beta, hc.gamma, hc.zeta

# %% [markdown]
# ## P(z != 0), derived
#
# Each line says the same as the one before:
#
#     the gate is open                  z != 0
#     undo the clip                     s_bar > 0
#     undo the stretch                  s > -gamma / (zeta - gamma)
#     in odds: s / (1 - s)              s / (1 - s) > -gamma / zeta
#     take the logarithm                log s - log(1-s) > log(-gamma / zeta)
#     put in Eq. 10                     (log u - log(1-u) + log_alpha) / beta > log(-gamma / zeta)
#     solve for the noise               log u - log(1-u) > beta log(-gamma / zeta) - log_alpha
#     the left side is the logit of u   u > sigmoid(beta log(-gamma / zeta) - log_alpha)
#
# u is uniform, so it exceeds a number p with probability 1 - p. And 1 - sigmoid(-x) = sigmoid(x). The result
# is Eq. 12:
#
# $$P(z \neq 0) = \mathrm{sigmoid}\Big(\log\alpha - \beta \log\frac{-\gamma}{\zeta}\Big).$$
#
# **Predict.** At which log_alpha is a gate open half of the time?

# %%
log_alpha = np.array([-3.0, -1.0, 0.0, 2.0])
threshold = beta * np.log(-gamma / zeta)
p = 1 / (1 + np.exp(-(log_alpha - threshold)))
print(f"log(-gamma / zeta) = log(1/11) = {np.log(-gamma / zeta):.4f}")
print(f"times beta: {threshold:.4f}")
print("log_alpha               ", log_alpha)
print("log_alpha - threshold   ", log_alpha - threshold)
print("P(z != 0), by hand      ", p)
print("HardConcrete.prob_open  ", hc.prob_open(log_alpha))

# %%
n = 100_000
z = hc.sample(log_alpha, hc.draw_noise(rng, (n, 4)))
share = (z != 0).mean(0)
standard_error = np.sqrt(p * (1 - p) / n)
print("share of open samples   ", share)
print("standard errors off     ", (share - p) / standard_error)

# %% [markdown]
# **Explain.** A gate is open half of the time at log_alpha = beta log(-gamma / zeta) = -1.5986, where the
# sigmoid's argument is 0. Samples agree within a few standard errors, and 100,000 of them still leave an
# error in the third or fourth digit, which the formula does not have. That is why the penalty of Eq. 9 is not
# sampled: it is exact in every step, whatever the noise.
#
# ## Its gradient, P (1 - P)
#
# A sigmoid's slope is sigmoid x (1 - sigmoid), so dP/dlog_alpha = P (1 - P).
#
# **Predict.** Which gates does the penalty push hardest: those that are open, closed, or undecided?

# %%
slope = p * (1 - p)
value, grad = value_and_grad(lambda a: hc.prob_open(a).sum())(log_alpha)
h = 1e-5
difference = (hc.prob_open(log_alpha + h) - hc.prob_open(log_alpha - h)) / (2 * h)
print("P (1 - P), by hand      ", slope)
print("the library             ", grad)
print("finite differences      ", difference)

# %%
ax = tidy(new_axes((6.4, 4.0)), "log α", "probability, slope")
line = np.linspace(-8, 5, 401)
open_at = hc.prob_open(line)
push_at = open_at * (1 - open_at)
ax.plot(line, open_at, color=BLUE, linewidth=2, label="P(z ≠ 0): the price, in units of λ")
ax.plot(line, push_at, "--", color=ORANGE, linewidth=2, label="P (1 - P): the push, in units of λ")
ax.plot(line, hc.test_value(line), "-.", color=BLACK, label="test value of the gate (Eq. 13)")
closes = np.log(-gamma / zeta)
ax.axvline(closes, color=GREY, linestyle=":", label=f"removed at test left of {closes:.2f}")
legend_below(ax, ax.get_legend_handles_labels()[0])
p_closes = float(hc.prob_open(np.array(closes)))
show(
    ax.figure,
    "05-price-and-push",
    alt=f"Against log alpha: P(z != 0) is a sigmoid through 1/2 at {threshold:.2f}. Its slope is a bump, 1/4 "
    f"there and near 0 at both ends. At {closes:.2f} the test value becomes 0; P is still {p_closes:.2f} "
    f"there, and the slope {p_closes * (1 - p_closes):.2f}.",
    caption="The push is strongest where the gate is undecided, and never exactly 0.",
)

# %% [markdown]
# **Explain.** The undecided ones: P (1 - P) is 1/4 at P = 1/2 and fades on both sides. A wide open gate is
# hardly pushed by the penalty, a closed one neither; but the push is always towards closing, and it never
# stops. No sample appears in it, so it reaches gates that are closed in this step, too.
#
# ## Groups: which weights a gate answers for
#
# If a gate stands on a whole unit, all weights that read the unit share it. They are open together, so the
# expected number of open weights is Eq. 16: group size times P(z != 0), summed over gates. A network of 3
# inputs, 2 hidden units and 2 classes is small enough to count by hand.
#
# **Predict.** fc1 has a 2 x 3 matrix W, and `gate1` has three gates on its inputs. Which weights does its
# second gate answer for?

# %%
net = mlp((3, 2, 2), drop_rates=(0.5, 0.5))  # they only set where log_alpha starts; it is set below
for charge in net.charges:
    print(f"{charge.gate}: {charge.gates} gates on {charge.place()}, group size {charge.group_size}")
params = net.init(rng, np.float64)
params["gate1"]["log_alpha"] = np.array([-3.0, -1.0, 2.0])
params["gate2"]["log_alpha"] = np.array([0.0, 2.0])
params["fc1"]["W"] = np.array([[1.0, 2.0, -1.0], [0.5, -2.0, 1.0]])
params["fc2"]["W"] = np.array([[1.0, 0.5], [-1.0, 0.5]])
print("W of fc1, a row for each hidden unit, a column for each input:")
print(params["fc1"]["W"])

# %%
p1, p2 = open_probabilities(net, params).values()
by_hand = 2 * p1.sum() + 2 * p2.sum()
print("P(z != 0) of gate1", p1, " of gate2", p2)
print(f"2 x {p1.sum():.4f} + 2 x {p2.sum():.4f} = {by_hand:.4f} of 10 weights")
print(f"expected_l0(net, params) = {expected_l0(net, params):.4f}")

counts = []
for _ in range(4_000):
    gates = sample_gates(net, params, draw_noise(net, params, rng))
    counts.append(2 * np.count_nonzero(gates["gate1"]) + 2 * np.count_nonzero(gates["gate2"]))
counts_error = np.std(counts) / np.sqrt(len(counts))
print(f"counted in 4,000 samples: {np.mean(counts):.4f}, give or take {counts_error:.4f}")

# %% [markdown]
# **Explain.** For its column, the weights 2 and -2 that read input 2. Closed, it makes both useless.
# `l0edu/charging.py` finds these slices: along the inputs of W for a gate in front of its layer, along the
# outputs for one behind a convolution. Slides 4 to 8 speak of one gate for each single weight; then the group
# size is 1, and Eq. 16 becomes Eq. 12. In the library that is `Dense(..., weight_gate=HardConcrete())`.
#
# ## What one gate costs
#
# Eq. 1 puts lambda times the norm beside a *mean* loss, and the paper's lambda for the MLP is 0.1 / N, with N
# = 60,000 images of MNIST.
#
# **Predict.** The MLP has 784 inputs and hidden layers of 300 and 100. Which gates are expensive: pixels, or
# units of a hidden layer?

# %%
N = 60_000
lam = 0.1 / N
for network in (mlp(), lenet5()):
    print(f"{network.body.name}: lambda = 0.1 / {N:,} = {lam:.3g} nats a weight")
    for charge in network.charges:
        price, size = lam * charge.group_size, charge.group_size
        print(f"  {charge.place():17} {charge.gates:4} gates x {size:3} weights: {price:.2e} nats each")

# %%
full_start = float(l0_penalty(mlp(), mlp().init(rng), lam))
guessing = np.log(10)
pixel = lam * 300
print(f"guessing among ten classes costs log(10) = {guessing:.3f} nats")
print(f"all gates of the MLP at the start: {full_start:.3f} nats")
print(f"without the division by N: {full_start * N:,.0f} nats")
print(f"an open pixel: {pixel:.1e} nats of the mean loss, or {pixel * N:.0f} nats over all {N:,} images,")
print(f"as much as {pixel * N / guessing:.0f} images that are guessed instead of known")

# %% [markdown]
# **Explain.** A pixel is read by 300 weights, a unit of the first hidden layer by 100, one of the second by
# only 10; so pixels are expensive, and they are what the MLP gives up first. In LeNet-5 an input of fc1 and a
# map of conv2 cost 500 weights each. An open pixel pays for itself when it saves the mean loss 0.0005 nats.
# Forget the division by N and the penalty is ten thousand times the loss: all gates die (tutorial 9). With
# the 5,000 embedded digits N is 5,000, and each gate is twelve times as expensive.
#
# ## L2 under gates
#
# Weight decay on top of gates: with a coin as gate, E[(theta z)^2] = P theta^2 (Eq. 14), since z^2 = z. Here
# theta is the weight *before* it is gated (the paper's theta with a tilde). A smooth gate has values between
# 0 and 1, and then a decay of theta z would also pull the gate towards 0, a second shrinking that nobody
# asked for. The paper divides it out: for an open gate, theta z / z = theta decays. The result, Eq. 15, is
# again P theta^2.
#
# **Predict.** Two gated weights do the same work while open: theta = 1 with z = 0.8, and theta = 2 with z =
# 0.4. Which of them does each kind of decay prefer?

# %%
for theta, z_open in ((1.0, 0.8), (2.0, 0.4)):
    both = f"decay of theta z {(theta * z_open) ** 2:.2f}, of theta {theta**2:.2f}"
    print(f"theta {theta}, z {z_open}: theta z = {theta * z_open:.1f}; {both}")

theta, a = 2.0, np.array(-1.0)
draws = hc.sample(a, hc.draw_noise(rng, (n,)))
sampled_l2, shrinking = (theta**2 * (draws != 0)).mean(), (theta**2 * draws**2).mean()
p_open = float(hc.prob_open(a))
exact_l2 = p_open * theta**2
print(f"theta = 2 at log_alpha = -1: P theta^2 = {p_open:.4f} x 4 = {exact_l2:.4f}; sampled {sampled_l2:.4f}")
print(f"with the decay of theta z, E[z^2] theta^2: sampled {shrinking:.4f}")

# %% [markdown]
# **Explain.** The decay of theta z sees no difference: the network may make a weight large and its gate
# small, and the price stays the same. The decay of theta prefers the gate near 1 and the small weight, so the
# size of a weight sits in theta, and the gate only says whether it is there. The L0 penalty counts and does
# not shrink; the L2 term shrinks theta and leaves the value of z alone. It still reaches log_alpha, through
# P: d/dlog_alpha = (wd/2) theta^2 P (1 - P), so a gate with large weights behind it costs more. For groups,
# Eq. 17 sums theta^2 over each group.
#
# **Predict.** Which input of the little network is charged most by the L2 term?

# %%
wd = 0.1
squares1, squares2 = (params["fc1"]["W"] ** 2).sum(0), (params["fc2"]["W"] ** 2).sum(0)
l2_by_hand = wd / 2 * (p1 @ squares1 + p2 @ squares2)
print("sum of theta^2 for each input of fc1 ", squares1, " of fc2", squares2)
print("wd/2 P sum of theta^2                ", wd / 2 * p1 * squares1, "       ", wd / 2 * p2 * squares2)
print(f"sum {l2_by_hand:.4f}; l2_penalty {l2_penalty(net, params, wd):.4f}")

# %% [markdown]
# **Explain.** The second input: its column 2, -2 has the largest squares, 8, and it is open with probability
# .645. The third is open more often, but 2 x .973 is less.
#
# ## The whole objective
#
# Slides 5 and 8 put it together, here with groups and decay; |g| is the number of weights behind gate g:
#
# $$\mathcal{R} = \text{mean loss under sampled gates} +
# \sum_g P(z_g \neq 0)\Big(\lambda |g| + \tfrac{wd}{2} \sum_{j \in g} \theta_j^2\Big).$$
#
# **Predict.** One batch of 100 digits. Some pixels are black in all of them. What pushes the gate of such a
# pixel?

# %%
train, _ = load("mini")
x, y = train.x[:100].reshape(100, 784), train.y[:100]
big, lam = mlp(), 0.1 / len(train.x)
start = big.init(rng)
noise = draw_noise(big, start, rng)
terms, grads = value_and_grad(lambda q: objective_terms(big, q, x, y, noise, lam, weight_decay=5e-4))(start)
print({name: round(float(term), 4) for name, term in terms.items()})

# %%
_, data_grads = value_and_grad(lambda q: objective_terms(big, q, x, y, noise, lam=0.0))(start)
push = data_grads["gate1"]["log_alpha"]  # by the data alone
black = (x == 0).all(0)
p_pixel = open_probabilities(big, start)["gate1"]
price = lam * 300 + 5e-4 / 2 * (start["fc1"]["W"] ** 2).sum(0)
penalty_push = p_pixel * (1 - p_pixel) * price
others = push[~black]
print(
    f"{black.sum()} of 784 pixels are black in all 100 images: the data push them by {abs(push[black]).max()}"
)
print(
    f"the other {len(others)} are pushed by up to {abs(others).max():.1e}; {(others == 0).sum()} by exactly 0"
)
print(f"the penalties push every gate by {penalty_push.min():.1e} to {penalty_push.max():.1e}")
agrees = np.allclose(grads["gate1"]["log_alpha"], push + penalty_push, rtol=1e-3, atol=1e-7)
print("gradient of the whole = data + penalties by hand:", agrees)

# %% [markdown]
# **Explain.** Only the penalties. A pixel that is 0 in every image multiplies its gate by 0, and the data say
# exactly nothing; the penalties say "close", in every step. So the border of the image goes first (tutorial
# 7). Among the other pixels the data say nothing in this step where the gate was clipped to 0 or 1: the next
# tutorial looks at that slope of 0.
#
# ## What to take away
#
# - P(z != 0) = sigmoid(log_alpha - beta log(-gamma / zeta)): exact, smooth, and without noise. Its slope is P
#   (1 - P).
# - A gate pays lambda for each weight behind it; lambda is 0.1 / N beside a mean loss. Pixels of the MLP cost
#   300 weights each.
# - Under gates, weight decay acts on theta and is weighted by P: it shrinks weights, not gates.
# - The penalties push every gate towards closing in every step; the data must hold it open.
#
# ## Questions
#
# 1. What would P(z != 0) be without a stretch, as gamma goes to 0? What could the penalty then still do?
# 2. Derive P(z = 1) in the same eight lines. (Check it with `hc.prob_one`.)
# 3. Charge every layer the same: which lambdas for the three layers of the MLP make a pixel and a unit of the
#    last hidden layer equally expensive?
# 4. Set `wd = 1` and a column of W to zeros. What does the L2 term do to that input's gate?
#
# Next: [6. The gradient of everything](06_gradients.py).

# %%
# The claims above, checked.
assert np.allclose(p, hc.prob_open(log_alpha), rtol=1e-12)
assert np.isclose(hc.prob_open(np.array(threshold)), 0.5)
assert np.all(np.abs(share - p) < 6 * standard_error)
assert np.allclose(slope, grad, rtol=1e-10)
assert np.allclose(slope, difference, rtol=1e-6)
assert np.argmax(push_at) == np.argmin(np.abs(line - threshold))
assert abs(p_closes - 0.31) < 0.005
assert np.isclose(by_hand, expected_l0(net, params), rtol=1e-12)
assert abs(np.mean(counts) - by_hand) < 6 * counts_error
assert [charge.group_size for charge in mlp().charges] == [300, 100, 10]
assert abs(full_start - 0.416) < 0.002
assert abs(pixel * N - 30) < 1e-9
assert full_start * N > 10_000 * guessing
assert abs(sampled_l2 - exact_l2) < 6 * 4 * np.sqrt(0.25 / n)
assert shrinking < exact_l2
assert np.isclose(l2_by_hand, l2_penalty(net, params, wd), rtol=1e-12)
assert np.argmax(p1 * squares1) == 1
assert np.all(push[black] == 0)
assert np.all(penalty_push > 0)
assert agrees
