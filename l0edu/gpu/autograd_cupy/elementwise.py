"""Which rules of autograd turn float32 into float64, or make NumPy arrays, number by number?

`1.0 + (x == y)` is float64, `np.log(2)` is a NumPy scalar, which counts as float64 and not as a plain number,
and `np.zeros(g.shape)` lies on the host. The formulas stay autograd's.
"""

import math
from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.extend import defjvp, defvjp
from autograd.numpy.numpy_vjps import replace_zero, unbroadcast_f
from autograd.tracer import trace_primitives_map

__all__ = ["replace_elementwise"]

Gradient = Callable[[Any], Any]
LOG_2, LOG_10 = math.log(2), math.log(10)


def replace_elementwise() -> None:
    """Register the rules of this file in place of autograd's."""
    for choose in (anp.maximum, anp.minimum, anp.fmax, anp.fmin):
        defvjp(choose, chosen_by_x, chosen_by_y)
        defjvp(choose, lambda g, ans, x, y: share(g, x, ans, y), lambda g, ans, x, y: share(g, y, ans, x))
    defvjp(anp.power, power_by_x, power_by_y)
    defjvp(
        anp.power,
        lambda g, ans, x, y: g * y * x ** one_less(y),
        lambda g, ans, x, y: g * log_of(x) * ans,
    )
    defvjp(anp.clip, clip_gradient)
    defvjp(anp.linspace, linspace_by_start, linspace_by_stop)
    replace_logarithms()
    replace_where()


def replace_logarithms() -> None:
    """exp2, log2 and log10: the logarithm of the base is a plain number."""
    for function, slope in (
        (anp.exp2, lambda g, ans, x: ans * LOG_2 * g),
        (anp.log2, lambda g, ans, x: g / x / LOG_2),
        (anp.log10, lambda g, ans, x: g / x / LOG_10),
    ):
        defvjp(function, reverse(slope))
        defjvp(function, slope)


def reverse(slope: Callable[[Any, Any, Any], Any]) -> Callable[[Any, Any], Gradient]:
    """Of a function of one number, both modes multiply by the same slope."""
    return lambda ans, x: lambda g: slope(g, ans, x)


def replace_where() -> None:
    """Where the condition fails, a gradient of 0.0: a plain number, which lies nowhere."""
    where = trace_primitives_map[np.where]  # anp.where is a function around it
    defvjp(
        where,
        None,
        lambda ans, c, x, y: unbroadcast_f(x, lambda g: where(c, g, 0.0)),
        lambda ans, c, x, y: unbroadcast_f(y, lambda g: where(c, 0.0, g)),
    )
    defjvp(where, None, lambda g, ans, c, x, y: where(c, g, 0.0), lambda g, ans, c, x, y: where(c, 0.0, g))


def share(g: Any, x: Any, ans: Any, y: Any) -> Any:
    """What of g goes to x: all if x was chosen, half if x and y are equal."""
    one = anp.result_type(g).type(1)
    return g * ((x == ans) / (one + (x == y)))


def chosen_by_x(ans: Any, x: Any, y: Any) -> Gradient:
    """Of maximum and minimum by their first argument."""
    return unbroadcast_f(x, lambda g: share(g, x, ans, y))


def chosen_by_y(ans: Any, x: Any, y: Any) -> Gradient:
    """... and by their second."""
    return unbroadcast_f(y, lambda g: share(g, y, ans, x))


def is_number(x: Any) -> bool:
    """Whether x is a number of Python's or NumPy's; an array made of it would lie on the host."""
    return isinstance(x, int | float | np.integer | np.floating)


def one_less(y: Any) -> Any:
    """The exponent of the derivative of x**y; where y is 0 any will do, as it is multiplied by y."""
    if is_number(y):
        return y - 1 if y else 1.0
    return anp.where(y, y - 1, 1.0)


def log_of(x: Any) -> Any:
    """log x, but 0 where x is 0."""
    if is_number(x):
        return float(np.log(x)) if x else 0.0
    return anp.log(replace_zero(x, 1.0))


def power_by_x(ans: Any, x: Any, y: Any) -> Gradient:
    """Of x**y by x."""
    return unbroadcast_f(x, lambda g: g * y * x ** one_less(y))


def power_by_y(ans: Any, x: Any, y: Any) -> Gradient:
    """Of x**y by y."""
    return unbroadcast_f(y, lambda g: g * log_of(x) * ans)


def linspace_by_start(ans: Any, start: Any, stop: Any, num: int = 50) -> Gradient:
    """Of num numbers from start to stop, by start; on a device `linspace` of arrays is refused."""
    return lambda g: anp.dot(anp.linspace(1.0, 0.0, num).astype(anp.result_type(g)), g)


def linspace_by_stop(ans: Any, start: Any, stop: Any, num: int = 50) -> Gradient:
    """... and by stop."""
    return lambda g: anp.dot(anp.linspace(0.0, 1.0, num).astype(anp.result_type(g)), g)


def clip_gradient(ans: Any, x: Any, a_min: Any = None, a_max: Any = None) -> Gradient:
    """g strictly inside the bounds; None is no bound."""
    inside = [ans != bound for bound in (a_min, a_max) if bound is not None]
    return lambda g: math.prod(inside, start=g)
