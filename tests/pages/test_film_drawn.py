"""Are the curves of the film the records and the recorded probabilities? Points are read back by the axes."""

import re
from dataclasses import replace

import numpy as np
import pytest
from chromium import watched
from drawn_svg import Axis, at, axis_left, of, points, shapes
from films import drawn_film
from small_runs import tiny_mlp

from l0edu.pages.film_page import film_page

EPOCHS, UNMEASURED = 12, 4
ERROR, FLOPS = "Test error", "FLOPs an example"


def with_a_gap(film):
    """The film, with one epoch in which the error was not measured."""
    gap = {"test_error": None}
    records = [record | gap if record["epoch"] == UNMEASURED else record for record in film.records]
    return replace(film, records=records)


FILM, SHORT = with_a_gap(drawn_film(tiny_mlp(), EPOCHS)), drawn_film(tiny_mlp(), epochs=7, seed=1)


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    """Two films, the second of which ends earlier; each test chooses the epoch that it looks at."""
    path = tmp_path_factory.mktemp("films") / "two.html"
    path.write_text(film_page([FILM, SHORT]), encoding="utf-8")
    with watched(browser, path.as_uri()) as page:
        yield page


def chart(page, title, film=0):
    """What is drawn under a film, in the chart with this title."""
    figure = page.locator(".run").nth(film).locator("figure.curve").filter(has_text=title)
    return shapes(figure.locator("svg.chart"))


def one_gate(page, layer, gate):
    """What is drawn of one gate."""
    page.locator("#unit-layer").select_option(label=layer)
    page.locator("#unit-gate").fill(str(gate))
    page.keyboard.press("Enter")
    return shapes(page.locator("#unit-chart svg.chart"))


def axes(figure, **kind):
    """The axis of the epochs, and that of the values."""
    below = [each for each in of(figure, "text", "tick") if each["text"] != "epoch"]
    up = axis_left(of(figure, "text", "tick left"), of(figure, "line", "rule"), **kind)
    return Axis([each["text"] for each in below], at(below, "x")[0]), up


def curve(figure, look, **kind):
    """The value in each epoch, of the pale line of this look and of the full one, which must be the same."""
    (pale,), (full,) = of(figure, "path", f"line {look} ahead"), of(figure, "path", f"line {look}")
    assert pale["d"] == full["d"]
    (x, y), (along, up) = points(pale["d"]), axes(figure, **kind)
    epochs = along.read(x)
    np.testing.assert_allclose(epochs, epochs.round(), atol=0.01)
    return dict(zip(epochs.round().astype(int).tolist(), up.read(y).tolist(), strict=True))


def recorded(film, name):
    """What a film's records say of each epoch."""
    return {each["epoch"]: each[name] for each in film.records if each[name] is not None}


def probabilities(film, layer, gate):
    return dict(enumerate(film.recording.probabilities[layer][:, gate] / 255, 1))


def look_of(page, text, film):
    """How the line is drawn that the key calls so."""
    sample = page.locator(".run").nth(film).locator(".key", has_text=text).locator("path")
    return sample.get_attribute("class").removeprefix("line ")


@pytest.mark.parametrize(("film", "which"), [(FILM, 0), (SHORT, 1)], ids=["first", "second"])
def test_the_error_is_that_of_the_records(page, film, which):
    seen = curve(chart(page, ERROR, which), "solid", logarithmic=True)
    assert seen == pytest.approx(recorded(film, "test_error"), rel=3e-3)


def test_an_epoch_without_an_error_parts_the_curve(page):
    (line,) = of(chart(page, ERROR), "path", "line solid")
    pieces = [len(re.findall("[ML]", piece)) for piece in re.findall("M[^M]+", line["d"])]
    assert pieces == [UNMEASURED - 1, EPOCHS - UNMEASURED]


@pytest.mark.parametrize(("film", "which"), [(FILM, 0), (SHORT, 1)], ids=["first", "second"])
@pytest.mark.parametrize(
    ("key", "name"), [("left at test time", "flops"), ("expected in training", "expected_flops")]
)
def test_flops_are_those_of_the_records(page, film, which, key, name):
    seen = curve(chart(page, FLOPS, which), look_of(page, key, which))
    assert seen == pytest.approx(recorded(film, name), abs=1e-3 * film.dense_flops)


@pytest.mark.parametrize(
    ("label", "film", "layer", "gate"),
    [
        ("First run: inputs of fc1", FILM, 0, 5),
        ("First run: inputs of fc3", FILM, 2, 0),
        ("Second run: inputs of fc2", SHORT, 1, 3),
    ],
)
def test_the_curve_of_a_gate_is_what_was_recorded_of_it(page, label, film, layer, gate):
    figure, of_layer = one_gate(page, label, gate), film.layers[layer]
    assert axes(figure)[1].texts == ["0", "0.5", "1"]
    assert curve(figure, "solid") == pytest.approx(probabilities(film, of_layer.gate, gate), abs=1e-3)
    threshold = dict.fromkeys(range(1, film.recording.epochs + 1), of_layer.closes_at)
    assert curve(figure, "threshold") == pytest.approx(threshold, abs=1e-3)


def marked(figure, **kind):
    """The epoch of the cursor, that up to which lines are in full, and the values of the dots."""
    along, up = axes(figure, **kind)
    (cursor,), (past,) = of(figure, "line", "cursor"), of(figure, "rect", "past")
    dots = [each for each in of(figure, "circle") if each["visibility"] == "visible"]
    places = along.read(np.concatenate([*at([cursor], "x1", "x2"), *at([past], "width"), *at(dots, "cx")]))
    np.testing.assert_allclose(places, places[0])
    values = zip([each["class"] for each in dots], up.read(at(dots, "cy")[0]).tolist(), strict=True)
    return pytest.approx(places[0]), dict(values)


@pytest.mark.parametrize("epoch", [1, UNMEASURED, 9, EPOCHS])
def test_the_cursor_and_its_dots_stand_at_the_shown_epoch(page, epoch):
    page.locator("#epoch").fill(str(epoch))
    figures = [chart(page, ERROR), chart(page, FLOPS), one_gate(page, "First run: inputs of fc1", 2)]
    (errors, flops, gate) = (marked(figure, logarithmic=not k) for k, figure in enumerate(figures))
    record = FILM.records[epoch - 1]
    assert errors == (
        epoch,
        {} if epoch == UNMEASURED else {"dot solid": pytest.approx(record["test_error"])},
    )
    costs = {"dot dashed": record["expected_flops"], "dot solid": record["flops"]}
    assert flops == (epoch, pytest.approx(costs))
    closes_at, p = FILM.layers[0].closes_at, probabilities(FILM, "gate1", 2)[epoch]
    assert gate == (epoch, pytest.approx({"dot threshold": closes_at, "dot solid": p}))


def test_the_cursor_of_a_shorter_film_stays_at_its_end(page):
    page.locator("#epoch").fill("10")
    assert [marked(chart(page, FLOPS, which))[0] for which in (0, 1)] == [10, 7]


def test_numbers_beside_the_titles_are_those_of_the_epoch(page):
    page.locator("#epoch").fill("5")
    record, dense = FILM.records[4], FILM.dense_flops
    texts = page.locator(".run").first.locator("figure.curve .now").all_inner_texts()
    assert texts == [f"{record['test_error']:.2f} %", f"{record['flops']} of {dense}"]


def test_the_axes_are_named(page):
    error, flops = chart(page, ERROR), chart(page, FLOPS)
    for figure in (error, flops):
        assert of(figure, "text", "tick")[-1]["text"] == "epoch"
    assert all(text.endswith(" %") for text in axes(error, logarithmic=True)[1].texts)
