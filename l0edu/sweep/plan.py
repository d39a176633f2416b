"""Which runs is a sweep made of, and what are their folders called? Points times seeds."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields
from itertools import product
from typing import Any

from l0edu.config import Config
from l0edu.errors import InputError
from l0edu.recipes import DEFAULTS
from l0edu.sweep.grid import LARGEST, grid_values, is_grid, number_text
from l0edu.sweep.jobs import Job

__all__ = ["expand", "plan"]

LONGEST_NAME = 200  # letters; file systems take 255 bytes


def expand(arguments: Sequence[str]) -> dict[str, list[str]]:
    """The arguments of `l0edu train` for each point of the grids in them, by the point's name.

    Parameters
    ----------
    arguments : sequence of str
        As of `l0edu train`; a number may be a grid (`grid_values`).

    Returns
    -------
    dict
        The name has the options that vary, with their values; it is empty when none does.

    Raises
    ------
    InputError
        When a grid cannot be read, an option stands twice, or there are more than 10,000 points.

    Examples
    --------
    >>> for name, arguments in expand(["mlp", "--lam", "1:10:log:2", "--epochs=3"]).items():
    ...     print(name, arguments)
    lam1 ['mlp', '--lam', '1', '--epochs', '3']
    lam10 ['mlp', '--lam', '10', '--epochs', '3']
    """
    words = _words(arguments)
    count = math.prod(len(choices) for _, choices in words)
    _refuse_too_many(count)
    varied = dict.fromkeys(option for option, choices in words if len(choices) > 1)
    points = {}
    for chosen in product(*(choices for _, choices in words)):
        values = {option: "_".join(_values_of(option, words, chosen)) for option in varied}
        points["-".join(_part(option, value) for option, value in values.items())] = list(chosen)
    return points


def plan(points: Mapping[str, Mapping[str, Any]], seeds: Sequence[int]) -> list[Job]:
    """A job for each point and each seed, in this order: all points with the first seed come first.

    Parameters
    ----------
    points : dict
        Options by the point's name.
    seeds : sequence of int

    Returns
    -------
    list of Job

    Raises
    ------
    InputError
        When there are more than 10,000, or a name is too long for a folder.

    Examples
    --------
    >>> [job.name for job in plan({"lam0.1": {"network": "mlp", "lam": [0.1]}}, [5, 6])]
    ['lam0.1-seed0', 'lam0.1-seed1']
    """
    _refuse_too_many(len(points) * len(seeds))
    jobs = [
        Job(f"{name}-seed{number}".removeprefix("-"), {**options, "seed": seed})
        for number, seed in enumerate(seeds)
        for name, options in points.items()
    ]
    for job in jobs:
        if len(job.name) > LONGEST_NAME:
            raise InputError(
                f"{job.name[:40]}...: the name of a run's folder gets too long: vary less at once"
            )
    return jobs


def _words(arguments: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Each argument's option and the texts that may stand there: one, or those of a grid."""
    numbers = _options_with_numbers()
    words: list[tuple[str, list[str]]] = []
    option = ""
    for argument in arguments:
        name, equals, value = argument.partition("=")
        values = [argument]
        if argument.startswith("--"):
            _refuse_twice(name, [before for before, _ in words])
            option = name
            values = [name, value] if equals and name in numbers else [argument]
        words += [(option, _choices(text, option, numbers)) for text in values]
    return words


def _refuse_twice(option: str, before: Sequence[str]) -> None:
    """The parser would take the last, and the names of the runs tell of both."""
    if option in before:
        raise InputError(f"{option} is given twice: give it once; a grid has commas, as in --lam 0.1,1")


def _choices(text: str, option: str, numbers: Mapping[str, bool]) -> list[str]:
    if option in numbers and not text.startswith("--") and is_grid(text):
        return [number_text(value) for value in grid_values(text, whole=numbers[option])]
    return [text]


def _options_with_numbers() -> dict[str, bool]:
    """The options that may be grids, and whether they want whole numbers."""
    numbers = {
        field.name: field.type for field in fields(Config) if field.type not in (str, str | None, bool)
    }
    return {
        f"--{name.replace('_', '-')}": kind in (int, int | None)
        for name, kind in numbers.items()
        if name in DEFAULTS and name != "seed"
    }


def _part(option: str, value: str) -> str:
    """A part of a name, as in lam0.1 or target-l0_0.1."""
    between = "_" if option[-1].isdigit() else ""
    return f"{option[2:]}{between}{value}"


def _values_of(option: str, words: Sequence[tuple[str, list[str]]], chosen: Sequence[str]) -> list[str]:
    return [text for (of, _), text in zip(words, chosen, strict=True) if of == option and text != option]


def _refuse_too_many(count: int) -> None:
    if count > LARGEST:
        raise InputError(f"{count:,} runs: a sweep takes up to {LARGEST:,}: make its grids coarser")
