"""How is an IDX file, the format of MNIST, read and written?

An IDX file is two zero bytes, one byte for the element type (8: unsigned byte), one byte for the rank,
one big-endian 32-bit number per dimension, and then the elements, last index fastest.
"""

import gzip
import hashlib
import math
import struct
import zlib
from pathlib import Path
from typing import IO, cast

import numpy as np
import numpy.typing as npt

from l0edu.errors import InputError

__all__ = ["MAX_BYTES", "content_sha256", "read_idx", "write_idx"]

Bytes = npt.NDArray[np.uint8]

MAX_BYTES = 2**30  # twenty times MNIST: what a header may claim
MAX_RANK = 4
UNSIGNED_BYTE = 0x08
GZIP_MAGIC = b"\x1f\x8b"
CHUNK = 2**20


def read_idx(path: str | Path) -> Bytes:
    """The array in an IDX file of unsigned bytes, gzipped or plain.

    The first bytes tell whether the file is gzipped, not its name. Memory follows what the file holds,
    up to `MAX_BYTES`, whatever its header claims.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    array of uint8
        Of the rank and shape that the header states.

    Raises
    ------
    InputError
        For a file that is missing, truncated, too long, damaged, or not IDX of unsigned bytes.
    """
    path = Path(path)
    try:
        with _open(path) as stream:
            shape = _read_shape(stream, path)
            body = _read_up_to(math.prod(shape) + 1, stream)
    except EOFError:
        raise InputError(f"{path}: the gzip archive is truncated: fetch the file again") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise InputError(f"{path}: the gzip archive is damaged ({error}): fetch the file again") from None
    except FileNotFoundError:
        raise InputError(f"{path}: no such file: check the folder, or fetch the file") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}): check the file's permissions") from None
    _check_length(len(body), shape, path)
    return np.frombuffer(body, dtype=np.uint8).reshape(shape)


def write_idx(path: str | Path, array: Bytes) -> None:
    """Write an array of unsigned bytes as an IDX file.

    Parameters
    ----------
    path : str or Path
        Gzipped when the name ends in ``.gz``. Equal arrays give equal files.
    array : array of uint8
        Of rank 1 to 4, not empty.

    Raises
    ------
    InputError
        For an array that IDX files of this library do not hold.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_idx(folder + "/labels.gz", np.array([7, 2, 1], np.uint8))
    ...     read_idx(folder + "/labels.gz")
    array([7, 2, 1], dtype=uint8)
    """
    path, array = Path(path), np.asarray(array)
    if array.dtype != np.uint8 or not 1 <= array.ndim <= MAX_RANK or array.size == 0:
        found = f"{array.dtype} of shape {array.shape}"
        raise InputError(f"{path}: cannot hold {found}: give uint8 of rank 1 to {MAX_RANK}, not empty")
    content = _header(array.shape) + array.tobytes()
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)


def content_sha256(array: Bytes) -> str:
    """SHA-256 of the uncompressed IDX file that holds ``array``.

    Shape and elements determine an IDX file byte by byte, so this needs no file.

    Parameters
    ----------
    array : array of uint8

    Returns
    -------
    str
        64 hexadecimal digits, as ``gunzip -c FILE | sha256sum`` prints them.

    Examples
    --------
    >>> content_sha256(np.array([7, 2, 1], np.uint8))[:8]
    'e10ef624'
    """
    return hashlib.sha256(_header(array.shape) + array.tobytes()).hexdigest()


def _header(shape: tuple[int, ...]) -> bytes:
    return struct.pack(f">BBBB{len(shape)}I", 0, 0, UNSIGNED_BYTE, len(shape), *shape)


def _open(path: Path) -> IO[bytes]:
    with path.open("rb") as stream:
        zipped = stream.read(2) == GZIP_MAGIC
    return cast(IO[bytes], gzip.open(path, "rb")) if zipped else path.open("rb")


def _read_shape(stream: IO[bytes], path: Path) -> tuple[int, ...]:
    magic = _read_exactly(4, stream, path)
    if magic[:2] != b"\0\0":
        raise InputError(
            f"{path}: not an IDX file, starts with {magic!r}: give one that starts with two zeros"
        )
    kind, rank = magic[2], magic[3]
    if kind != UNSIGNED_BYTE:
        raise InputError(f"{path}: elements of type 0x{kind:02x}: give an IDX file of unsigned bytes (0x08)")
    if not 1 <= rank <= MAX_RANK:
        raise InputError(f"{path}: rank {rank}: give an IDX file of rank 1 to {MAX_RANK}")
    shape: tuple[int, ...] = struct.unpack(f">{rank}I", _read_exactly(4 * rank, stream, path))
    if not 0 < math.prod(shape) <= MAX_BYTES:
        raise InputError(f"{path}: claims the shape {shape}: give a file of 1 to {MAX_BYTES} elements")
    return shape


def _read_exactly(count: int, stream: IO[bytes], path: Path) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise InputError(f"{path}: truncated, ends within its header: fetch the file again")
    return data


def _read_up_to(count: int, stream: IO[bytes]) -> bytearray:
    # One read(count) would allocate what the header claims before it looks at the file.
    data = bytearray()
    while chunk := stream.read(min(CHUNK, count - len(data))):
        data += chunk
    return data


def _check_length(found: int, shape: tuple[int, ...], path: Path) -> None:
    stated = math.prod(shape)
    if found < stated:
        raise InputError(f"{path}: truncated, {found} of {stated} elements: fetch the file again")
    if found > stated:
        raise InputError(f"{path}: goes on after its {stated} elements: fetch the file again")
