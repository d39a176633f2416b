"""Does `value_and_grad` differentiate what it is given, and refuse the rest in one clear line?"""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given
from primitives import affine
from strategies import dtypes, few, seeds

from l0edu.concrete import sigmoid
from l0edu.errors import InputError
from l0edu.gates import HardConcrete
from l0edu.gradient import value_and_grad
from l0edu.lp import lp_penalty
from l0edu.tape import primitive


def network(dtype=np.float64, seed=0):
    """A table of two layers, and an input."""
    rng = np.random.default_rng(seed)
    shapes = {"fc1": {"W": (4, 3), "b": (3,)}, "fc2": {"W": (3, 1), "b": (1,)}}
    draw = {
        layer: {name: rng.normal(size=s) for name, s in arrays.items()} for layer, arrays in shapes.items()
    }
    return cast(draw, dtype), rng.normal(size=(5, 4)).astype(dtype)


def cast(table, dtype):
    return {layer: {name: a.astype(dtype) for name, a in arrays.items()} for layer, arrays in table.items()}


def loss(params, x):
    hidden = sigmoid(affine(x, params["fc1"]["W"], params["fc1"]["b"]))
    return anp.mean(affine(hidden, params["fc2"]["W"], params["fc2"]["b"]) ** 2)


def plain_loss(params, x):
    hidden = 1 / (1 + anp.exp(-(anp.dot(x, params["fc1"]["W"]) + params["fc1"]["b"])))
    return anp.mean((anp.dot(hidden, params["fc2"]["W"]) + params["fc2"]["b"]) ** 2)


def leaves(table):
    return [array for layer in table.values() for array in layer.values()]


# ---- value_and_grad


@given(seeds)
@few
def test_a_table_of_layers_gets_the_gradients_that_autograd_derives(seed):
    params, x = network(seed=seed)
    value, grads = value_and_grad(loss)(params, x)
    expected = autograd.grad(plain_loss)(params, x)
    np.testing.assert_allclose(value, plain_loss(params, x), rtol=1e-12)
    assert [list(layer) for layer in grads.values()] == [["W", "b"], ["W", "b"]]
    for got, want in zip(leaves(grads), leaves(expected), strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-13)


def test_it_agrees_with_autograds_own_tape_to_the_last_bit():
    params, x = network()
    expected = autograd.grad(loss)(params, x)
    for got, want in zip(leaves(value_and_grad(loss)(params, x)[1]), leaves(expected), strict=True):
        np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_gradients_have_the_dtypes_and_shapes_of_params(dtype):
    params, x = network(dtype)
    value, grads = value_and_grad(loss)(params, x)
    assert value.dtype == dtype
    assert all(g.dtype == dtype for g in leaves(grads))
    assert [g.shape for g in leaves(grads)] == [p.shape for p in leaves(params)]


def test_gradients_stay_float32_though_the_data_are_float64():
    params, x = network(np.float32)
    assert {g.dtype for g in leaves(value_and_grad(loss)(params, x.astype(float))[1])} == {np.dtype("f4")}


def test_the_gradient_of_an_autograd_function_is_cast_to_the_dtype_of_its_array():
    p = np.ones(2, np.float32)
    assert value_and_grad(lambda p: anp.sum(p * np.array([1.0, 2.0])))(p)[1].dtype == np.float32


def test_inside_of_the_tape_too_gradients_travel_in_the_dtype_of_what_they_are_of():
    seen = []

    @primitive
    def echo(x):
        return x.copy()

    @echo.gradient("x")
    def echo_dx(g):
        seen.append(g.dtype)
        return g

    u = np.full(2, 0.4)  # float64, so that the gate is float64 and its log_alpha float32
    value_and_grad(lambda p: anp.sum(HardConcrete().sample(echo(p), u)))(np.zeros(2, np.float32))
    assert seen == [np.float32]


SHARING = {
    "sum": lambda p: anp.sum((p["a"] + p["b"]) ** 2),
    "transposed": lambda p: anp.sum((p["a"] + p["b"].T) ** 2),
    "sum of entries": lambda p: anp.sum(p["a"]) + anp.sum(p["b"]),
}


@pytest.mark.parametrize("objective", SHARING.values(), ids=SHARING)
def test_each_gradient_may_be_written_to_without_changing_another(objective):
    grads = value_and_grad(objective)({"a": np.ones((2, 2)), "b": np.ones((2, 2))})[1]
    before = grads["b"].copy()
    grads["a"] += 100
    np.testing.assert_array_equal(grads["b"], before)


def test_calling_twice_gives_the_same_gradient_and_leaves_params_alone():
    params, x = network()
    before = [p.copy() for p in leaves(params)]
    evaluate = value_and_grad(loss)
    for first, second in zip(leaves(evaluate(params, x)[1]), leaves(evaluate(params, x)[1]), strict=True):
        np.testing.assert_array_equal(first, second)
    assert all(np.array_equal(p, old) for p, old in zip(leaves(params), before, strict=True))


def test_named_terms_are_returned_apart_and_their_sum_is_differentiated():
    x = np.array([1.0, -2.0])
    terms, grads = value_and_grad(lambda p: {"data": anp.sum(p**2), "l1": 3 * lp_penalty(p, 1)})(x)
    assert {name: float(term) for name, term in terms.items()} == {"data": 5.0, "l1": 9.0}
    assert not any(hasattr(term, "_node") for term in terms.values())
    np.testing.assert_array_equal(grads, [5, -7])


def test_a_term_may_be_an_ordinary_number():
    terms, grads = value_and_grad(lambda p: {"data": anp.sum(p**2), "l0": 0.0})(np.array([3.0]))
    assert terms == {"data": 9.0, "l0": 0.0}
    assert grads == [6]


@pytest.mark.parametrize("array", [np.array(3.0), np.float64(3.0), np.full((1, 1), 3.0)])
def test_a_bare_array_needs_no_table(array):
    value, grads = value_and_grad(lambda p: anp.sum(p**2))(array)
    assert (float(value), float(np.squeeze(grads))) == (9.0, 6.0)
    assert np.shape(grads) == np.shape(array)


@given(dtypes)
def test_an_array_that_is_not_used_gets_zeros(dtype):
    params = {"used": np.ones(2, dtype), "unused": np.ones((3, 1), dtype)}
    grads = value_and_grad(lambda p: anp.sum(p["used"]))(params)[1]
    assert grads["unused"].dtype == dtype
    np.testing.assert_array_equal(grads["unused"], np.zeros((3, 1)))


def test_an_array_used_twice_gets_both_gradients():
    grads = value_and_grad(lambda p: anp.sum(p) + sigmoid(p[0]) + lp_penalty(p, 2))(np.array([0.0, 3.0]))[1]
    np.testing.assert_array_equal(grads, [1.25, 7])


def test_further_arguments_are_not_differentiated():
    value, grads = value_and_grad(lambda p, x, n: anp.sum(p * x) / n)(np.ones(2), np.array([3.0, 5.0]), 2)
    assert value == 4
    np.testing.assert_array_equal(grads, [1.5, 2.5])


def test_the_evaluation_carries_the_name_of_its_objective():
    assert value_and_grad(loss).__name__ == "loss"


# ---- what it refuses


REFUSED = {
    "object array": (lambda p: np.clip(p, 0, 1), "autograd.numpy"),
    "where": (lambda p: np.where(p > 0, p, 0), "autograd.numpy"),
    "object term": (lambda p: {"data": anp.sum(p), "bad": np.where(p > 0, p, 0)}, "autograd.numpy"),
    "array": (lambda p: p * 2, r"must return a scalar, got shape \(3,\)"),
    "array of one": (lambda p: p[:1], r"must return a scalar, got shape \(1,\)"),
    "array term": (lambda p: {"data": anp.sum(p), "l2": p}, "must return a scalar"),
    "constant": (lambda p: 1.0, "does not depend on params"),
    "constant array": (lambda p: np.array(1.0), "does not depend on params"),
    "count": (lambda p: anp.sum(p > 0), "does not depend on params"),
    "no terms": (lambda p: {}, "does not depend on params"),
    "nothing": (lambda p: None, "does not depend on params"),
}


@pytest.mark.parametrize(("objective", "message"), REFUSED.values(), ids=REFUSED)
def test_an_objective_that_is_no_scalar_of_params_is_refused_in_one_line(objective, message):
    with pytest.raises(InputError, match=message) as caught:
        value_and_grad(objective)(np.array([-0.5, 0.5, 2.0]))
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    "array", [np.arange(6).reshape(2, 3), np.arange(100), np.array([True]), 3, 1.5, [1.0]]
)
def test_params_that_are_no_floating_point_arrays_are_refused_in_one_line(array):
    with pytest.raises(InputError, match="floating-point arrays, got") as caught:
        value_and_grad(lambda p: anp.sum(p["w"]))({"w": array})
    assert type(array).__name__ in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_after_an_error_the_tape_still_works():
    def failing(p):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        value_and_grad(failing)(np.ones(2))
    np.testing.assert_array_equal(value_and_grad(lambda p: anp.sum(p**2))(np.ones(2))[1], [2, 2])


def test_a_complex_objective_is_refused():
    with pytest.raises(InputError, match="complex"):
        value_and_grad(lambda p: anp.sum(p * 1j))(np.ones(2))


# ---- traces inside of traces


def test_an_inner_derivative_may_be_differentiated_by_something_outside():
    # d/da of the inner slope d/dp (a p^2) = 2 a p
    inner = value_and_grad(lambda p, a: a * p**2)
    value, grads = value_and_grad(lambda a: inner(np.array(3.0), a)[1])(np.array(5.0))
    assert (value, grads) == (30.0, 6.0)


def test_an_inner_value_may_be_differentiated_by_something_outside():
    inner = value_and_grad(lambda p, a: a * p**2)
    value, grads = value_and_grad(lambda a: a * inner(np.array(3.0), a)[0])(np.array(5.0))
    assert (value, grads) == (225.0, 90.0)


def test_an_inner_gradient_of_a_primitive_cannot_be_differentiated_by_what_comes_after_it():
    inner = value_and_grad(lambda p, a: a * sigmoid(p))
    with pytest.raises(InputError, match=r"once.*l0edu\.plain\.sigmoid"):
        value_and_grad(lambda a: inner(np.array(3.0), a)[1])(np.array(5.0))


def test_an_inner_objective_that_depends_on_the_outside_only_is_refused():
    inner = value_and_grad(lambda p, a: a**2)
    with pytest.raises(InputError, match="does not depend on params"):
        value_and_grad(lambda a: inner(np.array(3.0), a)[0])(np.array(5.0))


def test_an_inner_evaluation_on_other_arrays_does_not_disturb_the_outer_one():
    def objective(p):
        inner = value_and_grad(lambda q: anp.sum(sigmoid(q)))(np.zeros(2))
        return anp.sum(p * inner[1])

    np.testing.assert_array_equal(value_and_grad(objective)(np.ones(2))[1], [0.25, 0.25])
