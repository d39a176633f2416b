"""Are gradients that are written into given arrays the same as fresh ones?"""

import copy

import autograd.extend
import autograd.numpy as anp
import numpy as np
import pytest
from autograd.core import SparseObject, vspace
from gradient_checks import refused
from hypothesis import given
from primitives import affine
from strategies import few, seeds

from l0edu.concrete import sigmoid
from l0edu.gradient import value_and_grad
from l0edu.lp import lp_penalty
from l0edu.packing import pack, zeros_like
from l0edu.tables import map_arrays
from l0edu.tape import primitive


@primitive
def first_row(x):
    return x[0]


@first_row.gradient("x")
def first_row_dx(g, x):
    def add_to(whole):
        whole[0] += g
        return whole

    return SparseObject(vspace(x), add_to)


OBJECTIVES = {
    "layers": lambda p: anp.mean(affine(sigmoid(affine(np.ones((5, 3)), p["a"], p["b"][0])), p["c"], 1.0)),
    "one array for two": lambda p: anp.sum((p["a"] + p["b"]) ** 2),
    "a view of what arrives": lambda p: anp.sum((p["a"] + p["b"].T) ** 2),
    "several times": lambda p: anp.sum(p["a"]) + sigmoid(p["a"][1, 2]) + lp_penalty(p["a"], 2),
    "broadcast": lambda p: anp.sum(p["a"] * p["b"][0] + p["c"]),
    "slice first": lambda p: anp.sum(3 * first_row(p["a"])) + anp.sum(p["a"] ** 2),
    "slice last": lambda p: anp.sum(p["a"] ** 2) + anp.sum(3 * first_row(p["a"])),
    "slices only": lambda p: anp.sum(first_row(p["a"])) + anp.sum(p["a"][1] ** 2) + first_row(p["c"])[0],
    "slice inside": lambda p: anp.sum(first_row(p["a"] * p["b"]) ** 2),
    "unused": lambda p: anp.sum(p["b"]),
    "terms": lambda p: {"data": anp.sum(p["a"] * p["b"]), "l2": lp_penalty(p["a"], 2), "l0": 0.5},
}
objectives = pytest.mark.parametrize("objective", OBJECTIVES.values(), ids=OBJECTIVES)


def square(dtype=np.float64, seed=0):
    rng = np.random.default_rng(seed)
    return {name: rng.normal(size=(3, 3)).astype(dtype) for name in "abc"}


def rubbish(params):
    """Arrays like the parameters', with something in them that must not stay."""
    return map_arrays(lambda array: np.full_like(array, np.nan), params)


@objectives
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_written_gradients_are_bit_for_bit_those_that_are_allocated(objective, dtype):
    params = square(dtype)
    into = rubbish(params)
    value, grads = value_and_grad(objective, into)(params)
    expected_value, expected = value_and_grad(objective)(params)
    np.testing.assert_equal((value, grads), (expected_value, expected))
    assert grads is into
    assert {g.dtype for g in grads.values()} == {np.dtype(dtype)}


@objectives
def test_they_are_written_into_the_arrays_that_were_given_and_into_no_others(objective):
    params = square()
    into = rubbish(params)
    arrays, before = list(into.values()), copy.deepcopy(params)
    evaluate = value_and_grad(objective, into)
    first = copy.deepcopy(evaluate(params)[1])
    np.testing.assert_equal(evaluate(params)[1], first)
    np.testing.assert_equal(params, before)
    assert all(now is then for now, then in zip(into.values(), arrays, strict=True))


@given(seeds)
@few
def test_the_next_call_overwrites_them(seed):
    into = rubbish(square())
    evaluate = value_and_grad(OBJECTIVES["several times"], into)
    evaluate(square(seed=0))
    evaluate(square(seed=seed))
    expected = value_and_grad(OBJECTIVES["several times"])(square(seed=seed))[1]
    np.testing.assert_equal(into, expected)


def test_gradients_land_in_one_packed_buffer():
    params = {"fc1": square()}
    packed = zeros_like(pack(params))
    objective = OBJECTIVES["one array for two"]
    value_and_grad(lambda p: objective(p["fc1"]), packed.table)(params)
    slope = 2 * (params["fc1"]["a"] + params["fc1"]["b"]).ravel()
    np.testing.assert_array_equal(packed.buffer, np.concatenate([slope, slope, np.zeros(9)]))


def test_a_bare_array_may_be_given_for_a_bare_array():
    into = np.ones(2)
    value_and_grad(lambda p: anp.sum(p**2), into)(np.array([3.0, 4.0]))
    np.testing.assert_array_equal(into, [6, 8])


UNFIT = {
    "a name is missing": (lambda p: {"a": p["a"], "b": p["b"]}, r"into holds \['a', 'b'\]"),
    "a name too many": (lambda p: {**p, "d": p["a"]}, r"\['a', 'b', 'c', 'd'\]"),
    "another shape": (lambda p: {**p, "b": np.ones(3)}, r"into/b is \(3,\).*must be an array \(3, 3\)"),
    "another dtype": (lambda p: {**p, "b": np.ones((3, 3), "f4")}, "float32.*must be .* of float64"),
    "a number": (lambda p: {**p, "b": 0.0}, "into/b is .*float"),
    "no table": (lambda p: p["a"], "into holds ndarray"),
}


@pytest.mark.parametrize(("change", "said"), UNFIT.values(), ids=UNFIT)
def test_arrays_that_do_not_fit_are_refused_by_name(change, said):
    params = square()
    with refused(said):
        value_and_grad(OBJECTIVES["unused"], change(rubbish(params)))(params)


def test_a_gradient_of_the_wrong_shape_is_not_spread_over_the_array():
    doubled = autograd.extend.primitive(lambda x: 2 * x)
    autograd.extend.defvjp(doubled, lambda y, x: lambda g: 2 * g.sum())
    with refused(r"gradient of shape \(\) arrived at an array \(3,\)"):
        value_and_grad(lambda p: anp.sum(doubled(p)), np.zeros(3))(np.ones(3))


@pytest.mark.parametrize("outer", [autograd.grad, lambda f: lambda x: value_and_grad(f)(x)[1]])
def test_gradients_that_are_themselves_differentiated_are_not_written_into_arrays(outer):
    inner = value_and_grad(lambda p, a: a * p**2, np.zeros(()))
    with refused("leave out `into`"):
        outer(lambda a: inner(np.array(3.0), a)[1])(np.array(5.0))


def test_an_inner_evaluation_on_other_arrays_may_write_while_an_outer_one_runs():
    inner, outer = value_and_grad(lambda q: anp.sum(sigmoid(q)), np.zeros(2)), np.zeros(2)
    value_and_grad(lambda p: anp.sum(p * inner(np.zeros(2))[1]), outer)(np.ones(2))
    np.testing.assert_array_equal(outer, [0.25, 0.25])


def test_gradients_may_not_be_written_over_the_parameters():
    params = square()
    with refused("into/a shares memory with the parameter"):
        value_and_grad(lambda p: anp.sum(p["a"] ** 2), into=params)(params)
