"""The film in a browser, as a reader uses it: scrubbed, played, stepped, linked to; one, and two at once."""

import re
from base64 import b64decode
from collections import Counter
from io import BytesIO

import numpy as np
import pytest
from chromium import DESK, PHONE, watched
from films import drawn_film
from matplotlib.image import imread

from l0edu import lenet5, mlp
from l0edu.pages.film_page import film_page

FILM, SHORT = drawn_film(mlp(), epochs=30, title="the mlp"), drawn_film(lenet5(), epochs=7, title="lenet5")


@pytest.fixture(scope="module")
def addresses(tmp_path_factory):
    folder = tmp_path_factory.mktemp("films")
    pages = {"one": [FILM], "two": [FILM, SHORT]}
    for name, films in pages.items():
        (folder / f"{name}.html").write_text(film_page(films), encoding="utf-8")
    return {name: (folder / f"{name}.html").as_uri() for name in pages}


@pytest.fixture
def page(browser, addresses):
    with watched(browser, addresses["one"]) as page:
        yield page


def counts(page, run=0):
    """The numbers of open gates that the captions of a run say."""
    return [int(text) for text in page.locator(".run").nth(run).locator(".layer strong").all_inner_texts()]


def assert_shows(page, epoch):
    """Slider, words and captions agree on an epoch, and on what was recorded of it."""
    assert page.locator("#epoch").input_value() == str(epoch)
    assert page.locator("#epoch").get_attribute("aria-valuetext") == f"epoch {epoch} of 30"
    assert page.locator(".summary").inner_text().startswith(f"Epoch {epoch}: ")
    assert counts(page) == FILM.recording.architecture()[epoch - 1]


def test_the_slider_goes_through_the_epochs(page):
    assert_shows(page, 1)
    for epoch in (17, 30, 4):
        page.locator("#epoch").fill(str(epoch))
        assert_shows(page, epoch)


def test_arrow_keys_step_and_space_plays_wherever_the_focus_is(page):
    for focus in ("body", "#epoch"):
        page.locator("#epoch").fill("10")
        page.locator(focus).focus() if focus != "body" else page.evaluate("document.activeElement.blur()")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowLeft")
        assert_shows(page, 11)
        page.keyboard.press("Space")
        assert page.locator("#play").inner_text() == "Pause"
        page.keyboard.press("Space")
        assert page.locator("#play").inner_text() == "Play"


def test_keys_in_a_field_stay_there(page):
    page.locator("#epoch").fill("10")
    page.locator("#unit-gate").focus()
    page.keyboard.press("ArrowLeft")
    page.locator("#speed").focus()
    page.keyboard.press("ArrowRight")
    assert_shows(page, 10)


def test_buttons_step_and_end_at_the_ends(page):
    assert page.locator("#back").is_disabled()
    page.locator("#next").click()
    assert_shows(page, 2)
    page.locator("#epoch").fill("30")
    assert page.locator("#next").is_disabled()


def test_playing_comes_to_the_last_epoch_and_stops(page):
    page.locator("#speed").select_option("25")
    page.locator("#epoch").fill("20")
    page.locator("#play").click()
    page.wait_for_function("document.getElementById('play').textContent === 'Play'")
    assert_shows(page, 30)


def test_the_address_keeps_the_epoch(browser, addresses):
    with watched(browser, addresses["one"]) as page:
        page.locator("#epoch").fill("12")
        page.wait_for_function("location.hash === '#epoch=12'")
        page.reload()
        assert_shows(page, 12)
        page.evaluate("location.hash = '#epoch=25'")
        page.wait_for_function("document.getElementById('epoch').value === '25'")
        assert_shows(page, 25)


@pytest.mark.parametrize(("hash_", "epoch"), [("#epoch=999", 30), ("#epoch=0", 1), ("#nonsense", 1)])
def test_an_address_that_names_no_epoch_shows_the_nearest(browser, addresses, hash_, epoch):
    with watched(browser, addresses["one"] + hash_) as page:
        assert_shows(page, epoch)


def cells(page):
    """The first layer's picture, cut into its 28 x 28 cells: (28, 28, cell, cell, 3)."""
    png = page.evaluate("document.querySelector('canvas').toDataURL()").partition(",")[2]
    image = 255 * imread(BytesIO(b64decode(png)))[..., :3]
    cell = len(image) // 28
    return image.reshape(28, cell, 28, cell, 3).swapaxes(1, 2)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_closed_gates_carry_a_cross_and_open_ones_are_plain(browser, addresses, scheme):
    with watched(browser, addresses["one"] + "#epoch=15", color_scheme=scheme, device_scale_factor=2) as page:
        squares = cells(page)[:, :, 2:-4, 2:-4]  # within the gap and the frame of the chosen gate
        plain = squares.reshape(784, -1, 3).std(axis=1).max(axis=1) < 1
        np.testing.assert_array_equal(plain, FILM.recording.open_at_test("gate1")[14])


def test_the_shade_goes_with_the_probability(browser, addresses):
    with watched(browser, addresses["one"] + "#epoch=15", device_scale_factor=2) as page:
        corner = cells(page)[:, :, 2, 2].mean(axis=-1).ravel()  # beside any cross
        p = FILM.recording.probabilities["gate1"][14]
        chosen = int(page.locator("#unit-gate").input_value())
        order = np.argsort(np.delete(p, chosen), kind="stable")
        assert (np.diff(np.delete(corner, chosen)[order]) <= 0.7).all()  # darker and darker, up to rounding


def test_a_click_on_a_square_tells_its_gate(page):
    page.locator("#epoch").fill("15")
    box = page.locator("canvas").first.bounding_box()
    cell = box["width"] / 28
    page.mouse.click(box["x"] + 20.5 * cell, box["y"] + 3.5 * cell)
    assert page.locator("#unit-gate").input_value() == str(3 * 28 + 20)
    p = FILM.recording.probabilities["gate1"][14][104] / 255
    state = "open" if FILM.recording.open_at_test("gate1")[14][104] else "closed"
    words = page.locator("#unit-words").inner_text()
    assert words.startswith("gate1[104], the pixel in row 3, column 20, epoch 15: P(open) ")
    assert float(re.search(r"P\(open\) ([\d.]+),", words)[1]) == pytest.approx(p, abs=0.006)
    assert f"{state} at test time" in words


def test_a_gate_can_be_chosen_without_a_mouse(page):
    page.locator("#unit-layer").select_option(label="inputs of fc3")
    page.locator("#unit-gate").fill("250")
    page.keyboard.press("Enter")
    assert page.locator("#unit-gate").input_value() == "99"
    assert "gate3[99], unit 99" in page.locator("#unit-words").inner_text()


def test_a_click_on_a_curve_goes_to_its_epoch(page):
    chart = page.locator(".curve svg.chart").first
    chart.click(position={"x": chart.bounding_box()["width"] - 13, "y": 80})
    assert_shows(page, 30)


def test_what_a_screen_reader_hears_is_named_and_says_the_epoch(page):
    page.locator("#epoch").fill("9")
    page.wait_for_function("document.getElementById('heard').textContent.startsWith('Epoch 9: ')")
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    kinds = {"button", "slider", "combobox", "spinbutton", "image", "MenuListPopup", "ComboBoxMenuButton"}
    named = [
        (node["role"]["value"], node.get("name", {}).get("value"))
        for node in nodes
        if not node["ignored"] and node["role"]["value"] in kinds - {"MenuListPopup"}
    ]
    assert [each for each in named if not each[1]] == []
    assert Counter(role for role, _ in named)["image"] == 3 + 2 + 1
    images = [name for role, name in named if role == "image"]
    assert any(name.startswith(f"{counts(page)[0]} of 784 inputs of fc1 open") for name in images)
    assert "Test error: 50.00 % in epoch 1, 1.67 % in epoch 30." in images


def test_two_films_share_the_slider_and_the_shorter_stays_at_its_end(browser, addresses):
    with watched(browser, addresses["two"] + "#epoch=20") as page:
        assert counts(page, 0) == FILM.recording.architecture()[19]
        assert counts(page, 1) == SHORT.recording.architecture()[6]
        summaries = page.locator(".summary").all_inner_texts()
        assert summaries[0].startswith("Epoch 20: ")
        assert summaries[1].startswith("Epoch 7 (its last; the film ends here): ")
        headings = page.locator("h2").all_inner_texts()
        assert headings == ["First run: the mlp", "Second run: lenet5", "One gate"]
        tops = [page.locator(".run").nth(k).bounding_box()["y"] for k in (0, 1)]
        assert tops[0] == tops[1]


@pytest.mark.parametrize("name", ["one", "two"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_nothing_is_wider_than_the_window(browser, addresses, viewport, name):
    with watched(browser, addresses[name], viewport=viewport) as page:
        assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
        for canvas in page.locator("canvas").all():
            box = canvas.bounding_box()
            assert box["x"] + box["width"] <= viewport["width"]


def test_nothing_moves_unasked_and_less_where_less_motion_is_wanted(browser, addresses):
    for motion, speed in (("no-preference", "8"), ("reduce", "2")):
        with watched(browser, addresses["one"], reduced_motion=motion) as page:
            assert page.locator("#speed").input_value() == speed
            page.wait_for_timeout(300)
            assert_shows(page, 1)


def test_pictures_follow_a_change_of_theme_and_of_width(browser, addresses):
    with watched(browser, addresses["one"], color_scheme="light") as page:
        light = cells(page).mean()
        page.emulate_media(color_scheme="dark")
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert abs(cells(page).mean() - light) > 10
        page.set_viewport_size(PHONE)
        page.wait_for_function("document.querySelector('canvas').clientWidth <= 328")
