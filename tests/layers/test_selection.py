import numpy as np
import pytest
from building import arrays_of, build, gate, rng
from gradient_checks import assert_close, refused
from hypothesis import given
from random_networks import Problem, data_term, problems
from strategies import few

from l0edu import BatchNorm, Dense, ops, value_and_grad
from l0edu.layers import Put, Scale, Tables, Take

IMAGES = rng().normal(size=(3, 4, 5, 2))


def test_take_makes_images_of_fewer_maps():
    take = Take("take", (0, 2))
    assert take.out_shape((3, 4, 5)) == (2, 4, 5)
    np.testing.assert_array_equal(take.apply(IMAGES, Tables({})), IMAGES[[0, 2]])


@pytest.mark.parametrize("filled", [False, True])
def test_put_makes_images_of_more_maps(filled):
    put, fill = Put("put", (0, 2, 3), (5, 4, 5), filled), np.array([7.0, 8.0])
    y = put.apply(IMAGES, Tables({"put": {"fill": fill}}))
    assert put.out_shape((3, 4, 5)) == y.shape[:-1] == (5, 4, 5)
    np.testing.assert_array_equal(y[[0, 2, 3]], IMAGES)
    assert [set(y[unit].ravel()) for unit in (1, 4)] == ([{7.0}, {8.0}] if filled else [{0.0}, {0.0}])


def test_put_of_no_units_makes_images_of_anything():
    put = Put("put", (), (2, 3, 3), filled=True)
    assert put.out_shape((9,)) == put.out_shape((4, 4, 4)) == (2, 3, 3)
    assert put.apply(np.ones((9, 6)), Tables({"put": {"fill": np.ones(2)}})).shape == (2, 3, 3, 6)


def test_scale_multiplies_as_a_gate_does():
    z = np.array([0.5, 1.0, 0.0])
    np.testing.assert_array_equal(Scale("s").apply(IMAGES, Tables({"s": {"z": z}})), ops.scale(IMAGES, z))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_fresh_arrays_are_zeros_and_ones_in_the_dtype_asked_for(dtype):
    tables = [Put("p", (1,), (4,), True).init(rng(), (1,), dtype), Scale("s").init(rng(), (3, 2, 2), dtype)]
    np.testing.assert_array_equal(tables[0]["fill"], np.zeros(3))
    np.testing.assert_array_equal(tables[1]["z"], np.ones(3))
    assert {array.dtype for table in tables for array in table.values()} == {np.dtype(dtype)}


@pytest.mark.parametrize(
    "layer", [Take("a", (0,)), Put("a", (0,), (2,)), Put("a", (0,), (2,), True), Scale("a")]
)
def test_the_arrays_are_those_that_init_makes(layer):
    assert set(layer.init(rng(), (1,), np.float64)) == set(layer.array_names())


def test_only_scale_keeps_units_apart():
    assert Scale("s").keeps_units
    assert not Take("t", (0,)).keeps_units
    assert not Put("p", (0,), (2,)).keeps_units


@given(problems(selection=True, deaf=True))
@few
def test_gradients_through_them_are_the_slopes_of_the_loss(problem):
    params = problem.params
    _, grads = value_and_grad(data_term)(params, problem)
    for layer in problem.net.layers:
        for name in layer.array_names() if isinstance(layer, Put | Scale) else ():
            assert_close(grads[layer.name][name], slopes(problem, layer.name, name), 1e-3)


def slopes(problem: Problem, layer, name, h=1e-6):
    """Central differences of the loss by every number of an array."""
    array = problem.params[layer][name]

    def loss(at, change):
        moved = array.copy()
        moved[at] += change
        return data_term({**problem.params, layer: {name: moved}}, problem)

    return np.array([(loss(i, h) - loss(i, -h)) / (2 * h) for i in range(len(array))])


# ---- what is refused


@pytest.mark.parametrize("units", [(2, 1), (1, 1), (-1, 1), (1, 3)])
@pytest.mark.parametrize("kind", [lambda units: Take("a", units), lambda units: Put("a", units, (3,))])
def test_units_must_increase_and_be_there(kind, units):
    with refused("'a': its units must be increasing numbers below 3"):
        kind(units).out_shape((3,) if isinstance(kind(units), Take) else (len(units),))


NO_UNITS = [
    (0.5, 1.7),
    (False, True),
    np.array([0.5]),
    np.array([True]),
    np.array(1),
    1,
    np.int64(1),
    "01",
    None,
]


@pytest.mark.parametrize("wrong", NO_UNITS, ids=repr)
def test_units_and_shapes_of_anything_but_whole_numbers_are_refused(wrong):
    with refused("Take 't': units = .*: write whole numbers"):
        Take("t", wrong)
    with refused("Put 'p': units = .*: write whole numbers"):
        Put("p", wrong, (3,))
    with refused("Put 'p': shape = .*: write whole numbers"):
        Put("p", (0,), wrong)


@pytest.mark.parametrize("units", [[0, 2], np.array([0, 2]), np.array([0, 2], np.uint8), (np.int64(0), 2)])
def test_units_and_shapes_become_tuples_of_python_integers(units):
    take, put = Take("t", units), Put("p", (0,), units)
    assert take == Take("t", (0, 2))
    assert {type(number) for number in (*take.units, *put.shape)} == {int}
    assert hash(put) == hash(Put("p", [0], (0, 2)))


def test_take_of_no_units_is_refused():
    with refused("Take 'a' has no units"):
        Take("a", ()).out_shape((3,))


@pytest.mark.parametrize("in_shape", [(3,), (2, 1), (2, 4, 4)])
def test_an_input_that_cannot_be_put_is_refused(in_shape):
    with refused(r"Put 'a' takes 2 of the units of \(4,\), but its input has shape"):
        Put("a", (0, 1), (4,)).out_shape(in_shape)


@pytest.mark.parametrize("shape", [(), (0,), (2, 0, 3)])
def test_a_shape_of_nothing_is_refused(shape):
    with refused("Put 'a': shape = .*: write sizes"):
        Put("a", (), shape).out_shape((3,))


def test_a_gate_cannot_charge_across_units_that_are_taken():
    with refused("cannot charge 'fc' across 'take'"):
        build((3,), gate("fc"), Take("take", (0, 1)), Dense("fc", 2))


def test_a_gate_that_feeds_batch_norm_across_scale_is_refused():
    with refused("'gate' feeds BatchNorm 'bn'"):
        build((3,), gate("fc"), Scale("s"), BatchNorm("bn"), Dense("fc", 2))


def test_a_network_shows_them_and_finds_their_arrays():
    net = build((3,), Take("take", (0, 2)), Scale("s"), Put("put", (1, 2), (4,), True), Dense("fc", 2))
    assert "put    Put    (4,)" in repr(net)
    assert len(arrays_of(net.init(rng()))) == 4
    params = net.init(rng(), np.float64)
    del params["put"]["fill"]
    with refused("nothing under 'put' / 'fill'"):
        net.apply(params, np.ones((1, 3)))
