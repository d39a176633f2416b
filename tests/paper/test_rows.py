"""Does every item of the paper have a row, and does everything exist that the rows name?"""

import ast
import importlib
import re
from functools import cache
from operator import attrgetter
from pathlib import Path

import pytest
from errata_page import ENTRIES
from paper_mentions import mentions

from l0edu.paper import ERRATA, ITEMS, place

ROOT = Path(__file__).parents[2]
TUTORIALS = sorted({name for item in ITEMS.values() for name in item.tutorials})
each_item = pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)


@cache
def defined_in(path):
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_item_of_the_paper_has_a_row_and_nothing_else_does():
    equations, figures = [f"eq{n}" for n in range(1, 18)], [f"figure{n}" for n in range(1, 5)]
    assert list(ITEMS) == [*equations, *figures, "table1", "table2", "appendixA", "appendixB"]


@each_item
def test_a_row_is_complete(item):
    assert item.title
    assert 1 <= len(item.formula) <= 2
    assert item.meaning.endswith(".")
    assert re.search(r"\b(read|recalled)\b", item.known)
    assert item.code
    assert item.tests
    assert item.value


@each_item
def test_every_function_that_is_named_exists_where_it_is_said_to_be(item):
    for reference in item.code:
        module, name = reference.split(":")
        found = attrgetter(name)(importlib.import_module(module))
        line = place(reference).file.read_text(encoding="utf-8").splitlines()[place(reference).line - 1]
        assert re.match(rf"\s*(def|class) {name.split('.')[-1]}\b", line)
        assert getattr(found, "__module__", module) == module


@each_item
def test_every_test_that_is_named_exists(item):
    for test in item.tests:
        path, name = test.split("::")
        assert name in defined_in(path), test


def test_the_errata_have_the_titles_of_their_page():
    titles = {}
    for line in (ROOT / "docs" / "errata.md").read_text(encoding="utf-8").splitlines():
        if match := re.fullmatch(r"### (\w+)\. (.*)", line):
            titles[match[1]] = match[2]
    assert titles == ERRATA
    assert set(ENTRIES) == set(ERRATA)


def test_every_erratum_belongs_to_an_item():
    assert {entry for item in ITEMS.values() for entry in item.errata} == set(ERRATA)


def test_equations_10_to_13_and_all_slides_but_the_first_and_the_last_two_have_their_place():
    slides = {slide for item in ITEMS.values() for slide in item.slides}
    assert slides == set(range(2, 13))  # 1 is the title, 13 the discussion, 14 thanks
    assert all(ITEMS[f"eq{n}"].slides for n in range(1, 14))


@pytest.mark.parametrize("name", TUTORIALS)
def test_every_tutorial_that_is_named_exists_and_names_the_item_among_its_sources(name):
    text = (ROOT / "tutorials" / name).read_text(encoding="utf-8")
    sources = text.split("**Paper and slides.**")[1].split("**Time.**")[0].replace("\n#", " ")
    items = [item for item in ITEMS.values() if name in item.tutorials]
    assert [item.key for item in items if not mentions(item, " ".join(sources.split()))] == []


@each_item
def test_every_derivation_that_is_named_exists_and_names_the_item(item):
    if item.derivation:
        page = (ROOT / "docs" / "derivations" / item.derivation).read_text(encoding="utf-8")
        assert re.search(rf"\b{item.name.replace('Equation', 'Eqs?[.]')}\b", page, re.IGNORECASE)
