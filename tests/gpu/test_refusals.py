"""Does what autograd cannot do on a device say so, and is what it says to write instead right?"""

import importlib
import inspect
import os
import shutil
import subprocess
import sys
from pathlib import Path

import autograd.numpy as np
import numpy
import pytest
from autograd import grad
from autograd.tracer import getval
from needs import need_package

from l0edu.gpu import autograd_cupy
from l0edu.gpu.autograd_cupy import numpy_on, register
from l0edu.gpu.autograd_cupy.refusals import INSTEAD

X = numpy.array([0.3, -1.2, 2.0, 0.7])


def agree(there, here):
    numpy.testing.assert_allclose(there.get(), here, rtol=1e-12)


def test_a_full_array_of_a_device_number(xp):
    value, shape = xp.asarray(2.5), (2, 3)
    with pytest.raises(NotImplementedError, match=r"full on a device: write np.ones_like\(value"):
        np.full(shape, value)
    agree(grad(lambda value: np.sum(np.ones_like(value, shape=shape) * value))(value), 6.0)
    assert grad(lambda value: np.sum(np.full(shape, value)))(2.5) == 6.0


def test_numbers_between_device_numbers(xp):
    stop, n = 3.0, 5
    with pytest.raises(NotImplementedError, match="linspace on a device: write start"):
        np.linspace(xp.asarray(1.0), stop, n)
    t = numpy_on(xp).linspace(0.0, 1.0, n)
    agree(grad(lambda start: np.sum(start + (stop - start) * t))(xp.asarray(1.0)), 2.5)


def test_the_short_forms_of_joins(xp):
    x = xp.asarray(X)
    with pytest.raises(NotImplementedError, match=r"r_ on a device: write np.concatenate"):
        np.r_[x, x]
    with pytest.raises(NotImplementedError, match=r"c_ on a device: write np.stack"):
        grad(lambda x: np.sum(np.c_[x, x]))(x)
    agree(np.stack([x, x], axis=1), numpy.c_[X, X])


def test_the_differences_of_neighbours(xp):
    with pytest.raises(NotImplementedError, match=r"gradient on a device: write \(x\[2:\]"):
        grad(lambda x: np.sum(np.gradient(x)))(xp.asarray(X))
    x = xp.asarray(X)
    agree((x[2:] - x[:-2]) / 2, numpy.gradient(X)[1:-1])


def test_scipys_logsumexp_and_what_to_write_instead(xp):
    need_package("scipy")
    special = importlib.import_module("autograd.scipy.special")
    register(xp)
    with pytest.raises(NotImplementedError, match="logsumexp on a device: write m"):
        special.logsumexp(xp.asarray(X))

    def instead(z):
        m = np.max(getval(z))
        return m + np.log(np.sum(np.exp(z - m)))

    agree(grad(instead)(xp.asarray(X)), grad(special.logsumexp)(X))


def test_scipys_functions_that_cupy_has_are_differentiated(xp):
    need_package("scipy")
    special = importlib.import_module("autograd.scipy.special")
    for name in ("expit", "erf", "gammaln"):
        function = getattr(special, name)
        agree(grad(lambda x: np.sum(function(x)))(xp.asarray(X)), grad(lambda x: np.sum(function(x)))(X))  # noqa: B023


def test_an_unsupported_diagonal_says_which_one_has_a_gradient(xp):
    with pytest.raises(NotImplementedError, match=r"write np.diagonal\(x, 0, -1, -2\)"):
        grad(lambda x: np.sum(np.diagonal(x)))(xp.ones((3, 3)))


@pytest.mark.parametrize(("form", "shape"), [("ii", (3, 3)), ("ii->i", (3, 3)), ("iij->j", (2, 2, 3))])
def test_einsum_that_reads_a_diagonal_has_no_gradient_instead_of_a_wrong_one(form, shape, xp):
    for x in (numpy.ones(shape), xp.ones(shape)):
        with pytest.raises(NotImplementedError, match=r"a letter twice \('ii.*: write np.trace\(x\)"):
            grad(lambda x: np.sum(np.einsum(form, x)))(x)
    with pytest.raises(NotImplementedError, match="letter twice"):
        grad(lambda x: np.einsum("j,ii->", xp.ones(2), x))(xp.ones((3, 3)))


def test_arrays_of_host_and_device_are_never_mixed(xp):
    for mix in (lambda x: x + X, lambda x: np.concatenate([x, X]), lambda x: np.where(X > 0, x, 0.0)):
        with pytest.raises(TypeError):
            grad(lambda x: np.sum(mix(x)))(xp.asarray(X))  # noqa: B023


def test_every_refusal_says_what_to_write():
    assert all(words for words in INSTEAD.values())
    assert set(INSTEAD) >= {"full", "linspace", "r_", "c_", "gradient", "logsumexp"}


def test_a_copy_of_the_package_works_in_another_project_and_beside_the_original(tmp_path):
    shutil.copytree(Path(autograd_cupy.__file__).parent, tmp_path / "device_gradients")
    code = """
import sys
from device_gradients import numpy_on, register
assert not any(name.startswith("l0edu") for name in sys.modules)
from l0edu.gpu import register as register_original, stand_in
register(stand_in)
register_original("stand-in")
import autograd.numpy as np
from autograd import grad
x = stand_in.ones((2, 3), dtype="float32")
g = grad(lambda x: np.mean(np.stack([x[0], np.maximum(x[1], 0.0)]) ** 2))(x)
print(type(g) is stand_in.ndarray, g.dtype, float(g.sum()))
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["True", "float32", "2.0"], done.stderr


def test_the_package_imports_nothing_of_l0edu():
    names = ("array_types", "einsum", "elementwise", "indexing", "joins", "namespace", "products")
    names += ("reductions", "refusals", "registration", "shapes")
    for name in names:
        source = inspect.getsource(importlib.import_module(f"{autograd_cupy.__name__}.{name}"))
        assert "l0edu" not in source
        assert "import cupy" not in source
