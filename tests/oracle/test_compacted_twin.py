"""Does torch agree on compacted networks, and on the layers that only they have?"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from random_networks import networks, random_inputs, random_stats, spread_params
from strategies import few, seeds

from l0edu import Chain, Dense, Network, Put, Scale, Take, compact, test_gates
from l0edu.layers import Conv, Flatten, Tables
from l0edu.oracle import draw_case
from l0edu.tables import map_arrays

pytestmark = pytest.mark.torch
torch = pytest.importorskip("torch")
torch_twin = pytest.importorskip("l0edu.oracle.torch_twin")


def torch_logits(net, params, x, stats):
    tables = Tables(map_arrays(torch.tensor, params), None, map_arrays(torch.tensor, stats))
    return torch_twin.forward(net.body, torch.tensor(x), tables).numpy()


def assert_gradients_agree(case):
    ours, theirs = case.evaluate()[1], torch_twin.evaluate(case)[1]
    for layer, table in case.params.items():
        for name in table:
            expected = theirs[layer][name]
            scale = max(np.abs(expected).max(initial=0), 1e-2)
            np.testing.assert_allclose(
                ours[layer][name], expected, rtol=0, atol=1e-10 * scale, err_msg=f"{layer}/{name}"
            )


@few
@given(networks(), seeds)
def test_torch_computes_of_the_compacted_network_what_the_gated_one_computes(net, seed):
    rng = np.random.default_rng(seed)
    params, stats, x = spread_params(net, rng), random_stats(net, rng), random_inputs(net, rng)
    small = compact(net, params, stats)
    expected = net.apply(params, x, test_gates(net, params), stats)
    np.testing.assert_allclose(torch_logits(*small[:2], x, small.stats), expected, rtol=1e-9, atol=1e-9)


@few
@given(networks(), seeds)
def test_the_gradients_of_a_compacted_network_agree(net, seed):
    rng = np.random.default_rng(seed)
    params, stats = spread_params(net, rng), random_stats(net, rng)
    small = compact(net, params, stats)
    assume(small.params)  # a network that is 0 everywhere has none
    case = draw_case(small.net, rng, batch=3)
    assert_gradients_agree(replace(case, params=small.params, stats=small.stats))


@pytest.mark.parametrize("filled", [True, False])
@pytest.mark.parametrize("units", [(0, 2), ()])
def test_take_put_and_scale_agree_on_images(filled, units):
    body = (Take("take", units or (1,)), Put("put", units, (4, 3, 3), filled), Scale("scale"))
    head = (Conv("conv", 2, 2), Flatten("flat"), Dense("fc", 3))
    net, rng = Network((3, 3, 3), Chain("net", (*body, *head))), np.random.default_rng(0)
    case = draw_case(net, rng)
    case.params["scale"]["z"] = rng.random(4)
    if filled:
        case.params["put"]["fill"] = rng.standard_normal(4 - len(units))
    assert_gradients_agree(case)
