import numpy as np
import pytest
from gradient_checks import check_gradients, numbers, refused, rngs
from hypothesis import given, settings
from hypothesis import strategies as st

from l0edu.ops import batch_first, batch_last

shapes = st.lists(st.integers(1, 4), min_size=2, max_size=5)


@pytest.mark.parametrize("op", [batch_first, batch_last])
@given(rng=rngs, shape=shapes)
@settings(max_examples=25, deadline=None)
def test_gradients_move_back_with_the_axis(op, rng, shape):
    check_gradients(op, {"x": numbers(rng, *shape)}, ("x",))


@given(rngs, shapes)
@settings(max_examples=25, deadline=None)
def test_one_layout_undoes_the_other(rng, shape):
    x = numbers(rng, *shape)
    np.testing.assert_array_equal(batch_first(batch_last(x)), x)
    np.testing.assert_array_equal(batch_last(batch_first(x)), x)


@given(rngs, shapes)
@settings(max_examples=25, deadline=None)
def test_the_batch_comes_last_in_memory_too(rng, shape):
    assert batch_last(numbers(rng, *shape)).flags.c_contiguous


def test_one_example_without_a_batch_is_refused():
    with refused(r"write x\[None\]"):
        batch_last(np.zeros(784))
