"""Is the table of the documentation whole, and does it say what the rows say?"""

import re

import pytest

from l0edu.paper import ITEMS, crosswalk, place

ROWS = [line for line in crosswalk().splitlines() if line.startswith("| ")]
CELLS = [re.split(r"(?<!\\)\|", row)[1:-1] for row in ROWS]


def test_there_is_one_row_for_each_item_in_the_papers_order():
    names = [cells[0] for cells in CELLS[2:]]
    assert len(names) == len(ITEMS)
    for name, item in zip(names, ITEMS.values(), strict=True):
        assert f"{item.name}](" in name or f"{item.name}:" in name
        assert item.title in name


def test_every_row_has_as_many_cells_as_the_head():
    assert {len(cells) for cells in CELLS} == {len(CELLS[0])}
    assert set(CELLS[1]) == {" --- "}


@pytest.mark.parametrize("key", ["eq1", "eq12", "figure2"])
def test_a_row_names_functions_with_lines_tests_as_sentences_and_errata(key):
    cells = CELLS[2 + list(ITEMS).index(key)]
    for reference in ITEMS[key].code:
        where = place(reference)
        assert f"`{where.name}`<br>`{where.path}:{where.line}`" in cells[2]
    for test in ITEMS[key].tests:
        assert test.split("::test_")[1].replace("_", " ") in cells[2]
    assert re.findall(r"\[(\w+)\]\(../errata.md#", cells[3]) == list(ITEMS[key].errata)
