"""What does the doctor say of mistakes that are not in its catalogue?"""

from types import SimpleNamespace

import numpy as np
import pytest

from l0edu.course.catalogue import mutants_of
from l0edu.course.doctor import diagnose, known, target


@pytest.fixture(autouse=True)
def _without_catalogue(monkeypatch):
    monkeypatch.setattr(known, "mutants_of", lambda _: ())


def said(name, change, student_name=""):
    """The diagnosis of the right function with its result changed: `change(result, *arguments)`."""
    wanted = target(name)

    def function(*arguments):
        return change(wanted.right(*arguments), *arguments)

    student = SimpleNamespace(**{student_name or name: function})
    return diagnose(student, wanted, np.random.default_rng(3), student_name)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda p, *_: -p, "yours is the right one with the other sign"),
        (lambda p, *_: 2 * p, "yours is the right one times 2"),
        (lambda p, *_: p / 2, "yours is the right one times 1/2"),
        (lambda p, g, log_alpha, beta, *_: p * beta, "yours is the right one times beta"),
        (lambda p, *rest: p * (rest[-1] - rest[-2]), "yours is the right one times (zeta - gamma)"),
        (lambda p, *rest: p / (rest[-1] - rest[-2]), "yours is the right one times 1 / (zeta - gamma)"),
        (lambda p, g, *_: p / len(g), "yours is the right one times 1 / g.shape[0]"),
        (lambda p, *_: 0.3 * p, "yours is the right one times 0.3"),
        (lambda p, *_: p.sum(), "it is summed over axis 0, which should stay"),
        (lambda p, *_: p.mean(), "it is averaged over axis 0, which should stay"),
        (lambda p, *_: np.stack([p / 4, 3 * p / 4]), "the sum over axis 0 is missing"),
        (lambda p, *_: p[None, :], "the numbers are right, and stand in shape (1, 24) in place of (24,)"),
        (lambda p, *_: p[::-1], "axis 0 is reversed"),
        (lambda p, *_: None, "yours is None (is a `return` missing?), and should be an array of shape (24,)"),
        (lambda p, *_: p[:3], "no known mistake gives these numbers; yours is an array of shape (3,)"),
    ],
)  # fmt: skip
def test_what_is_done_to_all_numbers_alike_is_named(change, sentence):
    found = said("prob_open_vjp", change)
    assert (found.verdict, found.mutant) == ("wrong", None)
    assert found.sentence.startswith(sentence)


def test_a_complement_is_named():
    assert said("test_value", lambda z, *_: 1 - z).sentence == "yours is 1 minus the right one"


def test_a_transposed_result_is_named_and_the_other_results_are_right():
    found = said("gated_dense_vjp", lambda grads, *_: (grads[0], grads[1].T, *grads[2:]))
    assert found.sentence == "dx, db and dz are right; dW: it is transposed"


def test_results_in_another_order_are_named():
    found = said("dense_l2_gradients", lambda pair, *_: pair[::-1])
    assert found.sentence == "the results are right, in another order: yours are (dlog_alpha, dW)"


def test_one_array_in_place_of_two_is_named():
    found = said("dense_l2_gradients", lambda pair, *_: pair[0])
    assert found.sentence == "it should return a tuple of 2 results, (dW, dlog_alpha)"


def test_two_results_with_a_mistake_each_get_a_sentence_each():
    found = said("dense_l2_gradients", lambda pair, *_: (2 * pair[0], -pair[1]))
    assert "dW: " in found.sentence
    assert "dlog_alpha: yours is the right one with the other sign" in found.sentence


def test_each_result_that_is_wrong_is_told_apart():
    found = said("gated_dense_vjp", lambda grads, *_: (grads[0] + 1, grads[1], grads[2], grads[3] / 5))
    assert found.sentence.startswith(
        "dW and db are right; dx: no known mistake gives these numbers; yours at ["
    )
    assert found.sentence.endswith("; dz: yours is the right one times 0.2")


def test_a_known_mistake_in_one_result_is_told_beside_an_unknown_one(monkeypatch):
    monkeypatch.undo()
    mutant = next(one for one in mutants_of("a3") if one.name == "dense_l2_gradients_by_p")
    found = said("dense_l2_gradients", lambda pair, *rest: (pair[0] + 1, mutant.function(*rest)[1]))
    assert found.sentence.startswith("dW: no known mistake gives these numbers; yours at [")
    assert found.sentence.endswith(f"; {mutant.diagnosis}")
    assert (found.mutant, found.hint) == (None, "")


def test_two_known_mistakes_are_named_once_each_and_nothing_else_is_said(monkeypatch):
    monkeypatch.undo()
    one, other = (
        next(mutant for mutant in mutants_of("a4") if mutant.name == name)
        for name in ("conv_dx_through_a_turned_kernel", "conv_db_without_gates")
    )
    found = said(
        "gated_conv_vjp",
        lambda grads, *rest: (one.function(*rest)[0], grads[1], other.function(*rest)[2], grads[3]),
    )
    assert sorted(found.sentence.split("; ")) == sorted([one.diagnosis, other.diagnosis])


def test_a_mistake_in_three_results_is_not_named_when_one_is_wrong(monkeypatch):
    monkeypatch.undo()
    found = said("gated_dense_vjp", lambda grads, g, *_: (*grads[:3], grads[3] / len(g)))
    assert found.sentence.startswith("dx, dW and db are right; dz: yours is the right one times ")


def test_what_is_wrong_only_where_the_gate_is_clipped_is_said_so():
    found = said("sample", lambda z, *_: np.where(z == 0, 0.01, np.where(z == 1, 0.99, z)))
    assert "right where 0 < z < 1, wrong where the gate is clipped to 0" in found.sentence


def test_what_is_wrong_in_some_cases_only_is_said_so():
    found = said("sample", lambda z, *_: z if z.ndim == 1 else z / 3)
    assert found.sentence.startswith("wrong with u of shape (5, 24): yours is the right one times 0.33333")
    assert found.sentence.endswith(" (right with u of shape (24,))")


def test_two_mistakes_at_once_are_not_taken_for_one():
    def both(log_alpha, u, beta, gamma, zeta):
        s = 1 / (1 + np.exp(-(np.log(u / (1 - u)) + log_alpha)))
        return s * zeta

    student = SimpleNamespace(sample=both)
    found = diagnose(student, target("sample"), np.random.default_rng(0))
    assert found.mutant is None
    assert found.sentence.startswith("no known mistake gives these numbers; yours at [")
    assert found.sentence.endswith("yours does not change with beta and gamma, and should")


def test_a_hyperparameter_that_does_not_belong_there_is_named():
    found = said("test_value", lambda z, log_alpha, beta, *_: z + beta * np.cos(log_alpha))
    assert found.sentence.endswith("yours changes with beta, and should not")


def test_nan_is_told_with_its_place():
    found = said("prob_open", lambda p, *_: np.where(np.arange(p.size) == 7, np.nan, p))
    assert found.sentence.startswith("yours is nan in places, which is no number: is it a log of a negative")
    assert "? Yours at [7] is nan, and should be 0." in found.sentence


def test_nan_everywhere_is_not_said_to_depend_on_nothing():
    found = said("prob_open", lambda p, *_: p * np.nan)
    assert found.sentence == "yours is nan, which is no number: is it a log of a negative number, or 0 / 0?"


def test_infinite_numbers_are_wrong_without_a_warning():
    question = "is it a log of 0, or a division by 0?"
    for divisor, start in (
        (0, f"yours is infinite: {question}"),
        (1, f"yours is infinite in places: {question}"),
    ):
        with np.errstate(all="ignore"):
            found = said("prob_open", lambda p, *_, d=divisor: 1 / np.where(p > 0.5, d, 0))
        assert found.sentence.startswith(start)


def test_huge_numbers_are_wrong_without_a_warning():
    with np.errstate(all="ignore"):
        found = said("prob_open", lambda p, *_: -p * 1e308 * np.arange(p.size))
    assert "ours at [" in found.sentence


def test_one_wrong_case_of_many_is_named_in_a_short_sentence():
    def at_least_one(cost, gates, n_out):
        return cost if gates[3].any() else 8

    found = said("chain_flops", at_least_one)
    wanted = "wrong with list 3 closed: yours is 8, and should be 0 (right in the other 5 cases)"
    assert found.sentence == wanted


def test_an_error_is_told_with_the_case_in_which_it_comes():
    found = said("sample", lambda z, *_: z if z.ndim == 1 else z[0, 0, 0])
    assert found.sentence.startswith("with u of shape (5, 24), it stops: IndexError: too many indices")


def test_a_single_wrong_number_is_no_factor():
    found = said("conv_group_size", lambda size, shape, bias: size - 2 * bias)
    assert found.sentence.startswith("wrong with bias: yours is ")
    assert "times" not in found.sentence


def test_the_function_may_have_another_name():
    found = said("prob_open", lambda p, *_: 2 * p, student_name="my_open")
    assert (found.function, found.sentence) == ("prob_open", "yours is the right one times 2")


def test_the_arguments_of_one_call_do_not_change_those_of_the_next():
    def spoils(log_alpha, beta, gamma, zeta):
        p = target("prob_open").right(log_alpha.copy(), beta, gamma, zeta)
        log_alpha[:] = 0
        return p

    found = diagnose(SimpleNamespace(prob_open=spoils), target("prob_open"), np.random.default_rng(0))
    assert found.verdict == "right"
