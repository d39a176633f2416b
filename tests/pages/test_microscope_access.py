"""Can the microscope be used by keyboard, by ear, on a phone, in the dark, without telling colours apart?"""

import re

import pytest
from chromium import PHONE
from microscope_page import opened, settle

CONTROLS = ("slider", "button", "textbox", "link", "image", "group", "region")


def heard(page):
    """Role, name and value of everything that a screen reader can come to."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    text = lambda node, key: str(node.get(key, {}).get("value", ""))  # noqa: E731
    return [(text(n, "role"), text(n, "name"), text(n, "value")) for n in nodes if not n["ignored"]]


def test_every_control_has_a_name(page):
    controls = [each for each in heard(page) if each[0] in CONTROLS]
    assert len([role for role, _, _ in controls if role == "slider"]) == 6
    assert len([role for role, _, _ in controls if role == "textbox"]) == 5
    assert [each for each in controls if not each[1]] == []
    names = [name for role, name, _ in controls if role in ("slider", "button", "textbox")]
    assert len(set(names)) == len(names)


def test_sliders_say_their_values_in_words(page):
    for name in ("log_alpha", "beta", "gamma", "zeta", "u"):
        spoken = page.locator(f"#{name}").get_attribute("aria-valuetext")
        assert re.fullmatch(r"[a-z ]+ −?[\d.]+", spoken), spoken
    assert "partly open" in page.locator(".knob").get_attribute("aria-valuetext")


def test_figures_have_a_title_and_a_description_with_numbers(page):
    page.wait_for_function("document.querySelector('#expectation-desc').textContent")
    for figure in ("trace", "expectation"):
        assert len(page.locator(f"#{figure}-title").text_content().split()) > 6
        assert re.search(r"\d\.\d", page.locator(f"#{figure}-desc").text_content())


def test_many_changes_are_told_once_when_they_have_ended(page):
    page.wait_for_function("document.querySelector('#summary').textContent")
    page.evaluate("""window.told = []; new MutationObserver(() => told.push(1))
        .observe(document.querySelector('#summary'), {childList: true})""")
    for _ in range(8):
        page.locator("#log_alpha").press("ArrowRight")
    page.wait_for_function(
        "document.querySelector('#summary').textContent.includes('at test time it is 0.618')"
    )
    assert page.evaluate("told.length") == 1


def test_tab_goes_through_the_page_in_the_order_in_which_it_is_read(page):
    reached = []
    for _ in range(24):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("(e => e.id || e.dataset.export || e.className.baseVal || e.textContent)"
                                     "(document.activeElement)"))  # fmt: skip
    fields = [
        f"{name}{end}" for name in ("log_alpha", "beta", "gamma", "zeta", "u") for end in ("-field", "")
    ]
    assert reached[1:11] == fields
    assert reached[11:13] == ["trace", "knob"]
    assert reached[20:24] == ["copy-link", "copy-python", "reset", "expectation"]


def test_focus_is_seen(page):
    for place in ("#beta", "#reset", "#beta-field", "[data-export=trace]"):
        page.locator("#u").focus()
        page.keyboard.press("Tab")  # so that focus counts as moved by keys
        page.locator(place).focus()
        outline = page.locator(place).evaluate("e => getComputedStyle(e).outlineWidth")
        assert outline == "3px", place
    page.locator(".knob").focus()
    ring = page.locator(".reach").evaluate("e => getComputedStyle(e).strokeWidth")
    assert ring == "3px"


CONTRASTS = """() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (rgb) => rgb.slice(0, 3).map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + [0.2126, 0.7152, 0.0722][i] * c, 0);
  const behind = (element) => {
    const colour = channels(getComputedStyle(element).backgroundColor);
    return colour.length === 3 || colour[3] === 1 ? colour : behind(element.parentElement);
  };
  const isText = (node) => node.nodeType === 3 && node.data.trim();
  const all = [...document.querySelectorAll("body *")];
  const texts = all.filter((element) =>
    element.getClientRects().length && [...element.childNodes].some(isText));
  return texts.map((element) => {
    const style = getComputedStyle(element);
    const a = light(channels(element.closest("svg") ? style.fill : style.color));
    const b = light(behind(element));
    return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), element.textContent];
  });
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(browser, address, scheme):
    with opened(browser, f"{address}#log_alpha=1", color_scheme=scheme) as page:
        page.locator("#presets button").first.click()
        page.locator("#beta-field").fill("0")
        settle(page)
        contrasts = page.evaluate(CONTRASTS)
        assert len(contrasts) > 80
        assert [each for each in contrasts if each[0] < 4.5] == []


def test_light_and_dark_are_two_looks(browser, address):
    looks = set()
    for scheme in ("light", "dark"):
        with opened(browser, address, color_scheme=scheme) as page:
            looks.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert len(looks) == 2


def test_lines_of_one_figure_differ_by_more_than_their_colour(page):
    lines = page.locator("#expectation polyline").all()
    dashes = [line.evaluate("line => getComputedStyle(line).strokeDasharray") for line in lines]
    assert len(set(dashes)) == len(dashes) == 3


TEXTS = """[...document.querySelectorAll("svg .scene text")].map((text) => {
  const { left, right } = text.getBoundingClientRect();
  return [text.textContent, left, right, parseFloat(getComputedStyle(text).fontSize)];
})"""


@pytest.mark.parametrize("fragment", ["", "#gamma=-1&zeta=2&u=0.98", "#gamma=-0.001&log_alpha=-8&beta=4"])
def test_a_phone_shows_everything_in_its_width_and_large_enough(browser, address, fragment):
    with opened(browser, address + fragment, viewport=PHONE) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        texts = page.evaluate(TEXTS)
        assert [each for each in texts if each[1] < 0 or each[2] > PHONE["width"] or each[3] < 12] == []
        tables = page.evaluate(
            "[...document.querySelectorAll('table')].map(t => t.scrollWidth - t.parentElement.clientWidth)"
        )
        assert max(tables) <= 0


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_nothing_moves_by_itself(browser, address, motion):
    with opened(browser, address, reduced_motion=motion) as page:
        page.locator("#presets button").last.click()
        settle(page)
        assert page.evaluate("document.getAnimations().length") == 0
