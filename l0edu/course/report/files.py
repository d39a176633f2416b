"""How is a student's file read when it may contain anything? With limits.

Nothing here runs a file, decodes an image or follows a link. What is wrong becomes one sentence for the
student.
"""

import json
import re
import stat
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

__all__ = ["ReportError", "number", "png_size", "read_bytes", "read_json", "read_text", "sections", "whole"]

LARGEST_TEXT, LARGEST_IMAGE = 500_000, 10_000_000  # bytes
SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_CHUNKS = 20_000
COMMENT = re.compile(r"<!--.*?(-->|\Z)", re.DOTALL)
HEADING = re.compile(r"^##\s*([1-9])\b.*$", re.MULTILINE)


class ReportError(AssertionError):
    """A file of the report is not as it should be; the message is for the student."""


def read_bytes(folder: Path, name: str, limit: int = LARGEST_TEXT) -> bytes:
    """The content of an ordinary file.

    Parameters
    ----------
    folder : Path
    name : str
    limit : int
        How many bytes it may have.

    Raises
    ------
    NotImplementedError
        When it is not there: the task is not started.
    ReportError
        When it is a link, a folder or the like, too large, or cannot be read.

    Examples
    --------
    >>> read_bytes(Path("nowhere"), "results.json")
    Traceback (most recent call last):
    NotImplementedError: there is no results.json
    """
    path = folder / name
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode):
            raise ReportError(f"{name} is no ordinary file: hand in the file itself")
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except FileNotFoundError:
        raise NotImplementedError(f"there is no {name}") from None
    except OSError as error:
        raise ReportError(f"{name} cannot be read ({error.strerror}): hand it in again") from None
    if len(content) > limit:
        raise ReportError(f"{name} has more than {limit:,} bytes: make it smaller")
    return content


def read_text(folder: Path, name: str) -> str:
    """The same as text in UTF-8, with or without a byte order mark.

    Parameters
    ----------
    folder : Path
    name : str

    Raises
    ------
    NotImplementedError, ReportError
        As `read_bytes`; also when it is not in UTF-8.
    """
    try:
        return read_bytes(folder, name).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ReportError(f"{name} is not in UTF-8: save it in UTF-8") from None


def read_json(folder: Path, name: str) -> dict[str, Any]:
    """The object of JSON in a file.

    Parameters
    ----------
    folder : Path
    name : str

    Raises
    ------
    NotImplementedError
        When the file is not there.
    ReportError
        When it is no JSON, holds NaN or Infinity, is nested too deep, or is no object.
    """
    try:
        content = json.loads(read_text(folder, name), parse_constant=_refuse_constant)
    except ReportError as error:
        raise ReportError(str(error).replace("it says", f"{name} says")) from None
    except RecursionError:
        raise ReportError(f"{name} is nested too deep") from None
    except ValueError as error:
        where = f", line {error.lineno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else ""
        raise ReportError(f"{name} is no JSON{where}") from None
    if not isinstance(content, dict):
        raise ReportError(f"{name} should hold an object of JSON: write it as {{...}}")
    return content


def _refuse_constant(word: str) -> NoReturn:
    raise ReportError(f"it says {word}, which is no number of JSON")


def number(content: dict[str, Any], key: str, low: float, high: float, where: str) -> float:
    """A finite number in [low, high] under a key.

    Parameters
    ----------
    content : dict
    key : str
    low, high : float
    where : str
        What `content` is, for the message.

    Raises
    ------
    ReportError
        When there is none.

    Examples
    --------
    >>> number({"lambda": 0.1}, "lambda", 0, 1, "record 1")
    0.1
    >>> number({"lambda": "0.1"}, "lambda", 0, 1, "record 1")
    Traceback (most recent call last):
    l0edu.course.report.files.ReportError: record 1: "lambda" should be a number from 0 to 1
    """
    value = content.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ReportError(f'{where}: "{key}" should be a number from {low:,g} to {high:,g}')
    return float(value)


def whole(content: dict[str, Any], key: str, low: int, high: int, where: str) -> int:
    """A whole number in [low, high] under a key; as `number`.

    Parameters
    ----------
    content, key, low, high, where
        As for `number`.

    Raises
    ------
    ReportError
        When there is none.

    Examples
    --------
    >>> whole({"flops": 0.5}, "flops", 0, 10, "record 1")
    Traceback (most recent call last):
    l0edu.course.report.files.ReportError: record 1: "flops" should be a whole number from 0 to 10
    """
    value = content.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ReportError(f'{where}: "{key}" should be a whole number from {low:,} to {high:,}')
    return value


def sections(text: str) -> dict[int, int]:
    r"""How many words stand under each heading "## 1. ...", comments not counted.

    Parameters
    ----------
    text : str
        Markdown.

    Examples
    --------
    >>> sections("# Report\n## 1. Choice\nThree short words.\n## 2. Where\n<!-- hint -->")
    {1: 3, 2: 0}
    """
    parts = HEADING.split(COMMENT.sub(" ", text))[1:]
    return {int(heading): len(words.split()) for heading, words in zip(parts[::2], parts[1::2], strict=True)}


def png_size(content: bytes) -> tuple[int, int]:
    """Width and height of a PNG, read from its chunks; the image is not decoded.

    Parameters
    ----------
    content : bytes

    Raises
    ------
    ReportError
        When the chunks are not those of a PNG.

    Examples
    --------
    >>> png_size(b"GIF89a")
    Traceback (most recent call last):
    l0edu.course.report.files.ReportError: it is no PNG: draw it with experiment.py
    """
    if not content.startswith(SIGNATURE):
        raise ReportError("it is no PNG: draw it with experiment.py")
    chunks = list(_chunks(content))
    kinds = [kind for kind, _ in chunks]
    if kinds[:1] != [b"IHDR"] or b"IDAT" not in kinds or kinds[-1] != b"IEND" or len(chunks[0][1]) != 13:
        raise ReportError("it is an incomplete PNG: draw it again")
    width, height = struct.unpack(">II", chunks[0][1][:8])
    return width, height


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and data of each chunk: length, kind, data, CRC-32 of kind and data."""
    start = len(SIGNATURE)
    for _ in range(MOST_CHUNKS):
        if start + 12 > len(content):
            raise ReportError("it is an incomplete PNG: draw it again")
        length, kind = struct.unpack(">I4s", content[start : start + 8])
        end = start + 12 + length
        data, check = content[start + 8 : end - 4], content[end - 4 : end]
        if end > len(content) or check != struct.pack(">I", zlib.crc32(kind + data)):
            raise ReportError("it is a damaged PNG: draw it again")
        yield kind, data
        start = end
        if kind == b"IEND":
            return
    raise ReportError("it is a PNG of too many chunks: draw it with experiment.py")
