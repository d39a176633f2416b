"""What do the operations make of no units, maps or filters at all? A pruned layer may have none left."""

import numpy as np
import pytest
from gradient_checks import check_float32, check_gradients, gradients, numbers, refused

from l0edu import ops

N = 3
rng = np.random.default_rng(0)
image, features = np.zeros((0, 5, 4, N)), np.zeros((0, N))
none = {name: np.zeros(0) for name in ("scale", "shift", "mean", "var")}
per_unit = {name: none[name] for name in ("scale", "shift")}

CASES = {
    "affine of no inputs": ("affine", {"x": features, "W": np.zeros((2, 0)), "b": numbers(rng, 2)}),
    "affine to no outputs": ("affine", {"x": numbers(rng, 4, N), "W": np.zeros((0, 4)), "b": np.zeros(0)}),
    "affine of none to none": ("affine", {"x": features, "W": np.zeros((0, 0)), "b": np.zeros(0)}),
    "conv2d of no maps": ("conv2d", {"x": image, "W": np.zeros((2, 0, 3, 3)), "b": numbers(rng, 2)}),
    "conv2d of no maps, padded": (
        "conv2d",
        {"x": image, "W": np.zeros((2, 0, 3, 3)), "b": numbers(rng, 2), "stride": 2, "padding": 1},
    ),
    "conv2d of no maps, 1 x 1": ("conv2d", {"x": image, "W": np.zeros((2, 0, 1, 1)), "b": numbers(rng, 2)}),
    "conv2d to no filters": (
        "conv2d",
        {"x": numbers(rng, 2, 5, 4, N), "W": np.zeros((0, 2, 3, 3)), "b": np.zeros(0)},
    ),
    "flatten": ("flatten", {"x": image}),
    "relu of features": ("relu", {"x": features}),
    "relu of images": ("relu", {"x": image}),
    "scale": ("scale", {"x": image, "z": np.zeros(0)}),
    "scale by example": ("scale", {"x": image, "z": np.zeros((N, 0))}),
    "max_pool": ("max_pool", {"x": image, "k": 2}),
    "mean_pool": ("mean_pool", {"x": image, "k": 2}),
    "batch_norm of features": ("batch_norm", {"x": features, **per_unit}),
    "batch_norm of images": ("batch_norm", {"x": image, **per_unit}),
    "normalize": ("normalize", {"x": image, **none}),
    "batch_first": ("batch_first", {"x": features}),
    "batch_last": ("batch_last", {"x": features.T}),
}
every_case = pytest.mark.parametrize("name", CASES)


def differentiable(arguments):
    return tuple(name for name in ("x", "W", "b", "z", "scale", "shift") if name in arguments)


@every_case
def test_values_and_gradients_are_those_of_the_twin(name):
    op, arguments = getattr(ops, CASES[name][0]), CASES[name][1]
    check_gradients(op, arguments, differentiable(arguments))
    check_float32(op, arguments, differentiable(arguments))


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith(("affine", "conv2d"))])
def test_without_inputs_a_layer_is_its_bias_and_passes_nothing_back(name):
    op, arguments = getattr(ops, CASES[name][0]), CASES[name][1]
    y = op(**arguments)
    for unit, b in zip(y, arguments["b"], strict=True):
        np.testing.assert_array_equal(unit, b)
    found = gradients(op, arguments, ("x", "W"), np.ones(y.shape))
    assert not found["x"].any()
    assert found["x"].shape == arguments["x"].shape
    assert found["W"].shape == arguments["W"].shape


@pytest.mark.parametrize("shape", [(0, 0), (3, 0), (0, 5, 4, 0), (3, 5, 0, 2)])
def test_batch_norm_still_needs_a_batch(shape):
    with refused("needs a batch"):
        ops.batch_norm(np.zeros(shape), np.ones(shape[0]), np.zeros(shape[0]))
