"""Can a network be trained on these data? Refused if not, else in the network's shape and dtype."""

from typing import Any

import numpy as np

from l0edu.errors import InputError
from l0edu.network import Network

__all__ = ["prepared"]


def prepared(data: Any, net: Network, dtype: str) -> Any:
    """The data as training takes them.

    Parameters
    ----------
    data : Dataset or ByteImages, or None
    net : Network
    dtype : str

    Returns
    -------
    Dataset or ByteImages, or None

    Raises
    ------
    InputError
        For no examples, inputs that are not finite floats or do not fit the network, or labels beyond its
        classes.

    Examples
    --------
    >>> from l0edu import Dataset, mlp
    >>> data = Dataset(np.zeros((3, 1, 28, 28)), np.array([7, 2, 1]), "example")
    >>> prepared(data, mlp(), "float32").x.shape
    (3, 784)
    """
    if data is None:
        return None
    if len(data) == 0:
        raise InputError(f"{data.name} is empty: give at least one example")
    if isinstance(data.x, np.ndarray) and not (data.x.dtype.kind == "f" and np.isfinite(data.x).all()):
        raise InputError(
            f"{data.name}: inputs ({data.x.dtype}) must be finite floats: write x / 255 for bytes"
        )
    classes = net.body.out_shape(net.in_shape)[0]
    if data.y.min() < 0 or data.y.max() >= classes:
        found = f"{data.y.min()} to {data.y.max()}"
        raise InputError(f"{data.name}: labels out of range: {found}, for {classes} classes")
    return data.reshaped(net.in_shape).as_dtype(np.dtype(dtype))
