"""How are tables put into a file and read back, so that a crash never leaves half a file?

A file is written under another name in the same folder, flushed to the disk, and renamed: a reader meets the
old file or the new one. Arrays go into an `.npz` under their path, as in `params/fc1/W`; what is not an array
goes into one JSON text beside them. Reading checks every byte (the archive keeps a CRC of each array).
"""

import io
import json
import os
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np

from l0edu.errors import InputError
from l0edu.network import Network
from l0edu.tables import Array

__all__ = ["check_fits", "flatten", "load_tables", "save_tables", "write_atomically"]

META = "meta.json"
DAMAGES = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, MemoryError),
    *(ValueError, KeyError, TypeError, AttributeError, IndexError, SyntaxError, TokenError),
)


def write_atomically(path: Path, content: bytes) -> None:
    """Put content into a file: afterwards it holds either all of it or what it held before."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def save_tables(path: Path, tables: dict[str, Any], meta: dict[str, Any], compress: bool = False) -> None:
    """Write nested dictionaries of arrays, and a dictionary for JSON, into one `.npz`.

    Parameters
    ----------
    path : Path
    tables : nested dictionaries of arrays
    meta : dict
        Anything that JSON can hold.
    compress : bool
        Deflate: slower, and of little use for weights.
    """
    arrays = dict(flatten(tables, ""))
    arrays[META] = np.array(json.dumps({"names": sorted(arrays), **meta}))
    buffer = io.BytesIO()
    save = np.savez_compressed if compress else np.savez
    save(buffer, **arrays)  # type: ignore[arg-type] # the stubs take the names for options
    write_atomically(path, buffer.getvalue())


def load_tables(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read what `save_tables` wrote: the nested dictionaries, and the one for JSON.

    Raises
    ------
    InputError
        When the file is missing, cut short, altered, or not such a file.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "some.npz"
    >>> save_tables(path, {"params": {"fc1": {"b": np.zeros(2)}}}, {"epoch": 3})
    >>> load_tables(path)
    ({'params': {'fc1': {'b': array([0., 0.])}}}, {'epoch': 3})
    """
    if not path.is_file():
        raise InputError(f"{path} does not exist: give the folder of a run that has saved a checkpoint")
    try:
        arrays = _read_arrays(path.read_bytes())
        meta = json.loads(str(arrays.pop(META)))
        if meta.pop("names") != sorted(arrays):
            raise zipfile.BadZipFile("its table of contents is damaged")
        return _nest(arrays), meta
    except DAMAGES as error:
        raise InputError(
            f"{path} is damaged or no checkpoint ({type(error).__name__}): restore a copy, or start anew"
        ) from None


def _read_arrays(content: bytes) -> dict[str, Array]:
    if not content.startswith(b"PK"):
        raise zipfile.BadZipFile("not an archive")
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def check_fits(net: Network, params: Any, origin: str, dtype: str) -> None:
    """Refuse parameters of another network or dtype, or with a number that is not finite.

    Parameters
    ----------
    net : Network
    params : table
        Parameters, or a table of their names and shapes; anything else is refused too.
    origin : str
        Where they come from, for the message.
    dtype : str
    """
    wanted = dict(flatten(net.init(np.random.default_rng(0), np.dtype(dtype)), ""))
    found = dict(flatten(params, "")) if type(params) is dict else {}
    for name in sorted(wanted.keys() | found.keys()):
        here, there = (_kind(arrays.get(name)) for arrays in (wanted, found))
        if here != there:
            raise InputError(
                f"{origin} is of another network than {net.body.name}: {name} is {there} there, {here} here"
            )
        if not np.isfinite(found[name]).all():
            raise InputError(
                f"{origin}: {name} holds numbers that are not finite: restore a copy, or start anew"
            )


def _kind(array: Array | None) -> str:
    return "missing" if array is None else f"{array.dtype} of shape {array.shape}"


def flatten(tables: dict[str, Any], prefix: str) -> Iterator[tuple[str, Array]]:
    """Every array of nested dictionaries with its path, as in `params/fc1/W`."""
    for name, value in tables.items():
        if isinstance(value, dict):
            yield from flatten(value, f"{prefix}{name}/")
        else:
            yield prefix + name, np.asarray(value)


def _nest(arrays: dict[str, Array]) -> dict[str, Any]:
    tables: dict[str, Any] = {}
    for path, array in arrays.items():
        *folders, name = path.split("/")
        table = tables
        for folder in folders:
            table = table.setdefault(folder, {})
        table[name] = array
    return tables
