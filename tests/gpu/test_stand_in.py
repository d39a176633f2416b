"""Does the stand-in compute what NumPy computes, and refuse what CuPy refuses?"""

import copy

import numpy as np
import pytest
from autograd import grad
from gpu_devices import need_device

from l0edu.gpu import stand_in as xp


@pytest.fixture
def numbers():
    return np.arange(6, dtype=np.float32).reshape(2, 3)


@pytest.fixture
def x(numbers):
    return xp.asarray(numbers.copy())


# ---- values


@pytest.mark.parametrize(
    "f",
    [
        lambda a: 2.0 * a + 1.0,
        lambda a: 1 - a / 3,
        lambda a: -(a**2),
        lambda a: a @ a.T,
        lambda a: (a > 1) & (a < 4),
        lambda a: np.exp(a),
        lambda a: np.maximum(a, 2.0),
        lambda a: a // 2 % 2,
        lambda a: abs(a - 3),
        lambda a: np.logaddexp(a, 0),
        lambda a: a.sum(),
        lambda a: np.mean(a, axis=0, keepdims=True),
        lambda a: a.var(axis=1),
        lambda a: np.argmax(a, axis=1),
        lambda a: a.reshape(3, 2),
        lambda a: np.reshape(a, -1),
        lambda a: a.T,
        lambda a: a[:, None, 1:],
        lambda a: a[-1, 0],
        lambda a: np.concatenate([a, a], axis=1),
        lambda a: np.stack([a, 2 * a]),
        lambda a: np.where(a > 2, a, 0.0),
        lambda a: np.pad(a, ((0, 0), (1, 2))),
        lambda a: np.lib.stride_tricks.sliding_window_view(a, 2, axis=1),
        lambda a: np.einsum("ij,kj->ik", a, a),
        lambda a: np.tensordot(a, a, axes=2),
        lambda a: np.zeros_like(a, shape=(4,)),
        lambda a: np.arange(4, like=a),
        lambda a: np.arange(start=1, stop=4, like=a),
        lambda a: np.full_like(a, 3.0, shape=(2,)),
        lambda a: np.clip(a, 1.0, 3.0),
        lambda a: np.cumsum(a, 1),
        lambda a: np.linalg.norm(a),
        lambda a: np.fft.rfft(a),
        lambda a: np.broadcast_to(a, (2, 2, 3)),
        lambda a: np.round(a / 3, 1),
        lambda a: np.allclose(a, a),
        lambda a: a.astype(np.float64),
        lambda a: np.sort(-a, axis=1),
        lambda a: a.argsort(axis=0),
    ],
)
def test_a_function_gives_on_the_device_what_it_gives_on_the_host(f, x, numbers):
    found, expected = f(x), np.asarray(f(numbers))
    assert type(found) is xp.ndarray
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found.get(), expected)


def test_a_function_of_the_module_takes_the_names_that_cupy_gives_its_parameters(x, numbers):
    np.testing.assert_array_equal(xp.reshape(x, newshape=(3, 2)).get(), numbers.reshape(3, 2))
    np.testing.assert_array_equal(xp.flip(a=x, axis=0).get(), numbers[::-1])
    assert xp.sum(x, axis=1, keepdims=True).shape == (2, 1)


def test_several_results_are_all_device_arrays(x):
    quotient, rest = divmod(x, 2)
    assert type(quotient) is type(rest) is xp.ndarray
    assert [part.shape for part in np.split(x, np.array([1]), axis=1)] == [(2, 1), (2, 2)]


def test_scalars_of_python_keep_float32_and_scalars_of_numpy_decide_the_dtype(x):
    assert (x * 2.0).dtype == np.float32
    assert (x * np.float64(2.0)).dtype == np.float64
    assert (x * x.astype(np.float64).sum()).dtype == np.float64  # arrays without axes too


def test_attributes_are_known_without_the_numbers(x):
    with xp.strict():
        assert (x.shape, x.ndim, x.size, x.nbytes, x.strides) == ((2, 3), 2, 6, 24, (12, 4))
        assert np.shape(x) == (2, 3)
        assert np.ndim(x) == 2
        assert np.result_type(x, 1.0) == np.float32
        assert not np.iscomplexobj(x)
        assert len(x) == 2
        assert [row.shape for row in x] == [(3,), (3,)]


def test_views_share_memory_and_copies_do_not(x, numbers):
    x[0][1:] += 10.0
    x.T[2, 1] = -1.0
    np.testing.assert_array_equal(x.get(), [[0, 11, 12], [3, 4, -1]])
    assert x.T.base is x
    copies = [copy.copy(x), copy.deepcopy(x), x.copy(), xp.array(x), x[xp.asarray([0, 1])], x.flatten()]
    x[...] = 0.0
    assert all(other.get().any() and other.base is None for other in copies)


def test_results_in_place_are_the_same_array(x):
    same = x
    x += 1.0
    assert x is same
    assert np.multiply(x, 2.0, out=x) is same
    assert xp.exp(x, out=x) is same
    assert xp.asarray(x) is same


def test_adding_at_indices_counts_repeated_ones(x):
    rows = xp.asarray([0, 0, 1])
    np.add.at(x, rows, xp.ones((3, 3), np.float32))
    xp.add.at(x, (slice(1, 2), 0), 5.0)
    np.testing.assert_array_equal(x.get(), [[2, 3, 4], [9, 5, 6]])


def test_nested_lists_of_device_arrays_are_joined_on_the_device(x):
    with xp.counting() as counts, xp.strict():
        joined = xp.array([x.sum(), x.max()])
    np.testing.assert_array_equal(joined.get(), [15, 5])
    assert counts.uploads == 0


def test_a_generator_has_the_draws_of_cupy_and_no_others():
    drawn = xp.random.default_rng(0).random((2, 3), dtype=np.float32)
    assert (type(drawn), drawn.dtype) == (xp.ndarray, np.float32)
    assert xp.random.default_rng(0).integers(0, 5, size=7).shape == (7,)
    for missing in ("normal", "permutation", "choice", "shuffle"):
        with pytest.raises(AttributeError, match=missing):
            getattr(xp.random.default_rng(0), missing)


def test_every_name_that_is_listed_is_there():
    assert {"sum", "exp", "linalg", "fft", "float32", "newaxis", "asnumpy"} <= set(dir(xp))
    assert all(hasattr(xp, name) for name in dir(xp))
    assert callable(xp.lib.stride_tricks.as_strided)
    with pytest.raises(AttributeError, match="permutation"):
        xp.permutation  # noqa: B018


def test_differentiation_passes_through_the_boxes_of_autograd(xp_registered, x, numbers):
    import autograd.numpy as anp

    found = grad(lambda w: anp.sum(x * anp.tanh(w) + w / x[1, 0]))(x)
    np.testing.assert_allclose(found.get(), numbers * (1 - np.tanh(numbers) ** 2) + 1 / 3, rtol=1e-5)


@pytest.fixture
def xp_registered():
    from l0edu.gpu import register

    need_device("stand-in")
    return register("stand-in")
