"""Can a network be trained on these data? Refused if not, else in the network's shape and dtype."""

from typing import Any

import numpy as np

from l0edu.errors import InputError
from l0edu.gpu import is_on_device, to_host
from l0edu.gpu.together import check_together
from l0edu.network import Network
from l0edu.settings import Settings

__all__ = ["prepared", "prepared_sets"]


def prepared(data: Any, net: Network, dtype: str) -> Any:
    """The data as training takes them, where they lie.

    Parameters
    ----------
    data : Dataset, ByteImages or DeviceImages, or None
    net : Network
    dtype : str

    Returns
    -------
    as data

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
    if not (data.x.dtype.kind == "f" and _are_finite(data.x)):
        raise InputError(
            f"{data.name}: inputs ({data.x.dtype}) must be finite floats: write x / 255 for bytes"
        )
    classes = net.body.out_shape(net.in_shape)[0]
    y = to_host(data.y)
    if y.min() < 0 or y.max() >= classes:
        found = f"{y.min()} to {y.max()}"
        raise InputError(f"{data.name}: labels out of range: {found}, for {classes} classes")
    return data.reshaped(net.in_shape).as_dtype(np.dtype(dtype))


def prepared_sets(net: Network, settings: Settings, **sets: Any) -> list[Any]:
    """Each of several sets as `prepared` gives it; InputError that names two of which one is on a device.

    Examples
    --------
    >>> from l0edu import mlp
    >>> from l0edu.data import load
    >>> [len(data) for data in prepared_sets(mlp(), Settings(), train=load("mini")[0])]
    [5000]
    """
    check_together(**{name: None if data is None else data.y for name, data in sets.items()})
    return [prepared(data, net, settings.dtype) for data in sets.values()]


def _are_finite(x: Any) -> bool:
    """Whether all inputs are; those that are made of bytes always are."""
    is_array = isinstance(x, np.ndarray) or is_on_device(x)
    return bool(to_host(np.isfinite(x).all())) if is_array else True
