import numpy as np
import pytest
from autograd.core import SparseObject
from gradient_checks import check_float32, check_gradients, gradients, numbers, refused, rngs
from hypothesis import given, settings
from hypothesis import strategies as st

from l0edu.ops import cut, put, take
from l0edu.ops.selection import cut_dW

few = settings(max_examples=40, deadline=None)
shapes = st.one_of(st.tuples(*[st.integers(1, 4)] * 2), st.tuples(*[st.integers(1, 4)] * 4))
kernels = st.one_of(st.tuples(*[st.integers(1, 4)] * n) for n in (1, 2, 4))


def some(rng, count, least=0):
    """Some of `count` units, in increasing order."""
    return np.sort(rng.permutation(count)[: rng.integers(least, count + 1)])


@given(rngs, shapes)
@few
def test_take_is_its_twin_with_its_gradient(rng, shape):
    arguments = {"x": numbers(rng, *shape), "units": some(rng, shape[0])}
    check_gradients(take, arguments, ("x",))
    check_float32(take, arguments, ("x",))


@given(rngs, shapes, st.integers(0, 2), st.booleans())
@few
def test_put_is_its_twin_with_its_gradients(rng, shape, more, filled):
    units = np.sort(rng.permutation(shape[0] + more)[: shape[0]])
    fill = numbers(rng, more) if filled else None
    arguments = {"x": numbers(rng, *shape), "units": units, "shape": (shape[0] + more, *shape[1:-1])}
    check_gradients(put, arguments | {"fill": fill}, ("x", "fill") if filled else ("x",))
    check_float32(put, arguments | {"fill": fill}, ("x", "fill") if filled else ("x",))


@given(rngs, kernels)
@few
def test_cut_is_its_twin_with_its_gradient(rng, shape):
    inputs = some(rng, shape[1]) if len(shape) > 1 and rng.random() < 0.7 else None
    outputs = some(rng, shape[0]) if rng.random() < 0.7 else None
    arguments = {"W": numbers(rng, *shape), "outputs": outputs, "inputs": inputs}
    check_gradients(cut, arguments, ("W",))
    check_float32(cut, arguments, ("W",))


@given(rngs, shapes)
@few
def test_what_is_taken_and_put_back_is_the_same_and_zeros(rng, shape):
    x, units = numbers(rng, *shape), some(rng, shape[0], 1)
    y = put(take(x, units), units, shape[:-1])
    np.testing.assert_array_equal(y[units], x[units])
    assert not np.delete(y, units, axis=0).any()


@pytest.mark.parametrize("shape", [(3,), (3, 2, 2)])
def test_where_no_units_are_put_only_the_batch_of_the_input_counts(shape):
    x, fill = np.full((7, 5), np.nan), np.array([1.0, 2.0, 3.0])
    y = put(x, np.array([], int), shape, fill)
    assert y.shape == (*shape, 5)
    assert [set(unit.ravel()) for unit in y] == [{1.0}, {2.0}, {3.0}]
    found = gradients(
        put, {"x": x, "units": np.array([], int), "shape": shape, "fill": fill}, ("x", "fill"), y
    )
    np.testing.assert_array_equal(found["x"], np.zeros((7, 5)))
    np.testing.assert_array_equal(found["fill"], y.reshape(3, -1).sum(axis=1))


def test_no_units_of_a_batch_are_an_empty_batch():
    x, none = np.ones((3, 2, 2, 5)), np.array([], int)
    assert take(x, none).shape == (0, 2, 2, 5)
    assert cut(np.ones((3, 4)), none, none).shape == (0, 0)
    np.testing.assert_array_equal(gradients(take, {"x": x, "units": none}, ("x",), take(x, none))["x"], 0 * x)


def test_the_gradient_of_a_cut_adds_itself_where_it_belongs():
    W, g = np.ones((3, 4)), np.array([[1.0, 2.0]])
    promise = cut_dW(g, W, np.array([1]), np.array([0, 3]))
    assert isinstance(promise, SparseObject)
    total = promise.mut_add(np.full((3, 4), 10.0))
    np.testing.assert_array_equal(total, [[10] * 4, [11, 10, 10, 12], [10] * 4])


def test_cuts_of_one_array_and_its_whole_add_up():
    W, rows = np.arange(6.0).reshape(3, 2), np.array([0, 2])

    def objective(W):
        return cut(W, rows).sum() + (W * W).sum() + cut(W, rows, np.array([1])).sum()

    found = gradients(lambda W: objective(W), {"W": W}, ("W",), 1.0)["W"]
    np.testing.assert_array_equal(found, 2 * W + [[1, 2], [0, 0], [1, 2]])


def test_constants_keep_their_precision_beside_a_batch_of_float32():
    fill = np.array([1 / 3])
    y = put(np.ones((1, 2), np.float32), np.array([0]), (2,), fill)
    np.testing.assert_array_equal(y[1], [1 / 3, 1 / 3])
    assert put(np.ones((1, 2), np.float32), np.array([0]), (2,), fill.astype(np.float32)).dtype == np.float32


@pytest.mark.parametrize(("x", "shape"), [((3, 5), (4,)), ((2, 5), (4, 1, 1)), ((2, 2, 2, 5), (4, 2, 3))])
def test_an_input_that_does_not_fit_is_refused(x, shape):
    with refused("put: x of shape .* cannot be 2 of the units of"):
        put(np.ones(x), np.array([0, 1]), shape)


@pytest.mark.parametrize("constants", [0, 1, 3])
def test_another_number_of_constants_is_refused(constants):
    with refused(rf"put: 2 units need a constant each, got \({constants},\)"):
        put(np.ones((2, 5)), np.array([0, 1]), (4,), np.ones(constants))
