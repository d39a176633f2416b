"""Is what a Chance says of units the law of a Mask? All that can happen is tried.

`law` gives every set of units that can count its probability. A method is right if it turns the law of its
units into the law of what the same method of a Mask makes of them; where it says that it is not exact, the
probability of every single unit is still right (but for links from pixels that share a map).
"""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from building import rng
from gate_patterns import coins
from hypothesis import given
from hypothesis import strategies as st
from strategies import few, many, seeds

from l0edu.chances import Chance, OpenGates
from l0edu.units import Mask

pixel_counts = st.integers(1, 2)


def some(rng, shape):
    """Probabilities, of which some are 0 and some 1."""
    return np.choose(rng.choice(3, shape, p=[0.15, 0.15, 0.7]), [0.0, 1.0, rng.uniform(0.1, 0.9, shape)])


def random_chance(rng, pixels=1, maps=None, name="before"):
    maps = maps or int(rng.integers(1, 4))
    given_map = np.ones((maps, 1)) if pixels == 1 else some(rng, (maps, pixels))
    shared = float(rng.choice([1.0, rng.uniform(0.1, 0.9), 0.0], p=[0.45, 0.45, 0.1]))
    return Chance(shared, some(rng, maps), given_map, frozenset({name}))


def law(chance):
    """The probability of every set of units."""
    found, (maps, pixels) = Counter(), chance.pixels.shape
    for p, sides in coins([chance.shared, *chance.maps, *chance.pixels.ravel()]):
        shared, on_map, on_pixel = sides[0], np.array(sides[1 : maps + 1]), np.array(sides[maps + 1 :])
        found[tuple((shared * np.repeat(on_map, pixels) * on_pixel).tolist())] += p
    return found


def law_of(method, *laws):
    """The law of what a function makes of masks that are independent of each other."""
    found = Counter()
    for masks, p in _together(*laws):
        found[tuple(method(*(Mask(np.array(on, bool)) for on in masks)).on.astype(int).tolist())] += p
    return found


def mean_of(method, *laws):
    return sum(p * method(*(Mask(np.array(on, bool)) for on in masks)) for masks, p in _together(*laws))


def _together(first, *others):
    if not others:
        return [((on,), p) for on, p in first.items()]
    return [((on, *rest), p * q) for on, p in first.items() for rest, q in _together(*others)]


def gates_law(p):
    return law(Chance.sure(p.size).behind(OpenGates("", p.ravel())))


def each_of(law):
    return sum(p * np.array(on) for on, p in law.items())


def assert_law(chance, expected):
    """The same law, if it claims to be exact; the same probability of every unit in any case."""
    np.testing.assert_allclose(chance.each(), each_of(expected), rtol=1e-12, atol=1e-15)
    if chance.exact:
        found = law(chance)
        for on in found.keys() | expected.keys():
            assert found[on] == pytest.approx(expected[on], rel=1e-12, abs=1e-15)


# ---- what it says


@given(seeds, pixel_counts)
@many
def test_each_and_any_are_those_of_its_law(seed, pixels):
    chance = random_chance(rng(seed), pixels)
    np.testing.assert_allclose(chance.each(), each_of(law(chance)), rtol=1e-12)
    assert chance.any() == pytest.approx(mean_of(lambda units: units.on.any(), law(chance)), rel=1e-12)


def test_sure_units_count_in_any_case():
    assert law(Chance.sure(3)) == {(1, 1, 1): 1}


def test_units_behind_the_same_closed_gates_are_useless_together():
    half = [OpenGates(name, np.array([0.5, 0.5])) for name in ("gate1", "gate2")]
    wire = Chance.sure(2).behind(half[0]).mixed(2, always=False).behind(half[1])
    assert wire.each().tolist() == [0.75 / 2, 0.75 / 2]
    assert wire.any() == 0.75 * 0.75 == 0.5625
    naive = 1 - np.prod(1 - wire.each())
    assert f"{naive:.3f}" == "0.609"


# ---- one wire


@given(seeds, pixel_counts)
@many
def test_behind_gates(seed, pixels):
    chance = random_chance(rng(seed), pixels)
    p = some(rng(seed + 1), chance.each().shape)
    behind = chance.behind(OpenGates("gate", p))
    assert behind.exact
    assert behind.gates == chance.gates | OpenGates("gate", p).in_doubt
    assert_law(behind, law_of(lambda units, gate: units.behind(gate.on), law(chance), gates_law(p)))


@given(seeds, st.integers(1, 3))
@few
def test_pixels_of_maps(seed, pixels):
    chance = random_chance(rng(seed))
    assert chance.as_pixels(pixels).exact
    assert_law(chance.as_pixels(pixels), law_of(lambda units: units.as_pixels(pixels), law(chance)))


@given(seeds, st.integers(1, 3))
@few
def test_maps_of_pixels(seed, pixels):
    chance = random_chance(rng(seed), maps=2 * pixels)
    assert chance.as_maps(pixels).exact
    assert_law(chance.as_maps(pixels), law_of(lambda units: units.as_maps(pixels), law(chance)))


@given(seeds, pixel_counts, st.booleans())
@many
def test_units_that_depend_on_all(seed, pixels, always):
    chance = random_chance(rng(seed), pixels)
    mixed = chance.mixed(2, always)
    assert mixed.exact
    assert mixed.gates == (chance.gates if 0 < chance.any() < 1 and not always else set())
    assert_law(mixed, law_of(lambda units: units.mixed(2, always), law(chance)))


@given(seeds, pixel_counts, st.booleans())
@many
def test_units_that_depend_on_others_by_links(seed, pixels, always):
    chance = random_chance(rng(seed), pixels, maps=2)
    p = some(rng(seed + 1), (2, 2 * pixels))
    joined = chance.joined(OpenGates("fc", p), always)
    expected = law_of(
        lambda units, open_: units.joined(open_.on.reshape(p.shape), always), law(chance), gates_law(p)
    )
    assert joined.exact or not always
    if joined.exact or pixels == 1:
        assert_law(joined, expected)


def test_links_from_units_that_are_decided_are_exact_and_others_not():
    links = OpenGates("fc", np.full((2, 2), 0.5))
    decided = Chance(0.5, np.array([1.0, 0.0]), np.ones((2, 1)), frozenset({"gate"}))
    assert decided.joined(links, always=False).exact
    assert decided.joined(links, always=False).gates == {"gate", "fc"}
    assert not replace(decided, maps=np.array([1.0, 0.5])).joined(links, always=False).exact
    assert replace(decided, maps=np.array([1.0, 0.5])).joined(links, always=True).exact


@given(seeds, pixel_counts)
@many
def test_units_that_are_taken(seed, pixels):
    chance = random_chance(rng(seed), pixels)
    units = np.flatnonzero(rng(seed + 1).random(chance.each().size) < 0.6)
    taken = chance.taken(units)
    assert_law(taken, law_of(lambda mask: mask.taken(units), law(chance)))
    assert taken.exact == (pixels == 1 or np.isin(chance.maps, (0, 1)).all())
    assert taken.gates == chance.gates


@given(seeds, pixel_counts, st.booleans())
@many
def test_units_that_are_put_among_others(seed, pixels, others):
    chance = random_chance(rng(seed), pixels)
    n = chance.each().size
    units = np.sort(rng(seed + 1).permutation(n + 2)[:n])
    put = chance.put_among(units, n + 2, others)
    assert_law(put, law_of(lambda mask: mask.put_among(units, n + 2, others), law(chance)))
    assert put.exact or pixels > 1 or (others and chance.shared not in (0, 1))
    assert put.gates == chance.gates


def test_what_is_not_exact_stays_so():
    chance = Chance(1.0, np.array([0.5, 0.25]), np.ones((2, 1)), frozenset({"gate"}), exact=False)
    other = replace(chance, gates=frozenset({"other"}), exact=True)
    sure, links = Chance.sure(2), OpenGates("fc", np.full((2, 2), 0.5))
    behind = chance.behind(OpenGates("other", np.full(2, 0.5)))
    joined = replace(chance, maps=np.array([1.0, 0.0])).joined(links, always=False)
    taken, put = chance.taken(np.array([0])), chance.put_among(np.arange(2), 3, others=True)
    pixels, maps, mixed = chance.as_pixels(2), chance.as_maps(2), chance.mixed(2, always=False)
    assert not any(found.exact for found in (behind, joined, taken, put, pixels, maps, mixed))
    assert not chance.either(other).exact
    assert not other.either(chance).exact
    for gates in (None, links):
        assert sure.reach(sure, gates).exact
        assert not chance.reach(sure, gates).exact
        assert not sure.reach(chance, gates).exact
    assert chance.mixed(2, always=True).exact


# ---- two wires


@given(seeds, pixel_counts)
@many
def test_either(seed, pixels):
    one = random_chance(rng(seed), pixels, maps=2)
    other = random_chance(rng(seed + 1), maps=2 * pixels, name="beside")
    assert_law(one.either(other), law_of(lambda a, b: a.either(b), law(one), law(other)))
    assert_law(other.either(one), law_of(lambda a, b: a.either(b), law(one), law(other)))


def test_either_knows_what_it_knows():
    chance = Chance(1.0, np.array([0.5, 0.25]), np.ones((2, 1)), frozenset({"gate"}))
    other, never = replace(chance, gates=frozenset({"other"})), replace(chance, maps=np.zeros(2))
    assert chance.either(other).exact
    assert chance.either(other).gates == {"gate", "other"}
    assert not chance.either(chance).exact
    assert not chance.either(replace(other, shared=0.5)).exact
    assert not chance.either(Chance(1.0, np.array([0.5]), np.array([[0.5, 0.5]]), other.gates)).exact
    assert chance.either(Chance.sure(2)).gates == set()
    for pair in ((chance, never), (never, chance)):
        assert pair[0].either(pair[1]) is chance


def reach(alive, wanted, links):
    found = alive.reach(wanted, links)
    return np.array([found.inputs, found.outputs, found.pairs])


@given(seeds, pixel_counts)
@many
def test_a_layer_reaches_as_far_as_its_masks_do_on_average(seed, pixels):
    alive, wanted = random_chance(rng(seed), pixels), random_chance(rng(seed + 1), name="behind")
    assert alive.reach(wanted, None).exact
    expected = mean_of(lambda a, w: reach(a, w, None), law(alive), law(wanted))
    np.testing.assert_allclose(reach(alive, wanted, None), expected, rtol=1e-12, atol=1e-15)


@given(seeds, pixel_counts)
@many
def test_and_so_it_does_along_links(seed, pixels):
    alive = random_chance(rng(seed), pixels, maps=2)
    wanted = random_chance(rng(seed + 1), maps=2, name="behind")
    p = some(rng(seed + 2), (2, 2 * pixels))
    found = alive.reach(wanted, OpenGates("fc", p))
    if found.exact:
        laws = law(alive), law(wanted), gates_law(p)
        expected = mean_of(lambda a, w, open_: reach(a, w, open_.on.reshape(p.shape)), *laws)
        np.testing.assert_allclose(
            [found.inputs, found.outputs, found.pairs], expected, rtol=1e-12, atol=1e-15
        )
    else:
        assert pixels > 1


def test_a_layer_between_ends_that_share_gates_is_not_exact():
    alive = Chance(1.0, np.array([0.5]), np.ones((1, 1)), frozenset({"gate"}))
    links = OpenGates("gate", np.array([[0.5]]))
    assert not alive.reach(alive, None).exact
    assert not alive.reach(Chance.sure(1), links).exact
    assert not Chance.sure(1).reach(alive, links).exact
    assert alive.reach(Chance.sure(1), links._replace(name="fc")).exact
    assert alive.reach(Chance.sure(1), links._replace(p=np.array([[1.0]]))).exact


@pytest.mark.parametrize(("p", "chancy"), [([0.0, 1.0], set()), ([0.0, 0.5], {"gate"}), ([1.0], set())])
def test_gates_that_are_decided_leave_nothing_to_chance(p, chancy):
    gates = OpenGates("gate", np.array([p]))
    assert gates.in_doubt == chancy
    assert gates.T.p.tolist() == np.transpose([p]).tolist()
    assert gates.T.name == "gate"
