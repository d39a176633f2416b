"""Does each gate answer for exactly the weights that it switches, and is every crooked path refused?"""

import numpy as np
import pytest
from building import HC, build, gate
from hypothesis import given, settings
from random_networks import problems, unitary_gates
from strategies import few

from l0edu import (
    BatchNorm,
    Chain,
    Conv,
    Dense,
    Flatten,
    InputError,
    MaxPool,
    Relu,
    Residual,
    cross_entropy,
    lenet5,
    mlp,
    value_and_grad,
)


def groups(net):
    return {
        charge.gate: (charge.layer, charge.axis, charge.gates, charge.group_size) for charge in net.charges
    }


# ---- Eq. 16: how many weights share a gate


def test_a_gate_of_the_mlp_answers_for_the_weights_that_read_its_unit():
    assert [charge.group_size for charge in mlp().charges] == [300, 100, 10]
    assert [charge.axis for charge in mlp().charges] == [1, 1, 1]
    assert sum(charge.gates * charge.group_size for charge in mlp().charges) == 266_200


def test_a_gate_of_lenet_answers_for_a_filter_or_for_the_weights_that_read_its_unit():
    assert [charge.group_size for charge in lenet5().charges] == [25, 500, 500, 10]
    assert [charge.axis for charge in lenet5().charges] == [0, 0, 1, 1]
    assert sum(charge.gates * charge.group_size for charge in lenet5().charges) == 430_500


def test_through_a_flatten_the_gate_of_a_map_answers_for_the_block_of_its_pixels():
    net = build((2, 4, 6), gate("fc"), MaxPool("pool", 2), Flatten("flat"), Dense("fc", 5))
    assert groups(net) == {"gate": ("fc", 1, 2, 2 * 3 * 5)}


def test_a_weight_gate_answers_for_one_weight():
    net = build((2, 4, 4), Conv("c", 3, 2, weight_gate=HC), Flatten("flat"), Dense("fc", 5, weight_gate=HC))
    assert groups(net) == {"c": ("c", None, 3 * 2 * 2 * 2, 1), "fc": ("fc", None, 5 * 27, 1)}


def test_one_gate_on_each_axis_of_a_layer_is_allowed():
    net = build((4,), gate("fc", "in"), Dense("fc", 3), gate("fc", "out"), Dense("head", 2))
    assert groups(net) == {"in": ("fc", 1, 4, 3), "out": ("fc", 0, 3, 4)}


def test_a_unit_may_have_two_gates_if_each_charges_another_layer():
    net = build((4,), Dense("a", 3), gate("a", "g1"), gate("b", "g2"), Dense("b", 2))
    assert groups(net) == {"g1": ("a", 0, 3, 4), "g2": ("b", 1, 3, 2)}


def test_a_gate_reaches_its_layer_across_everything_that_keeps_units_apart():
    between = (BatchNorm("bn"), Relu("relu"), MaxPool("pool", 2))
    net = build((1, 6, 6), Conv("c", 3, 3), *between, gate("c"), Flatten("flat"), Dense("fc", 2))
    assert groups(net) == {"gate": ("c", 0, 3, 9)}


def test_nested_chains_are_one_straight_run():
    net = build((4,), Chain("a", (Dense("b", 4), gate("fc"))), Chain("c", (Chain("d", (Dense("fc", 3),)),)))
    assert groups(net) == {"gate": ("fc", 1, 4, 3)}


def test_a_gate_inside_a_branch_charges_the_layers_of_its_branch():
    branch = Chain("branch", (Dense("a", 5), Relu("relu"), gate("b"), Dense("b", 4)))
    assert groups(build((4,), Residual("block", branch), Dense("head", 2))) == {"gate": ("b", 1, 5, 4)}


def test_charges_come_in_the_order_of_the_gates():
    branch = Chain("branch", (gate("a", "g2"), Dense("a", 4, weight_gate=None)))
    side = Chain("side", (Dense("s", 4, weight_gate=HC),))
    net = build(
        (4,), Dense("d", 4), gate("d", "g1"), Residual("r", branch, side), gate("h", "g3"), Dense("h", 2)
    )
    assert list(groups(net)) == [layer.name for layer in net.gates()] == ["g1", "g2", "s", "g3"]


# ---- a closed gate switches off the weights that it is charged for


def _slices(charge, W):
    """For each gate, an index of the weights in its group."""
    if charge.axis is None:
        return [np.unravel_index(i, W.shape) for i in range(W.size)]
    block = W.shape[charge.axis] // charge.gates
    before = (slice(None),) * charge.axis
    return [(*before, slice(i * block, (i + 1) * block)) for i in range(charge.gates)]


@given(problems(max_blocks=2))
@settings(few, max_examples=40)
def test_the_weights_that_a_closed_gate_answers_for_have_no_gradient(problem):
    net, params, x, y, _ = problem
    for charge in net.charges:
        closed = unitary_gates(net)
        closed[charge.gate].flat[0] = 0
        grads = value_and_grad(lambda p, z=closed: cross_entropy(net.apply(p, x, z), y))(params)[1]
        group = grads[charge.layer]["W"][_slices(charge, params[charge.layer]["W"])[0]]
        assert group.size == charge.group_size
        np.testing.assert_array_equal(group, 0)


@given(problems(max_blocks=2))
@few
def test_the_weights_of_a_closed_group_change_no_output(problem):
    net, params, x, _, _ = problem
    for charge in net.charges:
        gates = unitary_gates(net)
        gates[charge.gate].flat[-1] = 0
        W = params[charge.layer]["W"].copy()
        W[_slices(charge, W)[-1]] += 1
        changed = {**params, charge.layer: {**params[charge.layer], "W": W}}
        np.testing.assert_allclose(
            net.apply(changed, x, gates), net.apply(params, x, gates), rtol=1e-9, atol=1e-9
        )


# ---- what is refused


ELSEWHERE = Residual("block", Chain("branch", (Dense("inner", 4),)))
REFUSED = {
    "unknown layer": ((gate("typo"), Dense("fc", 3)), r"'gate' charges 'typo'.*not in line.*\['fc'\]"),
    "no weights": ((gate("relu"), Relu("relu"), Dense("fc", 3)), "'relu', which has no weights"),
    "itself": ((gate("gate"), Dense("fc", 3)), "no weights"),
    "across dense": ((gate("b"), Dense("a", 3), Dense("b", 2)), "cannot charge 'b' across 'a'"),
    "back across dense": ((Dense("a", 3), Dense("b", 3), gate("a")), "cannot charge 'a' across 'b'"),
    "across a residual": ((gate("fc"), ELSEWHERE, Dense("fc", 3)), "cannot charge 'fc' across 'block'"),
    "into a branch": ((gate("inner"), ELSEWHERE), "'inner', which is not in line"),
    "out of a branch": (
        (Residual("block", Chain("branch", (Dense("a", 4), gate("fc")))), Dense("fc", 3)),
        "'fc', which is not in line",
    ),
    "into the other branch": (
        (Residual("block", Chain("branch", (Dense("a", 4), gate("b"))), Chain("side", (Dense("b", 4),))),),
        "'b', which is not in line",
    ),
    "twice before": (
        (gate("fc", "g1"), gate("fc", "g2"), Dense("fc", 3)),
        "2 gates charge the inputs of 'fc'",
    ),
    "twice behind": (
        (Dense("fc", 3), gate("fc", "g1"), gate("fc", "g2")),
        "2 gates charge the outputs of 'fc'",
    ),
    "weight gate too": ((gate("fc"), Dense("fc", 3, weight_gate=HC)), "'fc' has weight gates and is charged"),
    "weight gate behind": (
        (Dense("fc", 3, weight_gate=HC), gate("fc")),
        "'fc' has weight gates and is charged",
    ),
}


@pytest.mark.parametrize(("layers", "message"), REFUSED.values(), ids=REFUSED)
def test_a_gate_that_cannot_charge_its_layer_is_refused_in_one_line(layers, message):
    with pytest.raises(InputError, match=message) as caught:
        build((4,), *layers)
    assert len(str(caught.value).splitlines()) == 1


def test_a_gate_behind_a_flatten_cannot_charge_the_conv_before_it():
    with pytest.raises(InputError, match="cannot charge 'c' across 'flat'"):
        build((1, 4, 4), Conv("c", 3, 3), Flatten("flat"), gate("c"), Dense("fc", 2))


# ---- sizes


@pytest.mark.parametrize("layers", [(Dense("fc", 0), gate("fc")), (gate("fc"), Dense("fc", 0))])
def test_a_layer_without_units_is_refused_in_one_line(layers):
    with pytest.raises(InputError, match="'fc'"):
        build((4,), *layers)


@given(problems())
@few
def test_the_groups_of_a_layer_of_gates_add_up_to_all_weights(problem):
    for charge in problem.net.charges:
        W = problem.params[charge.layer]["W"]
        gates = problem.noise[charge.gate].size
        assert (charge.gates, charge.gates * charge.group_size) == (gates, W.size)


def test_a_charge_is_a_value():
    charge = mlp().charges[0]
    assert (charge.gate, charge.layer) == ("gate1", "fc1")
    assert charge == mlp().charges[0]
