"""What is a device array without a device? A NumPy array in a wrapper that behaves as `cupy.ndarray` does."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from l0edu.gpu.stand_in.accounts import download, hide, launch, upload
from l0edu.gpu.stand_in.dispatch import array_function, array_ufunc
from l0edu.gpu.stand_in.indexing import host_index, host_value, is_basic, launches_of, same_memory
from l0edu.gpu.stand_in.methods import add_methods
from l0edu.gpu.stand_in.moving import check_dtype
from l0edu.gpu.stand_in.operators import Operators

__all__ = ["ndarray"]


class ndarray(Operators):
    """An array on a device that is not there.

    It is made by `asarray`, `zeros` and so on, and read by `get`. Attributes, methods and operators are those
    of `cupy.ndarray`: results are arrays of this type, reductions too; NumPy arrays and lists are refused.

    Parameters
    ----------
    shape : int or tuple of int
    dtype : dtype
    order : "C" or "F"

    Examples
    --------
    >>> from l0edu.gpu import stand_in
    >>> x = stand_in.asarray([[1.0, 2.0], [3.0, 4.0]])
    >>> x.sum(axis=0).get()
    array([4., 6.])
    >>> x + np.ones(2)
    Traceback (most recent call last):
    TypeError: Unsupported type <class 'numpy.ndarray'> (to_device moves it)
    """

    __slots__ = ()
    __array_priority__ = 100
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, shape: Any, dtype: Any = float, *, order: str = "C") -> None:
        self._host, self._base = np.empty(shape, dtype, order=order), None  # type: ignore[call-overload]

    @classmethod
    def _of(cls, host: Any, base: Any = None) -> "ndarray":
        """The array whose storage this is; ValueError for a dtype that CuPy has not."""
        check_dtype(host.dtype)
        made = cls.__new__(cls)
        made._host, made._base = host, base
        return made

    # ---- NumPy's protocols

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return array_ufunc(ndarray, ufunc, method, inputs, kwargs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return array_function(ndarray, function, types, args, kwargs)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        raise TypeError(
            "Implicit conversion to a NumPy array is not allowed. "
            "Please use `.get()` to construct a NumPy array explicitly."
        )

    # ---- what is known without the numbers

    shape = property(lambda self: self._host.shape, lambda self, shape: setattr(self._host, "shape", shape))
    dtype = property(lambda self: self._host.dtype)
    ndim = property(lambda self: self._host.ndim)
    size = property(lambda self: self._host.size)
    nbytes = property(lambda self: self._host.nbytes)
    itemsize = property(lambda self: self._host.itemsize)
    strides = property(lambda self: self._host.strides)
    flags = property(lambda self: self._host.flags)
    base = property(lambda self: self._base)
    T = property(lambda self: self._view(self._host.T))
    mT = property(lambda self: self._view(self._host.mT))
    real = property(lambda self: self._view(self._host.real))
    imag = property(lambda self: self._view(self._host.imag))

    def _view(self, host: Any) -> "ndarray":
        return ndarray._of(host, self if self._base is None else self._base)

    def __len__(self) -> int:
        return len(self._host)

    def __iter__(self) -> Iterator["ndarray"]:
        if not self.ndim:
            raise TypeError("iteration over a 0-d array")
        return (self[row] for row in range(len(self)))

    # ---- elements

    def __getitem__(self, index: Any) -> "ndarray":
        found = self._host[host_index(index)]
        if is_basic(index):
            return self._view(found if isinstance(found, np.ndarray) else self._element(index))
        launch("x[indices]", [found, found], launches_of(index))
        shared = np.may_share_memory(found, self._host)  # with an index without axes NumPy gives a view
        return ndarray._of(np.array(found) if shared else np.asarray(found))

    def _element(self, index: Any) -> Any:
        """One element as a view without axes."""
        return self._host[(*index, ...) if isinstance(index, tuple) else (index, ...)]

    def __setitem__(self, index: Any, value: Any) -> None:
        place = host_index(index)
        if is_basic(index) and same_memory(value, self._host[place]):
            return  # what `x[1:] += 1.0` ends with
        self._host[place] = host_value(value, is_basic(index))
        written = self._host[place]
        launch("x[...] = y", [written, written], launches_of(index))

    # ---- copies and transfers

    def __copy__(self) -> "ndarray":
        return self.copy()  # type: ignore[attr-defined]

    def __deepcopy__(self, memo: Any) -> "ndarray":
        return self.copy()  # type: ignore[attr-defined]

    def __reduce__(self) -> Any:
        hide("pickling moves the array to the host: move it first, with get()")
        return ndarray._of, (self._host,)

    def get(self, stream: Any = None, order: Any = "C", out: Any = None, blocking: Any = True) -> Any:  # noqa: ARG002
        """The numbers as a NumPy array: the transfer that is asked for."""
        download()
        if not (self._host.flags.c_contiguous or self._host.flags.f_contiguous):
            launch("copy", [self._host, self._host])
        if out is None:
            return self._host.copy(order)
        out[...] = self._host
        return out

    def set(self, arr: Any, stream: Any = None) -> None:  # noqa: ARG002
        """Put the numbers of a NumPy array of the same shape and dtype here."""
        if not isinstance(arr, np.ndarray) or arr.dtype != self.dtype:
            raise TypeError(f"{getattr(arr, 'dtype', type(arr))} array cannot be set to {self.dtype} array")
        if arr.shape != self.shape:
            raise ValueError(f"Shape mismatch. Old shape: {self.shape}, new shape: {arr.shape}")
        upload()
        self._host[...] = arr


add_methods(ndarray)
