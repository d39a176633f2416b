"""Does the table say what the runs' records say, and what is quoted?"""

import json

import pytest
from reproduced_runs import row, write_run

from l0edu.errors import InputError
from l0edu.reproduce.markdown import markdown_table, mean_and_range
from l0edu.reproduce.rows import ROWS
from l0edu.reproduce.table1 import Measured, measured_rows, table1_json, table1_markdown, write_table1


def cells(text, beginning):
    """The cells of the first line of a table that begins so."""
    line = next(line for line in text.splitlines() if line.startswith(f"| {beginning}"))
    return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.fixture
def measured(tmp_path):
    write_run(tmp_path, "mlp-lam0.1", 0, units=[223, 209, 100], error=1.42)
    write_run(tmp_path, "lenet5-separate", 0, units=[9, 18, 65, 25], error=1.0)
    write_run(tmp_path, "lenet5-separate", 1, units=[11, 18, 75, 22], error=0.8)
    write_run(tmp_path, "lenet5-separate", 2, done=40)
    write_run(tmp_path, "mlp-dense", 0, units=[])
    return measured_rows(ROWS, tmp_path)


def test_rows_with_a_finished_run_are_in_the_table(measured):
    assert [(one.row.key, len(one.runs)) for one in measured] == [
        ("mlp-lam0.1", 1),
        ("mlp-dense", 1),
        ("lenet5-separate", 2),
    ]


def test_a_single_run_is_shown_without_a_range(measured):
    row = cells(table1_markdown(measured), "MLP, lambda 0.1")
    assert row == ["MLP, lambda 0.1 / N", "1", "223-209-100", "1.42", "1.22", "25.74"]


def test_several_runs_are_shown_with_mean_and_range(measured):
    row = cells(table1_markdown(measured), "LeNet-5, lambdas 10")
    assert row[1:5] == [
        "2",
        "10-18-70-24 (9..11-18-65..75-22..25)",
        "0.90 (0.80 to 1.00)",
        "0.70 (0.60 to 0.80)",
    ]


def test_a_network_without_gates_keeps_all_its_units(measured):
    assert cells(table1_markdown(measured), "MLP, dense")[2:] == ["784-300-100", "1.40", "1.20", "100.00"]


def test_costs_are_in_both_conventions(measured):
    text = table1_markdown(measured)
    costs = cells(text[text.index("| run", text.index("reference code")) :], "MLP, lambda 0.1")
    own = 2 * (223 * 300 + 209 * 100 + 100 * 10)
    assert costs[1:] == ["532,400", "129,800", "137,014", "171,800", f"{own:,}", "300"]


def test_quoted_rows_stand_apart_with_their_source(measured):
    before, _, quoted = table1_markdown(measured).partition("| quoted, not trained here")
    assert "read in" not in before
    assert cells(quoted, "LeNet-5: L0, separate")[1:] == [
        "9-18-65-25",
        "1.0",
        "1.43",
        "read in Tang et al. (2018)",
    ]
    assert cells(quoted, "MLP: BC-GNJ")[-1] == "recalled"
    assert quoted.count("\n| ") == 13


def test_fast_runs_say_that_they_are_not_the_papers(tmp_path):
    write_run(tmp_path, "mlp-lam0.1", 3, fast=True)
    text = table1_markdown(measured_rows(ROWS, tmp_path, fast=True), fast=True)
    assert "not to be compared with the paper" in text
    assert "200 epochs" not in text


def test_a_fast_row_is_titled_with_its_own_lambda(tmp_path):
    write_run(tmp_path, "lenet5-lam0.1", 0, fast=True)
    measured = measured_rows(ROWS, tmp_path, fast=True)
    text = table1_markdown(measured, fast=True).partition("quoted, not trained")[0]
    assert text.count("| LeNet-5, lambda 0.02 / N |") == 2
    assert table1_json(measured, fast=True)["rows"]["lenet5-lam0.1"]["title"] == "LeNet-5, lambda 0.02 / N"


def test_runs_on_other_images_make_no_table(tmp_path):
    write_run(tmp_path, "mlp-lam0.1", 0)
    write_run(tmp_path, "lenet5-lam0.1", 0, changes={"data_crc": 8})
    with pytest.raises(
        InputError, match=r"lenet5-lam0\.1-seed0 was trained on other images than .*mlp-lam0\.1"
    ):
        measured_rows(ROWS, tmp_path)


def test_json_has_the_numbers_of_every_run(measured):
    content = json.loads(json.dumps(table1_json(measured)))
    lenet = content["rows"]["lenet5-separate"]
    assert lenet["seeds"] == [0, 1]
    assert lenet["architecture"] == [[9, 18, 65, 25], [11, 18, 75, 22]]
    assert lenet["test_error"] == [1.0, 0.8]
    assert lenet["best_error_and_epoch"] == [[0.8, 1], [pytest.approx(0.6), 1]]
    assert lenet["config"][1]["seed"] == 1
    assert len(content["quoted"]) == 13


def test_both_files_are_written(measured, tmp_path):
    paths = write_table1(measured, tmp_path)
    assert [path.name for path in paths] == ["table1.md", "table1.json"]
    assert paths[0].read_text() == table1_markdown(measured) + "\n"
    assert json.loads(paths[1].read_text())["mode"] == "full"


def test_units_of_dense_networks_are_those_of_their_gated_twins(tmp_path):
    for key in ("lenet5-dense", "mlp-dense"):
        write_run(tmp_path, key, 0, units=[])
    lenet, mlp = measured_rows([row("lenet5-dense"), row("mlp-dense")], tmp_path)
    assert (lenet.architectures, mlp.architectures) == ([[20, 50, 800, 500]], [[784, 300, 100]])
    assert Measured(lenet.row, lenet.runs).numbers("weights_left") == [1.0]


def test_columns_of_a_table_are_aligned():
    text = markdown_table(["a", "b"], [["long name", "1"], ["x", "1,000"]], texts=(0,))
    assert len({len(line) for line in text.splitlines()}) == 1
    assert text.splitlines()[1] == "|:----------|------:|"
    assert mean_and_range([1.0, 3.0], ".1f") == "2.0 (1.0 to 3.0)"
