"""What does a version of the functions answer to a call from a student's test? A value, or a sentence.

A version is a set of the functions under test. They run here, in the process that scores. The tests run in
another process. So a test sees only what a function returns. It cannot see a name, source or byte code that
shows which version it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from l0edu.course.hunt.bugs import Version, parameters
from l0edu.course.isolation.values import plain

__all__ = ["Answer", "answer"]

MAX_NUMBERS = 200_000
MAX_TABLE = 20_000_000
LARGEST = {"log_alpha": 50, "log_alphas": 50}
LISTS = ("log_alphas", "group_sizes", "lams", "W_shape")  # one thing for each layer, or for each axis

Answer = tuple[bool, Any]


def answer(version: Version, name: Any, values: Any) -> Answer:
    """Call a function of a version.

    Right versions agree only where a function is defined. So every version refuses other arguments: noise
    outside (0, 1), gamma and zeta that do not enclose [0, 1], log_alpha beyond 50, and big arrays.

    Parameters
    ----------
    version : Version
    name : str
        The function's name.
    values : tuple
        Its arguments, by position.

    Returns
    -------
    ok : bool
    value : object
        What it returned; or when not `ok`, a sentence that says why it returned nothing.

    Examples
    --------
    >>> from l0edu.course.hunt.bugs import right_versions
    >>> version = right_versions()[0]
    >>> answer(version, "cdf", (np.zeros(1), np.array([0.5]), 2 / 3, -0.1, 1.1))
    (True, array([0.5]))
    >>> answer(version, "sample", (np.zeros(1), np.array([1.5]), 2 / 3, -0.1, 1.1))
    (False, 'sample: u must lie strictly between 0 and 1')
    """
    wanted = parameters().get(name) if type(name) is str else None
    if wanted is None or type(values) is not tuple or len(values) != len(wanted):
        return False, "there is no such function"
    for complaint in _complaints(dict(zip(wanted, values, strict=True))):
        return False, f"{name}: {complaint}"
    return _called(version, name, values)


def _called(version: Version, name: str, values: Sequence[Any]) -> Answer:
    try:
        with np.errstate(all="ignore"):
            return True, plain(version.functions[name](*values), f"what {name} returned")
    except Exception as error:
        return False, f"{name} raised {type(error).__name__}: {error}"


def _complaints(arguments: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the arguments of a call, by their names."""
    for name, value in arguments.items():
        most = LARGEST.get(name, 1_000_000)
        if name in LISTS and isinstance(value, list | tuple):
            for i, one in enumerate(value):
                yield from _no_numbers(f"{name}[{i}]", one, most)
        else:
            yield from _no_numbers(name, value, most)
    yield from _too_large([value for value in arguments.values() if isinstance(value, np.ndarray)])
    yield from _no_law(**{name: arguments[name] for name in ("beta", "gamma", "zeta") if name in arguments})
    yield from _outside("u", arguments, 0, 1)
    yield from _outside("pi", arguments, 0, 1)
    yield from _outside("s_bar", arguments, arguments.get("gamma", 0), arguments.get("zeta", 1))


def _no_numbers(name: str, value: Any, most: float) -> Iterator[str]:
    if not isinstance(value, bool | int | float | np.ndarray):
        remedy = ": write np.array([...])" if isinstance(value, list | tuple) else ""
        yield f"{name} must be a number or an array of numbers, and is a {type(value).__name__}{remedy}"
    elif not np.all(np.abs(np.asarray(value, float)) <= most):
        yield f"{name} must lie between -{most:,} and {most:,}"


def _too_large(arrays: Sequence[np.ndarray]) -> Iterator[str]:
    """Refuse arrays from which wrong code could make a table that is too large."""
    rows = max((array.shape[-2] for array in arrays if array.ndim > 1), default=1)
    columns = max((array.shape[-1] for array in arrays if array.ndim > 0), default=1)
    if any(array.size > MAX_NUMBERS for array in arrays):
        yield f"an array may hold {MAX_NUMBERS:,} numbers"
    elif rows * columns > MAX_TABLE:
        yield f"arrays with {rows:,} rows and {columns:,} columns are too large together"


def _no_law(beta: Any = 0.5, gamma: Any = -1, zeta: Any = 2) -> Iterator[str]:
    if not np.ndim(beta) == np.ndim(gamma) == np.ndim(zeta) == 0:
        yield "beta, gamma and zeta must be numbers"
    elif not (0.1 <= beta <= 10 and gamma < 0 and zeta > 1):
        yield "beta must lie between 0.1 and 10, gamma below 0, and zeta above 1"


def _outside(name: str, arguments: Mapping[str, Any], low: float, high: float) -> Iterator[str]:
    if name in arguments and not np.all((low < arguments[name]) & (arguments[name] < high)):
        yield f"{name} must lie strictly between {low:g} and {high:g}"
