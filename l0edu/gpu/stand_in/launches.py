"""How many kernels does one function start? One, but for those that are listed here.

CuPy starts one kernel for an elementwise function, a reduction, a product of matrices, a gather or a scatter.
Where it starts more, the number here is its least: some functions choose by size and layout.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

__all__ = ["LAUNCHES", "WAITS", "number_of_launches", "waits"]

LAUNCHES = {
    "allclose": 2, "array_equal": 2, "corrcoef": 8, "cov": 4, "cross": 5, "diag": 2, "empty": 0,
    "empty_like": 0, "eye": 2, "histogram": 4, "identity": 2, "linalg.norm": 3, "median": 4,
    "nanstd": 3, "nanvar": 3, "pad": 2, "percentile": 5, "put_along_axis": 2, "quantile": 5, "std": 2,
    "tri": 1, "tril": 2, "triu": 2, "var": 2,
}  # fmt: skip

WAITS = {  # these read something back, to learn the shape of their result or to check it
    "argwhere", "asarray_chkfinite", "bincount", "choose", "compress", "delete", "extract", "flatnonzero",
    "histogram", "interp", "intersect1d", "linalg.matrix_rank", "nanmax", "nanmin", "nonzero", "place",
    "real_if_close", "setdiff1d", "setxor1d", "trim_zeros", "union1d", "unique", "unique_all",
    "unique_counts", "unique_inverse", "unique_values", "unwrap",
}  # fmt: skip


def waits(name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> bool:
    """Whether a call waits for the device.

    Parameters
    ----------
    name : str
        As in signatures.json.
    args, kwargs
        The arguments of the call.
    """
    if name == "where":  # without values to choose from, as `nonzero`
        return len(args) == 1
    if name == "average":  # that the weights do not add up to 0 is checked
        return len(args) > 2 or kwargs.get("weights") is not None
    return name in WAITS


def number_of_launches(name: str, operands: list[np.ndarray]) -> int:
    """Those of one call; a product copies operands that the library of products cannot read as they lie.

    Parameters
    ----------
    name : str
        As in signatures.json.
    operands : list of array
        The storage of the device arrays given.
    """
    if name in ("matmul", "dot", "inner"):
        return 1 + sum(not _readable(operand) for operand in operands[:2])
    if name == "take_along_axis":  # x[arange, indices, ...]: an index for each axis
        axes = operands[0].ndim
        return 1 if axes < 2 else (axes - 1) + (axes + 2)
    return LAUNCHES.get(name, 1)


def _readable(operand: np.ndarray) -> bool:
    """Whether a product reads it in place: rows or columns behind one another, more axes in rows only."""
    return bool(operand.flags.c_contiguous or (operand.ndim <= 2 and operand.flags.f_contiguous))
