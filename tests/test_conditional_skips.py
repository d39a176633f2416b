"""What does skipping leave out, when is it done, and what is refused?"""

import numpy as np
import pytest
from building import HC, build, gate, rng
from gradient_checks import refused
from hypothesis import given
from random_networks import networks
from skipping import assert_alike, skipping
from strategies import few

from l0edu import (
    BatchNorm,
    Conv,
    Dense,
    Flatten,
    Gate,
    HardConcrete,
    MaxPool,
    Relu,
    Residual,
    lenet5,
    ops,
    sample_gates,
    value_and_grad,
)
from l0edu.conditional import apply_conditionally, open_units, pays, pool_first
from l0edu.steps import Apply
from l0edu.tape import getval

# ---- what is computed


@pytest.fixture
def computed(monkeypatch):
    """The shapes of the weights and of the batch of every product that is computed."""
    shapes = []

    def observed(op):
        def observe(x, W, *rest):
            shapes.append((W.shape[:2], x.shape))
            return op(x, W, *rest)

        return observe

    for name in ("affine", "conv2d"):
        monkeypatch.setattr(ops, name, observed(getattr(ops, name)))
    return shapes


def test_a_closed_gate_takes_rows_and_columns_with_it(computed):
    net = build((4,), gate("fc1", "g1"), Dense("fc1", 3), Relu("r"), gate("fc2", "g2"), Dense("fc2", 2))
    gates = {"g1": np.array([0.2, 0, 0, 1]), "g2": np.array([0, 1.0, 0])}
    skipping(net)(net.init(rng(), np.float64), np.ones((5, 4)), gates)
    assert computed == [((1, 2), (2, 5)), ((2, 1), (1, 5))]


def test_filters_of_closed_gates_are_not_computed_through_pools_and_flatten(computed):
    net = lenet5()
    gates = {gate.name: np.zeros(net.gate_shape(gate)) for gate in net.gates()}
    for name, opened in {"gate1": [3, 4], "gate2": [0, 9, 49], "gate3": [7, 8, 150], "gate4": [1]}.items():
        gates[name][opened] = 1  # of the maps, gate3 reads 0 and 9; 49 is open and not read
    skipping(net)(net.init(rng(), np.float64), np.ones((5, 1, 28, 28)), gates)
    assert [shape for shape, _ in computed] == [(2, 1), (2, 2), (1, 3), (10, 1)]
    assert [batch for _, batch in computed[2:]] == [(3, 5), (1, 5)]


def test_behind_a_layer_of_closed_gates_only_constants_are_left(computed):
    layers = (Conv("c1", 3, 3), gate("c1"), Conv("c2", 2, 3), BatchNorm("bn"), Flatten("flat"))
    net = build((1, 8, 8), *layers, Dense("fc", 2), allow=True)
    skipping(net)(net.init(rng(), np.float64), np.ones((5, 1, 8, 8)), {"gate": np.zeros(3)})
    assert [shape for shape, _ in computed] == [(2, 32)]  # of the two maps of constants


def test_a_dead_branch_is_not_computed(computed):
    branch = build((4,), Dense("a", 4, bias=False), gate("a"), Dense("b", 4, bias=False)).body
    net = build((4,), Residual("block", branch), Dense("head", 2))
    skipping(net)(net.init(rng(), np.float64), np.ones((5, 4)), {"gate": np.zeros(4)})
    assert [shape for shape, _ in computed] == [(2, 4)]


def test_max_pooling_comes_before_relu_and_gate_but_stays_behind_batch_norm():
    names = {"c": Conv("c", 1, 1), "bn": BatchNorm("bn"), "r": Relu("r"), "g": gate("c", "g")}
    pools = {"m1": MaxPool("m1", 2), "m2": MaxPool("m2", 2)}
    steps = [Apply((names | pools)[name]) for name in ("c", "r", "m1", "bn", "g", "r", "m2", "g")]
    assert [step.layer.name for step in pool_first(steps)] == ["c", "m1", "r", "bn", "m2", "g", "r", "g"]


# ---- when it pays


@pytest.mark.parametrize(("opened", "inputs"), [(5, 5), (6, 10)])
def test_dense_layers_are_cut_when_at_most_half_of_the_gates_are_open(computed, opened, inputs):
    net = build((10,), gate("fc"), Dense("fc", 3))
    gates = {"gate": np.where(np.arange(10) < opened, 1.0, 0.0)}
    apply_conditionally(net, net.init(rng()), np.ones((2, 10), np.float32), gates)
    assert computed[0][0] == (3, inputs)


@pytest.mark.parametrize("opened", [1, 9])
def test_convolutions_are_always_cut(computed, opened):
    net = build((10, 3, 3), gate("c"), Conv("c", 3, 1))
    gates = {"gate": np.where(np.arange(10) < opened, 1.0, 0.0)}
    apply_conditionally(net, net.init(rng()), np.ones((2, 10, 3, 3), np.float32), gates)
    assert computed[0][0] == (3, opened)


@given(networks(gates=("weights",)))
@few
def test_gates_of_single_weights_skip_nothing(net):
    opened = open_units(net, {layer.name: np.zeros(net.gate_shape(layer)) for layer in net.gates()})
    assert opened == {}
    assert pays(net, opened) == any(isinstance(layer, Conv) for layer in net.layers)


# ---- what is refused


NET = build((4,), gate("fc1", "g1"), Dense("fc1", 3), gate("fc2", "g2"), Dense("fc2", 2))
GATES = {"g1": np.array([1.0, 0, 0, 1]), "g2": np.array([0, 0.5, 0])}


@pytest.mark.parametrize("always", [False, True])
@pytest.mark.parametrize(
    ("gates", "match"),
    [
        ({"g1": GATES["g1"]}, "table gates has nothing under 'g2'"),
        (GATES | {"g1": np.ones(3)}, r"gates of shape \(3,\) for 4 units"),
        (GATES | {"g1": np.zeros(1)}, r"gates of shape \(1,\) for 4 units"),
        (GATES | {"g1": np.float64(1)}, r"gates of shape \(\) for 4 units"),
    ],
    ids=["missing", "short", "one", "scalar"],
)
def test_gates_that_do_not_fit_are_refused(always, gates, match):
    with refused(match):
        apply_conditionally(NET, NET.init(rng(), np.float64), np.ones((2, 4)), gates, always)


@pytest.mark.parametrize("x", [np.ones((2, 5)), np.ones((2, 4), int)], ids=["shape", "integers"])
def test_a_batch_that_does_not_fit_is_refused(x):
    with refused("the network takes"):
        skipping(NET)(NET.init(rng(), np.float64), x, GATES)


def test_a_table_that_lacks_an_array_is_refused():
    params = NET.init(rng(), np.float64)
    with refused("nothing under 'fc1' / 'b'"):
        skipping(NET)({**params, "fc1": {"W": params["fc1"]["W"]}}, np.ones((2, 4)), GATES)


def test_an_empty_batch_gives_an_empty_result():
    assert skipping(NET)(NET.init(rng(), np.float64), np.ones((0, 4)), GATES).shape == (0, 2)


def test_gates_of_single_weights_stand_beside_gates_of_units():
    net = build((4,), gate("fc1"), Dense("fc1", 3), Dense("fc2", 2, weight_gate=HC))
    params, x = net.init(rng(), np.float64), rng(1).normal(size=(3, 4))
    gates = {"gate": GATES["g1"], "fc2": rng(2).integers(0, 2, (2, 3)) * 0.5}
    np.testing.assert_allclose(skipping(net)(params, x, gates), net.apply(params, x, gates))


class Mirrored(HardConcrete):
    """A law whose sample lets gradients through where the gate is closed."""

    def sample(self, log_alpha, u):
        return super().sample(log_alpha, u) + 0.1 * (log_alpha - getval(log_alpha))


def test_gates_of_a_law_with_a_sample_of_its_own_are_not_skipped():
    net = build((4,), Gate("g", Mirrored(), "fc"), Dense("fc", 2))
    assert open_units(net, {"g": np.zeros(4)}) == {}
    params, noise = net.init(rng(), np.float64), {"g": np.full(4, 0.5)}
    params["g"]["log_alpha"][:2] = -9

    def loss(params, apply):
        return (apply(params, np.ones((3, 4)), sample_gates(net, params, noise)) ** 2).sum()

    full, skipped = (value_and_grad(loss)(params, apply)[1] for apply in (net.apply, skipping(net)))
    np.testing.assert_array_equal(skipped["g"]["log_alpha"], full["g"]["log_alpha"])
    assert (full["g"]["log_alpha"][:2] != 0).all()


def test_negative_gates_are_computed_in_full():
    net = build((1, 6, 6), Conv("c", 2, 3), gate("c", "g"), MaxPool("p", 2), Flatten("f"), Dense("fc", 2))
    params, x = net.init(rng(), np.float64), rng(1).normal(size=(3, 1, 6, 6))
    gates = {"g": np.array([-1.0, 0])}
    np.testing.assert_array_equal(skipping(net)(params, x, gates), net.apply(params, x, gates))


def test_where_nothing_is_left_the_gates_have_gradient_0():
    net = build((4,), gate("fc", "g"), Dense("fc", 2, bias=False))
    params, x = net.init(rng(), np.float64), np.ones((3, 4))
    _, grads = value_and_grad(lambda gates: skipping(net)(params, x, gates).sum())({"g": np.zeros(4)})
    assert grads["g"].shape == (4,)


@pytest.mark.parametrize("examples", [None, 3], ids=["one sample", "one for each example"])
def test_images_behind_gates_of_such_a_law_have_the_gradients_of_the_full_computation(examples):
    pooled = (Gate("g", Mirrored(), "c"), Relu("r"), MaxPool("p", 2), Flatten("f"))
    net = build((1, 6, 6), Conv("c", 3, 3), *pooled, gate("fc", "g2"), Dense("fc", 2))
    params, x = net.init(rng(), np.float64), rng(1).normal(size=(3, 1, 6, 6))
    params["g"]["log_alpha"][:2] = -9
    params["g2"]["log_alpha"][:6] = -9
    noise = {"g": np.full((examples, 3) if examples else 3, 0.5), "g2": np.full(12, 0.5)}

    def loss(params, apply):
        return (apply(params, x, sample_gates(net, params, noise)) ** 2).sum()

    full, skipped = (value_and_grad(loss)(params, apply) for apply in (net.apply, skipping(net)))
    assert abs(full[0] - skipped[0]) <= 1e-12 * abs(full[0])
    assert_alike(skipped[1], full[1])
