"""How do a student's answers come in? As a small JSON file: the name of each blank, and a number."""

import json
from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from typing import Any

from l0edu.errors import InputError
from l0edu.one_step.exercise import Exercise
from l0edu.one_step.sheet import ANSWERS

__all__ = ["Answers", "empty_answers", "read_answers", "write_empty_answers"]

Answers = dict[str, float | None]  # None for a blank

LONGEST = 60  # characters of a value in a message
SHEET = "sheet"  # the key under which a file may say which exercise it answers
NAMES = {str(number): name for number, name in enumerate(ANSWERS, 1)} | {name: name for name in ANSWERS}


def empty_answers(exercise: Exercise) -> dict[str, Any]:
    """What a student fills in: null for every blank, and which exercise it is.

    Parameters
    ----------
    exercise : Exercise

    Returns
    -------
    dict
        What `write_empty_answers` writes.

    Examples
    --------
    >>> from l0edu.one_step.exercise import of_seed
    >>> list(empty_answers(of_seed(7)).items())[:3]
    [('sheet', 'seed 7'), ('s1', None), ('s2', None)]
    """
    return {SHEET: exercise.name, **dict.fromkeys(ANSWERS)}


def write_empty_answers(exercise: Exercise, file: Path) -> None:
    """Write `empty_answers` as JSON.

    Parameters
    ----------
    exercise : Exercise
    file : Path
        A new file.

    Raises
    ------
    InputError
        When the file is there already: a student's work may be in it.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from l0edu.one_step.exercise import of_seed
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "mine.json"
    ...     write_empty_answers(of_seed(7), file)
    ...     print(file.read_text()[:32])
    {
      "sheet": "seed 7",
      "s1": n
    """
    text = json.dumps(empty_answers(exercise), indent=2) + "\n"
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise InputError(f"--answers {file}: it is there already: name a new file") from None


def read_answers(file: Path, exercise: Exercise) -> Answers:
    """The answers in a JSON file, by name.

    Parameters
    ----------
    file : Path
        A JSON object from the number of a blank, or its name, to a number, as in
        `{"1": 0.1234, "s2": null}`.
    exercise : Exercise
        The exercise that they are graded by.

    Returns
    -------
    dict
        For every blank a float, or None where the file has null, an empty text or nothing.

    Raises
    ------
    InputError
        When the file is no such JSON, a key is no blank or stands twice, an answer is no finite number, or
        the file says that it answers another exercise.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from l0edu.one_step.exercise import of_seed
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "mine.json"
    ...     _ = file.write_text('{"1": 0.1234, "s2": null}')
    ...     answers = read_answers(file, of_seed(7))
    >>> answers["s1"], answers["s2"], answers["R"]
    (0.1234, None, None)
    """
    answers: Answers = dict.fromkeys(ANSWERS)
    seen: dict[str, str] = {}
    for key, value in _pairs(file):
        if key == SHEET:
            _check_sheet(file, value, exercise)
            continue
        name = _blank(file, key)
        if name in seen:
            raise InputError(f"{file}: {name} is answered twice, by {seen[name]!r} and {key!r}: keep one")
        seen[name] = key
        answers[name] = _number(file, key, value)
    return answers


class _Pairs(list[tuple[str, Any]]):
    """A JSON object with all its keys, also those that stand there twice."""


def _pairs(file: Path) -> Sequence[tuple[str, Any]]:
    try:
        content = json.loads(file.read_text(encoding="utf-8-sig"), object_pairs_hook=_Pairs)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise InputError(
            f"{file} is no JSON: {error.msg} in {where}; write numbers as 0.5 or -0.5, and a comma only "
            "between two answers"
        ) from None
    except (ValueError, RecursionError) as error:  # not UTF-8, a number of thousands of digits, deep nesting
        raise InputError(f"{file} cannot be read as JSON: {error}; l0edu step --answers makes one") from None
    if not isinstance(content, _Pairs):
        raise InputError(f'{file} holds no answers: write an object such as {{"1": 0.1234, "2": null}}')
    return content


def _check_sheet(file: Path, sheet: Any, exercise: Exercise) -> None:
    if sheet != exercise.name:
        raise InputError(
            f"{file} answers {_short(sheet)}, and was to be graded as {_short(exercise.name)}: "
            "give that --seed or --variant, or mend the file"
        )


def _blank(file: Path, key: str) -> str:
    try:
        return NAMES[key.strip()]
    except KeyError:
        raise InputError(
            f'{file}: {_short(key)} is no blank: write "1" to "{len(ANSWERS)}", or a name such as "s1"'
        ) from None


def _number(file: Path, key: str, value: Any) -> float | None:
    if value is None or value == "":
        return None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or abs(value) > 1e300 or not isfinite(value):
        raise InputError(
            f"{file}: the answer to {key!r} is {_short(value)}: write a number such as 0.1234, with a point "
            "and without quotation marks, or null for a blank"
        )
    return float(value)


def _short(value: Any) -> str:
    """A value of the file as it can be shown in a message."""
    shown = repr(list(value) if isinstance(value, _Pairs) else value)
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 3]}..."
