"""Are expected FLOPs the mean of exact ones, and does the library know where they are not?"""

import numpy as np
import pytest
from building import build, gate, rng
from gate_patterns import (
    ON_UNITS,
    as_gates,
    assert_rows,
    gate_count,
    in_closed_form,
    mean_over_patterns,
    numbers,
    random_chances,
    tiny_networks,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import few, many, seeds

from l0edu import (
    BatchNorm,
    Chain,
    Conv,
    Dense,
    Flatten,
    MaxPool,
    Relu,
    Residual,
    draw_noise,
    flops,
    lenet5,
    mlp,
    open_probabilities,
    sample_gates,
)
from l0edu.layers import Layer
from l0edu.liveness import alive_after, wanted_before

of_any_kind = tiny_networks((*ON_UNITS, "weights"), depth=2, selection=True)


# ---- by all patterns of the gates


def test_in_chains_the_closed_form_is_the_mean_over_all_patterns_without_going_through_them():
    different = set()

    @given(tiny_networks(), seeds)
    @settings(few, max_examples=300)  # some are drawn twice
    def check(net, seed):
        p = random_chances(net, rng(seed))
        found = in_closed_form(net, p)
        assert not found.approximate
        assert_rows(found, mean_over_patterns(net, p))
        assert flops(net, p) == found
        different.add((net, seed))

    check()
    assert len(different) >= 200


@given(of_any_kind, seeds)
@many
def test_by_own_gates_the_closed_form_is_exact_for_any_network(net, seed):
    p = random_chances(net, rng(seed))
    found = in_closed_form(net, p, "own-gates")
    assert not found.approximate
    assert_rows(found, mean_over_patterns(net, p, "own-gates"))


def test_tiny_networks_of_any_kind_are_counted_exactly_and_a_closed_form_knows_whether_it_is_exact():
    kinds = []

    @given(of_any_kind, seeds)
    @settings(few, max_examples=200)
    def check(net, seed):
        p = random_chances(net, rng(seed))
        found, closed_form, expected = flops(net, p), in_closed_form(net, p), mean_over_patterns(net, p)
        assert not found.approximate
        assert_rows(found, expected)
        if not closed_form.approximate:
            assert_rows(closed_form, expected)
        kinds.append(closed_form.approximate)

    check()
    assert kinds.count(False) > 100
    assert kinds.count(True) > 5


@pytest.mark.parametrize("bias", [True, False])
def test_gates_of_maps_and_of_their_pixels(bias):
    layers = (Conv("c", 2, 1, bias=bias), gate("c", "maps"), Relu("r"), Flatten("flat"))
    behind = (gate("fc1", "pixels"), Dense("fc1", 2, bias), gate("fc2", "units"), Dense("fc2", 1, bias))
    net = build((1, 2, 2), *layers, *behind)
    assert gate_count(net) == 2 + 8 + 2
    p = random_chances(net, rng(1))
    found = in_closed_form(net, p)
    assert not found.approximate
    assert_rows(found, mean_over_patterns(net, p))


def test_units_that_depend_on_the_same_gates_are_not_taken_for_independent():
    gated = (gate("b", "g1"), Dense("b", 2, False), gate("c", "g2"), Dense("c", 2, False))
    net = build((2,), Dense("a", 2), *gated, Dense("d", 3))
    found, dense = in_closed_form(net, as_gates(net, [0.5] * 4)), flops(net)
    shares = [one.flops / all_.flops for one, all_ in zip(found.rows, dense.rows, strict=True)]
    assert (shares[0], shares[3]) == (0.5 * 0.75, 0.75 * 0.75)  # naively 1 - (1 - .5 * .75)^2 = .609


@given(of_any_kind, seeds, st.data())
@many
def test_no_gate_gets_cheaper_by_opening_more_often(net, seed, data):
    p, which = random_chances(net, rng(seed)), data.draw(st.integers(0, gate_count(net) - 1))
    flat = np.concatenate([p[layer.name].ravel() for layer in net.gates()])
    flat[which] = data.draw(st.floats(flat[which], 1))
    rarer, oftener = (numbers(flops(net, gates)) for gates in (p, as_gates(net, flat)))
    assert (oftener - rarer >= -1e-12 * (1 + rarer)).all()


# ---- where gates act in more than one way


def residual_network(units, hidden, *more):
    """The first gates kill the trunk and the branch together, which also dies alone."""
    branch = Chain("branch", (Dense("a", hidden, bias=False), gate("a")))
    gated = (gate("in", "g0"), Dense("in", hidden, bias=False))
    return build((units,), *gated, Residual("block", branch), Dense("fc", 3), *more)


def test_beyond_12_gates_in_doubt_an_approximation_says_so():
    net = residual_network(7, 6)
    p = as_gates(net, [0.5] * 13)
    found = flops(net, p)
    assert found.approximate
    assert str(found).endswith("\n(approximate: gates act in more than one way)")
    assert not flops(net, p, "own-gates").approximate
    p["gate"][0] = 1.0
    assert not flops(net, p).approximate
    assert "approximate" not in str(flops(net, p))


def test_with_12_in_doubt_it_is_exact():
    net = residual_network(6, 6)
    p = as_gates(net, rng(3).uniform(0.2, 0.8, 12))
    assert not flops(net, p).approximate
    assert in_closed_form(net, p).approximate
    assert_rows(flops(net, p), mean_over_patterns(net, p))


def test_a_block_with_gates_inside_its_branch_is_exact_without_enumeration():
    def norm(number):
        return BatchNorm(f"bn{number}"), Relu(f"relu{number}")

    def conv(name, maps):
        return Conv(name, maps, 3, padding=1, bias=False)

    branch = (*norm(1), conv("conv1", 16), *norm(2), gate("conv2"), conv("conv2", 4))
    block = Residual("block", Chain("branch", branch))
    net = build(
        (3, 6, 6), conv("conv0", 4), block, *norm(3), MaxPool("pool", 6), Flatten("f"), Dense("fc", 2)
    )
    p = rng(0).uniform(0.1, 0.9, 16)
    found = flops(net, {"gate": p})
    open_maps, any_map = p.sum(), 1 - np.prod(1 - p)
    conv1, conv2 = 36 * (2 * 9 * 4 - 1) * open_maps, 36 * (2 * 9 * open_maps - any_map) * 4
    expected = [36 * (2 * 9 * 3 - 1) * 4, conv1, conv2, 2 * 4 * 2]
    assert not found.approximate
    np.testing.assert_allclose([row.flops for row in found.rows], expected, rtol=1e-12)


class Mixed(Layer):
    """A layer of your own with weights."""

    def out_shape(self, in_shape):
        return in_shape

    def weight_shape(self, in_shape):
        return (*in_shape, *in_shape)

    def apply(self, x, tables):
        return tables.params[self.name]["W"] @ x


def test_a_layer_of_ones_own_has_no_row_however_it_is_counted():
    net = residual_network(2, 2, Mixed("own"), Dense("last", 2))
    p = as_gates(net, [0.5] * 4)
    for gates in (None, p):
        assert [row.layer for row in flops(net, gates).rows] == ["in", "a", "fc", "last"]
    assert in_closed_form(net, p).approximate
    assert_rows(flops(net, p), mean_over_patterns(net, p))


class Turned(Mixed):
    """Reverses the order of its units, and says so."""

    def weight_shape(self, in_shape):
        return None


@alive_after.register(Turned)
@wanted_before.register(Turned)
def _turned(layer, units, gated):
    return units.taken(np.arange(3)[::-1])


def test_a_rule_for_a_layer_of_ones_own_holds_for_probabilities_too():
    first = (gate("a", "g1"), Dense("a", 3, bias=False), gate("a", "g2"))
    net = build((3,), *first, Turned("own"), gate("b", "g3"), Dense("b", 2))
    assert numbers(flops(net, as_gates(net, [1, 1, 1, 1, 0, 0, 1, 1, 0]))).tolist() == [[0, 0, 0]] * 2
    p = as_gates(net, rng(5).uniform(0.2, 0.8, 9))
    found = in_closed_form(net, p)
    assert not found.approximate
    assert_rows(found, mean_over_patterns(net, p))


# ---- by sampling


def sampled_costs(net, params, seed, count):
    """The exact FLOPs of each layer under the gates of so many training steps: (count, layers)."""
    noise = draw_noise(net, params, rng(seed), examples=count)
    opened = {name: z != 0 for name, z in sample_gates(net, params, noise).items()}
    steps = ({name: z[i] for name, z in opened.items()} for i in range(count))
    return np.array([[row.flops for row in flops(net, gates).rows] for gates in steps])


@pytest.mark.parametrize(("model", "seed"), [(mlp, 0), (mlp, 1), (lenet5, 2), (lenet5, 3)])
def test_sampled_gates_cost_on_average_what_is_expected(model, seed):
    net, count = model(), 4000
    params = net.init(rng(seed), np.float64)
    for layer in net.gates():
        params[layer.name]["log_alpha"] = rng(seed).normal(-1.6, 3, net.gate_shape(layer))
    costs = sampled_costs(net, params, seed, count)
    expected = np.array([row.flops for row in flops(net, open_probabilities(net, params)).rows])
    errors = costs.std(axis=0, ddof=1) / np.sqrt(count)
    assert (np.abs(costs.mean(axis=0) - expected) < 5 * errors).all()
    total, error = costs.sum(axis=1).mean(), costs.sum(axis=1).std(ddof=1) / np.sqrt(count)
    assert abs(total - expected.sum()) < 5 * error < 0.02 * expected.sum()
