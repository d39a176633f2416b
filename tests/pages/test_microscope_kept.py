"""Does what is seen in the microscope leave it whole: as an address, as Python, as a picture?"""

import io
import re
from contextlib import redirect_stdout

import numpy as np
import pytest
from microscope_page import PAPERS, assert_true, expected, opened
from PIL import Image

from l0edu.pages.microscope_page import microscope

OTHER = PAPERS | {"log_alpha": -2.5, "beta": 0.123456789, "gamma": -0.4, "u": 0.77}


@pytest.fixture
def page(tab, page):
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return page


def change(page, state):
    for name, number in state.items():
        page.locator(f"#{name}-field").fill(repr(number))
    page.wait_for_function("location.hash.includes('u=" + repr(state["u"]) + "')")


def clipboard(page):
    page.wait_for_function("document.getElementById('told').textContent.includes('clipboard')")
    return page.evaluate("navigator.clipboard.readText()")


def test_the_page_names_no_outside_address():
    found = re.findall(r"(?:https?:)?//[\w.-]+\.\w+[\w/.]*", microscope())
    assert set(found) <= {"http://www.w3.org/2000/svg"}


def test_the_address_follows_and_opens_the_same_state_again(browser, page):
    change(page, OTHER)
    with opened(browser, page.url) as again:
        assert_true(again, **OTHER)


def test_a_link_that_is_followed_inside_the_page_is_taken(page, address):
    page.goto(f"{address}#beta=1/2&log_alpha=1")
    assert_true(page, **(PAPERS | {"beta": 0.5, "log_alpha": 1}))


@pytest.mark.parametrize(
    ("fragment", "says"),
    [
        ("gamma=0", "gamma must be below 0"),
        ("gamma=1.1&zeta=-0.1", "swapped"),
        ("zeta=1", "zeta must be above 1"),
        ("beta=-1", "must be positive"),
        ("beta=NaN", "beta is not a number"),
        ("log_alpha=1e99", "from -8 to 8"),
        ("u=", "u is not a number"),
    ],
)
def test_an_address_that_cannot_be_shown_is_refused_in_words(tab, address, fragment, says):
    page = tab.visit(f"{address}#{fragment}")
    refusal = page.locator("#refusal").inner_text()
    assert refusal.startswith("The address holds what cannot be shown.")
    assert says in refusal
    assert_true(page, **PAPERS)
    assert "NaN" not in page.locator("main").inner_html()
    tab.check()


def test_the_link_is_copied(page):
    change(page, OTHER)
    page.locator("#copy-link").click()
    assert clipboard(page) == page.url
    assert "beta=0.123456789" in page.url


def test_the_program_that_is_copied_prints_the_numbers_of_the_page(page):
    change(page, OTHER)
    page.locator("#copy-python").click()
    with redirect_stdout(io.StringIO()) as printed:
        exec(clipboard(page), {})
    numbers = [float(line) for line in printed.getvalue().split()]
    truth = expected(OTHER)
    np.testing.assert_allclose(numbers, [truth[name] for name in truth if name != "u"], rtol=1e-12)


def test_the_program_on_the_page_is_the_one_that_is_copied(page):
    page.locator("#copy-python").click()
    assert clipboard(page).strip() == page.locator("#python").inner_text().strip()


@pytest.mark.parametrize(("figure", "colour"), [("trace", "--second"), ("expectation", "--third")])
def test_a_figure_is_saved_as_png_with_its_colours(page, figure, colour, tmp_path):
    with page.expect_download() as download:
        page.locator(f"[data-export={figure}]").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert path.suffix == ".png"
    hexes = page.evaluate(f"getComputedStyle(document.documentElement).getPropertyValue('{colour}').trim()")
    wanted = tuple(bytes.fromhex(hexes[1:]))
    with Image.open(path, formats=["PNG"]) as image:
        assert image.width > 900
        counts = {rgb: count for count, rgb in image.convert("RGB").getcolors(1 << 24)}
    assert counts[wanted] > 500
    assert counts[(255, 255, 255)] > image.width * image.height / 2
