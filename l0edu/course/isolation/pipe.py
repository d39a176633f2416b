"""How is a plain value sent through a pipe whose other end may send anything? As checked lengths and bytes.

An encoded value has three parts: two lengths, a head in JSON, and the bytes of its arrays. The
value [1, np.array([2], np.uint8)] has the head ["list", 1, ["array", "uint8", [1]]], and one byte follows.

The reader trusts nothing. It compares the lengths with a bound before it reads on, and it checks shapes and
dtypes before it makes an array.
"""

import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from l0edu.course.isolation.values import MAX_ARRAY_BYTES, clean, plain
from l0edu.errors import InputError
from l0edu.tables import Array

__all__ = ["decode", "encode", "receive", "send"]

MAX_HEAD_BYTES = 4 * 2**20
MAX_DIMENSIONS = 32
LENGTH_BYTES = 4

DTYPES = {
    name: np.dtype(name).newbyteorder("<")
    for name in (
        *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
        *("float16", "float32", "float64"),
    )
}


def encode(value: Any) -> bytes:
    r"""A plain value as bytes.

    Parameters
    ----------
    value : object
        What `plain` returned.

    Raises
    ------
    InputError
        When the head becomes longer than its bound.

    Examples
    --------
    >>> encode([1, np.array([2], np.uint8)])[8:]
    b'["list", 1, ["array", "uint8", [1]]]\x02'
    """
    arrays: list[bytes] = []
    head = json.dumps(_to_json(value, arrays), ensure_ascii=False).encode("utf-8")
    if len(head) > MAX_HEAD_BYTES:
        raise InputError(
            f"a value is {len(head):,} bytes long without its arrays: put its numbers into arrays"
        )
    lengths = [len(head), sum(map(len, arrays))]
    return b"".join([*(length.to_bytes(LENGTH_BYTES, "big") for length in lengths), head, *arrays])


def decode(data: bytes) -> Any:
    """The value that `encode` turned into bytes; bytes of another origin are an error and nothing else.

    Parameters
    ----------
    data : bytes

    Raises
    ------
    InputError
        When they encode no plain value.

    Examples
    --------
    >>> decode(encode((0.5, None, np.array([[1, 2]]))))
    (0.5, None, array([[1, 2]]))
    """
    try:
        head, body = _lengths(data)
        start = 2 * LENGTH_BYTES
        if len(data) != start + head + body:
            raise ValueError("their lengths do not fit")
        arrays = _Arrays(memoryview(data)[start + head :])
        value = _from_json(json.loads(data[start : start + head].decode("utf-8")), arrays)
        arrays.check_end()
        return plain(value, "the value")
    except (ValueError, TypeError, RecursionError) as error:
        raise InputError(f"these bytes are no encoded value: {clean(str(error))[:100]}") from None


def send(write: Callable[[bytes | memoryview], int | None], data: bytes) -> None:
    """Write all of an encoded value into a pipe.

    Parameters
    ----------
    write : callable
        Writes what it can and returns how many bytes that was.
    data : bytes
    """
    left = memoryview(data)
    while left:
        left = left[write(left) or 0 :]


def receive(read: Callable[[int], bytes | None]) -> bytes:
    """One encoded value from a pipe.

    Parameters
    ----------
    read : callable
        Returns at most as many bytes as it is asked for, and none at the end.

    Raises
    ------
    InputError
        When the lengths are out of bounds.
    EOFError
        When the pipe ends.
    """
    lengths = _read_exactly(read, 2 * LENGTH_BYTES)
    return lengths + _read_exactly(read, sum(_lengths(lengths)))


def _read_exactly(read: Callable[[int], bytes | None], wanted: int) -> bytes:
    data = bytearray()
    while len(data) < wanted:
        chunk = read(min(wanted - len(data), 2**20))
        if not chunk:
            raise EOFError("the pipe ended")
        data += chunk
    return bytes(data)


def _lengths(data: bytes) -> tuple[int, int]:
    head, body = (int.from_bytes(data[i : i + LENGTH_BYTES], "big") for i in (0, LENGTH_BYTES))
    if head > MAX_HEAD_BYTES or body > MAX_ARRAY_BYTES:
        raise InputError("these bytes are no encoded value: their lengths are out of bounds")
    return head, body


def _to_json(value: Any, arrays: list[bytes]) -> Any:
    if type(value) is dict:
        return {key: _to_json(item, arrays) for key, item in value.items()}
    if type(value) is list or type(value) is tuple:
        return [type(value).__name__, *(_to_json(item, arrays) for item in value)]
    if type(value) is np.ndarray:
        arrays.append(value.astype(DTYPES[value.dtype.name], copy=False).tobytes())
        return ["array", value.dtype.name, list(value.shape)]
    return value


def _from_json(value: Any, arrays: "_Arrays") -> Any:
    if type(value) is dict:
        return {key: _from_json(item, arrays) for key, item in value.items()}
    if type(value) is not list:
        return value
    tag, *items = value
    if tag == "array":
        return arrays.next(*items)
    if tag not in ("list", "tuple"):
        raise ValueError("a list has no tag")
    found = [_from_json(item, arrays) for item in items]
    return found if tag == "list" else tuple(found)


class _Arrays:
    """The bytes of arrays that follow each other."""

    def __init__(self, data: memoryview) -> None:
        self.left = data

    def next(self, name: Any, shape: Any) -> Array:
        if type(name) is not str or name not in DTYPES:
            raise ValueError("a dtype is unknown")
        if type(shape) is not list or len(shape) > MAX_DIMENSIONS:
            raise ValueError("a shape is no short list")
        if not all(type(n) is int and 0 <= n <= MAX_ARRAY_BYTES for n in shape):
            raise ValueError("a shape is not made of lengths")
        nbytes = math.prod(shape) * DTYPES[name].itemsize
        if nbytes > len(self.left):
            raise ValueError("an array is longer than its bytes")
        raw, self.left = self.left[:nbytes], self.left[nbytes:]
        if name == "bool":  # a byte that is neither 0 nor 1 would be unequal to both False and True
            return (np.frombuffer(raw, np.uint8) != 0).reshape(shape)
        return np.frombuffer(raw, DTYPES[name]).reshape(shape)

    def check_end(self) -> None:
        if self.left:
            raise ValueError("bytes are left over")
