"""Does a fresh run still fall into the published bands? A row in its fast form, really trained."""

import pytest

from l0edu.cli import main
from l0edu.reproduce.receipts import read_receipt
from l0edu.shipped import shipped

ROW = "mlp-lam0.1"


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    """Where runs of a check stay, so that two checks of one seed train once."""
    return tmp_path_factory.mktemp("checked")


@pytest.mark.parametrize("exhibit", ["table1", "figure3"])
def test_one_more_seed_falls_in(exhibit, checked, capsys):
    check = ["reproduce", exhibit, "--check", "--rows", ROW, "--out", str(checked)]
    assert main(check) == 0 or main([*check, "--seed", "1000"]) == 0, capsys.readouterr().out


@pytest.mark.parametrize("exhibit", ["table1", "figure3"])
def test_the_bands_come_from_enough_seeds_to_say_something(exhibit):
    receipt = read_receipt(shipped("docs/receipts") / f"{exhibit}.json", exhibit)
    for key in ("mlp-lam0.1", "mlp-separate", "lenet5-lam0.1", "lenet5-separate"):
        assert len(receipt["rows"][key]["fast"]["seeds"]) >= 8
        assert receipt["rows"][key]["full"]["config"]["epochs"] == 200
