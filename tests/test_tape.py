"""Does the tape record an operation as its author declared it, and refuse the rest in one clear line?"""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from autograd.core import SparseObject, vspace
from hypothesis import given
from hypothesis import strategies as st
from primitives import affine, scaled, scaled_dx
from strategies import arrays, broadcast_pairs, seeds

from l0edu.concrete import sigmoid
from l0edu.errors import InputError
from l0edu.gates import HardConcrete
from l0edu.gradient import value_and_grad
from l0edu.lp import lp_penalty
from l0edu.tape import primitive, unbroadcast

# ---- primitive


@pytest.mark.parametrize("arguments", [{}, {"factor": 3.0}, {"power": 3}, {"power": 3, "factor": 0.5}])
def test_a_primitive_takes_its_arguments_by_name_and_by_default(arguments):
    x = np.array([1.0, 2.0])
    full = {"factor": 2.0, "power": 1} | arguments
    grads = value_and_grad(lambda p: anp.sum(scaled(p, **arguments)))(x)[1]
    np.testing.assert_allclose(grads, full["factor"] * full["power"] * x ** (full["power"] - 1))


def test_even_what_is_differentiated_may_be_given_by_name():
    np.testing.assert_array_equal(
        value_and_grad(lambda p: anp.sum(scaled(factor=5.0, x=p)))(np.ones(2))[1], [5, 5]
    )


@pytest.mark.parametrize(
    ("args", "kwargs"), [((), {}), ((1.0,), {"x": 1.0}), ((1.0,), {"exponent": 2}), ((1.0, 2.0, 3, 4), {})]
)
def test_arguments_that_do_not_fit_are_refused_as_by_any_function(args, kwargs):
    with pytest.raises(TypeError, match="argument"):
        scaled(*args, **kwargs)


def test_a_primitive_computes_on_ordinary_arrays_as_its_formula_does():
    y = scaled(np.array([1.0, 2.0], np.float32), 3.0)
    assert type(y) is np.ndarray
    assert y.dtype == np.float32
    np.testing.assert_array_equal(y, [3, 6])


def test_a_primitive_keeps_the_name_and_the_docstring_of_its_formula():
    assert scaled.__name__ == "scaled"
    assert "with a gradient by x only" in scaled.__doc__


def test_a_gradient_function_stays_an_ordinary_function():
    assert scaled_dx(1.0, np.array(2.0), 3.0, 2) == 12


def test_an_argument_without_a_gradient_is_named_in_one_line():
    with pytest.raises(InputError, match="scaled has no gradient by factor") as caught:
        value_and_grad(lambda f: scaled(np.float64(2.0), f))(np.array(3.0))
    assert len(str(caught.value).splitlines()) == 1


def test_gradients_by_several_arguments_are_taken_at_once():
    x, w, b = np.ones((2, 3)), np.full((3, 4), 0.5), np.zeros(4)
    grads = value_and_grad(lambda p: anp.sum(affine(p["x"], p["w"], p["b"])))({"x": x, "w": w, "b": b})[1]
    np.testing.assert_array_equal(grads["x"], np.full((2, 3), 2.0))
    np.testing.assert_array_equal(grads["w"], np.full((3, 4), 2.0))
    np.testing.assert_array_equal(grads["b"], np.full(4, 2.0))


SECOND = {
    "grad of grad": lambda f, x: autograd.grad(lambda y: anp.sum(autograd.grad(f)(y)))(x),
    "hessian": lambda f, x: autograd.hessian(f)(x),
    "hessian-vector product": lambda f, x: autograd.make_hvp(f)(x)[0](x),
    "value_and_grad twice": lambda f, x: value_and_grad(lambda y: anp.sum(value_and_grad(f)(y)[1]))(x),
}
OPERATIONS = {
    "sigmoid": lambda x: anp.sum(sigmoid(x)),
    "hard_sigmoid": lambda x: anp.sum(HardConcrete().test_value(x)),
    "concrete_sample": lambda x: anp.sum(HardConcrete().sample_stretched(x, np.full(2, 0.4))),
    "lp_penalty": lambda x: lp_penalty(x, 2),
}


@pytest.mark.parametrize("second", SECOND.values(), ids=SECOND)
@pytest.mark.parametrize(("name", "objective"), OPERATIONS.items(), ids=OPERATIONS)
def test_a_second_derivative_is_refused_and_points_to_the_plain_formula(name, objective, second):
    with pytest.raises(InputError, match=rf"once.*l0edu\.plain\.{name}") as caught:
        second(objective, np.array([0.3, -0.4]))
    assert len(str(caught.value).splitlines()) == 1


def test_a_jacobian_needs_first_derivatives_only():
    x = np.array([0.3, -0.4])
    y = sigmoid(x)
    np.testing.assert_allclose(autograd.jacobian(sigmoid)(x), np.diag(y * (1 - y)))


# ---- one function for several gradients, and gradients that add themselves


def with_a_joint_gradient():
    """y = W x + b with one function for W and b, and a list that says when it was asked."""
    asked = []

    @primitive
    def line(x, W, b=None):
        return W * x if b is None else W * x + b

    @line.gradient("x")
    def line_dx(g, W):
        return g * W

    @line.gradient("W", "b")
    def line_dW_db(g, x, b):
        asked.append(True)
        return g * x, None if b is None else g

    return line, asked


@pytest.mark.parametrize(("names", "times"), [("x", 0), ("W", 1), ("b", 1), ("Wb", 1), ("xb", 1), ("xWb", 1)])
def test_a_function_that_returns_several_gradients_is_asked_once_if_at_all(names, times):
    line, asked = with_a_joint_gradient()
    given = {"x": np.array(2.0), "W": np.array(3.0), "b": np.array(5.0)}
    grads = value_and_grad(lambda p: line(**{**given, **p}))({name: given[name] for name in names})[1]
    assert grads == {name: {"x": 3.0, "W": 2.0, "b": 1.0}[name] for name in names}
    assert len(asked) == times


def test_an_argument_that_is_none_may_have_none_for_its_gradient():
    line, _ = with_a_joint_gradient()
    assert value_and_grad(lambda p: line(np.array(2.0), p))(np.array(3.0)) == (6.0, 2.0)


def test_each_of_several_gradients_has_the_dtype_of_its_argument():
    line, _ = with_a_joint_gradient()
    p = {"W": np.array(3.0), "b": np.float32(5.0)}
    grads = value_and_grad(lambda p: line(np.array(2.0), p["W"], p["b"]))(p)[1]
    assert {name: g.dtype for name, g in grads.items()} == {"W": np.float64, "b": np.float32}


def test_a_gradient_that_is_declared_again_replaces_the_first_even_after_a_use():
    square = primitive(lambda x: x**2)
    square.gradient("x")(lambda g: g * np.nan)
    value_and_grad(square)(np.array(3.0))
    square.gradient("x")(lambda g, x: g * 2 * x)
    assert value_and_grad(square)(np.array(3.0)) == (9.0, 6.0)


def test_several_gradients_by_names_that_are_not_there_are_refused_where_they_are_declared():
    double = primitive(lambda x: 2 * x)
    with pytest.raises(InputError, match="'W'"):
        double.gradient("x", "W")(lambda g: (2 * g, None))


NO_GRADIENTS = {
    "nothing": (lambda g: None, "is None"),
    "a number": (lambda g: 2.0, "is 2.0"),
    "a list": (lambda g: [2.0, 2.0], r"is \[2.0, 2.0\]"),
    "a sum": (lambda g: 2 * g.sum(), r"has shape \(\)"),
    "a row too many": (lambda g: np.ones((1, 2)), r"has shape \(1, 2\)"),
}


@pytest.mark.parametrize("objective", [lambda op, p: op(p), lambda op, p: op(2.0 * p)])
@pytest.mark.parametrize(("gradient", "said"), NO_GRADIENTS.values(), ids=NO_GRADIENTS)
def test_a_gradient_of_another_shape_than_its_argument_is_refused_by_name(objective, gradient, said):
    @primitive
    def double(x):
        return 2 * x

    double.gradient("x")(gradient)
    with pytest.raises(InputError, match=rf"double's gradient by x {said}.*x's shape \(2,\)") as caught:
        value_and_grad(lambda p: anp.sum(objective(double, p)))(np.ones(2))
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("gradient", [lambda g, a, b: (g * b,), lambda g, a, b: g * b])
def test_a_joint_gradient_that_does_not_return_one_of_each_is_refused(gradient):
    times = primitive(lambda a, b: a * b)
    times.gradient("a", "b")(gradient)
    with pytest.raises(InputError, match="by a, b must return a tuple of 2 arrays"):
        value_and_grad(lambda p: anp.sum(times(p, p)))(np.ones(2))


@primitive
def rows(x, chosen):
    return x[chosen]


@rows.gradient("x")
def rows_dx(g, x, chosen):
    def add_to(full):
        full[chosen] += g
        return full

    return SparseObject(vspace(x), add_to)


@pytest.mark.parametrize("gradient_of", [autograd.grad, lambda f: lambda x: value_and_grad(f)(x)[1]])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_gradient_of_a_slice_may_add_itself_to_the_whole(gradient_of, dtype):
    chosen = np.array([2, 0])
    x = np.ones((3, 2), dtype)
    g = gradient_of(
        lambda x: anp.sum(3 * rows(x, chosen)) + anp.sum(rows(x, np.array([2]))) + sigmoid(x[1, 1])
    )(x)
    slope = sigmoid(1.0) * (1 - sigmoid(1.0))
    assert g.dtype == dtype
    np.testing.assert_allclose(g, [[3, 3], [0, slope], [4, 4]], rtol=1e-6)


# ---- unbroadcast


@given(broadcast_pairs(), st.data())
def test_unbroadcasting_is_the_adjoint_of_broadcasting(shapes, data):
    shape, larger = shapes
    x, g = data.draw(arrays(shape)), data.draw(arrays(larger))
    back = unbroadcast(g, shape)
    assert back.shape == shape
    np.testing.assert_allclose(np.sum(np.broadcast_to(x, larger) * g), np.sum(x * back), atol=1e-9)


@given(broadcast_pairs(), seeds)
def test_unbroadcasting_sums_the_entries_that_came_from_one(shapes, seed):
    shape, larger = shapes
    g = np.random.default_rng(seed).normal(size=larger)
    sources = np.broadcast_to(np.arange(np.prod(shape, dtype=int)).reshape(shape), larger)
    expected = np.bincount(sources.ravel(), g.ravel(), minlength=np.prod(shape, dtype=int))
    np.testing.assert_allclose(unbroadcast(g, shape), expected.reshape(shape), atol=1e-12)


def test_unbroadcasting_to_the_same_shape_does_nothing():
    g = np.ones((2, 3), np.float32)
    assert unbroadcast(g, (2, 3)) is g
    assert unbroadcast(g, (3,)).dtype == np.float32


# ---- what is refused where a gradient is declared


@pytest.mark.parametrize("name", ["X", "nonsense"])
def test_a_gradient_by_an_argument_that_is_not_there_is_refused_where_it_is_declared(name):
    double = primitive(lambda x: 2 * x)
    with pytest.raises(InputError, match=name):
        double.gradient(name)(lambda g: 2 * g)


def test_a_gradient_that_asks_for_something_unknown_is_refused_where_it_is_declared():
    double = primitive(lambda x: 2 * x)
    with pytest.raises(InputError, match="'xx'"):
        double.gradient("x")(lambda g, xx: 2 * g)


def test_an_argument_called_like_the_output_is_refused():
    times = primitive(lambda x, y: x * y)
    with pytest.raises(InputError, match="called g or y"):
        times.gradient("x")(lambda g, y: g * y)


def test_a_gradient_with_a_keyword_only_argument_is_refused():
    double = primitive(lambda x: 2 * x)
    with pytest.raises(InputError, match=r"a gradient of <lambda>.*positional arguments only"):
        double.gradient("x")(lambda g, *, x: 2 * g)


def test_an_operation_with_a_keyword_only_argument_is_refused():
    with pytest.raises(InputError, match="positional arguments only"):

        @primitive
        def power(x, *, exponent=2):
            return x**exponent
