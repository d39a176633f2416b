"""Forms that join arrays, split them, or select from them."""

import autograd.numpy as np
from gpu.forms import form, numbers, with_texts

X, Y, ROW = numbers(3, 4), numbers(3, 4, seed=1), numbers(4)
C = X > Y

JOINS = with_texts(
    __file__,
    [
        form(lambda x, y: np.concatenate([x, y]), X, Y),
        form(lambda x, y: np.concatenate((x, y), axis=1), X, Y),
        form(lambda x, y: np.stack([x, y]), X, Y),
        form(lambda x, y: np.stack([x, y], axis=-1), X, Y),
        form(lambda x, row: np.vstack([x, row]), X, ROW),
        form(lambda x, y: np.hstack([x, y]), X, Y),
        form(lambda x, y: np.column_stack([x, y]), X, Y),
        form(lambda x, y: np.append(x, y), X, Y),
        form(lambda x, y: np.append(x, y, axis=0), X, Y),
        form(lambda x: np.array(x), X),
        form(lambda x, y: np.array([x, y]), X, Y),
        form(lambda x: np.array([x[0], 2.0 * x[1], x[0] * x[2]]), ROW),
        form(lambda x: np.array([[x[0], x[1]], [2.0 * x[2], x[0] * x[1]]]), ROW),
        form(lambda x: np.split(x, 2, axis=1)[1], X),
        form(lambda x: np.array_split(x, [1], axis=0)[1], X),
        form(lambda x: np.vsplit(x, 3)[0], X),
        form(lambda x: np.hsplit(x, 2)[1], X),
        form(lambda c, x, y: np.where(c, x, y), C, X, Y),
        form(lambda c, x: np.where(c, x, 0.0), C, X),
        form(lambda x, y: np.where(x > 0, x, 0.1 * y), X, Y),
        form(lambda x, y: np.select([x > 1, x > 0], [x, y], 0.0), X, Y),
        form(lambda x: np.full((2, 3), x), numbers(), refusal="cannot do full on a device"),
        form(lambda x: np.linspace(x, 1.0, 4), numbers(), refusal="cannot do linspace on a device"),
        form(lambda x: np.r_[x, x], ROW, refusal="cannot do r_ on a device"),
        form(lambda x: np.c_[x, x], ROW, refusal="cannot do c_ on a device"),
    ],
)  # fmt: skip
