import doctest
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def test_the_readmes_example_prints_what_it_says(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    done = doctest.testfile(str(ROOT / "README.md"), module_relative=False, optionflags=options)
    assert done.attempted > 5
    assert done.failed == 0


def test_the_test_command_stands_in_one_line_for_ci_to_find():
    assert len(re.findall(r"^.*-m pytest.*$", README, flags=re.MULTILINE)) == 1
    assert "grep -m 1 -- '-m pytest' README.md" in (ROOT / ".ci" / "run").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_pictures_lead_to_files_that_exist(page):
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    made = ("http", "generated/")  # elsewhere, or made with the site, whose own test follows its links
    missing = [t for t in targets if not t.startswith(made) and not (page.parent / t).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pictures_have_an_alternative_text(page):
    pictures = re.findall(r"!\[([^\]]*)\]", page.read_text(encoding="utf-8"))
    assert [alt for alt in pictures if len(alt) < 20] == []


def test_the_results_page_quotes_the_records():
    page = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
    summaries = list((ROOT / "docs" / "results").glob("*/summary.json"))
    assert summaries
    for file in summaries:
        summary = json.loads(file.read_text())
        assert "-".join(map(str, summary["architecture"])) in page
        assert f"{summary['test_error']:.2f}" in page
        assert f"{summary['expected_l0']:,.0f}" in page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_has_a_gap_to_fill(page):
    assert re.findall(r"@[A-Z]+@", page.read_text(encoding="utf-8")) == []
