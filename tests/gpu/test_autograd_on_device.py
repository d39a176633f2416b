"""Does autograd's own machinery work on device arrays, and a loss as a student would write it?"""

from types import SimpleNamespace

import autograd.numpy as np
import numpy
import pytest
from autograd import elementwise_grad, grad, hessian_vector_product, jacobian, make_ggnvp
from autograd.extend import defvjp, primitive, vspace
from autograd.misc import flatten
from autograd.numpy.numpy_vspaces import ArrayVSpace
from autograd.test_util import check_grads
from gpu_devices import nothing_hidden

from l0edu.errors import InputError
from l0edu.gpu import beside, is_on_device, to_device, to_host
from l0edu.gpu.autograd_cupy import array_module, is_registered, numpy_on, register, registration
from l0edu.gpu.autograd_cupy.elementwise import share

rng = numpy.random.default_rng(8)
IMAGES, LABELS = rng.normal(size=(12, 5)), rng.integers(0, 3, 12)
W, V = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
MLP = {"W1": rng.normal(size=(5, 4)), "b1": rng.normal(size=4), "W2": rng.normal(size=(4, 3))}


def softmax_regression(w, images, labels):
    z = images @ w
    z = z - np.max(z, axis=1, keepdims=True)
    log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    picked = log_p[np.arange(len(labels), like=labels), labels]
    return -np.mean(picked) + 0.01 * np.sum(w**2)


def mlp_loss(params, images, labels):
    hidden = np.maximum(images @ params["W1"] + params["b1"], 0.0)
    return softmax_regression(params["W2"], hidden, labels)


def agree(there, here):
    numpy.testing.assert_allclose(there.get(), here, rtol=1e-12, atol=1e-12)


def test_softmax_regression_and_its_hessian_vector_product_equal_numpys(device):
    w, v, images, labels = [to_device(a, device) for a in (W, V, IMAGES, LABELS)]
    with nothing_hidden(device):
        slope = grad(softmax_regression)(w, images, labels)
        curvature = hessian_vector_product(softmax_regression)(w, images, labels, v)
    agree(slope, grad(softmax_regression)(W, IMAGES, LABELS))
    agree(curvature, hessian_vector_product(softmax_regression)(W, IMAGES, LABELS, V))


def test_an_mlps_gradients_equal_numpys_and_lie_on_the_device(device, xp):
    params, images, labels = to_device(MLP, device), to_device(IMAGES, device), to_device(LABELS, device)
    with nothing_hidden(device):
        grads = grad(mlp_loss)(params, images, labels)
    assert all(type(g) is xp.ndarray for g in grads.values())
    for name, here in grad(mlp_loss)(MLP, IMAGES, LABELS).items():
        agree(grads[name], here)


def test_an_mlp_of_float32_stays_in_it(device):
    params = to_device({name: a.astype("float32") for name, a in MLP.items()}, device)
    images, labels = to_device(IMAGES.astype("float32"), device), to_device(LABELS, device)
    grads = grad(mlp_loss)(params, images, labels)
    assert {g.dtype.name for g in grads.values()} == {"float32"}


def test_an_mlps_hessian_vector_product_by_a_gradient_of_a_gradient(device):
    def curvature(params, images, labels, directions):
        def along(params):
            slopes = grad(mlp_loss)(params, images, labels)
            return sum(np.sum(slopes[name] * directions[name]) for name in slopes)

        return grad(along)(params)

    arguments = (MLP, IMAGES, LABELS, {name: numpy.cos(a) for name, a in MLP.items()})
    there = [to_device(argument, device) for argument in arguments]
    with nothing_hidden(device):
        found = curvature(*there)
    for name, here in curvature(*arguments).items():
        agree(found[name], here)


def curved(x):
    return np.tanh(x @ x.T) + np.sum(x**3, axis=1)


def test_check_grads_of_second_order_in_both_modes(xp):
    check_grads(lambda x: np.sum(np.sin(x) * x), order=2)(xp.asarray(V))
    check_grads(curved, modes=["rev"], order=2)(xp.asarray(V))


def test_jacobian_and_elementwise_gradient_equal_numpys(xp):
    agree(jacobian(curved)(xp.asarray(V)), jacobian(curved)(V))
    agree(elementwise_grad(np.sinh)(xp.asarray(V)), np.cosh(V))


def test_a_gauss_newton_product_equals_numpys(xp):
    def outputs(x):
        return np.ravel(curved(x))

    agree(make_ggnvp(outputs)(xp.asarray(V))(xp.asarray(W)), make_ggnvp(outputs)(V)(W))


def test_flatten_makes_one_vector_of_a_table_and_is_undone(device, xp):
    vector, undo = flatten(to_device(MLP, device))
    assert type(vector) is xp.ndarray
    agree(vector, flatten(MLP)[0])
    assert all(numpy.array_equal(to_host(undo(vector))[name], MLP[name]) for name in MLP)


def test_a_gradient_by_a_plain_number_beside_device_arrays(xp):
    x = xp.asarray(V)
    found = grad(lambda scale: np.sum((scale * x) ** 2))(3.0)
    agree(found, 6.0 * np.sum(V**2))


def test_a_function_that_ignores_its_argument_has_a_gradient_of_zeros_on_the_device(xp):
    with pytest.warns(UserWarning, match="independent"):
        found = grad(lambda x: np.sum(xp.ones(2)))(xp.asarray(V))
    agree(found, np.zeros_like(V))


def test_complex_arrays_have_gradients_too(xp):
    z = V + 1j * W
    agree(grad(lambda x: np.sum(np.abs(x) ** 2))(xp.asarray(z)), grad(lambda x: np.sum(np.abs(x) ** 2))(z))


def test_a_complex_space_counts_two_numbers_an_element_as_numpys_does(xp):
    assert vspace(xp.asarray(V + 1j * W)).size == vspace(V + 1j * W).size == 2 * V.size
    assert vspace(xp.asarray(V)).size == V.size


def test_a_rule_of_the_users_may_change_the_gradient_of_a_sum_in_place(xp):
    @primitive
    def twice(x):
        return 2.0 * x

    def in_place(g):
        g *= 2.0
        return g

    defvjp(twice, lambda ans, x: in_place)
    agree(grad(lambda x: np.sum(twice(x)))(xp.asarray(V)), np.full_like(V, 2.0))


def test_shares_of_a_maximum_are_computed_in_the_gradients_dtype(xp):
    x, g = xp.asarray(V.astype("float32")), xp.ones(V.shape, "float32")
    assert share(g, x, x, x).dtype == "float32"


@pytest.mark.parametrize("dtypes", [("float32", "float64"), ("float64", "float32")])
def test_each_factor_of_a_product_of_two_dtypes_has_a_gradient_in_its_own(dtypes, xp):
    factors = [xp.asarray(factor.astype(dtype)) for factor, dtype in zip((V, W.T), dtypes, strict=True)]
    found = [grad(lambda a, b: np.sum(np.dot(a, b)), place)(*factors) for place in (0, 1)]
    assert tuple(g.dtype.name for g in found) == dtypes


def test_numbers_among_device_numbers_give_the_dtype_that_they_give_in_numpy(xp):
    for number in (numpy.float32(1.0), 1.0, numpy.int8(3)):
        of_parts = [
            np.array([one, number]).dtype for one in (xp.asarray(V.astype("float32"))[0, 0], numpy.float32(2))
        ]
        assert of_parts[0] == of_parts[1]


def test_the_module_of_arrays_is_that_of_the_first_on_a_device(xp):
    assert array_module(V, 1.0) is numpy
    assert array_module(1.0, V, xp.asarray(V)) is xp
    assert is_registered(xp.ndarray)
    assert not is_registered(list)


def test_registering_again_changes_nothing_and_another_module_works_beside(xp):
    other = SimpleNamespace(__name__="other", ndarray=type("ndarray", (), {}))
    register(xp)
    register(other)
    agree(grad(lambda x: np.sum(x * x))(xp.asarray(V)), 2 * V)
    with pytest.raises(TypeError, match=r"of other and of .* together: move them to one device"):
        array_module(other.ndarray(), xp.asarray(V))


def test_a_namespace_for_a_device_creates_arrays_there(xp):
    on = numpy_on(xp)
    made = [on.zeros((2, 3)), on.arange(3), on.array([1.0, 2.0]), on.asarray(V), on.full(3, 2.0), on.eye(2)]
    made += [on.linspace(0.0, 1.0, 3), on.random.default_rng(0).random(3)]
    assert all(type(array) is xp.ndarray for array in made)
    agree(
        grad(lambda x: on.sum(on.array([x[0, 0], x[1, 1]]) * on.ones(2)))(xp.asarray(V)),
        numpy.eye(5, 3) * [1, 1, 0],
    )


def test_a_loss_written_in_that_namespace_has_numpys_gradient(xp):
    def loss(w, np):
        return np.sum(np.where(w > 0, w, 0.1 * w) * np.linspace(0.0, 1.0, 3) + np.ones((5, 1)))

    agree(grad(loss)(xp.asarray(V), numpy_on(xp)), grad(loss)(V, np))


def test_only_arrays_of_a_registered_module_lie_on_a_device(xp):
    others = (V, 1.0, None, {}, [V], SimpleNamespace(get=None))
    assert [is_on_device(one) for one in (xp.asarray(V), *others)] == [True, *[False] * len(others)]


def test_a_table_beside_a_device_array_is_moved_but_for_what_is_no_array(xp):
    moved = beside(xp.asarray(V), {"rows": numpy.array([0, 2]), "steps": 3})
    assert type(moved["rows"]) is xp.ndarray
    assert moved["steps"] == 3
    assert type(moved["steps"]) is int
    assert beside(V, moved) is moved


def test_registering_numpy_replaces_rules_and_leaves_its_arrays_as_they_are():
    register(numpy)
    assert type(vspace(V)) is ArrayVSpace
    x = V.astype("float32")
    assert grad(lambda x: np.std(np.where(x > 0, x, 2.0**x)))(x).dtype == "float32"


def test_what_is_no_module_of_arrays_cannot_be_registered():
    with pytest.raises(TypeError, match="register takes a module with arrays, such as cupy, and not 'cupy'"):
        register("cupy")


def test_an_autograd_without_the_functions_that_are_replaced_is_named(monkeypatch):
    monkeypatch.setattr(registration, "DONE", [])
    monkeypatch.setattr(registration, "replace_rules", lambda: numpy.no_such_name)
    with pytest.raises(RuntimeError, match=r"for autograd 1\.9, .* 'no_such_name'\): pip install"):
        register(numpy)
    with pytest.raises(InputError, match=r"for autograd 1\.9, "):
        to_device(numpy.ones(2), "stand-in")


@pytest.mark.skipif(numpy.lib.NumpyVersion(numpy.__version__) < "2.1.0", reason="NumPy wants a bound")
def test_clip_without_bounds_passes_the_gradient_on(device):
    x = to_device(numpy.array([-2.0, 3.0]), device)
    assert to_host(grad(lambda x: np.sum(np.clip(x, None, None) ** 2))(x)).tolist() == [-4.0, 6.0]
