"""Does a kernel's body compute what its plain version does? Here it is compiled for the processor.

`ElementwiseKernel` takes what CuPy's takes, as far as `l0edu.gpu.kernels` uses it, works on NumPy arrays, and
refuses the rest. Pass this module where a kernel wants `cupy`.
"""

import ctypes
import inspect
import os
import re
import shutil
import subprocess
import sys
import tempfile
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from needs import need_program
from numpy import empty

from l0edu.gpu import kernels

__all__ = ["ElementwiseKernel", "assert_same", "both", "empty", "launches", "layouts"]

TYPES = {np.dtype("float32"): "float", np.dtype("float64"): "double"}
SCALARS = {"bool": ctypes.c_bool, "int32": ctypes.c_int32, "int64": ctypes.c_int64}
NAMES = {"bool": "bool", "int32": "int", "int64": "long long"}
launches = []  # the names of the kernels that ran, in order

TEMPLATE = """
#include <cmath>
#include <cstddef>
using std::exp; using std::fabs; using std::log; using std::log1p; using std::sqrt;

template <typename Number> struct CArray {{  // indexed as if it lay in one piece in C order
    char* data; long long ndim; const long long *shape, *strides;
    Number& operator[](long long i) const {{
        char* at = data;
        for (long long axis = ndim - 1; axis >= 0; --axis) {{
            at += i % shape[axis] * strides[axis];
            i /= shape[axis];
        }}
        return *(Number*)at;
    }}
}};

{preamble}

template <typename T> void run(long long _size, void** _given) {{
    {parameters}
    for (std::ptrdiff_t i = 0; i < _size; ++i) {{
        {elements}
        {operation};
    }}
}}
extern "C" void run_float(long long size, void** given) {{ run<float>(size, given); }}
extern "C" void run_double(long long size, void** given) {{ run<double>(size, given); }}
"""


class Parameter(NamedTuple):
    raw: bool
    type: str
    name: str
    written: bool


class View(ctypes.Structure):
    _fields_ = [
        ("data", ctypes.c_void_p),
        ("ndim", ctypes.c_longlong),
        ("shape", ctypes.POINTER(ctypes.c_longlong)),
        ("strides", ctypes.POINTER(ctypes.c_longlong)),
    ]


class ElementwiseKernel:
    def __init__(self, in_params, out_params, operation, name="kernel", preamble=""):
        self.inputs, self.outputs = parameters(in_params, False), parameters(out_params, True)
        self.operation, self.name, self.preamble = operation, name, preamble
        assert name.isidentifier(), name

    def __call__(self, *args, size=None):
        if len(args) not in (len(self.inputs), len(self.inputs + self.outputs)):
            raise TypeError(f"{self.name}: wrong number of arguments: {len(args)}")
        for value in args:
            if not isinstance(value, np.ndarray | bool | int | float):
                raise TypeError(f"Unsupported type {type(value)}")
        shape = self._shape(args, size)
        number = self._number(args)
        outputs = [np.empty(shape, number) for _ in self.outputs[len(args) - len(self.inputs) :]]
        given = (*args, *outputs)
        launches.append(self.name)
        if np.prod(shape):
            self._run(given, shape, number)
        results = given[len(self.inputs) :]
        return results[0] if len(results) == 1 else results

    def _shape(self, args, size):
        """That of the loop: of all arrays that are not raw, or (size,)."""
        pairs = list(zip(self.inputs + self.outputs, args, strict=False))
        looped = [value for one, value in pairs if not one.raw and isinstance(value, np.ndarray)]
        if (size is None) == (not looped):
            raise ValueError("size must be given if, and only if, every array is raw")
        if any(one.raw for one in self.outputs) and len(args) == len(self.inputs):
            raise ValueError("Output array size is Undecided")
        shape = np.broadcast_shapes(*[value.shape for value in looped]) if size is None else (size,)
        if any(one.written and not one.raw and value.shape != shape for one, value in pairs):
            raise ValueError("Out shape is mismatched")
        return shape

    def _number(self, args):
        """The type that T stands for."""
        pairs = zip(self.inputs + self.outputs, args, strict=False)
        found = {
            value.dtype if one.type == "T" else one for one, value in pairs if isinstance(value, np.ndarray)
        }
        if len(found) != 1 or not found <= TYPES.keys():
            raise TypeError(f"Type is mismatched: {found}")
        return found.pop()

    def _run(self, given, shape, number):
        every = self.inputs + self.outputs
        arrays = tuple(isinstance(value, np.ndarray) for value in given)
        kept = [_passed(one, value, shape, number) for one, value in zip(every, given, strict=True)]
        pointers = (ctypes.c_void_p * len(kept))(*[ctypes.addressof(value) for value in kept])
        function = getattr(compiled(self.source(arrays)), f"run_{TYPES[number]}")
        function(ctypes.c_longlong(int(np.prod(shape))), pointers)

    def source(self, arrays):
        every = list(enumerate(zip(self.inputs + self.outputs, arrays, strict=True)))
        read = [_read(position, one, is_array) for position, (one, is_array) in every]
        own = [
            f"{'' if one.written else 'const '}T& {one.name} = _raw_{one.name}[i];"
            for _, (one, is_array) in every
            if is_array and not one.raw
        ]
        return TEMPLATE.format(
            preamble=self.preamble,
            operation=self.operation,
            parameters="\n    ".join(read),
            elements="\n        ".join(own),
        )


def parameters(text, written):
    found = []
    for part in filter(None, map(str.strip, text.split(","))):
        *raw, kind, name = part.split()
        if raw not in ([], ["raw"]) or kind not in {"T", *SCALARS} or re.fullmatch(r"_.*|i|n", name):
            raise ValueError(f"a parameter {part!r}")
        found.append(Parameter(bool(raw), kind, name, written))
    return found


def _read(position, one, is_array):
    const = "" if one.written else "const "
    if is_array:
        name = one.name if one.raw else f"_raw_{one.name}"
        return f"const CArray<{const}T>& {name} = *(CArray<{const}T>*)_given[{position}];"
    return f"const {NAMES.get(one.type, 'T')} {one.name} = *({NAMES.get(one.type, 'T')}*)_given[{position}];"


def _passed(one, value, shape, number):
    if not isinstance(value, np.ndarray):
        return (SCALARS.get(one.type) or np.ctypeslib.as_ctypes_type(number))(value)
    seen = value if one.raw else np.broadcast_to(value, shape)
    sizes = ctypes.c_longlong * seen.ndim
    return View(value.ctypes.data, seen.ndim, sizes(*seen.shape), sizes(*seen.strides))


@cache
def compiled(source):
    folder = Path(tempfile.mkdtemp(prefix="l0edu-kernels-"))
    (folder / "kernel.cpp").write_text(source, encoding="utf-8")
    flags = ["-std=c++17", "-O1", "-ffp-contract=off", "-Wall", "-Werror", "-shared", "-fPIC"]
    done = subprocess.run(
        [need_program("c++", "g++", "clang++"), *flags, "-o", folder / "kernel.so", folder / "kernel.cpp"],
        capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"},
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stderr}\n{source}"
    library = ctypes.CDLL(str(folder / "kernel.so"))
    shutil.rmtree(folder)
    return library


def both(function, *args):
    """What the plain version gives and what the kernel of its name does: the result, and what was written."""
    plain = inspect.unwrap(function)
    kernel = partial(getattr(kernels, plain.__name__), sys.modules[__name__])
    launches.clear()
    return [_arrays_after(call, [_apart(value) for value in args]) for call in (plain, kernel)]


def assert_same(function, *args, ulps=8, scale=None):
    """The kernel and its plain version agree in shape, dtype and value, nan included, with one launch."""
    for found, expected in zip(*reversed(both(function, *args)), strict=True):
        assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
        eps = ulps * np.finfo(expected.dtype).eps
        np.testing.assert_allclose(found, expected, rtol=eps, atol=eps if scale is None else eps * scale)
    assert len(launches) == 1


def _arrays_after(call, args):
    with np.errstate(all="ignore"):
        result = call(*args)
    return [value for value in (result, *args) if isinstance(value, np.ndarray | np.generic)]


def _apart(value):
    """A copy in the same layout; arrays that cannot be written stay as they are."""
    if not isinstance(value, np.ndarray) or not value.flags.writeable:
        return value
    dense = value.copy(order="K")
    return dense if dense.strides == value.strides else np.repeat(value, 2, axis=-1)[..., ::2]


def layouts(rng, dtype):
    """Arrays (3, 4) of one dtype: in one piece, transposed, with gaps, backwards, and one row for all."""
    x = rng.normal(size=(3, 4)).astype(dtype)
    return {
        "whole": x,
        "transposed": np.ascontiguousarray(x.T).T,
        "with gaps": np.repeat(x, 2, axis=1)[:, ::2],
        "backwards": x[::-1, ::-1],
        "broadcast": np.broadcast_to(x[0], x.shape),
    }
