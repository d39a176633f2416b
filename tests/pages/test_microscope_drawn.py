"""Is what the microscope draws and writes what the library says? Points are read back through the axes."""

from dataclasses import dataclass

import numpy as np
import pytest
from chromium import PHONE
from drawn_svg import Axis, at, axis_left, of, points, shapes
from microscope_page import PAPERS, expected, opened

from l0edu import HardConcrete

SETTINGS = [
    PAPERS | {"log_alpha": -1.0},
    PAPERS | {"log_alpha": 1.5, "beta": 0.5, "gamma": -0.3, "zeta": 1.4, "u": 0.8},
    PAPERS | {"log_alpha": -2.5, "beta": 1.25, "zeta": 1.3, "u": 0.55},
]
EQUALLY_LIKELY = (np.arange(25) + 0.5) / 25
NEAR = {"rtol": 0, "atol": 1e-3}


@dataclass(frozen=True)
class Seen:
    """A state of the page, its two figures, and the texts of its tables."""

    state: dict
    trace: list
    expectation: list
    cells: dict

    @property
    def law(self):
        return HardConcrete(self.state["beta"], self.state["gamma"], self.state["zeta"])

    @property
    def at(self):
        return np.array(self.state["log_alpha"])

    @property
    def numbers(self):
        return expected(self.state)


def look_at(browser, address, state, **settings):
    """The page in a state, read."""
    fragment = "&".join(f"{name}={value}" for name, value in state.items())
    with opened(browser, f"{address}#{fragment}", **settings) as page:
        cells = "[...document.querySelectorAll('td[id]')].map(cell => [cell.id.slice(2), cell.innerText])"
        figures = [shapes(page.locator(f"#{name} .scene")) for name in ("trace", "expectation")]
        return Seen(state, *figures, dict(page.evaluate(cells)))


@pytest.fixture(scope="module", params=SETTINGS, ids=["paper", "wide", "hot"])
def seen(browser, address, request):
    return look_at(browser, address, request.param, viewport={"width": 1920, "height": 1080})


def assert_under(texts, lines):
    """Whether every tick that is centred stands under its line."""
    for text, line in zip(texts, lines, strict=True):
        assert text["text-anchor"] != "middle" or text["x"] == line["x1"]


def axes(figure):
    """The axes at the left, and those below: both from top to bottom."""
    left, below = [], []
    for k in range(1 + max(each["axis"] for each in figure)):
        parts = [each for each in figure if each["axis"] == k]
        texts, lines = of(parts, "text"), of(parts, "line")
        if lines[0]["class"] == "grid":
            left.append(axis_left(texts, lines))
        else:
            assert_under(texts, lines[1:])
            below.append(Axis([each["text"] for each in texts], at(lines[1:], "x1")[0]))
    return left, below


def read(figure, curve, stage):
    """The numbers of a curve: across, and up on the axis of a stage."""
    left, below = axes(figure)
    x, y = points(curve["points"])
    return below[0].read(x), left[stage].read(y)


def test_ticks_say_where_they_stand(seen):
    left, below = axes(seen.trace)
    ends = [f"{name} = {seen.state[key]}".replace("-", "−") for name, key in (("γ", "gamma"), ("ζ", "zeta"))]
    units = ["0", "0.5", "1"]
    assert [axis.texts for axis in below] == [units, [ends[0], *units, ends[1]], units]
    assert [left[stage].texts for stage in (0, 2)] == [["0", "½", "1"]] * 2
    for axis in below:  # one scale for all stages
        np.testing.assert_allclose(axis.read([200, 500]), below[0].read([200, 500]))


def test_the_first_curve_is_the_cdf_of_s(seen):
    s, height = read(seen.trace, of(seen.trace, "polyline", "first")[0], stage=0)
    cdf, off = seen.law.binary_concrete.cdf, 3e-5  # s to the nearest 1/100 of a pixel
    assert len(s) > 300
    assert [s[0], s[-1]] == pytest.approx([0, 1], abs=1e-4)
    assert (height >= cdf(seen.at, np.clip(s - off, 0, 1)) - 1e-3).all()
    assert (height <= cdf(seen.at, np.clip(s + off, 0, 1)) + 1e-3).all()


def assert_density(seen, curve, begin, end):
    """Whether a curve is the density of s_bar from `begin` to `end`, as far as the axis goes."""
    s_bar, height = read(seen.trace, curve, stage=1)
    top = axes(seen.trace)[0][1].top
    assert [s_bar[0], s_bar[-1]] == pytest.approx([begin, end], abs=1e-4)
    law, width = seen.law, seen.law.zeta - seen.law.gamma
    inner = (law.gamma + 0.02 * width < s_bar) & (s_bar < law.zeta - 0.02 * width)
    truth = law.pdf(seen.at, s_bar[inner])
    assert len(truth) > 15
    np.testing.assert_allclose(np.minimum(height[inner], top), np.minimum(truth, top), rtol=0.01, atol=2e-3)


def test_the_density_is_that_of_s_bar(seen):
    curve = of(seen.trace, "polyline", "first")[1]
    assert_density(seen, curve, seen.law.gamma, seen.law.zeta)


def test_what_the_clip_folds_is_hatched(seen):
    areas = of(seen.trace, "polygon")
    ends = [seen.law.gamma, 0, 1, seen.law.zeta]
    assert [each["class"] for each in areas] == ["tail", "inside", "tail"]
    for area, begin, end in zip(areas, ends, ends[1:], strict=False):
        corners = area["points"].split()
        assert_density(seen, area | {"points": " ".join(corners[1:-1])}, begin, end)
        _, foot = read(seen.trace, area | {"points": f"{corners[0]} {corners[-1]}"}, stage=1)
        assert foot == pytest.approx([0, 0], abs=1e-3)


def test_bars_are_as_high_as_the_atoms_and_stand_at_0_and_1(seen):
    left, below = axes(seen.trace)
    x, y, wide, height = at(of(seen.trace, "rect", "atom"), "x", "y", "width", "height")
    ticks = [each for each in of(seen.trace, "text", "tick") if each["axis"] < 0]  # at the right
    assert [each["text"] for each in ticks] == ["0", "½", "1"]
    right = Axis([each["text"] for each in ticks], at(ticks, "y")[0] - 4, upright=True)
    assert below[0].read(x + wide / 2) == pytest.approx([0, 1])
    assert right.read(y) == pytest.approx([seen.numbers["prob_zero"], seen.numbers["prob_one"]])
    assert left[1].read(y + height) == pytest.approx([0, 0], abs=1e-9)
    assert right.read(y + height) == pytest.approx([0, 0], abs=1e-9)


def names_of_atoms(seen):
    """The texts beside the bars, each with the number below it."""
    texts = of(seen.trace, "text", "mark")
    where = axes(seen.trace)[1][0].read(at(texts, "x")[0])
    return {each["text"]: round(float(x)) for each, x in zip(texts, where, strict=True)}


def test_atoms_are_named_with_their_masses(seen):
    zero, one = seen.numbers["prob_zero"], seen.numbers["prob_one"]
    assert names_of_atoms(seen) == {f"P(z = 0) = {zero:.3f}": 0, f"P(z = 1) = {one:.3f}": 1}


def test_on_a_phone_atoms_carry_their_masses_alone(browser, address):
    seen = look_at(browser, address, SETTINGS[0], viewport=PHONE)
    zero, one = seen.numbers["prob_zero"], seen.numbers["prob_one"]
    assert names_of_atoms(seen) == {f"{zero:.2f}": 0, f"{one:.2f}": 1}


def test_the_fan_is_25_equally_likely_draws_from_s_to_s_bar_to_z(seen):
    lines = of(seen.trace, "line", "fan")
    begin, top, end, bottom = at(lines, "x1", "y1", "x2", "y2")
    x, law = axes(seen.trace)[1][0], seen.law
    laws = (law.binary_concrete.sample, law.sample_stretched, law.sample)
    s, s_bar, z = (sample(seen.at, EQUALLY_LIKELY) for sample in laws)
    np.testing.assert_allclose(x.read(begin), np.concatenate([s, s_bar]), atol=1e-9)
    np.testing.assert_allclose(x.read(end), np.concatenate([s_bar, z]), atol=1e-9)
    assert len(set(zip(top, bottom, strict=True))) == 2  # the stretch and the clip
    assert (top < bottom).all()


def test_the_last_curve_is_the_cdf_of_z_with_its_jumps(seen):
    left, x = axes(seen.trace)[0][2], axes(seen.trace)[1][0]
    z, height = read(seen.trace, of(seen.trace, "polyline", "first")[2], stage=2)
    assert [z[0], z[-1]] == pytest.approx([0, 1], abs=1e-4)
    np.testing.assert_allclose(height, seen.law.cdf(seen.at, z), **NEAR)
    zero, one = seen.numbers["prob_zero"], seen.numbers["prob_one"]
    jumps = at(of(seen.trace, "line", "first jump"), "x1", "y1", "x2", "y2")
    np.testing.assert_allclose(x.read(jumps[::2]), [[0, 1], [0, 1]], **NEAR)
    np.testing.assert_allclose(left.read(jumps[1::2]), [[0, 1 - one], [zero, 1]], **NEAR)
    before, after = at(of(seen.trace, "line", "first"), "y1", "y2")
    np.testing.assert_allclose(left.read([before, after]), [[0, 1], [0, 1]], atol=1e-9)


def written(number, digits=4):
    """As the page writes it: only an exact 0 and 1 without any."""
    return {0: "0", 1: "1"}.get(number, f"{number:.{digits}f}").replace("-", "−")


def test_the_numbers_beside_the_path_are_those_of_the_draw(seen):
    texts = [each["text"] for each in of(seen.trace, "text", "mark path-mark")]
    s, s_bar, z = (written(seen.numbers[name], digits=3) for name in ("s", "s_bar", "z"))
    assert texts == [f"s = {s}", f"s̄ = {s_bar}", f"z = {z}", "u"]


NAMED = {
    "P(z ≠ 0)": HardConcrete.prob_open,
    "E[z]": HardConcrete.mean,
    "ẑ at test": HardConcrete.test_value,
}


def legend(figure):
    """The class of a curve for each name in the legend, at whose left stands a sample of it."""
    texts, curves = of(figure, "text", "mark"), {each["class"] for each in of(figure, "polyline")}
    samples = [each for each in of(figure, "line") if each["class"] in curves]
    np.testing.assert_allclose(at(samples, "x2")[0] + 6, at(texts, "x")[0])
    return {text["text"]: sample["class"] for text, sample in zip(texts, samples, strict=True)}


def test_each_curve_is_what_the_legend_calls_it(seen):
    looks = legend(seen.expectation)
    assert looks.keys() == NAMED.keys()
    for name, look in looks.items():
        (curve,) = of(seen.expectation, "polyline", look)
        log_alpha, height = read(seen.expectation, curve, stage=0)
        assert [log_alpha[0], log_alpha[-1], len(log_alpha)] == pytest.approx([-8, 8, 161], abs=1e-3)
        np.testing.assert_allclose(height, NAMED[name](seen.law, log_alpha), **NEAR, err_msg=name)


def test_the_other_figure_has_its_ticks_and_marks_this_gate(seen):
    (left,), (below,) = axes(seen.expectation)
    assert left.texts == ["0", "½", "1"]
    assert below.texts == ["−8", "−4", "0", "4", "8"]
    (line,) = of(seen.expectation, "line", "path")
    assert below.read(at([line], "x1", "x2")).ravel() == pytest.approx([seen.state["log_alpha"]] * 2)


def test_every_number_can_be_read_in_its_cell(seen):
    assert seen.cells == {name: written(number) for name, number in seen.numbers.items()}


@pytest.mark.parametrize(
    ("log_alpha", "texts"),
    [
        (-8, {"s": "< 0.0001", "z": "0", "slope": "0", "prob_zero": "0.9996", "prob_one": "0.0003"}),
        (8, {"s": "> 0.9999", "z": "1", "slope": "0", "prob_zero": "0.0003", "prob_open": "0.9997"}),
    ],
)
def test_only_what_is_exact_is_written_as_0_or_1(browser, address, log_alpha, texts):
    seen = look_at(browser, address, PAPERS | {"log_alpha": log_alpha, "beta": 0.05, "u": 0.5})
    assert {name: seen.cells[name] for name in texts} == texts
