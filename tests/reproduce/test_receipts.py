"""Is a receipt whole, are its bands those of its runs, and is a damaged one refused?"""

import json
from copy import deepcopy
from math import inf
from pathlib import Path

import pytest
from reproduced_runs import VERSIONS, row, write_run, write_three_runs
from wide_resnet_runs import write

from l0edu.collected import collect
from l0edu.errors import InputError
from l0edu.reproduce.bands import band, share_of_each
from l0edu.reproduce.plan import find_runs
from l0edu.reproduce.quantities import of_figure4, of_table1
from l0edu.reproduce.receipt_form import why_no_receipt
from l0edu.reproduce.receipts import (
    extended,
    mean_seconds,
    new_receipt,
    part_of,
    read_or_new,
    read_receipt,
    with_part,
    write_receipt,
)
from l0edu.reproduce.table1 import Measured
from l0edu.reproduce.wide_resnet_rows import Asked, wide_resnet_rows

PUBLISHED = sorted((Path(__file__).parents[2] / "docs" / "receipts").glob("*.json"))


def runs_of(folder, key="mlp-lam0.1", fast=True):
    return list(find_runs(folder, row(key), fast).values())


@pytest.fixture
def receipt(tmp_path):
    write_three_runs(tmp_path)
    return with_part(
        new_receipt("table1", "a command"), "mlp-lam0.1", "fast", part_of("table1", runs_of(tmp_path))
    )


def recomputed(part, share, quantities):
    """The bands of a part, from its runs' numbers."""
    each = share_of_each(share, quantities)
    found = {
        name: band(values, each, part["step"].get(name, 0), part["most"].get(name, inf))
        for name, values in part["runs"].items()
    }
    return {name: pytest.approx([one.low, one.high], abs=1e-5) for name, one in found.items()}


def test_a_part_tells_what_was_run_on_what_and_what_came_out(receipt):
    part = receipt["rows"]["mlp-lam0.1"]["fast"]
    assert part["seeds"] == [0, 1, 2]
    assert part["seconds"] == [180.0] * 3
    assert part["versions"] == VERSIONS
    assert part["config"]["epochs"] == 120
    assert set(part["machine"]) == {"cpu", "cores", "system", "python"}
    assert not {"seed", "data_dir", "record"} & part["config"].keys()


def test_a_part_has_every_number_of_the_table(receipt):
    part = receipt["rows"]["mlp-lam0.1"]["fast"]
    costs = {name: values[0] for name, values in part["runs"].items() if "FLOPs" in name}
    assert list(costs.values()) == [130_000 - 120, 172_000 - 120, 137_014]
    assert list(part["runs"]) == [
        "test error, %",
        *(f"units left, inputs of fc{i}" for i in (1, 2, 3)),
        "expected L0",
        "expected FLOPs, live units",
        "expected FLOPs, own gates",
        "exact FLOPs, live units",
    ]
    assert part["step"]["test error, %"] == 0.1  # one of 1,000 images
    assert part["step"]["exact FLOPs, live units"] == 1768  # of a unit of fc1: 2 784 + 2 100
    assert part["most"] == {
        "test error, %": 100.0,
        "exact FLOPs, live units": 532_400,
        **{f"units left, inputs of fc{i}": n for i, n in ((1, 784), (2, 300), (3, 100))},
    }


def test_a_part_of_figure_3_follows_the_curve_and_ends_with_exact_flops(tmp_path):
    write_run(tmp_path, "mlp-lam0.1", 0, fast=True)
    part = part_of("figure3", runs_of(tmp_path))
    epochs = [20, 40, 60, 80, 100, 120]
    assert list(part["runs"])[:-1] == [f"expected FLOPs, own gates, epoch {epoch}" for epoch in epochs]
    assert list(part["runs"].values()) == [*([172_000 - epoch] for epoch in epochs), [137_014]]


@pytest.mark.parametrize("what", ["table1", "figure3"])
def test_exact_flops_come_in_steps_of_a_feature_map(what, tmp_path):
    """So one more run may have 19 maps where all runs of the receipt have 20."""
    write_run(tmp_path, "lenet5-lam0.1", 0, fast=True)
    part = part_of(what, runs_of(tmp_path, "lenet5-lam0.1"))
    a_map = 2 * 25 * 576 + 2 * 25 * 50 * 64
    assert part["step"]["exact FLOPs, live units"] == a_map


def test_dense_networks_have_no_units_to_close(tmp_path):
    write_run(tmp_path, "mlp-dense", 0, fast=True, units=[])
    (run,) = runs_of(tmp_path, "mlp-dense")
    assert of_table1(run)[-1].step == 1


def test_bands_are_for_all_quantities_together(receipt, tmp_path):
    part = receipt["rows"]["mlp-lam0.1"]["fast"]
    assert part["band"] == recomputed(part, 0.99, 8)
    write_three_runs(tmp_path / "more", "lenet5-separate")
    lenet = part_of("table1", runs_of(tmp_path / "more", "lenet5-separate"))
    both = with_part(receipt, "lenet5-separate", "fast", lenet)["rows"]
    for one in both.values():
        assert one["fast"]["band"] == recomputed(one["fast"], 0.99, 8 + 9)
    assert part["band"] == recomputed(part, 0.99, 8)  # the receipt before is as it was


def test_a_single_run_has_no_band_and_widens_no_other(receipt, tmp_path):
    write_run(tmp_path / "more", "mlp-separate", 0, fast=True)
    single = part_of("table1", runs_of(tmp_path / "more", "mlp-separate"))
    rows = with_part(receipt, "mlp-separate", "fast", single)["rows"]
    assert rows["mlp-separate"]["fast"]["band"] == {}
    assert rows["mlp-lam0.1"]["fast"]["band"] == receipt["rows"]["mlp-lam0.1"]["fast"]["band"]


def test_fast_and_full_runs_have_bands_of_their_own(receipt, tmp_path):
    write_run(tmp_path / "full", "mlp-lam0.1", 0)
    full = part_of("table1", runs_of(tmp_path / "full", fast=False))
    row = with_part(receipt, "mlp-lam0.1", "full", full)["rows"]["mlp-lam0.1"]
    assert row["fast"] == receipt["rows"]["mlp-lam0.1"]["fast"]
    assert row["full"]["band"] == {}  # of a single run there is none
    assert row["full"]["step"]["test error, %"] == 0.01  # one of 10,000 images


def test_runs_with_other_data_make_no_receipt(tmp_path):
    write_run(tmp_path, "mlp-lam0.1", 0)
    write_run(tmp_path, "mlp-lam0.1", 1, changes={"data_crc": 8})
    with pytest.raises(InputError, match=r"seed1 and .*seed0 were trained on other data"):
        part_of("table1", runs_of(tmp_path, fast=False))


def test_what_follows_from_the_images_does_not_tell_runs_apart(tmp_path):
    """Their moments may be rounded otherwise on another machine, and older configs lack some."""
    write_run(tmp_path, "mlp-lam0.1", 0, changes={"channel_mean": [0.5]})
    write_run(tmp_path, "mlp-lam0.1", 1, changes={"channel_mean": [0.5000001], "test_images": 10_000})
    part = part_of("table1", runs_of(tmp_path, fast=False))
    assert part["seeds"] == [0, 1]
    assert not {"channel_mean", "test_images"} & part["config"].keys()


def test_an_error_comes_in_steps_of_one_test_image(tmp_path):
    write_run(tmp_path, "mlp-lam0.1", 0, fast=True, changes={"test_images": 200})
    (run,) = runs_of(tmp_path)
    assert of_table1(run)[0].step == 0.5


def test_of_a_test_set_that_nobody_knows_there_is_no_step(tmp_path):
    write(tmp_path / "a", lam=[0.5])
    write(tmp_path / "b", lam=[0.5], test_images=2_000)
    unknown, known = (of_figure4(run)[-1] for run in collect(tmp_path))
    assert (unknown.step, known.step) == (0.0, 0.05)


def test_a_receipt_keeps_a_part_with_more_seeds(receipt, tmp_path):
    """Bands of three runs are not given for a single one of another folder."""
    write_run(tmp_path / "more", "mlp-lam0.1", 0, fast=True)
    measured = [Measured(row("mlp-lam0.1"), runs_of(tmp_path / "more"))]
    receipt["rows"]["mlp-lam0.1"]["fast"]["config"]["channel_mean"] = None  # as older receipts have it
    assert extended(receipt, "fast", measured) == (receipt, ["mlp-lam0.1"])
    receipt["rows"]["mlp-lam0.1"]["fast"]["config"]["epochs"] = 60
    anew, stay = extended(receipt, "fast", measured)
    assert (anew["rows"]["mlp-lam0.1"]["fast"]["seeds"], stay) == ([0], [])


def test_a_receipt_of_figure_4_says_of_which_runs_it_is(tmp_path):
    """Its rows have the same names whatever the network."""
    command = "l0edu reproduce figure4 --network wrn-10-1 --epochs 4"
    write(tmp_path / "a", lam=[0.5])
    rows = wide_resnet_rows(Asked("wrn-10-1", 4, ("lam0.5",)), ["cifar10"])
    receipt, _ = extended(new_receipt("figure4", command), "full", [Measured(rows[0], collect(tmp_path))])
    assert receipt["command"] == f"{command} --rows lam0.5"
    write_receipt(receipt, tmp_path / "r.json")
    assert read_or_new(tmp_path / "r.json", "figure4", command) == receipt
    with pytest.raises(InputError, match=r"--epochs 4`, and not of `.*--epochs 40`: name another file"):
        read_or_new(tmp_path / "r.json", "figure4", f"{command}0")


def test_the_mean_time_of_a_row_is_what_an_estimate_is_made_of(receipt):
    assert mean_seconds(receipt, "fast") == {"mlp-lam0.1": 180.0}
    assert mean_seconds(receipt, "full") == {}


def test_what_was_written_is_read_again(receipt, tmp_path):
    write_receipt(receipt, tmp_path / "table1.json")
    assert read_receipt(tmp_path / "table1.json", "table1") == receipt


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"{", "cannot be read"), (b"[" * 100_000, "cannot be read"), (b"[]", "no receipt of table1")],
)
def test_a_file_that_is_no_receipt_is_refused_in_one_line(content, message, tmp_path):
    (tmp_path / "table1.json").write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        read_receipt(tmp_path / "table1.json", "table1")
    assert "\n" not in str(caught.value)


def test_a_missing_receipt_says_how_to_make_it(tmp_path):
    with pytest.raises(
        InputError, match=r"there is no receipt .*l0edu reproduce table1 --fast --seeds 8 --receipt"
    ):
        read_receipt(tmp_path / "table1.json", "table1")


def test_the_receipt_of_something_else_is_refused(receipt):
    assert why_no_receipt(receipt, "table1") == ""
    assert why_no_receipt(receipt, "figure3") == "it is of table1"


@pytest.mark.parametrize(
    "name", ["config", "versions", "machine", "seeds", "seconds", "runs", "step", "most", "band"]
)
@pytest.mark.parametrize("entry", [None, 3, [], [1, "2", None], {"test error, %": "low"}])
def test_a_damaged_entry_is_found(name, entry, receipt):
    damaged = deepcopy(receipt)
    damaged["rows"]["mlp-lam0.1"]["fast"][name] = entry
    if name in ("config", "machine") and isinstance(entry, dict):
        return  # what is in them is only compared
    if name == "versions" and isinstance(entry, dict):
        return
    assert why_no_receipt(damaged, "table1").startswith("mlp-lam0.1, fast: ")


@pytest.mark.parametrize(
    ("path", "entry"),
    [
        (("schema",), 2),
        (("what",), "table7"),
        (("command",), 3),
        (("share",), "most"),
        (("share",), 1.5),
        (("rows",), []),
        (("rows", "mlp-lam0.1"), {"slow": {}}),
        (("rows", "mlp-lam0.1", "fast", "seeds"), [0, 1, 1]),
        (("rows", "mlp-lam0.1", "fast", "seeds"), [0, 1, 2.5]),
        (("rows", "mlp-lam0.1", "fast", "versions"), {"numpy": 2}),
        (("rows", "mlp-lam0.1", "fast", "runs", "expected L0"), [1.0, 2.0]),
        (("rows", "mlp-lam0.1", "fast", "band", "expected L0"), [2.0, 1.0]),
        (("rows", "mlp-lam0.1", "fast", "band", "expected L0"), [1.0, float("nan")]),
        (("rows", "mlp-lam0.1", "fast", "band", "expected L0"), [1.0, 10**400]),
    ],
)
def test_a_wrong_entry_is_found(path, entry, receipt):
    damaged = deepcopy(receipt)
    place = damaged
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = entry
    assert why_no_receipt(damaged, "table1")


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.name)
def test_the_published_bands_follow_from_the_published_runs(path):
    receipt = read_receipt(path, path.stem)
    for mode in ("full", "fast"):
        parts = [one[mode] for one in receipt["rows"].values() if mode in one]
        several = [part for part in parts if len(part["seeds"]) > 1]
        quantities = sum(len(part["runs"]) for part in several)
        for part in several:
            assert part["band"] == recomputed(part, receipt["share"], quantities)


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.name)
def test_the_published_receipts_name_no_path_and_no_machine(path):
    text = path.read_text(encoding="utf-8")
    for part in (part for one in json.loads(text)["rows"].values() for part in one.values()):
        assert set(part["machine"]) == {"cpu", "cores", "system", "python"}
    assert "data_dir" not in text
    assert "/home" not in text
