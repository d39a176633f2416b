"""Forms that make one number of many, along no, one or two axes, with and without `keepdims`."""

import autograd.numpy as np
from gpu.forms import form, numbers, with_texts

X = numbers(3, 4, low=0.3, high=2.0)
CUBE = numbers(2, 3, 4, low=0.3, high=2.0)
REDUCTIONS = ("sum", "mean", "prod", "var", "std", "max", "min", "amax", "amin")
OPTIONS = ({}, {"axis": 0}, {"axis": 1, "keepdims": True})


def reduction(name, options):
    text = "".join(f", {key}={value}" for key, value in options.items())
    return form(lambda x: getattr(np, name)(x, **options), X, text=f"np.{name}(x{text})")


OF_FUNCTIONS = [reduction(name, options) for name in REDUCTIONS for options in OPTIONS]

WRITTEN = with_texts(
    __file__,
    [
        form(lambda x: np.sum(x, axis=(0, 2)), CUBE),
        form(lambda x: np.sum(x, axis=np.int64(1)), X),
        form(lambda x: np.sum(x, axis=()), X),
        form(lambda x: np.mean(x, axis=(0, 2), keepdims=True), CUBE),
        form(lambda x: np.var(x, axis=(0, 2)), CUBE),
        form(lambda x: np.std(x, axis=-1, ddof=1), CUBE),
        form(lambda x: np.max(x, axis=(0, 2)), CUBE),
        form(lambda x: np.var(x, ddof=1), X),
        form(lambda x: x.sum(), X),
        form(lambda x: x.mean(axis=0), X),
        form(lambda x: x.max(axis=1, keepdims=True), X),
        form(lambda x: x.std(axis=0), X),
        form(lambda x: np.cumsum(x), X),
        form(lambda x: np.cumsum(x, axis=0), X),
        form(lambda x: np.cumsum(x, axis=1), X),
        form(lambda x: x - np.max(x, axis=1, keepdims=True), X),
        form(lambda x: np.log(np.sum(np.exp(x), axis=1, keepdims=True)), X),
        form(lambda x: np.gradient(x), X[0], refusal="cannot do gradient on a device"),
    ],
)  # fmt: skip

REDUCED = OF_FUNCTIONS + WRITTEN
