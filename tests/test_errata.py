"""Is every entry of docs/errata.md complete, and does every test that it names exist?"""

import ast
import re
from pathlib import Path

import pytest
from errata_page import ENTRIES, ERRATA, ROOT, TEST_ID


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_entry_says_what_is_right_by_which_number_which_test_and_how_we_know(entry):
    for label in ("Number", "Here", "Tests", "Known"):
        assert ENTRIES[entry].count(f"- {label}: ") == 1
    assert TEST_ID.search(ENTRIES[entry].split("- Tests: ")[1])


@pytest.mark.parametrize(("path", "name"), sorted(set(TEST_ID.findall(ERRATA))))
def test_every_test_that_is_named_exists(path, name):
    functions = [
        node.name
        for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    ]
    assert name in functions


def test_no_mention_of_a_test_escapes_these_checks():
    assert ERRATA.count("tests/") == len(TEST_ID.findall(ERRATA))


def test_every_number_computed_here_belongs_to_an_entry():
    files = Path(__file__).parent.glob("test_errata_*.py")
    code = "\n".join(path.read_text(encoding="utf-8") for path in files)
    named = {name for path, name in TEST_ID.findall(ERRATA) if path.startswith("tests/test_errata_")}
    assert set(re.findall(r"^def (test_\w+)", code, re.MULTILINE)) == named
