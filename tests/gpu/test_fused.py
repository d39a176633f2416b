"""Does one function choose between plain NumPy, a kernel and one launch on the stand-in, by its arrays?"""

import inspect
from types import ModuleType

import gpu.host_kernels as host
import numpy as np
import pytest
from autograd import grad
from autograd.core import VSpace
from autograd.numpy.numpy_boxes import ArrayBox
from autograd.tracer import Box
from gpu.kernel_calls import PLAIN

from l0edu.averaging import decay_and_add
from l0edu.concrete import sigmoid
from l0edu.gates import hard_concrete
from l0edu.gpu import fused, kernels, stand_in, to_device, to_host
from l0edu.gpu.autograd_cupy import array_types
from l0edu.ops.loss import softmax


class Lying(np.ndarray):
    """Arrays that kernels compiled for the processor can read, and that are no NumPy arrays by their type."""


@pytest.fixture
def elsewhere(monkeypatch):
    """Makes arrays of a device whose kernels run on the processor."""
    module = ModuleType("lying")
    vars(module).update(ElementwiseKernel=host.ElementwiseKernel, empty=host.empty)
    monkeypatch.setitem(array_types.MODULES, Lying, module)
    host.launches.clear()
    return lambda values, dtype=np.float64: np.asarray(values, dtype).view(Lying)


def test_numpy_arrays_go_to_the_plain_function():
    host.launches.clear()
    assert type(sigmoid(np.zeros(2))) is np.ndarray
    assert sigmoid(0.0) == 0.5
    assert host.launches == []


def test_device_arrays_go_to_the_kernel_by_position_and_by_name(elsewhere):
    x = elsewhere([-800, 0, 800])
    assert sigmoid(x).tolist() == sigmoid(x=x).tolist() == [0, 0.5, 1]
    assert host.launches == ["l0edu_sigmoid"] * 2


@pytest.mark.parametrize("dtypes", [(np.float64, np.float32), (np.float16, np.float16), (int, np.float64)])
def test_other_dtypes_than_a_kernel_computes_in_go_to_the_plain_function(dtypes, elsewhere):
    log_alpha, u = elsewhere([0, 1], dtypes[0]), elsewhere([0.5, 0.5], dtypes[1])
    plain = hard_concrete(np.asarray(log_alpha), np.asarray(u), 2 / 3, -0.1, 1.1)
    z = hard_concrete(log_alpha, u, 2 / 3, -0.1, 1.1)
    np.testing.assert_array_equal(z, plain)
    assert z.dtype == plain.dtype
    assert "l0edu_hard_concrete" not in host.launches


def test_what_is_being_differentiated_goes_to_the_plain_function(elsewhere, monkeypatch):
    monkeypatch.setitem(VSpace.mappings, Lying, VSpace.mappings[np.ndarray])
    monkeypatch.setitem(Box.type_mappings, Lying, ArrayBox)
    monkeypatch.setattr(Box, "types", Box.types | {ArrayBox})
    logits = np.array([[1.0, 2.0]])
    g = grad(lambda x: softmax(x)[0, 0])(elsewhere(logits))
    np.testing.assert_allclose(g, grad(lambda x: softmax(x)[0, 0])(logits))
    assert host.launches == []


def test_no_array_and_no_device_is_the_plain_function(monkeypatch):
    monkeypatch.setattr(fused, "MODULES", {})
    monkeypatch.setattr(fused, "_on_device", None)  # not asked
    assert sigmoid(np.float32(0)) == sigmoid(x=np.zeros(())) == 0.5


def test_the_stand_in_counts_one_launch():
    total, p = to_device({"total": np.ones(3), "p": np.ones(3)}, "stand-in").values()
    with stand_in.counting() as counts, stand_in.strict():
        decay_and_add(total, p, 0.5)
    assert counts.launches == 1
    assert to_host(total).tolist() == [1.5, 1.5, 1.5]


@pytest.mark.parametrize("name", kernels.__all__)
def test_a_kernel_stands_beside_a_fused_function_with_the_same_arguments(name):
    function = PLAIN[name]
    assert hasattr(function, "__wrapped__")
    own = [*inspect.signature(getattr(kernels, name)).parameters.values()][1:]  # but for the module
    plain = inspect.signature(function).parameters.values()
    assert [(p.name, p.default) for p in own] == [(p.name, p.default) for p in plain]


def test_a_function_keeps_its_name_and_its_docstring():
    assert fused.fused(test_the_stand_in_counts_one_launch).__name__ == "test_the_stand_in_counts_one_launch"
    assert decay_and_add.__doc__.startswith("total' = decay total + p")
