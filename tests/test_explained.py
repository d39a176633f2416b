"""Do autograd's errors become a sentence that names the right line of the reader's own code?"""

import linecache
import math
import warnings

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import elementwise_grad, grad, jacobian

from l0edu import InputError, value_and_grad
from l0edu.explained import ExplainedError, explain_errors, explanation

x = np.array([0.1, 0.5, 2.0])


def stored(x):
    a = np.zeros(3)
    a[0] = x[0]
    return anp.sum(a)


def stored_slice(x):
    a = anp.zeros(5)
    a[1:4] = x
    return anp.sum(a)


def accumulated(x):
    a = np.zeros(3)
    a += x
    return anp.sum(a)


def as_float(x):
    y = float(x[0])
    return y**2


def as_floats(x):
    y = np.asarray(x, float)
    return y.sum()


def in_math(x):
    return math.exp(x[1])


def in_range(x):
    return sum(x[2] for _ in range(x[2]))


def changed(x):
    x[0] = 1.0
    return anp.sum(x)


def added_to(x):
    x[1] += 1.0
    return anp.sum(x)


def in_objects(x):
    pair = np.array([x[0], x[1]])
    return np.sum(np.exp(pair))


def within_numpy(x):
    return np.percentile(x, 50)


def copied(x):
    y = x.copy()
    return anp.sum(y)


def reduced(x):
    return np.add.reduce(x)


def not_known(x):
    return np.cbrt(x).sum()


def no_vjp(x):
    return anp.nanmedian(x)


def many(x):
    y = 2 * x
    return y**2


def clipped(x):
    y = 2 * x
    return np.clip(y, 0, 1)


def counted(x):
    return anp.sum(x > 0.2)


def listed(x):
    return [x[0], x[1]]


def forgotten(x):
    anp.sum(x**2)


def explained(call):
    """The sentence in place of the error."""
    with pytest.raises(ExplainedError) as caught, explain_errors():
        call()
    assert caught.value.__cause__ is not None
    assert "\n" not in str(caught.value)
    return str(caught.value)


def line_of(text):
    """The number of the line of this file with that text."""
    found = [number for number, line in enumerate(linecache.getlines(__file__), 1) if line.strip() == text]
    return found[0]


@pytest.mark.parametrize("differentiate", [grad, value_and_grad], ids=["autograd", "l0edu"])
@pytest.mark.parametrize(
    ("function", "line", "remedy"),
    [
        (stored, "a[0] = x[0]", "cannot store.*one expression"),
        (stored_slice, "a[1:4] = x", "cannot store.*one expression"),
        (accumulated, "a += x", r"write a = a \+ x"),
        (as_float, "y = float(x[0])", "leave the conversion out"),
        (as_floats, "y = np.asarray(x, float)", "leave the conversion out"),
        (in_math, "return math.exp(x[1])", "leave the conversion out"),
        (in_range, "return sum(x[2] for _ in range(x[2]))", "leave the conversion out"),
        (changed, "x[0] = 1.0", "cannot be changed in place: make a new one"),
        (added_to, "x[1] += 1.0", "cannot be changed in place: make a new one"),
        (in_objects, "return np.sum(np.exp(pair))", "array of objects.*import autograd.numpy as np"),
        (within_numpy, "return np.percentile(x, 50)", "array of objects.*import autograd.numpy as np"),
        (copied, "y = x.copy()", "has no `copy`"),
        (reduced, "return np.add.reduce(x)", "no derivative of add.reduce"),
        (not_known, "return np.cbrt(x).sum()", "no derivative of cbrt"),
        (no_vjp, "return anp.nanmedian(x)", "no derivative of nanmedian"),
    ],
)
def test_an_error_within_a_function_names_its_line(differentiate, function, line, remedy):
    start = rf"test_explained\.py, line {line_of(line)}, `"
    sentence = explained(lambda: differentiate(function)(x))
    assert line in sentence
    with pytest.raises(ExplainedError, match=f"^{start}.*: .*{remedy}.*tutorial 06"):
        raise ExplainedError(sentence)


def test_what_cannot_be_differentiated_by_is_named_with_the_line_of_the_call():
    sentence = explained(lambda: grad(lambda x: x**2)(2))
    assert "`sentence = explained(lambda: grad(lambda x: x**2)(2))`: " in sentence
    assert "given an int: write 2.0" in sentence
    assert "given an int64" in explained(lambda: grad(lambda x: anp.sum(x**2))(np.array([1, 2])))
    assert "given a NoneType" in explained(lambda: grad(lambda x: x**2)(None))


@pytest.mark.parametrize(
    ("differentiate", "function", "line", "remedy"),
    [
        (grad, many, "return y**2", "an array of shape (3,): return a sum"),
        (elementwise_grad, clipped, "return np.clip(y, 0, 1)", "`import autograd.numpy as np`"),
        (jacobian, clipped, "return np.clip(y, 0, 1)", "`import autograd.numpy as np`"),
        (grad, counted, "return anp.sum(x > 0.2)", "gradient is 0: compute it from the argument"),
        (grad, listed, "return [x[0], x[1]]", "takes a list for a constant"),
        (grad, forgotten, "anp.sum(x**2)", "returns None"),
    ],
)
def test_what_a_function_returns_is_named_with_the_line_that_returns_it(
    differentiate, function, line, remedy
):
    sentence = explained(lambda: differentiate(function)(x))
    assert f", `{line}`: " in sentence
    assert remedy in sentence


def test_without_it_a_plain_numpy_function_ends_in_a_gradient_of_0_and_a_warning():
    with pytest.warns(UserWarning, match="independent of input"):
        slopes = elementwise_grad(clipped)(x)
    assert np.all(slopes == 0)


def test_a_second_derivative_of_0_is_no_mistake():
    with pytest.warns(UserWarning, match="independent of input"), explain_errors():
        assert grad(grad(lambda x: 3 * x))(2.0) == 0


def test_a_warning_that_was_made_an_error_outside_is_explained_as_well():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning) as caught:
            grad(counted)(x)
    assert ", `return anp.sum(x > 0.2)`: the result does not depend" in explanation(caught.value)


def test_the_last_word_on_warnings_is_as_it_was_afterwards():
    before = warnings.showwarning, list(warnings.filters)
    explained(lambda: grad(counted)(x))
    with explain_errors():
        pass
    assert (warnings.showwarning, list(warnings.filters)) == before


def test_other_warnings_are_shown_as_ever():
    with pytest.warns(UserWarning, match="quite another"), explain_errors():
        warnings.warn("quite another", stacklevel=1)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("setting an array element with a sequence."),
        TypeError("float() argument must be a string or a real number, not 'list'"),
        TypeError("'tuple' object does not support item assignment"),
        AttributeError("'ndarray' object has no attribute 'copie'"),
        InputError("give 1, not 2"),
        KeyError("x"),
        SystemExit(3),
    ],
)
def test_an_unknown_error_passes_through_untouched(error):
    with pytest.raises(type(error)) as caught, explain_errors():
        raise error
    assert caught.value is error
    assert error.__cause__ is None
    assert explanation(error) is None


def test_what_the_library_says_itself_is_left_as_it_is():
    with (
        pytest.raises(InputError, match=r"^the objective does not depend on params") as caught,
        explain_errors(),
    ):
        value_and_grad(lambda x: 1.0)(x)
    assert not isinstance(caught.value, ExplainedError)


def test_an_explained_error_is_not_explained_again():
    with pytest.raises(ExplainedError) as caught, explain_errors(), explain_errors():
        grad(changed)(x)
    assert str(caught.value).count("test_explained.py") == 1
    assert isinstance(caught.value.__cause__, TypeError)


def test_it_decorates_a_function_which_may_be_called_again_and_still_returns():
    @explain_errors()
    def slope(at):
        return grad(lambda x: x**2)(at)

    assert slope(1.5) == 3.0
    for _ in range(2):
        with pytest.raises(ExplainedError, match=r"`return grad\(lambda x: x\*\*2\)\(at\)`"):
            slope(2)


def run_as(filename, source, names=()):
    """Run a cell, whose lines are known to tracebacks if it stands in linecache."""
    namespace = dict(names, anp=anp, np=np)
    exec(compile(source, filename, "exec"), namespace)
    return namespace


CELL = "def loss(x):\n    x[0] = 2.0\n    return anp.sum(x)\n"


@pytest.mark.parametrize(
    "filename", ["<ipython-input-3-5f2b>", "/tmp/ipykernel_123/4567.py", "C:\\Temp\\ipykernel_1\\2.py"]
)
def test_a_cell_of_a_notebook_is_called_so(filename, monkeypatch):
    monkeypatch.setitem(linecache.cache, filename, (len(CELL), None, CELL.splitlines(True), filename))
    loss = run_as(filename, CELL)["loss"]
    assert explained(lambda: grad(loss)(x)).startswith(
        "a cell of this notebook, line 2, `x[0] = 2.0`: an array"
    )


def test_without_source_there_is_the_number_of_the_line():
    loss = run_as("<string>", CELL)["loss"]
    assert explained(lambda: grad(loss)(x)).startswith("<string>, line 2: an array")
    returns = run_as("<string>", "def loss(x):\n    y = x\n    return 1.0\n")["loss"]
    assert explained(lambda: grad(returns)(x)).startswith("<string>, line 3: the result")


def test_without_a_traceback_there_is_the_sentence_alone():
    error = TypeError("'ArrayBox' object does not support item assignment")
    assert explanation(error).startswith("an array that is differentiated cannot be changed in place")
    assert explanation(UserWarning("Output seems independent of input.")).startswith("the result does not")
