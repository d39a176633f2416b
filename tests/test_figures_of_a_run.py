"""Do the curves of a run draw its records, and say what they show?"""

import json
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
from drawings import UNITS, data, line, records, texts
from hypothesis import given
from hypothesis import strategies as st

from l0edu import figures
from l0edu.errors import InputError
from l0edu.figures.canvas import spread


def test_each_record_is_a_point_of_each_curve():
    run = records(9)
    error, units, size, _, _ = figures.curves_figure(run, UNITS, "a run").axes
    assert data(error, "test").tolist() == [list(range(1, 10)), [1 + 9 / e for e in range(1, 10)]]
    assert data(size, "expected L0")[1].tolist() == [200_000 / e for e in range(1, 10)]
    assert data(units, "gate1")[0].tolist() == list(range(10))
    np.testing.assert_allclose(data(units, "gate1")[1][1:], [100 * (784 // e) / 784 for e in range(1, 10)])
    assert data(units, "gate1")[1][0] == 100


def test_curves_are_named_with_their_last_values_and_axes_with_their_units():
    figure = figures.curves_figure(records(2, validation_error=4.0), UNITS, "a run")
    error, units, size, flops, time = figure.axes
    assert texts(error) == ["test: 5.5 %", "validation: 4 %"]
    assert texts(size) == ["100,000", "epoch 1: 200,000"]
    assert texts(units) == ["gate1: 392 of 784", "gate2: 300 of 300"]
    assert texts(flops) == ["expected: 200", "at test time: 266", "own gates: 250"]
    assert texts(time) == ["last: 4.5 ms", "first: 4.5 ms"]
    performance = ["error (%)", "units left\n(% of the start)"]
    costs = ["expected L0\n(weights)", "kFLOPs\nan example", "a step (ms; line:\nmedian of 5 epochs)"]
    assert [panel.get_ylabel() for panel in figure.axes] == [*performance, *costs]
    assert [panel.get_xlabel() for panel in figure.axes] == ["", "epoch", "", "", "epoch"]
    assert figure.get_suptitle() == "a run"


def test_labels_stand_beside_the_ends_of_their_curves():
    ax = figures.draw_units(records(2), UNITS)
    heights = [ax.transAxes.inverted().transform(ax.transData.transform((2, y)))[1] for y in (50, 100)]
    assert [label.xy[1] for label in ax.texts] == pytest.approx(heights)
    assert [label.xyann[1] for label in ax.texts] == pytest.approx(heights)


def test_layers_differ_in_more_than_their_colour():
    ax = figures.draw_units(records(3), UNITS)
    first, second = line(ax, "gate1"), line(ax, "gate2")
    assert first.get_linestyle() != second.get_linestyle()
    assert first.get_color() != second.get_color()


@pytest.mark.parametrize("missing", [{"test_error": None}, {"test_error": None, "validation_error": None}])
def test_without_a_test_set_the_training_loss_is_drawn(missing):
    ax = figures.draw_error(records(3, **missing))
    assert data(ax, "training")[1].tolist() == [1, 1 / 2, 1 / 3]
    assert "loss" in ax.get_ylabel()


def test_a_record_need_not_have_errors_at_all():
    run = [{key: value for key, value in record.items() if "error" not in key} for record in records(2)]
    assert [each.get_label() for each in figures.draw_error(run).lines] == ["training", "_end"]


def test_epochs_without_a_test_are_bridged():
    run = records(4)
    run[1]["test_error"] = run[3]["test_error"] = None
    assert data(figures.draw_error(run), "test").tolist() == [[1, 3], [10, 4]]


def test_an_error_of_zero_is_an_error_that_was_measured():
    assert data(figures.draw_error(records(2, test_error=0.0)), "test").tolist() == [[1, 2], [0, 0]]


@pytest.mark.parametrize(
    ("errors", "scale"), [((10, 2), "log"), ((10, 4), "linear"), ((10, 0), "linear"), ((0, 0), "linear")]
)
def test_the_axis_of_errors_is_logarithmic_when_they_span_a_factor_of_five(errors, scale):
    run = [{**record, "test_error": error} for record, error in zip(records(2), errors, strict=True)]
    assert figures.draw_error(run).get_yscale() == scale


@pytest.mark.parametrize("epochs", [1, 2, 200])
def test_a_run_of_any_length_is_drawn(epochs, tmp_path):
    path = figures.save_curves(records(epochs), UNITS, "a run", tmp_path / "curves.png")
    assert matplotlib.image.imread(path).shape == (975, 1500, 4)


def test_a_later_part_of_a_run_does_not_claim_to_know_the_start():
    ax = figures.draw_units(records(9)[4:], UNITS)
    assert data(ax, "gate1")[0].tolist() == [5, 6, 7, 8, 9]
    assert ax.get_xlim() == (4, 9)


def test_bad_records_are_refused_with_a_sentence():
    with pytest.raises(InputError, match="at least one epoch"):
        figures.curves_figure([], UNITS, "nothing")
    with pytest.raises(InputError, match=r"epoch 1 lists 2 gated layers, but `units` names 1 \(gate1\)"):
        figures.draw_units(records(3), {"gate1": 784})


def test_flops_are_drawn_from_zero_in_units_that_keep_numbers_short():
    ax = figures.draw_flops(records(4))
    assert data(ax, "expected").tolist() == [[1, 2, 3, 4], [400, 200, pytest.approx(400 / 3), 100]]
    assert data(ax, "at test time")[1].tolist() == [532.4, 266.2, 177.466, 133.1]
    assert data(ax, "own gates")[1][0] == 500
    assert len({line(ax, name).get_linestyle() for name in ("expected", "at test time", "own gates")}) == 3
    assert ax.get_ylim() == (0, pytest.approx(1.08 * 532.4))


@pytest.mark.parametrize(("dense", "unit", "shown"), [(10, "FLOPs", 10), (4_586_000, "MFLOPs", 4.586)])
def test_the_unit_of_flops_follows_their_size(dense, unit, shown):
    ax = figures.draw_flops(records(2, flops=dense, expected_flops=dense, expected_flops_own_gates=dense))
    assert ax.get_ylabel().splitlines()[0] == unit
    assert data(ax, "expected")[1].tolist() == [shown, shown]


def test_times_are_drawn_as_dots_and_as_the_median_of_five_epochs():
    run = [{**record, "step_ms": ms} for record, ms in zip(records(8), (9, 5, 4, 5, 6, 3, 2, 2), strict=True)]
    ax = figures.draw_step_time(run)
    assert data(ax, "epochs")[1].tolist() == [9, 5, 4, 5, 6, 3, 2, 2]
    assert line(ax, "epochs").get_linestyle() == "None"
    assert data(ax, "median")[1].tolist() == [5, 5, 5, 5, 4, 3, 3, 3]
    assert texts(ax) == ["last: 3 ms", "first: 5 ms"]


def test_an_epoch_that_was_disturbed_does_not_flatten_the_others():
    run = records(9, step_ms=2.0)
    run[4]["step_ms"] = 200.0
    ax = figures.draw_step_time(run)
    assert ax.get_ylim() == (0, 3)
    assert data(ax, "_above").tolist() == [[5], [3]]


def test_the_records_in_the_documentation_can_be_drawn():
    files = sorted((Path(__file__).parent.parent / "docs" / "results").glob("*/metrics.jsonl"))
    for file in files:
        run = [json.loads(row) for row in file.read_text().splitlines()]
        units = {f"gate{i}": count for i, count in enumerate(run[0]["architecture"], start=1)}
        assert len(figures.curves_figure(run, units, file.parent.name).axes) == 5
    assert files


@given(st.lists(st.floats(0, 1), max_size=14), st.floats(0, 0.3))
def test_labels_are_kept_apart_in_order_and_in_the_picture(heights, gap):
    places = np.array(spread(heights, gap))
    room = min(gap, 1 / max(1, len(heights) - 1))
    assert (np.diff(np.sort(places)) >= room - 1e-9).all()
    assert ((places >= -1e-9) & (places <= 1 + 1e-9)).all()
    order = np.argsort(heights, kind="stable")
    assert (np.diff(places[order]) >= -1e-9).all()
