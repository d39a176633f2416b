"""Is one result a known number times the right one? A sign, a half, a temperature, the size of a batch."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from l0edu.course.doctor.comparison import same
from l0edu.tables import Array

__all__ = ["Pair", "constant_factor", "known_factor", "named_numbers"]

Pair = tuple[Array, Array]  # yours, and the right one


def known_factor(pairs: list[Pair], numbers: list[dict[str, float]]) -> str:
    """The name of the number by which every right one is multiplied; empty when none fits in all cases.

    Parameters
    ----------
    pairs : list of (array, array)
        Of each case, yours and the right one.
    numbers : list of dict
        Of each case, numbers by their names, from `named_numbers`.

    Examples
    --------
    >>> pairs = [(np.array([1.0, 2.0]), np.array([2.0, 4.0])), (np.array([1.0]), np.array([4.0]))]
    >>> known_factor(pairs, [{"beta": 0.5}, {"beta": 0.25}])
    'beta'
    """
    for name in numbers[0]:
        if all(same(yours, one[name] * right) for (yours, right), one in zip(pairs, numbers, strict=True)):
            return name
    return ""


def constant_factor(pairs: list[Pair]) -> float | None:
    """The number by which every right one is multiplied, if it is the same in all cases; else None.

    Parameters
    ----------
    pairs : list of (array, array)
        Of each case, yours and the right one.

    Examples
    --------
    >>> constant_factor([(np.array([3.0, 6.0]), np.array([1.0, 2.0])), (np.array([3.0]), np.array([1.0]))])
    3.0
    """
    yours, right = pairs[0]
    if yours.shape != right.shape or not right.any() or not np.isfinite(yours).all():
        return None
    factor = float(np.sum(yours * right) / np.sum(right * right))
    return factor if factor and all(same(mine, factor * true) for mine, true in pairs) else None


def named_numbers(arguments: Mapping[str, Any]) -> dict[str, float]:
    """Factors that come by mistake: signs and halves, the arguments, their inverses, the sizes of arrays.

    Parameters
    ----------
    arguments : dict
        Of the function, by the names of its parameters.

    Examples
    --------
    >>> named_numbers({"x": np.ones((2, 3)), "beta": 0.5})["-1 / beta"]
    -2.0
    """
    plain = (
        {"1": 1.0, "2": 2.0, "1/2": 0.5}
        | _with_inverses(dict(_given(arguments)))
        | _with_inverses(dict(_sizes(arguments)))
    )
    return {
        f"{sign}{name}": factor * value
        for sign, factor in (("", 1), ("-", -1))
        for name, value in plain.items()
    }


def _given(arguments: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for name, value in arguments.items():
        if isinstance(value, float | int) and not isinstance(value, bool):
            yield name, float(value)
    if {"gamma", "zeta"} <= set(arguments):
        yield "(zeta - gamma)", arguments["zeta"] - arguments["gamma"]


def _sizes(arguments: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for name, value in arguments.items():
        for axis, length in enumerate(np.shape(value) if isinstance(value, np.ndarray) else ()):
            yield f"{name}.shape[{axis}]", float(length)


def _with_inverses(numbers: dict[str, float]) -> dict[str, float]:
    return numbers | {f"1 / {name}": 1 / value for name, value in numbers.items() if value}
