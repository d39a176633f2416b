"""Do operations and laws of gates compute on device arrays what they compute on NumPy's, and stay there?"""

import autograd.numpy as anp
import numpy as np
import pytest
from gpu_checks import assert_on_device, in_dtype, moved, no_hidden_transfers
from gradient_checks import EXAMPLES, every_primitive, refused

from l0edu import BernoulliGates, Dropout, HardConcrete, HardGaussian, ops, plain, value_and_grad
from l0edu.gpu import register, stand_in, to_device, to_host

TWINS_OF_THE_HOST = {"normal_cdf", "put"}  # autograd.numpy has no erfc, and np.eye makes a NumPy array
HOST = {"units", "outputs", "inputs"}  # indices, which the operations move themselves

every_op = pytest.mark.parametrize("op", every_primitive(), ids=lambda op: op.__name__)
LAWS = {"concrete": HardConcrete(), "gaussian": HardGaussian(), "dropout": Dropout()}
each_law = pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)


def example(op, dtype=np.float64):
    arguments, wrt = EXAMPLES[op.__name__]
    return in_dtype(arguments, dtype), wrt


def on(device, arguments):
    return {name: a if name in HOST else moved(a, device) for name, a in arguments.items()}


def evaluated(op, arguments, wrt):
    """The value of `op`, and its gradients for dL/dy = y."""
    rest = {name: value for name, value in arguments.items() if name not in wrt}

    def half_square(chosen):
        y = op(**chosen, **rest)
        return anp.sum(y * y) / 2

    return op(**arguments), value_and_grad(half_square)({name: arguments[name] for name in wrt})[1]


@every_op
def test_value_and_gradients_are_numpys(op, device):
    arguments, wrt = example(op)
    y, grads = evaluated(op, arguments, wrt)
    there = on(device, arguments)
    with no_hidden_transfers(device):
        y_there, grads_there = evaluated(op, there, wrt)
    assert_on_device(y_there, y)
    assert_on_device(grads_there, grads)


@every_op
def test_float32_stays_float32(op, device):
    arguments, wrt = example(op, np.float32)
    y, grads = evaluated(op, on(device, arguments), wrt)
    assert y.dtype == np.float32
    assert {grad.dtype for grad in grads.values()} == {np.dtype(np.float32)}


@every_op
def test_its_twin_in_autograd_numpy_computes_there_too_or_says_that_it_cannot(op, device):
    arguments, wrt = example(op)
    twin, there = getattr(plain, op.__name__), moved(arguments, device)
    if op.__name__ in TWINS_OF_THE_HOST:
        with pytest.raises(TypeError, match=r"NumPy array|Unsupported type"):
            evaluated(twin, there, wrt)
        return
    y, grads = evaluated(twin, arguments, wrt)
    with no_hidden_transfers(device):
        y_there, grads_there = evaluated(twin, there, wrt)
    assert_on_device(y_there, y)
    assert_on_device(grads_there, grads)


@pytest.mark.parametrize("name", ["take", "put", "cut"])
def test_indices_are_uploaded_once(name, device):
    if device != "stand-in":
        pytest.skip("uploads are counted on the stand-in")
    op = getattr(ops, name)
    arguments, _ = example(op)
    there = on(device, arguments)
    op(**there)
    with stand_in.counting() as counts:
        op(**there)
    assert (counts.uploads, counts.hidden) == (0, [])


def test_indices_may_lie_on_the_device_too(device):
    arguments, wrt = example(ops.put)
    expected = evaluated(ops.put, arguments, wrt)
    y, grads = evaluated(ops.put, moved(arguments, device), wrt)
    assert_on_device(y, expected[0])
    assert_on_device(grads, expected[1])


def test_host_labels_beside_device_logits_are_refused(device):
    logits, labels = np.zeros((2, 3)), np.array([0, 2])
    with refused(r"labels is on the host and logits on the device: write to_device\(labels\)"):
        ops.cross_entropy(to_device(logits, device), labels)
    with refused(r"labels is on the device.*write to_device\(logits\), or to_host\(labels\)"):
        ops.cross_entropy(logits, to_device(labels, device))


def test_labels_are_not_read_on_a_device(device):
    logits, labels = (to_device(a, device) for a in (np.zeros((2, 3)), np.array([0, 2])))
    with no_hidden_transfers(device):
        assert ops.cross_entropy(logits, labels).shape == ()
    with refused("expected integers"):
        ops.cross_entropy(logits, logits[:, 0])


# ---- laws of gates

PHI = np.array([-3.0, -0.4, 0.1, 0.6, 2.0])
KEEP = np.array([0.1, 0.3, 0.5, 0.7, 0.9])
NOISE = np.array([[0.1, 0.7, 0.45, 0.3, 0.9], [0.5, 0.2, 0.6, 0.8, 0.05]])


def parameter(law, dtype=np.float64):
    return (KEEP if isinstance(law, Dropout) else PHI).astype(dtype)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@each_law
def test_gates_are_sampled_where_their_parameters_lie(law, dtype, device):
    phi, noise = parameter(law, dtype), NOISE.astype(dtype)
    there = to_device({"phi": phi, "noise": noise}, device)
    with no_hidden_transfers(device):
        found = law.sample(there["phi"], there["noise"])
    assert_on_device(found, law.sample(phi, noise), 1e-12 if dtype is np.float64 else 1e-6)


@pytest.mark.parametrize("quantity", ["prob_open", "prob_zero", "prob_one", "test_value", "mean"])
@each_law
def test_what_a_law_says_of_a_gate_is_computed_where_it_lies(law, quantity, device):
    phi = parameter(law)
    there = to_device(phi, device)
    with no_hidden_transfers(device):
        found = getattr(law, quantity)(there)
    assert_on_device(found, getattr(law, quantity)(phi))


@each_law
def test_noise_can_be_drawn_by_a_device_generator(law, device):
    rng = register(device).random.default_rng(0)
    with no_hidden_transfers(device):
        noise = law.draw_noise(rng, (1000,), np.float32)
    assert noise.dtype == np.float32
    drawn = to_host(noise)
    assert np.isfinite(drawn).all()
    assert len(np.unique(drawn)) > 900
    assert isinstance(law, HardGaussian) or (0 <= drawn.min() < 0.1 and 0.9 < drawn.max() <= 1)


def test_coins_and_their_estimators_compute_on_the_device(device):
    gates, logits, u = BernoulliGates(), np.array([-1.0, 0.5]), np.random.default_rng(0).random((6, 2))
    there = to_device({"logits": logits, "u": u}, device)
    with no_hidden_transfers(device, reads=True):
        found = gates.score_function_gradients(lambda z: z.sum(), there["logits"], there["u"])
        value, gradient = gates.exact_gradient(lambda z: z.sum(), there["logits"])
    assert_on_device(found, gates.score_function_gradients(lambda z: z.sum(), logits, u))
    expected = gates.exact_gradient(lambda z: z.sum(), logits)
    assert abs(value - expected[0]) < 1e-12
    assert_on_device(gradient, expected[1])
