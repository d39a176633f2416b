"""Do layers compute on a device what they compute on the host, and their gradients?"""

import numpy as np
import pytest
from building import build, gate, rng
from gpu_checks import assert_on_device, no_hidden_transfers

from l0edu import (
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    Flatten,
    Gate,
    HardConcrete,
    HardGaussian,
    MaxPool,
    MeanPool,
    Put,
    Relu,
    Residual,
    Scale,
    Take,
    draw_noise,
    sample_gates,
    value_and_grad,
)
from l0edu.gpu import to_device
from l0edu.layers import Chain
from l0edu.tables import map_arrays

IMAGE = (3, 6, 6)
MAPS = {
    "Conv": (Conv("a", 2, 3, stride=2, padding=1),),
    "Conv of gated weights": (Conv("a", 2, 3, bias=False, weight_gate=HardConcrete()),),
    "Dense": (Flatten("f"), Dense("a", 4)),
    "Dense of gated weights": (Flatten("f"), Dense("a", 4, weight_gate=HardConcrete())),
    "Gate": (gate("c", "a"), Conv("c", 2, 3)),
    "Gaussian gate": (Gate("a", HardGaussian(), "c"), Conv("c", 2, 3)),
    "Dropout": (Gate("a", Dropout(), "c"), Conv("c", 2, 3)),
    "BatchNorm": (BatchNorm("a"),),
    "Relu": (Relu("a"),),
    "MaxPool": (MaxPool("a", 2),),
    "MeanPool": (MeanPool("a", 2),),
    "Take": (Take("a", (0, 2)),),
    "Put": (Put("a", (1, 2, 4), (5, 6, 6)),),
    "Put of constants": (Put("a", (1, 2, 4), (5, 6, 6), filled=True),),
    "Scale": (Scale("a"),),
    "Residual": (Residual("r", Chain("b", (Conv("a", 3, 3, padding=1), Relu("relu")))),),
    "Residual with a shortcut": (Residual("r", Conv("a", 2, 1), Conv("s", 2, 1)),),
}
each_layer = pytest.mark.parametrize("layers", MAPS.values(), ids=MAPS)
each_dtype = pytest.mark.parametrize("dtype", [np.float64, np.float32])


def problem(layers, dtype=np.float64):
    """A network of these layers, parameters, images and noise."""
    net = build(IMAGE, *layers)
    params = net.init(rng(1), dtype)
    params = map_arrays(lambda a: (a + 0.1 * rng(a.size).normal(size=a.shape)).astype(dtype), params)
    return net, params, rng(2).normal(size=(4, *IMAGE)).astype(dtype), draw_noise(net, params, rng(3))


def weights_like(y):
    return np.cos(np.arange(np.prod(y.shape))).reshape(y.shape).astype(y.dtype)


def evaluated(net, params, x, noise, g):
    """The output, and its gradients by the parameters for dL/dy = g."""

    def objective(params):
        y = net.apply(params, x, sample_gates(net, params, noise))
        return (y * g).sum()

    y = net.apply(params, x, sample_gates(net, params, noise))
    return y, value_and_grad(objective)(params)[1] if params else {}


@each_dtype
@each_layer
def test_a_layer_and_its_gradients(layers, dtype, device):
    net, params, x, noise = problem(layers, dtype)
    g = weights_like(net.apply(params, x))
    expected = evaluated(net, params, x, noise, g)
    there = to_device({"params": params, "x": x, "noise": noise, "g": g}, device)
    with no_hidden_transfers(device):
        y, grads = evaluated(net, **there)
    tolerance = 1e-12 if dtype is np.float64 else 1e-5
    assert_on_device(y, expected[0], tolerance)
    assert_on_device(grads, expected[1], tolerance)


def test_batch_norm_records_its_moments_on_the_device_and_takes_them_from_there(device):
    net, params, x, _ = problem(MAPS["BatchNorm"])
    there, x_there = to_device(params, device), to_device(x, device)
    record, expected = {}, {}
    net.apply(params, x, record=expected)
    with no_hidden_transfers(device):
        net.apply(there, x_there, record=record)
        y = net.apply(there, x_there, stats=record)
    assert_on_device(record, expected)
    assert_on_device(y, net.apply(params, x, stats=expected))
