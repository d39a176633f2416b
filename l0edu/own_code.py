"""Which line of a traceback is your own, and not autograd's, NumPy's or this library's?"""

import dis
import linecache
import os
import re
import sysconfig
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import autograd
import numpy as np

__all__ = ["Place", "Spot", "own_spot", "place", "return_of", "trail"]

LONGEST = 80  # characters of a line that is shown
LIBRARIES = tuple(Path(file).parent for file in (autograd.__file__, np.__file__, __file__))
INSTALLED = tuple(Path(sysconfig.get_path(kind)) for kind in ("stdlib", "platstdlib", "purelib", "platlib"))
FOREIGN = tuple(os.path.normcase(folder.resolve()) + os.sep for folder in (*LIBRARIES, *INSTALLED))
NOTEBOOK = re.compile(r"^<ipython-input|[\\/]ipykernel_\d+[\\/]")

Place = str  # "gate.py, line 3, `return float(x)`"


class Spot(NamedTuple):
    """A frame of a traceback: where it stood when the error passed.

    Attributes
    ----------
    frame : frame
    line : int
    instruction : int
        The offset of the byte code that failed.
    """

    frame: FrameType
    line: int
    instruction: int


def trail(error: BaseException) -> list[Spot]:
    """The frames of an error's traceback, the innermost last.

    Parameters
    ----------
    error : exception

    Returns
    -------
    list of Spot

    Examples
    --------
    >>> try:
    ...     1 / 0
    ... except ZeroDivisionError as error:
    ...     print(trail(error)[-1].line)
    2
    """
    spots, step = [], error.__traceback__
    while step is not None:
        spots.append(Spot(step.tb_frame, step.tb_lineno, step.tb_lasti))
        step = step.tb_next
    return spots


def own_spot(spots: list[Spot]) -> Spot | None:
    """The innermost frame of code that is not installed; None where there is none.

    Parameters
    ----------
    spots : list of Spot
        From `trail`.

    Returns
    -------
    Spot or None

    Examples
    --------
    >>> try:
    ...     np.zeros(2).reshape(3)
    ... except ValueError as error:
    ...     print(own_spot(trail(error)).line)
    2
    """
    return next((spot for spot in reversed(spots) if _is_own(spot.frame.f_code.co_filename)), None)


def place(spot: Spot | None) -> Place | None:
    """How a line is named to its author: file, number, text.

    Parameters
    ----------
    spot : Spot or None

    Returns
    -------
    str or None
        None for None. Without the text where the source is not to be had.

    Examples
    --------
    >>> try:
    ...     1 / 0
    ... except ZeroDivisionError as error:
    ...     print(place(trail(error)[-1]))
    <doctest ...>, line 2, `1 / 0`
    """
    return spot and _named(spot.frame.f_code.co_filename, spot.line, spot.frame.f_globals)


def return_of(function: Any) -> Place | None:
    """The line on which a function returns; where it returns on several, its first one.

    Parameters
    ----------
    function : callable

    Returns
    -------
    str or None
        None for what is not written in Python, or not the reader's own.

    Examples
    --------
    >>> def loss(x):
    ...     y = x**2
    ...     return y + 1
    >>> return_of(loss)
    '<doctest ...>, line 3, `return y + 1`'
    """
    code = getattr(function, "__code__", None)
    if code is None or not _is_own(code.co_filename):
        return None
    returns = {
        one.positions.lineno
        for one in dis.get_instructions(code)
        if one.opname in ("RETURN_VALUE", "RETURN_CONST") and one.positions
    }
    line = returns.pop() if len(returns) == 1 else None
    return _named(code.co_filename, line or code.co_firstlineno, getattr(function, "__globals__", {}))


def _is_own(filename: str) -> bool:
    if filename.startswith(("<frozen ", "<__array_function__")):
        return False
    return not os.path.normcase(os.path.realpath(filename)).startswith(FOREIGN)


def _named(filename: str, line: int, namespace: dict[str, Any]) -> Place:
    linecache.checkcache(filename)
    text = linecache.getline(filename, line, namespace).strip()
    shown = text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
    if NOTEBOOK.search(filename):
        name = "a cell of this notebook"
    else:
        name = filename if filename.startswith("<") else Path(filename).name
    return f"{name}, line {line}, `{shown}`" if text else f"{name}, line {line}"
