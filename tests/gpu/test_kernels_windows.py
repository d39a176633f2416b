"""Do the kernels of convolution and pooling collect what the plain versions do? To the bit: they only add."""

import gpu.host_kernels as host
import numpy as np
import pytest
from gpu.host_kernels import assert_same, both
from hypothesis import given, settings
from hypothesis import strategies as st

from l0edu.gpu import kernels
from l0edu.gpu.kernels import launch
from l0edu.ops.convolution import fold, patches
from l0edu.ops.pooling import max_pool_dx, mean_pool_dx, window_max, window_mean

LAYOUTS = {
    "whole": lambda x: x,
    "batch first": lambda x: np.ascontiguousarray(np.moveaxis(x, -1, 0)).transpose(1, 2, 3, 0),
    "with gaps": lambda x: np.repeat(x, 2, axis=2)[:, :, ::2],
    "broadcast": lambda x: np.broadcast_to(x[:, :, :, :1], x.shape),
}


@st.composite
def images(draw, smallest=1):
    """x (C, H, W, N) of integers, in any layout: ties are frequent, and sums exact."""
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    C, H, W, N = (
        draw(st.integers(low, high)) for low, high in ((1, 3), (smallest, 7), (smallest, 7), (0, 3))
    )
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    return draw(st.sampled_from([*LAYOUTS.values()]))(rng.integers(-3, 4, (C, H, W, N)).astype(dtype))


@st.composite
def windows(draw):
    """Images, and a window with its step and padding that fits them."""
    x, padding = draw(images()), draw(st.integers(0, 2))
    k = draw(st.integers(1, min(x.shape[1:3]) + 2 * padding))
    return x, k, draw(st.integers(1, 4)), padding


@given(windows())
@settings(max_examples=150, deadline=None)
def test_patches_are_copied_and_folded_back_alike(problem):
    x, *window = problem
    columns, found = (arrays[0] for arrays in both(patches, x, *window))
    np.testing.assert_array_equal(found, columns)
    image, found = (arrays[0] for arrays in both(fold, columns, x.shape, *window))
    np.testing.assert_array_equal(found, image)
    assert image.dtype == found.dtype == x.dtype


@given(images(), st.data())
@settings(max_examples=150, deadline=None)
def test_windows_are_pooled_alike(x, data):
    k = data.draw(st.integers(1, min(x.shape[1:3])))
    y = window_max(x, k)
    g = np.random.default_rng(0).integers(-3, 4, y.shape).astype(x.dtype)
    for pool in (window_max, window_mean):
        assert_same(pool, x, k, scale=0)
    assert_same(max_pool_dx, g, y, x, k, scale=0)
    assert_same(mean_pool_dx, g, x, k, scale=0)


@pytest.mark.parametrize("place", range(4))
def test_nan_is_the_largest_of_its_window_and_what_it_does_to_gradients_is_the_same(place):
    x = np.arange(16.0).reshape(1, 4, 4, 1)
    x[0, place // 2, place % 2] = np.nan
    plain, kernel = both(window_max, x, 2)
    np.testing.assert_array_equal(kernel[0], plain[0])
    assert np.isnan(kernel[0][0, 0, 0]).all()
    g = np.array([1, np.nan, np.inf, 2.0]).reshape(1, 2, 2, 1)
    assert_same(max_pool_dx, g, plain[0], x, 2, scale=0)


def test_columns_are_folded_whatever_their_layout():
    columns = np.random.default_rng(0).normal(size=(2 * 18, 60))[::-2, ::-1]
    assert_same(fold, columns, (2, 6, 5, 5), 3, 1, 0, scale=0)  # 4 x 3 windows, a batch of 5
    assert_same(fold, np.asfortranarray(columns), (2, 6, 5, 5), 3, 1, 0, scale=0)


def test_a_large_array_has_large_indices(monkeypatch):
    x = np.random.default_rng(0).normal(size=(2, 5, 6, 3))
    narrow = kernels.patches(host, x, 3, 1, 1)
    monkeypatch.setattr(launch, "NARROW", 0)
    assert "long long Index" in launch.Kernel("name", "T x", "T y", "y = x").on(host, x.size).preamble
    np.testing.assert_array_equal(kernels.patches(host, x, 3, 1, 1), narrow)
    np.testing.assert_array_equal(
        kernels.fold(host, narrow, x.shape, 3, 1, 1), fold(narrow, x.shape, 3, 1, 1)
    )


def test_patches_of_one_pixel_are_the_pixels_and_need_no_launch():
    x = np.arange(12.0).reshape(1, 2, 3, 2)
    host.launches.clear()
    assert kernels.patches(host, x, 1).base is not None
    assert host.launches == []


def test_a_second_run_gives_the_same_bits():
    columns = np.random.default_rng(0).normal(size=(2 * 9, 5 * 5 * 8)).astype(np.float32)
    first, second = (kernels.fold(host, columns, (2, 7, 7, 8), 3).tobytes() for _ in range(2))
    assert first == second
