import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import dtypes, seeds

from l0edu.data import flip_and_crop
from l0edu.errors import InputError

sizes = st.tuples(st.integers(0, 5), st.integers(1, 3), st.integers(5, 8), st.integers(5, 8))


def one_by_one(seed, x, padding):
    """Image after image and pixel after pixel, with the same draws."""
    rng, (count, _, height, width) = np.random.default_rng(seed), x.shape
    mirrored = rng.random(count) < 0.5
    top, left = rng.integers(0, 2 * padding + 1, (2, count))
    result = np.empty_like(x)
    for n, c, i, j in np.ndindex(x.shape):
        column = width - 1 - j if mirrored[n] else j
        row, column = abs(i + top[n] - padding), abs(column + left[n] - padding)
        row, column = min(row, 2 * (height - 1) - row), min(column, 2 * (width - 1) - column)
        result[n, c, i, j] = x[n, c, row, column]
    return result


@given(size=sizes, seed=seeds, dtype=dtypes, padding=st.integers(0, 4))
def test_a_batch_moves_as_its_images_do_one_by_one(size, seed, dtype, padding):
    x = np.random.default_rng(seed).random(size).astype(dtype)
    moved = flip_and_crop(np.random.default_rng(seed), x, padding)
    np.testing.assert_array_equal(moved, one_by_one(seed, x, padding), strict=True)


def test_the_given_images_stay_and_share_nothing():
    x = np.random.default_rng(0).random((6, 3, 32, 32))
    before = x.copy()
    moved = flip_and_crop(np.random.default_rng(0), x)
    moved[:] = 7
    np.testing.assert_array_equal(x, before)


def test_half_are_mirrored_and_every_place_is_as_likely():
    x = np.broadcast_to(np.arange(25.0).reshape(1, 1, 5, 5), (20_000, 1, 5, 5))
    moved = flip_and_crop(np.random.default_rng(0), x, padding=1)
    centres = np.bincount(moved[:, 0, 2, 2].astype(int), minlength=25).reshape(5, 5)
    assert abs(np.mean(moved[:, 0, 2, 1] < moved[:, 0, 2, 3]) - 0.5) < 0.02  # 5.6 standard deviations
    assert centres.sum() == centres[1:4, 1:4].sum()
    np.testing.assert_allclose(centres[1:4, 1:4] / 20_000, 1 / 9, atol=0.0125)  # 5.6 standard deviations


def test_other_images_and_paddings_are_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(InputError, match=r"shape \(2, 784\) cannot be cropped: give \(N, C, H, W\)"):
        flip_and_crop(rng, np.zeros((2, 784)))
    for padding in (-1, 5):
        with pytest.raises(InputError, match=f"padding {padding} does not fit images of 5 x 9 .* 0 to 4"):
            flip_and_crop(rng, np.zeros((1, 3, 5, 9)), padding)
