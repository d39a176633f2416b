import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from gradient_checks import (
    EXAMPLES,
    assert_close,
    check_float32,
    check_gradients,
    every_primitive,
    gradients,
)

from l0edu import ops
from l0edu.tables import map_arrays

LAYOUTS = {"batch_first", "batch_last", "flatten"}  # these may return views
BATCHES = ["affine", "conv2d", "flatten", "max_pool", "mean_pool", "normalize", "relu", "scale"]

every_op = pytest.mark.parametrize("op", every_primitive(), ids=lambda op: op.__name__)


def example(op, change=lambda array: array):
    arguments, wrt = EXAMPLES[op.__name__]
    return map_arrays(lambda a: change(a) if isinstance(a, np.ndarray) else a, arguments), wrt


def arrays(arguments):
    return [a for a in arguments.values() if isinstance(a, np.ndarray)]


def frozen(array):
    array = array.copy()
    array.flags.writeable = False
    return array


def every_second(array):
    spread = np.full([2 * n for n in array.shape], 99).astype(array.dtype)
    view = spread[tuple(slice(None, None, 2) for _ in array.shape)]
    view[...] = array
    return view


def backwards(array):
    return np.flip(np.flip(array).copy())


@every_op
def test_gradients_are_those_of_the_twin_and_of_differences(op):
    check_gradients(op, *example(op))


@every_op
def test_float32_comes_out_as_float32_forward_and_backward(op):
    check_float32(op, *example(op))


@every_op
def test_a_gradient_has_the_dtype_of_its_argument_whatever_the_others_have(op):
    arguments, wrt = example(op)
    for name in wrt:
        by_one = autograd.grad(lambda x, name=name: anp.sum(op(**{**arguments, name: x})))
        assert by_one(arguments[name].astype(np.float32)).dtype == np.float32


@every_op
def test_inputs_are_only_read(op):
    arguments, wrt = example(op, frozen)
    g = frozen(np.ones(np.shape(op(**arguments))))
    gradients(op, arguments, wrt, g)
    map_arrays(np.testing.assert_array_equal, arguments, EXAMPLES[op.__name__][0])


@pytest.mark.parametrize("change", [every_second, backwards, np.asfortranarray])
@every_op
def test_arrays_in_any_order_of_memory_give_the_same(op, change):
    (ordered, wrt), (other, _) = (
        example(op),
        example(op, lambda array: change(array) if array.ndim else array),
    )
    g = np.random.default_rng(0).normal(size=np.shape(op(**ordered)))
    assert_close(op(**other), op(**ordered), 1e-14)
    found = gradients(op, other, wrt, change(g) if g.ndim else g)
    map_arrays(lambda a, b: assert_close(a, b, 1e-14), found, gradients(op, ordered, wrt, g))


@every_op
def test_a_gradient_that_is_one_number_everywhere_need_not_be_stored(op):
    arguments, wrt = example(op)
    g = np.broadcast_to(0.5, np.shape(op(**arguments)))
    found, stored = gradients(op, arguments, wrt, g), gradients(op, arguments, wrt, g.copy())
    map_arrays(lambda a, b: assert_close(a, b, 1e-14), found, stored)


@every_op
def test_a_result_shares_no_memory_with_its_inputs(op):
    arguments, wrt = example(op)
    y = op(**arguments)
    found = gradients(op, arguments, wrt, np.ones(np.shape(y)))
    results = list(found.values()) + ([] if op.__name__ in LAYOUTS else [y])
    assert not any(np.shares_memory(result, a) for result in results for a in arrays(arguments))


@every_op
def test_an_array_that_is_not_differentiated_costs_no_gradient_and_changes_none(op):
    arguments, wrt = example(op)
    g = np.random.default_rng(0).normal(size=np.shape(op(**arguments)))
    together = gradients(op, arguments, wrt, g)
    for name in wrt:
        np.testing.assert_array_equal(gradients(op, arguments, (name,), g)[name], together[name])


@pytest.mark.parametrize("name", BATCHES)
def test_an_empty_batch_gives_an_empty_result(name):
    op = getattr(ops, name)
    arguments, wrt = example(op)
    arguments |= {"x": arguments["x"][..., :0]} | ({"z": arguments["z"][:0]} if "z" in arguments else {})
    y = op(**arguments)
    assert y.shape[-1] == 0
    found = gradients(op, arguments, wrt, np.ones(y.shape))
    assert all(found[name].shape == arguments[name].shape for name in wrt)
