"""Does Figure 4 draw the records' costs against iterations and their errors against epochs?"""

import numpy as np
import pytest
from drawings import data, line, records, texts

from l0edu.errors import InputError
from l0edu.figures.figure4 import figure4, figure4_alt
from l0edu.figures.training_costs import Costs, FlatFlops

FLAT = {"dense": FlatFlops(532_400, 532_400, 532_400)}


def run(epochs, factor=1.0):
    found = records(epochs)
    errors = [{"train_error": 0.8 * each["test_error"]} for each in found]
    keys = ("expected_flops_own_gates", "expected_flops", "flops", "test_error")
    return [
        {**each, **error, **{key: factor * each[key] for key in keys}}
        for each, error in zip(found, errors, strict=True)
    ]


def costs(**changes):
    given = {"title": "WRN-10-2 on CIFAR-10", "steps": 79, "runs": {"L0": [run(10)]}, "flat": FLAT}
    return Costs(**{**given, **changes})


def panels(*networks):
    return figure4(networks or [costs()]).axes


def test_both_conventions_and_what_is_left_are_the_records_numbers_against_iterations():
    own, live, exact, _ = panels()
    for ax, first in ((own, 500), (live, 400), (exact, 532.4)):
        np.testing.assert_allclose(data(ax, "L0")[0], 0.079 * np.arange(1, 11))
        np.testing.assert_allclose(data(ax, "L0")[1], [first / epoch for epoch in range(1, 11)], rtol=1e-5)
        assert data(ax, "dense").tolist() == [[0, 0.79], [532.4, 532.4]]


def test_errors_are_against_epochs_on_test_images_solid_and_on_training_images_dashed():
    *_, errors = panels()
    expected = [1 + 9 / epoch for epoch in range(1, 11)]
    np.testing.assert_allclose(data(errors, "L0"), [range(1, 11), expected])
    np.testing.assert_allclose(data(errors, "_L0, training")[1], 0.8 * np.array(expected))
    assert line(errors, "L0").get_linestyle() == "-"
    assert line(errors, "_L0, training").get_linestyle() == "--"


def test_every_panel_names_its_convention_and_its_unit():
    big = costs(runs={"L0": [run(3, 2e4)]}, flat={})
    axes = panels(big)
    assert [ax.get_title(loc="left") for ax in axes] == [
        "(a) expected FLOPs, each layer by its own gates",
        "(b) expected FLOPs, live units only",
        "(c) exact FLOPs of what is left, live units only",
        "(d) error on test (solid) and training images (dashed)",
    ]
    assert [ax.get_ylabel() for ax in axes] == ["GFLOPs an example"] * 3 + ["error (%)"]
    assert [ax.get_xlabel() for ax in axes] == ["iteration (thousands)"] * 3 + ["epoch"]


def test_the_title_says_on_what_data():
    assert figure4([costs()]).get_suptitle() == "WRN-10-2 on CIFAR-10"
    both = figure4([costs(), costs(title="WRN-10-2 on CIFAR-100")])
    axes = np.array(both.axes).reshape(4, 2)
    assert [ax.get_title().strip() for ax in axes[0]] == ["WRN-10-2 on CIFAR-10", "WRN-10-2 on CIFAR-100"]
    assert {ax.get_title(loc="left")[:3] for ax in axes[3]} == {"(d)"}


def test_long_titles_of_two_columns_do_not_meet():
    title = "WRN-10-2 on a subset of CIFAR-100, 10,000 training images, batches of 128"
    figure = figure4([costs(title=title), costs(title=title)])
    figure.draw_without_rendering()
    left, right = (ax.title.get_window_extent() for ax in (figure.axes[0], figure.axes[1]))
    assert left.x1 < right.x0


def test_lines_are_medians_over_seeds_with_bands_that_the_legend_explains():
    figure = figure4([costs(runs={"L0": [run(4, factor) for factor in (0.5, 1, 0.9)]})])
    own, *_, errors = figure.axes
    np.testing.assert_allclose(data(own, "L0")[1], [450 / epoch for epoch in range(1, 5)])
    for name, share in (("markers", 0.9), ("training", 0.8)):
        medians = [share * (1 + 9 / epoch) for epoch in range(1, 5)]
        np.testing.assert_allclose(data(errors, f"_L0, {name}")[1], medians)
    assert [each.get_label() for each in errors.collections] == ["_L0"]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["dense", "L0", "lowest to highest"]


def test_the_axis_of_errors_need_not_hold_those_of_the_beginning():
    *_, errors = panels(costs(runs={"L0": [run(40)]}))
    assert errors.get_ylim() == (0, pytest.approx(1.08 * (1 + 9 / 5)))
    assert errors.get_xlim() == (0, 40)
    assert texts(errors) == ["1.23"]


def test_a_curve_has_its_marker_in_the_legend_and_no_two_have_the_same():
    runs = {name: [run(2)] for name in ("dense", "dropout", "one", "two", "three", "four")}
    figure = figure4([costs(runs=runs, flat={})])
    markers = [handle.get_marker() for handle in figure.legends[0].legend_handles]
    drawn = [line(figure.axes[3], f"_{name}, markers").get_marker() for name in runs]
    assert markers == drawn
    assert len({*markers}) == 6


def test_a_long_legend_takes_no_place_from_the_panels():
    height = {}
    for length in (3, 80):
        figure = figure4([costs(runs={f"{i} {length * 'n'}": [run(2)] for i in range(4)})])
        figure.draw_without_rendering()
        height[length] = figure.axes[0].get_window_extent().height
    assert height[80] > 0.9 * height[3]


def test_the_alt_text_tells_where_curves_begin_and_end():
    alt = figure4_alt([costs()])
    assert alt.startswith("WRN-10-2 on CIFAR-10: costs and errors over training. Expected FLOPs, each")
    assert "live units only, for one example: dense 532,400 throughout; L0 from 400,000 to 40,000." in alt
    assert (
        "Error on test images, %: L0 from 10 to 1.9. Error on training images, %: L0 from 8 to 1.52." in alt
    )


def test_more_curves_than_can_be_told_apart_are_refused():
    with pytest.raises(InputError, match="5 curves beside dense and dropout: give one to 4"):
        panels(costs(runs={str(i): [run(1)] for i in range(5)}))
