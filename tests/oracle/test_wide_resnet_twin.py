"""Does torch agree on the wide ResNet, by its description here and written out without it?"""

from dataclasses import replace

import numpy as np
import pytest
from random_networks import random_stats

from l0edu.layers import Tables
from l0edu.models import build
from l0edu.oracle import draw_case
from l0edu.tables import map_arrays

pytestmark = pytest.mark.torch
torch = pytest.importorskip("torch")
torch_twin = pytest.importorskip("l0edu.oracle.torch_twin")
F = torch.nn.functional

DEPTHS = {"wrn-10-1": 10, "wrn-16-2": 16}


def original(depth, params, x, gates, stats=None):
    """The wide ResNet of Zagoruyko and Komodakis in plain torch, with a gate where their dropout is."""

    def normed(x, name):
        given = {} if stats is None else stats[name]
        own, moments = params[name], (given.get("mean"), given.get("var"))
        return F.relu(F.batch_norm(x, *moments, own["scale"], own["shift"], training=not given))

    x = F.conv2d(x, params["conv0"]["W"], padding=1)
    for stage in (1, 2, 3):
        for i in range(1, (depth - 4) // 6 + 1):
            block, stride = f"stage{stage}_block{i}", 2 if stage > 1 and i == 1 else 1
            entering = normed(x, f"{block}_bn1")
            hidden = F.conv2d(entering, params[f"{block}_conv1"]["W"], stride=stride, padding=1)
            hidden = normed(hidden, f"{block}_bn2") * gates[f"{block}_gate"][:, None, None]
            if f"{block}_shortcut" in params:
                x = F.conv2d(entering, params[f"{block}_shortcut"]["W"], stride=stride)
            x = x + F.conv2d(hidden, params[f"{block}_conv2"]["W"], padding=1)
    pooled = F.avg_pool2d(normed(x, "bn"), 8).flatten(1)
    return F.linear(pooled, params["fc"]["W"], params["fc"]["b"])


def tensors(table):
    return map_arrays(torch.tensor, table)


def assert_close(found, expected, name=""):
    bound = 1e-9 * max(np.abs(expected).max(), 1e-300)
    np.testing.assert_allclose(found, expected, rtol=0, atol=bound, err_msg=name)


def assert_gradients_agree(case, theirs):
    ours = case.evaluate()[1]
    for layer, table in ours.items():
        for name, array in table.items():
            assert_close(array, theirs[layer][name], f"{layer}/{name}")


@pytest.mark.parametrize("name", ["wrn-10-1", "wrn-10-1-dense", "wrn-10-1-before-bn", "wrn-16-2"])
@pytest.mark.parametrize("per_example", [False, True])
def test_gradients_through_batch_statistics_agree(name, per_example):
    case = draw_case(build(name), np.random.default_rng(0), batch=4, noise_per_example=per_example)
    assert_gradients_agree(case, torch_twin.evaluate(case)[1])


def test_gradients_under_given_statistics_agree():
    net, rng = build("wrn-10-1"), np.random.default_rng(1)
    case = replace(draw_case(net, rng, batch=4), stats=random_stats(net, rng))
    assert_gradients_agree(case, torch_twin.evaluate(case)[1])


@pytest.mark.parametrize("name", DEPTHS)
def test_the_original_has_the_same_gradients(name):
    """In train mode: through the statistics of the batch."""
    case = draw_case(build(name), np.random.default_rng(2), batch=4)
    case = replace(case, lam=[0.0] * len(case.lam), weight_decay=0.0)
    params = map_arrays(lambda array: torch.tensor(array, requires_grad=True), case.params)
    gates = {
        layer.name: torch_twin.sample(
            layer.law, params[layer.name]["log_alpha"], torch.tensor(case.noise[layer.name])
        )
        for layer in case.net.gates()
    }
    logits = original(DEPTHS[name], params, torch.tensor(case.x), gates)
    F.cross_entropy(logits, torch.tensor(case.labels)).backward()
    assert_gradients_agree(case, map_arrays(lambda p: p.grad.numpy(), params))


@pytest.mark.parametrize("name", DEPTHS)
def test_under_given_statistics_the_network_is_torchs_in_eval_mode(name):
    net, rng = build(name), np.random.default_rng(3)
    case, stats = draw_case(net, rng, batch=4), random_stats(net, rng)
    gates = {layer.name: rng.random(net.gate_shape(layer)) for layer in net.gates()}
    found = net.apply(case.params, case.x, gates, stats)
    arguments = tensors(case.params), torch.tensor(case.x), tensors(gates), tensors(stats)
    assert_close(found, original(DEPTHS[name], *arguments).numpy())
    tables = Tables(arguments[0], arguments[2], arguments[3])
    assert_close(found, torch_twin.forward(net.body, arguments[1], tables).numpy())
