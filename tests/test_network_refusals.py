"""What does a network refuse, and does it say what is wrong?"""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from building import build, rng
from hypothesis import given
from random_networks import problems, unitary_gates
from strategies import few

from l0edu import BatchNorm, Chain, Conv, Dense, Flatten, InputError, Relu, Residual, lenet5, mlp


def _without(table, name):
    return {key: value for key, value in table.items() if key != name}


@given(problems(max_blocks=2))
@few
def test_a_layer_that_is_missing_in_a_table_is_named(problem):
    net, params, x, _, _ = problem
    for name in params:
        with pytest.raises(InputError, match=f"params has nothing under '{name}'"):
            net.apply(_without(params, name), x)
    gates = unitary_gates(net)
    for name in gates:
        with pytest.raises(InputError, match=f"gates has nothing under '{name}'"):
            net.apply(params, x, _without(gates, name))


def test_a_batch_norm_that_is_missing_in_the_moments_is_named():
    net = build((4,), Dense("fc", 3), BatchNorm("bn"))
    with pytest.raises(InputError, match="stats has nothing under 'bn'"):
        net.apply(net.init(rng()), np.ones((2, 4)), stats={})


@pytest.mark.parametrize(("layer", "array"), [("fc", "W"), ("fc", "b"), ("bn", "scale"), ("bn", "shift")])
def test_an_array_that_is_missing_in_a_layer_is_named(layer, array):
    net = build((4,), Dense("fc", 3), BatchNorm("bn"))
    params = net.init(rng())
    params[layer] = _without(params[layer], array)
    with pytest.raises(InputError, match=f"'{layer}'.*'{array}'"):
        net.apply(params, np.ones((2, 4)))


@pytest.mark.parametrize("shape", [(), (4,), (3, 5), (3, 1, 4), (3, 4, 1), (4, 3)])
def test_inputs_of_another_shape_are_refused_in_one_line(shape):
    net = mlp((4, 3), (0.5,))
    with pytest.raises(InputError, match=r"takes inputs of shape \(batch, 4\), got \(") as caught:
        net.apply(net.init(rng()), np.ones(shape))
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("shape", [(), (3,), (1, 4), (3, 1), (2, 4), (3, 4, 1)])
def test_gates_of_another_shape_are_refused(shape):
    net = mlp((4, 3), (0.5,))
    with pytest.raises(InputError, match="gates of shape"):
        net.apply(net.init(rng()), np.ones((3, 4)), {"gate1": np.ones(shape)})


def test_a_name_used_twice_is_refused_even_in_another_branch():
    with pytest.raises(InputError, match="2 layers are called 'a'"):
        build((4,), Dense("a", 3), Relu("a"))
    with pytest.raises(InputError, match="3 layers are called 'a'"):
        build((4,), Relu("a"), Residual("r", Chain("branch", (Relu("a"),)), Chain("side", (Relu("a"),))))


@pytest.mark.parametrize("name", ["", "a/b", "/"])
def test_a_name_that_is_empty_or_has_a_slash_is_refused(name):
    with pytest.raises(InputError, match=r"layer name .*: use a name"):
        build((4,), Dense(name, 3))


def test_shapes_that_do_not_fit_are_refused_when_the_network_is_described():
    with pytest.raises(InputError, match="Dense 'fc' takes a vector"):
        build((1, 4, 4), Dense("fc", 3))
    with pytest.raises(InputError, match="Conv 'c' takes images"):
        build((4,), Conv("c", 3, 2))


@pytest.mark.parametrize("in_shape", [(), (0,), (-4,), (1, 0, 4), [4], 4, (4.0,)])
def test_an_input_shape_that_is_no_tuple_of_positive_numbers_is_refused(in_shape):
    with pytest.raises(InputError, match="in_shape"):
        build(in_shape, Flatten("flat"), Dense("fc", 2))


def test_an_empty_batch_has_an_empty_output():
    net = lenet5()
    assert net.apply(net.init(rng()), np.ones((0, 1, 28, 28), np.float32)).shape == (0, 10)


def test_a_network_cannot_be_changed():
    net = mlp()
    for name in ("in_shape", "body", "allow_gate_before_batch_norm"):
        with pytest.raises(FrozenInstanceError):
            setattr(net, name, None)
    assert net == mlp()
    assert hash(net) == hash(mlp())


def test_only_a_dense_or_a_conv_has_weights():
    net = lenet5()
    shapes = net.weight_shapes
    assert shapes == {"conv1": (20, 1, 5, 5), "conv2": (50, 20, 5, 5), "fc1": (500, 800), "fc2": (10, 500)}
