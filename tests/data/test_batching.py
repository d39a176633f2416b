from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from l0edu.data import Dataset, batches, split
from l0edu.errors import InputError


def numbered(count: int) -> Dataset:
    return Dataset(np.arange(count * 4.0).reshape(count, 1, 2, 2), np.arange(count), "numbered")


@given(st.integers(2, 40), st.floats(0.1, 0.9), st.integers(0, 9))
def test_split_has_every_image_once(count, fraction, seed):
    if round(fraction * count) in (0, count):
        return
    rest, held_out = split(np.random.default_rng(seed), numbered(count), fraction)
    assert sorted([*rest.y, *held_out.y]) == list(range(count))
    assert len(held_out) == round(fraction * count)


@pytest.mark.parametrize("fraction", [0, 1, -0.1, 1.5, float("nan"), 0.01, 0.99])
def test_split_refuses_empty_parts(fraction):
    with pytest.raises(InputError, match=f"^fraction {fraction}"):
        split(np.random.default_rng(0), numbered(10), fraction)


@given(st.integers(0, 40), st.integers(1, 50), st.integers(0, 9))
def test_batches_cover_every_image_once(count, size, seed):
    parts = list(batches(np.random.default_rng(seed), numbered(count), size))
    assert sorted(label for _, y in parts for label in y) == list(range(count))
    assert all(len(y) == size for _, y in parts[:-1])
    for x, y in parts:
        np.testing.assert_array_equal(x[:, 0, 0, 0], 4 * y)


def test_batches_repeat_for_equal_rng_states():
    rng, again, other = (np.random.default_rng(seed) for seed in (3, 3, 4))
    first, second, third = ([y.tolist() for _, y in batches(r, numbered(20), 6)] for r in (rng, again, other))
    assert first == second
    assert first != third
    assert rng.random() == again.random()


def test_batches_take_any_object_with_x_and_y():
    data = SimpleNamespace(x=np.zeros((3, 784)), y=np.arange(3))
    shapes = [x.shape for x, _ in batches(np.random.default_rng(0), data, 2)]
    assert shapes == [(2, 784), (1, 784)]


@pytest.mark.parametrize("size", [0, -5])
def test_batches_refuse_a_size_below_1_at_the_call(size):
    with pytest.raises(InputError, match=f"batch size {size}"):
        batches(np.random.default_rng(0), numbered(3), size)
