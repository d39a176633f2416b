"""Forms that work number by number."""

import autograd.numpy as np
import numpy
from gpu.forms import form, numbers, with_texts

X, Y = numbers(3, 4), numbers(3, 4, seed=1)
POSITIVE, POWERS = numbers(3, 4, low=0.3, high=2.0), numbers(3, 4, low=0.3, high=2.0, seed=1)
UNIT, ABOVE_ONE = numbers(3, 4, low=-0.9, high=0.9), numbers(3, 4, low=1.2, high=3.0)
ROW, COLUMN, SCALAR = numbers(4, seed=2), numbers(3, 1, seed=3), numbers(seed=4)
TIED = numpy.where(X > 0, X, Y)  # equal to X in some places

DOMAINS = {
    "negative abs absolute fabs exp exp2 expm1 sin cos tan sinh cosh tanh arctan arcsinh square sinc": X,
    "deg2rad rad2deg degrees radians real conj conjugate nan_to_num": X,
    "reciprocal log log2 log10 log1p sqrt": POSITIVE,
    "arcsin arccos arctanh": UNIT,
    "arccosh": ABOVE_ONE,
}


def ufunc(name, array):
    return form(lambda x: getattr(np, name)(x), array, text=f"np.{name}(x)")


UFUNCS = [ufunc(name, array) for names, array in DOMAINS.items() for name in names.split()]

WRITTEN = with_texts(
    __file__,
    [
        form(lambda x: -x, X),
        form(lambda x: abs(x), X),
        form(lambda x: x + 1.0, X),
        form(lambda x: 1.0 - x, X),
        form(lambda x: 3.0 * x, X),
        form(lambda x: x / 2.0, X),
        form(lambda x: 1.0 / x, POSITIVE),
        form(lambda x: x**2, X),
        form(lambda x: x**3.0, X),
        form(lambda x: x**0.5, POSITIVE),
        form(lambda x: x**-1, POSITIVE),
        form(lambda x: 2.0**x, X),
        form(lambda x: x ** np.float32(2.0), X),
        form(lambda x: np.float32(2.0) ** x, X),
        form(lambda x: x % 1.5, POSITIVE),
        form(lambda x, y: x + y, X, Y),
        form(lambda x, y: x - y, X, Y),
        form(lambda x, y: x * y, X, Y),
        form(lambda x, y: x / y, X, POSITIVE),
        form(lambda x, y: x**y, POSITIVE, POWERS),
        form(lambda x, row: x + row, X, ROW),
        form(lambda x, column: x * column, X, COLUMN),
        form(lambda x, scalar: x * scalar, X, SCALAR),
        form(lambda row, column: row - column, ROW, COLUMN),
        form(lambda x, y: np.power(x, y), POSITIVE, POWERS),
        form(lambda x, y: np.arctan2(x, y), X, POSITIVE),
        form(lambda x, y: np.hypot(x, y), X, POSITIVE),
        form(lambda x, y: np.logaddexp(x, y), X, Y),
        form(lambda x, y: np.logaddexp2(x, y), X, Y),
        form(lambda x, y: np.remainder(x, y), X, POSITIVE),
        form(lambda x: np.maximum(x, 0.0), X),
        form(lambda x: np.minimum(1.0, x), X),
        form(lambda x, y: np.maximum(x, y), X, Y),
        form(lambda x, y: np.minimum(x, y), X, TIED),
        form(lambda x, y: np.fmax(x, y), X, TIED),
        form(lambda x, y: np.fmin(x, y), X, Y),
        form(lambda x: np.clip(x, -1.0, 1.0), X),
        form(lambda x: np.clip(x, 0.0, None), X),
        form(lambda x: x * np.sign(x), X),
        form(lambda x: x - np.floor(x), X),
        form(lambda x: x * (x > 0), X),
    ],
)  # fmt: skip

ELEMENTWISE = UFUNCS + WRITTEN
