"""How is code for the GPU tried out without one? By a module that takes CuPy's place, and counts.

Its arrays lie in the host's memory, but behave as CuPy's do: the same functions and signatures, the same
types of results, the same refusals. What would be slow on a device is counted: `counting()` tells how many
kernels were launched and what was moved, and under `strict()` a transfer that the code did not ask for is an
error.

It says nothing about speed, and nothing about the values of CuPy's kernels.
"""

from typing import Any

from l0edu.gpu.stand_in import functions
from l0edu.gpu.stand_in import generator as random
from l0edu.gpu.stand_in.accounts import Counts, HiddenTransfer, counting, one_launch, strict
from l0edu.gpu.stand_in.array import ndarray
from l0edu.gpu.stand_in.creation import array, asarray, asnumpy

__all__ = [
    "Counts",
    "HiddenTransfer",
    "array",
    "asarray",
    "asnumpy",
    "counting",
    "ndarray",
    "one_launch",
    "random",
    "strict",
]


def __getattr__(name: str) -> Any:
    return functions.look_up(name)


def __dir__() -> list[str]:
    return sorted({*__all__, *functions.names()})
