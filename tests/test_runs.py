import importlib.metadata
import json
import re
from dataclasses import replace

import numpy as np
import pytest
from small_runs import blobs, tiny_mlp

import l0edu
from l0edu import InputError, load_run, wide_resnet
from l0edu.checkpoint import load_tables, save_tables
from l0edu.config import Config
from l0edu.models import MODELS
from l0edu.runs import Progress, RunFolder
from l0edu.settings import Settings
from l0edu.train import fit
from l0edu.trained import image_logits

CONFIG = Config("tiny", "blobs", None, [0.1], 0.0, 3, 16, 1e-3, 0.9, 0, "float32", True, 0.0, 60, 1)
SETTINGS = Settings(epochs=3, batch_size=16, averaging=0.9)


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A finished run of a tiny network: its folder and its records."""
    monkeypatch.setitem(MODELS, "tiny", tiny_mlp)
    folder, progress = RunFolder(tmp_path / "run"), Progress(CONFIG)
    records = list(fit(tiny_mlp(), blobs(), SETTINGS, blobs(seed=1)))
    with folder.claimed():
        folder.begin(progress)
        for record in records:
            progress = folder.add(progress, record)
        folder.finish(progress)
    return folder, records


def test_a_saved_run_comes_back_to_the_bit(run):
    folder, records = run
    progress = folder.load()
    np.testing.assert_equal(vars(progress.state), vars(records[-1].state))
    assert progress.config == CONFIG
    assert progress.records == [record.metrics() for record in records]


@pytest.mark.parametrize(
    "content",
    [b"", b'{"epoch": 1}\n{"epo', b"\xff\xfe\n5\n{}\n", b'{"epoch": 1, "test_error": 0.01}\n' * 5],
    ids=["emptied", "cut short", "garbage", "invented"],
)
def test_whatever_happened_to_the_lines_the_checkpoint_puts_them_right(run, content):
    folder, _ = run
    before = folder.metrics_file.read_bytes()
    folder.metrics_file.write_bytes(content)
    folder.begin(folder.load())
    assert folder.metrics_file.read_bytes() == before


def test_a_lost_file_of_lines_is_made_again(run):
    folder, _ = run
    before = folder.metrics_file.read_bytes()
    folder.metrics_file.unlink()
    folder.begin(folder.load())
    assert folder.metrics_file.read_bytes() == before


def test_what_a_kill_left_half_written_is_cleared_away(run):
    folder, _ = run
    for name in (".checkpoint.npz.123.partial", ".film.html.123.partial"):
        (folder.path / name).write_bytes(b"PK half of it")
    folder.begin(folder.load())
    left = [file.name for file in folder.path.glob(".*.partial")]
    assert left == [".film.html.123.partial"]  # that of another process, perhaps at work


def test_making_a_run_longer_drops_the_copies_of_its_old_end(run):
    folder, _ = run
    for file in (folder.curves_file, folder.compact_file):
        file.write_bytes(b"old")
    progress = folder.load()
    folder.begin(progress)
    assert folder.summary_file.exists()
    folder.begin(replace(progress, config=replace(CONFIG, epochs=9)))
    for file in (folder.summary_file, folder.curves_file, folder.compact_file):
        assert not file.exists()


def test_the_summary_is_the_last_record_with_config_seed_and_versions(run):
    folder, records = run
    summary = json.loads(folder.summary_file.read_text())
    assert summary.items() >= records[-1].metrics().items()
    assert summary["config"]["lam"] == [0.1]
    assert summary["seed"] == 0
    assert {"l0edu", "numpy", "autograd", "python"} == summary["versions"].keys()


def test_a_library_that_is_not_installed_finishes_a_run_too(run, monkeypatch):
    folder, _ = run

    def version(name):
        if name == "l0edu":
            raise importlib.metadata.PackageNotFoundError(name)
        return "1.0"

    monkeypatch.setattr(importlib.metadata, "version", version)
    assert folder.finish(folder.load())["versions"]["l0edu"] == l0edu.__version__


def test_a_folder_is_for_one_process_at_a_time(run):
    folder, _ = run
    other = RunFolder(folder.path)
    with folder.claimed(), pytest.raises(InputError, match="another process is training in"), other.claimed():
        pass
    with other.claimed():
        assert True


def spoil(folder, change):
    """The checkpoint with one thing changed: a table's array, or an entry of its JSON."""
    tables, meta = load_tables(folder.checkpoint_file)
    change(tables, meta)
    save_tables(folder.checkpoint_file, tables, meta)


def put(path, value):
    def change(tables, meta):
        *above, last = path.split("/")
        where = {"meta": meta, **tables} if above else tables
        for name in above:
            where = where[int(name)] if isinstance(where, list) else where[name]
        where[last] = value

    return change


def drop(path):
    def change(tables, meta):
        *above, last = path.split("/")
        where = {"meta": meta, **tables} if above else tables
        for name in above:
            where = where[name]
        del where[last]

    return change


SPOILT = {
    "nan in params": put("params/fc1/b", np.full(5, np.nan, np.float32)),
    "another dtype": put("params/fc1/b", np.zeros(5)),
    "another shape": put("params/fc1/b", np.zeros(6, np.float32)),
    "text in params": put("params/fc1/b", np.array(["a"] * 5)),
    "no bias": drop("params/fc1/b"),
    "a layer too many": put("params/fc9", {"b": np.zeros(5, np.float32)}),
    "no optimizer": drop("optimizer"),
    "nan in a moment": put("optimizer/m/fc1/b", np.full(5, np.nan, np.float32)),
    "a moment of another shape": put("optimizer/v/fc1/b", np.zeros(4, np.float32)),
    "no count of steps": drop("optimizer/t"),
    "a count of no steps": put("average/t", np.array(-1)),
    "a count in words": put("average/t", np.array("a")),
    "an average of another shape": put("average/sum/fc1/b", np.zeros(4, np.float32)),
    "no average": drop("average"),
    "no config": drop("meta/config"),
    "a config in words": put("meta/config", "mlp"),
    "lambda in words": put("meta/config/lam", ["a"]),
    "no lambda": put("meta/config/lam", []),
    "a seed of 1.5": put("meta/config/seed", 1.5),
    "a network of no name": put("meta/config/network", "vgg"),
    "no records": put("meta/records", []),
    "records that are numbers": put("meta/records", [1, 2, 3]),
    "epochs with a gap": put("meta/records", [{"epoch": 1}, {"epoch": 3}]),
    "seconds in words": put("meta/seconds", "long"),
    "endless seconds": put("meta/seconds", float("inf")),
    "seconds beyond floats": put("meta/seconds", 10**400),
    "lambda beyond floats": put("meta/config/lam", [10**400]),
    "a dtype of no name": put("meta/config/dtype", "spam"),
    "params that are one array": put("params", np.zeros(3)),
    "no second moment": drop("optimizer/v"),
    "counts that differ": put("average/t", np.array(1)),
    "records without entries": put("meta/records", [{"epoch": 1}]),
    "an error in words": put("meta/records/0/test_error", "x"),
    "an error that is no number": put("meta/records/0/test_error", float("nan")),
    "endless flops": put("meta/records/0/expected_flops", float("inf")),
    "no flops": put("meta/records/0/flops", None),
    "expected flops in words": put("meta/records/0/expected_flops", "x"),
    "no flops of own gates": put("meta/records/0/expected_flops_own_gates", []),
    "an architecture in words": put("meta/records/0/architecture", "abc"),
}


@pytest.mark.parametrize("change", SPOILT.values(), ids=SPOILT)
def test_a_checkpoint_whose_parts_do_not_fit_is_refused_in_one_line(run, change):
    folder, _ = run
    spoil(folder, change)
    for read in (folder.load, lambda: load_run(folder.path)):
        with pytest.raises(InputError) as caught:
            read()
        assert len(str(caught.value).splitlines()) == 1


def test_a_run_that_is_loaded_predicts_with_the_averaged_parameters(run):
    folder, records = run
    loaded = load_run(folder.path)
    np.testing.assert_equal(loaded.params, records[-1].params)
    test = blobs(seed=1)
    error = 100 * np.mean(loaded.predict(test.x) != test.y)
    assert error == pytest.approx(records[-1].test_error)
    assert loaded.config == CONFIG


def test_bytes_and_floats_of_any_shape_predict_alike(run):
    loaded = load_run(run[0].path)
    images = np.random.default_rng(0).integers(0, 256, (10, 2, 3), dtype=np.uint8)
    expected = loaded.predict(images)
    np.testing.assert_array_equal(loaded.predict(images.reshape(10, 6) / 255), expected)
    np.testing.assert_array_equal(loaded.predict(images.reshape(10, 1, 2, 3)), expected)
    assert loaded.predict(images[:0]).shape == (0,)


def test_images_with_channels_are_not_guessed_at():
    net = wide_resnet(10, 1)
    params, images = net.init(np.random.default_rng(0)), np.random.default_rng(1).random((2, 3, 32, 32))
    expected = image_logits(net, params, images)
    np.testing.assert_array_equal(image_logits(net, params, images.reshape(2, -1)), expected)
    for wrong in (images.transpose(0, 2, 3, 1), images[0]):
        with pytest.raises(InputError, match=r"takes \(N, \.\.\.\) of shape \(3, 32, 32\) each"):
            image_logits(net, params, wrong)


def test_a_loaded_run_is_shown_in_a_line(run):
    assert repr(load_run(run[0].path)) == "Run(tiny on blobs, lambda 0.1/N, after 3 epochs)"


UNFIT = [
    np.zeros((4, 5)),
    np.zeros(6),
    np.full((2, 6), 2.0),
    np.full((2, 6), np.nan),
    np.zeros((2, 6), complex),
]


@pytest.mark.parametrize("images", UNFIT)
def test_images_that_do_not_fit_are_refused(run, images):
    with pytest.raises(InputError, match=r"images of shape|pixels are"):
        load_run(run[0].path).predict(images)


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(InputError, match="holds no run"):
        load_run(tmp_path)


WRONG = [
    ("lam", 0.1),
    ("lam", []),
    ("seed", "a"),
    ("seed", True),
    ("batch_size", 1.5),
    ("dtype", 5),
    ("data_dir", 5),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_config_of_other_types_is_refused_by_name(name, value):
    content = {**CONFIG.to_json(), name: value}
    with pytest.raises(InputError, match=re.escape(f"here: config: {name} = {value!r} is not of type")):
        Config.of_json(content, "here")


def test_a_config_that_cannot_be_read_is_refused(run):
    folder, _ = run
    folder.config_file.write_text('{"network": "tiny"')
    with pytest.raises(InputError, match=r"config\.json cannot be read"):
        folder.asked()
    folder.config_file.write_text("[" * 200_000)
    with pytest.raises(InputError, match=r"config\.json cannot be read"):
        folder.asked()
    folder.config_file.write_text('{"network": "tiny"}')
    with pytest.raises(InputError, match=r"config\.json is no config of a run"):
        folder.asked()
