"""Are sums, random numbers and extreme values of a device right, and how exact are its products?"""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from gpu_devices import need_device

from l0edu import HardConcrete, cross_entropy
from l0edu.bench import on_device
from l0edu.bench.cases import Job
from l0edu.bench.processes import Pool, Worker
from l0edu.gpu import to_device, to_host

MANY = 200_000


def scattered(xp, weights):
    """The gradient of a gather of five numbers whose indices repeat many times."""
    index = xp.asarray(np.random.default_rng(0).integers(0, 5, MANY))
    return to_host(grad(lambda x: anp.sum(x[index] * weights))(xp.zeros(5, weights.dtype)))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_no_sum_is_lost_where_indices_repeat(xp, dtype):
    weights = np.random.default_rng(1).integers(0, 9, MANY)  # whole numbers: their sums are exact
    index = np.random.default_rng(0).integers(0, 5, MANY)
    found = scattered(xp, xp.asarray(weights.astype(dtype)))
    np.testing.assert_array_equal(found, np.bincount(index, weights))
    assert found.dtype == dtype


def test_whether_a_scatter_repeats_to_the_bit_is_noted(device, xp, record_property):
    weights = xp.asarray(np.random.default_rng(1).random(MANY, dtype=np.float32))
    first, second = scattered(xp, weights), scattered(xp, weights)
    equal = first.tobytes() == second.tobytes()
    record_property(
        f"two scatters of {MANY:,} numbers, {device}", "equal" if equal else "not equal to the bit"
    )
    np.testing.assert_allclose(first, second, rtol=1e-4)
    assert equal or device == "gpu"


def test_noise_lies_inside_0_and_1_and_is_spread_evenly(xp):
    u = to_host(HardConcrete().draw_noise(xp.random.default_rng(7), (2**22,), np.float32))
    assert u.dtype == np.float32
    assert 0 < u.min() < 1e-5
    assert 1 - 1e-5 < u.max() < 1
    counts = np.bincount((16 * u).astype(int), minlength=16)
    assert abs(counts - 2**18).max() < 6 * 2**9  # six standard deviations


def test_a_generator_repeats_itself_and_another_seed_gives_other_numbers(xp):
    first, again, other = (
        to_host(xp.random.default_rng(seed).random(1000)) for seed in ((1, 2), (1, 2), (1, 3))
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).mean() > 0.99


def test_a_state_of_a_generator_goes_on(xp):
    rng = xp.random.default_rng(0)
    first, second = to_host(rng.random(1000)), to_host(rng.random(1000))
    assert (first != second).mean() > 0.99
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.2


@pytest.mark.parametrize("log_alpha", [-80.0, 80.0])
def test_far_gates_are_exactly_closed_or_open_and_have_no_slope(xp, log_alpha):
    law, u = HardConcrete(), xp.asarray(np.array([1.2e-7, 0.5, 1 - 1.2e-7], np.float32))
    location = xp.asarray(np.full(3, log_alpha, np.float32))
    z, slope = law.sample(location, u), grad(lambda a: anp.sum(law.sample(a, u)))(location)
    np.testing.assert_array_equal(to_host(z), np.full(3, log_alpha > 0))
    np.testing.assert_array_equal(to_host(slope), np.zeros(3))


def test_large_logits_give_a_finite_loss_and_slope(device, xp):
    logits = np.array([[1e4, -1e4, 0.0], [-1e4, 1e4, 0.0]], np.float32)
    labels = to_device(np.array([1, 1]), device)
    loss = cross_entropy(xp.asarray(logits), labels)
    slope = grad(lambda z: cross_entropy(z, labels))(xp.asarray(logits))
    np.testing.assert_allclose(to_host(loss), 1e4)
    np.testing.assert_allclose(to_host(slope), [[0.5, -0.5, 0], [0, 0, 0]], atol=1e-7)


@pytest.mark.parametrize("network", ["mlp", "lenet5"])
def test_a_gradient_in_float32_is_as_exact_as_float32(device, network, record_property):
    ppm = on_device.precision(network, 20, device)(1)["value"]
    record_property(f"largest relative error of a gradient, {network}, {device}", f"{ppm:.3g} ppm")
    assert ppm < 100


@pytest.mark.gpu
@pytest.mark.parametrize("tf32", [False, True])
def test_what_tf32_costs_is_noted(tf32, record_property):
    need_device("gpu")
    job = Job("ours", "device_precision", {"network": "lenet5", "batch": 100, "device": "gpu", "tf32": tf32})

    def start(side, threads):
        return Worker(side, threads, variables={on_device.TF32: str(int(tf32))})

    with Pool(1, start) as pool:
        ppm = pool.ask("precision", job, 1)["value"]
    record_property(f"largest relative error, LeNet-5, TF32 {'on' if tf32 else 'off'}", f"{ppm:.3g} ppm")
    assert ppm < (50_000 if tf32 else 100)
