"""How are arrays joined and lists made into arrays, where the arrays lie?

autograd's `concatenate`, `stack`, `append`, `array` and their like all go through three functions, which call
NumPy on the list. They are replaced by name, as they have to be before any rule is asked.
"""

from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.core import primitive_jvps, primitive_vjps
from autograd.extend import primitive
from autograd.numpy import numpy_wrapper

from .array_types import array_module

__all__ = ["replace_joins"]

REPLACED = ("concatenate_args", "array_from_args", "_array_from_scalar_or_array")
NUMPY_SELECT = anp.select


def replace_joins() -> None:
    """Put the functions of this file in place of autograd's; their gradients stay."""
    for name, function in zip(REPLACED, (concatenate_args, array_from_args, array_from_one), strict=True):
        stock = getattr(numpy_wrapper, name)
        primitive_vjps[function] = primitive_vjps[stock]
        primitive_jvps[function] = primitive_jvps[stock]
        setattr(numpy_wrapper, name, function)
    numpy_wrapper.select = anp.select = select


@primitive
def concatenate_args(axis: int, *arrays: Any) -> Any:
    """Join arrays along an axis, where they lie."""
    joined: Any = np.concatenate(arrays, axis)
    return joined.view(np.ndarray) if isinstance(joined, np.ndarray) else joined


@primitive
def array_from_args(args: tuple[Any, ...], options: dict[str, Any], *parts: Any) -> Any:
    """An array of parts of equal shapes; on a device if one of them lies there."""
    xp = array_module(*parts)
    if xp is np:
        return np.array(parts, *args, **options)
    stacked = xp.stack([placed(xp, part) for part in parts])
    return xp.array(stacked, *args, **options) if args or options else stacked


def placed(xp: Any, part: Any) -> Any:
    """A number becomes a device array of no dimensions, filled there and not moved there."""
    is_constant = array_module(part) is np and np.ndim(part) == 0
    return xp.full((), part.item(), dtype=part.dtype) if is_constant else part


@primitive
def array_from_one(args: tuple[Any, ...], options: dict[str, Any], array: Any) -> Any:
    """A copy of an array, where it lies, or an array of one number."""
    return array_module(array).array(array, *args, **options)


def select(conditions: Any, choices: Any, default: Any = 0) -> Any:
    """`np.select`; on a device it is nested `np.where`."""
    conditions, choices = list(conditions), list(choices)
    if array_module(*conditions, *choices) is np:
        return NUMPY_SELECT(conditions, choices, default)
    chosen = default
    for condition, choice in zip(reversed(conditions), reversed(choices), strict=True):
        chosen = anp.where(condition, choice, chosen)
    return chosen
