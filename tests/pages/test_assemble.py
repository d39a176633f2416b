import json
import re

import pytest

from l0edu.errors import InputError
from l0edu.pages import assemble, asset
from l0edu.pages.assemble import BODY, HEAD

PAGE = f"<html><head>{HEAD}</head><body>{BODY}</body></html>"


def test_data_come_back_whatever_text_they_hold():
    data = {"texts": ["</script>", "<!-- <script>", BODY, HEAD, '\u2028é\\"'], "numbers": [1.5, 0.1 + 0.2]}
    html = assemble(PAGE, [], [], data)
    found = re.search(r"const DATA = (.*);\n</script>", html)
    assert json.loads(found[1]) == data
    assert html.count("</script>") == 1
    assert html.count("<!--") == 0


def test_parts_stand_in_the_order_given():
    html = assemble(PAGE, ["a {}", "b {}"], ["one()", "two()"], {})
    assert (
        html.index("a {}")
        < html.index("b {}")
        < html.index("DATA")
        < html.index("one()")
        < html.index("two()")
    )


@pytest.mark.parametrize("page", ["<html>", f"{HEAD}{HEAD}{BODY}", HEAD])
def test_a_page_without_its_marks_is_refused(page):
    with pytest.raises(InputError, match="mark"):
        assemble(page, [], [], {})


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_numbers_that_json_does_not_know_are_refused(number):
    with pytest.raises(InputError, match="finite"):
        assemble(PAGE, [], [], {"x": number})


def test_a_missing_source_is_refused():
    with pytest.raises(InputError, match="install l0edu again"):
        asset("microscope/nothing.js")
