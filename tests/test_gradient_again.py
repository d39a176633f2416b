"""What does one evaluation leave to the next? Neither memory nor a recorded value, even after an error."""

import contextlib
import gc
import weakref

import autograd.numpy as anp
import numpy as np
import pytest

from l0edu.concrete import sigmoid
from l0edu.errors import InputError
from l0edu.gradient import value_and_grad
from l0edu.lp import lp_penalty
from l0edu.tape import primitive

KEPT = {
    "first": lambda p, kept: anp.sum(kept * p),
    "second": lambda p, kept: anp.sum(p * kept),
    "alone": lambda p, kept: anp.sum(kept**2),
    "in a term": lambda p, kept: {"data": anp.sum(p), "l2": lp_penalty(kept, 2)},
}


@pytest.mark.parametrize("make", [lambda p: p, sigmoid], ids=["a parameter", "a result"])
@pytest.mark.parametrize("objective", KEPT.values(), ids=KEPT)
def test_what_an_earlier_evaluation_recorded_is_refused_and_not_taken_for_a_constant(objective, make):
    kept = []
    evaluate = value_and_grad(lambda p: objective(p, kept[0] if kept else kept.append(make(p)) or kept[0]))
    evaluate(np.ones(2))
    with pytest.raises(InputError, match=r"earlier evaluation had recorded.*getval") as caught:
        evaluate(np.ones(2))
    assert len(str(caught.value).splitlines()) == 1


def test_what_a_trace_inside_recorded_is_refused_outside_of_it():
    kept = []

    def objective(p):
        value_and_grad(lambda q: kept.append(q) or anp.sum(q**2))(np.ones(2))
        return {"data": anp.sum(p), "kept": anp.sum(kept[0])}

    with pytest.raises(InputError, match="earlier evaluation"):
        value_and_grad(objective)(np.ones(2))


def test_an_error_on_the_way_back_leaves_nothing_behind():
    broken = [True]
    triple = primitive(lambda x: 3 * x)

    @triple.gradient("x")
    def triple_dx(g):
        if broken:
            raise ZeroDivisionError
        return 3 * g

    evaluate = value_and_grad(lambda p: anp.sum(triple(p * p) + p), np.full(2, np.nan))
    with pytest.raises(ZeroDivisionError):
        evaluate(np.ones(2))
    broken.clear()
    np.testing.assert_array_equal(evaluate(np.ones(2))[1], [7, 7])


def test_an_error_frees_what_was_recorded_without_waiting_for_the_garbage_collector():
    recorded = []

    def failing(p):
        recorded.append(weakref.ref(sigmoid(p * 2.0)._value))
        raise ZeroDivisionError

    gc.disable()
    try:
        with contextlib.suppress(ZeroDivisionError):
            value_and_grad(failing)(np.ones(2))
        assert recorded[0]() is None
    finally:
        gc.enable()
