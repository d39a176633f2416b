"""Which forms of autograd.numpy are differentiated on a device, and how is one judged?

A form is a function of arrays, such as `np.sum(x, axis=0)`. It is judged by its value, its gradient and the
gradient of its gradient, each by all of its float arrays.
"""

import ast
from dataclasses import dataclass
from pathlib import Path

import autograd.numpy as np
import numpy
from autograd import grad
from autograd.tracer import getval


@dataclass(frozen=True, eq=False)
class Form:
    """A function, its text, arrays to call it with, and what its refusal says, if it is to be refused."""

    text: str
    function: object
    arguments: tuple
    refusal: str = ""


def form(function, *arguments, text="", refusal=""):
    return Form(text, function, arguments, refusal)


def with_texts(path, forms):
    """Forms of a file whose text is their lambda's, as the file has it, where they have no other."""
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if getattr(getattr(node, "func", None), "id", "") == "form"]
    bodies = [call.args[0].body for call in sorted(calls, key=lambda call: call.lineno) if has_text(call)]
    assert len(bodies) == len(forms)
    return [
        Form(ast.unparse(body), f.function, f.arguments, f.refusal)
        for body, f in zip(bodies, forms, strict=True)
    ]


def has_text(call):
    return isinstance(call.args[0], ast.Lambda) and all(keyword.arg != "text" for keyword in call.keywords)


def numbers(*shape, low=-2.0, high=2.0, seed=0):
    return numpy.random.default_rng([seed, *shape]).uniform(low, high, shape)


def is_float(array):
    return getval(array).dtype.kind == "f"


def by_floats(function, arguments):
    """A function of its float arguments alone, and these."""
    places = [i for i, array in enumerate(arguments) if is_float(array)]

    def of_floats(*floats):
        replaced = dict(zip(places, floats, strict=True))
        return function(*[replaced.get(i, array) for i, array in enumerate(arguments)])

    return of_floats, [arguments[i] for i in places]


def weighed(y, xp, seed):
    """A curved number made of an array, so that the second gradient of a linear form is not 0."""
    scattered = xp.arange(np.size(y), dtype=np.result_type(y)) * (0.618 + 0.1 * seed) % 1.0
    return np.sum((0.5 + scattered.reshape(np.shape(y))) * y * (1.0 + 0.5 * y))


def judge(one, xp, arguments):
    """Value, gradients and second gradients of a form at arrays of the module xp.

    Each gradient is taken by one array: by several at once, autograd adds them to zeros of the arrays'
    dtypes, which would hide a gradient of another dtype.
    """
    function, floats = by_floats(one.function, arguments)
    places = range(len(floats))
    slopes = [grad(lambda *xs: weighed(function(*xs), xp, 1), place) for place in places]

    def curved(*xs):
        return sum(weighed(slope(*xs), xp, 2 + place) for place, slope in enumerate(slopes))

    second = [grad(curved, place)(*floats) for place in places]
    return [function(*floats), *[slope(*floats) for slope in slopes], *second]


def arguments_in(dtype, one):
    """A form's arrays, the floats among them in a dtype."""
    return [array.astype(dtype) if is_float(array) else array for array in one.arguments]
