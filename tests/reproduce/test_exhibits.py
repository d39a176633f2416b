"""Does every published table and figure have its runs, and a receipt that says what they say?"""

from pathlib import Path

import pytest

from l0edu.collected import collect
from l0edu.reproduce.check import check_run
from l0edu.reproduce.exhibits import EXHIBITS
from l0edu.reproduce.receipts import differences, part_of, read_receipt
from l0edu.reproduce.table1 import measured_rows
from l0edu.request import resolve

DOCS = Path(__file__).parents[2] / "docs"
OURS = ("frontier", "targets", "choose-lambda")  # beside the paper's
each_exhibit = pytest.mark.parametrize("what", [what for what, one in EXHIBITS.items() if one.published])


def receipt_of(what):
    return read_receipt(DOCS / "receipts" / f"{what}.json", what)


def records_of(what):
    exhibit = EXHIBITS[what]
    return measured_rows(exhibit.rows, DOCS / "results" / exhibit.folder)


@each_exhibit
def test_every_published_run_belongs_to_a_row(what):
    known = {run.path.name for one in records_of(what) for run in one.runs}
    assert known == {run.path.name for run in collect(DOCS / "results" / EXHIBITS[what].folder)}


@each_exhibit
def test_the_receipt_has_the_numbers_of_the_published_runs(what):
    rows = receipt_of(what)["rows"]
    for one in records_of(what):
        part, full = part_of(what, one.runs), rows[one.row.key]["full"]
        assert full["seeds"] == part["seeds"]
        assert full["runs"] == {name: pytest.approx(values) for name, values in part["runs"].items()}
        assert full["seconds"] == part["seconds"]


@each_exhibit
def test_the_receipts_fast_runs_are_of_the_rows_fast_form(what):
    for row in EXHIBITS[what].rows:
        part = receipt_of(what)["rows"].get(row.key, {}).get("fast")
        if part:
            asked = {name: had for name, had in row.options(0, fast=True).items() if name in part["config"]}
            assert {name: part["config"][name] for name in asked} == asked


@pytest.mark.parametrize("what", OURS)
def test_a_fast_run_is_what_the_command_line_would_train(what):
    for row in (row for row in EXHIBITS[what].rows if row.network == "mlp"):
        fast = row.fast
        target = {"target_l0": fast.target_l0, "target_flops": fast.target_flops}
        price = {"lam": list(fast.lam)} if not any(target.values()) else target
        words = {"epochs": fast.epochs, "gate_step_factor": 10.0, "validation": fast.validation, **price}
        asked = resolve(row.options(0, fast=True)).progress.config
        assert asked == resolve({"network": "mlp", **words}).progress.config


def test_rows_are_titled_with_their_lambda_or_target():
    titles = [row.title() for row in EXHIBITS["frontier"].rows]
    assert titles[0] == "MLP, lambda 0.02 / N"
    assert titles[-1] == "MLP, target 0.05 of the weights"
    assert EXHIBITS["targets"].rows[1].title(fast=True) == "MLP, target 0.2 of the FLOPs"


def test_a_target_is_compared_by_the_share_that_was_reached():
    (run, *_) = records_of("targets")[0].runs
    share, *others = EXHIBITS["targets"].quantities(run)
    assert (share.name, share.most) == ("expected share, %", 100)
    assert share.value == pytest.approx(10, rel=0.02)
    assert others == list(EXHIBITS["table1"].quantities(run))


def test_an_error_of_held_out_images_comes_in_steps_of_one_of_them():
    (run,) = records_of("choose-lambda")[0].runs
    error, *_ = EXHIBITS["choose-lambda"].quantities(run)
    assert (error.name, error.step) == ("validation error, %", 0.1)  # of 1,000
    assert error.value == run.last["validation_error"]


@pytest.mark.parametrize(("name", "mode"), [("mlp-mini", "fast"), ("mlp-mnist-lam0.1", "full")])
@pytest.mark.parametrize("what", ["table1", "figure3"])
def test_a_run_that_is_shown_alone_lies_in_the_bands_of_its_row(what, name, mode):
    """The README's first run and its picture, and another run of Table 1's first row."""
    part = receipt_of(what)["rows"]["mlp-lam0.1"][mode]
    (run,) = collect(DOCS / "results" / name)
    assert differences(run, part["config"]) == {}
    assert all(one.inside for one in check_run(what, "mlp-lam0.1", part, run))
