import re

import numpy as np
import pytest
from building import build, gate
from hypothesis import given
from random_networks import networks, random_inputs, random_stats, spread_params
from small_runs import tiny_batch_norm_net, tiny_mlp
from strategies import dtypes, few, seeds

from l0edu import Dense, InputError, compact, load_network, mlp, save_network, test_gates
from l0edu.blueprint import to_json
from l0edu.checkpoint import flatten, load_tables, save_tables
from l0edu.network_file import array_shapes


@pytest.fixture
def saved(tmp_path):
    """A file with a network that has gates, batch norm and moments."""
    net, rng = tiny_batch_norm_net(), np.random.default_rng(0)
    path = tmp_path / "small.npz"
    save_network(path, net, spread_params(net, rng), random_stats(net, rng))
    return path


@few
@given(net=networks(), seed=seeds, dtype=dtypes)
def test_a_compacted_network_comes_back_to_the_bit_and_computes_the_same(tmp_path_factory, net, seed, dtype):
    rng, path = np.random.default_rng(seed), tmp_path_factory.mktemp("kept") / "small.npz"
    small = compact(net, spread_params(net, rng, dtype), random_stats(net, rng, dtype))
    save_network(path, *small)
    loaded = load_network(path)
    assert loaded.net == small.net
    np.testing.assert_equal(loaded.params, small.params)
    x = random_inputs(net, rng, dtype=dtype)
    expected = small.net.apply(small.params, x, stats=small.stats)
    np.testing.assert_array_equal(loaded.net.apply(loaded.params, x, stats=loaded.stats), expected)


@few
@given(networks(), seeds)
def test_the_shapes_are_those_of_the_arrays_that_are_made(net, seed):
    rng = np.random.default_rng(seed)
    for one in (net, compact(net, spread_params(net, rng)).net):
        tables = {"params": one.init(rng), "stats": random_stats(one, rng)}
        assert dict(array_shapes(one)) == {path: array.shape for path, array in flatten(tables, "")}


def test_a_network_with_gates_predicts_under_its_test_gates(saved):
    net, params, stats = loaded = load_network(saved)
    images = np.random.default_rng(1).integers(0, 256, (7, 2, 3), dtype=np.uint8)
    expected = net.apply(params, images.reshape(7, 6) / 255, test_gates(net, params), stats)
    np.testing.assert_array_equal(loaded.logits(images), expected)
    np.testing.assert_array_equal(loaded.predict(images / 255), expected.argmax(axis=1))
    with pytest.raises(InputError, match=r"images of shape \(7, 5\)"):
        loaded.predict(np.zeros((7, 5)))


def test_float32_stays_float32(tmp_path):
    net = tiny_mlp()
    save_network(tmp_path / "net.npz", net, net.init(np.random.default_rng(0)))
    assert load_network(tmp_path / "net.npz").logits(np.zeros((2, 6))).dtype == np.float32


def test_a_network_without_any_array_comes_back(tmp_path):
    net = build((3,), gate("fc1"), Dense("fc1", 2, bias=False))
    small = compact(net, {"gate": {"log_alpha": np.full(3, -9.0)}, "fc1": {"W": np.ones((2, 3))}})
    assert small.params == {}
    save_network(tmp_path / "none.npz", *small)
    assert load_network(tmp_path / "none.npz").logits(np.ones((4, 3))).tolist() == [[0, 0]] * 4


def test_a_file_is_replaced_as_a_whole_or_not_at_all(saved, monkeypatch):
    before = saved.read_bytes()
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        save_network(saved, tiny_mlp(), tiny_mlp().init(np.random.default_rng(0)))
    assert saved.read_bytes() == before
    assert [file.name for file in saved.parent.iterdir()] == [saved.name]


# ---- what is refused


def test_a_missing_folder_and_a_folder_are_named(tmp_path):
    params = tiny_mlp().init(np.random.default_rng(0))
    with pytest.raises(InputError, match=r"there is no folder .*nowhere: make it first"):
        save_network(tmp_path / "nowhere" / "net.npz", tiny_mlp(), params)
    with pytest.raises(InputError, match=f"{re.escape(str(tmp_path))} is a folder: name a file in it"):
        save_network(str(tmp_path), tiny_mlp(), params)
    assert list(tmp_path.iterdir()) == []


def test_arrays_that_do_not_fit_are_not_written(tmp_path):
    path, params = tmp_path / "net.npz", mlp().init(np.random.default_rng(0))
    for bad in ({}, tiny_mlp().init(np.random.default_rng(0)), params | {"fc1": {"W": np.zeros(3)}}):
        with pytest.raises(InputError, match="the network: params/"):
            save_network(path, mlp(), bad)
    with pytest.raises(InputError, match=r"stats/bn1/mean is float32 of shape .* but should be absent"):
        save_network(path, mlp(), params, {"bn1": {"mean": np.zeros(2, np.float32)}})
    assert not path.exists()


def test_a_file_that_is_missing_or_a_folder_is_named(tmp_path):
    for path in (tmp_path, tmp_path / "nowhere.npz"):
        with pytest.raises(InputError, match=re.escape(f"{path} is no file: name one that save_network")):
            load_network(path)


@pytest.mark.parametrize("share", [0, 0.3, 0.99])
def test_a_file_that_was_cut_short_is_refused(saved, share):
    content = saved.read_bytes()
    saved.write_bytes(content[: int(share * len(content))])
    with pytest.raises(InputError, match="damaged"):
        load_network(saved)


def test_tables_of_something_else_are_refused(saved):
    save_tables(saved, {"params": {"fc1": {"b": np.zeros(2)}}}, {"config": {}})
    with pytest.raises(InputError, match="holds no network of this version"):
        load_network(saved)


def put(path, value):
    def change(tables, meta):
        *above, last = path.split("/")
        where = meta if above[:1] == ["network"] else tables
        for name in above:
            where = where[int(name)] if isinstance(where, list) else where.setdefault(name, {})
        where[last] = value

    return change


def drop(path):
    def change(tables, meta):
        *above, last = path.split("/")
        where = tables
        for name in above:
            where = where[name]
        del where[last]

    return change


SPOILT = {
    "no bias": (drop("params/fc1/b"), "params/fc1/b is absent, but should be float64 of shape (5,)"),
    "no params": (drop("params"), "params/bn1/scale is absent"),
    "half of the moments": (drop("stats/bn1/var"), "stats/bn1/var is absent, but should be float64"),
    "an array too many": (put("params/fc9/b", np.zeros(2)), "params/fc9/b is float64 of shape (2,), but sho"),
    "a table too many": (
        put("optimizer/t", np.array(3)),
        "optimizer/t is int64 of shape (), but should be a",
    ),
    "an array for a table": (put("params", np.zeros(2)), "params is float64 of shape (2,)"),
    "another shape": (put("params/fc1/b", np.zeros(6)), "fc1/b is float64 of shape (6,), but should be"),
    "another dtype": (put("params/fc2/b", np.zeros(3, np.float32)), "fc2/b is float32 of shape (3,), but"),
    "another byte order": (put("params/fc2/b", np.zeros(3, ">f8")), "fc2/b is >f8 of shape (3,)"),
    "text": (put("params/fc1/b", np.array(["a"] * 5)), "fc1/b is <U1 of shape (5,)"),
    "nan": (put("params/fc1/b", np.full(5, np.nan)), "params/fc1/b holds numbers that are not finite"),
    "endless moments": (put("stats/bn1/var", np.full(5, np.inf)), "stats/bn1/var holds numbers that are"),
    "units in words": (put("network/body/layers/0/units", "x"), "network.body.layers[0].units = 'x'"),
    "fewer units": (put("network/body/layers/0/units", 4), "but should be float64 of shape (4"),
    "units for 16 GB": (put("network/body/layers/0/units", 2**31), "should be float64 of shape (2147483648"),
}


@pytest.mark.parametrize(("change", "words"), SPOILT.values(), ids=SPOILT)
def test_a_file_whose_parts_do_not_fit_each_other_is_refused_in_one_line(saved, change, words):
    tables, meta = load_tables(saved)
    change(tables, meta)
    save_tables(saved, tables, meta)
    with pytest.raises(InputError, match=re.escape(words)) as caught:
        load_network(saved)
    assert str(caught.value).startswith(str(saved))
    assert len(str(caught.value).splitlines()) == 1


def test_a_file_without_a_description_or_with_one_that_is_endless_is_refused(saved):
    tables, meta = load_tables(saved)
    save_tables(saved, tables, {"format": meta["format"]})
    with pytest.raises(InputError, match="network = None has no known kind"):
        load_network(saved)
    deep = to_json(tiny_mlp())
    for _ in range(300):
        deep["body"] = {"kind": "Chain", "name": "deep", "layers": [deep["body"]]}
    save_tables(saved, tables, {"format": meta["format"], "network": deep})
    with pytest.raises(InputError, match=r"nested too deeply|damaged"):
        load_network(saved)
