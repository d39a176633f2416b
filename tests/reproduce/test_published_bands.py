"""Does a fresh run still fall into the published bands? Rows in their fast form, really trained."""

import pytest

from l0edu.cli import main
from l0edu.reproduce.exhibits import EXHIBITS
from l0edu.reproduce.receipts import read_receipt
from l0edu.shipped import shipped

CHECKED = (("table1", "mlp-lam0.1"), ("figure3", "mlp-lam0.1"), ("frontier", "target-l0_0.158114"))
L0 = ("mlp-lam0.1", "mlp-separate", "lenet5-lam0.1", "lenet5-separate")
WITH_BANDS = {
    "table1": L0,
    "figure3": L0,
    "frontier": ("lam0.02", "lam0.1", "lam0.2", "target-l0_0.5", "target-l0_0.158114", "target-l0_0.05"),
    "targets": ("mlp-l0", "mlp-flops"),
    "choose-lambda": ("lam0.01", "lam0.1", "lam0.3"),
}


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    """Where runs of a check stay, so that two checks of one seed train once."""
    return tmp_path_factory.mktemp("checked")


@pytest.mark.parametrize(("exhibit", "row"), CHECKED)
def test_one_more_seed_falls_in(exhibit, row, checked, capsys):
    out = checked / EXHIBITS[exhibit].folder
    check = ["reproduce", exhibit, "--check", "--rows", row, "--out", str(out)]
    assert main(check) == 0 or main([*check, "--seed", "1000"]) == 0, capsys.readouterr().out


@pytest.mark.parametrize("exhibit", [what for what, one in EXHIBITS.items() if one.published])
def test_the_bands_come_from_enough_seeds_to_say_something(exhibit):
    receipt = read_receipt(shipped("docs/receipts") / f"{exhibit}.json", exhibit)
    for key in WITH_BANDS[exhibit]:
        assert len(receipt["rows"][key]["fast"]["seeds"]) >= 8
    forms = {row.key: row.full for row in EXHIBITS[exhibit].rows}
    for key, row in receipt["rows"].items():
        assert row["full"]["config"]["epochs"] == forms[key].epochs
