"""Does the border let plain values through unchanged, and nothing else?"""

import math
from collections import OrderedDict, namedtuple

import numpy as np
import pytest
from autograd import grad
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from l0edu.course.isolation.pipe import decode, encode
from l0edu.course.isolation.values import plain
from l0edu.errors import InputError

KINDS = [*"?bhilqBHILQefd"]
ARRAYS = hnp.arrays(
    st.sampled_from([np.dtype(kind) for kind in KINDS]), hnp.array_shapes(min_dims=0, min_side=0)
)
ATOMS = st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats() | st.text(max_size=5) | ARRAYS
VALUES = st.recursive(
    ATOMS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


def boxed(thing):
    """An array of objects."""
    array = np.empty(2, object)
    array[0] = array[1] = thing
    return array


class Equal:
    """Claims to be equal to everything, and counts how often it is asked."""

    asked = 0

    def __eq__(self, other):
        Equal.asked += 1
        return True

    __array__ = __float__ = __len__ = __iter__ = __bool__ = __eq__


def same(a, b):
    """Of one class, shape, dtype and content; NaN is NaN."""
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    return a == b or (isinstance(a, float) and math.isnan(a) and math.isnan(b))


# ---- plain values


@settings(max_examples=100, deadline=None)
@given(VALUES)
def test_a_plain_value_comes_back_unchanged_from_its_copy_and_from_the_pipe(value):
    copy = plain(value, "it")
    assert same(copy, value)
    assert same(decode(encode(copy)), copy)


def test_nothing_that_was_copied_shares_memory_with_the_original():
    array = np.arange(6.0).reshape(2, 3)
    copy = plain([array.T], "it")[0]
    assert not np.shares_memory(copy, array)
    assert copy.flags.c_contiguous
    assert copy.flags.writeable


@pytest.mark.parametrize("kind", [*KINDS, "g"])
def test_a_numpy_scalar_becomes_a_python_number(kind):
    number = plain(np.dtype(kind).type(1), "it")
    assert type(number) in (bool, int, float)
    assert number == 1


def test_arrays_of_foreign_byte_order_and_of_long_floats_become_usual_ones():
    assert plain(np.array([1, 2], ">f4"), "it").dtype == np.dtype("float32")
    assert decode(encode(plain(np.array([1, 2], np.longdouble), "it"))).dtype == np.dtype("float64")


def test_nan_and_infinity_are_numbers():
    found = decode(encode((math.inf, -math.inf, math.nan, -0.0)))
    assert found[:2] == (math.inf, -math.inf)
    assert math.isnan(found[2])
    assert math.copysign(1, found[3]) == -1


# ---- everything else


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ((number for number in (1, 2)), "class generator"),
        (lambda: 1, "class function"),
        (1j, "class complex"),
        (np.complex128(1), "class complex128"),
        ({1, 2}, "class set"),
        (OrderedDict(a=1), "class OrderedDict"),
        (namedtuple("Point", "x")(1), "class Point"),
        (np.ma.array([1.0]), "class MaskedArray: give it as np.asarray"),
        (np.array([1j]), "array of complex128"),
        (np.array(["a"]), "array of str"),
        (np.array([(1, 2.0)], "i4,f8"), "array of void"),
        (np.array([[1], [1, 2]], object), "array of objects: .* rows of one length"),
        ({1: 2}, "key of the class int: its keys must be strings"),
        (2**65, "an integer of 66 bits"),
        ([1, ["a", len]], r"it\[1\]\[1\] is of the class builtin"),
        ({"p": {"q": len}}, r"it\['p'\]\['q'\] is of the class builtin"),
    ],
)
def test_any_other_value_is_refused_by_the_name_of_its_class(value, complaint):
    with pytest.raises(InputError, match=complaint):
        plain(value, "it")


@pytest.mark.parametrize("wrap", [lambda it: it, lambda it: [it], lambda it: {"a": it}, lambda it: boxed(it)])
def test_an_object_that_equals_everything_is_never_asked(wrap):
    value = wrap(Equal())
    Equal.asked = 0
    with pytest.raises(InputError, match=r"class Equal|array of objects"):
        plain(value, "it")
    assert Equal.asked == 0


def test_a_class_whose_metaclass_equals_everything_is_refused():
    class Meta(type):
        def __eq__(cls, other):
            return True

        def __hash__(cls):
            return hash(float)

    with pytest.raises(InputError, match="class Sly"):
        plain(Meta("Sly", (), {})(), "it")


def test_a_matrix_is_refused():
    with pytest.warns(PendingDeprecationWarning):
        matrix = np.matrix([[1.0]])
    with pytest.raises(InputError, match=r"class matrix: give it as np\.asarray"):
        plain(matrix, "it")


def test_a_traced_value_and_an_array_around_it_are_explained():
    kept = []

    def function(x):
        kept.append(x)
        return x * x

    grad(function)(0.5)
    with pytest.raises(InputError, match=r"autograd's ArrayBox, which stands for a number"):
        plain(kept[0], "it")
    with pytest.raises(InputError, match=r"ArrayBox inside: .* call the one of autograd\.numpy"):
        plain(boxed(kept[0]), "it")


# ---- sizes


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        (np.broadcast_to(0.0, (2**20, 2**20)), "it is too large: arrays may have 64 MiB"),
        ([np.zeros(5 * 2**20), np.zeros(5 * 2**20)], r"it\[1\] is too large"),
        ([0.5] * 50_001, r"it\[49999\] is too long: put more than 50,000 values into an array"),
        ("a" * 200_001, "it is too long: texts may have 200,000"),
    ],
)
def test_what_is_too_large_is_refused_before_it_is_copied(value, complaint):
    with pytest.raises(InputError, match=complaint):
        plain(value, "it")


def test_a_list_that_holds_itself_is_refused():
    endless = []
    endless.append(endless)
    with pytest.raises(InputError, match="nested more than 20 deep"):
        plain(endless, "it")


def test_the_largest_permitted_lists_and_texts_fit_through_the_pipe():
    for value in ([-1.2345678901234567e-300] * 49_999, "\0" * 200_000, "\U0001f600" * 200_000):
        assert decode(encode(plain(value, "it"))) == value


def test_half_surrogates_become_question_marks():
    assert plain({"\ud800": "a\udfff"}, "it") == {"?": "a?"}
