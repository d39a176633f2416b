"""Are the runs that are there found, and are others refused?"""

from dataclasses import replace

import pytest
from reproduced_runs import row, write_run

from l0edu.errors import InputError
from l0edu.reproduce.plan import duration, find_runs, make_plan, refuse_other_data, what_is_there
from l0edu.reproduce.rows import ROWS

MLP = row("mlp-lam0.1")


def test_an_empty_folder_lacks_everything(tmp_path):
    plan = make_plan(ROWS, [0, 1], tmp_path / "absent")
    assert len(plan.missing) == 16
    assert plan.missing[1].name == "mlp-lam0.1-seed1"
    assert "0 there, 16 to train, which take a time that nobody has measured" in plan.text(1)


def test_a_finished_run_is_there_and_a_stopped_one_is_gone_on_with(tmp_path):
    write_run(tmp_path, "mlp-lam0.1", 0)
    write_run(tmp_path, "mlp-lam0.1", 1, done=50)
    plan = make_plan([MLP], [0, 1, 2], tmp_path)
    assert [one.name for one in plan.missing] == ["mlp-lam0.1-seed1", "mlp-lam0.1-seed2"]
    assert plan.missing[0].describe() == "50 of 200 epochs are there; about 4 min"  # 1.5 s an epoch
    assert plan.missing[1].describe() == "to train; about 5 min"  # as long as the finished one


def test_what_is_there_names_the_runs_that_are_left_out(tmp_path):
    write_run(tmp_path, "mlp-lam0.1", 0)
    write_run(tmp_path, "mlp-lam0.1", 4, done=50)
    write_run(tmp_path, "mlp-dense", 0)
    first, *rest = what_is_there([MLP], tmp_path).split("\n")
    assert first == f"{tmp_path}: 1 finished run of these rows"
    assert rest == ["  mlp-lam0.1-seed4  50 of 200 epochs: left out"]


def test_when_all_is_there_the_plan_is_one_line(tmp_path):
    write_run(tmp_path, "mlp-lam0.1", 0)
    plan = make_plan([MLP], [0], tmp_path)
    assert plan.missing == []
    assert plan.text(2) == f"1 run in {tmp_path}: 1 there, 0 to train"


def test_times_of_receipts_are_for_rows_that_have_none_here(tmp_path):
    plan = make_plan([MLP, row("mlp-dense")], [0], tmp_path, seconds={"mlp-lam0.1": 280.0})
    assert plan.missing[0].seconds_left == 280
    assert plan.missing[1].seconds_left is None
    assert "about 5 min and those without an estimate" in plan.text(1)


def test_two_at_a_time_take_half_as_long_but_not_less_than_the_longest(tmp_path):
    times = {"mlp-lam0.1": 600.0, "lenet5-lam0.1": 6000.0}
    plan = make_plan([MLP, row("lenet5-lam0.1")], [0, 1], tmp_path, seconds=times)
    assert "about 3 h 40 min, 1 at a time" in plan.text(1)
    assert "about 1 h 50 min, 2 at a time" in plan.text(2)
    assert "about 1 h 40 min, 9 at a time" in plan.text(9)


def test_where_images_lay_and_whether_gates_were_recorded_does_not_matter(tmp_path):
    write_run(tmp_path, "mlp-lam0.1", 0, changes={"record": True, "data_dir": "elsewhere"})
    assert list(find_runs(tmp_path, MLP)) == [0]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"epochs": 60}, r"trained with epochs = 60, and this takes 200: move it away"),
        ({"lam": [0.2]}, r"lam = \[0\.2\], and this takes \[0\.1\]"),
        ({"seed": 7}, r"seed = 7, and this takes 0"),
        ({"per_example": True}, r"per_example = True"),
        ({"averaging": 0.99}, r"averaging = 0\.99, and this takes 0\.999"),
        ({"step_size": 2e-3}, r"step_size"),
        ({"weight_decay": 5e-4}, r"weight_decay"),
        ({"conditional": False}, r"conditional"),
        ({"target_l0": 0.1}, r"target_l0 = 0\.1, and this takes None"),
    ],
)
def test_a_run_with_other_options_is_refused(changes, message, tmp_path):
    write_run(tmp_path, "mlp-lam0.1", 0, changes=changes)
    with pytest.raises(InputError, match=message):
        make_plan([MLP], [0], tmp_path)


def test_a_fast_run_is_no_full_one(tmp_path):
    write_run(tmp_path, "mlp-lam0.1", 0, fast=True)
    assert list(find_runs(tmp_path, MLP, fast=True)) == [0]
    with pytest.raises(InputError, match=r"mini, and this takes mnist"):
        find_runs(tmp_path, MLP)


def test_runs_come_in_the_order_of_their_seeds_and_other_folders_are_left_alone(tmp_path):
    for seed in (10, 2):
        write_run(tmp_path, "mlp-lam0.1", seed, done=1)
    for name in ("mlp-lam0.1-seed01", "mlp-lam0.1-seed3", "mlp-lam0.1-seedling"):
        (tmp_path / name).mkdir()
    assert list(find_runs(tmp_path, MLP)) == [2, 10]


def test_a_run_inside_another_runs_folder_is_passed_over(tmp_path):
    folder = write_run(tmp_path, "mlp-lam0.1", 0)
    write_run(folder, "mlp-lam0.1", 1, changes={"lam": [9.0]})
    (run,) = find_runs(tmp_path, MLP).values()
    assert run.path == folder


def test_runs_on_other_images_are_refused(tmp_path):
    for seed, crc in ((0, 7), (1, 7), (2, 8)):
        write_run(tmp_path, "mlp-lam0.1", seed, changes={"data_crc": crc})
    runs = list(find_runs(tmp_path, MLP).values())
    refuse_other_data([])
    refuse_other_data(runs[:2])
    refuse_other_data(runs[:2], runs[0].config)
    with pytest.raises(InputError, match=r"seed2 was trained on other images than .*seed0: move it away"):
        refuse_other_data(runs)
    with pytest.raises(InputError, match="seed0 was trained on other images than those that this would"):
        refuse_other_data(runs[:2], runs[2].config)


def test_runs_on_different_data_sets_may_stand_in_one_table(tmp_path):
    """As targets on MNIST and on the embedded digits do."""
    write_run(tmp_path / "full", "mlp-lam0.1", 0, changes={"data_crc": 7})
    write_run(tmp_path / "fast", "mlp-lam0.1", 0, fast=True, changes={"data_crc": 8})
    (full,), (fast,) = (find_runs(tmp_path / kind, MLP, kind == "fast").values() for kind in ("full", "fast"))
    refuse_other_data([full, fast])
    refuse_other_data([fast], full.config)


def test_seeds_hold_out_different_images(tmp_path):
    for seed, crc in ((0, 7), (1, 8)):
        write_run(tmp_path, "mlp-lam0.1", seed, changes={"data_crc": crc})
    runs = list(find_runs(tmp_path, MLP).values())
    refuse_other_data([replace(run, config=replace(run.config, validation=0.2)) for run in runs])


def test_a_damaged_run_is_refused(tmp_path):
    folder = write_run(tmp_path, "mlp-lam0.1", 0, done=3)
    (folder / "metrics.jsonl").write_text("{}\n")
    with pytest.raises(InputError, match=r"metrics\.jsonl"):
        make_plan([MLP], [0], tmp_path)


@pytest.mark.parametrize(("seconds", "words"), [(3.4, "3 s"), (89, "89 s"), (3590, "1 h 0 min")])
def test_durations_are_said_as_one_says_them(seconds, words):
    assert duration(seconds) == words
