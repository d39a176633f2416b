"""Are the columns of the doctor's table other routes to the same numbers?"""

import sys

import numpy as np
import pytest
from needs import need_package

from l0edu.course.doctor import in_torch, target, targets
from l0edu.course.doctor.comparison import parts, same
from l0edu.course.doctor.examined import examine
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
            assert same(computed(column, case), target.right(*case.arguments), column.tolerance)


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


@pytest.mark.parametrize("target", targets(), ids=lambda target: target.function)
def test_the_cases_are_the_same_for_one_seed_and_others_for_another(target):
    first, again, other = (target.draw(np.random.default_rng(seed)) for seed in (0, 0, 1))
    assert all(same(one.arguments, two.arguments) for one, two in zip(first, again, strict=True))
    assert not same(first[0].arguments, other[0].arguments)


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
