"""Is Figure 3 drawn from the runs of Table 1, each under its own name?"""

import numpy as np
import pytest
from PIL import Image
from reproduced_runs import write_run

from l0edu.errors import InputError
from l0edu.figures.training_costs import StepTimes
from l0edu.reproduce.figure3 import costs_of, write_figure3
from l0edu.reproduce.rows import ROWS
from l0edu.reproduce.table1 import measured_rows


def write_mlps(folder, fast=False):
    for key in ("mlp-lam0.1", "mlp-separate"):
        write_run(folder, key, 0, fast)
    write_run(folder, "mlp-dense", 0, fast, units=[])


def test_a_network_without_gated_runs_has_no_column(tmp_path):
    write_mlps(tmp_path)
    write_run(tmp_path, "lenet5-dense", 0, units=[])
    (costs,) = costs_of(measured_rows(ROWS, tmp_path))
    assert costs.title == "MLP, 784-300-100"
    assert costs.steps == 600


def test_dense_runs_are_drawn_where_they_are_and_else_their_constant_cost(tmp_path):
    write_mlps(tmp_path)
    (costs,) = costs_of(measured_rows(ROWS, tmp_path))
    assert list(costs.runs) == ["dense", "lambda 0.1 / N", "a lambda for each layer"]
    assert costs.flat["dropout"].expected_own_gates == pytest.approx(407_320)


def test_short_dense_runs_are_drawn_as_a_constant(tmp_path):
    write_mlps(tmp_path, fast=True)
    (costs,) = costs_of(measured_rows(ROWS, tmp_path, fast=True))
    assert list(costs.runs) == ["lambda 0.1 / N", "a lambda for each layer"]
    assert list(costs.flat) == ["dense", "dropout"]
    assert costs.steps == 50


def test_a_fast_lambda_is_not_called_the_papers(tmp_path):
    write_run(tmp_path, "lenet5-lam0.1", 0, fast=True)
    (costs,) = costs_of(measured_rows(ROWS, tmp_path, fast=True))
    assert list(costs.runs) == ["one lambda for all layers"]


def test_all_seeds_of_a_row_make_its_band(tmp_path):
    for seed in range(3):
        write_run(tmp_path, "lenet5-separate", seed)
    (costs,) = costs_of(measured_rows(ROWS, tmp_path))
    assert len(costs.runs["a lambda for each layer"]) == 3


def test_times_that_were_measured_apart_go_to_their_row(tmp_path):
    write_mlps(tmp_path)
    write_run(tmp_path, "lenet5-lam0.1", 0)
    times = StepTimes(np.array([0.0, 120_000.0]), np.array([2.0, 1.4]))
    apart = {"mlp-lam0.1": times, "mlp-dropout": times}  # there is no run with dropout
    mlp, lenet = costs_of(measured_rows(ROWS, tmp_path), apart)
    assert mlp.times == {"dropout": times, "lambda 0.1 / N": times}
    assert lenet.times == {}


def test_the_picture_says_what_it_shows(tmp_path):
    write_mlps(tmp_path)
    (path,) = write_figure3(measured_rows(ROWS, tmp_path), tmp_path)
    with Image.open(path, formats=["PNG"]) as image:
        image.load()
        assert "lambda 0.1 / N from 171,999 to 171,800" in image.text["Description"]


def test_without_gated_runs_there_is_no_figure(tmp_path):
    write_run(tmp_path, "mlp-dense", 0, units=[])
    with pytest.raises(InputError, match="needs a run whose gates are learned"):
        costs_of(measured_rows(ROWS, tmp_path))
