# %% [markdown]
# # 11. What moves to the GPU, and what it costs
#
# - **Goal.** Run the training step you know with its arrays on a device, count what the step asks of it,
#   find transfers that nobody wrote, and estimate with your own numbers how large a batch must be for a
#   GPU to pay.
# - **Before this.** Tutorials [6](06_gradients.py) (the gradient of everything), [7](07_mlp.py) and
#   [8](08_lenet5.py) (the two networks).
# - **Paper and slides.** Section 4.1, whose networks these are; Eqs. 9 to 12; slides 8 to 10. They say
#   nothing about GPUs.
# - **Time.** 4 s; 3 s with `L0EDU_FAST=1`. Measured on 2 cores.
#
# A GPU is fast once it computes, and slow to be asked. This tutorial counts the questions. It needs no
# GPU: a stand-in takes its place, which behaves as CuPy does (NumPy's functions for arrays on a GPU),
# computes with NumPy, and keeps count. **No time in this tutorial was measured on a GPU.** Times for a
# GPU are estimates, made of counts and of numbers that you can change. The last section shows records of
# runs on a GPU, if there are any.

# %%
import math
import os
import time
from collections import Counter
from dataclasses import replace

import autograd.numpy as anp
import numpy as np
from autograd import grad, hessian_vector_product
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from l0edu import Settings, draw_noise, fit, flops, lenet5, mlp, value_and_grad
from l0edu.bench.gpu_record import read_gpu_record
from l0edu.data import load
from l0edu.errors import InputError
from l0edu.figures import show
from l0edu.figures.canvas import BLACK, BLUE, GREEN, GREY, ORANGE, tidy
from l0edu.gpu import beside, is_on_device, kernels, stand_in, to_device, to_host
from l0edu.objective import objective_terms
from l0edu.shipped import shipped
from l0edu.train import begin
from l0edu.workspace import Workspace

FAST = os.environ.get("L0EDU_FAST") == "1"
BATCHES = (10, 30, 100) if FAST else (10, 30, 100, 300)
DEVICE = "stand-in"
digits, _ = load("mini")

# %% [markdown]
# ## Three things that NumPy does not have
#
# After `y = np.exp(x)` NumPy has computed y. When x lies on a GPU, the same line does something else:
#
# - *Launch.* Python asks the GPU to run a small program, a kernel, on the array. Asking takes Python and
#   CuPy some ten microseconds (as CuPy's users report), however small the array is.
# - *Asynchrony.* Python does not wait for the result. Launches stand in a queue, which the GPU works off
#   in order, while Python is already at the next line.
# - *Transfer.* A GPU has memory of its own. What it computes with has to be moved there, and what Python
#   wants to know has to be moved back. Moving back waits until the queue is empty.
#
# **Predict.** How many launches is the sigmoid below, for a thousand numbers? For a million?


# %%
def sigmoid(x):
    return 1 / (1 + np.exp(-x))


launches = {}
for n in (1_000, 1_000_000):
    x = to_device(np.linspace(-3, 3, n), DEVICE)
    with stand_in.counting() as counts:
        y = sigmoid(x)
    launches[n] = counts.launches
    print(f"{n:9,} numbers: {counts.launches} launches, {dict(counts.operations)}; y is a {type(y)}")

# %% [markdown]
# **Explain.** Four for both: change the sign, exp, add, divide. Nobody wrote a GPU's name into `sigmoid`:
# NumPy's functions look at the type of what they are given, and hand the work to it. So *the device
# follows the data*. Whoever moves the parameters and the batch has moved the computation.
#
# ## The same step in another place
#
# The objective is Eq. 9, as in tutorial 7: cross-entropy under drawn gates, and lambda times the expected
# number of weights.
#
# **Predict.** Which lines of the step have to change? How far apart will the gradients be?

# %%
net, rng = mlp(), np.random.default_rng(0)
params = net.init(rng)
here = {"params": params, "x": digits.x[:100], "y": digits.y[:100], "noise": draw_noise(net, params, rng)}


def step_gradient(params, x, y, noise):
    def objective(params):
        return objective_terms(net, params, x.reshape(-1, 784), y, noise, lam=0.1 / 60_000)

    return value_and_grad(objective)(params)


with stand_in.counting() as moving:
    there = to_device(here, DEVICE)
with stand_in.strict():  # a transfer that nobody wrote would be an error
    terms_there, grads_there = step_gradient(**there)
terms, grads = step_gradient(**here)
print(f"moved once: {moving.uploads} arrays")
print(f"data loss  {terms['data']:.7f} here, {to_host(terms_there['data']):.7f} there")
apart, dtypes = 0.0, set()
for layer, table in grads.items():
    for name, g in table.items():
        g_there = grads_there[layer][name]
        assert is_on_device(g_there)
        dtypes.add(str(g_there.dtype))
        apart = max(apart, np.abs(to_host(g_there) - g).max() / np.abs(g).max())
print(f"gradients  all on the device, {dtypes}; the largest difference is {apart:.0e} of an array's maximum")

# %% [markdown]
# **Explain.** None: `to_device` is all that is new. The numbers agree up to rounding. The stand-in
# computes with NumPy, so here they could hardly differ by more; a GPU adds in another order, and last
# digits change.
#
# One thing is computed otherwise. On the CPU a step leaves out what closed gates make useless (tutorial
# 8). On a device Python would have to ask which gates are closed, and to wait for the answer. So there a
# closed gate is a factor like any other, 0.
#
# ## Count
#
# A training step draws noise, computes the objective, goes back for the gradient, and moves the
# parameters by Adam together with their running average. In `Workspace` all parameters are one long
# array.
#
# **Predict.** How many launches is a step of the MLP? Of LeNet-5? What if the batch is ten times as
# large?

# %%
PARTS = ("noise", "forward", "backward", "update")


def count_step(net, batch):
    """The counts of each part of a training step, as `l0edu.train` takes it."""
    settings, counts = Settings(epochs=1), {}
    x = to_device(digits.x[:batch].reshape(batch, *net.in_shape), DEVICE)
    y = to_device(digits.y[:batch], DEVICE)
    work = Workspace(begin(net, settings), settings, like=x)

    def objective(params):
        return objective_terms(net, params, x, y, noise, lam=1e-6)

    with stand_in.strict(), stand_in.counting() as counts["noise"]:
        noise = draw_noise(net, work.params, stand_in.random.default_rng(0))
    with stand_in.strict(), stand_in.counting() as counts["forward"]:
        objective(work.params)
    with stand_in.strict(), stand_in.counting() as counts["both"]:
        value_and_grad(objective, into=work.grads)(work.params)
    with stand_in.strict(), stand_in.counting() as counts["update"]:
        work.update_params()
        work.update_average()
    return counts


def launches_of(counts, kind="launches"):
    """Launches of each part; the way back is what the gradient takes more than the objective."""
    number = {part: getattr(c, kind) for part, c in counts.items()}
    number["backward"] = number.pop("both") - number["forward"]
    return {part: number[part] for part in PARTS}


counted = {name: count_step(make(), 100) for name, make in (("MLP", mlp), ("LeNet-5", lenet5))}
ten_times = {name: count_step(make(), 10) for name, make in (("MLP", mlp), ("LeNet-5", lenet5))}
for name, counts in counted.items():
    parts, fewer = launches_of(counts), launches_of(ten_times[name])
    print(f"{name:8} batch 100: {sum(parts.values()):4} launches {parts}; batch 10: {sum(fewer.values())}")

# %% [markdown]
# **Explain.** The number does not depend on the batch, nor on the width of a layer: only on how many
# NumPy calls there are. LeNet-5 is a small network with many calls.
#
# These are the numbers after the library has done something about them. Where one formula is many NumPy
# calls, such as the hard concrete gate (Eqs. 10 and 11) or Adam, a *fused kernel* does it in one launch.
# The plain formula stays in the source, under `@fused` (`l0edu/gpu/fused.py`), and is what a CPU runs.
#
# **Predict.** Without fused kernels, how many launches would the two steps take?

# %%
unfused = {name: launches_of(counts, "unfused") for name, counts in counted.items()}
fused = {name: launches_of(counts) for name, counts in counted.items()}
for name in counted:
    for part in PARTS:
        print(f"{name:8} {part:9} {unfused[name][part]:4} plain {fused[name][part]:4} fused")
    print(f"{name:8} {'all':9} {sum(unfused[name].values()):4} plain {sum(fused[name].values()):4} fused\n")

# %%
operations = {name: Counter() for name in counted}
for name, counts in counted.items():
    for part in ("noise", "both", "update"):
        operations[name].update(counts[part].operations)
rows = {
    f"{name}, {kind}": table[name]
    for name in counted
    for kind, table in (("plain", unfused), ("fused", fused))
}
figure = Figure(figsize=(10.0, 4.8), layout="constrained")
left, right = figure.subplots(1, 2)
ends = np.zeros(len(rows))
looks = zip(PARTS, (GREY, BLUE, ORANGE, GREEN), ("", "//", "\\\\", "xx"), strict=True)
for part, colour, hatch in looks:
    width = np.array([row[part] for row in rows.values()])
    left.barh(list(rows), width, left=ends, color=colour, hatch=hatch, edgecolor="white", label=part)
    ends = ends + width
for row, total in enumerate(ends):
    left.annotate(f"{total:.0f}", (total, row), (4, 0), textcoords="offset points", va="center")
tidy(left, "launches in a training step", "").set_xlim(0, 1.12 * ends.max())
left.invert_yaxis()
left.legend(loc="lower right", frameon=False)
ranked = operations["LeNet-5"].most_common()
KINDS = {"fused kernel": {"fc": GREEN, "hatch": "xx"}, "NumPy call": {"fc": BLUE}, "others": {"fc": GREY}}
shown = [(name, n) for name, n in ranked if n >= 4]
shown.append(("all others", sum(n for _, n in ranked if n < 4)))
for name, n in shown:
    kind = "fused kernel" if name in kernels.__all__ else "others" if name == "all others" else "NumPy call"
    right.barh(name, n, edgecolor="white", **KINDS[kind])
    right.annotate(f"{n}", (n, name), (4, 0), textcoords="offset points", va="center", fontsize=9)
tidy(right, "launches in a step of LeNet-5, fused", "").invert_yaxis()
right.set_xlim(0, 1.15 * max(n for _, n in shown))
handles = [Patch(ec="white", label=kind, **look) for kind, look in KINDS.items() if kind != "others"]
right.legend(handles=handles, loc="center right", frameon=False)
show(
    figure,
    "11-launches",
    alt="Left: launches of one training step, by part. "
    + "; ".join(f"{name}: {', '.join(f'{p} {n}' for p, n in row.items())}" for name, row in rows.items())
    + ". Right: launches of LeNet-5 with fused kernels, by operation: "
    + ", ".join(f"{name} {n}" for name, n in shown)
    + ".",
    caption="Fused kernels save most launches; what is left are products, sums and single operations.",
)

# %% [markdown]
# **Explain.** Adam and the average are a dozen calls, and become two. A gate, its slope, its share of the
# penalty, pooling, the patches of a convolution: each becomes one. Of what is left the way back has more
# than the forward pass, as each operation has one or two gradients, and these are added up.
#
# Why not fuse everything? A kernel is written by hand, in C, and says less to a reader than the formula.
# It pays where one formula is many calls on the same arrays.
#
# ## Transfers that nobody wrote
#
# What moves without being asked is harder to see than a launch.
#
# **Predict.** Which of these nine are free, which are a launch, which make Python wait or move something
# unasked, and which are refused?

# %%
x, loss = (to_device(np.float32(numbers), DEVICE) for numbers in ([0, 0.2, 0.4, 0.6, 0.8, 1], 0.7))
rows_here = np.array([0, 2])
rows_there = beside(x, rows_here)  # moved, because it says so
attempts = {
    "x[:3]": lambda: x[:3],
    "x[rows_there]": lambda: x[rows_there],
    "x[rows_here]": lambda: x[rows_here],
    "x[x > 0.5]": lambda: x[x > 0.5],
    "np.where(x > 0.5, x, 0.0)": lambda: np.where(x > 0.5, x, 0.0),
    "if loss > 0": lambda: "stop" if loss > 0 else "go on",
    "float(loss)": lambda: float(loss),
    "np.asarray(loss)": lambda: np.asarray(loss),
    "x * np.ones(6)": lambda: x * np.ones(6),
}
outcome = {}
for what, attempt in attempts.items():
    try:
        with stand_in.strict(), stand_in.counting() as counts:
            attempt()
        outcome[what] = f"launches: {counts.launches}"
    except (stand_in.HiddenTransfer, TypeError) as error:
        outcome[what] = f"{type(error).__name__}: {error}"
    print(f"{what:26} {outcome[what]}")

# %% [markdown]
# **Explain.** A slice is a view, and free. With an index that lies there already it is one launch;
# comparing and choosing are two. `HiddenTransfer` is the stand-in's word, and only under `strict()`: CuPy
# does these things silently. An index of NumPy is moved again at each use. A mask has to be counted
# before anyone knows how long the result is. `if` and `float` need the number itself. Python then waits
# until the queue is empty, and after that the GPU waits for Python to fill it again. The last two CuPy
# refuses: host and device do not mix.
#
# So `fit` keeps losses on the device and reads them once an epoch.
#
# **Predict.** An epoch of 3 steps, and one of 12: how many transfers in each?

# %%
few = digits.take(np.arange(300))
few_there, moves = to_device(few, DEVICE), {}
for batch_size in (100, 25):
    with stand_in.counting() as counts:
        list(fit(net, few_there, Settings(epochs=1, batch_size=batch_size)))
    moves[batch_size] = counts.uploads, counts.downloads, len(counts.hidden)
    up, down, hidden = moves[batch_size]
    print(
        f"{300 // batch_size:2} steps: {counts.launches:5} launches; {up} up, {down} down, {hidden} unasked"
    )

# %% [markdown]
# **Explain.** The same for both: parameters, their average and Adam's sums go up before the epoch and come
# down after it, the order of the images goes up once, and the losses come down in one piece. Only launches
# grow with the steps.
#
# ## float64 creeps in
#
# `np.log(2)` is a `np.float64`. A number of NumPy has a dtype and insists on it; a number of Python does
# not.
#
# **Predict.** x is float32. What is the dtype of each product?

# %%
x32 = to_device(np.ones(3, np.float32), DEVICE)
factors = {"2.0": 2.0, "math.log(2)": math.log(2), "np.log(2)": np.log(2), "np.float32(2)": np.float32(2)}
kinds = {name: str((x32 * factor).dtype) for name, factor in factors.items()}
for name, kind in kinds.items():
    print(f"x32 * {name:14} {kind}")


def careless(w):
    return anp.sum(w**2) * np.log(2)


print(f"gradient of a float32 array by a careless loss: {grad(careless)(x32).dtype}")

# %% [markdown]
# **Explain.** One careless factor at the end makes float64 of everything on the way back. On the CPU that
# costs a factor of two. On many GPUs float64 arithmetic runs at 1/32 or 1/64 of float32's rate (their
# makers' figures), and nothing says so. To see it, look at the dtype of each gradient: it should be its
# parameter's.
#
# Autograd's own gradients did this too, for `maximum`, `where`, `mean` and others. With the first
# `to_device` (or `l0edu.gpu.register()`) they are replaced by ones that do not, for NumPy's arrays as
# well.
#
# ## A loss of your own
#
# With the same call autograd learned the device's array type. So a loss that you write in
# `autograd.numpy` can be differentiated there, more than once: here Huber's loss, and its Hessian times a
# vector.
#
# **Predict.** What has to change in `huber` for the device?


# %%
def huber(w, x, y):
    r = anp.dot(x, w) - y
    return anp.mean(anp.where(anp.abs(r) < 1.0, 0.5 * r**2, anp.abs(r) - 0.5))


rng = np.random.default_rng(1)
x_here, y_here, v = digits.x[:200].astype(float), rng.normal(size=200), rng.normal(size=784)
table = {"w": 0.1 * rng.normal(size=784), "x": x_here.reshape(200, 784), "y": y_here}
w, x, y, v_there = (to_device(array, DEVICE) for array in (*table.values(), v))
with stand_in.strict(), stand_in.counting() as counts_of_huber:
    curvature_there = hessian_vector_product(huber)(w, x, y, v_there)
curvature = hessian_vector_product(huber)(*table.values(), v)
huber_apart = np.abs(to_host(curvature_there) - curvature).max() / np.abs(curvature).max()
print(f"H v: {counts_of_huber.launches} launches, {len(counts_of_huber.hidden)} transfers unasked")
print(f"the largest difference from NumPy's is {huber_apart:.0e} of the largest number")

# %% [markdown]
# **Explain.** Nothing. The rules for such code are few: make arrays next to arrays (`np.zeros_like(x,
# shape=...)`, never `np.zeros`), write Python's numbers, leave losses where they are. `docs/howto/gpu.md`
# lists them, with what autograd cannot do on a device; that raises, with a sentence.
#
# ## Noise from here or from there
#
# The gates' noise can be drawn by the device, or by the host and moved. NumPy and CuPy have different
# generators, so that the same seed gives other numbers.
#
# **Predict.** Train an epoch on the CPU, then on the device with noise from the host, then with its own.
# Which losses agree, and to how many digits?

# %%
settings, losses = Settings(epochs=1, batch_size=100), {}
runs = {
    "CPU": (few, False),
    "device, noise from the host": (few_there, True),
    "device, own noise": (few_there, False),
}
for name, (data, repeatable) in runs.items():
    with stand_in.counting() as counts:
        (record,) = fit(net, data, replace(settings, repeatable=repeatable))
    losses[name] = record.data_loss
    print(f"{name:28} data loss {record.data_loss:.9f}; {counts.uploads} arrays up")

# %% [markdown]
# **Explain.** With noise from the host (`Settings(repeatable=True)`, `l0edu train --repeatable`) batches
# and noise are those of the CPU, bit for bit, and the loss agrees as far as rounding lets it. The price
# is one upload a gated layer and step. With the device's own noise it is another draw of the same law,
# and as good a run.
#
# ## What does it cost?
#
# Two numbers of your GPU are enough for a first guess: the time of a launch, and how many bytes a second
# its memory reads or writes. The stand-in counts launches; and the bytes of their arguments and results,
# as if nothing were fused, so rather too many.
#
# $$\text{time} \approx \text{launches} \cdot \text{time of a launch}
# + \frac{\text{bytes}}{\text{bandwidth}}.$$
#
# **Predict.** The first term does not grow with the batch, the second does. For which of the two
# networks, and from which batch on, would a GPU pay? Put your own numbers in.

# %%
LAUNCH = 10e-6  # seconds: what is reported for CuPy; yours depends on your processor
BANDWIDTH = 1e12  # bytes a second: your GPU's data sheet has it


def step_ms(net, batch):
    """Milliseconds of a training step here, on this CPU: the fastest of seven."""
    settings, rng, times = Settings(epochs=1), np.random.default_rng(0), []
    x, y = digits.x[:batch].reshape(batch, *net.in_shape), digits.y[:batch]
    work = Workspace(begin(net, settings), settings)

    def objective(params):
        return objective_terms(net, params, x, y, noise, lam=1e-6)

    for _ in range(7):
        started = time.perf_counter()
        noise = draw_noise(net, work.params, rng)
        value_and_grad(objective, into=work.grads)(work.params)
        work.update_params()
        work.update_average()
        times.append(1000 * (time.perf_counter() - started))
    return min(times)


def estimate_ms(net, batch):
    """Milliseconds for launches and for memory, estimated; never measured."""
    counts = count_step(net, batch)
    whole = [counts[part] for part in ("noise", "both", "update")]
    return 1000 * LAUNCH * sum(c.launches for c in whole), 1000 * sum(c.bytes for c in whole) / BANDWIDTH


networks, costs = {"MLP": mlp(), "LeNet-5": lenet5()}, {}
arithmetic = {name: flops(each).total for name, each in networks.items()}
print(f"FLOPs of a forward pass of one image: {arithmetic}")
print("           batch   this CPU, ms    a GPU, estimated, ms: launches + memory")
for name, each in networks.items():
    costs[name] = np.array([(step_ms(each, batch), *estimate_ms(each, batch)) for batch in BATCHES])
    for batch, (here, asked, moved) in zip(BATCHES, costs[name], strict=True):
        print(f"{name:9} {batch:6} {here:12.2f} {asked:16.2f} + {moved:.2f} = {asked + moved:.2f}")

# %%
figure = Figure(figsize=(9.6, 4.2), layout="constrained")
panels = figure.subplots(1, 2, sharey=True)
for panel, (name, table) in zip(panels, costs.items(), strict=True):
    here, asked, moved = table.T
    tidy(panel, f"batch, {name}", "").set(xscale="log", yscale="log")
    panel.plot(BATCHES, here, "o-", color=BLACK, label="this CPU, measured")
    panel.plot(BATCHES, asked, "--", color=BLUE, label="a GPU's launches, estimated")
    panel.plot(BATCHES, moved, ":", color=ORANGE, linewidth=2.5, label="a GPU's memory, estimated")
    most = asked + moved
    label = "a GPU's step, estimated: from the larger of the two to their sum"
    panel.fill_between(BATCHES, np.maximum(asked, moved), most, color=GREEN, alpha=0.4, label=label)
    panel.set_xticks(BATCHES, BATCHES)
    panel.set_yticks((0.1, 1, 10, 100), ("0.1", "1", "10", "100"))
    panel.minorticks_off()
panels[0].set_ylabel("milliseconds a step")
figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=2, frameon=False)
told = [
    f"{name}, batch {batch}: {here:.1f} ms here, {asked:.1f} for launches and {moved:.2f} for memory"
    for name, table in costs.items()
    for batch, (here, asked, moved) in zip(BATCHES, table, strict=True)
]
show(
    figure,
    "11-cost",
    alt="Milliseconds of a training step against the batch, measured on this CPU and estimated for a GPU: "
    + "; ".join(told)
    + ".",
    caption="Black: measured here. All else is an estimate from counts; nothing here ran on a GPU.",
)

# %% [markdown]
# **Explain.** The CPU's time grows with the batch (if nothing else keeps it busy); a GPU's hardly does
# until memory takes as long as the launches. So there is more to gain the larger the batch is, and more
# with LeNet-5 than with the MLP: more than eight times the arithmetic, for less than 1.5 times the
# launches.
#
# Four things are left out. Launches and memory overlap, since Python does not wait: the truth lies
# between the larger of the two and their sum. Arithmetic is missing; question 2 puts it in. Fused kernels
# move less than was counted. And each transfer that nobody wrote adds a wait for the whole queue.
#
# ## What was measured
#
# Estimates are no measurements. Runs on a GPU are kept as records in `docs/gpu-runs`, failed tests
# included:

# %%
try:
    files = sorted(shipped("docs/gpu-runs").glob("*.json"))
except InputError:
    files = []
for record in map(read_gpu_record, files):
    tests = record["tests"]
    print(
        record["device"]["name"], record["date"], f"{tests['passed']} tests passed, {tests['failed']} failed"
    )
    for case, measured in (record["bench"] or {"cases": {}})["cases"].items():
        if case.startswith("step/"):
            values = {who: f"{v['median']:.3g}" for who, v in measured["values"].items()}
            print(f"  {case:28} {measured['unit']} {values}")
if not files:
    print("No record came with this copy of l0edu: nothing in this tutorial was compared with a GPU.")

# %% [markdown]
# ## What to take away
#
# - The device follows the data: move parameters and batches, and the same functions compute there.
# - Launches cost by number, not by size. Fuse a formula where it is many calls; take larger batches.
# - `if`, `float`, `print`, masks and NumPy's indices wait or move unasked. `strict()` finds them without
#   a GPU.
# - Look at dtypes: one `np.float64` makes the whole way back slow.
# - Noise from the host repeats the CPU's run up to rounding; noise from the device saves a transfer.
# - An estimate is made of counts. A claim of speed needs a record.
#
# ## Questions
#
# 1. At which batch do memory and launches take as long, for LeNet-5 and your GPU's bandwidth?
# 2. Add a third term: FLOPs. `flops(lenet5()).total` is one forward pass of one image, and a gradient
#    costs about twice as much again. From which batch on does arithmetic at 20 TFLOP a second outweigh
#    launches?
# 3. Write a loop of ten steps with `step_gradient` and `Adam().update`, which prints the loss after each.
#    How many transfers are hidden? What do they cost if the queue is 3 ms long?
# 4. Replace `anp.mean` in `huber` by a Python loop over examples. How many launches is its gradient now?
# 5. Draw a sample of the gates for each example: in `count_step`, give `draw_noise` a fourth argument,
#    `batch`. Which launches of a step are new, and which term of the estimate grows?
#
# This was the last tutorial. Next: `docs/howto/gpu.md` on a machine with a GPU, or
# [the first](01_empirical_risk.py) with your own data.

# %%
# The claims above, checked.
assert set(launches.values()) == {4}
assert dtypes == {"float32"}
assert apart < 1e-4
assert (moving.hidden, moving.uploads) == ([], 9 + 3 + 2)  # parameters; noise; x and y
for name in counted:
    assert fused[name] == launches_of(ten_times[name])
    assert sum(fused[name].values()) < 0.5 * sum(unfused[name].values())
    assert fused[name]["backward"] > fused[name]["forward"]
assert fused["MLP"]["update"] == 2
assert sum(fused["LeNet-5"].values()) == operations["LeNet-5"].total()
said = " ".join(line.split(":")[0] for line in outcome.values())
twice = 2 * " HiddenTransfer"
assert said == f"launches launches{twice} launches{twice} TypeError TypeError"
cheap = ("x[:3]", "x[rows_there]", "np.where(x > 0.5, x, 0.0)")
assert [outcome[what][-1] for what in cheap] == ["0", "1", "2"]
assert moves[100] == moves[25]
assert moves[100][2] == 0
assert [name for name, kind in kinds.items() if kind == "float64"] == ["np.log(2)"]
assert counts_of_huber.hidden == []
assert huber_apart < 1e-12
assert abs(losses["device, noise from the host"] / losses["CPU"] - 1) < 1e-4
assert abs(losses["device, own noise"] / losses["CPU"] - 1) > 1e-5
for table in costs.values():
    _, asked, moved = table.T
    assert np.ptp(asked) < 1e-9
    assert np.all(np.diff(moved) > 0)
assert arithmetic["LeNet-5"] > 8 * arithmetic["MLP"]
assert costs["LeNet-5"][0, 1] < 1.5 * costs["MLP"][0, 1]
