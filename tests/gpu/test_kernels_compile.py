"""Do the kernels compile for a GPU, with the code that CuPy writes around them? Needs CuPy, and no GPU."""

import gpu.nvrtc_kernels as nvrtc
import numpy as np
import pytest
from gpu.kernel_calls import CALLS
from needs import need_package

from l0edu.gpu import kernels
from l0edu.gpu.kernels import launch


def test_every_kernel_is_called_here():
    assert sorted(CALLS) == sorted(kernels.__all__)


@pytest.mark.parametrize("index", ["int", "long long"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", CALLS)
def test_a_kernel_compiles(name, dtype, index, monkeypatch):
    for package in ("cupy", "nvidia", "nvidia.cuda_nvrtc", "nvidia.cuda_runtime"):
        need_package(package)
    if index == "long long":
        monkeypatch.setattr(launch, "NARROW", 0)
    nvrtc.compiled.clear()
    getattr(kernels, name)(nvrtc, *CALLS[name](np.ones(2, dtype), np.ones((2, 5, 4, 3), dtype)))
    assert [size > 1000 for size in nvrtc.compiled.values()] == [True]
