"""How is a device array kept, and how do arguments and results pass between it and NumPy?"""

from collections.abc import Iterable, Iterator
from types import EllipsisType
from typing import Any

import numpy as np

from l0edu.gpu.stand_in.accounts import launch
from l0edu.gpu.stand_in.launches import number_of_launches

__all__ = ["SCALARS", "Stored", "launch_for", "refuse", "stored_in", "unwrap", "wrap"]

SCALARS = (bool, int, float, complex, np.generic)
_PLAIN = (*SCALARS, str, type(None), slice, range, EllipsisType, np.dtype, type)


class Stored:
    """What all device arrays have: their numbers, in a NumPy array that nobody else may touch."""

    __slots__ = ("_base", "_host")

    _host: np.ndarray[Any, Any]
    _base: Any


def refuse(value: Any) -> None:
    """CuPy's error for what it does not move to the device by itself."""
    raise TypeError(
        f"Unsupported type {type(value)}" + " (to_device moves it)" * isinstance(value, np.ndarray)
    )


def unwrap(value: Any) -> Any:
    """The same argument with storage in place of device arrays; NumPy arrays are refused."""
    if isinstance(value, Stored):
        return value._host
    if isinstance(value, _PLAIN):
        return value
    if type(value) in (list, tuple):
        return type(value)(unwrap(item) for item in value)
    if isinstance(value, dict):
        return {key: unwrap(item) for key, item in value.items()}
    if not callable(value):
        refuse(value)
    return value


def stored_in(values: Iterable[Any]) -> Iterator[Stored]:
    """The device arrays among the arguments, those in lists and tuples too."""
    for value in values:
        if isinstance(value, Stored):
            yield value
        elif isinstance(value, list | tuple):
            yield from stored_in(value)


def wrap(kind: type, result: Any, sources: list[Stored]) -> Any:
    """The same result with device arrays in place of NumPy's arrays and scalars."""
    if isinstance(result, np.ndarray):
        for source in sources:
            if result is source._host:
                return source
        return kind._of(result, base_of(result, sources))  # type: ignore[attr-defined]
    if isinstance(result, np.generic):
        return kind._of(np.asarray(result))  # type: ignore[attr-defined]
    if isinstance(result, list):
        return [wrap(kind, item, sources) for item in result]
    if isinstance(result, tuple):
        items = [wrap(kind, item, sources) for item in result]
        return type(result)(*items) if hasattr(result, "_fields") else tuple(items)
    return result


def base_of(result: np.ndarray[Any, Any], sources: list[Stored]) -> Stored | None:
    """The array whose memory a view shows; None for an array of its own."""
    for source in sources:
        if np.may_share_memory(result, source._host):
            return source if source._base is None else source._base
    return None


def launch_for(name: str, result: Any, sources: list[Stored]) -> None:
    """Note the launches of a function: none if all that comes back are views of what it was given."""
    made = list(stored_in([result]))
    if not made or any(not any(one is s for s in sources) and one._base is None for one in made):
        hosts = [source._host for source in sources]
        launch(name, [*hosts, *(one._host for one in made)], number_of_launches(name, hosts))
