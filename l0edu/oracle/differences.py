"""What do finite differences say? The slope of the objective along a direction, against <gradient, d>.

For each array of parameters, alone, with d a direction of length 1:

    (f(w + h d) - f(w - h d)) / 2h  =  <df/dw, d> + O(h^2)

*The direction* has random sizes and the signs of the gradient in question, so that the terms of <df/dw, d>
add up instead of cancelling; where that gradient is 0 the sign is random, so that a part which it misses
shows.

*The step.* f is of order 1 and carries an error of about 1e-15, which a difference divides by h; the
formula's own error is of order h^2. At h = 1e-6 what is left is about 1e-9, for slopes of .01 to 1 a relative
error of 1e-7 or less: hence a tolerance of 1e-6. In float32 no step would do.

*Kinks.* relu, max pooling and the clip of a gate are not differentiable everywhere, and a difference that
straddles a kink is no derivative. It can be told without looking at the gradient: where f is smooth, the
steps h and h / 2 give the same slope. The first of a few directions in which they do counts; if there is
none, the one with the best agreement.
"""

from collections.abc import Callable

import numpy as np

from l0edu.tables import Array, Table

__all__ = ["difference_errors", "slope_along"]

STEP = 1e-6
SMALLEST_SLOPE = 1e-3  # times |f|: the rounding of f alone makes slopes of 1e-10 |f| to 1e-9 |f|
SMOOTH = 1e-7  # of the slope may change with half the step


def difference_errors(
    objective: Callable[[Table], float],
    params: Table,
    grads: Table,
    rng: np.random.Generator,
    directions: int = 10,
) -> dict[str, float]:
    """The relative error of a gradient for each array, by finite differences.

    Parameters
    ----------
    objective : callable
        From a table of parameters to a number; deterministic.
    params, grads : table
        float64, of the same names; `grads` is what is judged.
    rng : numpy Generator
    directions : int
        Among how many directions for each array a smooth one is looked for.

    Returns
    -------
    dict
        |slope - <grad, d>| / |<grad, d>| under "layer/array". A slope below 1e-3 |f| is measured against
        1e-3 |f| instead, because the rounding of f would count for too much.

    Examples
    --------
    >>> params = {"fc1": {"W": np.array([1.0, 2.0])}}
    >>> objective = lambda p: float(np.sum(p["fc1"]["W"] ** 2))
    >>> right, wrong = {"fc1": {"W": np.array([2.0, 4.0])}}, {"fc1": {"W": np.array([2.0, 8.0])}}
    >>> difference_errors(objective, params, right, np.random.default_rng(0))["fc1/W"] < 1e-8
    True
    >>> difference_errors(objective, params, wrong, np.random.default_rng(0))["fc1/W"] > 0.1
    True
    """
    smallest = SMALLEST_SLOPE * abs(objective(params))
    errors = {}
    for layer, table in params.items():
        for name in table:
            grad = grads[layer][name]
            slope, expected = _smooth_slope(_step_in(objective, params, layer, name), grad, rng, directions)
            errors[f"{layer}/{name}"] = abs(slope - expected) / max(abs(expected), smallest)
    return errors


def _step_in(
    objective: Callable[[Table], float], params: Table, layer: str, name: str
) -> Callable[[Array], float]:
    """The objective as a function of a step in one array."""
    table = params[layer]
    return lambda step: objective({**params, layer: {**table, name: table[name] + step}})


def _smooth_slope(
    function: Callable[[Array], float], grad: Array, rng: np.random.Generator, directions: int
) -> tuple[float, float]:
    """The slope along a direction without a sign of a kink, and <grad, d> for the same direction."""
    best_slope, best_change, expected = np.nan, np.inf, np.nan
    for _ in range(directions):
        d = _direction(grad, rng)
        slope, change = slope_along(function, d)
        if change < best_change:
            best_slope, best_change, expected = slope, change, float(np.sum(grad * d))
        if best_change <= SMOOTH * abs(best_slope):
            break
    return best_slope, expected


def slope_along(function: Callable[[Array], float], direction: Array) -> tuple[float, float]:
    """The slope of `function` at 0 along a direction, and by how much half the step changes it.

    Examples
    --------
    >>> slope, change = slope_along(lambda w: float(np.exp(w[0])), np.array([1.0]))
    >>> print(f"{slope:.6f}, {change:.0e}")
    1.000000, ...
    """

    def central(h: float) -> float:
        return (function(h * direction) - function(-h * direction)) / (2 * h)

    slope = central(STEP)
    return slope, abs(slope - central(STEP / 2))


def _direction(grad: Array, rng: np.random.Generator) -> Array:
    """Random, of length 1, with the signs of `grad` where it has any."""
    d = rng.standard_normal(grad.shape)
    d = np.where(grad == 0, d, np.abs(d) * np.sign(grad))
    return d / np.linalg.norm(d)
