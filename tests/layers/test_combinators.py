"""Do chains and residuals put layers together, and do the walks over them meet each layer once?"""

import numpy as np
import pytest
from hypothesis import given
from random_networks import networks
from strategies import few

from l0edu import Chain, Conv, Dense, Flatten, InputError, Relu, Residual
from l0edu.layers import Tables, leaves, runs, walk_shapes


def chain(name, *layers):
    return Chain(name, layers)


def names(layers):
    return [layer.name for layer in layers]


def identity(*names, n=3):
    return {name: {"W": np.eye(n), "b": np.zeros(n)} for name in names}


NESTED = chain(
    "net",
    chain("stem", Dense("a", 3), Relu("b")),
    Residual("block", chain("branch", Dense("c", 3), chain("in", Relu("d"))), chain("side", Dense("e", 3))),
    Dense("f", 3),
)


def test_a_chain_applies_its_layers_one_after_the_other():
    x = np.array([[1.0], [-2.0], [3.0]])
    tables = Tables({"a": {"W": 2 * np.eye(3), "b": np.ones(3)}})
    np.testing.assert_array_equal(chain("n", Dense("a", 3), Relu("b")).apply(x, tables), [[3], [0], [7]])
    np.testing.assert_array_equal(chain("n", Relu("b"), Dense("a", 3)).apply(x, tables), [[3], [1], [7]])


def test_a_chain_of_nothing_is_the_identity():
    x = np.ones((4, 2))
    assert chain("n").out_shape((4,)) == (4,)
    np.testing.assert_array_equal(chain("n").apply(x, Tables({})), x)


def test_a_residual_adds_its_input_or_its_shortcut():
    x = np.array([[1.0], [-2.0], [3.0]])
    branch, shortcut = chain("b", Relu("r")), chain("s", Dense("a", 3))
    tables = Tables({"a": {"W": 10 * np.eye(3), "b": np.zeros(3)}})
    np.testing.assert_array_equal(Residual("n", branch).apply(x, tables), [[2], [-2], [6]])
    np.testing.assert_array_equal(Residual("n", branch, shortcut).apply(x, tables), [[11], [-20], [33]])


@pytest.mark.parametrize(
    ("residual", "in_shape"),
    [
        (Residual("block", Dense("a", 4)), (3,)),
        (Residual("block", Dense("a", 4), Dense("b", 5)), (3,)),
        (Residual("block", Conv("a", 2, 3)), (2, 5, 5)),
        (Residual("block", Flatten("a")), (2, 1, 1)),
    ],
)
def test_a_residual_of_two_shapes_is_refused_in_one_line(residual, in_shape):
    with pytest.raises(InputError, match=r"'block' adds .* give it a shortcut") as caught:
        residual.out_shape(in_shape)
    assert len(str(caught.value).splitlines()) == 1
    with pytest.raises(InputError):
        list(walk_shapes(residual, in_shape))


def test_leaves_come_in_the_order_in_which_they_are_applied():
    assert names(leaves(NESTED)) == ["a", "b", "c", "d", "e", "f"]


def test_nested_chains_make_one_run_and_each_side_of_a_residual_its_own():
    assert [names(run) for run in runs(NESTED)] == [["a", "b", "block", "f"], ["c", "d"], ["e"]]


def test_chains_in_chains_change_no_output():
    x, params = np.random.default_rng(0).normal(size=(3, 4)), identity("a", "c", "e", "f")
    block = Residual("block", chain("branch", Dense("c", 3), Relu("d")), Dense("e", 3))
    flat = chain("net", Dense("a", 3), Relu("b"), block, Dense("f", 3))
    np.testing.assert_array_equal(NESTED.apply(x, Tables(params)), flat.apply(x, Tables(params)))


@given(networks())
@few
def test_runs_and_walks_meet_each_leaf_once(net):
    in_runs = [layer for run in runs(net.body) for layer in run if not isinstance(layer, Residual)]
    walked = [layer for layer, _, _ in walk_shapes(net.body, net.in_shape)]
    assert sorted(names(in_runs)) == sorted(names(walked)) == sorted(names(leaves(net.body)))
    assert walked == list(leaves(net.body))


@given(networks())
@few
def test_inferred_shapes_are_the_shapes_computed(net):
    tables = Tables(net.init(np.random.default_rng(0)))
    for layer, before, after in walk_shapes(net.body, net.in_shape):
        assert layer.apply(np.ones((*before, 2), np.float32), tables).shape == (*after, 2)
    assert net.body.apply(np.ones((*net.in_shape, 2)), tables).shape == (*net.body.out_shape(net.in_shape), 2)
