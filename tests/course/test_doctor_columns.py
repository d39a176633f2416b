"""Are the columns of the doctor's table other routes to the same numbers?"""

import sys
from dataclasses import replace

import numpy as np
import pytest
from needs import need_package

from l0edu.course.doctor import in_torch, target, targets
from l0edu.course.doctor.comparison import parts, same
from l0edu.course.doctor.examined import examine
from l0edu.course.doctor.legend import DIFFERS, MEANINGS
from l0edu.course.doctor.routes import autograd_vjp, bisection, central_difference, complex_step
from l0edu.course.doctor.table import table

COLUMNS = [
    pytest.param(
        one,
        column,
        id=f"{one.function}-{column.title}",
        marks=[pytest.mark.torch] if column.package == "torch" else [],
    )
    for one in targets()
    for column in one.columns
]
each_column = pytest.mark.parametrize(("target", "column"), COLUMNS)


def computed(column, case):
    if column.package:
        need_package(column.package)
    return column.compute(*case.arguments)


@each_column
def test_a_column_leads_to_the_right_numbers(target, column):
    for seed in (0, 1):
        for case in target.draw(np.random.default_rng(seed)):
            right = target.read(target.right(*case.arguments), *case.arguments)
            assert same(computed(column, case), right, column.tolerance)


@each_column
def test_a_column_does_not_ask_the_right_function(target, column, monkeypatch):
    def asked(*_):
        raise AssertionError(f"{column.title} asks {target.function} itself")

    case = target.draw(np.random.default_rng(0))[0]
    monkeypatch.setattr(sys.modules[target.right.__module__], target.right.__name__, asked)
    assert parts(computed(column, case), target.results) is not None


@pytest.mark.parametrize("target", targets(), ids=lambda target: target.function)
def test_each_function_has_another_route_that_needs_no_package(target):
    assert [column for column in target.columns if not column.package]
    titles = [column.title for column in target.columns]
    assert len(set(titles)) == len(titles)


def test_the_legend_explains_every_column_and_no_other():
    heads = {one.first for one in targets()} | {column.title for one in targets() for column in one.columns}
    assert set(MEANINGS) == heads | {DIFFERS}


@pytest.mark.parametrize("target", targets(), ids=lambda target: target.function)
def test_the_cases_are_the_same_for_one_seed_and_others_for_another(target):
    first, again, other = (target.draw(np.random.default_rng(seed)) for seed in (0, 0, 1))
    assert repr(first) == repr(again)
    assert repr(first[0].arguments) != repr(other[0].arguments)


def test_the_routes_to_a_derivative_agree():
    x, g = np.array([[0.3, -1.0], [2.0, 0.5]]), np.array([[1.0, 2.0], [-1.0, 3.0]])
    wanted = g * 3 * x**2
    for route in (autograd_vjp, central_difference, complex_step):
        np.testing.assert_allclose(route(lambda v: v**3, x, g), wanted, rtol=1e-8)


@pytest.mark.torch
def test_the_route_through_torch_agrees():
    need_package("torch")
    x = np.array([1.0, 2.0])
    np.testing.assert_allclose(in_torch.derivative(lambda v: v**3, x, np.array([1.0, -1.0])), [3.0, -12.0])


def test_bisection_inverts_a_function_that_rises():
    np.testing.assert_allclose(bisection(np.exp, np.array([1.0, np.e]), -3.0, 3.0), [0.0, 1.0], atol=1e-12)


def test_the_central_difference_does_not_need_the_mask():
    vjp = target("sample_vjp")
    arguments = vjp.draw(np.random.default_rng(0))[0].arguments
    difference = next(column for column in vjp.columns if column.title == "central difference")
    assert (difference.compute(*arguments) == 0).sum() >= 3


def test_without_torch_its_column_is_left_out(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    sample = target("sample")
    shown = table(examine(sample.right, sample, np.random.default_rng(0)))
    assert shown.titles == ["yours", "library", "bisection of cdf"]


def test_the_table_shows_where_yours_is_wrong_and_where_it_is_not():
    sample = target("sample")
    found = examine(
        lambda *rest: sample.right(*rest) + 7.0 * (np.arange(24) == 5), sample, np.random.default_rng(0)
    )
    rows = dict(table(found).blocks[0].rows)
    assert rows["[5]"][0] == pytest.approx(rows["[5]"][1] + 7)
    assert [label for label, (mine, right, *_) in rows.items() if mine != right] == ["[5]"]
    assert len(rows) == 5
    assert table(found).blocks[0].gaps == [k for k, at in enumerate(rows) if at == "[5]" or at == "[22]"]


def test_beside_zeros_the_difference_itself_is_shown():
    at_work = target("units_at_work")
    found = examine(lambda gates: [gate * 0 + 0.25 for gate in gates], at_work, np.random.default_rng(0))
    zeros = next(i for i, right in enumerate(found.rights) if not right[0].any())
    shown = table(
        replace(found, cases=found.cases[zeros:], yours=found.yours[zeros:], rights=found.rights[zeros:])
    )
    assert shown.blocks[0].farthest[:2] == [0.25, 0.0]


def test_nothing_is_said_to_differ_by_infinity_but_an_infinite_number():
    prob_open = target("prob_open")
    for number, shown in ((np.inf, "inf"), (np.nan, "nan")):
        found = examine(
            lambda *rest, n=number: prob_open.right(*rest) * n, prob_open, np.random.default_rng(0)
        )
        assert str(table(found).blocks[0].farthest[0]) == shown
