import numpy as np
import pytest
from hypothesis import given
from strategies import few, seeds

from l0edu import lenet5, mlp
from l0edu.oracle import difference_errors, draw_case
from l0edu.oracle.differences import slope_along
from l0edu.tables import map_arrays


def errors_of(case, grads, seed=0):
    objective = lambda params: float(sum(case.terms(params).values()))  # noqa: E731
    return difference_errors(objective, case.params, grads, np.random.default_rng(seed))


@few
@given(seeds)
def test_right_gradients_pass(seed):
    case = draw_case(mlp((6, 5, 4), (0.2, 0.5)), np.random.default_rng(seed))
    errors = errors_of(case, case.evaluate()[1], seed)
    assert set(errors) == {"gate1/log_alpha", "fc1/W", "fc1/b", "gate2/log_alpha", "fc2/W", "fc2/b"}
    assert max(errors.values()) < 1e-6


def test_right_gradients_of_convolutions_pass():
    case = draw_case(lenet5(), np.random.default_rng(1), batch=2)
    assert max(errors_of(case, case.evaluate()[1]).values()) < 1e-6


WRONG = {
    "sign": lambda grad: -grad,
    "factor": lambda grad: 1.001 * grad,
    "missing": np.zeros_like,
    "one entry missing": lambda grad: np.where(np.abs(grad) == np.abs(grad).max(), 0, grad),
    "shuffled": lambda grad: np.roll(grad, 1),
    "not a number": lambda grad: grad * np.nan,
}


@pytest.mark.parametrize("kind", WRONG)
@pytest.mark.parametrize("name", ["gate1/log_alpha", "fc1/W", "fc2/b"])
def test_a_wrong_gradient_fails_in_its_own_row_only(kind, name):
    case = draw_case(mlp((6, 5, 4), (0.2, 0.5)), np.random.default_rng(0))
    grads = map_arrays(np.copy, case.evaluate()[1])
    layer, array = name.split("/")
    grads[layer][array] = WRONG[kind](grads[layer][array])
    failed = {row for row, error in errors_of(case, grads).items() if not error <= 1e-6}
    assert failed == {name}


def test_a_direction_across_a_kink_is_left_for_a_smooth_one():
    # |w0| has a kink 5e-7 away in the directions that move w0 much, none in those that move it little
    params = {"fc1": {"W": np.array([2e-7, 1.0])}}
    objective = lambda p: float(np.abs(p["fc1"]["W"][0]) + 3 * p["fc1"]["W"][1])  # noqa: E731
    grads = {"fc1": {"W": np.array([1.0, 3.0])}}
    rng = np.random.default_rng(0)
    one = [difference_errors(objective, params, grads, rng, directions=1)["fc1/W"] for _ in range(20)]
    many = [difference_errors(objective, params, grads, rng, directions=20)["fc1/W"] for _ in range(20)]
    assert max(one) > 1e-3
    assert max(many) < 1e-6


def test_half_the_step_changes_the_slope_at_a_kink_and_not_elsewhere():
    def ramp(w):
        return float(np.maximum(w[0] + 6e-7, 0))

    def square(w):
        return float((1 + w[0]) ** 2)

    direction = np.array([1.0])
    assert slope_along(ramp, direction)[1] > 0.1
    slope, change = slope_along(square, direction)
    assert slope == pytest.approx(2, rel=1e-8)
    assert change < 1e-8


def test_an_array_without_effect_has_error_zero():
    params = {"fc1": {"W": np.ones(3), "b": np.ones(2)}}
    grads = {"fc1": {"W": np.full(3, 2.0), "b": np.zeros(2)}}
    errors = difference_errors(
        lambda p: float(np.sum(p["fc1"]["W"] ** 2)), params, grads, np.random.default_rng(0)
    )
    assert errors["fc1/b"] == 0
    assert errors["fc1/W"] < 1e-8


def test_a_smooth_function_needs_one_direction_only():
    params, calls = {"fc1": {"W": np.array([1.0, 2.0])}}, []

    def objective(p):
        calls.append(p)
        return float(np.sum(p["fc1"]["W"] ** 2))

    grads = {"fc1": {"W": np.array([2.0, 4.0])}}
    assert difference_errors(objective, params, grads, np.random.default_rng(0))["fc1/W"] < 1e-8
    assert len(calls) == 1 + 4  # the size of f, and two differences
