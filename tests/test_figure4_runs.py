"""Which runs of a folder are drawn in Figure 4, in which column, and under which names?"""

import json

import pytest
from kept_runs import write_run
from wide_resnet_runs import write

from l0edu.collected import collect
from l0edu.errors import InputError
from l0edu.figures.wide_resnet_runs import wide_resnet_costs
from l0edu.flops import flops
from l0edu.models import build

DENSE = flops(build("wrn-10-1-dense")).total


def change(file, **entries):
    file.write_text(json.dumps({**json.loads(file.read_text()), **entries}))


def names(folder):
    return [[*costs.flat, *costs.runs] for costs in wide_resnet_costs(collect(folder))]


def test_a_curve_is_named_by_what_was_done_with_the_gates(tmp_path):
    write(tmp_path / "a", lam=[0.1])
    write(tmp_path / "b", "-before-bn", lam=[0.5], drop_rate=0.05)
    write(tmp_path / "c", lam=[0.0], target_l0=0.5, warm_up=8)
    write(tmp_path / "d", lam=[0.0], target_flops=0.3)
    write(tmp_path / "e", lam=[0.1, 0.2, 0.3])
    assert {*names(tmp_path)[0]} == {
        "dense",
        "lambda 0.1 / N",
        "lambda 0.5 / N, drop rate 0.05, before batch norm",
        "target 0.5 of the weights, gates from epoch 9",
        "target 0.3 of the FLOPs",
        "lambdas 0.1 0.2 0.3 / N",
    }


def test_curves_that_differ_in_something_else_have_the_names_of_their_folders(tmp_path):
    write(tmp_path / "slow", lam=[0.1])
    write(tmp_path / "fast", lam=[0.1], gate_step_factor=10.0)
    assert {*names(tmp_path)[0]} == {"dense", "lambda 0.1 / N (slow)", "lambda 0.1 / N (fast)"}


def test_seeds_make_one_curve(tmp_path):
    for seed in range(3):
        write(tmp_path / str(seed), lam=[0.1], seed=seed)
    (costs,) = wide_resnet_costs(collect(tmp_path))
    assert len(costs.runs["lambda 0.1 / N"]) == 3
    assert costs.steps == 10


def test_the_dense_network_is_a_constant_where_it_was_not_trained(tmp_path):
    write(tmp_path / "a", lam=[0.1])
    write(tmp_path / "b", "-dropout")
    (costs,) = wide_resnet_costs(collect(tmp_path))
    assert {*costs.flat["dense"]} == {DENSE}
    write(tmp_path / "c", "-dense")
    (costs,) = wide_resnet_costs(collect(tmp_path))
    assert (costs.flat, {*costs.runs}) == ({}, {"dense", "dropout", "lambda 0.1 / N"})


def test_each_data_set_has_a_column_that_says_what_it_is(tmp_path):
    write(tmp_path / "a", lam=[0.1])
    write(tmp_path / "b", data="cifar100", data_crc=4, lam=[0.1], images=50_000)
    write(tmp_path / "c", data="cifar100-coarse", data_crc=5, lam=[0.1], images=50_000)
    assert [costs.title for costs in wide_resnet_costs(collect(tmp_path))] == [
        "WRN-10-1 on a subset of CIFAR-10, 1,280 training images",
        "WRN-10-1 on CIFAR-100, 50,000 training images",
        "WRN-10-1 on CIFAR-100, coarse labels, 50,000 training images",
    ]


def test_batches_of_another_size_have_a_column_of_their_own(tmp_path):
    """Else one of them would be drawn against the other's iterations."""
    write(tmp_path / "a", lam=[0.1])
    write(tmp_path / "b", lam=[0.1], batch_size=64)
    found = {costs.title.rpartition(", ")[2]: costs.steps for costs in wide_resnet_costs(collect(tmp_path))}
    assert found == {"batches of 128": 10, "batches of 64": 20}


def test_seeds_that_hold_out_other_images_make_one_curve(tmp_path):
    for seed in range(2):
        write(tmp_path / str(seed), lam=[0.1], seed=seed, data_crc=seed, validation=0.1)
    (costs,) = wide_resnet_costs(collect(tmp_path))
    assert len(costs.runs["lambda 0.1 / N"]) == 2


def test_a_dense_network_that_was_not_trained_has_the_classes_of_the_data(tmp_path):
    write(tmp_path, data="cifar100", lam=[0.1])
    (costs,) = wide_resnet_costs(collect(tmp_path))
    assert costs.flat["dense"].exact == flops(build("wrn-10-1-dense", 100)).total > DENSE


def test_steps_of_the_gates_are_named_when_they_are_not_the_recipes(tmp_path):
    target = {"lam": [0.0], "target_l0": 0.5}
    write(tmp_path / "a", **target)
    write(tmp_path / "b", **target, gate_step_size=0.02)
    write(tmp_path / "c", lam=[0.1], gate_step_size=0.01)
    change(write(tmp_path / "d", **target) / "config.json", gate_step_size=None)
    assert {*names(tmp_path)[0]} == {
        "dense",
        "target 0.5 of the weights",
        "target 0.5 of the weights, gates with Adam's steps of 0.02",
        "lambda 0.1 / N, gates with Adam's steps of 0.01",
        "target 0.5 of the weights, gates with SGD",
    }


def test_other_runs_are_passed_over(tmp_path):
    write(tmp_path / "a", lam=[0.1])
    write(tmp_path / "b", data="cifar100", data_crc=4, variant="-dense")
    (write(tmp_path / "c", lam=[0.2]) / "summary.json").unlink()
    write_run(tmp_path / "d")
    assert names(tmp_path) == [["dense", "lambda 0.1 / N"]]


def test_without_a_run_whose_gates_learn_there_is_no_figure(tmp_path):
    write(tmp_path, "-dropout")
    with pytest.raises(InputError, match="needs a finished run of a wide ResNet with gates on CIFAR"):
        names(tmp_path)
