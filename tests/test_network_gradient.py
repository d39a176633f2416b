"""Is the gradient of a network's whole objective the right one?

The networks are random (`random_networks`): every kind of layer, gates at every place where they may stand.
"""

import autograd
import numpy as np
import pytest
from building import arrays_of, rng
from hypothesis import given, settings
from random_networks import data_term, objective, problems
from strategies import few, seeds

from l0edu import l0_penalty, l2_penalty, sample_gates, value_and_grad
from l0edu.tables import map_arrays

ONE_EACH = ("none", "before", "after", "both")  # a network of Gates, which may have noise for each example


def slope_along(function, params, direction, step):
    """Central differences of a function of a table."""
    ahead, behind = (map_arrays(lambda a, d, h=h: a + h * d, params, direction) for h in (step, -step))
    return (function(ahead) - function(behind)) / (2 * step)


def assert_is_slope(grads, problem, direction):
    """The gradient along a direction is the slope for one step at least: a kink is not within all of them."""
    parts = [(g * d).sum() for g, d in zip(arrays_of(grads), arrays_of(direction), strict=True)]
    slopes = [
        slope_along(lambda p: objective(p, problem), problem.params, direction, h) for h in (1e-5, 1e-6, 1e-7)
    ]
    assert min(abs(slope - sum(parts)) for slope in slopes) <= 1e-6 * (1 + sum(map(abs, parts)))


def random_direction(params, seed):
    generator = rng(seed)
    return map_arrays(lambda a: generator.uniform(-1, 1, a.shape), params)


@given(problems(), seeds)
@settings(few, max_examples=40)
def test_the_gradient_is_the_slope_along_any_direction(problem, seed):
    _, grads = value_and_grad(objective)(problem.params, problem)
    assert_is_slope(grads, problem, random_direction(problem.params, seed))


@given(problems(max_blocks=2), seeds)
@few
def test_the_gradient_by_each_layer_is_its_own_slope(problem, seed):
    _, grads = value_and_grad(objective)(problem.params, problem)
    for name in problem.params:
        direction = map_arrays(np.zeros_like, problem.params)
        direction[name] = random_direction(problem.params[name], seed)
        assert_is_slope(grads, problem, direction)


@given(problems(gates=ONE_EACH, noise_per_example=True), seeds)
@few
def test_the_gradient_is_right_with_noise_for_each_example(problem, seed):
    _, grads = value_and_grad(objective)(problem.params, problem)
    assert_is_slope(grads, problem, random_direction(problem.params, seed))


@given(problems())
@few
def test_the_gradient_is_the_one_that_autograd_takes_of_the_nested_table(problem):
    value, grads = value_and_grad(objective)(problem.params, problem)
    expected = autograd.grad(objective)(problem.params, problem)
    assert value == objective(problem.params, problem)
    assert grads.keys() == expected.keys()
    map_arrays(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12), grads, expected)


@given(problems())
@few
def test_terms_kept_apart_have_the_gradient_of_their_sum(problem):
    net, params, _, _, _ = problem

    def terms(params):
        return {
            "data": data_term(params, problem),
            "l0": l0_penalty(net, params, 0.01),
            "l2": l2_penalty(net, params, 0.1, biases=True, batch_norm=True),
        }

    values, grads = value_and_grad(terms)(params)
    total, expected = value_and_grad(objective)(params, problem)
    assert sum(values.values()) == pytest.approx(total, rel=1e-12)
    map_arrays(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12), grads, expected)


@given(problems())
@settings(few, max_examples=40)
def test_a_clipped_gate_has_no_gradient_from_the_data(problem):
    net, params, _, _, noise = problem
    _, grads = value_and_grad(data_term)(params, problem)
    for layer in net.gates():
        z = sample_gates(net, params, noise)[layer.name]
        clipped = (z == 0) | (z == 1)
        np.testing.assert_array_equal(grads[layer.name][layer.gate_law().parameter][clipped], 0)
