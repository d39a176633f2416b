"""What must autograd know of an array type? Its zeros, its inner product, and a box to record it in."""

import math
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import numpy as np
from autograd.extend import VSpace
from autograd.numpy.numpy_boxes import ArrayBox
from autograd.numpy.numpy_vspaces import ArrayVSpace
from autograd.tracer import getval

__all__ = ["ComplexDeviceVSpace", "DeviceVSpace", "add_array_type", "array_module", "is_registered"]

MODULES: dict[type, ModuleType] = {}  # array type -> the module its arrays come from


def add_array_type(xp: ModuleType) -> None:
    """Let autograd differentiate with respect to arrays of `xp.ndarray`; NumPy's it knows."""
    if not isinstance(getattr(xp, "ndarray", None), type):
        raise TypeError(f"register takes a module with arrays, such as cupy, and not {xp!r}")
    if xp.ndarray is np.ndarray:
        return
    MODULES[xp.ndarray] = xp
    VSpace.register(xp.ndarray, vector_space)
    ArrayBox.register(xp.ndarray)


def is_registered(array_type: type) -> bool:
    """Whether `register` was called with the module of this array type; True for NumPy's.

    Examples
    --------
    >>> is_registered(np.ndarray), is_registered(list)
    (True, False)
    """
    return array_type is np.ndarray or array_type in MODULES


def array_module(*arrays: Any) -> ModuleType:
    """The module whose functions make arrays where these lie: that of the device arrays, else `numpy`.

    Parameters
    ----------
    *arrays : arrays, numbers or autograd's boxes of them

    Returns
    -------
    module
        `numpy`, or what `register` was called with.

    Raises
    ------
    TypeError
        If arrays of two devices are mixed. Host and device arrays together give the device's module.

    Examples
    --------
    >>> array_module(np.ones(2), 3.0).__name__
    'numpy'
    """
    found = np
    for array in arrays:
        module = MODULES.get(type(getval(array)), np)
        if module is not found and module is not np:
            if found is not np:
                raise TypeError(
                    f"arrays of {found.__name__} and of {module.__name__} together: move them to one device"
                )
            found = module
    return found


class DeviceVSpace(ArrayVSpace):
    """Arrays of one shape and dtype on a device.

    Parameters
    ----------
    value : device array
    """

    def __init__(self, value: Any) -> None:
        self.xp = MODULES[type(value)]
        self.shape = value.shape
        self.dtype = value.dtype

    def __eq__(self, other: object) -> bool:
        """Equal to the space of host arrays of the same shape and dtype, too."""
        return (
            isinstance(other, ArrayVSpace)
            and self.iscomplex == other.iscomplex
            and (self.shape, self.dtype) == (other.shape, other.dtype)
        )

    @property
    def size(self) -> int:
        """Numbers in an array, a complex one counted as two."""
        return math.prod(self.shape) * (2 if self.iscomplex else 1)

    def zeros(self) -> Any:
        """The zero of the space, on the device."""
        return self.xp.zeros(self.shape, dtype=self.dtype)

    def ones(self) -> Any:
        """All numbers 1 (1 + 1j in a complex space), on the device."""
        return self.xp.full(self.shape, 1 + 1j if self.iscomplex else 1, dtype=self.dtype)

    def standard_basis(self) -> Iterator[Any]:
        """The unit vectors, on the device."""
        for index in np.ndindex(*self.shape):
            for value in (1.0, 1.0j) if self.iscomplex else (1.0,):
                vector = self.zeros()
                vector[index] = value
                yield vector

    def randn(self) -> Any:
        """Normal numbers of NumPy's global generator, as autograd draws them for `check_grads`."""
        return self.xp.asarray(host_space(self).randn())


class ComplexDeviceVSpace(DeviceVSpace):
    """Complex arrays of one shape and dtype on a device.

    Parameters
    ----------
    value : device array
    """

    iscomplex = True

    def _inner_prod(self, x: Any, y: Any) -> Any:
        return np.real(np.dot(np.conj(np.ravel(x)), np.ravel(y)))

    def _covector(self, x: Any) -> Any:
        return np.conj(x)


def vector_space(value: Any) -> DeviceVSpace:
    """The vector space of a device array."""
    return (ComplexDeviceVSpace if value.dtype.kind == "c" else DeviceVSpace)(value)


def host_space(space: DeviceVSpace) -> ArrayVSpace:
    """The space of host arrays of the same shape and dtype."""
    return VSpace.mappings[np.ndarray](np.empty(space.shape, space.dtype))
