"""Do the kernels compile for a GPU? CuPy writes the code around a body, and NVIDIA's compiler takes it.

Neither needs a driver: `pip install cupy-cuda12x nvidia-cuda-nvrtc-cu12 nvidia-cuda-runtime-cu12`. Pass this
module where a kernel wants `cupy`, with NumPy arrays: what would be launched is compiled, and nothing runs.
"""

from pathlib import Path

import numpy as np
from numpy import empty

__all__ = ["ElementwiseKernel", "compiled", "empty"]

ARRAY, INDEXER, SCALAR = 1, 2, 3  # what CuPy calls kinds of arguments
ARCHITECTURE = "-arch=sm_90"

compiled = {}  # name and type of a kernel -> size of its machine code


class ElementwiseKernel:
    def __init__(self, *args, **kwargs):
        import cupy

        self.kernel = cupy.ElementwiseKernel(*args, **kwargs)

    def __call__(self, *args, size=None):
        dtype = next(value.dtype for value in args if isinstance(value, np.ndarray))
        pairs = zip(args, self.kernel.params, strict=False)
        looped = [value for value, one in pairs if isinstance(value, np.ndarray) and not one.raw]
        shape = np.broadcast_shapes(*[value.shape for value in looped]) if size is None else (size,)
        outputs = [np.empty(shape, dtype)] * (self.kernel.nargs - len(args))
        code = self._code([*args, *outputs], len(shape), dtype)
        compiled[self.kernel.name, str(dtype)] = len(machine_code(code))
        return (*args, *outputs)[-1]

    def _code(self, args, ndim, dtype):
        from cupy._core import _kernel

        types = _kernel._TypeMap((("T", dtype.type),))
        pairs = zip(args, self.kernel.params, strict=False)
        infos = [_information(_kernel._ArgInfo, value, one, dtype) for value, one in pairs]
        infos.append(_kernel._ArgInfo(INDEXER, object, None, ndim, True, True))
        kernel = self.kernel
        return _kernel._get_elementwise_kernel_code(
            tuple(infos), types, kernel.params, kernel.operation, kernel.name, kernel.preamble
        )


def machine_code(source):
    """For one kind of GPU, as CuPy compiles it."""
    from cupy.cuda import compiler

    options = ("--std=c++17", f"-I{include()}", "--device-as-default-execution-space", ARCHITECTURE)
    program = compiler._NVRTCProgram(f"#include <cupy/carray.cuh>\n{source}", "kernel.cu", method="cubin")
    return program.compile(options)[0]


def include():
    import cupy

    return Path(cupy.__file__).parent / "_core" / "include"


def _information(ArgInfo, value, parameter, dtype):
    import cupy

    if isinstance(value, np.ndarray):
        whole = value.flags.c_contiguous
        return ArgInfo(ARRAY, cupy.ndarray, value.dtype.type, value.ndim, whole, True)
    return ArgInfo(SCALAR, object, parameter.dtype or dtype.type, 0, True, True)
