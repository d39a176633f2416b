"""Do the arrays of a table and its buffer stay one and the same memory?"""

import numpy as np
import pytest
from gradient_checks import refused
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from strategies import arrays, dtypes, few

from l0edu.packing import check_same_layout, pack, unpack, zeros_like

shapes = hnp.array_shapes(min_dims=0, min_side=0, max_side=4)
tables = st.dictionaries(
    st.sampled_from(["conv1", "fc1", "gate1"]),
    st.dictionaries(st.sampled_from(["W", "b"]), arrays(shapes), min_size=1),
    min_size=1,
)


def small(dtype=np.float64):
    return {"fc1": {"W": np.arange(6, dtype=dtype).reshape(2, 3), "b": np.full(2, 7, dtype)}}


@given(tables)
@few
def test_the_table_holds_what_was_packed_in_the_same_order(table):
    packed = pack(table)
    np.testing.assert_equal(packed.table, table)
    assert [(layer, *part) for layer, part in packed.table.items()] == [
        (layer, *part) for layer, part in table.items()
    ]
    flat = [array.ravel() for part in table.values() for array in part.values()]
    np.testing.assert_array_equal(packed.buffer, np.concatenate(flat))


@given(dtypes)
def test_what_is_written_to_the_buffer_shows_in_the_table_and_the_other_way(dtype):
    packed = pack(small(dtype))
    assert packed.buffer.dtype == dtype
    packed.buffer[1] = 50
    packed.table["fc1"]["b"][0] = 60
    np.testing.assert_array_equal(packed.table["fc1"]["W"], [[0, 50, 2], [3, 4, 5]])
    np.testing.assert_array_equal(packed.buffer, [0, 50, 2, 3, 4, 5, 60, 7])


@pytest.mark.parametrize("table", [small(), {"fc1": {"b": np.ones(3)}}])
def test_packing_and_unpacking_copy(table):
    packed = pack(table)
    back = unpack(packed)
    packed.buffer[:] = -1
    np.testing.assert_equal(back, table)
    assert all(array.base is None for array in back["fc1"].values())
    assert table["fc1"]["b"].min() > 0


def test_an_array_that_is_not_contiguous_is_packed_by_its_rows():
    np.testing.assert_array_equal(pack({"fc1": {"W": np.arange(4).reshape(2, 2).T}}).buffer, [0, 2, 1, 3])


def test_a_buffer_of_zeros_has_the_same_layout_and_memory_of_its_own():
    packed = pack(small(np.float32))
    zeros = zeros_like(packed)
    zeros.table["fc1"]["W"][1, 2] = 5
    check_same_layout(packed, zeros, "grads")
    np.testing.assert_array_equal(zeros.buffer, np.array([0, 0, 0, 0, 0, 5, 0, 0], np.float32))
    assert zeros.buffer.dtype == np.float32
    assert packed.buffer[5] == 5


OTHERS = {
    "order": ({"fc1": {"b": np.ones(2), "W": np.ones((2, 3))}}, "'b'.* where .*'W'"),
    "shape": ({"fc1": {"W": np.ones((3, 2)), "b": np.ones(2)}}, r"\(3, 2\).* where .*\(2, 3\)"),
    "name": ({"fc2": small()["fc1"]}, "'fc2'.* where .*'fc1'"),
    "more": ({**small(), "fc2": small()["fc1"]}, "'fc2'.* where .* nothing"),
    "dtype": (small(np.float32), "float32 where .* float64"),
}


@pytest.mark.parametrize(("table", "said"), OTHERS.values(), ids=OTHERS)
def test_a_buffer_that_holds_something_else_is_refused(table, said):
    with refused(f"grads has .*{said}"):
        check_same_layout(pack(small()), pack(table), "grads")


def test_arrays_of_two_dtypes_or_no_arrays_are_not_packed():
    with refused(r"arrays of \['float32', 'float64'\].*one dtype"):
        pack({"fc1": {"W": np.ones(2), "b": np.ones(2, np.float32)}})
    with refused("no arrays"):
        pack({"relu1": {}})
