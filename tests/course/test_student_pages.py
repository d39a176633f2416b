"""Does each page stand alone? Files that it names are there, and what the grader refuses is said."""

import re
from pathlib import Path

import pytest

from l0edu.course.assignments import ASSIGNMENTS, assignment
from l0edu.course.grading.imports import HARMLESS, import_trouble
from l0edu.paper import find

PROJECT = Path(__file__).parents[2]
each_of_functions = pytest.mark.parametrize("name", [name for name in ASSIGNMENTS if name != "a7"])


def section(page, heading):
    """The text below a heading, up to the next one."""
    return page.split(f"\n{heading}\n")[1].split("\n#")[0]


def flat(text):
    return " ".join(text.split())


@each_of_functions
def test_documentation_is_named_by_title_and_file(name):
    named = re.findall(r"\*([^*]+)\* \(`(docs/[^`]+)`\)", flat(section(assignment(name).page, "## Reading")))
    assert named
    for title, file in named:
        assert (PROJECT / file).read_text(encoding="utf-8").startswith(f"# {title}\n")


@each_of_functions
def test_sections_and_entries_that_are_named_are_there(name):
    reading = flat(section(assignment(name).page, "## Reading"))
    documentation = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (*PROJECT.glob("docs/*.md"), *PROJECT.glob("docs/derivations/*.md"))
    )
    for title in re.findall(r'sections? "([^"]+)"', reading):
        assert re.search(rf"^## .*{re.escape(title)}", documentation, re.MULTILINE), title
    for entry in re.findall(r"\b[AB]\d+\b", reading):
        assert f"### {entry}. " in documentation


@each_of_functions
def test_tutorials_are_named_by_number_and_title_and_can_be_opened(name):
    reading = flat(section(assignment(name).page, "## Reading"))
    numbers = re.findall(r"Tutorial (\d\d), \*([^*]+)\*", reading)
    assert re.findall(r"l0edu tutorials open (\d\d)", reading)[0] in dict(numbers)
    for number, title in numbers:
        (file,) = PROJECT.glob(f"tutorials/{number}_*.py")
        assert title in file.read_text(encoding="utf-8")


@each_of_functions
def test_the_commands_for_items_of_the_paper_know_them(name):
    items = re.findall(r"l0edu paper (\w+)", assignment(name).page)
    assert items
    assert all(find(one) for one in items)


@each_of_functions
def test_the_rules_name_each_module_that_may_be_imported_and_no_other(name):
    one = assignment(name)
    (rule,) = re.findall(r"may import NumPy and, (.*?)\.\s", flat(section(one.page, "### Rules")))
    modules = set(re.findall(r"`(\w+)`", rule))
    assert modules == HARMLESS - {"__future__"}
    source = "\n".join(f"import {module}" for module in modules | {"numpy"})
    assert import_trouble(one, source.encode()) == ""
    assert import_trouble(one, b"import l0edu") != "" != import_trouble(one, b"import autograd")


@each_of_functions
def test_each_page_says_how_to_work_without_another_page(name):
    one = assignment(name)
    how = flat(section(one.page, "### How to work"))
    for words in (
        "l0edu assign check DIR",
        "python -m pytest -s DIR",
        "breakpoint()",
        "Ctrl-C",
        f"python -m doctest DIR/{one.file}",
        f"l0edu gradcheck DIR/{one.file}",
    ):
        assert words in how
    assert "page of a1" not in flat(one.page)


@each_of_functions
def test_each_paragraph_fits_into_125_columns_and_nothing_links_to_a_file_beside_the_page(name):
    page = assignment(name).page
    assert all(len(line) <= 125 for line in page.splitlines() if not line.startswith("|"))
    assert "](" not in page
