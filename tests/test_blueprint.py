import copy
import json
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_networks import networks, spread_params
from strategies import few, many, seeds

import l0edu
from l0edu import Chain, Dense, InputError, Network, compact, lenet5
from l0edu.blueprint import KINDS, from_json, to_json
from l0edu.gates import RectifiedLaw
from l0edu.layers import Layer


def through_text(net):
    return from_json(json.loads(json.dumps(to_json(net))), "here")


DENSE = {"kind": "Dense", "name": "fc1", "units": 2, "bias": True, "weight_gate": None}
LAW = {"kind": "HardConcrete", "beta": 0.5, "gamma": -0.1, "zeta": 1.1, "drop_rate": 0.5}
GATE = {"kind": "Gate", "name": "gate1", "law": LAW, "charges": "fc1"}
PUT = {"kind": "Put", "name": "put1", "units": [0, 1, 2], "shape": [4], "filled": False}


def network(*layers, **changes):
    body = {"kind": "Chain", "name": "net", "layers": list(layers)}
    return {
        "kind": "Network",
        "in_shape": [3],
        "body": body,
        "allow_gate_before_batch_norm": False,
        **changes,
    }


# ---- there and back


@few
@given(networks(deaf=True), seeds)
def test_random_networks_and_what_compaction_leaves_of_them_come_back_equal(net, seed):
    small = compact(net, spread_params(net, np.random.default_rng(seed))).net
    for one in (net, small):
        assert through_text(one) == one
        assert repr(through_text(one)) == repr(one)


def test_every_public_layer_and_law_is_known():
    public = [getattr(l0edu, name) for name in l0edu.__all__]
    kinds = [kind for kind in public if isinstance(kind, type) and issubclass(kind, Layer | RectifiedLaw)]
    assert {kind for kind in kinds if kind is not RectifiedLaw} <= set(KINDS)
    assert len(kinds) > 12


def test_what_is_written_can_be_read_by_people():
    assert to_json(Network((3,), Dense("fc1", 2)))["body"] == DENSE
    assert from_json(network(GATE, DENSE, PUT | {"units": [0, 1]}), "here").gates()[0].law.beta == 0.5


def test_a_layer_of_ones_own_is_refused_until_it_is_listed(monkeypatch):
    @dataclass(frozen=True)
    class Half(Layer):
        by: float = 0.5

        def out_shape(self, in_shape):
            return in_shape

        def apply(self, x, tables):
            return x * self.by

    net = Network((3,), Chain("net", (Half("half"), Dense("fc1", 2))))
    with pytest.raises(InputError, match=r"append Half to l0edu\.blueprint\.KINDS"):
        to_json(net)
    monkeypatch.setattr("l0edu.blueprint.KINDS", [*KINDS, Half])
    assert through_text(net) == net


# ---- what is refused, and by which name

WRONG = {
    "no object": ([], r"network = \[\] has no known kind, as Network"),
    "text": ("Network", "network = 'Network' has no known kind"),
    "a layer for a network": (DENSE, "network = .* has no known kind"),
    "a kind of no name": (network(DENSE | {"kind": "Sense"}), r"body\.layers\[0\] = .* known kind, as Chain"),
    "a class that exists": (network(DENSE | {"kind": "Path"}), "has no known kind"),
    "a kind that is a list": (network(DENSE | {"kind": ["Dense"]}), "has no known kind"),
    "a law for a layer": (network(LAW), "has no known kind, as Chain"),
    "a layer for a law": (network(GATE | {"law": DENSE}), r"\[0\]\.law = .* no known kind, as HardConcrete"),
    "no law": (network(GATE | {"law": None}), r"\[0\]\.law = None has no known kind"),
    "a field too many": (network(DENSE | {"__class__": "x"}), r"has '__class__', which a Dense has not"),
    "units in words": (network(DENSE | {"units": "many"}), r"layers\[0\]\.units = 'many' is not a whole"),
    "half a unit": (network(DENSE | {"units": 1.5}), r"units = 1\.5 is not a whole number"),
    "a unit that is true": (network(DENSE | {"units": True}), "units = True is not a whole number"),
    "units beyond all": (network(DENSE | {"units": 10**400}), r"units = 1000.*\.\.\. is not a whole number"),
    "a bias of 1": (network(DENSE | {"bias": 1}), "bias = 1 is not true or false"),
    "a name that is a number": (network(DENSE | {"name": 1}), "name = 1 is not a text"),
    "an empty name": (network(DENSE | {"name": ""}), "layer name ''"),
    "a name twice": (network(DENSE, DENSE), "2 layers are called 'fc1'"),
    "beta in words": (network(GATE | {"law": LAW | {"beta": "x"}}, DENSE), r"law\.beta = 'x' is not a fin"),
    "endless zeta": (network(GATE | {"law": LAW | {"zeta": float("inf")}}, DENSE), "zeta = inf is not a"),
    "beta that is none": (network(GATE | {"law": LAW | {"beta": float("nan")}}, DENSE), "beta = nan is not"),
    "beta of 0": (network(GATE | {"law": LAW | {"beta": 0}}, DENSE), "beta = 0"),
    "layers that are no list": (network(DENSE) | {"body": {"kind": "Chain", "name": "a", "layers": 5}}, "5"),
    "a shape in words": (network(DENSE, in_shape="3"), r"network\.in_shape = '3' is not a list"),
    "a shape of words": (network(DENSE, in_shape=["3"]), r"in_shape\[0\] = '3' is not a whole number"),
    "no shape": (network(DENSE, in_shape=[]), r"in_shape = \(\)"),
    "a negative shape": (network(DENSE, in_shape=[-3]), r"in_shape = \(-3,\)"),
    "a Put without shape": (network(PUT | {"shape": []}), r"Put 'put1': shape = \(\)"),
    "units out of order": (network(PUT | {"units": [2, 0, 1]}), "Put 'put1'.* increasing"),
    "a giant": (network(PUT | {"units": [], "shape": [2**20] * 3}), "'put1' would handle .* no computer"),
    "a misfit": (network(DENSE, in_shape=[1, 4, 4]), "Dense 'fc1' takes a vector"),
    "a charge of nothing": (network(GATE | {"charges": "fc9"}, DENSE), "fc9"),
}


@pytest.mark.parametrize(("content", "words"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_named_in_one_line(content, words):
    with pytest.raises(InputError, match=words) as caught:
        from_json(content, "my.npz")
    assert str(caught.value).startswith("my.npz: ")
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("field", DENSE)
def test_every_field_must_be_there(field):
    short = {key: value for key, value in DENSE.items() if key != field}
    with pytest.raises(InputError, match="known kind" if field == "kind" else rf"\[0\] lacks '{field}'"):
        from_json(network(short), "here")


@pytest.mark.parametrize("depth", [1_000, 20_000])
def test_a_description_that_is_nested_too_deeply_is_refused(depth):
    body = DENSE
    for _ in range(depth):
        body = {"kind": "Chain", "name": "deep", "layers": [body]}
    with pytest.raises(InputError, match="here: its layers are nested too deeply"):
        from_json(network(body), "here")


# ---- whatever a text says, it makes a network that could be written, or is refused


def places(content, path=()):
    """The path of every value in nested dictionaries and lists, without the outermost."""
    entries = content.items() if isinstance(content, dict) else enumerate(content)
    for key, value in entries:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))


NAMES = [kind.__name__ for kind in KINDS]
NUMBERS = st.sampled_from([-1, 0, 1, 2, 3, 2**31, 2**31 + 1, 10**400, 0.5, 1e300, float("nan"), float("inf")])
JUNK = st.one_of(
    NUMBERS,
    st.sampled_from([None, True, False, "", "a/b", "\ud800", *NAMES]),
    st.lists(NUMBERS, max_size=3),
    st.sampled_from([{}, {"kind": {}}, DENSE, GATE, LAW, PUT, [DENSE, GATE]]),
)


@many
@given(networks(max_blocks=2), seeds, st.data())
def test_any_change_of_a_description_is_read_or_refused(net, seed, data):
    small = compact(net, spread_params(net, np.random.default_rng(seed))).net
    content = copy.deepcopy(to_json(data.draw(st.sampled_from([net, small, lenet5()]))))
    for _ in range(data.draw(st.integers(1, 2))):
        *path, last = data.draw(st.sampled_from(list(places(content))))
        where = content
        for key in path:
            where = where[key]
        where[last] = copy.deepcopy(data.draw(JUNK))
    try:
        found = from_json(content, "here")
    except InputError:
        return
    assert from_json(to_json(found), "here") == found
