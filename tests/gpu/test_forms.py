"""Do the forms of autograd.numpy give unchanged autograd's numbers on a device, or say what to write?"""

import numpy as np
import pytest
from gpu.forms import arguments_in, judge
from gpu.forms_outcomes import TWICE, compared, outcome
from gpu.forms_page import PAGE, outcomes, page
from gpu.forms_table import FORMS, TABLE, by_text, stock_values

from l0edu.gpu import register


@pytest.fixture(scope="session")
def stock(tmp_path_factory):
    """By form, from a process in which no rule was replaced."""
    return by_text(stock_values(tmp_path_factory.mktemp("forms") / "stock.npz"))


each_kind = pytest.mark.parametrize("kind", TABLE)
each_dtype = pytest.mark.parametrize("dtype", ["float64", "float32"])


def expected(one):
    return one.refusal or TWICE


@each_dtype
@each_kind
def test_forms_are_differentiated_twice_on_a_device_or_refused(kind, dtype, stock, device, xp):
    outcomes = {one: outcome(one, stock[one.text], device, xp, dtype) for one in TABLE[kind]}
    assert {one.text: said for one, said in outcomes.items() if expected(one) not in said} == {}


@pytest.mark.filterwarnings("ignore:._ is slow")
@each_dtype
@each_kind
def test_with_the_rules_registered_numpys_arrays_give_stock_numbers_in_their_dtype(kind, dtype, stock):
    register("stand-in")
    judged = {one.text: judge(one, np, arguments_in(dtype, one)) for one in TABLE[kind]}
    outcomes = {text: compared(found, stock[text], dtype) for text, found in judged.items()}
    assert {text: said for text, said in outcomes.items() if said != TWICE} == {}


def test_the_table_is_long_enough_and_names_each_form_once():
    texts = [one.text for one in FORMS]
    assert len(texts) == len(set(texts)) >= 127


def test_at_least_93_percent_of_the_forms_differentiate_twice():
    refused = [one.text for one in FORMS if one.refusal]
    assert len(refused) <= 0.07 * len(FORMS)


def test_the_page_about_the_forms_says_what_the_tests_found(stock):
    assert PAGE.read_text(encoding="utf-8") == page(outcomes(stock)), "write it: gpu/forms_page.py says how"
