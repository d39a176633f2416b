"""Do masks answer what the walks over a network ask?"""

import numpy as np
from building import rng
from hypothesis import given
from hypothesis import strategies as st
from strategies import few

from l0edu.units import Mask

yes_or_no = st.lists(st.booleans(), min_size=1, max_size=6).map(lambda on: np.array(on, bool))


@given(yes_or_no, st.integers(1, 4))
@few
def test_maps_become_pixels_and_any_pixel_makes_a_map(on, pixels):
    spread = Mask(on).as_pixels(pixels)
    assert spread.on.reshape(-1, pixels).all(axis=1).tolist() == on.tolist()
    np.testing.assert_array_equal(spread.as_maps(pixels).on, on)
    one_pixel_each = np.where(np.arange(len(on) * pixels) % pixels == pixels - 1, spread.on, False)
    np.testing.assert_array_equal(Mask(one_pixel_each).as_maps(pixels).on, on)


@given(yes_or_no, st.booleans())
@few
def test_units_that_depend_on_all_count_if_any_does(on, always):
    assert Mask(on).mixed(3, always).on.tolist() == [always or any(on)] * 3


@given(yes_or_no, st.integers(0, 4), st.booleans())
@few
def test_links_join_what_they_lead_to(on, outputs, always):
    links = rng(outputs).random((outputs, len(on))) < 0.4
    joined = [always or any(a and b for a, b in zip(row, on, strict=True)) for row in links]
    assert Mask(on).joined(links, always).on.tolist() == joined


@given(yes_or_no, st.booleans())
@few
def test_open_links_everywhere_are_no_links(on, always):
    links = np.ones((2, len(on)), bool)
    np.testing.assert_array_equal(Mask(on).joined(links, always).on, Mask(on).mixed(2, always).on)


def test_a_gate_lets_through_and_either_side_counts():
    a, b = np.array([True, True, False, False]), np.array([True, False, True, False])
    assert Mask(a).behind(b).on.tolist() == [True, False, False, False]
    assert Mask(a).either(Mask(b)).on.tolist() == [True, True, True, False]


@given(yes_or_no, st.booleans(), st.integers(0, 3))
@few
def test_what_is_put_among_others_can_be_taken_again(on, others, more):
    units = np.sort(rng(more).permutation(len(on) + more)[: len(on)])
    placed = Mask(on).put_among(units, len(on) + more, others)
    np.testing.assert_array_equal(placed.taken(units).on, on)
    assert np.delete(placed.on, units).tolist() == [others] * more


@given(yes_or_no, yes_or_no)
@few
def test_a_layer_reaches_from_live_inputs_to_wanted_outputs(alive, wanted):
    reach = Mask(alive).reach(Mask(wanted), None)
    live = alive.any() and wanted.any()
    assert (reach.inputs, reach.outputs) == ((alive.sum(), wanted.sum()) if live else (0, 0))
    assert reach.pairs == alive.sum() * wanted.sum()


def test_a_layer_with_links_reaches_along_them_alone():
    links = np.array([[1, 0, 0], [0, 0, 0], [1, 1, 0]], bool)
    reach = Mask(np.array([True, False, True])).reach(Mask(np.array([True, True, True])), links)
    assert (reach.inputs, reach.outputs, reach.pairs, reach.exact) == (1, 2, 2, True)
