"""Are the formulas of docs/derivations/gradients.md, and its lines of NumPy, the gradients of the library?"""

import re
from itertools import product
from pathlib import Path
from string import ascii_lowercase

import numpy as np
import pytest
from gradient_checks import EXAMPLES, assert_close, every_primitive, gradients, numbers
from paper.reading import evaluate, from_tex, sides

PAGE = Path(__file__).parents[2] / "docs" / "derivations" / "gradients.md"
TEXT = PAGE.read_text(encoding="utf-8")
SECTIONS = {
    section.split("`")[0]: re.split(r"^## ", section, flags=re.MULTILINE)[0]
    for section in re.split(r"^### `", TEXT, flags=re.MULTILINE)[1:]
}
OPERATIONS = {op.__name__: op for op in every_primitive()}
BY_L = r"\frac{\partial L}{\partial"
RNG = np.random.default_rng(0)

# where the page writes one of several shapes: units and images for scale, one unit for batch norm
OTHERS = {
    "conv2d": {"padding": 0, "stride": 2, "x": numbers(RNG, 2, 5, 3, 2)},
    "scale": {"z": RNG.uniform(0.1, 0.9, 2)},
}
EXAMPLES_HERE = {name: (arguments | OTHERS.get(name, {}), wrt) for name, (arguments, wrt) in EXAMPLES.items()}


def worked(name, arguments=None):
    """Arguments, y, a g, and what the library says is dL/d(argument) for each that has a gradient."""
    op, (example, wrt) = OPERATIONS[name], EXAMPLES_HERE[name]
    arguments = arguments or example
    y = op(**arguments)
    g = np.random.default_rng(1).uniform(0.5, 1.5, np.shape(y))
    return arguments | {"y": y, "g": g}, gradients(op, arguments, wrt, g)


# ---- the lines of NumPy


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_lines_of_numpy_give_every_gradient(name):
    (code,) = re.findall(r"```python\n(.*?)```", SECTIONS[name], re.DOTALL)
    known, expected = worked(name)
    exec(code, {"np": np}, known)
    for argument, gradient in expected.items():
        assert_close(known[f"d{argument}"], gradient)


def test_the_lines_hold_with_padding_too():
    code = re.findall(r"```python\n(.*?)```", SECTIONS["conv2d"], re.DOTALL)[0]
    known, expected = worked("conv2d", EXAMPLES["conv2d"][0])
    exec(code, {"np": np}, known)
    assert all(known["padding"] == 1 and np.allclose(known[f"d{a}"], expected[a]) for a in expected)


# ---- the formulas


def statements(name):
    """Each formula of a section for dL/d(something): the something, and the right-hand sides."""
    for block in re.findall(r"\$\$(.*?)\$\$", SECTIONS[name], re.DOTALL):
        block = re.sub(r"\\(begin|end)\{aligned\}", "", block)
        for part in re.split(r"\\qquad|,\s*\\\\", block):
            if part.strip().startswith(BY_L):
                first, *rest = sides(from_tex(part).rstrip(",. "))
                target = re.fullmatch(r"\(\(partial L\) / \(partial(.*)\)\)", first)[1]
                yield (*(re.sub(r"\bk([ij])\b", r"k \1", text.strip()) for text in [target, *rest]),)


def as_matrices(a, b):
    """Two matrices in a row are their product; a number multiplies."""
    return a @ b if np.ndim(a) == 2 and np.ndim(b) >= 1 else a * b


def middle_of_a_gate(k):
    logit = np.log(k["u"]) - np.log(1 - k["u"])
    k["s"] = 1 / (1 + np.exp(-(logit + k["log_alpha"]) / k["beta"]))
    k["s_bar"] = k["s"] * (k["zeta"] - k["gamma"]) + k["gamma"]


def distance_to_the_threshold(k):
    k["e"] = np.exp(-np.abs(k["log_alpha"] - k["threshold"]))


def one_number_after_the_other(k):
    """The weights of weighted_squares in a row, each with its p, and which of them share a p."""
    k["sharing"] = np.arange(k["W"].size).reshape(len(k["p"]), -1)
    k["p"] = np.broadcast_to(k["p"], k["W"].shape).ravel()
    for name in ("W", "by_W", "by_p"):
        k[name] = k[name].ravel()


def one_unit(k):
    """The first unit of batch norm, with the mean and the variance of its numbers unless they are given."""
    v = k.get("var", k["x"].var(axis=1))[0]
    mean = k.get("mean", k["x"].mean(axis=1))[0]
    k |= {name: k[name][0] for name in ("g", "x", "by_x", "by_scale", "by_shift")}
    k |= {"v": v, "s": np.sqrt(v + k["eps"]), "a": k["scale"][0], "g_bar": k["g"].mean()}
    k["x_hat"] = (k["x"] - mean) / k["s"]


def as_columns(k):
    """The convolution as a product of matrices, and fold, the transpose of the map to columns."""
    x, W, s = k["x"], k["W"], k["stride"]
    h, w = k["y"].shape[1:3]
    places = np.arange(x.size).reshape(x.shape)
    seen = [places[c, p : p + h * s : s, q : q + w * s : s] for c, p, q in np.ndindex(W.shape[1:])]
    seen = np.array([part.ravel() for part in seen])
    k["fold"] = lambda columns: np.bincount(seen.ravel(), columns.ravel(), x.size).reshape(x.shape)
    k |= {"flat_g": k["g"].reshape(len(W), -1), "flat_W": W.reshape(len(W), -1), "Px": x.ravel()[seen]}
    k |= {"ones": np.ones(seen.shape[1]), "by_flat_W": k["by_W"].reshape(len(W), -1)}
    k["by_Px"] = np.einsum("fm,fn->mn", k["flat_W"], k["flat_g"])


def largest_of_windows(k):
    n, (C, h, w, N) = k["k"], k["g"].shape
    windows = k["x"][:, : n * h, : n * w].reshape(C, h, n, w, n, N).transpose(0, 1, 3, 2, 4, 5)
    k["largest"] = windows == windows.max(axis=(3, 4), keepdims=True)


def chosen(k):
    k["r"], k["t"] = k.get("units", k.get("outputs")), k.get("inputs")
    k["o"] = [unit for unit in range(k.get("shape", [0])[0]) if unit not in k["r"]]


EXAMPLES_SUM = {"sum_{examples}": "({}).sum(axis=0)"}
PIXELS_SUM = {"sum_{pixels, examples}": "({}).sum()"}
SUM_M = {"sum_m": "sum({} for m in range(3))", "varepsilon": "eps", "by_a": "by_scale", "by_c": "by_shift"}
CONV_LOOPS = "for f in range(3) for p in range(3) for q in range(3) for i in range(2) for j in range(1)"
MAXIMUM = "[ (p, q) = the place of the window's maximum ]"
WINDOWS = {"c": 2, "i": 2, "j": 2, "p": 2, "q": 2}

# For each operation: the page's names in Python, what else they need, and how many values free indices have.
# by_x is what the library says is dL/dx.
WRITTEN = {
    "sigmoid": ({}, None, {}),
    "concrete_sample": ({"s": "y", **EXAMPLES_SUM}, None, {}),
    "hard_sigmoid": ({}, None, {}),
    "hard_concrete": ({"z": "y", **EXAMPLES_SUM}, middle_of_a_gate, {}),
    "open_probability": ({"p": "y"}, distance_to_the_threshold, {}),
    "normal_cdf": ({"e": "np.e", "pi": "np.pi"}, None, {}),
    "scale": ({"z": "z[:, None, None, None]", **PIXELS_SUM}, None, {"j": 2}),
    "lp_penalty": ({}, None, {"j": 4}),
    "prob_any": ({"prod_{k neq j}": "np.prod([{} for k in range(4) if k != j])"}, None, {"i": 3, "j": 4}),
    "add_weighted_sum": ({"w": "weight", "by_a": "by_so_far"}, None, {"i": 5}),
    "weighted_squares": (
        {"sum_{j that share p_i}": "sum({} for j in sharing[i])"},
        one_number_after_the_other,
        {"i": 4, "j": 12},
    ),
    "along_axis": (
        {"g": "g.ravel()", "sum_{k=0}^{block - 1}": "sum({} for k in range(block))"},
        None,
        {"i": 3},
    ),
    "affine": ({"ones": "np.ones(3)"}, None, {}),
    "conv2d": (
        {
            "P(x)": "Px",
            "by_P(x)": "by_Px",
            "fold": "fold(*)",
            "sum_{f, p, q, i, j}": f"sum({{}} {CONV_LOOPS})",
        },
        as_columns,
        {"c": 2, "r": 5, "t": 3},
    ),
    "flatten": ({"H": "x.shape[1]", "W": "x.shape[2]"}, None, {"c": 2, "r": 5, "t": 4}),
    "relu": ({}, None, {}),
    "max_pool": ({MAXIMUM: "largest[c, i, j, p, q]"}, largest_of_windows, WINDOWS),
    "mean_pool": ({}, None, WINDOWS),
    "batch_norm": (SUM_M, one_unit, {"m": 3}),
    "normalize": (SUM_M, one_unit, {"m": 3}),
    "cross_entropy": (
        {
            "N": "len(labels)",
            "t": "labels",
            "by_x": "by_logits",
            "softmax(x_i)_k": "(np.exp(logits[i, k]) / np.exp(logits[i]).sum())",
        },
        None,
        {"i": 4, "k": 3},
    ),
    "take": ({"sum_i": "sum({} for i in range(2))"}, chosen, {"j": 4}),
    "put": ({"by_c": "by_fill", **PIXELS_SUM}, chosen, {"i": 2}),
    "cut": ({"sum_{i, j}": "sum({} for i in range(2) for j in range(1))"}, chosen, {"a": 3, "b": 2}),
}
IN_WORDS = {"batch_last", "batch_first"}  # no formula: the lines of NumPy are all there is to check


def test_every_section_has_formulas_or_says_it_in_words():
    assert {name for name in SECTIONS if any(statements(name))} == set(WRITTEN)
    assert set(WRITTEN) | IN_WORDS == set(OPERATIONS)


@pytest.mark.parametrize("name", WRITTEN)
def test_every_formula_of_a_section_is_the_librarys_gradient(name):
    written, prepare, sizes = WRITTEN[name]
    known, expected = worked(name)
    known |= {f"by_{argument}": gradient for argument, gradient in expected.items()}
    if prepare:
        prepare(known)
    names = {letter: letter for letter in ascii_lowercase} | {key: key for key in known} | written
    times = as_matrices if name in ("affine", "conv2d") else np.multiply
    for target, *formulas in statements(name):
        free = {letter: size for letter, size in sizes.items() if letter in target.rpartition("_")[2]}
        for place in product(*map(range, free.values())):
            here = known | dict(zip(free, place, strict=True))
            wanted = evaluate(f"by_{target}", names, here, times)
            for formula in formulas:
                found = evaluate(formula, names, here, times)
                np.testing.assert_allclose(np.broadcast_to(found, np.shape(wanted)), wanted, atol=1e-10)


@pytest.mark.parametrize("name", SECTIONS)
def test_no_gradient_stands_where_it_is_not_evaluated(name):
    """But for the sum that batch norm does not hear, which tests/paper/test_derivations.py computes."""
    told = SECTIONS[name].count(r"\hat x_m\,\frac{\partial L}{\partial x_m}")
    assert SECTIONS[name].count(BY_L) == len([*statements(name)]) + told
    assert "dL/d" not in SECTIONS[name]
