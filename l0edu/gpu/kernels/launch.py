"""How is a kernel written down, and how does a module such as CuPy launch it?

The body is C++ for one element `i` of what is written. CuPy puts a loop around it and compiles that for the
GPU; the tests put a loop around the same body and compile it for the processor. `T` stands for the arrays'
type, float or double, and `Index` for that of a place in an array. An array that is `raw` is indexed by the
body, as if it lay in one piece in C order; the others are broadcast, and stand for their own element.
"""

from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

__all__ = ["Kernel"]

NARROW = 2**30  # in arrays of so many numbers, indices of 32 bits do; the GPU divides them faster


@dataclass(frozen=True, eq=False)
class Kernel:
    """What one launch reads, writes, and computes for each element.

    Attributes
    ----------
    name : str
        Shown by profilers.
    inputs, outputs : str
        Type and name of each parameter, as CuPy's `ElementwiseKernel` takes them, and `Index` as a type.
    body : str
        C++.
    """

    name: str
    inputs: str
    outputs: str
    body: str

    def on(self, xp: ModuleType, largest: int = 0) -> Any:
        """The kernel as `xp` launches it, built once; `largest` is the size of the largest raw array."""
        return _build(xp, self, "int32" if largest <= NARROW else "int64")


@cache
def _build(xp: ModuleType, kernel: Kernel, index: str) -> Any:
    return xp.ElementwiseKernel(
        kernel.inputs.replace("Index", index),
        kernel.outputs,
        kernel.body,
        f"l0edu_{kernel.name}",
        preamble=f"typedef {'int' if index == 'int32' else 'long long'} Index;",
    )
