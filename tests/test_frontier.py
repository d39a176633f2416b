"""Does the frontier draw medians and bands of what the runs recorded, and say what it shows?"""

import numpy as np
import pytest
from drawings import data, line, texts
from kept_runs import record, write_run

from l0edu.collected import collect
from l0edu.errors import InputError
from l0edu.figures.canvas import new_axes
from l0edu.figures.frontier import frontier_alt, frontier_figure
from l0edu.figures.placing import Bar, name_points


def write(folder, name, error=2.0, left=(219, 214, 100), flops=53_240, network="mlp", **settings):
    write_run(folder / name, network, [record(1, left, test_error=error, flops=flops)], **settings)


@pytest.fixture
def folder(tmp_path):
    """Two lambdas, three seeds each: weights, FLOPs and errors whose medians and ends are seen at once."""
    for seed, (error, inputs, flops) in enumerate([(1.5, 100, 10), (1.2, 102, 30), (1.4, 101, 20)]):
        write(tmp_path, f"strong{seed}", error, (inputs, 100, 0), flops * 5324, seed=seed, lam=(0.5,))
        write(tmp_path, f"weak{seed}", error - 0.5, (inputs, 300, 0), flops * 15972, seed=seed, lam=(0.02,))
    return tmp_path


def panels(folder):
    return frontier_figure(collect(folder)).axes


def bars(ax):
    """Every bar, as ((x, x), (y, y))."""
    segments = [segment for bar in ax.collections for segment in bar.get_segments()]
    return {tuple(np.round(segment.T, 9).ravel()) for segment in segments}


def test_points_are_medians_over_seeds_in_order_of_lambda(folder):
    weights, flops = panels(folder)
    share = [100 * 101 * 300 / 266_200, 100 * 101 * 100 / 266_200]
    np.testing.assert_allclose(data(weights, "mlp"), [share, [0.9, 1.4]])
    np.testing.assert_allclose(data(flops, "mlp"), [[60, 20], [0.9, 1.4]])
    assert line(weights, "mlp").get_linestyle() == "-"


def test_bars_reach_from_the_lowest_to_the_highest_in_both_directions(folder):
    _, flops = panels(folder)
    assert bars(flops) == {(10, 30, 1.4, 1.4), (20, 20, 1.2, 1.5), (30, 90, 0.9, 0.9), (60, 60, 0.7, 1.0)}


def test_axes_name_what_is_counted_and_by_which_convention(folder):
    weights, flops = panels(folder)
    assert weights.get_ylabel() == "test error, last epoch (%)"
    assert weights.get_xlabel() == "gated weights left (%)"
    assert flops.get_xlabel() == "exact FLOPs, live units only (% of the dense network's)"
    assert weights.get_xscale() == flops.get_xscale() == "log"
    assert weights.get_yscale() == "linear"


def test_errors_that_span_a_factor_of_five_get_a_logarithmic_axis(folder):
    write(folder, "far", 20.0, lam=(3,))
    assert [ax.get_yscale() for ax in panels(folder)] == ["log", "log"]


def test_each_point_is_labelled_with_its_lambda(folder):
    assert [texts(ax) for ax in panels(folder)] == [["0.02", "0.5"]] * 2


def test_the_figure_says_how_many_seeds_and_what_the_numbers_are(folder):
    caption = frontier_figure(collect(folder)).get_supxlabel()
    assert caption == (
        "Points: medians of 3 seeds; bars: from the lowest to the highest. Numbers: λ in units of 1/N."
    )
    write(folder, "alone", lam=(0.1,))
    assert "medians of 1 to 3 seeds" in frontier_figure(collect(folder)).get_supxlabel()


def test_a_lambda_for_each_layer_stands_beside_the_line(folder):
    write(folder, "separate", lam=(0.1, 0.3, 0.4))
    weights, _ = panels(folder)
    assert data(weights, "mlp").shape == (2, 2)
    assert data(weights, "_alone")[1].tolist() == [2.0]
    assert line(weights, "_alone").get_linestyle() == "None"
    assert texts(weights)[-1] == "0.1 0.3 0.4"


def test_targets_are_a_line_of_their_own(folder):
    write(folder, "b", lam=(0.0,), target_l0=0.2)
    write(folder, "a", lam=(0.0,), target_l0=0.1, error=3.0)
    figure = frontier_figure(collect(folder))
    assert data(figure.axes[0], "mlp, target-l0")[1].tolist() == [3.0, 2.0]
    assert texts(figure.axes[0]) == ["0.1", "0.2", "0.02", "0.5"]
    assert "Numbers: λ in units of 1/N or target share of the weights." in figure.get_supxlabel()
    assert "mlp, target-l0: at target-l0 0.1 " in frontier_alt(collect(folder))


def test_networks_are_separate_lines_with_a_legend(folder):
    write(folder, "dense", 1.6, (), 532_400, "mlp-dense", lam=(0.0,))
    figure = frontier_figure(collect(folder))
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["mlp-dense", "mlp"]
    assert data(figure.axes[0], "mlp-dense").tolist() == [[100], [1.6]]
    assert texts(figure.axes[0]) == ["0.02", "0.5"], "a network without gates has no lambda to name"


def test_more_kinds_of_runs_than_can_be_told_apart_are_refused(tmp_path):
    for size in range(6):
        write(tmp_path, f"run{size}", batch_size=100 + size)
    with pytest.raises(InputError, match=r"6 kinds of runs .*batch size 105.*at most 5"):
        panels(tmp_path)


def test_unfinished_and_empty_runs_are_left_out_and_counted(folder):
    before = [data(ax, "mlp").tolist() for ax in panels(folder)]
    write(folder, "half", epochs=9, lam=(0.5,), seed=7)
    write(folder, "empty", 90.0, (0, 0, 0), 0, lam=(0.5,), seed=8)
    runs = collect(folder)
    assert [data(ax, "mlp").tolist() for ax in panels(folder)] == before
    assert frontier_figure(runs).get_supxlabel().splitlines()[1:] == [
        "Left out: 1 not finished.",
        "Left out: 1 with nothing left.",
    ]
    assert "Left out: 1 not finished." in frontier_alt(runs)


def test_what_cannot_be_drawn_is_refused(tmp_path):
    write(tmp_path, "half", epochs=9)
    with pytest.raises(InputError, match="no run to draw"):
        panels(tmp_path)
    write(tmp_path, "blind", None)
    with pytest.raises(InputError, match="blind has no test error"):
        panels(tmp_path)


def test_the_alt_text_tells_every_point(folder):
    alt = frontier_alt(collect(folder))
    assert alt.startswith("Error against size: mlp on mini: test error after the last epoch")
    assert (
        "at lambda N 0.5 3.79 % (3.76 to 3.83) of the weights, 20 % (10 to 30) of the FLOPs, "
        "error 1.4 % (1.2 to 1.5)" in alt
    )


def test_a_single_run_can_be_drawn(tmp_path):
    write(tmp_path, "one", lam=(0.3,))
    ax = panels(tmp_path)[1]
    assert data(ax, "mlp").tolist() == [[10], [2]]
    assert bars(ax) == {(10, 10, 2, 2)}


def test_names_of_neighbouring_points_do_not_cover_each_other():
    ax = new_axes()
    x = np.linspace(1, 2, 12)
    ax.plot(x, x)
    ax.figure.draw_without_rendering()
    name_points(ax, [Bar(each, each, each, each, "0.123") for each in x])
    boxes = [text.get_window_extent() for text in ax.texts]
    frame = ax.get_window_extent()
    assert all(frame.x0 < box.x0 for box in boxes)
    assert not any(one.overlaps(two) for i, one in enumerate(boxes) for two in boxes[:i])


def test_names_of_points_close_together_leave_each_other_and_the_points_free():
    ax = new_axes()
    x = np.linspace(1.5, 1.6, 4)
    (points,) = ax.plot(x, [1.5] * 4, "o", linestyle="none")
    ax.set(xlim=(1, 2), ylim=(1, 2))
    ax.figure.draw_without_rendering()
    name_points(ax, [Bar(each, 1.5, 1.5, 1.5, "0.123") for each in x])
    boxes = [text.get_window_extent() for text in ax.texts]
    assert not any(one.overlaps(two) for i, one in enumerate(boxes) for two in boxes[:i])
    on_screen = ax.transData.transform(points.get_xydata())
    assert not any(box.contains(*point) for box in boxes for point in on_screen)


def test_names_cover_neither_another_point_nor_a_line():
    ax = new_axes()
    ax.plot([0.5, 0.5], [0.2, 0.8])
    points = [(0.5, 0.4), (0.5, 0.6), (0.2, 0.5), (0.2, 0.53)]
    ax.set(xlim=(0, 1), ylim=(0, 1))
    ax.figure.draw_without_rendering()
    name_points(ax, [Bar(x, y, y, y, "0.123") for x, y in points])
    boxes = [text.get_window_extent() for text in ax.texts]
    on_screen = ax.transData.transform([*points, *((0.5, y) for y in np.linspace(0.2, 0.8, 200))])
    assert not any(box.contains(*point) for box in boxes for point in on_screen)
