"""Is an item found however a reader spells it?"""

import pytest
from gradient_checks import refused

from l0edu.paper import ITEMS, find


@pytest.mark.parametrize(
    "text",
    [
        "eq11",
        "11",
        "eq.11",
        "equation11",
        "Eq. 11",
        "Equation 11",
        "EQ 11",
        "eq-11",
        "(11)",
        "Eqs. 11",
        "eq_11",
    ],
)
def test_an_equation_may_be_spelled_in_many_ways(text):
    assert [item.key for item in find(text)] == ["eq11"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("fig2", "figure2"),
        ("figure2", "figure2"),
        ("Fig. 2a", "figure2"),
        ("Figure 2b", "figure2"),
        ("table1", "table1"),
        ("Tab. 1", "table1"),
        ("appendixA", "appendixA"),
        ("appendix b", "appendixB"),
        ("App. B", "appendixB"),
        ("a", "appendixA"),
    ],
)
def test_figures_tables_and_appendices_too(text, key):
    assert [item.key for item in find(text)] == [key]


@pytest.mark.parametrize("key", ITEMS)
def test_every_key_and_every_name_finds_its_item(key):
    assert find(key) == find(ITEMS[key].name) == [ITEMS[key]]


def test_several_are_found_in_order_and_a_bare_number_is_what_was_named_before_it():
    found = [item.key for item in find("fig 1, 2 Eq. 11 12; table2")]
    assert found == ["figure1", "figure2", "eq11", "eq12", "table2"]
    assert [item.key for item in find("Eqs. 12 and 16 & Fig. 2, and 3")] == [
        "eq12",
        "eq16",
        "figure2",
        "figure3",
    ]
    assert find("") == []


@pytest.mark.parametrize(
    "text",
    [
        *("eq18", "eq0", "fig9", "table 3", "appendix C", "eq11a", "eq10-13", "tabula", "eq", "11 nonsense"),
        *("-1", "11 and", "1" * 5000),
    ],
)
def test_what_is_not_in_the_paper_is_refused_with_a_list(text):
    with refused("eq1 to eq17, figure1 to figure4, table1 to table2, appendixA to appendixB"):
        find(text)
