"""What may a student's function return? Plain values, as listed here.

Numbers, truth values, strings, None, NumPy arrays of numbers, and tuples, lists and dictionaries of these.
Each value is copied. A value of any other class is refused, so an object that claims to equal everything
never gets into a comparison.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from l0edu.errors import InputError
from l0edu.tables import Array

__all__ = ["MAX_ARRAY_BYTES", "clean", "plain", "printable"]

MAX_ARRAY_BYTES = 64 * 2**20
MAX_ITEMS = 50_000
MAX_CHARACTERS = 200_000
MAX_DEPTH = 20

SCALARS = tuple(np.dtype(code).type for code in "?bhilqBHILQefd")
ADVICE = "give numbers, arrays, strings, None, or tuples, lists and dictionaries of these"


def plain(value: Any, where: str) -> Any:
    """A copy of a value, made of plain numbers, arrays, strings, None, tuples, lists and dictionaries alone.

    Parameters
    ----------
    value : object
        Of any class; nothing that it defines is called.
    where : str
        What it is, for the error, as in ``"what sample returned"``.

    Returns
    -------
    object
        Arrays are contiguous, in the machine's byte order, of truth values, integers or floats; NumPy's
        scalars have become Python's numbers. NaN and infinity are numbers.

    Raises
    ------
    InputError
        For an object of any other class, subclasses of the permitted ones included, and for more than 64 MiB
        of arrays, 50,000 values or 200,000 characters.

    Examples
    --------
    >>> plain({"p": np.float32(0.5), "z": [np.array([True])]}, "it")
    {'p': 0.5, 'z': [array([ True])]}
    >>> plain(np.ma.array([1.0]), "what sample returned")
    Traceback (most recent call last):
    l0edu.errors.InputError: what sample returned is of the class MaskedArray: give it as np.asarray(...)
    """
    return _copy(value, where, _Room(), MAX_DEPTH)


def clean(text: str) -> str:
    """A string without half surrogates, which no file and no terminal can write.

    Parameters
    ----------
    text : str
    """
    return text.encode("utf-8", "replace").decode("utf-8")


def printable(text: str) -> str:
    r"""A string whose control characters, line ends and tabs apart, have become question marks.

    Parameters
    ----------
    text : str

    Examples
    --------
    >>> printable("red: \x1b[31m")
    'red: ?[31m'
    """
    return "".join(sign if sign.isprintable() or sign in "\n\t" else "?" for sign in text)


@dataclass
class _Room:
    """What a value may still hold."""

    array_bytes: int = MAX_ARRAY_BYTES
    items: int = MAX_ITEMS
    characters: int = MAX_CHARACTERS

    def take(self, where: str, array_bytes: int = 0, characters: int = 0) -> None:
        self.items -= 1
        self.array_bytes -= array_bytes
        self.characters -= characters
        if self.array_bytes < 0:
            raise InputError(f"{where} is too large: arrays may have {MAX_ARRAY_BYTES >> 20} MiB in all")
        if self.items < 0:
            raise InputError(f"{where} is too long: put more than {MAX_ITEMS:,} values into an array")
        if self.characters < 0:
            raise InputError(f"{where} is too long: texts may have {MAX_CHARACTERS:,} characters in all")


def _copy(value: Any, where: str, room: _Room, depth: int) -> Any:
    kind = type(value)
    if kind is np.ndarray:
        return _copy_array(value, where, room)
    if kind is list or kind is tuple or kind is dict:
        return _copy_collection(value, where, room, depth)
    room.take(where, characters=len(value) if kind is str else 0)
    if kind is str:
        return clean(value)
    if kind is int and value.bit_length() > 64:
        raise InputError(f"{where} is an integer of {value.bit_length()} bits: give one that fits into 64")
    if value is None or kind is bool or kind is int or kind is float:
        return value
    if any(kind is scalar for scalar in SCALARS):
        return value.item()
    if kind is np.longdouble:
        return float(value)
    raise InputError(f"{where} is {_described(kind)}")


def _copy_collection(value: Any, where: str, room: _Room, depth: int) -> Any:
    room.take(where)
    if depth == 0:
        raise InputError(f"{where[:60]}... is nested more than {MAX_DEPTH} deep: give flatter lists")
    if type(value) is dict:
        return {
            _copy_key(key, where, room): _copy(item, f"{where}[{key[:30]!r}]", room, depth - 1)
            for key, item in value.items()
        }
    items = [_copy(item, f"{where}[{i}]", room, depth - 1) for i, item in enumerate(value)]
    return items if type(value) is list else tuple(items)


def _copy_key(key: Any, where: str, room: _Room) -> str:
    if type(key) is not str:
        raise InputError(f"{where} has a key of the class {_name(type(key))}: its keys must be strings")
    room.take(where, characters=len(key))
    return clean(key)


def _copy_array(array: Array, where: str, room: _Room) -> Array:
    if array.dtype.kind not in "biuf":
        raise InputError(f"{where} is an array of {_content(array)}")
    room.take(where, array_bytes=array.nbytes)
    native = array.dtype.newbyteorder("=")
    is_longer = native.kind == "f" and native.itemsize > 8  # such floats differ from machine to machine
    return np.array(array, dtype=np.float64 if is_longer else native, order="C")


def _content(array: Array) -> str:
    """What stands in an array that is refused, and what to do about it."""
    if array.dtype.kind != "O":
        return f"{array.dtype.name[:30]}: give one of floats, integers or truth values"
    if any(_is_box(type(item)) for item in array.ravel()[:1000]):
        return (
            "objects with autograd's ArrayBox inside: a function of plain numpy was called on a value that "
            "autograd traces; call the one of autograd.numpy"
        )
    return "objects: give one of floats, integers or truth values, with rows of one length"


def _described(kind: type) -> str:
    if _is_box(kind):
        return f"autograd's {_name(kind)}, which stands for a number while autograd traces: give the number"
    if issubclass(kind, np.ndarray):
        return f"of the class {_name(kind)}: give it as np.asarray(...)"
    return f"of the class {_name(kind)}: {ADVICE}"


def _is_box(kind: type) -> bool:
    return str(kind.__module__).startswith("autograd.") and _name(kind).endswith("Box")


def _name(kind: type) -> str:
    return clean(str(kind.__name__))[:60]
