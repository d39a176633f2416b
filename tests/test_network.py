"""Is a network the function of its tables that its description says?

The networks are random (`random_networks`): every kind of layer, gates at every place where they may stand.
"""

import numpy as np
from building import arrays_of, assert_same, rng
from hypothesis import given
from hypothesis import strategies as st
from random_networks import (
    networks,
    objective,
    problems,
    random_inputs,
    random_stats,
    spread_params,
    unitary_gates,
)
from strategies import few, seeds

from l0edu import BatchNorm, cross_entropy, mlp, sample_gates, value_and_grad
from l0edu import test_gates as values_at_test_time

ONE_EACH = ("none", "before", "after", "both")  # a network of Gates, which may have noise for each example


@given(networks(), seeds, st.integers(1, 4))
@few
def test_the_output_has_the_shape_that_the_description_says(net, seed, examples):
    params = net.init(rng(seed))
    assert net.apply(params, random_inputs(net, rng(seed), examples)).shape == (examples, 3)
    assert net.body.out_shape(net.in_shape) == net.shapes[net.layers[-1].name][1] == (3,)


@given(networks(), seeds, st.sampled_from([np.float32, np.float64]))
@few
def test_fresh_params_have_exactly_the_dtype_asked_for_and_names_of_layers(net, seed, dtype):
    params = net.init(rng(seed), dtype)
    assert {array.dtype for array in arrays_of(params)} == {np.dtype(dtype)}
    assert all(type(array) is np.ndarray for array in arrays_of(params))
    assert set(params) <= {layer.name for layer in net.layers}
    assert_same(params, net.init(rng(seed), dtype))


@given(problems(dtype=np.float32))
@few
def test_float32_stays_float32_in_outputs_and_gradients(problem):
    net, params, x, _, noise = problem
    record = {}
    assert net.apply(params, x, sample_gates(net, params, noise), record=record).dtype == np.float32
    assert all(array.dtype == np.float32 for array in arrays_of(record))
    value, grads = value_and_grad(objective)(params, problem)
    assert value.dtype == np.float32
    assert all(array.dtype == np.float32 for array in arrays_of(grads))


@given(problems())
@few
def test_the_output_is_determined_by_the_arguments(problem):
    net, params, x, _, noise = problem
    first = net.apply(params, x, sample_gates(net, params, noise))
    np.testing.assert_array_equal(first, net.apply(params, x, sample_gates(net, params, noise)))


@given(problems())
@few
def test_gates_of_exactly_one_are_no_gates(problem):
    net, params, x, _, _ = problem
    np.testing.assert_array_equal(net.apply(params, x), net.apply(params, x, unitary_gates(net)))


@given(problems(batch_norm=False, gates=ONE_EACH, noise_per_example=True))
@few
def test_with_noise_for_each_example_row_i_is_the_batch_of_one_with_row_i_of_the_noise(problem):
    net, params, x, _, noise = problem
    y = net.apply(params, x, sample_gates(net, params, noise))
    for i in range(len(x)):
        row = sample_gates(net, params, {name: u[i] for name, u in noise.items()})
        np.testing.assert_allclose(net.apply(params, x[i : i + 1], row)[0], y[i], rtol=1e-9, atol=1e-9)


@given(problems(batch_norm=False), st.permutations(range(4)))
@few
def test_permuted_examples_give_permuted_outputs(problem, order):
    net, params, x, _, noise = problem
    gates = sample_gates(net, params, noise)
    y = net.apply(params, x, gates)
    np.testing.assert_allclose(net.apply(params, x[order], gates), y[order], rtol=1e-9, atol=1e-9)


@given(problems(), st.permutations(range(4)), seeds)
@few
def test_with_given_moments_examples_do_not_see_each_other(problem, order, seed):
    net, params, x, _, noise = problem
    gates, stats = sample_gates(net, params, noise), random_stats(net, rng(seed))
    y = net.apply(params, x, gates, stats)
    np.testing.assert_allclose(net.apply(params, x[order], gates, stats), y[order], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(net.apply(params, x[:1], gates, stats), y[:1], rtol=1e-9, atol=1e-9)


@given(problems())
@few
def test_recorded_moments_reproduce_the_output_of_their_batch(problem):
    net, params, x, _, noise = problem
    gates, record = sample_gates(net, params, noise), {}
    y = net.apply(params, x, gates, record=record)
    assert set(record) == {layer.name for layer in net.layers if isinstance(layer, BatchNorm)}
    np.testing.assert_array_equal(net.apply(params, x, gates, stats=record), y)
    np.testing.assert_array_equal(net.apply(params, x, gates), y)


@given(problems())
@few
def test_moments_recorded_while_the_gradient_is_taken_are_ordinary_arrays(problem):
    net, params, x, y, noise = problem
    record, plain = {}, {}

    def loss(params):
        return cross_entropy(net.apply(params, x, sample_gates(net, params, noise), record=record), y)

    value_and_grad(loss)(params)
    net.apply(params, x, sample_gates(net, params, noise), record=plain)
    assert all(type(array) is np.ndarray for array in arrays_of(record))
    assert_same(record, plain)


@given(problems())
@few
def test_nothing_is_written_to_params_inputs_or_noise(problem):
    net, params, x, y, noise = problem
    frozen = [*arrays_of(params), x, y, *noise.values()]
    copies = [array.copy() for array in frozen]
    for array in frozen:
        array.setflags(write=False)
    value_and_grad(objective)(params, problem)
    net.apply(params, x, values_at_test_time(net, params))
    assert all(map(np.array_equal, frozen, copies))


def test_a_closed_layer_leaves_only_the_bias_of_the_next():
    net = mlp((4, 3, 2), (0.5, 0.5))
    params = spread_params(net, rng())
    gates = {"gate1": np.ones(4), "gate2": np.zeros(3)}
    y = net.apply(params, rng(1).normal(size=(5, 4)), gates)
    np.testing.assert_array_equal(y, np.tile(params["fc2"]["b"], (5, 1)))
