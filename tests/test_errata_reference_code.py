"""Are the numbers of part B of docs/errata.md right, and is l0edu on the right side of each?

A test computes the number in the wrong way and in ours, and looks for both under its entry of the errata.
"""

import ast
import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from building import HC, build
from errata_page import N, params_at, says, short
from small_runs import blobs, tiny_mlp
from table_1 import lenet5_of_table_1, mlp_of_table_1

import l0edu
from l0edu import (
    Average,
    Chain,
    Conv,
    Dataset,
    Flatten,
    Gate,
    InputError,
    Network,
    Settings,
    architecture,
    clamp_log_alpha,
    compact,
    expected_l0,
    fit,
    flops,
    l0_penalty,
    l2_penalty,
    lenet5,
    mlp,
)
from l0edu.layers import Residual
from l0edu.ops.convolution import output_size
from l0edu.wide_resnet import wide_resnet


def test_a_convolution_has_as_many_positions_as_its_output_has_pixels():
    net, right, wrong, their_total = lenet5(), flops(lenet5()), {}, flops(lenet5()).total
    for row in right.rows[:2]:
        maps, height, _ = net.shapes[row.layer][0]
        wrong[row.layer] = (maps - 5 + 1) * (height - 5 + 1)
        their_total += (wrong[row.layer] - row.positions) * 2 * 25 * maps * row.outputs
        assert says("B1", f"{wrong[row.layer]:,} positions instead of {row.positions}")
    assert says("B1", f"{wrong['conv1'] * 2 * 25 * 20:,}", f"{right.rows[0].flops:,}")
    assert says("B1", f"{right.total:,}", f"{their_total:,}")


def test_positions_are_whole_at_stride_2():
    wrong, right = (32 - 3 + 2 * 1) / 2 + 1, output_size(32, 3, stride=2, padding=1)
    net = build((4, 32, 32), Conv("c", 4, 3, stride=2, padding=1))
    assert net.shapes["c"][1] == (4, right, right)
    assert flops(net).rows[0].positions == right**2
    assert says("B1", f"{right} positions along 32 pixels, not {wrong}")


def test_the_bias_of_a_convolution_takes_part_in_training():
    net = Network((1, 5, 5), Chain("net", (Conv("c", 1, 5), Gate("gate", HC, "c"), Flatten("flat"))))
    params, z = params_at(net), {"gate": np.array([0.5])}
    params["c"]["b"][:] = 1.0
    blank = np.zeros((1, 1, 5, 5))
    wrong = z["gate"][0] * params["c"]["W"].ravel() @ blank.ravel()  # the code's training branch: no bias
    assert says("B2", f"{wrong:.0f} in training and {net.apply(params, blank, z)[0, 0]} at test")
    biases = sum(table["b"].size for name, table in params_at(lenet5()).items() if name in ("conv1", "conv2"))
    assert says("B2", f"{biases} such biases")


def test_closing_a_map_saves_its_weights_and_no_bias_is_rewarded():
    net, costs = lenet5(), []
    for charge in net.charges[:2]:
        params = params_at(net, 60.0)
        with_map = expected_l0(net, params)
        params[charge.gate]["log_alpha"][0] = -60.0
        costs.append(float(with_map - expected_l0(net, params)))
    n = np.array(costs)
    assert [charge.group_size for charge in net.charges[:2]] == costs == [25, 500]
    for wrong_meant_or_ours in (n - 1, n + 1, n):
        assert says("B3", "{:.0f} and {:.0f}".format(*wrong_meant_or_ours))


def test_biases_are_not_counted_among_the_weights():
    net = mlp()
    params = params_at(net, 60.0)
    biases = sum(table["b"].size for table in params.values() if "b" in table)
    ours = float(expected_l0(net, params))
    assert says("B4", str(biases), f"{ours + biases:,.0f}", f"{ours:,.0f}")


def test_the_weight_decay_of_lenet_is_not_divided_by_n():
    net = lenet5()
    ours = float(l2_penalty(net, params_at(net), 5e-4))
    assert says("B5", f"{ours / N:.6f}", f"{ours:.2f}", f"{N:,} times")


def test_the_average_has_nothing_of_the_initial_weights():
    decay, start, rest = 0.999, {"fc": {"W": np.ones(1)}}, {"fc": {"W": np.zeros(1)}}
    theirs, average = 1.0, Average(decay)
    state, excess = average.init(start), {}
    for step in range(1, 6001):  # weights that are 1 at first, and 0 after every step
        theirs = decay * theirs + (1 - decay) * 0.0
        excess[step] = theirs / (1 - decay**step)
        state = average.update(state, rest)
    assert average.value(state)["fc"]["W"] == 0
    assert says("B6", short(excess[600], 2), short(excess[3000], 3), short(excess[6000], 4))


def test_no_error_is_swallowed():
    """Of the library's own code; the course runs that of others, which may raise anything."""
    handlers = [
        (path.name, handler)
        for path in Path(l0edu.__file__).parent.rglob("*.py")
        if "course" not in path.parts
        for handler in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(handler, ast.ExceptHandler)
    ]
    everything = re.compile(r"\b(Base)?Exception\b")
    catch_all = [
        (name, h) for name, h in handlers if h.type is None or everything.search(ast.unparse(h.type))
    ]
    assert [name for name, h in catch_all if not (_raises(h) or _tells(h))] == []
    assert len(handlers) > 10


def _raises(handler):
    return any(isinstance(line, ast.Raise) for line in handler.body)


def _tells(handler):
    """Whether it makes something of the error, as a sweep does, which reports it and goes on."""
    nodes = [node for line in handler.body for node in ast.walk(line)]
    return any(isinstance(node, ast.Name) and node.id == handler.name for node in nodes)


def test_each_gated_layer_of_a_wide_resnet_is_counted():
    net = wide_resnet()
    half = {layer.name: np.full(net.gate_shape(layer), 0.5) for layer in net.gates()}
    expected = flops(net, half)
    saved = [expected.total - flops(net, half | {name: p / 2}).total for name, p in half.items()]
    counted = sum(saving > 0.001 * expected.total for saving in saved)
    assert not expected.approximate
    assert counted == len(half)
    assert says("B7", f"0 of its {counted} gated layers")


def with_strides_on_second_convolutions(layer):
    """Of the first blocks of stages 2 and 3."""
    if isinstance(layer, Chain):
        return replace(layer, layers=tuple(map(with_strides_on_second_convolutions, layer.layers)))
    if isinstance(layer, Residual):
        return replace(layer, branch=with_strides_on_second_convolutions(layer.branch))
    moved = re.fullmatch("stage[23]_block1_conv[12]", layer.name)
    return replace(layer, stride=3 - layer.stride) if moved else layer


def test_where_a_block_strides_changes_its_positions_and_not_its_output():
    right = wide_resnet()
    theirs = replace(right, body=with_strides_on_second_convolutions(right.body))
    assert theirs.shapes["stage2_block1_conv2"][1] == right.shapes["stage2_block1_conv2"][1] == (320, 16, 16)
    positions = [
        next(row.positions for row in flops(net).rows if row.layer == "stage2_block1_conv1")
        for net in (theirs, right)
    ]
    assert says("B9", "{:,} positions instead of {:,}".format(*positions))
    totals = [flops(net).total / 1e9 for net in (theirs, right)]
    assert says("B9", "{:.2f} GFLOP instead of {:.2f}".format(*totals))


def test_the_penalty_alone_closes_no_gate_of_the_wide_resnet():
    def after_one_epoch(log_alpha, pull):
        def moved(x, pull):
            p = HC.prob_open(x)
            return log_alpha - pull * p * (1 - p)

        return moved(moved(log_alpha, pull / 2), pull)  # midpoint rule

    sizes, steps, images, ends = 9 * np.array([16, 160, 320, 640]), 391, 50_000, []
    for lam in (0.001, 0.002):
        log_alpha = np.full(4, math.log(0.7 / 0.3))
        for epoch in range(200):
            step_size = 0.1 * 0.2 ** sum(epoch >= milestone for milestone in (60, 120, 160)) / (1 - 0.9)
            log_alpha = after_one_epoch(log_alpha, steps * step_size * lam * sizes / images)
        ends.append(log_alpha)
    lowest = ends[1].min()
    assert says("B10", f"starts at {short(math.log(0.7 / 0.3))}")
    assert says("B10", *map(short, ends[0]), short(lowest), short(HC.test_value(lowest), 2))


def test_clamped_gates_that_are_closed_still_expect_weights():
    net = mlp()
    params = clamp_log_alpha(net, params_at(net, -80.0))
    assert architecture(net, params) == [0, 0, 0]
    floor = HC.prob_open(params["gate1"]["log_alpha"])[0]
    assert says("B11", f"{float(expected_l0(net, params)):,.0f}", short(floor))
    assert float(expected_l0(net, params_at(net, -80.0))) < 1e-20


def test_the_test_set_decides_nothing():
    settings = Settings(epochs=3, batch_size=20, averaging=0.9)
    tested = list(fit(tiny_mlp(), blobs(), settings, blobs(seed=1)))
    untested = list(fit(tiny_mlp(), blobs(), settings))
    assert [record.epoch for record in tested] == [1, 2, 3]
    for one, other in zip(tested, untested, strict=True):
        np.testing.assert_equal(one.params, other.params)
        np.testing.assert_equal(one.state.params, other.state.params)
    assert says("B12", f"{100 * math.sqrt(0.0157 * (1 - 0.0157) / 10_000):.2f} %")


def test_two_lambdas_for_three_layers_are_refused():
    with pytest.raises(InputError, match="2 lambdas for 3 gated layers"):
        l0_penalty(mlp(), mlp().init(np.random.default_rng(0)), [0.1, 0.2])
    assert says("B13", "2 lambdas")


def test_the_averaging_asked_for_reaches_a_convolutional_network_too():
    layers = (Conv("c", 2, 3), Gate("gate", HC, "c"), Flatten("flat"))
    net, rng = Network((1, 4, 4), Chain("net", layers)), np.random.default_rng(0)
    data = Dataset(rng.random((20, 1, 4, 4), np.float32), np.arange(20) % 8, "noise")
    settings = Settings(epochs=1, batch_size=10, averaging=0.0)
    last, averaged = (next(fit(net, data, replace(settings, averaging=d))) for d in (0.0, 0.999))
    for name in ("W", "b"):
        np.testing.assert_array_equal(last.params["c"][name], last.state.params["c"][name])
        assert not np.array_equal(averaged.params["c"][name], averaged.state.params["c"][name])
    assert says("B14", f"{round(1 / (1 - 0.0))} step", f"{round(1 / (1 - 0.999)):,}")


def test_a_layer_costs_more_by_its_own_gates_than_what_has_to_be_computed():
    for net, opened in (lenet5_of_table_1(), mlp_of_table_1()):
        own, live = (flops(net, opened, convention).total for convention in ("own-gates", "live"))
        formula = 0
        for charge in net.charges:
            positions = math.prod(net.shapes[charge.layer][1][1:])
            formula += 2 * positions * charge.group_size * int(np.count_nonzero(opened[charge.gate]))
        assert own == formula
        assert says("B15", f"{own:,}", f"{live:,}", f"{flops(net).total:,}")


def test_closed_units_need_not_be_computed():
    net, opened = lenet5_of_table_1()
    params = params_at(net)
    for name, z in opened.items():
        params[name]["log_alpha"] = np.where(z, 9.0, -9.0)
    small, dense = flops(compact(net, params).net).total, flops(net).total
    assert small == flops(net, opened).total
    assert says("B16", f"{dense:,}", f"{small:,}", f"{dense / small:.1f} times")
