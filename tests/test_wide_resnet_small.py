"""Is what is left of a wide ResNet, compacted or skipped through, the same function?"""

import numpy as np
import pytest
from building import arrays_of, rng
from skipping import assert_alike, skipping, whole

from l0edu import SGD, compact, cross_entropy, draw_noise, flops, open_at_test, sample_gates, test_gates
from l0edu.conditional import apply_conditionally
from l0edu.gradient import value_and_grad
from l0edu.layers import Residual
from l0edu.wide_resnet import wide_resnet

CLOSED = {
    "none": lambda layer, units: [],
    "some": lambda layer, units: rng(units).choice(units, units // 2, replace=False),
    "most": lambda layer, units: np.arange(units - 1),
    "the first block": lambda layer, units: range(units) if "stage1_block1" in layer else [],
    "a block in the middle": lambda layer, units: range(units) if "stage2_block1" in layer else [1],
    "the last block": lambda layer, units: range(units) if "stage3_block1" in layer else [0, 2],
    "all": lambda layer, units: range(units),
}


def data(examples, dtype=np.float64):
    return rng(7).standard_normal((examples, 3, 32, 32)).astype(dtype), rng(8).integers(0, 10, examples)


def loss_of(net, x, y, noise, way=whole):
    return lambda params: cross_entropy(way(net)(params, x, sample_gates(net, params, noise)), y)


def trained(net, steps=3, dtype=np.float64):
    """Parameters after a few steps of training, far enough that batch norm's scale and shift have moved."""
    params, rule, (x, y) = net.init(rng(), dtype), SGD(0.1, momentum=0.9), data(8, dtype)
    state = rule.init(params)
    for step in range(steps):
        _, grads = value_and_grad(loss_of(net, x, y, draw_noise(net, params, rng(step))))(params)
        params, state = rule.update(params, grads, state)
    return params


def close(net, params, which, log_alpha=-60.0):
    """Shut the chosen gates of each layer for good, and open the others."""
    for layer in net.gates():
        gates = params[layer.name]["log_alpha"]
        gates[:] = np.abs(gates) + 1
        gates[list(CLOSED[which](layer.name, len(gates)))] = log_alpha


def moments(net, params, x):
    """Batch norm's moments under the test gates."""
    record = {}
    net.apply(params, x, test_gates(net, params), record=record)
    return record


@pytest.mark.parametrize("which", CLOSED)
@pytest.mark.parametrize("before", [False, True])
def test_a_trained_one_is_compacted_exactly(which, before):
    net = wide_resnet(10, 1, gates_before_batch_norm=before)
    params = trained(net)
    close(net, params, which)
    x, stats = data(5)[0], moments(net, params, data(8)[0])
    small = compact(net, params, stats)
    expected = net.apply(params, x, test_gates(net, params), stats)
    found = small.net.apply(small.params, x, stats=small.stats)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-10 * np.abs(expected).max())
    assert flops(small.net).total == flops(net, open_at_test(net, params)).total


def test_closed_maps_leave_both_convolutions_and_their_batch_norm():
    net = wide_resnet(16, 1)
    params = net.init(rng())
    close(net, params, "some")
    small = compact(net, params, moments(net, params, data(4, np.float32)[0]))
    shapes = small.net.weight_shapes
    assert shapes["stage2_block1_conv1"] == (16, 16, 3, 3)
    assert shapes["stage2_block1_conv2"] == (32, 16, 3, 3)  # the maps between blocks all stay
    assert small.params["stage2_block1_bn2"]["scale"].shape == (16,)
    assert {array.dtype for array in arrays_of(small.params | small.stats)} == {np.dtype(np.float32)}


def test_a_closed_block_is_gone_but_for_its_shortcut():
    net = wide_resnet(16, 1)
    params = net.init(rng())
    close(net, params, "all")
    small = compact(net, params)
    left = [name for name in small.params if name.startswith("stage")]
    assert left == [
        f"stage{s}_block1_{part}" for s in (2, 3) for part in ("bn1", "shortcut")
    ]  # and no block that adds its input as it is
    assert not any(isinstance(layer, Residual) for layer in small.net.body.layers)


@pytest.mark.parametrize("which", CLOSED)
@pytest.mark.parametrize("before", [False, True])
def test_a_step_that_skips_closed_maps_is_that_of_the_whole_network(which, before):
    net, (x, y) = wide_resnet(10, 1, gates_before_batch_norm=before), data(4)
    params = trained(net, steps=1)
    close(net, params, which)
    noise = draw_noise(net, params, rng(1))
    loss, exact = value_and_grad(loss_of(net, x, y, noise))(params)
    skipped, found = value_and_grad(loss_of(net, x, y, noise, skipping))(params)
    assert skipped == pytest.approx(loss, rel=1e-12)
    assert_alike(found, exact, 1e-10)


def test_skipping_stays_in_float32():
    net, (x, y) = wide_resnet(10, 1), data(4, np.float32)
    params = net.init(rng())
    close(net, params, "some")
    loss, grads = value_and_grad(loss_of(net, x, y, draw_noise(net, params, rng(1)), skipping))(params)
    assert loss.dtype == np.float32
    assert {array.dtype for array in arrays_of(grads)} == {np.dtype(np.float32)}


def test_a_closed_block_passes_its_input_on():
    """Alive through the identity: what follows sees the same maps, whatever its convolutions hold."""
    net, x = wide_resnet(10, 1), data(3)[0]
    params = trained(net, steps=1)
    close(net, params, "the first block")
    gates = test_gates(net, params)
    before = apply_conditionally(net, params, x, gates, always=True)
    params["stage1_block1_conv2"]["W"][:] = 99
    np.testing.assert_array_equal(apply_conditionally(net, params, x, gates, always=True), before)
    assert np.abs(before).max() > 0
