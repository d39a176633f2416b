import numpy as np
import pytest
from gradient_checks import assert_close, rngs
from hypothesis import given, settings
from hypothesis import strategies as st

from l0edu.ops.sums import dot_by_unit, long_product, sum_by_unit

shapes = st.lists(st.integers(0, 4), min_size=1, max_size=4).map(tuple)


@given(rngs, shapes, st.sampled_from([np.float32, np.float64]))
@settings(max_examples=40, deadline=None)
def test_sums_over_all_but_the_first_axis(rng, shape, dtype):
    a, b = rng.normal(size=(2, *shape)).astype(dtype)
    others = tuple(range(1, len(shape)))
    assert sum_by_unit(a).dtype == dot_by_unit(a, b).dtype == dtype
    assert_close(sum_by_unit(a), a.sum(axis=others), 1e-5)
    assert_close(dot_by_unit(a, b), (a * b).sum(axis=others), 1e-5)


@pytest.mark.parametrize("count", [57_600, 131_072])
def test_float32_sums_of_many_numbers_are_good_to_two_millionths(count):
    a, b = np.random.default_rng(0).random((2, 3, count), np.float32)
    exact_a, exact_b = a.astype(float), b.astype(float)
    np.testing.assert_allclose(sum_by_unit(a), exact_a.sum(axis=1), rtol=2e-6)
    np.testing.assert_allclose(dot_by_unit(a, b), (exact_a * exact_b).sum(axis=1), rtol=2e-6)
    np.testing.assert_allclose(long_product(a, b), exact_a @ exact_b.T, rtol=2e-6)


@given(rngs, st.integers(0, 33), st.integers(0, 33), st.integers(0, 5000))
@settings(max_examples=40, deadline=None)
def test_a_product_is_the_same_in_pieces_whatever_is_left_over(rng, m, n, columns):
    a, b = rng.normal(size=(m, columns)), rng.normal(size=(n, columns))
    np.testing.assert_allclose(long_product(a, b), a @ b.T, rtol=0, atol=1e-10)


@pytest.mark.parametrize("columns", [2047, 2048, 2049, 6 * 1024, 6 * 1024 + 1])
def test_pieces_of_arrays_that_are_not_contiguous(columns):
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(columns, 16)).T, rng.normal(size=(32, 2 * columns))[::2, ::-2]  # 256 results
    np.testing.assert_allclose(long_product(a, b), a @ b.T, rtol=0, atol=1e-10)
