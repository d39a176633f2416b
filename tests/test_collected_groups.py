"""Are runs put together that differ in their seed alone, and in lambda alone?"""

from kept_runs import config, record, write_run

from l0edu.collected import collect, group_runs, kinds_of_runs, price, price_numbers, weights_between


def names(groups):
    return [[run.name for run in group.runs] for group in groups]


def test_runs_that_differ_in_their_seed_alone_are_one_group(tmp_path):
    for seed in (0, 1):
        write_run(tmp_path / f"strong{seed}", lam=(1.0,), seed=seed, data_dir=f"d{seed}", record=bool(seed))
        write_run(tmp_path / f"weak{seed}", lam=(0.02,), seed=seed)
    groups = group_runs(collect(tmp_path))
    assert names(groups) == [["weak0", "weak1"], ["strong0", "strong1"]]
    assert [group.price for group in groups] == ["0.02", "1"]


def test_groups_come_in_order_of_lambda_and_then_those_with_several(tmp_path):
    for name, lam in {"a": (10, 0.5, 0.1, 10), "b": (2,), "c": (0.5,), "d": (10,)}.items():
        write_run(tmp_path / name, "lenet5", lam=lam)
    assert names(group_runs(collect(tmp_path))) == [["c"], ["b"], ["d"], ["a"]]


def test_kinds_are_named_by_what_else_differs(tmp_path):
    write_run(tmp_path / "a", "lenet5", data="mini")
    write_run(tmp_path / "b", data="mini")
    write_run(tmp_path / "c", data="mini", lam=(2.0,))
    assert [(kind.name, names(kind.groups)) for kind in kinds_of_runs(collect(tmp_path))] == [
        ("lenet5", [["a"]]),
        ("mlp", [["b"], ["c"]]),
    ]
    write_run(tmp_path / "d", data="mnist", step_size=0.002)
    write_run(tmp_path / "e", data="mnist")
    found = [kind.name for kind in kinds_of_runs(collect(tmp_path))]
    assert found == [
        "lenet5, mini",
        "mlp, mini",
        "mlp, mnist, step size 0.002",
        "mlp, mnist, step size 0.001",
    ]


def test_a_validation_set_is_named_rather_than_the_images_it_leaves(tmp_path):
    write_run(tmp_path / "a", validation=0.1, images=4500)
    write_run(tmp_path / "b")
    assert [kind.name for kind in kinds_of_runs(collect(tmp_path))] == [
        "mlp, validation 0.1",
        "mlp, validation 0.0",
    ]


def test_other_images_of_the_same_name_are_another_kind(tmp_path):
    for crc in (1, 2):
        write_run(tmp_path / f"crc{crc}", data="idx", data_crc=crc)
    assert [kind.name for kind in kinds_of_runs(collect(tmp_path))] == ["mlp, data crc 1", "mlp, data crc 2"]


def test_a_seed_may_hold_out_other_images(tmp_path):
    for seed in (0, 1):
        write_run(tmp_path / f"seed{seed}", seed=seed, data_crc=seed, validation=0.1)
    assert names(group_runs(collect(tmp_path))) == [["seed0", "seed1"]]


def test_a_price_is_lambda_in_as_few_digits_as_wanted():
    assert price(config(lam=(0.0225893,))) == "0.0225893"
    assert price_numbers(config(lam=(0.0225893,)), 3) == "0.0226"
    assert price(config(lam=(10, 0.5, 0.1, 10))) == "10 0.5 0.1 10"


def test_targets_take_the_place_of_lambda(tmp_path):
    for name, target in {
        "a": {"target_l0": 0.2},
        "b": {"target_l0": 0.1},
        "c": {"target_flops": 0.1},
    }.items():
        write_run(tmp_path / name, lam=(0.0,), gate_step_factor=10.0, **target)
    write_run(tmp_path / "d")
    kinds = kinds_of_runs(collect(tmp_path))
    assert [(kind.name, names(kind.groups)) for kind in kinds] == [
        ("mlp, target-l0", [["b"], ["a"]]),
        ("mlp, target-flops", [["c"]]),
        ("mlp, lambda", [["d"]]),
    ]
    assert [group.price for kind in kinds for group in kind.groups][:3] == [
        *("target-l0 0.1", "target-l0 0.2", "target-flops 0.1"),
    ]


def test_widths_of_a_collapsed_layer_leave_nothing_beside_it(tmp_path):
    assert weights_between("lenet5", (0, 50, 800, 500)) == {
        **{"conv1": 0, "conv2": 0},
        **{"fc1": 400_000, "fc2": 5_000},
    }
    run = collect(write_run(tmp_path / "run", records=[record(1, (0, 0, 0))]))[0]
    assert run.weights_left == 0
