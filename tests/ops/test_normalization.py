import numpy as np
import pytest
from gradient_checks import (
    assert_close,
    batch_in_front,
    check_against_torch,
    check_float32,
    check_gradients,
    gradients,
    numbers,
    refused,
    rngs,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from l0edu.ops import batch_norm, moments, normalize, scale


@st.composite
def activations(draw, smallest_batch=1):
    """x (units, batch) or (maps, height, width, batch), with a scale and a shift."""
    rng, units, N = draw(rngs), draw(st.integers(1, 3)), draw(st.integers(smallest_batch, 5))
    pixels = draw(st.sampled_from([(), (1, 1), (2, 3)]))
    x = numbers(rng, units, *pixels, N) + rng.normal(size=(units, *[1] * len(pixels), 1))
    return {"x": x, "scale": numbers(rng, units) * 10, "shift": numbers(rng, units)}


@st.composite
def recorded(draw):
    arguments = draw(activations())
    rng, units = np.random.default_rng(0), len(arguments["x"])
    return arguments | {"mean": rng.normal(size=units), "var": rng.uniform(0.2, 2, units)}


names = ("x", "scale", "shift")


@given(activations(), st.sampled_from([1e-5, 1e-3, 1.0]))
@settings(max_examples=40, deadline=None)
def test_gradients_of_the_batchs_own_moments(arguments, eps):
    check_gradients(batch_norm, {**arguments, "eps": eps}, names)
    check_float32(batch_norm, {**arguments, "eps": 1.0}, names)  # a small eps lets all digits of dx cancel


@given(recorded(), st.sampled_from([1e-5, 1e-3, 1.0]))
@settings(max_examples=25, deadline=None)
def test_gradients_of_recorded_moments(arguments, eps):
    check_gradients(normalize, {**arguments, "eps": eps}, names)
    check_float32(normalize, {**arguments, "eps": eps}, names)


@pytest.mark.torch
@given(activations(smallest_batch=2))
@settings(max_examples=25, deadline=None)
def test_torch_computes_the_same_while_training(arguments):
    F = pytest.importorskip("torch.nn.functional")
    torch_op = batch_in_front(lambda x, scale, shift: F.batch_norm(x, None, None, scale, shift, True))
    check_against_torch(batch_norm, torch_op, arguments, names, 1e-9)


@pytest.mark.torch
@given(recorded())
@settings(max_examples=25, deadline=None)
def test_torch_computes_the_same_at_test_time(arguments):
    F = pytest.importorskip("torch.nn.functional")
    torch_op = batch_in_front(lambda x, scale, shift, mean, var: F.batch_norm(x, mean, var, scale, shift))
    check_against_torch(normalize, torch_op, arguments, names)


@given(activations(smallest_batch=2))
@settings(max_examples=25, deadline=None)
def test_every_unit_leaves_with_mean_shift_and_variance_scale_squared(arguments):
    mean, var = moments(batch_norm(**arguments, eps=0.0))
    assert_close(mean, arguments["shift"], 1e-9)
    assert_close(var, arguments["scale"] ** 2, 1e-9)


@given(activations(smallest_batch=2), rngs)
@settings(max_examples=25, deadline=None)
def test_shifting_or_stretching_a_unit_has_no_gradient(arguments, rng):
    x = arguments["x"]
    g = rng.normal(size=x.shape)
    dx = gradients(batch_norm, {**arguments, "eps": 0.0}, ("x",), g)["x"].reshape(len(x), -1)
    centred = x.reshape(len(x), -1) - moments(x)[0][:, None]
    size = np.abs(dx).max() + 1
    np.testing.assert_allclose(dx.sum(axis=1) / size, 0, atol=1e-10)
    np.testing.assert_allclose((dx * centred).sum(axis=1) / size, 0, atol=1e-10)


@given(activations(smallest_batch=2), rngs)
@settings(max_examples=25, deadline=None)
def test_a_positive_gate_before_batch_norm_gets_no_gradient_from_the_data(arguments, rng):
    def gated(z):
        return batch_norm(scale(arguments["x"], z), arguments["scale"], arguments["shift"], eps=0.0)

    z = rng.uniform(0.1, 1, len(arguments["x"]))
    dz = gradients(gated, {"z": z}, ("z",), rng.normal(size=arguments["x"].shape))["z"]
    np.testing.assert_allclose(dz, 0, atol=1e-9)


def test_a_unit_that_is_constant_becomes_its_shift_with_a_finite_gradient():
    arguments = {"x": np.full((2, 5), 0.1), "scale": np.ones(2), "shift": np.array([3.0, 4.0])}
    assert_close(batch_norm(**arguments), np.repeat([[3.0], [4.0]], 5, axis=1), 1e-10)
    dx = gradients(batch_norm, arguments, ("x",), np.arange(10.0).reshape(2, 5))["x"]
    assert np.isfinite(dx).all()
    check_gradients(batch_norm, arguments, names)


def test_float32_is_enough_for_many_pixels_far_from_zero():
    rng = np.random.default_rng(0)
    x, g = 3 + rng.normal(size=(2, 24, 24, 50)), rng.normal(size=(2, 24, 24, 50))
    exact = {"x": x, "scale": np.array([1.0, 2.0]), "shift": np.array([0.5, -1.0])}
    small = {name: array.astype(np.float32) for name, array in exact.items()}
    assert_close(batch_norm(**small), batch_norm(**exact), 2e-6)
    found, expected = (gradients(batch_norm, arguments, names, g) for arguments in (small, exact))
    for name in names:
        assert_close(found[name], expected[name], 2e-5)


def test_moments_divide_by_the_count_over_batch_and_pixels():
    x = numbers(np.random.default_rng(0), 3, 2, 4, 5)
    mean, var = moments(x)
    assert_close(mean, x.mean(axis=(1, 2, 3)), 1e-14)
    assert_close(var, x.var(axis=(1, 2, 3)), 1e-14)


@given(activations())
@settings(max_examples=25, deadline=None)
def test_recording_the_batchs_own_moments_gives_batch_norm(arguments):
    mean, var = moments(arguments["x"])
    np.testing.assert_array_equal(normalize(**arguments, mean=mean, var=var), batch_norm(**arguments))


@pytest.mark.parametrize("wrong", ["scale", "shift", "mean", "var"])
@pytest.mark.parametrize("shape", [(2,), (4, 1), ()])
def test_what_does_not_fit_is_refused(wrong, shape):
    arguments = {name: np.ones(4) for name in ("scale", "shift", "mean", "var")} | {wrong: np.ones(shape)}
    with refused("batch norm of 4 units"):
        normalize(np.ones((4, 3)), **arguments)
    if wrong in names:
        with refused("batch norm of 4 units"):
            batch_norm(np.ones((4, 3)), arguments["scale"], arguments["shift"])


def test_an_empty_batch_has_no_moments():
    with refused("batch"):
        batch_norm(np.ones((4, 0)), np.ones(4), np.zeros(4))


@pytest.mark.parametrize("mean", [0.0, 30.0, 1000.0])
def test_a_mean_that_is_large_beside_the_spread_costs_no_more_digits_than_float32_has(mean):
    rng = np.random.default_rng(0)
    x, g = (mean + rng.normal(size=(2, 4, 4, 500))).astype(np.float32), rng.normal(size=(2, 4, 4, 500))
    arguments = {"x": x, "scale": np.ones(2, np.float32), "shift": np.zeros(2, np.float32)}
    exact = {name: array.astype(float) for name, array in arguments.items()}
    tolerance = 2e-6 * (1 + mean / 10)
    assert_close(batch_norm(**arguments), batch_norm(**exact), tolerance)
    dx = gradients(batch_norm, arguments, ("x",), g.astype(np.float32))["x"]
    assert_close(dx, gradients(batch_norm, exact, ("x",), g)["x"], tolerance)
