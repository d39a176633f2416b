"""What do NumPy's functions do when they meet a device array? What CuPy's of the same name do."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from l0edu.gpu.stand_in.accounts import hide, launch
from l0edu.gpu.stand_in.arguments import check_arrays, numpy_names, prepared
from l0edu.gpu.stand_in.indexing import has_mask, host_index, host_value, is_basic
from l0edu.gpu.stand_in.launches import number_of_launches, waits
from l0edu.gpu.stand_in.moving import make
from l0edu.gpu.stand_in.refusals import check_scatter
from l0edu.gpu.stand_in.signatures import AT, CUPY, REDUCE, SPECIAL, UFUNCS, parameters
from l0edu.gpu.stand_in.storage import SCALARS, Stored, launch_for, refuse, stored_in, unwrap, wrap

__all__ = ["array_function", "array_ufunc", "call", "call_ufunc"]

KEYWORDS = frozenset(["out", "dtype", "casting"])
OPERANDS = (Stored, np.ndarray, *SCALARS)
COMPARISONS = frozenset(["greater", "greater_equal", "less", "less_equal", "equal", "not_equal"])
MOVERS = frozenset(["array", "asanyarray", "asarray"])
ABOUT = frozenset([  # these answer on the host, without the numbers
    "broadcast_shapes", "can_cast", "common_type", "iscomplexobj", "isfortran", "isrealobj",
    "may_share_memory", "ndim", "result_type", "shape", "shares_memory", "size",
])  # fmt: skip


def array_ufunc(
    kind: type, ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """`__array_ufunc__` as CuPy has it: operands of other types get their turn.

    Parameters
    ----------
    kind : type
        That of device arrays.
    ufunc, method, inputs, kwargs
        As NumPy gives them.
    """
    out = kwargs.pop("out", ())
    if len(out) > 1:
        raise ValueError("The 'out' parameter must have exactly one array value")
    if ufunc.__name__ not in UFUNCS and ufunc.__name__ not in SPECIAL:
        return NotImplemented
    if not all(isinstance(value, OPERANDS) for value in (*inputs, *out)):
        return NotImplemented
    if ufunc.__name__ in COMPARISONS:
        inputs = tuple(v.item() if isinstance(v, np.ndarray) and v.ndim == 0 else v for v in inputs)
    if out:
        kwargs["out"] = out[0]
    return call_ufunc(kind, ufunc, method, inputs, kwargs)


def call_ufunc(
    kind: type, ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> Any:
    """A ufunc of CuPy's, or one of its methods.

    Parameters
    ----------
    kind, ufunc, method, inputs, kwargs
        As for `array_ufunc`, but for `out`, which is one array.
    """
    if method == "at":
        return ufunc_at(ufunc, *inputs)
    if method == "__call__" and not KEYWORDS.issuperset(kwargs):
        raise TypeError(f"Wrong arguments {kwargs}")
    if method == "__call__":
        check_operands(ufunc.__name__, inputs)
    if method not in ("__call__", "outer") and (method == "reduceat" or ufunc.__name__ not in REDUCE):
        raise NotImplementedError(f"`cupy_{ufunc.__name__}.{method}` is not supported yet")
    sources = list(stored_in((*inputs, *kwargs.values())))
    result = getattr(ufunc, method)(*map(unwrap, inputs), **unwrap(kwargs))
    hosts = [source._host for source in sources]
    name = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
    launch(name, [*hosts, np.asarray(result)], number_of_launches(ufunc.__name__, hosts))
    return wrap(kind, result, sources)


def check_operands(name: str, inputs: tuple[Any, ...]) -> None:
    """Refuse what is neither an array nor a number; numbers in products; complex numbers in `logical_and`."""
    for value in inputs:
        if value is not None and not isinstance(value, OPERANDS):
            refuse(value)
        if name == "matmul" and isinstance(value, SCALARS):
            raise TypeError(f"Argument has incorrect type (expected ndarray, got {type(value).__name__})")
        if name.startswith("logical_") and isinstance(value, Stored) and value._host.dtype.kind == "c":
            raise TypeError(f"Wrong type ({value._host.dtype}) of arguments for cupy_{name}")


def ufunc_at(ufunc: np.ufunc, target: Any, index: Any, value: Any) -> None:
    """`add.at(target, index, value)`, for those ufuncs for which CuPy has it."""
    if ufunc.__name__ not in AT:
        raise NotImplementedError(f"`cupy_{ufunc.__name__}.at` is not supported yet")
    added = host_value(value, basic=False)
    storage = unwrap(target)
    if not is_basic(index) and not has_mask(index):
        check_scatter(ufunc.__name__, storage.dtype)
    ufunc.at(storage, host_index(index), added)
    launch(f"{ufunc.__name__}.at", 3 * [np.asarray(added)])


def array_function(
    kind: type, function: Any, types: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> Any:
    """`__array_function__` as CuPy has it: the function is looked up by module and name.

    Parameters
    ----------
    kind : type
        That of device arrays.
    function, types, args, kwargs
        As NumPy gives them.
    """
    place = function.__module__.removeprefix("numpy").lstrip(".")
    name = f"{place}.{function.__name__}" if place else function.__name__
    if name not in CUPY["functions"] or not all(t is kind or t is np.ndarray for t in types):
        return NotImplemented
    return call(kind, name, function, args, kwargs)


def call(kind: type, name: str, function: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """A function of CuPy's: NumPy's on the storage, after the checks that CuPy makes.

    Parameters
    ----------
    kind : type
        That of device arrays.
    name : str
        As in signatures.json.
    function : callable
        NumPy's.
    args, kwargs
        CuPy's arguments.
    """
    signature = parameters("functions", name)
    if name in MOVERS:
        signature.check(args, kwargs)
        return make(kind, *args, **kwargs)
    check_arrays(signature, args)
    host_args, host_kwargs = prepared(signature, args, kwargs)
    if waits(name, args, kwargs):
        hide(f"{name}() waits for the device: the shape of its result depends on the numbers")
    result = function(
        *host_args, **{numpy_names(name).get(key, key): value for key, value in host_kwargs.items()}
    )
    if name in ABOUT:
        return result
    sources = list(stored_in((*args, *kwargs.values())))
    result = wrap(kind, np.asarray(result) if isinstance(result, SCALARS) else result, sources)
    launch_for(name, result, sources)
    return result
