"""Do the figures draw the library's own numbers, say what they show, and arrive as whole files?"""

import subprocess
import sys

import matplotlib.image
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from PIL import Image
from statistics_bounds import deviation, integral

from l0edu import figures
from l0edu.errors import InputError
from l0edu.figures.canvas import spread
from l0edu.figures.hard_concrete import concrete_mean
from l0edu.gates import HardConcrete
from l0edu.lp import lp_terms

UNITS = {"gate1": 784, "gate2": 300}
laws = st.builds(HardConcrete, beta=st.floats(0.2, 3))


def line(ax, label):
    (found,) = [each for each in ax.lines if each.get_label() == label]
    return found


def data(ax, label):
    return np.asarray(line(ax, label).get_data(), float)


def texts(ax):
    return [text.get_text() for text in ax.texts]


def records(epochs, **changes):
    return [
        {
            "epoch": epoch,
            "test_error": 1 + 9 / epoch,
            "validation_error": None,
            "data_loss": 1 / epoch,
            "expected_l0": 200_000.0 / epoch,
            "architecture": [784 // epoch, 300],
            **changes,
        }
        for epoch in range(1, epochs + 1)
    ]


# ---- Figure 1


@pytest.mark.parametrize("p", [0.5, 1, 2])
def test_a_penalty_is_drawn_as_its_formula(p):
    ax = figures.draw_lp((p,))
    theta, penalty = ax.lines[0].get_data()
    np.testing.assert_array_equal(penalty, lp_terms(theta, p))
    assert (theta[0], theta[-1]) == (-2, 2)


def test_counting_breaks_off_at_zero_and_has_its_value_there():
    ax = figures.draw_lp((0,))
    theta, penalty = data(ax, "p = 0: counts")
    np.testing.assert_array_equal(penalty, np.where(theta == 0, np.nan, 1))
    assert (theta == 0).sum() == 1
    assert data(ax, "_open").tolist() == [[0], [1]]
    assert data(ax, "_closed").tolist() == [[0], [0]]
    assert line(ax, "_open").get_markerfacecolor() == "white"


def test_each_penalty_is_named_inside_the_picture():
    ax = figures.draw_lp((0, 0.5, 1, 2, 3))
    assert texts(ax) == ["p = 0: counts", "p = 1/2", "p = 1: lasso", "p = 2: weight decay", "p = 3"]
    assert all(text.xy[0] <= 2 and text.xy[1] <= ax.get_ylim()[1] for text in ax.texts)
    assert "θ" in ax.get_xlabel()
    assert "penalty" in ax.get_ylabel()


# ---- Figure 2


@given(laws, st.floats(-6, 6))
@settings(max_examples=10, deadline=None)
def test_the_densities_and_the_point_masses_are_those_of_the_law(law, log_alpha):
    ax = figures.draw_gate_law(law, log_alpha)
    s, q = data(ax, "binary concrete s")
    np.testing.assert_array_equal(q, law.binary_concrete.pdf(np.array(log_alpha), s))
    z, density = data(ax, "hard concrete z, inside (0, 1)")
    np.testing.assert_array_equal(density, law.pdf(np.array(log_alpha), z))
    twin = ax.figure.axes[1]
    masses = [float(law.prob_zero(np.array(log_alpha))), float(law.prob_one(np.array(log_alpha)))]
    assert data(twin, "point masses of z (right axis)").tolist() == [[0, 1], masses]
    assert [stem[1].tolist() for stem in twin.collections[0].get_segments()] == [
        [0, masses[0]],
        [1, masses[1]],
    ]


def test_the_shaded_tails_have_the_area_of_the_point_masses():
    law, log_alpha = HardConcrete(beta=0.5), np.array(0.7)
    ax = figures.draw_gate_law(law, 0.7)
    for tail, mass in zip(ax.collections, [law.prob_zero(log_alpha), law.prob_one(log_alpha)], strict=True):
        x, y = tail.get_paths()[0].vertices.T
        area = abs(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))) / 2
        assert area == pytest.approx(mass, abs=2e-3)
    left, right = (tail.get_paths()[0].vertices[:, 0] for tail in ax.collections)
    ends = (left.min(), left.max(), right.min(), right.max())
    assert ends == pytest.approx((law.gamma, 0, 1, law.zeta), abs=1e-6)


def test_the_point_masses_are_read_on_an_axis_of_their_own():
    ax, twin = figures.draw_gate_law().figure.axes
    assert texts(twin) == ["P(z = 0)\n= 0.232", "P(z = 1)\n= 0.232"]
    assert ax.get_ylabel() == "density"
    assert "probability" in twin.get_ylabel()
    assert [text.get_text() for text in twin.get_legend().get_texts()] == [
        "binary concrete s",
        "hard concrete z, inside (0, 1)",
        "tails of s̄, folded onto 0 and 1",
        "point masses of z (right axis)",
    ]


@given(laws)
@settings(max_examples=10, deadline=None)
def test_the_exact_lines_are_the_means_the_median_and_the_gate_without_noise(law):
    ax = figures.draw_expected_gate(law, median=True)
    log_alpha, mean = data(ax, "hard concrete, E[z]")
    np.testing.assert_array_equal(mean, law.mean(log_alpha))
    np.testing.assert_array_equal(data(ax, "without noise, ẑ (Eq. 13)")[1], law.test_value(log_alpha))
    np.testing.assert_array_equal(data(ax, "median of z")[1], law.test_value(log_alpha, tempered=True))
    np.testing.assert_array_equal(data(ax, "binary concrete, E[s]")[1], concrete_mean(law, log_alpha))


@given(st.floats(0.2, 3))
@settings(max_examples=10, deadline=None)
def test_the_mean_of_the_binary_concrete_is_the_integral_of_its_survival(beta):
    law, log_alpha = HardConcrete(beta=beta), np.array([-4.0, -1.0, 0.0, 2.5])
    expected = integral(lambda s: law.binary_concrete.survival(log_alpha, s), 0, 1)
    np.testing.assert_allclose(concrete_mean(law, log_alpha), expected, atol=1e-3)


def test_sampled_means_lie_on_the_exact_ones_and_follow_the_generator():
    law = HardConcrete(beta=0.5)
    ax, again = (figures.draw_expected_gate(law, np.random.default_rng(3), draws=400) for _ in range(2))
    for letter, exact in (("z", law.mean), ("s", lambda log_alpha: concrete_mean(law, log_alpha))):
        log_alpha, mean = data(ax, f"mean of 400 samples of {letter}")
        np.testing.assert_allclose(mean, exact(log_alpha), atol=deviation(400) + 1e-3)
        np.testing.assert_array_equal(mean, data(again, f"mean of 400 samples of {letter}")[1])


def test_without_a_generator_nothing_is_sampled():
    assert len(figures.draw_expected_gate().lines) == 3


def test_figure_2_marks_the_chosen_location_if_it_is_in_the_picture():
    for log_alpha, marked in ((1.5, True), (7.0, False)):
        right = figures.hard_concrete_figure(np.random.default_rng(0), log_alpha).axes[1]
        assert (list(right.lines[-1].get_xdata()) == [log_alpha] * 2) == marked


@pytest.mark.parametrize(("log_alpha", "beta"), [(np.nan, 0.5), (np.inf, 0.5), (0, 0), (0, -1)])
def test_figure_2_refuses_a_law_that_does_not_exist(log_alpha, beta):
    with pytest.raises(InputError):
        figures.hard_concrete_figure(np.random.default_rng(0), log_alpha, beta)


# ---- the curves of a run


def test_each_record_is_a_point_of_each_curve():
    run = records(9)
    error, size, units = figures.curves_figure(run, UNITS, "a run").axes
    assert data(error, "test").tolist() == [list(range(1, 10)), [1 + 9 / e for e in range(1, 10)]]
    assert data(size, "expected L0")[1].tolist() == [200_000 / e for e in range(1, 10)]
    assert data(units, "gate1")[0].tolist() == list(range(10))
    np.testing.assert_allclose(data(units, "gate1")[1][1:], [100 * (784 // e) / 784 for e in range(1, 10)])
    assert data(units, "gate1")[1][0] == 100


def test_curves_are_named_with_their_last_values_and_axes_with_their_units():
    figure = figures.curves_figure(records(2, validation_error=4.0), UNITS, "a run")
    error, size, units = figure.axes
    assert texts(error) == ["test: 5.5 %", "validation: 4 %"]
    assert texts(size) == ["100,000", "epoch 1: 200,000"]
    assert texts(units) == ["gate1: 392 of 784", "gate2: 300 of 300"]
    labels = ["error (%)", "expected L0\n(weights)", "units left\n(% of the start)"]
    assert [panel.get_ylabel() for panel in figure.axes] == labels
    assert units.get_xlabel() == "epoch"
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
    assert matplotlib.image.imread(path).shape == (1050, 1200, 4)


def test_a_later_part_of_a_run_does_not_claim_to_know_the_start():
    ax = figures.draw_units(records(9)[4:], UNITS)
    assert data(ax, "gate1")[0].tolist() == [5, 6, 7, 8, 9]
    assert ax.get_xlim() == (4, 9)


def test_bad_records_are_refused_with_a_sentence():
    with pytest.raises(InputError, match="at least one epoch"):
        figures.curves_figure([], UNITS, "nothing")
    with pytest.raises(InputError, match=r"epoch 1 lists 2 gated layers, but `units` names 1 \(gate1\)"):
        figures.draw_units(records(3), {"gate1": 784})


@given(st.lists(st.floats(0, 1), max_size=14), st.floats(0, 0.3))
def test_labels_are_kept_apart_in_order_and_in_the_picture(heights, gap):
    places = np.array(spread(heights, gap))
    room = min(gap, 1 / max(1, len(heights) - 1))
    assert (np.diff(np.sort(places)) >= room - 1e-9).all()
    assert ((places >= -1e-9) & (places <= 1 + 1e-9)).all()
    order = np.argsort(heights, kind="stable")
    assert (np.diff(places[order]) >= -1e-9).all()


# ---- files


def description(path):
    with Image.open(path, formats=["PNG"]) as image:
        image.load()  # fails on a file that is not whole
        return image.text["Description"]


def test_files_carry_their_alt_text(tmp_path):
    written = figures.save_png(figures.lp_figure(), tmp_path / "lp.PNG", figures.ALT_TEXT["lp"])
    assert description(written) == figures.ALT_TEXT["lp"]
    run = figures.save_curves(records(3), UNITS, "λ = 0.1/N", tmp_path / "run.png")
    assert description(run) == (
        "Training curves of λ = 0.1/N. After epoch 3: test error 4 %, expected L0 66,667 weights "
        "(first 200,000); units left: gate1 261 of 784, gate2 300 of 300."
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lp.PNG", "run.png"]


def test_alt_text_tells_only_what_was_measured():
    assert "error" not in figures.curves_alt(records(1, test_error=None), UNITS, "a run")
    assert figures.hard_concrete_alt(0, 0.5).endswith("beta = 0.5: P(z = 0) = 0.232, P(z = 1) = 0.232.")
    assert figures.hard_concrete_alt(-9, 0.5).endswith("P(z = 0) > 0.999, P(z = 1) < 0.001.")


@pytest.mark.parametrize("name", ["lp.pdf", "lp", "lp.png.txt"])
def test_another_ending_is_refused(name, tmp_path):
    with pytest.raises(InputError, match=r"ends in \.png"):
        figures.save_png(Figure(), tmp_path / name, "")
    assert not list(tmp_path.iterdir())


def test_a_file_that_cannot_be_written_is_one_sentence_and_leaves_nothing(tmp_path):
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "file").touch()
    for name in ("absent/lp.png", "file/lp.png", "folder.png"):
        with pytest.raises(InputError, match="cannot be written") as caught:
            figures.save_png(Figure(), tmp_path / name, "")
        assert len(str(caught.value).splitlines()) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder.png"]


def test_a_failure_while_drawing_or_writing_keeps_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "lp.png"
    path.write_text("old")
    for owner, method, fault in (
        (Figure, "savefig", RuntimeError("no font")),
        (type(path), "replace", OSError(28, "No space left on device")),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(owner, method, lambda *_, fault=fault, **__: (_ for _ in ()).throw(fault))
            with pytest.raises((RuntimeError, InputError), match=r"no font|No space left"):
                figures.save_png(Figure(), path, "")
        assert [each.read_text() for each in tmp_path.iterdir()] == ["old"]


def test_neither_pyplot_nor_a_backend_is_touched(tmp_path):
    code = (
        "import sys, l0edu; assert 'matplotlib' not in sys.modules\n"
        "import l0edu.cli.figure; assert 'matplotlib' not in sys.modules\n"
        "from l0edu import figures\n"
        f"figures.save_png(figures.lp_figure(), {str(tmp_path / 'lp.png')!r}, '')\n"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
