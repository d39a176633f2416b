"""What did the code cost on the device? Kernel launches, and transfers, asked for or unnoticed."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

__all__ = [
    "Counts",
    "HiddenTransfer",
    "counting",
    "download",
    "hide",
    "launch",
    "one_launch",
    "strict",
    "upload",
]


class HiddenTransfer(RuntimeError):
    """Under `strict()`: the code moved data, or waited for the device, without saying so."""


@dataclass
class Counts:
    """What happened inside `counting()`.

    Parameters
    ----------
    launches : int
        Kernels started on the device, or more: where CuPy chooses by size and layout, its least is counted.
    operations : Counter of str
        The same by the name of the function, or of the fused kernel, that started them.
    unfused : int
        How many launches it would be without fused kernels.
    bytes : int
        What these would read and write: their arguments and results, each once.
    uploads, downloads : int
        Transfers that the code asked for: `asarray` of host data, `get` and `asnumpy`.
    hidden : list of str
        Transfers and waits that it did not ask for, each with its cause.
    """

    launches: int = 0
    operations: Counter[str] = field(default_factory=Counter)
    unfused: int = 0
    bytes: int = 0
    uploads: int = 0
    downloads: int = 0
    hidden: list[str] = field(default_factory=list)


@dataclass
class _Books:
    """Which counts are open, how deep the code is inside `strict()` and `one_launch()`."""

    open: list[Counts] = field(default_factory=list)
    strict: int = 0
    merged: int = 0
    started: bool = False  # something inside `one_launch()`


_books = _Books()


@contextmanager
def counting() -> Iterator[Counts]:
    """Count what the code inside costs.

    Returns
    -------
    context of Counts

    Examples
    --------
    >>> from l0edu.gpu import stand_in
    >>> x = stand_in.asarray([[1.0, 2.0], [3.0, 4.0]])
    >>> with counting() as counts:
    ...     y = (2.0 * x).T.sum()
    >>> counts.launches, counts.hidden
    (2, [])
    """
    counts = Counts()
    _books.open.append(counts)
    try:
        yield counts
    finally:
        _books.open[:] = [other for other in _books.open if other is not counts]


@contextmanager
def strict() -> Iterator[None]:
    """Make every hidden transfer inside an error, HiddenTransfer, that says what it was.

    Examples
    --------
    >>> from l0edu.gpu import stand_in
    >>> with strict():
    ...     float(stand_in.asarray(2.0))
    Traceback (most recent call last):
    l0edu.gpu.stand_in.accounts.HiddenTransfer: float() waits for the device: ...
    """
    _books.strict += 1
    try:
        yield
    finally:
        _books.strict -= 1


@contextmanager
def one_launch(name: str = "fused kernel") -> Iterator[None]:
    """Count all launches inside as one, if there are any: what a fused kernel would do in one.

    Parameters
    ----------
    name : str
        Under which it stands among the operations.

    Examples
    --------
    >>> from l0edu.gpu import stand_in
    >>> x = stand_in.asarray([1.0, 2.0])
    >>> with counting() as counts, one_launch():
    ...     y = 2.0 * x + 1.0
    >>> counts.launches
    1
    """
    _books.merged += 1
    try:
        yield
    finally:
        _books.merged -= 1
        if _books.started and not _books.merged:
            _books.started = False
            _start(name, 1)


def launch(name: str, touched: Iterable[np.ndarray[Any, Any]], number: int = 1) -> None:
    """Note kernels that were started.

    Parameters
    ----------
    name : str
        Of the function.
    touched : iterable of arrays
        The storage of what it reads and writes.
    number : int
        How many kernels; each is taken to read and write all of it.
    """
    _start(name, number)
    if _books.open:
        size = sum(map(_bytes, touched))
        for counts in _books.open:
            counts.unfused += number
            counts.bytes += number * size


def _start(name: str, number: int) -> None:
    if _books.merged:
        _books.started |= number > 0
    elif number:
        for counts in _books.open:
            counts.launches += number
            counts.operations[name] += number


def _bytes(array: np.ndarray[Any, Any]) -> int:
    """Of an array in memory: what is repeated by broadcasting is there once."""
    return array.itemsize * math.prod(n for n, s in zip(array.shape, array.strides, strict=True) if s)


def upload() -> None:
    """Note a transfer to the device that the code asked for."""
    for counts in _books.open:
        counts.uploads += 1


def download() -> None:
    """Note a transfer to the host that the code asked for."""
    for counts in _books.open:
        counts.downloads += 1


def hide(what: str) -> None:
    """Note a transfer or a wait that the code did not ask for; under `strict()` an error."""
    if _books.strict:
        raise HiddenTransfer(what)
    for counts in _books.open:
        counts.hidden.append(what)
