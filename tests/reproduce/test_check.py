"""Is a run that is like the receipt's found inside, and one that is not outside?"""

import json

import pytest
from reproduced_runs import row, write_run, write_three_runs

from l0edu.errors import InputError
from l0edu.reproduce.check import (
    check_run,
    check_seed,
    check_table,
    other_versions,
    parts_to_check,
    refuse_other_options,
)
from l0edu.reproduce.plan import find_runs
from l0edu.reproduce.receipts import new_receipt, part_of, with_part

MLP = row("mlp-lam0.1")


@pytest.fixture
def receipt(tmp_path):
    write_three_runs(tmp_path / "old")
    part = part_of("table1", list(find_runs(tmp_path / "old", MLP, True).values()))
    return with_part(new_receipt("table1", "a command"), "mlp-lam0.1", "fast", part)


@pytest.fixture
def part(receipt):
    return receipt["rows"]["mlp-lam0.1"]["fast"]


def new_run(folder, **changes):
    write_run(folder, "mlp-lam0.1", 3, fast=True, **{"units": [261, 101, 33], "error": 4.5, **changes})
    return find_runs(folder, MLP, True)[3]


def test_a_run_like_the_others_is_inside(part, tmp_path):
    checked = check_run("table1", "mlp-lam0.1", part, new_run(tmp_path))
    assert len(checked) == 8
    assert all(one.inside for one in checked)
    assert check_table(checked).endswith("8 of 8 inside their bands")


def test_a_run_unlike_the_others_is_outside_where_it_differs(part, tmp_path):
    checked = check_run("table1", "mlp-lam0.1", part, new_run(tmp_path, units=[784, 101, 33]))
    assert [one.quantity for one in checked if not one.inside] == ["units left, inputs of fc1"]
    table = check_table(checked)
    assert table.count("  NO |") == 1
    assert table.endswith("7 of 8 inside their bands")


def test_the_seed_is_one_that_the_receipt_has_not():
    parts = {"a": {"seeds": [0, 1, 4]}, "b": {"seeds": [0]}}
    assert check_seed(parts) == 5
    assert check_seed(parts, asked=2) == 2
    with pytest.raises(InputError, match="--seed 4 is one of the receipt's"):
        check_seed(parts, asked=4)


def test_a_row_without_a_band_cannot_be_checked(receipt, tmp_path):
    with pytest.raises(InputError, match="no fast run of mlp-dense: leave it out"):
        parts_to_check(receipt, [row("mlp-dense")])
    write_run(tmp_path, "mlp-dense", 0, fast=True, units=[])
    single = part_of("table1", list(find_runs(tmp_path, row("mlp-dense"), True).values()))
    both = with_part(receipt, "mlp-dense", "fast", single)
    with pytest.raises(InputError, match="a single fast run and so no band of mlp-dense"):
        parts_to_check(both, [MLP, row("mlp-dense")])
    assert parts_to_check(both, [MLP]).keys() == {"mlp-lam0.1"}


def test_a_receipt_of_other_options_is_refused(part, tmp_path):
    part["config"]["epochs"] = 60
    with pytest.raises(InputError, match="the receipt is of epochs = 60, and this run of 120"):
        check_run("table1", "mlp-lam0.1", part, new_run(tmp_path))


def test_other_options_are_refused_before_anything_is_trained(part):
    refuse_other_options({MLP.key: part}, [MLP])
    part["config"]["epochs"] = 60
    with pytest.raises(InputError, match="the receipt is of epochs = 60, and this run of 120"):
        refuse_other_options({MLP.key: part}, [MLP])
    part["config"] = {}
    with pytest.raises(InputError, match="the receipt is of network = None"):
        refuse_other_options({MLP.key: part}, [MLP])


def test_an_option_that_came_after_the_receipt_had_its_default(part, tmp_path):
    del part["config"]["per_example"]
    assert check_run("table1", "mlp-lam0.1", part, new_run(tmp_path))
    part["config"]["from_another_version"] = True
    with pytest.raises(InputError, match="from_another_version = True, and this run of None"):
        check_run("table1", "mlp-lam0.1", part, new_run(tmp_path / "new"))


def test_a_receipt_of_other_quantities_is_refused(part, tmp_path):
    with pytest.raises(InputError, match="other quantities"):
        check_run("figure3", "mlp-lam0.1", part, new_run(tmp_path))


def test_other_versions_are_named(part, tmp_path):
    run = new_run(tmp_path)
    assert other_versions(part, run) == ""
    summary = json.loads((run.path / "summary.json").read_text())
    summary["versions"]["numpy"] = "9.9"
    (run.path / "summary.json").write_text(json.dumps(summary))
    assert other_versions(part, run) == "numpy 9.9 (the receipt: 2.4.6)"


def test_a_curve_is_checked_along_the_run(tmp_path):
    write_three_runs(tmp_path / "old")
    part = part_of("figure3", list(find_runs(tmp_path / "old", MLP, True).values()))
    receipt = with_part(new_receipt("figure3", "a command"), "mlp-lam0.1", "fast", part)
    checked = check_run("figure3", "mlp-lam0.1", receipt["rows"]["mlp-lam0.1"]["fast"], new_run(tmp_path))
    assert len(checked) == 7
    assert all(one.inside for one in checked)
