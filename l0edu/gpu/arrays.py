"""Where do arrays lie, and how are they moved? On the host, as NumPy arrays, or on a device."""

import importlib
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from l0edu.errors import InputError
from l0edu.gpu.autograd_cupy import array_module, is_registered
from l0edu.gpu.autograd_cupy import register as teach_autograd
from l0edu.gpu.availability import cupy_on_a_gpu
from l0edu.tables import map_arrays
from l0edu.tape import getval, isbox

__all__ = ["beside", "is_on_device", "module_of", "register", "to_device", "to_host"]

MODULES = {"gpu": "cupy", "stand-in": "l0edu.gpu.stand_in"}


def register(device: str = "gpu") -> ModuleType:
    """Teach autograd the array type of a device; `to_device` does so by itself.

    From then on `autograd.numpy` differentiates functions of such arrays, and gradients of float32 arrays
    stay float32, of NumPy arrays too.

    Parameters
    ----------
    device : str
        "gpu" for CuPy; "stand-in" for `l0edu.gpu.stand_in`, which behaves as CuPy does and needs no GPU.

    Returns
    -------
    module
        Whose functions make arrays there: `cupy`, or the stand-in.

    Raises
    ------
    InputError
        For another device; where CuPy, a driver or a GPU is missing; or for an autograd that the rules do
        not fit.

    Examples
    --------
    >>> register("stand-in").__name__
    'l0edu.gpu.stand_in'
    """
    module = module_of(device)
    try:
        teach_autograd(module)
    except RuntimeError as error:
        raise InputError(str(error)) from error
    return module


def module_of(device: str) -> ModuleType:
    """The module of a device's arrays; InputError where there is none."""
    if device not in MODULES:
        raise InputError(f"device = {device!r}: write one of {sorted(MODULES)}")
    return cupy_on_a_gpu() if device == "gpu" else importlib.import_module(MODULES[device])


def to_device(data: Any, device: str = "gpu") -> Any:
    """The same table with its arrays on a device; what lies there already is not copied.

    Parameters
    ----------
    data : array, set of images, or nested dictionaries of these
        A `Dataset` and `ByteImages` become `l0edu.data.DeviceImages`.
    device : str
        As for `register`.

    Returns
    -------
    as data

    Raises
    ------
    InputError
        As `register`, and for lists, tuples and whatever else holds no numbers by itself, and for an array
        that is being differentiated.

    Examples
    --------
    >>> params = to_device({"fc1": {"W": np.ones((2, 3), np.float32)}}, "stand-in")
    >>> is_on_device(params["fc1"]["W"]), to_host(params)["fc1"]["W"].dtype
    (True, dtype('float32'))
    """
    move = register(device).asarray
    return map_arrays(lambda one: _moved(one, move), data)


def _moved(one: Any, move: Callable[[Any], Any]) -> Any:
    if hasattr(one, "on_device"):
        return one.on_device(move)
    _refuse_traced("to_device", one)
    if not hasattr(one, "dtype") and not isinstance(one, int | float | complex):
        raise InputError(
            "to_device takes arrays, data sets and nested dictionaries of these, and not a "
            f"{type(one).__name__}: move one array after the other, or name them, as in {{'x': x, 'y': y}}"
        )
    return move(one)


def _refuse_traced(function: str, one: Any) -> None:
    if isbox(one):
        raise InputError(
            f"{function}: this array is being differentiated: move it before, or read the result afterwards"
        )


def to_host(data: Any) -> Any:
    """The same table with its arrays in NumPy; what lies there already is not copied.

    Parameters
    ----------
    data : array, set of images, or nested dictionaries of these

    Returns
    -------
    as data

    Raises
    ------
    InputError
        For lists and tuples, and for an array that is being differentiated; `l0edu.gpu.crossing.read` takes
        such ones.

    Examples
    --------
    >>> to_host(to_device(np.array([1.0, 2.0]), "stand-in"))
    array([1., 2.])
    """
    return map_arrays(_home, data)


def _home(one: Any) -> Any:
    if hasattr(one, "on_host"):
        return one.on_host()
    _refuse_traced("to_host", one)
    if isinstance(one, list | tuple):
        raise InputError(
            "to_host takes arrays, data sets and nested dictionaries of these, and not a "
            f"{type(one).__name__}: make one array of equal shapes, np.stack(losses), or name them, as in "
            "{'x': x, 'y': y}"
        )
    return one.get() if hasattr(one, "get") else one  # CuPy's arrays have it before they are registered, too


def is_on_device(array: Any) -> bool:
    """Whether this is a device array, and not a NumPy array or a number.

    Examples
    --------
    >>> is_on_device(np.ones(2)), is_on_device(to_device(np.ones(2), "stand-in"))
    (False, True)
    """
    return type(array) is not np.ndarray and is_registered(type(array))


def beside(x: Any, constant: Any) -> Any:
    """A constant of NumPy's where x lies: moved if x is on a device, else itself.

    Parameters
    ----------
    x : array
        It may be one that is being differentiated.
    constant : NumPy array or list, or nested dictionaries of these
        What else is in them, as a count of steps, stays what it is.

    Examples
    --------
    >>> beside(np.ones(3), np.array([0, 2]))
    array([0, 2])
    """
    if not is_on_device(getval(x)):
        return constant
    move = array_module(x).asarray
    return map_arrays(lambda one: move(one) if isinstance(one, np.ndarray | list) else one, constant)
