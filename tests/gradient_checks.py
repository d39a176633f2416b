"""Is a hand-derived gradient right? It is held against autograd, differences and torch."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import strategies as st

import l0edu
from l0edu import plain
from l0edu.errors import InputError
from l0edu.gradient import value_and_grad
from l0edu.tables import map_arrays
from l0edu.tape import Primitive

Arguments = dict[str, Any]

rngs = st.integers(0, 2**32 - 1).map(np.random.default_rng)


def every_primitive() -> list[Primitive]:
    """All operations of the package, found by walking its modules."""
    found: dict[tuple[str, str], Primitive] = {}
    for module in pkgutil.walk_packages(l0edu.__path__, "l0edu."):
        if not module.name.startswith(("l0edu.oracle", "l0edu.bench", "l0edu.cli")):
            members = vars(importlib.import_module(module.name)).values()
            found |= {(op.__module__, op.__name__): op for op in members if isinstance(op, Primitive)}
    return [found[name] for name in sorted(found)]


def numbers(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Distinct numbers of both signs, at least 0.01 from each other and from 0: far from ties and kinks."""
    count = int(np.prod(shape))
    steps = rng.permutation(count) - count // 2
    return (0.04 * (steps + rng.uniform(0.3, 0.7, count))).reshape(shape)


def assert_close(actual: Any, expected: Any, tolerance: float = 1e-10) -> None:
    """Equal shapes, and a difference small against the largest number."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape
    largest = max(np.abs(expected).max(initial=0), 1e-3)
    np.testing.assert_allclose(actual, expected, rtol=0, atol=tolerance * largest)


def weighted_sum(op: Callable[..., Any], arguments: Arguments, wrt: tuple[str, ...], g: Any) -> Any:
    """The scalar function sum(g op(...)) of the arguments `wrt`, and these arguments."""
    rest = {name: value for name, value in arguments.items() if name not in wrt}
    chosen = {name: arguments[name] for name in wrt}
    return lambda chosen: anp.sum(g * op(**chosen, **rest)), chosen


def gradients(op: Callable[..., Any], arguments: Arguments, wrt: tuple[str, ...], g: Any) -> Arguments:
    """dL/d(argument) for each argument in `wrt`, where dL/dy = g."""
    function, chosen = weighted_sum(op, arguments, wrt, g)
    return value_and_grad(function)(chosen)[1]


def check_gradients(op: Callable[..., Any], arguments: Arguments, wrt: tuple[str, ...]) -> None:
    """Value and gradients of `op` in float64 are those of its plain twin, and of finite differences."""
    twin = getattr(plain, op.__name__)
    y = op(**arguments)
    assert_close(y, twin(**arguments))
    rng = np.random.default_rng(1)
    g = rng.uniform(0.5, 1.5, np.shape(y)) * rng.choice([-1, 1], np.shape(y))
    found = gradients(op, arguments, wrt, g)
    function, chosen = weighted_sum(twin, arguments, wrt, g)
    expected = autograd.grad(function)(chosen)
    for name in wrt:
        assert_close(found[name], expected[name])
        along = rng.uniform(-1, 1, np.shape(arguments[name]))
        slope = difference(lambda x, name=name: np.sum(g * op(**{**arguments, name: x})), chosen[name], along)
        scale = np.sum(np.abs(found[name] * along)) + np.sum(np.abs(g * y))
        assert abs(slope - np.sum(found[name] * along)) <= 1e-7 * scale + 1e-8


def difference(function: Callable[[Any], Any], x: Any, along: Any, h: float = 1e-4) -> Any:
    """The derivative of a function along a direction, from four values: the error is of order h^4."""
    near = function(x + h * along) - function(x - h * along)
    far = function(x + 2 * h * along) - function(x - 2 * h * along)
    return (8 * near - far) / (12 * h)


def in_float32(arguments: Arguments) -> Arguments:
    """The same arguments, with every array of floats in float32; Python floats stay what they are."""
    return {
        name: value.astype(np.float32) if getattr(value, "dtype", None) == np.float64 else value
        for name, value in arguments.items()
    }


def check_float32(
    op: Callable[..., Any], arguments: Arguments, wrt: tuple[str, ...], tolerance: float = 1e-3
) -> None:
    """Value and gradients of `op` on float32 arrays are float32, and near those on float64."""
    small = in_float32(arguments)
    y, exact = op(**small), op(**arguments)
    assert y.dtype == np.float32
    assert_close(y, exact, tolerance)
    g = np.random.default_rng(2).uniform(0.5, 1.5, np.shape(y))
    found = gradients(op, small, wrt, g.astype(np.float32))
    expected = gradients(op, arguments, wrt, g)
    for name in wrt:
        assert found[name].dtype == np.float32
        assert_close(found[name], expected[name], tolerance)


def check_against_torch(
    op: Callable[..., Any],
    torch_op: Callable[..., Any],
    arguments: Arguments,
    wrt: tuple[str, ...],
    tolerance: float = 1e-10,
) -> None:
    """Value and gradients of `op` are those of a function of torch tensors; tolerance 0 asks for equality."""
    torch = pytest.importorskip("torch")
    tensors = map_arrays(lambda a: torch.tensor(a) if isinstance(a, np.ndarray) else a, arguments)
    for name in wrt:
        tensors[name].requires_grad_()
    expected = torch_op(**tensors)
    y = op(**arguments)
    assert_close(y, expected.detach(), tolerance)
    g = np.random.default_rng(3).uniform(0.5, 1.5, np.shape(y)).astype(y.dtype)
    expected.backward(torch.tensor(g))
    found = gradients(op, arguments, wrt, g)
    for name in wrt:
        assert_close(found[name], tensors[name].grad, tolerance)


def batch_in_front(torch_op: Callable[..., Any]) -> Callable[..., Any]:
    """A function of tensors (batch, units, ...) as one of tensors (units, ..., batch)."""
    return lambda x, *args, **kwargs: torch_op(x.movedim(-1, 0), *args, **kwargs).movedim(0, -1)


@contextmanager
def refused(match: str) -> Iterator[None]:
    """The block raises an InputError whose message is one line and says `match`."""
    with pytest.raises(InputError, match=match) as caught:
        yield
    assert "\n" not in str(caught.value)


PAPER = {"beta": 2 / 3, "gamma": -0.1, "zeta": 1.1}


def _examples() -> dict[str, tuple[Arguments, tuple[str, ...]]]:
    rng = np.random.default_rng(0)
    image, features = numbers(rng, 2, 5, 4, 3), numbers(rng, 4, 3)
    unit = {"scale": numbers(rng, 4), "shift": numbers(rng, 4)}
    moments = {"mean": numbers(rng, 4), "var": rng.uniform(0.5, 2, 4)}
    W, b = numbers(rng, 3, 2, 3, 3), numbers(rng, 3)
    return {
        "affine": ({"x": features, "W": numbers(rng, 2, 4), "b": numbers(rng, 2)}, ("x", "W", "b")),
        "along_axis": ({"p": numbers(rng, 3), "axis": 1, "ndim": 2, "block": 2}, ("p",)),
        "batch_first": ({"x": image}, ("x",)),
        "batch_last": ({"x": image}, ("x",)),
        "batch_norm": ({"x": features, **unit, "eps": 1e-3}, ("x", "scale", "shift")),
        "concrete_sample": (
            {"log_alpha": numbers(rng, 4), "u": rng.uniform(0.1, 0.9, (3, 4)), "beta": 2 / 3},
            ("log_alpha",),
        ),
        "conv2d": ({"x": image, "W": W, "b": b, "stride": 2, "padding": 1}, ("x", "W", "b")),
        "cross_entropy": ({"logits": features, "labels": np.array([2, 0, 1, 1])}, ("logits",)),
        "cut": ({"W": W, "outputs": np.array([0, 2]), "inputs": np.array([1])}, ("W",)),
        "flatten": ({"x": image}, ("x",)),
        "hard_concrete": (
            {"log_alpha": 5 * numbers(rng, 4), "u": rng.uniform(0.2, 0.8, (3, 4)), **PAPER},
            ("log_alpha",),
        ),
        "hard_sigmoid": ({"s_bar": 10 * numbers(rng, 9)}, ("s_bar",)),
        "lp_penalty": ({"theta": features, "p": 1.5}, ("theta",)),
        "max_pool": ({"x": image, "k": 2}, ("x",)),
        "mean_pool": ({"x": image, "k": 2}, ("x",)),
        "normal_cdf": ({"x": 10 * numbers(rng, 9)}, ("x",)),
        "normalize": ({"x": features, **unit, **moments, "eps": 1e-3}, ("x", "scale", "shift")),
        "open_probability": ({"log_alpha": 10 * numbers(rng, 9), "threshold": -1.6}, ("log_alpha",)),
        "put": (
            {"x": image, "units": np.array([1, 3]), "shape": (4, 5, 4), "fill": numbers(rng, 2)},
            ("x", "fill"),
        ),
        "relu": ({"x": features}, ("x",)),
        "scale": ({"x": image, "z": rng.uniform(0, 1, (3, 2))}, ("x", "z")),
        "sigmoid": ({"x": 10 * numbers(rng, 9)}, ("x",)),
        "take": ({"x": features, "units": np.array([0, 3])}, ("x",)),
        "add_weighted_sum": ({"p": numbers(rng, 5), "weight": 0.3, "so_far": np.array(0.7)}, ("p", "so_far")),
        "prob_any": ({"p": rng.uniform(0.1, 0.9, (3, 4)), "axis": 1}, ("p",)),
        "weighted_squares": ({"W": features, "p": rng.uniform(0, 1, (4, 1))}, ("W", "p")),
    }


EXAMPLES = _examples()  # for each operation: arguments away from kinks and ties, and what has a gradient
