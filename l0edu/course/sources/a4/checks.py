"""Are the gated layers of a4 those of the library? Each test tries one function, and needs no other."""

import numpy as np
import pytest
from autograd import make_vjp

from l0edu.course.testing import close
from l0edu.ops import affine, batch_first, batch_last, conv2d, scale


def gates(rng, n):
    """Some values of n gates: one is 0, one is 1, the others lie between."""
    return rng.permutation([0.0, 1.0, *rng.uniform(0.1, 0.9, n - 2)])


def dense_layer(rng, n_in=6, n_out=4):
    """x, W, b and z for a batch of 5."""
    return (
        rng.normal(size=(5, n_in)),
        rng.normal(size=(n_out, n_in)),
        rng.normal(size=n_out),
        gates(rng, n_in),
    )


def conv_layer(rng, n_in=2, n_out=4, k=3):
    """x, W, b and z for 3 images of 6 x 5 pixels and kernels of k x k."""
    W, b = rng.normal(size=(n_out, n_in, k, k)), rng.normal(size=n_out)
    return rng.normal(size=(3, n_in, 6, 5)), W, b, gates(rng, n_out)


def right_dense(x, W, b, z):
    """The library's layers, which have the batch last."""
    return batch_first(affine(scale(batch_last(x), z), W, b))


def right_conv(x, W, b, z):
    """The library's layers, which have the batch last."""
    return batch_first(scale(conv2d(batch_last(x), W, b), z))


def right_vjp(layer, g, arguments):
    """The library's gradients by x, W, b and z."""
    return [make_vjp(layer, i)(*arguments)[0](g) for i in range(4)]


def compare(yours, right, names):
    """The gradients of these names; all four must be there."""
    assert isinstance(yours, tuple | list), f"dx, dW, db and dz are asked for, not {type(yours).__name__}"
    assert len(yours) == 4, f"dx, dW, db and dz are asked for: four arrays, not {len(yours)}"
    for name, mine, wanted in zip(("dx", "dW", "db", "dz"), yours, right, strict=True):
        if name in names:
            close(mine, wanted, name)


@pytest.mark.task("4.1", points=1, hidden=1, hint="What has as many units as there are gates: x or y?")
def test_the_gates_of_a_dense_layer_are_on_its_inputs(student, rng):
    x, W, b, z = dense_layer(rng)
    for batch in (x, x[:1]):
        close(student.gated_dense(batch, W, b, z), right_dense(batch, W, b, z), "y")


@pytest.mark.task("4.1", points=1, hidden=1, hint="Which of x and W may differ between two examples?")
def test_each_example_may_have_gates_of_its_own(student, rng):
    x, W, b, _ = dense_layer(rng, 5, 5)
    z = np.stack([gates(rng, 5) for _ in x])
    close(student.gated_dense(x, W, b, z), right_dense(x, W, b, z), "y")


@pytest.mark.task("4.2", points=1, hidden=1, hint="Through which factors does L depend on x, and on b?")
def test_dx_and_db_of_a_dense_layer(student, rng):
    layer, g = dense_layer(rng), rng.normal(size=(5, 4))
    compare(student.gated_dense_vjp(g, *layer), right_vjp(right_dense, g, layer), ("dx", "db"))


@pytest.mark.task(
    "4.2", points=1, hidden=2, hint="What does W multiply? And how often does one gate occur in L?"
)
def test_dW_and_dz_of_a_dense_layer(student, rng):
    layer, g = dense_layer(rng, 5, 5), rng.normal(size=(5, 5))
    compare(student.gated_dense_vjp(g, *layer), right_vjp(right_dense, g, layer), ("dW", "dz"))


@pytest.mark.task(
    "4.3", points=1, hidden=2, hint="Write out y for a 2 x 2 kernel at two positions: what meets what?"
)
def test_the_gates_of_a_convolution_are_on_its_maps(student, rng):
    for layer in (conv_layer(rng), conv_layer(rng, 3, 3), conv_layer(rng, k=2)):
        close(student.gated_conv(*layer), right_conv(*layer), "y")


@pytest.mark.task(
    "4.3", points=1, hint="In a blank image y is made of the bias alone. What does a gate do to it?"
)
def test_a_gate_multiplies_the_bias_of_its_map(student):
    b, z = np.array([1.0, 1.0, -2.0]), np.array([0.0, 0.5, 0.5])
    y = student.gated_conv(np.zeros((1, 2, 4, 4)), np.ones((3, 2, 3, 3)), b, z)
    close(y, np.ones((1, 3, 2, 2)) * np.array([0.0, 0.5, -1.0])[:, None, None], "y of a blank image")


@pytest.mark.task("4.4", points=1, hidden=1, hint="Which windows saw the pixel, and by which weight each?")
def test_dx_and_db_of_a_convolution(student, rng):
    layer, g = conv_layer(rng), rng.normal(size=(3, 4, 4, 3))
    compare(student.gated_conv_vjp(g, *layer), right_vjp(right_conv, g, layer), ("dx", "db"))


@pytest.mark.task(
    "4.4", points=1, hidden=1, hint="Which pixels does one weight meet, and what is behind the gate?"
)
def test_dW_of_a_convolution(student, rng):
    layer, g = conv_layer(rng, k=2), rng.normal(size=(3, 4, 5, 4))
    compare(student.gated_conv_vjp(g, *layer), right_vjp(right_conv, g, layer), ("dW",))


@pytest.mark.task(
    "4.4", points=1, hidden=2, hint="How much does y change at each pixel when one gate moves by 0.1?"
)
def test_dz_of_a_convolution(student, rng):
    layer, g = conv_layer(rng), rng.normal(size=(3, 4, 4, 3))
    compare(student.gated_conv_vjp(g, *layer), right_vjp(right_conv, g, layer), ("dz",))
