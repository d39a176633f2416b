from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l0edu.errors import InputError
from l0edu.sweep.grid import grid_values, number_text

ENDS = st.floats(1e-6, 1e6)


@given(start=ENDS, stop=ENDS, count=st.integers(2, 40), spacing=st.sampled_from(["log", "lin"]))
def test_the_ends_are_exact_and_the_rest_lies_between_in_order(start, stop, count, spacing):
    if max(start, stop) < 1.01 * min(start, stop):
        return  # refused, as 6 digits may not tell such values apart
    values = grid_values(f"{start}:{stop}:{spacing}:{count}")
    assert (values[0], values[-1], len(values)) == (start, stop, count)
    assert values == sorted(values, reverse=start > stop)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_written_without_a_loss(value):
    assert float(number_text(value)) == value


def test_a_log_grid_has_equal_factors_and_short_names():
    values = grid_values("0.01:3:log:8")
    assert max(len(number_text(value)) for value in values) == 9
    factors = [after / before for before, after in pairwise(values)]
    assert factors == pytest.approx([300 ** (1 / 7)] * 7, rel=1e-5)


def test_whole_numbers_stay_whole():
    values = grid_values("50:200:log:3", whole=True) + grid_values("1:10:lin:3", whole=True)
    assert values == [50, 100, 200, 1, 6, 10]
    assert {type(value) for value in [*values, *grid_values("3,1,2", whole=True)]} == {int}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1:2:log", "write START:STOP:log:COUNT"),
        ("1:2:logarithmic:3", "write START:STOP:log:COUNT"),
        ("1:2:lin:3:4", "write START:STOP:log:COUNT"),
        ("0:1:log:3", "must be positive"),
        ("1:2:lin:1", "the count must be from 2 to 10,000"),
        ("1:2:lin:1000000000", "the count must be from 2 to 10,000"),
        ("1:2:lin:x", "'x' is no whole number"),
        ("a:2:lin:3", "'a' is no number"),
        ("1,,2", "'nothing' is no number"),
        ("1,nan", "nan is not finite"),
        ("1:inf:lin:3", "inf is not finite"),
        ("1,2,1", "a value twice: 1, 2, 1"),
        ("1:1.0000001:lin:9", "a value twice"),
        ("1:2:lin:3,5", "'1:2:lin:3' is no number"),
    ],
)
def test_what_is_no_grid_is_refused_by_name(text, words):
    with pytest.raises(InputError) as refusal:
        grid_values(text)
    assert words in str(refusal.value)
    assert text in str(refusal.value)


@pytest.mark.parametrize("text", ["1.5,2", "1:4.5:lin:3", "1:2:lin:5"])
def test_whole_numbers_are_refused_when_they_are_not_or_come_twice(text):
    with pytest.raises(InputError, match=r"no whole number|a value twice"):
        grid_values(text, whole=True)
