import inspect

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from gradient_checks import (
    EXAMPLES,
    assert_close,
    check_gradients,
    difference,
    every_primitive,
    in_float32,
    numbers,
    rngs,
    weighted_sum,
)
from hypothesis import given, settings

from l0edu import concrete, gates, lp, ops, plain
from l0edu.gradient import value_and_grad

PRIMITIVES = every_primitive()


def test_no_two_operations_share_a_name():
    names = [op.__name__ for op in PRIMITIVES]
    assert len(set(names)) == len(names) >= 17


@pytest.mark.parametrize("op", PRIMITIVES, ids=lambda op: op.__name__)
def test_every_operation_has_a_twin_with_the_same_arguments(op):
    assert op.__name__ in plain.__all__
    twin = inspect.signature(getattr(plain, op.__name__)).parameters.values()
    own = inspect.signature(op).parameters.values()
    assert [(p.name, p.default) for p in own] == [(p.name, p.default) for p in twin]


def test_every_twin_is_listed_and_has_an_example():
    own = {name for name, f in inspect.getmembers(plain, inspect.isfunction) if f.__module__ == "l0edu.plain"}
    assert set(plain.__all__) == {name for name in own if not name.startswith("_")} == set(EXAMPLES)


@pytest.mark.parametrize("op", PRIMITIVES, ids=lambda op: op.__name__)
def test_the_examples_differentiate_all_that_has_a_gradient(op):
    assert set(EXAMPLES[op.__name__][1]) == set(op._gradients)


@pytest.mark.parametrize("name", plain.__all__)
def test_every_twin_keeps_float32(name):
    arguments, wrt = EXAMPLES[name]
    function, chosen = weighted_sum(getattr(plain, name), in_float32(arguments), wrt, np.float32(1))
    assert function(chosen).dtype == np.float32
    assert all(gradient.dtype == np.float32 for gradient in autograd.grad(function)(chosen).values())


@pytest.mark.parametrize("name", plain.__all__)
def test_every_twin_can_be_differentiated_twice(name):
    arguments, wrt = EXAMPLES[name]
    function, x = weighted_sum(lambda **a: getattr(plain, name)(**a) ** 2, arguments, wrt, 1.0)
    rng = np.random.default_rng(0)
    v = {key: rng.uniform(-1, 1, np.shape(x[key])) for key in wrt}
    slope = autograd.grad(function)
    product = autograd.grad(lambda x: sum(anp.sum(slope(x)[key] * v[key]) for key in wrt))(x)  # Hessian v

    def slope_along(step):
        return slope({key: x[key] + step * v[key] for key in wrt})

    for key in wrt:
        assert_close(product[key], difference(lambda t, key=key: slope_along(t)[key], 0.0, 1.0), 1e-7)


@pytest.mark.parametrize("name", ["sigmoid", "normal_cdf", "cross_entropy", "batch_norm"])
def test_a_twin_can_be_differentiated_three_times(name):
    arguments, wrt = EXAMPLES[name]
    first, rest = wrt[0], {key: value for key, value in arguments.items() if key != wrt[0]}
    x = arguments[first]
    v = np.random.default_rng(0).uniform(-1, 1, x.shape)
    second = along(along(lambda x: anp.sum(getattr(plain, name)(**{first: x}, **rest) ** 2), v), v)
    assert_close(along(second, v)(x), difference(second, x, v), 1e-7)


def along(function, v):
    return lambda x: anp.sum(autograd.grad(function)(x) * v)


def test_a_refused_second_derivative_names_the_twin():
    with pytest.raises(ValueError, match=r"l0edu\.plain\.sigmoid"):
        autograd.grad(autograd.grad(concrete.sigmoid))(0.5)


# ---- the operations outside l0edu.ops


@given(rngs)
@settings(max_examples=25, deadline=None)
def test_one_noise_for_all_examples_or_one_each(rng):
    n, N = rng.integers(1, 5, 2)
    for shape in [(n,), (N, n), (1, n), (N, 1)]:
        u, beta = rng.uniform(0.01, 0.99, shape), rng.uniform(0.3, 3)
        arguments = {"log_alpha": 3 * numbers(rng, n), "u": u, "beta": beta}
        check_gradients(concrete.concrete_sample, arguments, ("log_alpha",))


@given(rngs)
@settings(max_examples=25, deadline=None)
def test_any_power_of_weights_of_any_shape(rng):
    theta = numbers(rng, *rng.integers(1, 5, rng.integers(0, 4)))
    for p in [0, 0.5, 1, 1.5, 2, 3]:
        check_gradients(lp.lp_penalty, {"theta": theta, "p": p}, ("theta",))


@pytest.mark.parametrize("p", [0, 0.5, 1, 1.5, 2])
def test_a_weight_at_zero_is_not_pulled(p):
    with np.errstate(all="raise"):
        value, gradient = value_and_grad(lambda theta: lp.lp_penalty(theta, p))(np.zeros(3))
    assert value == 0
    np.testing.assert_array_equal(gradient, 0)


def test_counting_weights_has_no_slope_however_small_they_are():
    _, gradient = value_and_grad(lambda theta: lp.lp_penalty(theta, 0))(np.array([1e-40, 1], np.float32))
    np.testing.assert_array_equal(gradient, 0)


def test_a_gate_that_is_clipped_or_about_to_be_has_slope_0():
    gradient = value_and_grad(lambda s: anp.sum(gates.hard_sigmoid(s)))(np.array([-1, 0, 0.5, 1, 2]))[1]
    np.testing.assert_array_equal(gradient, [0, 0, 1, 0, 0])
    twin = autograd.grad(lambda s: anp.sum(plain.hard_sigmoid(s)))(np.array([-1, 0, 0.5, 1, 2]))
    np.testing.assert_array_equal(twin, gradient)


def test_the_kinks_of_the_twins_are_where_they_say():
    at_zero = np.zeros((1, 2, 2, 1))
    np.testing.assert_array_equal(autograd.grad(lambda x: anp.sum(plain.relu(x)))(at_zero), 0.5)
    np.testing.assert_array_equal(autograd.grad(lambda x: anp.sum(plain.max_pool(x, 2)))(at_zero), 0.25)
    assert value_and_grad(lambda x: anp.sum(ops.relu(x)))(at_zero)[1].sum() == 0


@pytest.mark.parametrize("module", [concrete, plain])
def test_a_sigmoid_of_large_numbers_overflows_nowhere(module):
    far = np.array([-800.0, -40, 40, 800])
    value, gradient = value_and_grad(lambda x: anp.sum(module.sigmoid(x)))(far)
    np.testing.assert_allclose(gradient, [0, np.exp(-40), np.exp(-40), 0], rtol=1e-10)
    assert value == 2 + np.exp(-40)
