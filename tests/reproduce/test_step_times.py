"""Times of steps, measured again from recorded gates."""

import json

import numpy as np
import pytest
from command_line import main

from l0edu import InputError
from l0edu.collected import collect
from l0edu.reproduce.receipts import comparable
from l0edu.reproduce.step_times import (
    cases_of,
    first_recorded,
    measure_step_times,
    read_step_times,
    run_ratio,
    write_step_times,
)


def curve_of(iterations, ms):
    return {"iterations": iterations, "ms": ms, "lower": ms, "upper": ms}


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    for name in ("mlp-lam0.1", "mlp-separate"):
        main(["train", "mlp", "--epochs", "4", "--record", "--out", str(folder / name)])
    return {run.name: run for run in collect(folder)}


def test_rows_their_plain_forms_and_torch_take_turns(runs):
    (case,) = cases_of(runs, torch=True)
    assert [label for label in case.jobs if "@" not in label] == ["mlp-dense", "mlp-dropout", "torch"]
    assert [f"mlp-lam0.1@{epoch}" in case.jobs for epoch in range(6)] == [
        False,
        True,
        True,
        True,
        True,
        False,
    ]
    assert case.jobs["mlp-lam0.1@4"].arguments["epoch"] == 4


def test_long_runs_are_measured_more_densely_at_their_start():
    from l0edu.reproduce.step_times import _epochs

    points = _epochs(200)
    assert (points[0], points[-1], len(points)) == (1, 200, 10)
    assert (_epochs(1), _epochs(2)) == ([1], [1, 2])
    assert np.all(np.diff(np.diff(points)) >= -1)


def test_a_real_measurement_is_written_and_read_again(runs, tmp_path):
    times = measure_step_times(runs, threads=1, rounds=2, torch=False)
    write_step_times(times, tmp_path / "times.json")
    curves = read_step_times(tmp_path / "times.json", runs)
    assert set(curves) == {"mlp-lam0.1", "mlp-separate", "mlp-dense", "mlp-dropout"}
    np.testing.assert_array_equal(curves["mlp-lam0.1"].iterations, [50, 100, 150, 200])
    np.testing.assert_array_equal(curves["mlp-dense"].iterations, [0, 200])
    for curve in curves.values():
        assert np.all(curve.lower <= curve.ms)
        assert np.all(curve.ms > 0)
        assert np.all(curve.ms <= curve.upper)


def test_times_of_a_run_with_other_options_are_refused(runs, tmp_path):
    key = "mlp-lam0.1"
    curve = {**curve_of([50.0], [2.0]), "of": {**comparable(runs[key]), "lam": [0.3]}}
    write_step_times({"networks": {"mlp": {"curves": {key: curve}}}}, tmp_path / "times.json")
    with pytest.raises(InputError, match=r"times of mlp-lam0\.1 are of a run with other options: measure"):
        read_step_times(tmp_path / "times.json", runs)
    assert read_step_times(tmp_path / "times.json", {})[key].ms == 2.0


def test_the_first_run_of_a_row_with_gates_to_read_is_timed(runs, tmp_path):
    main(["train", "mlp", "--epochs", "1", "--out", str(tmp_path / "without")])
    (without,) = collect(tmp_path)
    assert first_recorded([without, *runs.values()]) is runs["mlp-lam0.1"]
    with pytest.raises(InputError, match="without holds no recording"):
        first_recorded([without])


def test_the_ratio_of_a_run_is_that_of_all_its_steps():
    ours = {1: [9.0, 18.0], 2: [4.0, 8.0], 5: [1.0, 2.0]}  # of the five epochs: 9, 4, 3, 2, 1
    assert run_ratio(ours, [3.8, 15.2], epochs=5) == pytest.approx([1.0, 0.5])


def test_a_run_without_a_recording_is_refused(tmp_path):
    main(["train", "mlp", "--epochs", "1", "--out", str(tmp_path / "mlp-lam0.1")])
    (run,) = collect(tmp_path)
    with pytest.raises(InputError, match="no recording of its gates"):
        measure_step_times({"mlp-lam0.1": run}, 1, 1, torch=False)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        json.dumps({"networks": {"mlp": {"curves": {"a": {"ms": 1}}}}}),
        json.dumps({"networks": {"mlp": {"curves": {"a": curve_of([1.0, 2.0], [5.0])}}}}),
        json.dumps({"networks": {"mlp": {"curves": {"a": curve_of([], [])}}}}),
    ],
)
def test_a_damaged_file_is_refused(tmp_path, content):
    (tmp_path / "times.json").write_text(content)
    with pytest.raises(InputError, match="holds no step times"):
        read_step_times(tmp_path / "times.json", {})
