"""Are the solutions of a4 right, by routes that share no code with them or with their checks?"""

import numpy as np
import pytest
from needs import need_package

from l0edu.course.doctor.routes import central_difference
from l0edu.course.sources.a4 import layers
from l0edu.course.sources.a4.checks import conv_layer, dense_layer

DENSE = layers.gated_dense, layers.gated_dense_vjp, dense_layer
CONV = layers.gated_conv, layers.gated_conv_vjp, conv_layer


@pytest.fixture
def rng():
    return np.random.default_rng(4)


@pytest.mark.parametrize(("layer", "vjp", "draw"), [DENSE, CONV])
def test_gradients_agree_with_differences(layer, vjp, draw, rng):
    arguments = draw(rng)
    g = rng.normal(size=layer(*arguments).shape)
    for i, gradient in enumerate(vjp(g, *arguments)):

        def of_one(moved, i=i):
            return layer(*arguments[:i], moved, *arguments[i + 1 :])

        np.testing.assert_allclose(gradient, central_difference(of_one, arguments[i], g), atol=1e-7)


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
