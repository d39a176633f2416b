"""Does docs/derivations/gradients.md say the gradients of the library, in its formulas and in its lines of NumPy?"""

import itertools
import math
import re
from pathlib import Path

import numpy as np
import pytest
from gradient_checks import EXAMPLES, assert_close, every_primitive, gradients, numbers
from paper.reading import evaluate, from_tex, sides

from l0edu import draw_noise, mlp, value_and_grad
from l0edu.objective import objective_terms
from l0edu.ops import cross_entropy

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
    """Each formula of a section that begins with dL/d(something): the something, and the right-hand sides."""
    for block in re.findall(r"\$\$(.*?)\$\$", SECTIONS[name], re.DOTALL):
        block = re.sub(r"\\(begin|end)\{aligned\}", "", block)
        for part in re.split(r"\\qquad|,\s*\\\\", block):
            if part.strip().startswith(BY_L):
                first, *rest = sides(from_tex(part).rstrip(",. "))
                yield re.fullmatch(r"\(\(partial L\) / \(partial ?(.*)\)\)", first)[1].strip(), rest


def over(letter, count):
    return {f"sum_{letter}": f"sum({{}} for {letter} in range({count}))", letter: letter}


def everything(*letters):
    """A sum over several indices, each with its range in SIZES."""
    loops = " ".join(f"for {letter} in range(sizes['{letter}'])" for letter in letters)
    return {f"sum_{{{', '.join(letters)}}}": f"sum({{}} {loops})"}


OVER_EXAMPLES = {"sum_{examples}": "{}.sum(axis=0)"}
OVER_PIXELS = {"sum_{pixels, examples}": "{}.sum()"}
CONV = ("f", "p", "q", "i", "j")
PLACE = "[(p, q) = the place of the window's maximum]"


def as_matrices(a, b):
    """Writing two matrices in a row is the matrix product; a number multiplies."""
    return a @ b if np.ndim(a) == 2 and np.ndim(b) >= 1 else a * b


def logistic_middle(k):
    """s and e of the sections on gates, which are no arguments of the operations."""
    k["s"] = (k["y"] - k.get("gamma", 0)) / (k.get("zeta", 1) - k.get("gamma", 0))
    if "threshold" in k:
        k["e"] = np.exp(-np.abs(k["log_alpha"] - k["threshold"]))


def one_unit(k):
    """The first unit of batch norm: a, c, v and x-hat of the page."""
    mean, var = k.get("mean", k["x"].mean(axis=1)), k.get("var", k["x"].var(axis=1))
    k |= {"a": k["scale"][0], "v": var[0], "s": np.sqrt(var[0] + k["eps"]), "g": k["g"][0]}
    k["x_hat"] = (k["x"][0] - mean[0]) / k["s"]
    k["g_bar"] = k["g"].mean()


def columns(k):
    """The convolution as a matrix product: P(x), and fold, its transpose by a matrix of zeros and ones."""
    x, W, s = k["x"], k["W"], k["stride"]
    places = np.arange(x.size).reshape(x.shape)
    h, w = k["y"].shape[1:3]
    seen = [places[c, p : p + h * s : s, q : q + w * s : s] for c, p, q in np.ndindex(W.shape[1:])]
    P = np.array([part.ravel() for part in seen])

    def fold(columns):
        return np.bincount(P.ravel(), columns.ravel(), x.size).reshape(x.shape)

    k |= {"Px": x.ravel()[P], "fold": fold, "flat_W": W.reshape(len(W), -1), "flat_g": k["g"].reshape(len(W), -1)}
    k["ones"] = np.ones(P.shape[1])


def largest(k):
    """Whether a pixel is the first among the largest of its window."""
    n = k["k"]
    C, h, w, N = k["g"].shape
    windows = k["x"][:, : n * h, : n * w].reshape(C, h, n, w, n, N).transpose(0, 1, 3, 2, 4, 5)
    k["largest"] = windows == windows.max(axis=(3, 4), keepdims=True)
    assert k["largest"].sum() == k["g"].size


def flat(k):
    """Weights in a row, each with its p, and which weights share a p."""
    k["Ws"], k["ps"] = k["W"].ravel(), np.broadcast_to(k["p"], k["W"].shape).ravel()
    k["sharing"] = np.arange(k["W"].size).reshape(len(k["p"]), -1)


def as_units(k):
    k["r"] = k.get("units", k.get("outputs"))
    k["t"] = k.get("inputs")
    k["o"] = [unit for unit in range(k.get("shape", [0])[0]) if unit not in k["r"]]


# For each operation: how the page writes names, what else they need, and sizes of the free indices.
# A gradient that the page writes for another argument's name is under AS.
GAUSS = {"e": "math.e", "pi": "math.pi"}
WRITTEN = {
    "sigmoid": ({}, None, {}),
    "concrete_sample": ({"s": "y", **OVER_EXAMPLES}, None, {}),
    "hard_sigmoid": ({}, None, {}),
    "hard_concrete": ({"z": "y", "s": "s", "s_bar": "y", **OVER_EXAMPLES}, logistic_middle, {}),
    "open_probability": ({"p": "y", "e": "e"}, logistic_middle, {}),
    "normal_cdf": (GAUSS, None, {}),
    "scale": ({"g_j": "g[j]", "x_j": "x[j]", "z": "z[:, None, None, None]", **OVER_PIXELS}, None, {"j": 2}),
    "lp_penalty": ({"theta": "theta"}, None, {"j": 3}),
    "add_weighted_sum": ({"w": "weight"}, None, {"i": 5}),
    "weighted_squares": (
        {"W": "Ws", "p": "ps", "sum_{j that share p_i}": "sum({} for j in sharing[i])"},
        flat,
        {"i": 4, "j": 12},
    ),
    "along_axis": ({"g": "g.ravel()", "sum_{k=0}^{block - 1}": "sum({} for k in range(block))"}, None, {"i": 3}),
    "affine": ({"ones": "np.ones(3)"}, None, {}),
    "conv2d": ({"g_": "", "P(x)": "Px", **everything(*CONV)}, columns, dict(zip("crt", (2, 5, 3), strict=True))),
    "flatten": ({"H": "x.shape[1]", "W": "x.shape[2]"}, None, {"c": 2, "r": 5, "t": 4}),
    "relu": ({}, None, {}),
    "max_pool": ({PLACE: "largest[c, i, j, p, q]"}, largest, {"c": 2, "i": 2, "j": 2, "p": 2, "q": 2}),
    "mean_pool": ({}, None, {"c": 2, "i": 2, "j": 2, "p": 2, "q": 2}),
    "batch_norm": (over("m", 3), one_unit, {"m": 3}),
    "normalize": ({"varepsilon": "eps", **over("m", 3)}, one_unit, {"m": 3}),
    "cross_entropy": ({"N": "len(labels)", "t": "labels", "softmax(x_i)_k": "np.exp(logits[i, k]) / np.exp(logits[i]).sum()"},
                      None, {"i": 4, "k": 3}),
    "take": ({"sum_i": "sum({} for i in range(2))"}, as_units, {"j": 4}),
    "put": ({**OVER_PIXELS}, as_units, {"i": 2}),
    "cut": ({"sum_{i, j}": "sum({} for i in range(2) for j in range(1))"}, as_units, {"a": 3, "b": 2}),
}  # fmt: skip
