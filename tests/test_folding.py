"""Can a factor on a unit be multiplied into the weights next to it, and does it stay where it cannot?"""

import numpy as np
import pytest
from building import build, rng
from hypothesis import given
from random_networks import random_inputs, spread_params
from strategies import few, many, seeds

from l0edu import BatchNorm, Chain, Conv, Dense, Flatten, MaxPool, MeanPool, Relu, Residual
from l0edu.compact import compact
from l0edu.folding import folded
from l0edu.layers import Put, Scale, Take

IMAGE, VECTOR = (2, 6, 6), (3,)
GOES_AWAY = {
    "into the next dense": (VECTOR, Scale("s"), Dense("fc", 2)),
    "into the next conv": (IMAGE, Scale("s"), Conv("c", 2, 3)),
    "through relu and pools": (
        IMAGE, Scale("s"), MaxPool("m", 2), Relu("r"), MeanPool("p", 2), Conv("c", 2, 1),
    ),
    "to every pixel": (IMAGE, Scale("s"), MaxPool("m", 2), Flatten("flat"), Dense("fc", 2)),
    "through a take": (VECTOR, Scale("s"), Take("take", (0, 2)), Relu("r"), Dense("fc", 2)),
    "through pixels taken": (IMAGE, Scale("s"), Flatten("flat"), Take("take", (1, 40, 71)), Dense("fc", 2)),
    "after another": (VECTOR, Scale("s"), Relu("r"), Scale("t"), Dense("fc", 2)),
    "into the dense before": (VECTOR, Dense("fc", 3), Relu("r"), Scale("s")),
    "into the conv before": (
        IMAGE, Conv("c", 3, 3, bias=False), MaxPool("m", 2), MeanPool("p", 2), Scale("s"),
    ),
    "into the one before where batch norm follows": (VECTOR, Dense("fc", 3), Scale("s"), BatchNorm("bn")),
    "at the start of a branch": (VECTOR, Residual("block", Chain("b", (Scale("s"), Dense("fc", 3))))),
    "at the end of a shortcut": (
        VECTOR, Residual("block", Chain("b", (Relu("r"),)), Chain("c", (Dense("fc", 3), Scale("s")))),
    ),
}  # fmt: skip
STAYS = {
    "between batch norms": (VECTOR, BatchNorm("bn1"), Scale("s"), BatchNorm("bn2")),
    "in front of a residual": (VECTOR, Scale("s"), Residual("block", Chain("b", (Relu("r"),)))),
    "alone in a branch": (VECTOR, Residual("block", Chain("b", (Scale("s"),)))),
    "between puts": (
        VECTOR, Put("p", (0, 1, 2), (4,)), Scale("s"), Put("q", (0, 1, 2, 3), (5,)), Dense("fc", 2),
    ),
}  # fmt: skip


def numbers_for(net, seed):
    params = spread_params(net, rng(seed))
    for layer in net.layers:
        if isinstance(layer, Scale):
            params[layer.name]["z"] = rng(seed).uniform(0.1, 1, params[layer.name]["z"].shape)
    return params, random_inputs(net, rng(seed))


def scales_left(net, params, x):
    """The names of the Scale layers left in the folded network, which computes the same."""
    small, arrays = folded(net, params)
    np.testing.assert_allclose(small.apply(arrays, x), net.apply(params, x), rtol=1e-10, atol=1e-12)
    assert arrays.keys() == {layer.name for layer in small.layers if layer.array_names()}
    return [layer.name for layer in small.layers if isinstance(layer, Scale)]


@pytest.mark.parametrize("layers", GOES_AWAY.values(), ids=GOES_AWAY)
@given(seed=seeds)
@few
def test_a_factor_goes(layers, seed):
    net = build(*layers)
    assert scales_left(net, *numbers_for(net, seed)) == []


@pytest.mark.parametrize("layers", STAYS.values(), ids=STAYS)
@given(seed=seeds)
@few
def test_a_factor_stays(layers, seed):
    net = build(*layers)
    assert scales_left(net, *numbers_for(net, seed)) == ["s"]


@pytest.mark.parametrize("layers", STAYS.values(), ids=STAYS)
def test_factors_of_1_go_everywhere(layers):
    net = build(*layers)
    assert scales_left(net, net.init(rng(), np.float64), np.ones((2, *net.in_shape))) == []


@pytest.mark.parametrize(("number", "left"), [(-0.5, ["s"]), (0.0, [])])
def test_a_negative_factor_does_not_pass_relu_and_0_does(number, left):
    net = build(VECTOR, Scale("s"), Relu("r"), Dense("fc", 2))
    params, x = numbers_for(net, 0)
    params["s"]["z"][1] = number
    assert scales_left(net, params, x) == left


@given(seeds)
@many
def test_a_network_whose_factors_became_negative_in_training_can_be_compacted(seed):
    net = build(IMAGE, Scale("s"), Relu("r"), MaxPool("m", 2), Flatten("flat"), Dense("fc", 2))
    params, x = spread_params(net, rng(seed)), random_inputs(net, rng(seed))
    params["s"]["z"] = rng(seed).normal(size=2)
    small = compact(net, params)
    np.testing.assert_allclose(small.net.apply(small.params, x), net.apply(params, x), rtol=1e-10, atol=1e-12)


def test_the_arrays_given_are_not_changed():
    net = build(VECTOR, Dense("fc", 3), Scale("s"))
    params, _ = numbers_for(net, 0)
    W, b = params["fc"]["W"].copy(), params["fc"]["b"].copy()
    folded(net, params)
    np.testing.assert_array_equal(params["fc"]["W"], W)
    np.testing.assert_array_equal(params["fc"]["b"], b)
    assert "s" in params
