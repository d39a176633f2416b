import numpy as np
import pytest
from command_line import QUICK, one_line_error

from l0edu import compact, load_network, load_run, save_network
from l0edu.checkpoint import load_tables, save_tables
from l0edu.cli import main
from l0edu.data import load


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The folder of a run, most of whose gates have been closed by hand."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    assert main([*QUICK, "--out", str(folder)]) == 0
    tables, meta = load_tables(folder / "checkpoint.npz")
    rng = np.random.default_rng(0)
    for name in ("gate1", "gate2", "gate3"):
        log_alpha = tables["average"]["sum"][name]["log_alpha"]
        log_alpha[rng.random(len(log_alpha)) < 0.8] = -9
    save_tables(folder / "checkpoint.npz", tables, meta)
    return folder


def test_the_file_beside_the_run_predicts_what_the_run_predicts(trained, capsys):
    assert main(["compact", str(trained)]) == 0
    assert f"written: {trained / 'compact.npz'}" in capsys.readouterr().out
    images, run = load("mini")[1].x, load_run(trained)
    small = load_network(trained / "compact.npz")
    np.testing.assert_array_equal(small.predict(images), run.predict(images))
    np.testing.assert_allclose(small.logits(images), run.logits(images), rtol=0, atol=1e-5)


def test_both_networks_are_described_in_numbers(trained, tmp_path, capsys):
    file = tmp_path / "small.npz"
    assert main(["compact", str(trained), "--out", str(file)]) == 0
    printed = capsys.readouterr().out
    small = load_network(file)
    weights = sum(table["W"].size for table in small.params.values() if "W" in table)
    assert weights < 266_200 / 10
    rows = {line[:24].strip(): line[24:].split() for line in printed.splitlines()}
    assert rows["weights"][:2] == ["266,200", f"{weights:,}"]
    assert rows["gates"] == ["1,184", "0"]
    assert rows["FLOPs for one image"][:2] == ["532,400", f"{2 * weights:,}"]
    nbytes = sum(array.nbytes for table in small.params.values() for array in table.values())
    assert rows["bytes of all arrays"][1] == f"{nbytes:,}"
    assert all(float(seconds) > 0 for seconds in rows["s for 1,000 images"][:2])
    assert repr(small.net) in printed
    assert "checked on 1,000 test images of mini: the same label on 1,000" in printed


def test_a_file_with_a_network_is_replaced(trained, tmp_path):
    file, run = tmp_path / "small.npz", load_run(trained)
    save_network(file, run.net, run.params)
    assert main(["compact", str(trained), "--out", str(file)]) == 0
    assert load_network(file).net == compact(run.net, run.params).net


def test_any_other_file_is_left_alone(trained, tmp_path, capsys):
    checkpoint = trained / "checkpoint.npz"
    before = checkpoint.read_bytes()
    message = one_line_error(capsys, ["compact", str(trained), "--out", str(checkpoint)])
    assert "is there and holds no network: delete it, or name another --out" in message
    assert checkpoint.read_bytes() == before
    assert "holds no network" in one_line_error(capsys, ["compact", str(trained), "--out", str(tmp_path)])
    assert "holds no network" in one_line_error(capsys, ["compact", str(trained), "--out", ""])


def test_images_that_are_gone_are_replaced_by_random_ones(trained, tmp_path, capsys, monkeypatch):
    from l0edu import InputError

    def gone(*_):
        raise InputError("no such folder")

    monkeypatch.setattr("l0edu.cli.compact.load", gone)
    assert main(["compact", str(trained), "--out", str(tmp_path / "small.npz")]) == 0
    printed = capsys.readouterr().out
    assert "no test images (no such folder), so random ones are taken" in printed
    assert "checked on 1,000 random images" in printed


@pytest.mark.parametrize("error", [0.01, np.nan])
def test_a_network_that_computes_something_else_is_not_written(trained, tmp_path, capsys, monkeypatch, error):
    def wrong(net, params, stats):
        small = compact(net, params, stats)
        small.params["fc3"]["b"] += error
        return small

    monkeypatch.setattr("l0edu.cli.compact.compact", wrong)
    assert main(["compact", str(trained), "--out", str(tmp_path / "small.npz")]) == 1
    assert "computes something else: nothing was written" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_folders_that_hold_no_good_run_are_refused(trained, tmp_path, capsys):
    assert "holds no run" in one_line_error(capsys, ["compact", str(tmp_path)])
    assert "RUN" in one_line_error(capsys, ["compact"])
    content = (trained / "checkpoint.npz").read_bytes()
    (tmp_path / "checkpoint.npz").write_bytes(content[: len(content) // 2])
    assert "is damaged" in one_line_error(capsys, ["compact", str(tmp_path)])
    assert [file.name for file in tmp_path.iterdir()] == ["checkpoint.npz"]


def test_a_folder_that_is_not_there_is_named(trained, tmp_path, capsys):
    file = tmp_path / "nowhere" / "small.npz"
    message = one_line_error(capsys, ["compact", str(trained), "--out", str(file)])
    assert f"there is no folder {file.parent}" in message
