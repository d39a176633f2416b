"""Are the two networks of Table 1 those of the paper, with its initial values, and what do names mean?"""

import math

import numpy as np
import pytest

from l0edu import (
    BatchNorm,
    Dropout,
    HardConcrete,
    HardGaussian,
    InputError,
    architecture,
    draw_noise,
    lenet5,
    mlp,
    sample_gates,
)
from l0edu.models import MODELS
from l0edu.models import build as build_by_name
from l0edu.wide_resnet import wide_resnet

GAUSSIAN = HardGaussian(sigma=0.4)


def rng(seed=0):
    return np.random.default_rng(seed)


def fan_in(W):
    return math.prod(W.shape[1:])


@pytest.mark.parametrize("build", [mlp, lenet5])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_weights_have_the_standard_deviation_of_he_and_biases_are_zero(build, dtype):
    params = build().init(rng(), dtype)
    for table in params.values():
        if "W" in table:
            W = table["W"]
            assert W.dtype == table["b"].dtype == dtype
            assert abs(W.std() * math.sqrt(fan_in(W) / 2) - 1) < 6 / math.sqrt(2 * W.size)
            np.testing.assert_array_equal(table["b"], 0)


@pytest.mark.parametrize(
    ("net", "rates"),
    [(mlp(), (0.2, 0.5, 0.5)), (mlp(drop_rates=(0.1, 0.3, 0.9)), (0.1, 0.3, 0.9)), (lenet5(), [0.5] * 4)],
)
def test_gates_start_around_the_logit_of_the_keep_rate(net, rates):
    params = net.init(rng())
    for layer, p in zip(net.gates(), rates, strict=True):
        log_alpha = params[layer.name]["log_alpha"]
        assert abs(log_alpha.mean() - math.log((1 - p) / p)) < 6 * 0.01 / math.sqrt(log_alpha.size)
        assert np.abs(log_alpha - math.log((1 - p) / p)).max() < 0.06


def test_the_mlp_has_the_layers_of_table_1():
    net = mlp()
    assert net.in_shape == (784,)
    assert [(c.gate, c.layer, c.gates) for c in net.charges] == [
        ("gate1", "fc1", 784), ("gate2", "fc2", 300), ("gate3", "fc3", 100),
    ]  # fmt: skip
    assert architecture(net, net.init(rng())) == [784, 300, 100]
    assert [layer.name for layer in net.layers] == (
        ["gate1", "fc1", "relu1", "gate2", "fc2", "relu2", "gate3", "fc3"]
    )


def test_lenet_has_the_layers_of_table_1():
    net = lenet5()
    assert net.in_shape == (1, 28, 28)
    assert [(c.gate, c.layer, c.gates) for c in net.charges] == [
        ("gate1", "conv1", 20), ("gate2", "conv2", 50), ("gate3", "fc1", 800), ("gate4", "fc2", 500),
    ]  # fmt: skip
    assert architecture(net, net.init(rng())) == [20, 50, 800, 500]
    assert net.body.out_shape(net.in_shape) == (10,)


def test_shapes_of_lenet_are_those_of_the_paper():
    shapes = {name: after for name, (_, after) in lenet5().shapes.items()}
    assert shapes["conv1"] == (20, 24, 24)
    assert shapes["conv2"] == (50, 8, 8)
    assert shapes["flat"] == (800,)


@pytest.mark.parametrize(("build", "numbers"), [(mlp, 266_610), (lenet5, 431_080)])
def test_without_a_law_the_network_is_dense(build, numbers):
    net, gated = build(law=None), build()
    params = net.init(rng())
    assert net.gates() == net.charges == ()
    assert sum(array.size for table in params.values() for array in table.values()) == numbers
    assert [layer for layer in gated.layers if layer not in gated.gates()] == list(net.layers)


@pytest.mark.parametrize("build", [mlp, lenet5])
def test_a_gated_network_with_open_gates_is_its_dense_network(build):
    gated, dense = build(), build(law=None)
    params, x = gated.init(rng()), rng(1).random((3, *gated.in_shape), np.float32)
    without = {name: table for name, table in params.items() if "log_alpha" not in table}
    np.testing.assert_array_equal(gated.apply(params, x), dense.apply(without, x))


@pytest.mark.parametrize("build", [mlp, lenet5])
def test_another_law_works_in_both(build):
    net = build(law=GAUSSIAN)
    params = net.init(rng())
    gates = sample_gates(net, params, draw_noise(net, params, rng(1)))
    assert net.apply(params, np.ones((2, *net.in_shape), np.float32), gates).shape == (2, 10)
    assert all(layer.gate_law().sigma == 0.4 for layer in net.gates())


def test_the_mlp_replaces_the_drop_rate_of_any_law_and_nothing_else():
    laws = [layer.gate_law() for layer in mlp(law=GAUSSIAN).gates()]
    assert laws == [HardGaussian(0.4, 0.2), HardGaussian(0.4, 0.5), HardGaussian(0.4, 0.5)]
    laws = [layer.gate_law() for layer in mlp(law=HardConcrete(beta=0.5)).gates()]
    assert [(law.beta, law.drop_rate) for law in laws] == [(0.5, 0.2), (0.5, 0.5), (0.5, 0.5)]


@pytest.mark.parametrize(
    ("sizes", "rates"),
    [((784, 300, 10), (0.2, 0.5, 0.5)), ((784, 300, 100, 10), (0.2,)), ((784,), ()), ((4, 3), ())],
)
def test_another_number_of_drop_rates_is_refused(sizes, rates):
    with pytest.raises(InputError, match="drop rates") as caught:
        mlp(sizes, rates)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("rate", [0, 1, -0.5, float("nan")])
def test_a_drop_rate_of_zero_is_refused_and_does_not_become_one_half(rate):  # B11
    with pytest.raises(InputError, match="strictly between 0 and 1"):
        mlp(drop_rates=(rate, 0.5, 0.5))
    with pytest.raises(InputError, match="strictly between 0 and 1"):
        lenet5(HardConcrete(drop_rate=rate))


def test_sizes_of_ones_own_need_as_many_drop_rates():
    net = mlp((6, 5, 2), (0.1, 0.9))
    assert net.body.out_shape((6,)) == (2,)
    assert [charge.group_size for charge in net.charges] == [5, 2]
    assert not any(isinstance(layer, BatchNorm) for layer in net.layers)


# ---- by name


@pytest.mark.parametrize("name", MODELS)
def test_a_name_is_a_network(name):
    assert build_by_name(name) == MODELS[name]()


@pytest.mark.parametrize(
    ("name", "net"),
    [
        ("wrn-10-1", wide_resnet(10, 1)),
        ("wrn-28-10", wide_resnet(28, 10)),
        ("wrn-16-4-dense", wide_resnet(16, 4, law=None)),
        ("wrn-16-4-dropout", wide_resnet(16, 4, law=Dropout(drop_rate=0.3))),
        ("wrn-16-4-before-bn", wide_resnet(16, 4, gates_before_batch_norm=True)),
    ],
)
def test_a_wide_resnet_is_named_by_its_depth_and_width(name, net):
    assert build_by_name(name) == net


@pytest.mark.parametrize("name", ["mlp", "lenet5-dense", "wrn-10-2"])
def test_the_number_of_classes_is_that_of_the_data(name):
    net = build_by_name(name, classes=100)
    assert net.body.out_shape(net.in_shape) == (100,)
    assert build_by_name(name, classes=10) == build_by_name(name)


@pytest.mark.parametrize("name", ["mlp", "lenet5-dropout", "wrn-10-1", "wrn-10-1-before-bn"])
def test_a_drop_rate_is_that_of_all_gates(name):
    net = build_by_name(name, drop_rate=0.05)
    assert [layer.gate_law().drop_rate for layer in net.gates()] == [0.05] * len(build_by_name(name).gates())
    assert net.charges == build_by_name(name).charges
    assert net.allow_gate_before_batch_norm == name.endswith("-before-bn")


@pytest.mark.parametrize(
    "name",
    ["resnet", "wrn", "wrn-16", "wrn-16-4-", "wrn-16-04", "wrn--16-4", "wrn-16-4-dense\n", "WRN-16-4", ""],
)
def test_unknown_names_are_refused_with_the_known_ones(name):
    with pytest.raises(InputError, match=r"no network.*lenet5.*wrn-16-4$") as caught:
        build_by_name(name)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("name", ["wrn-15-1", "wrn-4-1", "wrn-28-99", "wrn-9999999994-1"])
def test_wide_resnets_that_cannot_be_are_refused(name):
    with pytest.raises(InputError, match="depth"):
        build_by_name(name)


def test_what_has_no_gates_has_no_drop_rate_and_a_rate_is_below_one():
    with pytest.raises(InputError, match="wrn-10-1-dense has no gates"):
        build_by_name("wrn-10-1-dense", drop_rate=0.1)
    with pytest.raises(InputError, match="between 0 and 1"):
        build_by_name("wrn-10-1", drop_rate=1.5)
