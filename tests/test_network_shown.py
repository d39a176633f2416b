"""Does a network show itself as a table, and does the example of the documentation run?"""

import numpy as np
import pytest
from building import HC, build, rng
from hypothesis import given
from random_networks import networks
from strategies import few

from l0edu import (
    Chain,
    Conv,
    Dense,
    Flatten,
    Gate,
    HardConcrete,
    MaxPool,
    Network,
    Relu,
    cross_entropy,
    draw_noise,
    l0_penalty,
    lenet5,
    mlp,
    open_probabilities,
    sample_gates,
    value_and_grad,
)
from l0edu import test_gates as values_at_test_time
from l0edu.tables import map_arrays

# ---- how it shows itself


MLP = """\
mlp: (784,) -> (10,)
layer  kind   output  weights  gates
gate1  Gate   (784,)           784 on the inputs of fc1
fc1    Dense  (300,)  235,200
relu1  Relu   (300,)
gate2  Gate   (300,)           300 on the inputs of fc2
fc2    Dense  (100,)   30,000
relu2  Relu   (100,)
gate3  Gate   (100,)           100 on the inputs of fc3
fc3    Dense  (10,)     1,000
total                 266,200  1,184"""

LENET = """\
lenet5: (1, 28, 28) -> (10,)
layer  kind     output        weights  gates
conv1  Conv     (20, 24, 24)      500
gate1  Gate     (20, 24, 24)           20 on the outputs of conv1
relu1  Relu     (20, 24, 24)
pool1  MaxPool  (20, 12, 12)
conv2  Conv     (50, 8, 8)     25,000
gate2  Gate     (50, 8, 8)             50 on the outputs of conv2
relu2  Relu     (50, 8, 8)
pool2  MaxPool  (50, 4, 4)
flat   Flatten  (800,)
gate3  Gate     (800,)                 800 on the inputs of fc1
fc1    Dense    (500,)        400,000
relu3  Relu     (500,)
gate4  Gate     (500,)                 500 on the inputs of fc2
fc2    Dense    (10,)           5,000
total                         430,500  1,370"""


@pytest.mark.parametrize(("net", "table"), [(mlp(), MLP), (lenet5(), LENET)], ids=["mlp", "lenet5"])
def test_a_network_shows_itself_as_a_table(net, table):
    assert repr(net) == table


def test_the_table_tells_gates_of_single_weights_and_layers_without_bias():
    net = build((4,), Dense("fc", 3, bias=False, weight_gate=HC))
    assert repr(net).splitlines()[2:] == [
        "fc     Dense  (3,)         12  12 on the weights of fc",
        "total                      12  12",
    ]


@given(networks())
@few
def test_every_network_shows_every_layer(net):
    rows = repr(net).splitlines()
    assert [row.split()[0] for row in rows[2:-1]] == [layer.name for layer in net.layers]
    assert all(row == row.rstrip() for row in rows)


# ---- the example of the documentation


def test_the_example_of_the_documentation_runs():
    hc = HardConcrete(beta=2 / 3, gamma=-0.1, zeta=1.1, drop_rate=0.5)
    net = Network(in_shape=(1, 28, 28), body=Chain("lenet5", (
        Conv("conv1", 20, 5), Gate("gate1", hc, charges="conv1"), Relu("relu1"), MaxPool("pool1", 2),
        Conv("conv2", 50, 5), Gate("gate2", hc, charges="conv2"), Relu("relu2"), MaxPool("pool2", 2),
        Flatten("flat"), Gate("gate3", hc, charges="fc1"), Dense("fc1", 500), Relu("relu3"),
        Gate("gate4", hc, charges="fc2"), Dense("fc2", 10))))  # fmt: skip
    params = net.init(rng(0))

    def objective(params, x, y, noise):
        gates = sample_gates(net, params, noise)
        return cross_entropy(net.apply(params, x, gates), y) + l0_penalty(net, params, lam=0.1 / 60_000)

    x, y = rng(1).random((4, 1, 28, 28), np.float32), np.array([0, 9, 3, 3])
    loss, grads = value_and_grad(objective)(params, x, y, draw_noise(net, params, rng(2)))
    assert net == lenet5()
    assert 1 < loss < 10
    assert grads["gate1"]["log_alpha"].shape == (20,)
    assert map_arrays(np.shape, grads) == map_arrays(np.shape, params)
    assert net.apply(params, x, values_at_test_time(net, params)).shape == (4, 10)
    assert net.apply(params, x, open_probabilities(net, params)).shape == (4, 10)
