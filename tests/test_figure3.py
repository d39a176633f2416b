"""Does Figure 3 draw the records' costs against iterations, in the conventions that it names?"""

import numpy as np
import pytest
from drawings import data, line, records, texts

from l0edu import flops, lenet5, mlp
from l0edu.errors import InputError
from l0edu.figures.figure3 import figure3, figure3_alt
from l0edu.figures.training_costs import Costs, FlatFlops, StepTimes, flat_flops

FLAT = {"dense": FlatFlops(532_400, 532_400, 532_400), "dropout": FlatFlops(407_320, 204_160, 532_400)}


def costs(**changes):
    return Costs(**{"title": "MLP", "steps": 600, "runs": {"L0": [records(10)]}, "flat": FLAT, **changes})


def panels(*networks):
    return figure3(networks or [costs()]).axes


def scaled(run, factor):
    keys = ("expected_flops_own_gates", "flops", "step_ms")
    return [{**each, **{key: factor * each[key] for key in keys}} for each in run]


def band(ax, name):
    """The lower and the upper edge of a band, at each of its points."""
    (found,) = [each for each in ax.collections if each.get_label() == f"_{name}"]
    corners = {}
    for x, y in found.get_paths()[0].vertices:
        corners.setdefault(round(x, 9), []).append(y)
    return np.array([[min(ys), max(ys)] for _, ys in sorted(corners.items())]).T


def test_curves_are_the_records_numbers_against_thousands_of_iterations():
    expected, exact, _ = panels()
    np.testing.assert_allclose(data(expected, "L0")[0], 0.6 * np.arange(1, 11))
    np.testing.assert_allclose(data(expected, "L0")[1], [500 / epoch for epoch in range(1, 11)])
    np.testing.assert_allclose(data(exact, "L0")[1], [532_400 // epoch / 1000 for epoch in range(1, 11)])


def test_constants_are_flat_over_the_whole_axis():
    expected, exact, _ = panels()
    assert data(expected, "dropout").tolist() == [[0, 6], [407.32, 407.32]]
    assert data(exact, "dropout")[1].tolist() == data(exact, "dense")[1].tolist() == [532.4, 532.4]


def test_constants_are_those_of_the_paper_and_of_the_networks():
    assert flat_flops("mlp-dense") == FlatFlops(532_400, 532_400, 532_400)
    assert flat_flops("mlp-dropout") == FlatFlops(407_320, 204_160, 532_400)
    half = {gate.name: np.full(lenet5().gate_shape(gate), 0.5) for gate in lenet5().gates()}
    own, live = (flops(lenet5(), half, convention).total for convention in ("own-gates", "live"))
    assert flat_flops("lenet5-dropout") == FlatFlops(own, live, 4_586_000)
    assert flops(mlp()).total == 532_400


def test_every_panel_names_its_convention_and_its_unit():
    lenet = costs(title="LeNet-5", runs={"L0": [scaled(records(3), 10)]})
    figure = figure3([costs(), lenet])
    titles = [
        "(a) expected FLOPs, each layer by its own gates",
        "(b) exact FLOPs of what is left, live units only",
        "(c) measured time of a training step (line: median of 5 epochs)",
    ]
    axes = np.array(figure.axes).reshape(3, 2)
    assert [[ax.get_title(loc="left") for ax in row] for row in axes] == [[title] * 2 for title in titles]
    units = ["kFLOPs an example"] * 2, ["MFLOPs an example"] * 2
    assert [[ax.get_ylabel() for ax in axes[:2, column]] for column in (0, 1)] == [*units]
    assert [ax.get_ylabel() for ax in axes[2]] == ["ms a step"] * 2
    assert [ax.get_xlabel() for ax in axes[2]] == ["iteration (thousands)"] * 2
    assert [ax.get_title().strip() for ax in axes[0]] == ["MLP", "LeNet-5"]


def test_lines_are_medians_over_seeds_and_bands_their_ends():
    run = records(4)
    expected, exact, _ = panels(costs(runs={"L0": [scaled(run, 0.5), run, scaled(run, 0.9)]}))
    np.testing.assert_allclose(data(expected, "L0")[1], [450 / epoch for epoch in range(1, 5)])
    np.testing.assert_allclose(
        band(expected, "L0"), [[part / epoch for epoch in range(1, 5)] for part in (250, 500)]
    )
    np.testing.assert_allclose(band(exact, "L0")[0], [266.2, 133.1, 88.733, 66.55])


def test_seeds_are_drawn_as_far_as_all_of_them_go():
    expected, *_ = panels(costs(runs={"L0": [records(4), records(6)]}))
    assert len(data(expected, "L0")[0]) == 4


def test_without_measured_times_the_records_are_dots_and_their_running_median_a_line():
    run = [{**each, "step_ms": ms} for each, ms in zip(records(6), (9, 5, 4, 5, 6, 3), strict=True)]
    *_, times = panels(costs(runs={"L0": [run]}))
    assert data(times, "_L0")[1].tolist() == [7.5, 5, 4, 5, 6, 3], "9 is beyond the axis"
    assert data(times, "L0")[1].tolist() == [5, 5, 5, 5, 5, 5]
    assert times.get_ylim() == (0, 7.5)


def test_times_that_were_measured_apart_take_the_place_of_the_records():
    found = {
        "L0": StepTimes(
            np.array([0, 3000]), np.array([2.0, 1.0]), np.array([1.9, 0.9]), np.array([2.2, 1.2])
        ),
        "dense": StepTimes(np.array([0, 3000]), np.array([1.5, 1.5])),
    }
    *_, times = panels(costs(times=found))
    assert data(times, "L0").tolist() == data(times, "_L0").tolist() == [[0, 3], [2, 1]]
    assert data(times, "dense")[1].tolist() == [1.5, 1.5]
    assert band(times, "L0").tolist() == [[1.9, 0.9], [2.2, 1.2]]
    assert times.get_title(loc="left") == "(c) measured time of a training step (band: quartiles)"


def test_axes_begin_at_zero_and_numbers_stand_at_the_ends():
    expected, exact, times = panels()
    assert [ax.get_xlim() for ax in (expected, exact, times)] == [(0, 6)] * 3
    assert [ax.get_ylim()[0] for ax in (expected, exact, times)] == [0, 0, 0]
    assert texts(expected) == ["532", "407", "50.0"]
    assert texts(exact) == ["532", "53.2"], "equal numbers are written once"


def test_a_curve_looks_the_same_in_every_panel_and_no_two_look_alike():
    runs = {name: [records(2)] for name in ("one", "two", "three", "four")}
    figure = figure3([costs(runs=runs), costs(runs={"two": [records(2)]})])
    looks = {text.get_text(): None for text in figure.legends[0].get_texts()}
    assert list(looks) == ["dense", "dropout", "one", "two", "three", "four"]
    drawn = [line(ax, "two") for ax in figure.axes]
    assert len({(each.get_color(), each.get_linestyle()) for each in drawn}) == 1
    assert len({line(figure.axes[0], name).get_color() for name in looks}) == 6


def test_dropout_is_drawn_on_dense_where_both_cost_the_same():
    runs = {"dense": [scaled(records(2), 1)], "L0": [records(2)]}
    network = costs(runs=runs, flat={"dropout": FLAT["dropout"]})
    for ax in panels(network)[:2]:
        assert [each.get_label() for each in ax.lines if not each.get_label().startswith("_")] == [
            "dense",
            "dropout",
            "L0",
        ]
    assert "for one example: dense from" in figure3_alt([network])


def test_the_legend_explains_bands_where_there_are_any():
    def entries(network):
        return [text.get_text() for text in figure3([network]).legends[0].get_texts()]

    assert entries(costs()) == ["dense", "dropout", "L0"]
    several = costs(runs={"L0": [records(2), scaled(records(2), 2)]})
    assert entries(several)[-1] == "lowest to highest"
    ms = np.array([2.0, 1.0])
    apart = costs(times={"L0": StepTimes(np.array([0, 3000]), ms, ms - 0.1, ms + 0.1)})
    assert entries(apart)[-1] == "L0", "quartiles are named in their panel"


def test_the_alt_text_tells_where_curves_begin_and_end_and_how_they_count():
    alt = figure3_alt([costs(runs={"L0": [records(10), records(10)]})])
    assert alt.startswith("Costs over training of MLP, medians of 2 seeds.")
    assert "each layer by its own gates, for one example: dense 532,400 throughout; dropout 407,320" in alt
    assert "L0 from 500,000 to 50,000." in alt
    assert "live units only, for one example: dense 532,400 throughout" in alt
    assert "in milliseconds: L0 from 2 to 0.75." in alt


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(InputError, match=r"MLP: no records of \['L0'\]"):
        costs(runs={"L0": [[]]})
    with pytest.raises(InputError, match="MLP: no records of any curve"):
        costs(runs={}, flat={})
    with pytest.raises(InputError, match="5 curves beside dense and dropout"):
        panels(costs(runs={str(i): [records(1)] for i in range(5)}))
