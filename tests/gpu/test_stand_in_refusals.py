"""Does the stand-in refuse what CuPy refuses, with the same type of error?"""

import numpy as np
import pytest
from gpu.refused_calls import REFUSED

from l0edu.gpu import stand_in as xp


@pytest.fixture
def x():
    return xp.asarray(np.arange(6, dtype=np.float32).reshape(2, 3))


HOST = np.ones(3, np.float32)


@pytest.mark.parametrize(
    "mix",
    [
        lambda x: x + HOST,
        lambda x: HOST * x,
        lambda x: np.add(x, HOST),
        lambda x: x @ HOST,
        lambda x: np.where(x > 1, x, HOST),
        lambda x: np.concatenate([x[0], HOST]),
        lambda x: xp.maximum(x, HOST),
        lambda x: np.add(x[0], 1.0, out=HOST.copy()),
        lambda x: xp.sum(HOST),
        lambda x: np.dot(x, HOST),
        lambda x: x.dot(HOST),
        lambda x: x + np.array(1.0),
    ],
)
def test_host_arrays_are_refused_beside_device_arrays(mix, x):
    with pytest.raises(TypeError, match=r"Unsupported type <class 'numpy\.ndarray'>|Only cupy arrays"):
        mix(x)


def test_only_comparisons_take_host_arrays_without_axes(x):
    np.testing.assert_array_equal((x > np.array(4.0)).get(), [[False] * 3, [False, False, True]])


@pytest.mark.parametrize(
    "convert",
    [
        np.asarray,
        np.array,
        np.ascontiguousarray,
        lambda x: np.array([x, x]),
        lambda x: np.testing.assert_allclose(x, x),
        lambda x: np.random.default_rng(0).permutation(x),
        lambda x: np.full(3, x[0, 0]),
        lambda x: xp.array([x[0, 0], 1.0]),
    ],
)
def test_a_device_array_never_becomes_a_host_array_by_itself(convert, x):
    with pytest.raises(TypeError, match="Implicit conversion to a NumPy array is not allowed"):
        convert(x)


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda x: np.sum(x, where=True), "where"),
        (lambda x: np.max(x, initial=0.0), "initial"),
        (lambda x: np.reshape(x, shape=(3, 2)), "shape"),
        (lambda x: np.sort(x, stable=True), "stable"),
        (lambda x: np.add(x, 1, where=True), "where"),
        (lambda x: np.argsort(x, order=None), "order"),
        (lambda x: x.sum(where=True), "where"),
        (lambda x: xp.zeros(3, like=x), "like"),
        (lambda x: np.full(3, 1.0, like=x), "device"),  # which NumPy adds
    ],
)
def test_keywords_that_cupy_has_not_are_refused(call, word, x):
    with pytest.raises(TypeError, match=f"(unexpected keyword argument|Wrong arguments).*'{word}'"):
        call(x)


def test_too_many_and_too_few_arguments_are_refused(x):
    with pytest.raises(TypeError, match="takes 2 positional arguments but 3 were given"):
        xp.expand_dims(x, 0, 1)
    with pytest.raises(TypeError, match="missing required argument: 'axis'"):
        xp.expand_dims(x)
    with pytest.raises(TypeError, match="multiple values for argument 'axis'"):
        xp.expand_dims(x, 0, axis=0)


@pytest.mark.parametrize("value", [HOST, [1.0, 2.0, 3.0], (1.0, 2.0, 3.0)])
def test_assigning_host_data_to_a_slice_is_refused(value, x):
    with pytest.raises(ValueError, match=r"non-scalar numpy\.ndarray cannot be used for fill"):
        x[0] = value
    with pytest.raises(ValueError, match=r"non-scalar numpy\.ndarray cannot be used for fill"):
        x.fill(HOST)


def test_methods_of_ufuncs_are_those_that_cupy_has(x):
    rows = xp.asarray([0])
    assert np.add.reduce(x).shape == (3,)
    for missing in (
        lambda: np.maximum.reduce(x),
        lambda: np.multiply.at(x, rows, 2.0),
        lambda: np.exp.at(x, rows),
    ):
        with pytest.raises((NotImplementedError, TypeError)):
            missing()
    with pytest.raises(TypeError):  # through NumPy, slices and tuples of indices are refused
        np.add.at(x, (0, 1), 1.0)


def test_functions_that_cupy_has_not_are_refused(x):
    for function in (np.vecdot, np.spacing, np.nanpercentile):
        with pytest.raises(TypeError):
            function(x, x)


def test_shapes_and_axes_may_not_be_device_arrays(x):
    with pytest.raises(TypeError, match="axis may not be a device array"):
        np.sum(x, axis=xp.asarray(0))
    with pytest.raises(TypeError):
        range(xp.asarray(3))
    with pytest.raises(TypeError):
        x[: xp.asarray(1)]


@pytest.mark.parametrize("case", REFUSED)
def test_calls_that_cupy_refuses_are_refused(case):
    x = xp.asarray(np.arange(24, dtype=np.float32).reshape(2, 3, 4))
    with pytest.raises((TypeError, ValueError, AttributeError, IndexError, NotImplementedError)):
        REFUSED[case](x)


@pytest.mark.parametrize("shape", [(), 0, []])
def test_an_empty_shape_beside_an_array_is_refused_as_cupy_takes_it_for_none(shape, x):
    for function in (np.zeros_like, np.ones_like, np.empty_like):
        with pytest.raises(ValueError, match=r"gives the shape of x: make an array of shape \(1,\)"):
            function(x, shape=shape)
    assert np.zeros_like(x, shape=(0, 3)).shape == (0, 3)
    assert np.zeros_like(x[0, 0], shape=()).shape == ()


def test_adding_at_indices_is_for_the_dtypes_that_cupy_adds_in_one_step(x):
    rows = xp.asarray([0])
    for dtype in (np.int64, bool, complex):
        with pytest.raises(TypeError, match=r"add\.at does not support"):
            np.add.at(x.astype(dtype), rows, 1)
    with pytest.raises(TypeError, match=r"subtract\.at does not support float32"):
        np.subtract.at(x, rows, 1.0)
    np.add.at(x.astype(np.int32), rows, 1)
    xp.add.at(x.astype(complex), slice(0, 1), 1.0)  # a view, added to as a whole


def test_creation_in_a_dtype_that_cupy_has_not_is_refused():
    for create in (lambda: xp.zeros(3, dtype=object), lambda: xp.full(3, "a")):
        with pytest.raises(ValueError, match="Unsupported dtype"):
            create()


@pytest.mark.parametrize("dtype", [object, "U3", "M8[s]", np.longdouble])
def test_dtypes_that_cupy_has_not_are_refused(dtype, x):
    with pytest.raises(ValueError, match="Unsupported dtype"):
        xp.asarray(np.zeros(2, dtype))
    with pytest.raises(ValueError, match="Unsupported dtype"):
        x.astype(np.dtype(dtype))


def test_a_view_as_a_host_array_is_refused(x):
    assert x.view(np.int32).dtype == np.int32
    with pytest.raises(TypeError, match="array of objects"):
        x.view(np.ndarray)


def test_order_none_is_refused_where_cupy_refuses_it(x):
    for reshape in (
        lambda: x.reshape(3, 2, order=None),
        lambda: x.ravel(order=None),
        lambda: np.reshape(x, 6, order=None),
    ):
        with pytest.raises(TypeError, match="NoneType"):
            reshape()


def test_device_arrays_have_no_hash_and_compare_with_anything(x):
    with pytest.raises(TypeError, match="unhashable"):
        hash(x)
    with xp.strict():
        assert (x == None).dtype == bool  # noqa: E711
        assert (x != None).shape == (2, 3)  # noqa: E711


def test_lists_are_no_arrays(x):
    for mix in (
        lambda: np.add(x, [1, 2, 3]),
        lambda: xp.exp([1.0]),
        lambda: xp.sum([1.0]),
        lambda: np.concatenate([x, [[1, 2, 3]]]),
    ):
        with pytest.raises((TypeError, AttributeError)):
            mix()
