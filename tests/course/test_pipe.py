"""Does the reader of a pipe survive whatever the other end writes?"""

import io
import json
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from l0edu.course.isolation.pipe import decode, encode, receive, send
from l0edu.errors import InputError


def head_and_body(head, body=b""):
    head = head if isinstance(head, bytes) else json.dumps(head).encode()
    return len(head).to_bytes(4, "big") + len(body).to_bytes(4, "big") + head + body


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 7,
        b"\xff" * 8,
        head_and_body(b"not json"),
        head_and_body(b"\xff\xfe"),
        head_and_body(b"[" * 100_000),
        head_and_body(b"1" * 5000),
        head_and_body(2**65),
        head_and_body([]),
        head_and_body([1, 2]),
        head_and_body(["set", 1]),
        head_and_body(["array"]),
        head_and_body(["array", "float64", [1]], b"1234567"),
        head_and_body(["array", "float64", [1]], b"123456789"),
        head_and_body(["array", "float64", [-1]], b"12345678"),
        head_and_body(["array", "float64", [True]], b"12345678"),
        head_and_body(["array", "float64", [1.0]], b"12345678"),
        head_and_body(["array", "float64", 1], b"12345678"),
        head_and_body(["array", "float64", [1], 2], b"12345678"),
        head_and_body(["array", "object", [1]], b"12345678"),
        head_and_body(["array", ["float64"], [1]], b"12345678"),
        head_and_body(["array", "int8", [2**40, 2**40]]),
        head_and_body(["array", "int8", [0, 10**30]]),
        head_and_body(["array", "int8", [0, *[2**26] * 30]]),
        head_and_body(["array", "int8", [9] * 100_000]),
        head_and_body({"a": ["array", "int8", [1]]}),
        head_and_body(["list", *[1] * 60_000]),
    ],
)
def test_malformed_bytes_are_an_error_and_nothing_else(data):
    with pytest.raises(InputError):
        decode(data)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=40), st.integers(0, 60), st.integers(0, 255))
def test_damaged_bytes_are_refused_or_still_read_as_plain_values(junk, place, byte):
    data = bytearray(encode(["a", 1.5, np.arange(3.0), {"b": (None, True)}]) + junk)
    data[place] = byte
    with suppress(InputError):
        read = decode(bytes(data))
        assert isinstance(encode(read), bytes)


def test_a_truth_value_from_the_pipe_is_true_or_false():
    flags = decode(head_and_body(["array", "bool", [3]], b"\0\1\2"))
    np.testing.assert_array_equal(flags, [False, True, True])
    assert flags.view(np.uint8).max() == 1


def test_lengths_out_of_bounds_are_refused_before_anything_is_read():
    asked = []

    def read(n):
        asked.append(n)
        return b"\xff" * n

    with pytest.raises(InputError, match="out of bounds"):
        receive(read)
    assert asked == [8]


def test_a_pipe_that_ends_early_is_an_end_of_file():
    data = encode("abc")
    for length in range(len(data)):
        with pytest.raises(EOFError):
            receive(io.BytesIO(data[:length]).read)


def test_a_pipe_may_take_and_give_byte_by_byte():
    written = bytearray()

    def write(data):
        written.extend(data[:1])
        return 1

    send(write, encode([0.5]))
    stream = io.BytesIO(bytes(written))
    assert decode(receive(lambda n: stream.read(min(n, 1)))) == [0.5]
