"""Are the sources of the pages fit to be read: a question each, short, and nothing that is not used?"""

import re

import pytest
from javascript import PAGES

SCRIPTS = [path for path in PAGES.rglob("*.js") if path.parent.name != "mathjax"]
IDS = [str(path.relative_to(PAGES)) for path in SCRIPTS]
COMMENT = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*", re.DOTALL)
DEFINITION = re.compile(r"^(?:async )?(?:function|const|let) (\w+)", re.MULTILINE)


def code_of(page):
    """Its scripts without comments, the shared ones included."""
    paths = [path for path in SCRIPTS if path.parent in (PAGES, PAGES / page)]
    return COMMENT.sub("", "\n".join(path.read_text(encoding="utf-8") for path in paths))


@pytest.mark.parametrize("path", SCRIPTS, ids=IDS)
def test_a_script_opens_with_its_question_and_is_short_enough_to_read(path):
    text = path.read_text(encoding="utf-8")
    assert re.match(r'"use strict";\n/\* [^.!]*\?', text)
    assert text.count("\n") < 300


@pytest.mark.parametrize("page", ["microscope", "film"])
def test_a_name_is_defined_once_and_used(page):
    """The scripts of a page share one world: a second definition would replace the first or stop the page."""
    code = code_of(page)
    names = DEFINITION.findall(code)
    assert len(names) == len(set(names))
    assert [name for name in names if len(re.findall(rf"\b{name}\b", code)) < 2] == []


@pytest.mark.parametrize("page", ["microscope", "film"])
def test_styles_are_for_what_is_on_the_page(page):
    style = COMMENT.sub("", (PAGES / page / "style.css").read_text(encoding="utf-8"))
    content = (PAGES / page / "page.html").read_text(encoding="utf-8") + code_of(page)
    for kind in (r"\.([a-z][\w-]*)", r"#([a-z][\w-]*)(?=[^;]*\{)"):
        for name in re.findall(kind, style):
            assert re.search(rf"(?<![\w-]){name}(?![\w-])", content), name


def test_every_colour_of_the_shared_style_is_used():
    styles = "".join(path.read_text(encoding="utf-8") for path in PAGES.rglob("*.css"))
    for name in re.findall(r"(--[\w-]+):", (PAGES / "base.css").read_text(encoding="utf-8")):
        assert f"var({name})" in styles, name
