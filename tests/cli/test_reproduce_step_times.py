"""Does `l0edu reproduce --measure-steps` time the runs of the folder, keep the times, and draw them?"""

import json
from dataclasses import replace

import pytest
from command_line import one_line_error
from PIL import Image
from reproduced_runs import SHORT, write_run

from l0edu import oracle
from l0edu.bench import environment
from l0edu.cli import main, reproduce
from l0edu.collected import collect
from l0edu.reproduce import step_times, training
from l0edu.reproduce.exhibits import EXHIBITS
from l0edu.reproduce.receipts import comparable

MLP = "mlp-lam0.1"
TIMED = ["reproduce", "figure3", "--fast", "--out", "out", "--measure-steps", "1", "--rows", MLP]


@pytest.fixture(autouse=True)
def _short_and_untrained(tmp_path, monkeypatch):
    """Fast runs have two epochs, and none is trained."""
    for name in ("table1", "figure3"):
        monkeypatch.setitem(EXHIBITS, name, replace(EXHIBITS[name], rows=SHORT))
    monkeypatch.setattr(reproduce, "L0_ROWS", tuple(one for one in SHORT if one.gated))
    monkeypatch.setattr(training, "run_all", None)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def recorded():
    """A run of the row, recorded, as `l0edu train` leaves it."""
    words = ["train", "mlp", "--epochs", "2", "--record", "--out", f"out/{MLP}-seed0"]
    assert main(words) == 0


@pytest.fixture
def measured(monkeypatch):
    """What was to be measured, with times that are made up."""
    asked = []

    def measure(runs, threads, rounds, torch, track):
        asked.append({"runs": runs, "threads": threads, "rounds": rounds, "torch": torch})
        curves = {key: curve_of(run) for key, run in runs.items()}
        ratio = {"median": 0.625, "low": 0.5, "high": 0.75}
        network = {"curves": curves, "run_over_torch": dict.fromkeys(runs, ratio)}
        return {"threads": threads, "rounds": rounds, "environment": {}, "networks": {"mlp": network}}

    monkeypatch.setattr(step_times, "measure_step_times", measure)
    return asked


def curve_of(run, ms=(2.5, 1.25)):
    edges = {"lower": [2.0, 1.0], "upper": [3.0, 1.5]}
    return {"iterations": [50.0, 100.0], "ms": list(ms), **edges, "of": comparable(run)}


def description():
    with Image.open("out/figure3.png", formats=["PNG"]) as image:
        return image.text["Description"]


def test_steps_are_timed_and_drawn(recorded, monkeypatch, capsys):
    monkeypatch.setattr(step_times, "SECONDS", 0.01)
    monkeypatch.setattr(environment, "cores", lambda: 1)
    monkeypatch.setattr(oracle, "torch_is_installed", lambda: False)
    assert main(TIMED) == 0
    assert "steps timed with 1 threads, 1 rounds: out/step_times.json" in capsys.readouterr().out
    curves = json.loads(measured_file().read_text())["networks"]["mlp"]["curves"]
    assert list(curves) == [MLP, "mlp-dense", "mlp-dropout"]
    assert curves[MLP]["iterations"] == [50, 100]
    first, last = (f"{curves[MLP]['ms'][point]:.3g}" for point in (0, -1))
    words = f"from {first} to {last}" if first != last else f"{first} throughout"
    assert f"lambda 0.1 / N {words}" in description()


def test_all_rows_of_the_folder_are_timed_together_and_compared_with_torch(recorded, measured, capsys):
    words = ["train", "mlp", "--epochs", "2", "--record", "--lam", "0.1", "0.3", "0.4"]
    assert main([*words, "--out", "out/mlp-separate-seed0"]) == 0
    assert main(TIMED) == 0
    (asked,) = measured
    assert list(asked["runs"]) == [MLP, "mlp-separate"]
    assert (asked["rounds"], asked["threads"]) == (1, environment.cores())
    assert (
        f"{MLP}: all its steps take 0.62 of torch's time (quartiles 0.50 to 0.75)" in capsys.readouterr().out
    )


def test_a_row_without_recorded_gates_is_left_out_and_said(tmp_path, recorded, measured, capsys):
    write_run(tmp_path / "out", "mlp-separate", 0, fast=True, changes={"epochs": 2})
    assert main(TIMED) == 0
    assert list(measured[0]["runs"]) == [MLP]
    assert "mlp-separate: its steps are not timed: out/mlp-separate-seed0" in capsys.readouterr().out


def test_the_table_comes_with_times_too(recorded, measured):
    assert main(["reproduce", "table1", *TIMED[2:]]) == 0
    assert step_times.read_step_times(measured_file(), measured[0]["runs"])[MLP].ms.tolist() == [2.5, 1.25]


def measured_file():
    return reproduce.Path("out") / step_times.STEP_TIMES


def test_step_times_that_lie_beside_the_runs_are_drawn(tmp_path, capsys):
    write_run(tmp_path / "out", MLP, 0)
    (run,) = collect(tmp_path)
    step_times.write_step_times({"networks": {"mlp": {"curves": {MLP: curve_of(run)}}}}, measured_file())
    assert main(["reproduce", "figure3", "--rows", MLP, "--out", "out"]) == 0
    assert "lambda 0.1 / N from 2.5 to 1.25" in description()


def test_times_of_runs_that_were_replaced_are_not_drawn(tmp_path, capsys):
    write_run(tmp_path / "before", MLP, 0, changes={"lam": [0.3]})
    (before,) = collect(tmp_path)
    write_run(tmp_path / "out", MLP, 0)
    step_times.write_step_times({"networks": {"mlp": {"curves": {MLP: curve_of(before)}}}}, measured_file())
    assert main(["reproduce", "figure3", "--rows", MLP, "--out", "out"]) == 2
    assert f"the times of {MLP} are of a run with other options" in capsys.readouterr().err
    assert not (tmp_path / "out/figure3.png").exists()


def test_runs_that_record_nothing_are_refused_before_they_are_trained(capsys):
    message = one_line_error(capsys, [*TIMED[:-1], "mlp-separate", "mlp-dense"])
    assert "--measure-steps needs runs that record their gates, as full runs" in message
