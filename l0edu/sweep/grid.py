"""Which values does a grid stand for? "START:STOP:log:COUNT", "START:STOP:lin:COUNT", or "A,B,C"."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from l0edu.errors import InputError

__all__ = ["LARGEST", "grid_values", "is_grid", "number_text"]

Number = int | float

LARGEST = 10_000  # values of a grid, and runs of a sweep
DIGITS = 6  # of what lies between the ends: short names, and numbers that can be typed
SPACINGS: dict[str, Any] = {"log": np.geomspace, "lin": np.linspace}


def is_grid(text: str) -> bool:
    """Whether a text is more than one number.

    Examples
    --------
    >>> is_grid("0.1:1:log:3"), is_grid("1,2"), is_grid("0.1")
    (True, True, False)
    """
    return ":" in text or "," in text


def grid_values(text: str, whole: bool = False) -> list[Number]:
    """The values of a grid, in its order.

    The ends are those that are written. What lies between has 6 significant digits, or is rounded to a whole
    number.

    Parameters
    ----------
    text : str
        START:STOP:log:COUNT: from START to STOP in equal factors; START:STOP:lin:COUNT: in equal steps;
        or the values themselves, between commas.
    whole : bool
        Whole numbers only.

    Returns
    -------
    list of float, or of int when `whole`

    Raises
    ------
    InputError
        When the text has another form, or a value would come twice.

    Examples
    --------
    >>> grid_values("0.01:1:log:3"), grid_values("0:1:lin:4"), grid_values("50,100", whole=True)
    ([0.01, 0.1, 1.0], [0.0, 0.333333, 0.666667, 1.0], [50, 100])
    """
    read = _whole_number if whole else _number
    values = [read(part, text) for part in text.split(",")] if "," in text else _spaced(text, read)
    if whole:
        values = [round(value) for value in values]
    if len(set(values)) < len(values):
        raise InputError(f"{text} gives a value twice: {', '.join(map(number_text, values))}: ask for fewer")
    return values


def number_text(value: Number) -> str:
    """A number as short as it can be written without a loss.

    Examples
    --------
    >>> number_text(1.0), number_text(0.1), number_text(1e-5), number_text(0.12345678)
    ('1', '0.1', '1e-05', '0.12345678')
    """
    short = f"{value:g}"
    return short if float(short) == value else repr(value)


def _spaced(text: str, read: Callable[[str, str], Number]) -> list[Number]:
    parts = text.split(":")
    if len(parts) != 4 or parts[2] not in SPACINGS:
        raise InputError(f"{text}: write START:STOP:log:COUNT, START:STOP:lin:COUNT or A,B,C")
    start, stop, count = read(parts[0], text), read(parts[1], text), _whole_number(parts[3], text)
    if not 2 <= count <= LARGEST:
        raise InputError(f"{text}: the count must be from 2 to {LARGEST:,}")
    if parts[2] == "log" and min(start, stop) <= 0:
        raise InputError(f"{text}: both ends of a log grid must be positive: take lin, or a small number")
    between = SPACINGS[parts[2]](start, stop, count)[1:-1]
    return [start, *(float(f"{value:.{DIGITS}g}") for value in between), stop]


def _number(part: str, text: str) -> float:
    try:
        value = float(part)
    except ValueError:
        raise InputError(f"{text}: {part.strip() or 'nothing'!r} is no number") from None
    if not math.isfinite(value):
        raise InputError(f"{text}: {part} is not finite")
    return value


def _whole_number(part: str, text: str) -> int:
    try:
        return int(part)
    except ValueError:
        raise InputError(f"{text}: {part.strip() or 'nothing'!r} is no whole number") from None
