"""Are the numbers of every exercise different, short, and fit for hand arithmetic?"""

from hashlib import sha256
from itertools import combinations

import pytest
from step_variants import answers_of, variants

from l0edu.errors import InputError
from l0edu.one_step import ANSWERS, draw_givens, of_seed, of_variant, seed_of, work_out
from l0edu.one_step.numerals import computed, given


def test_no_two_of_200_variants_have_the_same_answers():
    keys = [tuple(answers_of(exercise, digits=4).values()) for exercise in variants()]
    assert len(set(keys)) == 200
    for first, second in combinations(keys, 2):
        assert sum(abs(a - b) > 0.001 for a, b in zip(first, second, strict=True)) > 20


def test_one_gate_is_closed_one_open_and_one_between_and_all_three_gates_take_turns():
    orders = {tuple(exercise.values[f"z{k}"] for k in "123") for exercise in variants()}
    assert all(sorted((z == 0) + 2 * (z == 1) for z in order) == [0, 1, 2] for order in orders)
    inside = [{0 < order[k] < 1 for order in orders} for k in range(3)]
    assert inside == [{True, False}] * 3


def test_no_answer_is_nearly_0_or_1_without_being_it():
    for exercise in variants():
        for name in ANSWERS:
            value = exercise.values[name]
            assert value in (0, 1) or min(abs(value), abs(value - 1)) > 0.005, (exercise.name, name)
            assert (computed(value).strip() in ("0", "1")) == (value in (0, 1))


def test_zeros_stand_only_where_a_gate_closes_or_a_mask_falls():
    for exercise in variants():
        v = exercise.values
        closed = next(k for k in "123" if v[f"z{k}"] == 0)
        assert closed in "12"  # both hidden units stay in use
        masked = {f"{what}{k}" for k in "123" if v[f"z{k}"] in (0, 1) for what in ("mask", "dL/dlog_alpha")}
        behind = {f"z{closed}", f"x{closed}_gated", f"dL/dw1{closed}", f"dL/dw2{closed}"}
        assert {name for name in ANSWERS if v[name] == 0} == masked | behind


def test_given_numbers_are_short_and_read_back_as_they_are_computed_with():
    for exercise in variants():
        for name, value in exercise.givens.items():
            shown = given(name, value)
            assert len(shown.lstrip("-")) <= 4
            assert name == "beta" or float(shown) == value


def test_both_hidden_units_are_on_and_the_step_lowers_the_objective():
    for exercise in variants():
        v = exercise.values
        assert v["a1"] > 0 < v["a2"]
        after = work_out({name: v.get(f"{name}'", value) for name, value in exercise.givens.items()})
        assert after["R"] < v["R"]


def test_a_sheet_printed_today_keeps_its_key():
    names = ("x1", "x2", "t", "w11", "w12", "w21", "w22", "v1", "v2", "u1", "u2", "u3", "lambda", "eta")
    seed_0 = [2.0, -2.0, 1.3, 0.6, -1.2, 0.3, 0.5, -0.9, -0.4, 0.84, 0.25, 0.82, 0.2, 0.5]
    assert [draw_givens(0)[name] for name in names] == seed_0
    everything = repr([list(exercise.givens.items()) for exercise in variants()])
    assert sha256(everything.encode()).hexdigest()[:16] == "b84492e7f6e87706"


def test_spaces_around_a_variant_do_not_matter():
    assert of_variant("s123456").givens == of_variant(" s123456\n").givens


def test_variants_differ_from_each_other_and_from_seeds():
    seeds = {seed_of(text) for text in ("7", "07", "s7", "S7", "ä", "a")}
    assert len(seeds) == 6
    assert of_variant("7").givens != of_seed(7).givens
    assert seed_of("ä") == seed_of("a\u0308")
    assert of_variant("ä").name == of_variant("a\u0308").name


@pytest.mark.parametrize(("make", "argument"), [(of_seed, -1), (of_variant, ""), (of_variant, "  ")])
def test_a_negative_seed_and_an_empty_variant_are_refused(make, argument):
    with pytest.raises(InputError, match="--"):
        make(argument)
