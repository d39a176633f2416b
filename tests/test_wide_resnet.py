"""Is the wide ResNet that of Zagoruyko and Komodakis, with a gate on each hidden map of its blocks?"""

from math import log, prod

import numpy as np
import pytest
from building import arrays_of, rng

from l0edu import (
    BatchNorm,
    Chain,
    Conv,
    Dropout,
    HardGaussian,
    InputError,
    Network,
    Residual,
    draw_noise,
    load_network,
    sample_gates,
    save_network,
    value_and_grad,
)
from l0edu.ops import cross_entropy
from l0edu.wide_resnet import wide_resnet


def blocks(net):
    return [layer for layer in net.body.layers if isinstance(layer, Residual)]


def names(layer):
    return [part.name.removeprefix("stage2_block1_") for part in layer.layers]


def parameters(depth, width, classes=10):
    net = wide_resnet(depth, width, classes, law=None)
    weights = sum(map(prod, net.weight_shapes.values()))
    normed = sum(net.shapes[layer.name][0][0] for layer in net.layers if isinstance(layer, BatchNorm))
    return weights + 2 * normed + classes


def test_it_has_as_many_parameters_as_in_other_programs():
    assert parameters(28, 10) == 36_479_194
    assert parameters(28, 10, classes=100) == 36_536_884
    assert parameters(16, 10) == 17_116_634
    assert parameters(40, 8) == 35_748_314


@pytest.mark.parametrize(
    ("depth", "width", "millions"), [(28, 10, 36.5), (16, 8, 11.0), (16, 4, 2.7), (40, 4, 8.9), (40, 1, 0.6)]
)
def test_it_has_as_many_as_were_published(depth, width, millions):
    assert round(parameters(depth, width) / 1e6, 1) == millions


@pytest.mark.parametrize(("depth", "width"), [(10, 1), (16, 2)])
def test_the_tables_hold_what_the_shapes_say(depth, width):
    net = wide_resnet(depth, width, law=None)
    params = net.init(rng())
    assert {name: table["W"].shape for name, table in params.items() if "W" in table} == net.weight_shapes
    assert [name for name, table in params.items() if "b" in table] == ["fc"]


def test_the_gates_of_wrn_28_10():
    net = wide_resnet()
    assert len(net.charges) == 12
    assert sum(charge.gates for charge in net.charges) == 4 * (160 + 320 + 640) == 4480
    assert sum(charge.gates * charge.group_size for charge in net.charges) == 16_842_240


def test_a_gate_answers_for_the_filter_in_front_of_it():
    for charge, block in zip(wide_resnet(16, 1).charges, blocks(wide_resnet(16, 1)), strict=True):
        assert charge.gate == f"{block.name}_gate"
        assert charge.place() == f"outputs of {block.name}_conv1"
    sizes = [charge.group_size for charge in wide_resnet(16, 1).charges]
    assert sizes == [9 * maps for maps in (16, 16, 16, 32, 32, 64)]


def test_the_stages_are_those_of_the_papers_table_1():
    net = wide_resnet(22, 3)
    behind = [net.shapes[f"{block.name}_conv2"][1] for block in blocks(net)]
    assert behind == [(48, 32, 32)] * 3 + [(96, 16, 16)] * 3 + [(192, 8, 8)] * 3
    assert net.shapes["conv0"] == ((3, 32, 32), (16, 32, 32))
    assert net.shapes["pool"][1] == (192, 1, 1)
    convolutions = [layer for layer in net.layers if isinstance(layer, Conv) and layer.kernel == 3]
    assert len(convolutions) == 1 + 2 * 9  # with the shortcuts' three and fc: depth 22 is 19 + 3


def test_only_the_first_convolution_and_the_shortcut_of_stages_2_and_3_have_a_stride():
    strided = [layer.name for layer in wide_resnet(16, 2).layers if getattr(layer, "stride", 1) == 2]
    assert strided == [f"stage{s}_block1_{part}" for s in (2, 3) for part in ("conv1", "shortcut")]


def test_a_block_that_changes_the_number_of_maps_shares_its_first_relu_with_its_shortcut():
    net = wide_resnet(10, 1)
    block = next(block for block in blocks(net) if block.name == "stage2_block1")
    before = net.body.layers[: net.body.layers.index(block)]
    assert [layer.name for layer in before[-2:]] == ["stage2_block1_bn1", "stage2_block1_relu1"]
    assert names(block.branch) == ["conv1", "bn2", "relu2", "gate", "conv2"]
    assert block.shortcut.kernel == 1


def test_other_blocks_add_their_input_as_it_is():
    shortcuts = [block.name for block in blocks(wide_resnet(16, 1)) if block.shortcut is not None]
    assert shortcuts == ["stage2_block1", "stage3_block1"]  # 16 maps go into 16: stage 1 needs none
    block = blocks(wide_resnet(16, 1))[3]
    assert block.name == "stage2_block2"
    kinds = [type(layer).__name__ for layer in block.branch.layers]
    assert kinds == ["BatchNorm", "Relu", "Conv", "BatchNorm", "Relu", "Gate", "Conv"]


def test_the_gates_may_stand_before_batch_norm_if_the_network_allows_it():
    net = wide_resnet(10, 1, gates_before_batch_norm=True)
    assert names(blocks(net)[1].branch) == ["conv1", "gate", "bn2", "relu2", "conv2"]
    assert net.charges == wide_resnet(10, 1).charges
    with pytest.raises(InputError, match=r"stage1_block1_gate.*allow_gate_before_batch_norm"):
        Network(net.in_shape, net.body)
    assert not wide_resnet(10, 1).allow_gate_before_batch_norm


def test_gates_start_with_a_drop_rate_of_three_tenths():
    net = wide_resnet(10, 1)
    params = net.init(rng())
    for layer in net.gates():
        assert abs(params[layer.name]["log_alpha"].mean() - log(0.7 / 0.3)) < 0.01


def test_weights_start_with_the_standard_deviation_of_he():
    params = wide_resnet(10, 2).init(rng())
    for W in (table["W"] for table in params.values() if "W" in table):
        assert abs(W.std() * np.sqrt(prod(W.shape[1:]) / 2) - 1) < 6 / np.sqrt(2 * W.size)


@pytest.mark.parametrize("law", [HardGaussian(sigma=0.4), Dropout(0.3)])
def test_another_law_works(law):
    net = wide_resnet(10, 1, law=law)
    params = net.init(rng())
    gates = sample_gates(net, params, draw_noise(net, params, rng(1)))
    assert net.apply(params, np.ones((2, 3, 32, 32), np.float32), gates).shape == (2, 10)


def test_without_a_law_it_is_the_same_network_without_gates():
    gated, dense = wide_resnet(10, 1), wide_resnet(10, 1, law=None)
    assert list(dense.layers) == [layer for layer in gated.layers if layer not in gated.gates()]
    params, x = gated.init(rng()), rng(1).random((2, 3, 32, 32), np.float32)
    without = {name: table for name, table in params.items() if "log_alpha" not in table}
    np.testing.assert_array_equal(gated.apply(params, x), dense.apply(without, x))


def test_float32_stays_float32():
    net = wide_resnet(10, 1)
    params, x, record = net.init(rng()), rng(1).random((2, 3, 32, 32), np.float32), {}
    noise = draw_noise(net, params, rng(2))

    def loss(params):
        logits = net.apply(params, x, sample_gates(net, params, noise), record=record)
        return cross_entropy(logits, np.zeros(2, int))

    value, grads = value_and_grad(loss)(params)
    assert value.dtype == np.float32
    assert {array.dtype for array in arrays_of(grads | record)} == {np.dtype(np.float32)}


def test_it_can_be_kept_in_a_file(tmp_path):
    net = wide_resnet(10, 1, gates_before_batch_norm=True)
    params = net.init(rng())
    save_network(tmp_path / "wide.npz", net, params)
    assert load_network(tmp_path / "wide.npz").net == net


@pytest.mark.parametrize("depth", [4, 9, 11, 12, 29, -2, 0, 16.0, "16"])
def test_depths_that_are_not_6_n_plus_4_are_refused(depth):
    with pytest.raises(InputError, match=r"depth.*(6 n \+ 4|whole numbers)"):
        wide_resnet(depth, 1)


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ((10, 0), "at least 1"),
        ((10, 1, 0), "at least 1"),
        ((10, 1.5), "whole numbers"),
        ((28, 100), "weights"),
        ((10_000, 1), "at most.*1000"),
        ((10, 10**12), "weights"),
    ],
)
def test_sizes_that_cannot_be_are_refused_in_a_line(sizes, said):
    with pytest.raises(InputError, match=said) as caught:
        wide_resnet(*sizes)
    assert len(str(caught.value).splitlines()) == 1


def test_the_body_is_one_chain_of_blocks_with_names_of_their_places():
    net = wide_resnet(16, 1)
    assert isinstance(net.body, Chain)
    assert net.body.name == "wrn-16-1"
    assert [block.name for block in blocks(net)] == [f"stage{s}_block{i}" for s in (1, 2, 3) for i in (1, 2)]
    assert [layer.name for layer in net.layers[-5:]] == ["bn", "relu", "pool", "flat", "fc"]
