"""Does `l0edu runs` tabulate what the records say, sort it, and write it in full?"""

import csv

import pytest
from command_line import one_line_error
from kept_runs import record, write_run

from l0edu.cli import main


def lines(capsys, *words):
    assert main(["runs", *map(str, words)]) == 0
    return capsys.readouterr().out.splitlines()


def cells(line):
    return line.split()


@pytest.fixture
def folder(tmp_path):
    """Three runs: finished with one lambda, finished with four, and killed in its first epoch."""
    write_run(tmp_path / "mlp", seed=7)
    separate = [record(1, (9, 18, 65, 25), flops=458_600, test_error=0.5, seconds=1234.5)]
    write_run(tmp_path / "lenet", "lenet5", separate, lam=(10, 0.5, 0.1, 10), data="mnist", data_dir="d")
    write_run(tmp_path / "killed", records=[], finished=False, epochs=9)
    return tmp_path


def test_each_run_is_a_line_with_its_settings_and_its_last_numbers(folder, capsys):
    heading, killed, lenet, mlp, *_ = lines(capsys, folder)
    assert heading.split("  ")[0] == "name"
    assert cells(killed) == ["killed", "mlp", "mini", "0.1", "0", "0/9*", "-", "-", "-", "-", "-"]
    measured = ["1/1", "9-18-65-25", "0.50", "1.43", "10.00", "1,234"]
    assert cells(lenet) == ["lenet", "lenet5", "mnist", "10", "0.5", "0.1", "10", "0", *measured]
    assert cells(mlp)[4:] == ["7", "2/2", "219-214-100", "2.50", "26.02", "22.54", "3"]


def test_a_target_stands_in_the_place_of_lambda(tmp_path, capsys):
    write_run(tmp_path / "a", lam=(0.0,), target_flops=0.25)
    assert "  target-flops 0.25  " in lines(capsys, tmp_path)[1]


def test_columns_are_aligned_and_short_enough(folder, capsys):
    printed = lines(capsys, folder)
    ends = [
        line.index(end) + len(end)
        for line, end in zip(printed, ("error %", " - ", "0.50", "2.50"), strict=False)
    ]
    assert ends[0] == ends[2] == ends[3]
    assert max(map(len, printed)) <= 120


def test_a_run_that_is_not_finished_has_a_star_that_is_explained(folder, capsys):
    assert "* not finished" in lines(capsys, folder)
    assert "* not finished" not in lines(capsys, folder / "mlp")


def test_a_network_without_gates_says_so(tmp_path, capsys):
    write_run(tmp_path / "dense", "mlp-dense", [record(1, (), flops=532_400)], lam=(0,))
    assert "no gates     4.00     100.00   100.00" in lines(capsys, tmp_path)[1]


@pytest.mark.parametrize(
    ("column", "first"),
    [
        *[("name", "killed"), ("error", "lenet"), ("flops", "lenet"), ("weights", "lenet")],
        *[("seconds", "mlp"), ("epochs", "killed"), ("seed", "killed"), ("network", "lenet")],
        *[("lambda", "killed"), ("units", "lenet"), ("data", "killed")],
    ],
)
def test_runs_are_sorted_by_any_column(column, first, folder, capsys):
    printed = lines(capsys, folder, "--sort", column)
    assert cells(printed[1])[0] == first
    if column in ("error", "flops", "weights", "seconds", "units"):
        assert cells(printed[3])[0] == "killed", "what has no results comes last"


def test_the_csv_file_has_every_number_in_full(folder, capsys):
    assert f"CSV: {folder / 'all.csv'}" in lines(capsys, folder, "--csv", folder / "all.csv")
    with (folder / "all.csv").open(newline="") as file:
        killed, lenet, mlp = csv.DictReader(file)
    assert (mlp["test_error"], mlp["best_error"], mlp["best_epoch"]) == ("2.5", "2.5", "2")
    assert float(mlp["weights_left"]) == (219 * 214 + 21_400 + 1_000) / 266_200
    assert (mlp["flops"], mlp["flops_own_gates"], mlp["dense_flops"]) == ("120000", "176200", "532400")
    assert (lenet["lambda_N"], lenet["units_left"], lenet["step_ms"]) == (
        "10 0.5 0.1 10",
        "9-18-65-25",
        "2.0",
    )
    assert (killed["finished"], mlp["finished"], killed["epochs"], killed["flops"]) == (
        "false",
        "true",
        "0",
        "",
    )


def test_the_csv_file_keeps_lambdas_in_full_and_targets_in_columns_of_their_own(tmp_path, capsys):
    write_run(tmp_path / "a", lam=(0.123456789,))
    write_run(tmp_path / "b", lam=(0.0,), target_l0=0.05)
    write_run(tmp_path / "c", lam=(0.0,), target_flops=0.25)
    lines(capsys, tmp_path, "--csv", tmp_path / "all.csv")
    with (tmp_path / "all.csv").open(newline="") as file:
        asked = [
            [row[name] for name in ("lambda_N", "target_l0", "target_flops")] for row in csv.DictReader(file)
        ]
    assert asked == [["0.123456789", "", ""], ["", "0.05", ""], ["", "", "0.25"]]


def test_what_cannot_be_read_or_written_is_one_line(folder, tmp_path, capsys):
    assert "is no folder" in one_line_error(capsys, ["runs", str(tmp_path / "absent")])
    assert "--sort" in one_line_error(capsys, ["runs", str(folder), "--sort", "beauty"])
    error = one_line_error(capsys, ["runs", str(folder), "--csv", str(tmp_path / "no" / "a.csv")])
    assert "a.csv" in error


def test_a_damaged_run_is_not_passed_over(folder, capsys):
    (folder / "mlp" / "config.json").write_text("{")
    assert "config.json cannot be read" in one_line_error(capsys, ["runs", str(folder)])
