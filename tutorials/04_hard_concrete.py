# %% [markdown]
# # 4. The hard concrete gate
#
# - **Goal.** Compute a gate with a pocket calculator, from a uniform number to an exact 0, an exact 1 or a
#   number between; then read its law, a density between two atoms.
# - **Before this.** [Tutorial 3](03_smoothing.py): a continuous variable, clipped to [0, 1], is a gate with a
#   slope.
# - **Paper and slides.** Section 2.2; Eqs. 10, 11 and 13, the densities of Appendix B, Figure 2; slides
#   6, 7 and 8.
# - **Time.** 2 s, with `L0EDU_FAST=1` as well. Measured on 2 cores.
#
# Tutorial 3 ended with a choice: the variable that is clipped is a *stretched binary concrete*. This tutorial
# takes that gate apart. It has one learned number, `log_alpha`, and three fixed ones, `beta`, `gamma` and
# `zeta`.

# %%
import numpy as np
from matplotlib.figure import Figure

from l0edu import HardConcrete, InputError
from l0edu.figures import draw_gate_law, hard_concrete_alt, hard_concrete_figure, show
from l0edu.figures.canvas import BLACK, BLUE, ORANGE, tidy

np.set_printoptions(precision=4, suppress=True)
rng = np.random.default_rng(4)

# %% [markdown]
# ## From u to s to s_bar to z
#
# Four numbers u between 0 and 1 stand for the noise. They go through Eqs. 10 and 11:
#
# $$s = \mathrm{sigmoid}\Big(\frac{\log u - \log(1-u) + \log\alpha}{\beta}\Big), \qquad
# \bar s = s\,(\zeta - \gamma) + \gamma, \qquad z = \min(1, \max(0, \bar s)).$$
#
# **Predict.** With log_alpha = -1, which of the four gates will be exactly 0, and which exactly 1?

# %%
log_alpha, beta, gamma, zeta = np.array(-1.0), 2 / 3, -0.1, 1.1
u = np.array([0.2, 0.5, 0.8, 0.95])

noise = np.log(u) - np.log(1 - u)  # logistic noise: any real number
location = (noise + log_alpha) / beta
s = 1 / (1 + np.exp(-location))  # Eq. 10: strictly between 0 and 1
s_bar = s * (zeta - gamma) + gamma  # stretched: strictly between gamma and zeta
z = np.minimum(1, np.maximum(0, s_bar))  # Eq. 11: clipped

print("u                           ", u)
print("log u - log(1-u)            ", noise)
print("(that + log_alpha) / beta   ", location)
print("s                           ", s)
print("s_bar                       ", s_bar)
print("z                           ", z)

hc = HardConcrete(beta=beta, gamma=gamma, zeta=zeta)
z_library = hc.sample(log_alpha, u)
print("z, by HardConcrete.sample   ", z_library)

# %% [markdown]
# **Explain.** The second column is the easiest to follow. u = 0.5 makes the noise log(1) = 0; then -1 / (2/3)
# = -1.5, s = 1 / (1 + e^1.5) = 0.1824, and 0.1824 x 1.2 - 0.1 = 0.1189. The sigmoid alone never reaches 0 or
# 1: s is 0.0271 for u = 0.2. The stretch moves that to -0.0674, below 0, and the clip makes an *exact* 0 of
# it. The last one lands above 1 and is clipped to an exact 1.
#
# The noise is an argument, and z is a smooth formula in log_alpha wherever it is not clipped. That is the
# reparameterization of Eq. 8: chance comes in through u only, and u does not depend on what is learned.
#
# ## The atoms: how often exactly 0, how often exactly 1
#
# z grows with u. So there is one u below which the gate is 0, and one above which it is 1.
#
# **Predict.** Where are they? Walk backwards from s_bar = 0, and from s_bar = 1.

# %%
ends = np.array([0.0, 1.0])
s_end = (ends - gamma) / (zeta - gamma)  # undo the stretch
noise_end = beta * (np.log(s_end) - np.log(1 - s_end)) - log_alpha  # undo sigmoid, beta, location
u_end = 1 / (1 + np.exp(-noise_end))  # undo the logit

print("s_bar                       ", ends)
print("s                           ", s_end)
print("log u - log(1-u)            ", noise_end)
print("u                           ", u_end)
p_zero, p_one = u_end[0], 1 - u_end[1]
print(f"P(z = 0) = {p_zero:.4f}; HardConcrete.prob_zero says {hc.prob_zero(log_alpha):.4f}")
print(f"P(z = 1) = 1 - {u_end[1]:.4f} = {p_one:.4f}; HardConcrete.prob_one says {hc.prob_one(log_alpha):.4f}")

# %% [markdown]
# **Explain.** u is uniform, so "u is below 0.3547" has probability 0.3547. 0 and 1 are *atoms* of the gate's
# law: single values that have a probability of their own, while a continuous variable hits any given value
# with probability 0. Of the first cell's u, 0.2 is below 0.3547 and 0.95 above 0.9308; that is why these two
# were clipped.
#
# ## The density between the atoms
#
# Between 0 and 1 the gate has a density, that of s_bar. With Q the probability that s is smaller,
#
# $$Q = \mathrm{sigmoid}\big(\beta\,(\log s - \log(1-s)) - \log\alpha\big), \qquad
# q = \beta\,\frac{Q(1-Q)}{s(1-s)}, \qquad \text{density of } \bar s = \frac{q}{\zeta-\gamma}.$$
#
# **Predict.** How large is the area under that density between 0 and 1?

# %%
Q = 1 / (1 + np.exp(log_alpha))  # at s_bar = 1/2, where s = 1/2 and its logit is 0
q = beta * Q * (1 - Q) / (0.5 * 0.5)
print(f"at 1/2: Q = {Q:.4f}, q = {q:.4f}, density = {q / (zeta - gamma):.4f}")
print(f"HardConcrete.pdf says {hc.pdf(log_alpha, np.array(0.5)):.4f}")

middles = (np.arange(1_000) + 0.5) / 1_000  # of 1,000 strips from 0 to 1
area = hc.pdf(log_alpha, middles).mean()
total = area + p_zero + p_one
print(f"area {area:.4f} + P(z = 0) {p_zero:.4f} + P(z = 1) {p_one:.4f} = {total:.4f}")

# %%
figure = Figure(figsize=(7, 4.6), layout="constrained")
draw_gate_law(hc, log_alpha, figure.add_subplot())
show(
    figure,
    "04-law-of-a-gate",
    alt=f"At log alpha = {log_alpha:g}: the density of s on (0, 1) rises to both ends, more to the left one. "
    f"The density of the gate inside (0, 1) has area {area:.3f}. Hatched tails of the stretched density lie "
    f"below 0 and above 1; they are folded into two stems, P(z = 0) = {p_zero:.3f}, P(z = 1) = {p_one:.3f}.",
    caption="The hatched area left of 0 becomes the stem at 0, the one right of 1 the stem at 1.",
)

# %% [markdown]
# **Explain.** Area and atoms add up to 1. Nothing is lost in the clip: what the stretch carried past an end
# is piled up on that end. The stems stand on an axis of their own, since a probability is no density.
#
# ## The CDF, against samples
#
# **Predict.** What does the CDF of the gate, P(gate <= t), do at t = 0, and what at t = 1?

# %%
n = 100_000
draws = hc.sample(log_alpha, hc.draw_noise(rng, (n,)))
t = np.array([-0.01, 0.0, 0.1, 0.25, 0.5, 0.75, 0.99, 1.0])
exact = hc.cdf_gate(log_alpha, t)
share = np.array([(draws <= one).mean() for one in t])

print("t               ", t)
print("P(gate <= t)    ", exact)
print("share of samples", share)
print(f"largest distance {np.abs(share - exact).max():.4f}; chance alone allows about {1 / np.sqrt(n):.4f}")
print(f"share that is exactly 0: {(draws == 0).mean():.4f}, exactly 1: {(draws == 1).mean():.4f}")

# %%
figure = Figure(figsize=(7.6, 3.6), layout="constrained")
left, right = figure.subplots(1, 2)
levels = np.linspace(0.001, 0.999, 999)
tidy(left, "noise u", "gate z").plot(levels, hc.sample(log_alpha, levels), color=BLUE)
left.plot(u, z, "o", color=BLACK, label="the four by hand")
left.legend(frameon=False, loc="upper left", fontsize=9)
values = np.linspace(-0.15, 1.15, 1_301)
tidy(right, "t", "P(gate ≤ t)")
right.plot(values, hc.cdf_gate(log_alpha, values), color=BLUE, label="formula")
right.plot(t, share, "s", color=ORANGE, fillstyle="none", label=f"{n:,} samples")
right.legend(frameon=False, loc="lower right", fontsize=9)
right.set_ylim(-0.04, 1.04)
show(
    figure,
    "04-noise-and-cdf",
    alt=f"Left: the gate against u is 0 up to u = {u_end[0]:.3f}, rises, and is 1 from {u_end[1]:.3f} on. "
    f"Right: the CDF is 0 below t = 0, jumps there to {u_end[0]:.3f}, rises to {u_end[1]:.3f} and jumps to 1 "
    "at t = 1; shares of samples lie on it.",
    caption="The right picture is the left one with its axes exchanged: flat pieces become jumps.",
)

# %% [markdown]
# **Explain.** It jumps by P(z = 0) at 0 and by P(z = 1) at 1. Sampling is nothing but reading the CDF
# backwards: pick a height u, take the t that belongs to it. In `l0edu/gates.py`, `HardConcrete.quantile` is
# this inverse before the clip. `HardConcrete.draw_noise` keeps u a little away from 0 and 1, since log 0 is
# infinite.
#
# ## Three numbers that are all called "the gate"
#
# At test time nothing should be random. Eq. 13 leaves out the noise *and* the temperature:
#
# $$\hat z = \min(1, \max(0, \mathrm{sigmoid}(\log\alpha)\,(\zeta-\gamma) + \gamma)).$$
#
# **Predict.** At log_alpha = -1, put in order: the mean of the gate, its median (u = 1/2), and this test
# value.

# %%
sigmoid_log_alpha = 1 / (1 + np.exp(-log_alpha))
test_value = min(1, max(0, sigmoid_log_alpha * (zeta - gamma) + gamma))
print(f"sigmoid(-1) = {sigmoid_log_alpha:.4f}")
print(f"test value = {sigmoid_log_alpha:.4f} x 1.2 - 0.1 = {test_value:.4f}")

at = np.array([-3.0, -2.4, -1.0, 0.0, 1.0, 2.4])
median = hc.sample(at, np.full(6, 0.5))
print("log_alpha ", at)
print("mean      ", hc.mean(at))
print("median    ", median)
print("test value", hc.test_value(at))
print("P(z != 0) ", hc.prob_open(at))

# %%
show(
    hard_concrete_figure(rng, log_alpha=0.0, beta=0.5),
    "04-figure-2",
    alt=hard_concrete_alt(log_alpha=0.0, beta=0.5),
    caption="Figure 2 of the paper. Noise turns the hard sigmoid (dash-dotted) into a smooth one (solid).",
)

# %% [markdown]
# **Explain.** At -1 the mean is .293, the test value .223 and the median .119: three answers to three
# questions. The three agree at log_alpha = 0, by symmetry. The mean is never exactly 0, since every gate
# opens sometimes. The test value is exactly 0 up to log_alpha = log(-gamma / zeta) = log(1/11) = -2.398, and
# that is where a unit is removed from the network; in training the same gate still opens with probability
# .31. The difference between training and testing comes back in tutorial 8. `docs/errata.md` lists who uses
# which number (A4, A7).
#
# ## What beta, gamma and zeta do
#
# **Predict.** A low temperature makes the gate more of a coin. What happens to the probability of a value
# between 0 and 1, and to the steepest slope dz/dlog_alpha, which is (zeta - gamma) / (4 beta)?

# %%
temperatures = [(b, -0.1, 1.1) for b in (0.1, 1 / 3, 2 / 3, 2)]
stretches = [(2 / 3, -0.001, 1.001), (2 / 3, -1, 2)]
inside = []
print("log_alpha = 0:  beta   gamma   zeta  P(z = 0)  P(0 < z < 1)  P(z = 1)  steepest slope")
for b, low, high in temperatures + stretches:
    law = HardConcrete(beta=b, gamma=low, zeta=high)
    p0, p1 = law.prob_zero(np.array(0.0)), law.prob_one(np.array(0.0))
    inside.append(1 - p0 - p1)
    slope = (high - low) / (4 * b)
    print(f"{b:20.3f}  {low:6.3f}  {high:5.3f}  {p0:8.4f}  {1 - p0 - p1:12.4f}  {p1:8.4f}  {slope:14.2f}")

# %%
figure = Figure(figsize=(9.6, 4.5), layout="constrained")
for ax, b in zip(figure.subplots(1, 2), (0.1, 2.0), strict=True):
    draw_gate_law(HardConcrete(beta=b), 0.0, ax)
show(
    figure,
    "04-temperature",
    alt=f"Two laws at log alpha = 0. At beta = 0.1 nearly all is in the stems at 0 and 1, and only "
    f"{inside[0]:.3f} between; at beta = 2 a hump around 1/2 holds {inside[3]:.3f}, and the stems are short.",
    caption="Cold on the left: a coin. Warm on the right: a dimmer that is hardly ever off.",
)

# %% [markdown]
# **Explain.** Cold gates are almost coins: seldom between the ends, and there with a steep slope, so that a
# gradient is rare and large. Warm gates have a gentle slope nearly always, and are hardly ever closed. The
# paper takes 2/3. The stretch makes the atoms: with gamma and zeta close to 0 and 1 almost nothing is
# clipped, and with a wide stretch most draws are.
#
# ## A slip on slide 6
#
# Slide 6 asks for "zeta < 0 and gamma > 1". Its own formula, s (zeta - gamma) + gamma, needs the reverse.
#
# **Predict.** What becomes of a wide open gate, log_alpha = 5, with the two swapped?

# %%
s_open = 1 / (1 + np.exp(-5.0 / beta))  # u = 1/2
for low, high in ((gamma, zeta), (zeta, gamma)):
    stretched = s_open * (high - low) + low
    z_open = min(1, max(0, stretched))
    print(f"gamma = {low:4}, zeta = {high:4}: s = {s_open:.4f}, s_bar = {stretched:.4f}, z = {z_open:g}")
try:
    HardConcrete(gamma=1.1, zeta=-0.1)
    refusal = ""
except InputError as error:
    refusal = str(error)
print(refusal)

# %% [markdown]
# **Explain.** Swapped, s near 1 lands near -0.1: the gate closes as log_alpha grows, while its penalty says
# that it opens. No shape is wrong and nothing crashes, which is why the library refuses it (`docs/errata.md`,
# A1; tutorial 9 trains with it). gamma is the *lower* end, and stands left of zeta as on a ruler.
#
# To turn these knobs by hand, run `l0edu microscope`: it opens a page with sliders for all four numbers, and
# a u to drag through s, s_bar and z.
#
# ## What to take away
#
# - u, then s, then s_bar, then z: noise, sigmoid, stretch, clip. Only the last one makes exact zeros, and
#   only because the stretch went past them.
# - The law of a gate is two atoms and a density between; together they are 1.
# - Mean, median and test value are different numbers. Networks are tested with Eq. 13.
# - A low temperature is closer to a coin, a high one has a gradient more often.
#
# ## Questions
#
# 1. Which log_alpha makes P(z = 0) equal to 1/2? Find it with the two lines that undo the sigmoid, then check
#    it.
# 2. Set gamma = -0.1 and zeta = 1.3. Is the gate at log_alpha = 0 still symmetric? Which atom grew?
# 3. Which u gives z = 0.5 at log_alpha = -1? (Walk backwards from s_bar = 0.5.)
# 4. Divide by beta *outside* the sigmoid, as a public note does. Which values can s now take?
#
# Next: [5. The penalty in closed form](05_penalty.py).

# %%
# The claims above, checked.
assert np.allclose(z, z_library, rtol=1e-12)
assert z[0] == 0 < z[1] < z[2] < 1 == z[3]
assert np.allclose([p_zero, p_one], [hc.prob_zero(log_alpha), hc.prob_one(log_alpha)])
assert np.isclose(q / (zeta - gamma), hc.pdf(log_alpha, np.array(0.5)))
assert abs(total - 1) < 1e-4
assert np.abs(share - exact).max() < 4 / np.sqrt(n)  # by chance less than once in 10^13 runs
assert np.allclose([hc.mean(at)[2], median[2], test_value], [0.293, 0.119, 0.223], atol=5e-4)
assert np.allclose([hc.mean(at)[3], median[3], hc.test_value(at)[3]], 0.5)
assert hc.test_value(np.array(np.log(1 / 11) - 1e-6)) == 0
assert hc.test_value(np.array(np.log(1 / 11) + 1e-6)) > 0
assert abs(hc.prob_open(np.array(np.log(1 / 11))) - 0.31) < 0.005
assert inside[0] < inside[1] < inside[2] < inside[3]
assert inside[4] > inside[2] > inside[5]
assert s_open * (-0.1 - 1.1) + 1.1 < 0
assert "swapped" in refusal
