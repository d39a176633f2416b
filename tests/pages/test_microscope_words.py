"""Does the microscope refuse what the library refuses, keep states in addresses, and write true Python?"""

import io
import re
from contextlib import redirect_stdout

import numpy as np
import pytest
from javascript import call_in_node

from l0edu import HardConcrete
from l0edu.errors import InputError

SOURCES = [f"microscope/{name}.js" for name in ("law", "state", "words")]
PAPERS = {"log_alpha": 0.0, "beta": 2 / 3, "gamma": -0.1, "zeta": 1.1, "u": 0.3}
STATES = [
    PAPERS,
    PAPERS | {"beta": 0.5, "log_alpha": -2.5, "u": 0.9},
    PAPERS | {"log_alpha": 5, "u": 0.02},
    PAPERS | {"log_alpha": -8, "gamma": -1, "zeta": 2, "beta": 4, "u": 0.5},
    PAPERS | {"log_alpha": 0.123456789012345, "gamma": -0.001, "zeta": 1.001, "beta": 0.05, "u": 0.999},
    PAPERS | {"beta": 1 / 3, "u": 1 / 7},
]


@pytest.fixture
def node(tmp_path):
    """`node(name, *arguments)`: what a function of the page's scripts returns."""
    return lambda *call: call_in_node(SOURCES, [call], tmp_path)[0]


@pytest.fixture
def each(tmp_path):
    """`each(name, arguments)`: what it returns for each of them, after one start of Node."""
    return lambda name, given: call_in_node(SOURCES, [[name, one] for one in given], tmp_path)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"beta": 0}, "beta = 0: the temperature must be positive"),
        ({"beta": -1}, "must be positive"),
        ({"gamma": 0}, "gamma must be below 0"),
        ({"gamma": 0.2}, "gamma must be below 0"),
        ({"zeta": 1}, "zeta must be above 1"),
        ({"zeta": 0.9}, "zeta must be above 1"),
        ({"gamma": 1.1, "zeta": -0.1}, "swapped"),
    ],
)
def test_what_the_library_refuses_is_refused_in_a_sentence(node, change, says):
    state = PAPERS | change
    with pytest.raises(InputError):
        HardConcrete(state["beta"], state["gamma"], state["zeta"])
    assert says in node("refusal", state)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"u": 0}, "u lies between 0 and 1"),
        ({"u": 1.5}, "u lies between 0 and 1"),
        ({"log_alpha": 50}, "draws log_alpha from -8 to 8"),
        ({"beta": 1e300}, "draws beta from 0.05 to 4"),
        ({"u": 1e-9}, "draws u from 0.001 to 0.999"),
        ({"gamma": None}, "gamma is not a number"),
        ({"zeta": "NaN"}, "zeta is not a number"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_a_sentence(node, change, says):
    assert says in node("refusal", PAPERS | change)


def test_what_can_be_drawn_is_not_refused(each):
    assert set(each("refusal", STATES)) == {""}


def test_a_state_comes_back_from_its_address_to_the_last_digit(each):
    assert each("((hash) => fromHash(hash, {}))", each("toHash", STATES)) == STATES


def test_an_address_may_name_some_numbers_and_fractions(node):
    assert node("fromHash", "#beta=1/2&u=.7&colour=red", PAPERS) == PAPERS | {"beta": 0.5, "u": 0.7}


def test_what_is_no_number_is_not_taken_for_one(each):
    texts = ["", "x", "1/2/3", "1/", "NaN", "Infinity", "0x10", "1 2", "--1", "1e"]
    assert set(each("parseNumber", texts)) == {"NaN"}


def test_numbers_are_read_as_people_write_them(each):
    numbers = {"2/3": 2 / 3, " -0.1 ": -0.1, "−.5": -0.5, "1e-3": 0.001, "+2": 2}
    assert each("parseNumber", numbers) == list(numbers.values())


def test_a_probability_is_never_written_as_0_or_1(each):
    texts = {0.25: "0.2500", 1e-9: "< 0.0001", 1 - 1e-9: "> 0.9999", 0: "< 0.0001"}
    assert each("probability", texts) == list(texts.values())


def test_only_what_is_exactly_0_or_1_is_written_so(each):
    texts = {0: "0", 1: "1", 0.5: "0.5000", -0.25: "−0.2500", 9.6e-9: "9.6e−9", -1e-7: "−1.0e−7"}
    assert each("exact", texts) == list(texts.values())


@pytest.mark.parametrize(
    ("u", "says"),
    [(0.3, "partly open, z = 0.163"), (0.05, "closed, z = 0 exactly"), (0.95, "fully open, z = 1 exactly")],
)
def test_a_draw_is_told_in_words(node, u, says):
    assert says in node("drawInWords", PAPERS | {"u": u})


@pytest.mark.parametrize("state", STATES)
def test_the_program_prints_the_numbers_of_the_page(node, state):
    program = node("asPython", state)
    shown = [float(number) for number in re.findall(r"# (\S+)$", program, re.MULTILINE)]
    assert shown == pytest.approx(list(node("numbersOf", state).values()), rel=1e-9)
    with redirect_stdout(io.StringIO()) as printed:
        exec(program, {})
    np.testing.assert_allclose(
        [float(line) for line in printed.getvalue().split()], shown, rtol=1e-9, atol=1e-15
    )


def test_the_notes_of_the_presets_are_true(node):
    laws = {each["name"]: PAPERS | each["change"] for each in node("(() => PRESETS)")}
    numbers = {name: node("numbersOf", law) for name, law in laws.items()}
    assert numbers["In training"]["prob_zero"] == pytest.approx(1 / 6, abs=0.005)
    assert round(numbers["Figure 2"]["prob_zero"], 2) == 0.23
    assert numbers["Shut at test"]["test_value"] == 0
    assert 0.28 < numbers["Shut at test"]["prob_open"] < 0.3
    assert 0.89 < numbers["Wide open"]["prob_one"] < 0.93
    assert numbers["Wide open"]["open_slope"] < 0.005
    assert 0.86 < numbers["Cold"]["prob_zero"] + numbers["Cold"]["prob_one"] < 0.9
    assert numbers["Hot"]["prob_zero"] < 0.01
    assert numbers["Hardly stretched"]["prob_zero"] == pytest.approx(0.01, abs=0.001)
