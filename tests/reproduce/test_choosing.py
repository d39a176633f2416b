"""Which rows and which folder does a command mean?"""

from pathlib import Path

import pytest
from cifar_sets import cifar10, cifar100, write

from l0edu.errors import InputError
from l0edu.reproduce.choosing import choose, published_receipt
from l0edu.reproduce.rows import ROWS


def keys(choice):
    return [row.key for row in choice.rows]


def test_a_table_has_its_rows_and_its_folder():
    assert choose("table1").rows == ROWS
    assert choose("table1").out == Path("reproduced/table1")
    assert choose("figure3", ["mlp-lam0.1"], fast=True).out == Path("reproduced/table1-fast")
    assert choose("table1", out=Path("here")).out == Path("here")


def test_figure_4_has_a_folder_for_each_network(tmp_path):
    assert choose("figure4", data_dir=str(tmp_path)).out == Path("reproduced/figure4-wrn-28-10")
    fast = choose("figure4", fast=True, data_dir=str(tmp_path))
    assert fast.out == Path("reproduced/figure4-wrn-10-1-fast")
    assert keys(fast)[2:] == ["cifar10-lam3.3", "cifar10-target0.5-warm1-drop0.1-adam0.02"]


def test_figure_4_has_the_rows_that_are_asked_for_on_each_data_set_that_is_there(tmp_path):
    write(cifar10(), tmp_path / "cifar10")
    write(cifar100(), tmp_path / "cifar100")
    asked = {"rows": ["dense", "lam0.5"], "data_dir": str(tmp_path), "network": "wrn-10-2", "epochs": 20}
    both = ["cifar10-dense", "cifar10-lam0.5", "cifar100-dense", "cifar100-lam0.5"]
    assert keys(choose("figure4", **asked)) == both
    assert keys(choose("figure4", data="cifar100", **asked)) == both[2:]


@pytest.mark.parametrize(("exhibit", "row"), [("figure3", "mlp-dense"), ("figure4", "dropout")])
def test_a_figure_needs_a_row_whose_gates_are_learned(exhibit, row):
    with pytest.raises(InputError, match=rf"Figure {exhibit[-1]} needs a row whose gates are learned: add"):
        choose(exhibit, [row])


@pytest.mark.parametrize("option", [{"network": "wrn-10-2"}, {"data": "cifar10"}, {"epochs": 3}])
def test_what_only_figure_4_can_choose_is_refused_elsewhere(option):
    with pytest.raises(InputError, match=rf"--{next(iter(option))} is for figure4: leave it out"):
        choose("table1", **option)


def test_times_are_those_that_are_published_or_rough():
    assert choose("table1").seconds("table1", fast=False)["mlp-lam0.1"] > 60
    assert choose("figure3").seconds("figure3", fast=True) == choose("table1").seconds("table1", fast=True)
    rough = choose("figure4", network="wrn-10-1", epochs=1).seconds("figure4", fast=False)
    assert {*rough} == {row.key for row in choose("figure4", network="wrn-10-1", epochs=1).rows}
    assert choose("choose-lambda").seconds("choose-lambda", fast=False) is not None


def test_receipts_come_with_the_package():
    assert published_receipt("table1").exists()
