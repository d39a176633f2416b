"""Do the examples of the how-to guides do what they say?"""

import doctest
import importlib.util
from pathlib import Path

import pytest

HOWTO = Path(__file__).parent.parent / "docs" / "howto"
PAGES = sorted(HOWTO.glob("*.md"))
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def without_torch(text):
    """The page up to where it imports torch."""
    return text.split(">>> import torch\n")[0]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_print_what_the_page_says(page, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    text = page.read_text(encoding="utf-8")
    if importlib.util.find_spec("torch") is None:
        text = without_torch(text)
    test = doctest.DocTestParser().get_doctest(text, {}, page.stem, str(page), 0)
    assert doctest.DocTestRunner(optionflags=OPTIONS).run(test).failed == 0


def test_every_guide_is_in_the_index():
    index = (HOWTO / "index.md").read_text(encoding="utf-8").splitlines()
    assert sorted({page.stem for page in PAGES} - {"index"} - set(index)) == []
