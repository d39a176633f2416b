"""Which runs is Figure 4 made of, by their names, and how are they trained?"""

import pytest
from cifar_sets import cifar10, cifar100, pack, tar, write

from l0edu.errors import InputError
from l0edu.recipes import defaults
from l0edu.reproduce.wide_resnet_rows import Asked, asked_for, data_sets, wide_resnet_rows
from l0edu.request import resolve


def rows(*runs, epochs=20, data=("cifar10",)):
    return wide_resnet_rows(Asked("wrn-10-1", epochs, runs), data)


def options(run):
    return rows(run)[0].options(seed=3, data_dir="D")


def test_the_papers_rows_are_those_of_wrn_28_10_on_both_data_sets():
    asked = asked_for()
    found = wide_resnet_rows(asked, ("cifar10", "cifar100"))
    assert [row.key for row in found][:4] == [f"cifar10-{run}" for run in asked.runs]
    assert [row.key for row in found][4:] == [f"cifar100-{run}" for run in asked.runs]
    assert [row.network for row in found][:3] == ["wrn-28-10-dense", "wrn-28-10-dropout", "wrn-28-10"]
    assert [row.full.lam for row in found][2:4] == [(0.001,), (0.002,)]
    assert {row.full.epochs for row in found} == {200}


def test_a_smaller_network_has_a_lambda_for_its_epochs_and_a_target():
    assert asked_for("wrn-16-4").runs == ("dense", "dropout", "lam0.05", "target0.5-warm40-drop0.1-adam0.02")
    assert asked_for(fast=True).network == "wrn-10-1"
    assert asked_for(fast=True).epochs == 3


@pytest.mark.parametrize("run", ["dense", "dropout", "lam0.5", "target0.5", "flops0.3"])
def test_a_run_is_trained_as_the_command_line_trains_it(run):
    """But for its price, with all defaults of its network."""
    price = {"lam0.5": {"lam": [0.5]}, "target0.5": {"target_l0": 0.5}, "flops0.3": {"target_flops": 0.3}}
    asked = {"network": rows(run)[0].network, "data": "cifar10", "epochs": 20, **price.get(run, {})}
    assert options(run) == {**defaults(asked), **asked, "seed": 3, "data_dir": "D"}


def test_a_name_says_what_else_is_done_with_the_gates():
    (row,) = rows("target0.50-warm8-drop.05-before-bn")
    assert row.key == "cifar10-target0.5-warm8-drop0.05-before-bn"
    assert row.network == "wrn-10-1-before-bn"
    asked = row.options(0)
    assert (asked["target_l0"], asked["warm_up"], asked["drop_rate"]) == (0.5, 8, 0.05)
    words = "gates from epoch 9, drop rate 0.05, gates before batch norm, target 0.5 of the weights"
    assert row.title() == f"WRN-10-1 on CIFAR-10, {words}"
    assert row.gated


def test_gates_take_the_steps_that_their_recipe_has_or_adams():
    assert options("lam0.5")["gate_step_size"] is None
    assert options("lam0.5-adam0.02")["gate_step_size"] == 0.02
    pursuing = defaults({"network": "wrn-10-1", "target_l0": 0.5})["gate_step_size"]
    assert options("target0.5")["gate_step_size"] == pursuing
    assert options("target0.5-adam0.02")["gate_step_size"] == 0.02


def test_two_names_of_one_run_are_one_row():
    assert [row.key for row in rows("lam.5", "lam0.5", "lam0.50")] == ["cifar10-lam0.5"]


def test_more_rows_than_can_be_drawn_are_refused():
    with pytest.raises(InputError, match="4 curves with gates apart: give --rows fewer"):
        rows(*(f"lam{i}" for i in range(1, 6)))
    with pytest.raises(InputError, match="4 curves with gates apart"):
        rows("lam0", *(f"lam{i}" for i in range(1, 5)))
    assert len(rows(*(f"lam{i}" for i in range(1, 5)), "dense", data=("cifar10", "cifar100"))) == 10


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"network": "mlp"}, "--network mlp: write wrn-D-K"),
        ({"network": "wrn-10-2-dense"}, "rows say what its gates do"),
        ({"network": "wrn-11-2"}, "depth 11"),
        ({"epochs": 0}, "--epochs 0: it must be at least 1"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(asked, said):
    with pytest.raises(InputError, match=said):
        asked_for(**asked)


def test_data_sets_are_those_that_are_found(tmp_path, monkeypatch):
    monkeypatch.delenv("L0EDU_DATA", raising=False)
    assert data_sets(None, None, tmp_path) == data_sets(None, str(tmp_path), tmp_path) == ("cifar10",)
    write(cifar100(), tmp_path / "cifar100")
    assert data_sets(None, str(tmp_path), tmp_path) == ("cifar100",)
    write(cifar10(), tmp_path / "cifar10")
    assert data_sets(None, str(tmp_path), tmp_path) == ("cifar10", "cifar100")
    assert data_sets("cifar10", str(tmp_path), tmp_path) == ("cifar10",)
    monkeypatch.setenv("L0EDU_DATA", str(tmp_path))
    assert data_sets(None, None, tmp_path) == ("cifar10", "cifar100")


def test_an_archive_itself_is_taken_for_cifar_10(tmp_path):
    archive = pack(tar(cifar10()), tmp_path / "some.tar.gz")
    assert data_sets(None, str(archive), tmp_path) == ("cifar10",)


def test_a_set_whose_runs_are_there_need_not_be(tmp_path, monkeypatch):
    monkeypatch.delenv("L0EDU_DATA", raising=False)
    (tmp_path / "cifar100-lam0.5-seed0").mkdir()
    assert data_sets(None, None, tmp_path) == ("cifar100",)


@pytest.mark.filterwarnings("ignore:.*not the published CIFAR-10")
def test_a_run_can_be_asked_for_as_it_stands(tmp_path):
    write(cifar10(), tmp_path)
    config = resolve(rows("lam0.5")[0].options(0, data_dir=str(tmp_path))).progress.config
    assert (config.images, config.optimizer, config.lam) == (3, "sgd", [0.5])
