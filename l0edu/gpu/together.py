"""Do all arrays of a computation lie in one place? Host and device arrays cannot be mixed."""

from collections.abc import Iterator
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from l0edu.errors import InputError
from l0edu.gpu.autograd_cupy.array_types import MODULES
from l0edu.tape import getval

__all__ = ["check_together"]


class _Place(NamedTuple):
    """Where an array lies.

    Attributes
    ----------
    data : str
        Which argument it is part of.
    entry : str
        The argument and the entry of its table, in words.
    module : module
        That of its array type.
    """

    data: str
    entry: str
    module: ModuleType

    def __str__(self) -> str:
        return "on the host" if self.module is np else "on the device"


def check_together(**named: Any) -> None:
    """Refuse arrays of which some lie on the host and some on a device.

    Parameters
    ----------
    **named : arrays or nested dictionaries of arrays
        Under the names that the user knows them by; numbers and None lie anywhere.

    Raises
    ------
    InputError
        That names the first entry which lies elsewhere than the first array.

    Examples
    --------
    >>> from l0edu.gpu import to_device
    >>> check_together(x=np.ones(2), params={"fc1": {"W": to_device(np.ones(2), "stand-in")}})
    Traceback (most recent call last):
    l0edu.errors.InputError: params['fc1']['W'] is on the device and x on the host: write ...
    """
    if MODULES and len(_modules(named)) > 1:  # without MODULES no device was ever registered
        _refuse([place for data, value in named.items() for place in _places(data, data, value)])


def _modules(value: Any) -> set[ModuleType]:
    """Those whose arrays are in a table."""
    if isinstance(value, dict):
        return set().union(*map(_modules, value.values()))
    kind = type(getval(value))
    return {MODULES.get(kind, np)} if kind in MODULES or issubclass(kind, np.ndarray) else set()


def _refuse(places: list[_Place]) -> None:
    first = places[0]
    for place in places:
        if place.module is not first.module:
            host, device = (place, first) if place.module is np else (first, place)
            way_back = "" if host is place else f", or to_host({device.data})"
            raise InputError(
                f"{place.entry} is {place} and {first.entry} {first}: write to_device({host.data}){way_back}"
            )


def _places(data: str, entry: str, value: Any) -> Iterator[_Place]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _places(data, f"{entry}[{name!r}]", part)
    else:
        yield from (_Place(data, entry, module) for module in _modules(value))
