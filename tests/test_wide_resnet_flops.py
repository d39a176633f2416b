"""Are the FLOPs of a wide ResNet those of somebody who counts them in loops, block after block?

A gate that closes saves a filter of the block's first convolution and a map that its second one reads. What
flows from block to block is never closed: only that a block with no open gate costs nothing.
"""

import numpy as np
import pytest
from building import rng
from gate_patterns import as_gates, gate_count, mean_over_patterns, numbers

from l0edu import expected_l0, flops, l0_penalty, open_probabilities, value_and_grad
from l0edu.flops import expected_total
from l0edu.target import expected_share
from l0edu.wide_resnet import wide_resnet


def convolution(side, kernel, maps, filters, any_map=1.0):
    """Multiplies, and one add fewer than these for each output, at every pixel of the output."""
    cost = 0.0
    for _row in range(side):
        for _column in range(side):
            cost += filters * (kernel * kernel * maps + (kernel * kernel * maps - any_map))
    return cost


def counted(depth, width, opened, convention="live"):
    """The expected cost of each block, of conv0 and of fc; `opened` has P(open) of each block's gates."""
    costs, maps, side, numbers_of_gates = [convolution(32, 3, 3, 16)], 16, 32, iter(opened)
    for stage in range(3):
        filters = 16 * width * 2**stage
        for block in range((depth - 4) // 6):
            side = side // 2 if stage > 0 and block == 0 else side
            p = next(numbers_of_gates)
            hidden, any_hidden = sum(p), 1 - np.prod([1 - q for q in p])
            cost = convolution(side, 3, maps, hidden)
            if convention == "live":
                cost += convolution(side, 3, hidden, filters, any_hidden)
            else:
                cost += convolution(side, 3, filters, filters)
            if maps != filters:
                cost += convolution(side, 1, maps, filters)
            costs.append(cost)
            maps = filters
    return [*costs, 2 * maps * 10]


def by_block(counted_flops):
    """The sum over each block's layers, of `Flops`."""
    sums = {}
    for row in counted_flops.rows:
        block = "_".join(row.layer.split("_")[:2])
        sums[block] = sums.get(block, 0.0) + row.flops
    return list(sums.values())


def chances(net, seed=0):
    return {layer.name: rng(seed).uniform(0, 1, net.gate_shape(layer)) for layer in net.gates()}


def with_few_in_doubt(net, seed, doubtful=9):
    """Three gates in doubt in each of three blocks, the others open or closed; in block 1 all closed."""
    generator = rng(seed)
    p = {layer.name: generator.integers(0, 2, net.gate_shape(layer)) * 1.0 for layer in net.gates()}
    p[net.gates()[0].name][:] = 0
    for layer in net.gates():
        some = generator.choice(len(p[layer.name]), doubtful // 3, replace=False)
        p[layer.name][some] = generator.uniform(0.1, 0.9, doubtful // 3)
    return p


SIZES = [(10, 1), (16, 2), (28, 10), (40, 4)]


def test_the_dense_wrn_28_10_costs_10_point_48_billion():
    assert flops(wide_resnet()).total == sum(
        counted(28, 10, [[1] * 16 * 10 * 2 ** (i // 4) for i in range(12)])
    )
    assert round(flops(wide_resnet()).total / 1e9, 2) == 10.48


@pytest.mark.parametrize("convention", ["live", "own-gates"])
@pytest.mark.parametrize("size", SIZES)
def test_expected_flops_are_those_of_the_loops(size, convention):
    net = wide_resnet(*size)
    p = chances(net)
    found = flops(net, p, convention)
    assert not found.approximate
    np.testing.assert_allclose(by_block(found), counted(*size, p.values(), convention), rtol=1e-12)


@pytest.mark.parametrize("size", SIZES)
def test_exact_flops_are_those_of_the_loops(size):
    net = wide_resnet(*size)
    opened = {name: p > 0.6 for name, p in chances(net).items()}
    opened[net.gates()[1].name][:] = False
    assert by_block(flops(net, opened)) == counted(*size, opened.values())


def test_gates_before_batch_norm_save_filters_and_no_inputs():
    """A closed map still emits its shift, so that both conventions agree."""
    net = wide_resnet(16, 2, gates_before_batch_norm=True)
    p = chances(net)
    for convention in ("live", "own-gates"):
        expected = counted(16, 2, p.values(), "own-gates")
        np.testing.assert_allclose(by_block(flops(net, p, convention)), expected, rtol=1e-12)


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("convention", ["live", "own-gates"])
def test_the_expectation_is_the_mean_over_all_patterns(before, convention):
    net = wide_resnet(10, 1, gates_before_batch_norm=before)
    p = with_few_in_doubt(net, seed=3)
    found = flops(net, p, convention)
    assert not found.approximate
    np.testing.assert_allclose(numbers(found), mean_over_patterns(net, p, convention), rtol=1e-9)


def test_the_expectation_is_the_mean_over_sampled_patterns():
    net, count = wide_resnet(16, 1), 400
    p = {name: q**6 for name, q in chances(net, 1).items()}  # most gates closed, and blocks now and then
    generator = rng(2)
    flat = np.concatenate(list(p.values()))
    draws = [flops(net, as_gates(net, generator.random(gate_count(net)) < flat)).total for _ in range(count)]
    error = np.std(draws, ddof=1) / np.sqrt(count)
    assert abs(np.mean(draws) - flops(net, p).total) < 5 * error


def test_a_block_without_open_gates_costs_its_shortcut():
    net = wide_resnet(16, 2)
    closed = {layer.name: np.zeros(net.gate_shape(layer), bool) for layer in net.gates()}
    rows = {row.layer: row.flops for row in flops(net, closed).rows if row.flops}
    assert list(rows) == ["conv0", *(f"stage{s}_block1_shortcut" for s in (1, 2, 3)), "fc"]


def test_the_differentiable_total_is_the_same_and_has_the_slope_of_a_difference():
    net = wide_resnet(16, 2)
    params = net.init(rng(), np.float64)
    p = open_probabilities(net, params)
    assert expected_total(net, p) == pytest.approx(flops(net, p).total, rel=1e-12)
    _, grads = value_and_grad(lambda params: expected_share(net, params, "flops"))(params)
    layer, step = net.gates()[2].name, np.zeros(64)
    step[5] = 1e-4
    ends = [
        expected_share(net, params | {layer: {"log_alpha": params[layer]["log_alpha"] + h}}, "flops")
        for h in (-step, step)
    ]
    assert (ends[1] - ends[0]) / 2e-4 == pytest.approx(grads[layer]["log_alpha"][5], rel=1e-5)


def test_expected_l0_is_the_sum_over_the_filters_of_first_convolutions():
    net = wide_resnet(16, 2)
    params = net.init(rng(), np.float64)
    p, expected = open_probabilities(net, params), 0.0
    for layer in net.gates():
        W = params[layer.name.replace("gate", "conv1")]["W"]
        expected += sum(p[layer.name][i] * W[i].size for i in range(len(W)))
    assert expected_l0(net, params) == pytest.approx(expected, rel=1e-12)
    assert l0_penalty(net, params, 0.1) == pytest.approx(0.1 * expected, rel=1e-12)
