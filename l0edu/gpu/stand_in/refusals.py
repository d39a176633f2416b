"""Which arguments fit CuPy's signatures, and yet are refused once they are used?

CuPy asks them for what only an array has, does not support the option, or would give an array of another
shape than NumPy's.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from l0edu.gpu.stand_in.storage import Stored

__all__ = ["check_scatter", "check_use"]

Given = Mapping[str, Any]  # arguments by the names of their parameters

NEEDS_ARRAY = {
    "broadcast_to": ["array"], "dot": ["b"], "inner": ["b"], "lexsort": ["keys"], "outer": ["b"],
    "tensordot": ["b"], "vdot": ["b"], "where": ["condition"],
}  # fmt: skip
COMPILED = frozenset(["broadcast_to", "dot"])  # these look at the type itself
NO_LISTS = frozenset(["fill_value", "src"])
UNSUPPORTED = {
    "astype": (TypeError, ["casting", "subok"]),
    **dict.fromkeys(["empty_like", "full_like", "ones_like", "zeros_like"], (TypeError, ["subok"])),
}
ADDED = frozenset("ieIfdLQ")  # dtypes by their letters, as NumPy has them
COMPARED, COUNTED, BITS = ADDED - {"e"}, frozenset("iI"), frozenset("ilqILQ")
SCATTERED = {"add": ADDED, "subtract": COUNTED, "maximum": COMPARED, "minimum": COMPARED}


def check_use(name: str, given: Given) -> None:
    """CuPy's error for an argument that it cannot use.

    Parameters
    ----------
    name : str
        Of the function or method.
    given : dict
        The arguments, by the names of CuPy's parameters.
    """
    for parameter in NEEDS_ARRAY.get(name, []):
        if parameter in given and not _is_array(name, given[parameter]):
            raise _no_array(name, parameter, given[parameter])
    for parameter in NO_LISTS.intersection(given):
        if isinstance(given[parameter], list | tuple):
            raise _no_array(name, parameter, given[parameter])
    error, options = UNSUPPORTED.get(name, (TypeError, []))
    for option in options:
        if given.get(option) is not None:
            raise error(f"{option} is not supported yet")
    if name in CHECKS:
        CHECKS[name](name, given)


def _is_array(name: str, value: Any) -> bool:
    """Whether CuPy takes it for one; NumPy's arrays are refused later, with another error."""
    return isinstance(value, Stored | np.ndarray) or (isinstance(value, np.generic) and name not in COMPILED)


def _no_array(name: str, parameter: str, value: Any) -> Exception:
    error = TypeError if name in COMPILED else AttributeError
    return error(f"{name}(): {parameter} has to be a device array, and is a {type(value).__name__}")


def _like(name: str, given: Given) -> None:
    shape, x = given.get("shape"), given.get("a", given.get("prototype"))
    if shape is not None and not shape and np.ndim(getattr(x, "_host", 0)):
        raise ValueError(
            f"{name}(x, shape={shape}): CuPy takes an empty shape for none, and gives the shape of x: "
            "make an array of shape (1,) and reshape it"
        )
    if given.get("order", "K") is None:
        raise AttributeError("'NoneType' object has no attribute 'upper'")


def _windows(name: str, given: Given) -> None:
    if given.get("subok") or given.get("writeable"):
        raise NotImplementedError(f"{name}(): subok and writeable are not supported")


def _where(_: str, given: Given) -> None:
    if (given.get("x") is None) != (given.get("y") is None):
        raise ValueError("Must provide both 'x' and 'y' or neither.")


def _tensordot(_: str, given: Given) -> None:
    axes = given.get("axes", 2)
    if isinstance(axes, np.ndarray) and axes.ndim:
        raise TypeError("only integer scalar arrays can be converted to a scalar index")
    if not all(np.ndim(getattr(given.get(one), "_host", 0)) for one in "ab") and axes not in (0, ((), ())):
        raise ValueError("An input is zero-dim while axes has dimensions")


def _repeat(_: str, given: Given) -> None:
    if isinstance(given.get("repeats"), np.ndarray):
        raise TypeError("'repeats' does not accept numpy.ndarray; convert with cupy.array() first")


def _expand_dims(_: str, given: Given) -> None:
    if isinstance(given.get("axis"), list):
        raise TypeError("Argument 'axis' has incorrect type (expected tuple, got list)")


def _pad(_: str, given: Given) -> None:
    if isinstance(given.get("pad_width"), dict):
        raise TypeError("`pad_width` must be of integral type.")


CHECKS: dict[str, Callable[[str, Given], None]] = {
    **dict.fromkeys(["empty_like", "full_like", "ones_like", "zeros_like"], _like),
    "expand_dims": _expand_dims,
    "pad": _pad,
    "repeat": _repeat,
    "sliding_window_view": _windows,
    "tensordot": _tensordot,
    "where": _where,
}


def check_scatter(name: str, dtype: np.dtype[Any]) -> None:
    """TypeError for arrays to which CuPy cannot add, subtract ... at indices.

    Parameters
    ----------
    name : str
        Of the ufunc.
    dtype : dtype
        That of the array which is changed.
    """
    if dtype.char not in SCATTERED.get(name, BITS):
        raise TypeError(f"cupy.{name}.at does not support {dtype}")
