"""Does the stand-in for CuPy's ElementwiseKernel do what CuPy documents, and refuse the rest?"""

import numpy as np
import pytest
from gpu.host_kernels import ElementwiseKernel

squared = ElementwiseKernel("T x, T y", "T z", "z = (x - y) * (x - y)", "squared_diff")
add_reverse = ElementwiseKernel("T x, raw T y", "T z", "z = x + y[2 - i]", "add_reverse")
all_raw = ElementwiseKernel("raw T x", "raw T y", "y[i] = x[i + 1]", "shifted")
x, y = np.arange(6.0).reshape(2, 3), np.arange(3.0)


def test_arrays_and_numbers_are_broadcast():
    np.testing.assert_array_equal(squared(x, y), (x - y) ** 2)
    np.testing.assert_array_equal(squared(x, 5), (x - 5) ** 2)


def test_a_raw_array_is_indexed_as_if_it_lay_in_one_piece():
    np.testing.assert_array_equal(add_reverse(y, x[:, ::2]), y + x[:, ::2].ravel()[2::-1])


def test_results_are_written_where_one_asks_for_it():
    z = np.zeros((3, 2)).T
    assert squared(x, y, z) is z
    np.testing.assert_array_equal(z, (x - y) ** 2)


def test_float32_is_computed_in_float32():
    z = squared(np.float32([1e8]), 0.1)
    assert z.dtype == np.float32
    assert z == (np.float32(1e8) - np.float32(0.1)) ** 2


def test_the_size_is_given_if_and_only_if_every_array_is_raw():
    np.testing.assert_array_equal(all_raw(x, np.zeros(3), size=2), [1, 2, 0])
    with pytest.raises(ValueError, match="size"):
        all_raw(x, np.zeros(3))
    with pytest.raises(ValueError, match="size"):
        squared(x, y, size=6)


def test_a_raw_result_has_no_shape_of_its_own():
    first = ElementwiseKernel("T x", "raw T y", "y[0] = x", "first")
    with pytest.raises(ValueError, match="Undecided"):
        first(x)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((x,), "wrong number"),
        ((x, [1.0]), "Unsupported"),
        ((x, y.astype(np.float32)), "mismatched"),
        ((x, y.astype(int)), "mismatched"),
        ((x, y, np.zeros(3)), "mismatched"),
    ],
)
def test_what_cupy_refuses_is_refused(arguments, error):
    with pytest.raises((TypeError, ValueError), match=error):
        squared(*arguments)


@pytest.mark.parametrize("parameter", ["T i", "T n", "T _x", "U x", "float32 x", "const T x"])
def test_reserved_names_and_what_is_not_used_here_are_refused(parameter):
    with pytest.raises(ValueError, match="parameter"):
        ElementwiseKernel(parameter, "T y", "y = 0", "kernel")
