"""Do sliders, fields, the knob and the presets of the microscope move its numbers, and truly?"""

import re

import pytest
from microscope_page import PAPERS, assert_true, expected, opened, settle, shown, state


@pytest.fixture(scope="module")
def kept_open(browser, address):
    with opened(browser, address) as page:
        yield page


@pytest.fixture
def shared(kept_open):
    """One page for many tests, each of which begins by resetting it."""
    kept_open.locator("#reset").click()
    settle(kept_open)
    return kept_open


def drag_knob(page, by):
    """Drag the knob of u upwards by some pixels."""
    box = page.locator(".knob-disc").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - by, steps=4)
    page.mouse.up()
    settle(page)


def test_the_page_starts_at_the_papers_numbers(page):
    assert_true(page, **PAPERS)


@pytest.mark.parametrize(
    ("slider", "key", "value"),
    [
        ("log_alpha", "ArrowRight", 0.05),
        ("beta", "ArrowRight", 0.68),
        ("gamma", "ArrowLeft", -0.11),
        ("zeta", "End", 2.0),
        ("u", "Home", 0.001),
    ],
)
def test_keys_move_a_slider_and_with_it_the_numbers(shared, slider, key, value):
    before = shown(shared)
    shared.locator(f"#{slider}").press(key)
    assert state(shared)[slider] == pytest.approx(value, abs=1e-9)
    assert_true(shared)
    assert shown(shared) != before


@pytest.mark.parametrize("slider", PAPERS)
def test_the_mouse_moves_a_slider_and_with_it_the_numbers(shared, slider):
    box = shared.locator(f"#{slider}").bounding_box()
    shared.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + box["height"] / 2)
    assert state(shared)[slider] != PAPERS[slider]
    assert_true(shared)


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [("beta", "1/2", 0.5), ("log_alpha", "-2.5", -2.5), ("gamma", "−0.3", -0.3), ("u", ".75", 0.75)],
)
def test_a_number_can_be_written(shared, field, text, value):
    shared.locator(f"#{field}-field").fill(text)
    assert_true(shared, **{field: value})
    assert shared.locator("#refusal").inner_text() == ""


def test_arrow_keys_step_the_number_in_a_field(page):
    page.locator("#u-field").press("ArrowUp")
    assert_true(page, u=0.301)
    assert page.locator("#u-field").input_value() == "0.301"


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("beta", "0", "beta = 0: the temperature must be positive"),
        ("gamma", "0", "gamma must be below 0"),
        ("zeta", "1", "zeta must be above 1"),
        ("log_alpha", "many", "log_alpha is not a number"),
        ("u", "", "u is not a number"),
    ],
)
def test_what_cannot_be_is_refused_and_the_page_stays_as_it_was(shared, field, text, says):
    shared.locator(f"#{field}-field").fill(text)
    assert says in shared.locator("#refusal").inner_text()
    assert shared.locator(f"#{field}-field").get_attribute("aria-invalid") == "true"
    assert_true(shared, **PAPERS)
    assert "NaN" not in shared.locator("main").inner_html()


def test_a_mended_number_takes_the_refusal_back(page):
    page.locator("#beta-field").fill("0")
    page.locator("#beta-field").fill("0.5")
    assert_true(page, beta=0.5)
    assert page.locator("#refusal").inner_text() == ""
    assert page.locator("#beta-field").get_attribute("aria-invalid") is None


def test_the_knob_is_dragged_by_the_mouse(page):
    drag_knob(page, by=60)
    assert 0.5 < state(page)["u"] < 0.9
    assert_true(page)
    drag_knob(page, by=400)
    assert_true(page, u=0.999)


def test_the_knob_is_dragged_by_a_finger(browser, address):
    with opened(browser, address, viewport={"width": 360, "height": 1400}, has_touch=True) as page:
        page.locator(".knob").scroll_into_view_if_needed()
        box = page.locator(".knob-disc").bounding_box()
        touch = {"x": box["x"] + 8, "y": box["y"] + 8}
        session = page.context.new_cdp_session(page)
        for kind, by in (("Start", 0), ("Move", 20), ("Move", 40), ("Move", 60), ("End", None)):
            points = [] if by is None else [touch | {"y": touch["y"] - by}]
            session.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
            settle(page)
        assert state(page)["u"] == pytest.approx(0.3 + 60 / 132, abs=0.002)  # the stage is 132 px high
        assert_true(page)


@pytest.mark.parametrize(
    ("key", "u"), [("ArrowUp", 0.31), ("ArrowLeft", 0.29), ("PageUp", 0.4), ("Home", 0.001), ("End", 0.999)]
)
def test_keys_move_the_knob(shared, key, u):
    shared.locator(".knob").focus()
    shared.keyboard.press(key)
    assert_true(shared, u=u)
    assert f"u = {u:g}" in shared.locator(".knob").get_attribute("aria-valuetext")


@pytest.mark.parametrize("u", [0.3, 0.05, 0.95])
def test_the_draw_is_traced_through_all_stages(shared, u):
    """The corners of the drawn path stand at s, s_bar and z, on one scale; a clipped draw ends at an atom."""
    shared.locator("#u-field").fill(str(u))
    settle(shared)
    points = shared.locator("#trace polyline.path").get_attribute("points")
    xs = [float(x) for x in re.findall(r"([\d.]+),", points)]
    zero, one = shared.evaluate(TICKS)
    truth = expected(PAPERS | {"u": u})
    seen = [(xs[corner] - zero) / (one - zero) for corner in (1, 3, 5)]
    assert seen == pytest.approx([truth["s"], truth["s_bar"], truth["z"]], abs=1e-3)


TICKS = """[...document.querySelectorAll('#trace .axis .tick')]
    .filter(t => t.textContent === '0' || t.textContent === '1')
    .filter(t => t.getAttribute('text-anchor') === 'middle').slice(0, 2).map(t => +t.getAttribute('x'))"""


def test_the_bars_are_as_high_as_the_atoms(page):
    page.locator("#log_alpha-field").fill("-1")
    settle(page)
    heights = page.evaluate("[...document.querySelectorAll('.atom')].map(bar => +bar.getAttribute('height'))")
    axis = page.evaluate("(({y}) => y.density[1] - y.density[0])(tracePlan(state, 600))")
    truth = expected(PAPERS | {"log_alpha": -1.0})
    assert [each / axis for each in heights] == pytest.approx([truth["prob_zero"], truth["prob_one"]])


def test_the_other_figure_marks_what_holds_at_this_log_alpha(page):
    page.locator("#log_alpha-field").fill("-1")
    settle(page)
    marks = page.evaluate(
        "[...document.querySelectorAll('#expectation .dot')].map(d => +d.getAttribute('cy'))"
    )
    bottom, top = page.evaluate(LEVELS)
    truth = expected(PAPERS | {"log_alpha": -1.0})
    seen = [(bottom - y) / (bottom - top) for y in marks]
    assert seen == pytest.approx([truth["prob_open"], truth["mean"], truth["test_value"]], abs=1e-6)


LEVELS = """[...document.querySelectorAll('#expectation .grid')].filter((_, i) => i !== 1)
    .map(line => +line.getAttribute('y1'))"""


def test_every_preset_says_what_to_see(page):
    notes = set()
    for button in page.locator("#presets button").all():
        button.click()
        assert_true(page)
        notes.add(page.locator("#note").inner_text())
    assert len(notes) == page.locator("#presets button").count()
    assert all(len(note.split()) > 8 for note in notes)


def test_reset_brings_the_papers_numbers_back(page):
    page.locator("#presets button").last.click()
    page.locator("#u").press("End")
    page.locator("#reset").click()
    assert_true(page, **PAPERS)
    assert page.locator("#note").inner_text() == ""
