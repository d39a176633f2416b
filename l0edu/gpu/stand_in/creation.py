"""How do arrays get to the device, and back? `asarray` moves data there, and `asnumpy` moves it back."""

from typing import Any

import numpy as np

from l0edu.gpu.stand_in.array import ndarray
from l0edu.gpu.stand_in.moving import make

__all__ = ["array", "asarray", "asnumpy"]


def asarray(a: Any, dtype: Any = None, order: Any = None, *, copy: Any = None, blocking: bool = False) -> Any:  # noqa: ARG001
    """The data as a device array; a device array of that dtype is returned as it is.

    Parameters
    ----------
    a : array, number, or nested list of them
    dtype : dtype, optional
    order, copy, blocking
        As in CuPy.

    Examples
    --------
    >>> x = asarray([1.0, 2.0])
    >>> asarray(x) is x
    True
    """
    return make(ndarray, a, dtype, copy, order)


def array(
    obj: Any,
    dtype: Any = None,
    copy: bool = True,
    order: str = "K",
    subok: bool = False,  # noqa: ARG001
    ndmin: int = 0,
    *,
    blocking: bool = False,  # noqa: ARG001
) -> Any:
    """A new device array of the data.

    Parameters
    ----------
    obj : array, number, or nested list of them
    dtype : dtype, optional
    copy : bool
        Whether a device array is copied when it need not be.
    order, subok, ndmin, blocking
        As in CuPy.

    Examples
    --------
    >>> array([[1, 2], [3, 4]]).shape
    (2, 2)
    """
    return make(ndarray, obj, dtype, copy, order, ndmin)


def asnumpy(a: Any, stream: Any = None, order: Any = "C", out: Any = None, *, blocking: Any = True) -> Any:
    """The data as a NumPy array: the transfer that is asked for.

    Parameters
    ----------
    a : device array, or what `numpy.asarray` takes
    stream, order, out, blocking
        As in CuPy.

    Examples
    --------
    >>> asnumpy(asarray([1.0, 2.0]))
    array([1., 2.])
    """
    return a.get(stream, order, out, blocking) if isinstance(a, ndarray) else np.asarray(a)
