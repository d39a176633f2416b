"""Is a network the function that its description says, and its objective's gradient the right one?

The networks are random (`random_networks`): every kind of layer, gates at every place where they may stand.
"""

from dataclasses import FrozenInstanceError

import autograd
import numpy as np
import pytest
from hypothesis import Phase, assume, find, given, settings
from hypothesis import strategies as st
from random_networks import (
    Problem,
    networks,
    problems,
    random_inputs,
    random_stats,
    spread_params,
    unitary_gates,
)
from strategies import few, seeds

from l0edu import (
    BatchNorm,
    Chain,
    Conv,
    Dense,
    Flatten,
    Gate,
    HardConcrete,
    InputError,
    MaxPool,
    MeanPool,
    Network,
    Relu,
    Residual,
    cross_entropy,
    draw_noise,
    l0_penalty,
    l2_penalty,
    lenet5,
    mlp,
    open_probabilities,
    sample_gates,
    value_and_grad,
)
from l0edu import test_gates as values_at_test_time
from l0edu.tables import map_arrays

HC = HardConcrete()
ONE_EACH = ("none", "before", "after", "both")  # a network of Gates, which may have noise for each example


def rng(seed=0):
    return np.random.default_rng(seed)


def build(in_shape, *layers, allow=False):
    return Network(in_shape, Chain("net", layers), allow_gate_before_batch_norm=allow)


def arrays_of(table):
    return [
        array for part in table.values() for array in (part.values() if isinstance(part, dict) else [part])
    ]


def assert_same(actual, expected):
    assert actual.keys() == expected.keys()
    map_arrays(np.testing.assert_array_equal, actual, expected)


# ---- the random networks themselves


def _has(kind):
    return lambda net: any(isinstance(layer, kind) for layer in net.layers)


def _between(kind, gate_first):
    """Does a layer of a kind stand between a gate and its layer, in one chain?"""

    def found(net):
        names = [layer.name for layer in net.layers]
        spans = [(names.index(c.gate), names.index(c.layer)) for c in net.charges if c.axis is not None]
        return any(
            isinstance(layer, kind)
            for gate, layer in spans
            if (gate < layer) == gate_first
            for layer in net.layers[min(gate, layer) : max(gate, layer)]
        )

    return found


def _containers(layer):
    """Every Chain and Residual in a layer, itself included."""
    if isinstance(layer, Chain | Residual):
        yield layer
        parts = layer.layers if isinstance(layer, Chain) else (layer.branch, layer.shortcut)
        for part in parts:
            yield from _containers(part)


def _shortcut(kind):
    """Is there a residual block whose shortcut holds a kind of layer, or is the identity (None)?"""

    def fits(shortcut):
        return (
            shortcut is kind
            if None in (shortcut, kind)
            else any(isinstance(one, kind) for one in shortcut.layers)
        )

    return lambda net: any(fits(one.shortcut) for one in _containers(net.body) if isinstance(one, Residual))


VARIETY = {
    **{kind.__name__: _has(kind) for kind in (Conv, BatchNorm, MaxPool, MeanPool, Flatten, Gate)},
    "a gate through flatten": _between(Flatten, True),
    "a gate across a pool": _between((MaxPool, MeanPool), True),
    "a gate across relu": _between(Relu, True),
    "a gate behind batch norm": _between(BatchNorm, False),
    "a gate behind a pool": _between((MaxPool, MeanPool), False),
    "gates on both axes": lambda net: len({c.layer for c in net.charges}) < len(net.charges),
    "weight gates": lambda net: any(charge.axis is None for charge in net.charges),
    "identity": _shortcut(None),
    "dense shortcut": _shortcut(Dense),
    "conv shortcut": _shortcut(Conv),
    "no gates": lambda net: not net.gates(),
    "strides": lambda net: any(getattr(layer, "stride", 1) > 1 for layer in net.layers),
    "chains in chains": lambda net: any("part of" in one.name for one in _containers(net.body)),
}


@pytest.mark.parametrize("wanted", VARIETY.values(), ids=VARIETY)
def test_random_networks_are_varied(wanted):
    find(
        networks(), wanted, settings=settings(few, max_examples=2000, phases=[Phase.generate], database=None)
    )


@given(problems())
@few
def test_random_networks_have_a_batch_that_fits(problem):
    net, params, x, y, noise = problem
    logits = net.apply(params, x, sample_gates(net, params, noise))
    assert logits.shape == (len(y), 3)
    assert np.isfinite(logits).all()


# ---- a function of tables


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


# ---- what it refuses


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


# ---- how it shows itself

MLP = """\
mlp: (784,) -> (10,)
layer  kind   output  weights  gates
gate1  Gate   (784,)           784 on the inputs of fc1
fc1    Dense  (300,)  235,200
relu1  Relu   (300,)
gate2  Gate   (300,)           300 on the inputs of fc2
fc2    Dense  (100,)   30,000
relu2  Relu   (100,)
gate3  Gate   (100,)           100 on the inputs of fc3
fc3    Dense  (10,)     1,000
total                 266,200  1,184"""

LENET = """\
lenet5: (1, 28, 28) -> (10,)
layer  kind     output        weights  gates
conv1  Conv     (20, 24, 24)      500
gate1  Gate     (20, 24, 24)           20 on the outputs of conv1
relu1  Relu     (20, 24, 24)
pool1  MaxPool  (20, 12, 12)
conv2  Conv     (50, 8, 8)     25,000
gate2  Gate     (50, 8, 8)             50 on the outputs of conv2
relu2  Relu     (50, 8, 8)
pool2  MaxPool  (50, 4, 4)
flat   Flatten  (800,)
gate3  Gate     (800,)                 800 on the inputs of fc1
fc1    Dense    (500,)        400,000
relu3  Relu     (500,)
gate4  Gate     (500,)                 500 on the inputs of fc2
fc2    Dense    (10,)           5,000
total                         430,500  1,370"""


@pytest.mark.parametrize(("net", "table"), [(mlp(), MLP), (lenet5(), LENET)], ids=["mlp", "lenet5"])
def test_a_network_shows_itself_as_a_table(net, table):
    assert repr(net) == table


def test_the_table_tells_gates_of_single_weights_and_layers_without_bias():
    net = build((4,), Dense("fc", 3, bias=False, weight_gate=HC))
    assert repr(net).splitlines()[2:] == [
        "fc     Dense  (3,)         12  12 on the weights of fc",
        "total                      12  12",
    ]


@given(networks())
@few
def test_every_network_shows_every_layer(net):
    rows = repr(net).splitlines()
    assert [row.split()[0] for row in rows[2:-1]] == [layer.name for layer in net.layers]
    assert all(row == row.rstrip() for row in rows)


# ---- the gradient of the whole objective


def objective(params, problem):
    net, _, x, y, noise = problem
    data = cross_entropy(net.apply(params, x, sample_gates(net, params, noise)), y)
    return data + l0_penalty(net, params, 0.01) + l2_penalty(net, params, 0.1, biases=True, batch_norm=True)


def data_term(params, problem):
    net, _, x, y, noise = problem
    return cross_entropy(net.apply(params, x, sample_gates(net, params, noise)), y)


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


def _convnet(*middle, allow):
    layers = (Conv("c", 4, 3, bias=False), *middle, Flatten("flat"), Dense("fc", 3))
    return build((1, 6, 6), *layers, allow=allow)


@given(seeds)
@few
def test_the_data_do_not_move_a_gate_before_batch_norm_and_do_move_one_behind_it(seed):  # B10
    gate, bn, relu = Gate("gate", HC, "c"), BatchNorm("bn", eps=1e-12), Relu("relu")
    sizes = []
    for middle in ((gate, bn, relu), (bn, relu, gate)):
        net = _convnet(*middle, allow=middle[0] is gate)
        params, x = net.init(rng(seed), np.float64), rng(seed + 1).normal(size=(8, 1, 6, 6))
        noise = {"gate": rng(seed + 2).uniform(0.4, 0.6, 4)}  # z between 0 and 1
        problem = Problem(net, params, x, np.arange(8) % 3, noise)
        sizes.append(np.abs(value_and_grad(data_term)(params, problem)[1]["gate"]["log_alpha"]))
    assert sizes[0].max() < 1e-8
    assert sizes[1].min() > 1e-7
    assert sizes[1].max() > 1e-3


@given(problems(deaf=True))
@few
def test_networks_with_a_gate_before_batch_norm_run_when_asked_for(problem):
    assume(any(isinstance(layer, BatchNorm) for layer in problem.net.layers))
    _, grads = value_and_grad(objective)(problem.params, problem)
    assert all(np.isfinite(array).all() for array in arrays_of(grads))


# ---- the example of the documentation


def test_the_example_of_the_documentation_runs():
    hc = HardConcrete(beta=2 / 3, gamma=-0.1, zeta=1.1, drop_rate=0.5)
    net = Network(in_shape=(1, 28, 28), body=Chain("lenet5", (
        Conv("conv1", 20, 5), Gate("gate1", hc, charges="conv1"), Relu("relu1"), MaxPool("pool1", 2),
        Conv("conv2", 50, 5), Gate("gate2", hc, charges="conv2"), Relu("relu2"), MaxPool("pool2", 2),
        Flatten("flat"), Gate("gate3", hc, charges="fc1"), Dense("fc1", 500), Relu("relu3"),
        Gate("gate4", hc, charges="fc2"), Dense("fc2", 10))))  # fmt: skip
    params = net.init(rng(0))

    def objective(params, x, y, noise):
        gates = sample_gates(net, params, noise)
        return cross_entropy(net.apply(params, x, gates), y) + l0_penalty(net, params, lam=0.1 / 60_000)

    x, y = rng(1).random((4, 1, 28, 28), np.float32), np.array([0, 9, 3, 3])
    loss, grads = value_and_grad(objective)(params, x, y, draw_noise(net, params, rng(2)))
    assert net == lenet5()
    assert 1 < loss < 10
    assert grads["gate1"]["log_alpha"].shape == (20,)
    assert map_arrays(np.shape, grads) == map_arrays(np.shape, params)
    assert net.apply(params, x, values_at_test_time(net, params)).shape == (4, 10)
    assert net.apply(params, x, open_probabilities(net, params)).shape == (4, 10)
