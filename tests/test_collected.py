"""Are a folder's runs found, read and refused, and do their counts follow from their records?"""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from kept_runs import record, write_run

from l0edu import flops, open_at_test
from l0edu.cli import main
from l0edu.collected import collect, weights_between
from l0edu.errors import InputError
from l0edu.models import build

RESULTS = Path(__file__).parent.parent / "docs" / "results"


def only(folder):
    (run,) = collect(folder)
    return run


# ---- which runs


def test_runs_are_found_at_any_depth_and_come_in_order_of_name(tmp_path):
    for name in ("b/seed1", "a", "b/seed0"):
        write_run(tmp_path / name)
    assert [run.name for run in collect(tmp_path)] == ["a", "b/seed0", "b/seed1"]
    assert [run.path for run in collect(tmp_path)][1] == tmp_path / "b" / "seed0"


def test_a_run_can_be_collected_by_its_own_folder(tmp_path):
    assert only(write_run(tmp_path / "one")).name == "one"
    assert only(str(tmp_path / "one")).path == tmp_path / "one"


def test_hidden_folders_and_films_are_no_runs(tmp_path):
    write_run(tmp_path / "seen")
    write_run(tmp_path / ".trash" / "unseen")
    (tmp_path / "film").mkdir()
    (tmp_path / "film" / "film.npz").touch()
    assert only(tmp_path).name == "seen"


def test_the_records_in_the_documentation_are_collected_without_checkpoints():
    runs = {run.name: run for run in collect(RESULTS)}
    assert all(run.finished for run in runs.values())
    assert runs["mlp-mnist-lam0.1"].architecture == [217, 208, 100]
    assert not list(RESULTS.glob("*/checkpoint.npz"))


# ---- what they gave


def test_errors_are_those_of_the_last_epoch_and_of_the_best_one(tmp_path):
    records = [record(epoch, test_error=error) for epoch, error in enumerate((4.0, 1.3, 1.3, 1.5), start=1)]
    run = only(write_run(tmp_path / "run", records=records))
    assert run.test_error == 1.5
    assert run.best_error == (1.3, 2)


def test_a_run_without_a_test_set_has_no_errors(tmp_path):
    run = only(write_run(tmp_path / "run", records=[record(1, test_error=None)]))
    assert run.test_error is None
    assert run.best_error is None


@pytest.mark.parametrize(
    ("network", "architecture", "weights", "percent"),
    [  # Table 1, with the shares that its widths give
        ("mlp", (219, 214, 100), 219 * 214 + 214 * 100 + 100 * 10, 26.02),
        ("mlp", (266, 88, 33), 266 * 88 + 88 * 33 + 33 * 10, 10.01),
        ("lenet5", (20, 25, 45, 462), 20 * 25 + 25 * 20 * 25 + 45 * 462 + 462 * 10, 8.92),
        ("lenet5", (9, 18, 65, 25), 9 * 25 + 18 * 9 * 25 + 65 * 25 + 25 * 10, 1.43),
        ("mlp", (784, 300, 100), 266_200, 100),
        ("lenet5", (20, 50, 800, 500), 430_500, 100),
        ("mlp", (219, 0, 100), 1_000, 0.38),
    ],
)
def test_weights_left_are_products_of_widths(network, architecture, weights, percent, tmp_path):
    assert sum(weights_between(network, architecture).values()) == weights
    run = only(write_run(tmp_path / "run", network, [record(1, architecture)]))
    assert round(100 * run.weights_left, 2) == percent


@pytest.mark.parametrize("network", ["mlp-dense", "lenet5-dense"])
def test_without_gates_all_is_left(network, tmp_path):
    run = only(write_run(tmp_path / "run", network, [record(1, ())]))
    assert run.weights_left == 1
    assert run.flops_own_gates == run.dense_flops == flops(build(network)).total


def test_flops_by_own_gates_follow_from_the_counts_alone(tmp_path):
    run = only(write_run(tmp_path / "run", "lenet5", [record(1, (9, 18, 65, 25))]))
    assert run.flops_own_gates == 2 * (576 * 25 * 9 + 64 * 25 * 20 * 18 + 65 * 500 + 25 * 10) == 1_476_700
    net, rng = build("lenet5"), np.random.default_rng(0)
    params = net.init(rng)
    for gate, left in zip(("gate1", "gate2", "gate3", "gate4"), (9, 18, 65, 25), strict=True):
        log_alpha = params[gate]["log_alpha"]
        log_alpha[rng.permutation(log_alpha.size)[left:]] = -5
    assert flops(net, open_at_test(net, params), "own-gates").total == run.flops_own_gates


def test_other_numbers_are_those_of_the_last_record(tmp_path):
    run = only(write_run(tmp_path / "run"))
    assert (run.flops, run.expected_flops, run.expected_flops_own_gates) == (120_000, 1e5, 1.5e5)
    assert (run.seconds, run.dense_flops) == (3.0, 532_400)


def test_a_trained_run_is_read_as_it_was_written(tmp_path):
    quick = ["--epochs", "2", "--batch-size", "500", "--out", str(tmp_path / "run")]
    assert main(["train", "mlp-dropout", *quick]) == 0
    run = only(tmp_path)
    assert run.finished
    assert run.config.network == "mlp-dropout"
    assert run.records[-1] == {k: v for k, v in summary(run.path).items() if k in run.records[-1]}
    assert run.weights_left == 1
    assert run.expected_flops_own_gates < run.flops_own_gates == run.dense_flops


def summary(folder):
    return json.loads((folder / "summary.json").read_text())


# ---- runs that have not ended


def test_a_run_without_a_summary_or_with_epochs_to_go_is_not_finished(tmp_path):
    write_run(tmp_path / "a", finished=False)
    write_run(tmp_path / "b", epochs=3)
    assert [run.finished for run in collect(tmp_path)] == [False, False]


def test_a_last_line_cut_short_is_left_out(tmp_path):
    file = write_run(tmp_path / "run") / "metrics.jsonl"
    whole = file.read_bytes()
    for end in range(whole.index(b"\n") + 1, len(whole) - 1):
        file.write_bytes(whole[:end])
        run = only(tmp_path)
        assert [each["epoch"] for each in run.records] == [1]
        assert not run.finished
    file.write_bytes(whole[:-1])  # only its line end is missing
    assert len(only(tmp_path).records) == 2


@pytest.mark.parametrize("file", ["missing", "empty"])
def test_a_run_killed_in_its_first_epoch_is_listed_but_has_no_results(file, tmp_path):
    path = write_run(tmp_path / "run", finished=False) / "metrics.jsonl"
    path.unlink() if file == "missing" else path.write_bytes(b"")
    run = only(tmp_path)
    assert (run.records, run.finished, run.best_error) == ([], False, None)
    with pytest.raises(InputError, match="run has no epoch yet: go on with it"):
        _ = run.weights_left


# ---- what is refused


def test_a_folder_without_runs_is_refused_with_what_to_write(tmp_path):
    with pytest.raises(InputError, match="holds no run: train one with `l0edu train mlp --out "):
        collect(tmp_path)
    with pytest.raises(InputError, match="is no folder: name one"):
        collect(tmp_path / "absent")


@pytest.mark.parametrize(
    ("file", "change", "complaint"),
    [
        ("config.json", lambda text: text[:-1], r"run/config\.json cannot be read"),
        ("config.json", lambda _: "{}", r"run/config\.json is no config of a run"),
        (
            "config.json",
            lambda text: text.replace('"mlp"', '"cnn"'),
            r"run/config\.json: .* no network 'cnn'",
        ),
        ("config.json", lambda text: text.replace('"epochs": 2', '"epochs": 1'), "holds more epochs"),
        ("metrics.jsonl", lambda text: text[30:], r"run/metrics\.jsonl, line 1 cannot be read"),
        ("metrics.jsonl", lambda text: "\n" + text, r"run/metrics\.jsonl, line 1 cannot be read"),
        ("metrics.jsonl", lambda text: text[text.index("\n") + 1 :], "line 1 is not the record of epoch 1"),
        ("metrics.jsonl", lambda text: text.replace("2.5", "NaN"), "line 2 is not the record of epoch 2"),
        ("metrics.jsonl", lambda text: text.replace("219", "785"), "line 1 is not the record of epoch 1"),
        ("metrics.jsonl", lambda text: text.replace(", 100]", "]"), "line 1 is not the record of epoch 1"),
        ("metrics.jsonl", lambda text: text.replace("flops", "flop"), "line 1 cannot be read"),
        ("summary.json", lambda text: text[:-1], r"run/summary\.json cannot be read"),
        ("summary.json", lambda text: text.replace("2.5", "2.4"), "does not fit the last line of metrics"),
    ],
)
def test_a_damaged_file_is_refused_by_its_name(file, change, complaint, tmp_path):
    path = write_run(tmp_path / "run") / file
    path.write_text(change(path.read_text()))
    with pytest.raises(InputError, match=complaint) as caught:
        collect(tmp_path)
    assert len(str(caught.value).splitlines()) == 1


def test_records_without_their_config_are_refused(tmp_path):
    (write_run(tmp_path / "run") / "config.json").unlink()
    with pytest.raises(InputError, match=r"but no config\.json: restore it"):
        collect(tmp_path)


def test_a_run_of_another_network_put_in_its_place_is_noticed(tmp_path):
    lenet5 = write_run(tmp_path / "lenet5", "lenet5")
    shutil.copy(lenet5 / "metrics.jsonl", write_run(tmp_path / "mlp"))
    with pytest.raises(InputError, match=r"mlp/metrics\.jsonl, line 1 is not the record of epoch 1"):
        collect(tmp_path)
