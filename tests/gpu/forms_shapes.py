"""Forms that change an array's shape or take a part of it."""

import autograd.numpy as np
import numpy
from gpu.forms import form, numbers, with_texts

X, CUBE, ROW = numbers(3, 4), numbers(2, 3, 4), numbers(4)
THIN = numbers(3, 1, 4)
ROWS, COLUMNS = numpy.array([2, 0, 2, 1]), numpy.array([1, 3, 1, 0])  # (2, 1) stands there twice

SHAPES = with_texts(
    __file__,
    [
        form(lambda x: np.reshape(x, (4, 3)), X),
        form(lambda x: np.reshape(x, (2, -1), order="F"), X),
        form(lambda x: x.reshape(2, 6), X),
        form(lambda x: x.reshape((2, 6)), X),
        form(lambda x: np.ravel(x), X),
        form(lambda x: x.flatten(), X),
        form(lambda x: x.T, X),
        form(lambda x: np.transpose(x), CUBE),
        form(lambda x: np.transpose(x, (2, 0, 1)), CUBE),
        form(lambda x: x.transpose((1, 0, 2)), CUBE),
        form(lambda x: np.swapaxes(x, 0, 2), CUBE),
        form(lambda x: np.moveaxis(x, 0, -1), CUBE),
        form(lambda x: np.rollaxis(x, 2, 0), CUBE),
        form(lambda x: np.squeeze(x), THIN),
        form(lambda x: np.squeeze(x, axis=1), THIN),
        form(lambda x: np.expand_dims(x, 1), X),
        form(lambda x: np.broadcast_to(x, (3, 5, 4)), THIN),
        form(lambda x: np.repeat(x, 2), X),
        form(lambda x: np.repeat(x, 2, axis=1), X),
        form(lambda x: np.tile(x, (2, 3)), X),
        form(lambda x: np.roll(x, 1), X),
        form(lambda x: np.roll(x, 1, axis=0), X),
        form(lambda x: np.flipud(x), X),
        form(lambda x: np.fliplr(x), X),
        form(lambda x: np.rot90(x), X),
        form(lambda x: np.triu(x), X),
        form(lambda x: np.tril(x, k=-1), X),
        form(lambda x: np.pad(x, ((1, 1), (0, 2)), "constant"), X),
        form(lambda x: np.atleast_1d(x), numbers()),
        form(lambda x: np.atleast_2d(x), ROW),
        form(lambda x: np.atleast_3d(x), X),
        form(lambda x: x[1], X),
        form(lambda x: x[-1, 2], X),
        form(lambda x: x[:, 1], X),
        form(lambda x: x[1:, ::2], X),
        form(lambda x: x[::-1], X),
        form(lambda x: x[..., 0], CUBE),
        form(lambda x: x[None, :, None], X),
        form(lambda x: x[()], numbers()),
        form(lambda x, rows: x[rows], X, ROWS),
        form(lambda x, columns: x[:, columns], X, COLUMNS),
        form(lambda x, rows, columns: x[rows, columns], X, ROWS, COLUMNS),
        form(lambda x: x[:, 1:] - x[:, :-1], X),
        form(lambda x: sum(row * row for row in x), X),
        form(lambda x: np.diff(x), X),
        form(lambda x: np.diff(x, n=2, axis=0), X),
        form(lambda x: np.sort(x), ROW),
        form(lambda x: np.partition(x, 2), ROW),
    ],
)  # fmt: skip
