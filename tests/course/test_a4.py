"""Are the solutions of a4 right, by routes that share no code with them or with their checks?"""

from itertools import combinations

import numpy as np
import pytest
from needs import need_package

from l0edu.course.catalogue import mutants_of
from l0edu.course.sources.a4 import layers
from l0edu.course.sources.a4.checks import conv_layer, dense_layer
from l0edu.course.testing import agrees

DENSE = layers.gated_dense, layers.gated_dense_vjp, dense_layer
CONV = layers.gated_conv, layers.gated_conv_vjp, conv_layer


@pytest.fixture
def rng():
    return np.random.default_rng(4)


def differences(layer, g, arguments, i, step=1e-6):
    """dL/d(argument i) for L = sum(g y), by central differences."""
    gradient = np.zeros_like(arguments[i])
    for index in np.ndindex(gradient.shape):
        costs = []
        for sign in (1, -1):
            moved = [argument.copy() for argument in arguments]
            moved[i][index] += sign * step
            costs.append((g * layer(*moved)).sum())
        gradient[index] = (costs[0] - costs[1]) / (2 * step)
    return gradient


@pytest.mark.parametrize(("layer", "vjp", "draw"), [DENSE, CONV])
def test_gradients_agree_with_differences(layer, vjp, draw, rng):
    arguments = draw(rng)
    g = rng.normal(size=layer(*arguments).shape)
    for i, gradient in enumerate(vjp(g, *arguments)):
        np.testing.assert_allclose(gradient, differences(layer, g, arguments, i), atol=1e-7)


@pytest.mark.torch
@pytest.mark.parametrize(("layer", "vjp", "draw"), [DENSE, CONV])
def test_values_and_gradients_agree_with_torch(layer, vjp, draw, rng):
    need_package("torch")
    import torch

    x, W, b, z = tensors = [torch.tensor(one, requires_grad=True) for one in draw(rng)]
    if draw is dense_layer:
        y = torch.nn.functional.linear(x * z, W, b)
    else:
        y = torch.nn.functional.conv2d(x, W, b) * z[:, None, None]
    arguments, g = [one.detach().numpy() for one in tensors], rng.normal(size=tuple(y.shape))
    y.backward(torch.tensor(g))
    np.testing.assert_allclose(layer(*arguments), y.detach().numpy(), atol=1e-12)
    for gradient, tensor in zip(vjp(g, *arguments), tensors, strict=True):
        np.testing.assert_allclose(gradient, tensor.grad.numpy(), atol=1e-12)


def test_a_convolution_is_its_formula_in_loops(rng):
    x, W, b, z = conv_layer(rng)
    y = layers.gated_conv(x, W, b, z)
    for n, f, i, j in np.ndindex(y.shape):
        seen = sum(W[f, c, p, q] * x[n, c, i + p, j + q] for c, p, q in np.ndindex(W.shape[1:]))
        assert y[n, f, i, j] == pytest.approx(z[f] * (b[f] + seen))


def test_gates_for_each_example_are_those_of_batches_of_one(rng):
    x, W, b, _ = dense_layer(rng)
    z = rng.uniform(size=x.shape)
    one_by_one = [layers.gated_dense(x[n : n + 1], W, b, z[n]) for n in range(len(x))]
    np.testing.assert_allclose(layers.gated_dense(x, W, b, z), np.concatenate(one_by_one))


def test_what_a_closed_gate_stops_and_what_it_does_not(rng):
    x, W, b, z = conv_layer(rng)
    _, dW, db, dz = layers.gated_conv_vjp(np.ones((3, 4, 4, 3)), x, W, b, z)
    closed = z == 0
    assert (layers.gated_conv(x, W, b, z)[:, closed] == 0).all()
    assert (dW[closed] == 0).all()
    assert (db[closed] == 0).all()
    assert (dz[closed] != 0).all()


@pytest.mark.parametrize(("layer", "vjp", "draw"), [DENSE, CONV])
def test_float32_in_is_float32_out(layer, vjp, draw, rng):
    arguments = [one.astype(np.float32) for one in draw(rng)]
    y = layer(*arguments)
    assert {one.dtype for one in (y, *vjp(y, *arguments))} == {np.dtype(np.float32)}


def parts(function, arguments):
    """What a function returns, as a list of arrays."""
    value = function(*arguments)
    return list(value) if isinstance(value, tuple) else [value]


@pytest.mark.parametrize("name", ["gated_dense", "gated_dense_vjp", "gated_conv", "gated_conv_vjp"])
def test_no_two_mutants_agree_with_each_other_or_with_the_solution(name, rng):
    arguments = dense_layer(rng, 5, 5) if "dense" in name else conv_layer(rng, 3, 3)
    if name.endswith("_vjp"):
        arguments = (rng.normal(size=(5, 5) if "dense" in name else (3, 3, 4, 3)), *arguments)
    functions = [getattr(layers, name), *(one.function for one in mutants_of("a4") if one.of == name)]
    found = [parts(function, arguments) for function in functions]
    for one, other in combinations(found, 2):
        assert not all(agrees(a, b) for a, b in zip(one, other, strict=True))
