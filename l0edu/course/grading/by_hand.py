"""Which points did a person give? Those in the column "by hand" of scores.csv; grading again keeps them.

A spreadsheet may have saved the file with semicolons or tabs in place of commas, or in another encoding.
"""

import csv
import io
import math
from collections.abc import Mapping
from pathlib import Path

from l0edu.course.isolation.values import printable
from l0edu.errors import InputError

__all__ = ["cell", "hand_points", "hand_trouble", "read_by_hand"]

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet takes a cell that begins so for a formula


def read_by_hand(scores: Path) -> dict[str, str]:
    r"""What stands in the column "by hand" of an existing scores.csv, by student; empty cells left out.

    Parameters
    ----------
    scores : Path
        Need not be there.

    Raises
    ------
    InputError
        When the file is there and holds no table with a column "student".

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     scores = Path(folder, "scores.csv")
    ...     _ = scores.write_text("student;score;by hand\nann;10;4,5\nbob;9;\n")
    ...     read_by_hand(scores), read_by_hand(Path(folder, "none.csv"))
    ({'ann': '4,5'}, {})
    """
    if not scores.exists():
        return {}
    text = _text(scores)
    separator = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        rows, columns = list(reader), reader.fieldnames or []
    except csv.Error:
        rows, columns = [], []
    if "student" not in columns:
        raise InputError(
            f'{scores} has no column "student": move it away, so that nothing written there is lost'
        )
    given = [(row["student"] or "", (row.get("by hand") or "").strip()) for row in rows]
    return {student: points for student, points in given if points}


def hand_points(text: str, most: float) -> float | None:
    """The points that a person wrote; None for what is no number from 0 to `most`.

    Parameters
    ----------
    text : str
        As in "4.5" or "4,5".
    most : float

    Examples
    --------
    >>> hand_points("4,5", 6), hand_points("7", 6), hand_points("see me", 6)
    (4.5, None, None)
    """
    try:
        points = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return points if math.isfinite(points) and 0 <= points <= most else None


def hand_trouble(given: Mapping[str, str], most: float) -> list[str]:
    """A line for each entry that is no number of points; such an entry counts in no total.

    Parameters
    ----------
    given : mapping
        From `read_by_hand`.
    most : float

    Examples
    --------
    >>> hand_trouble({"ann": "5", "bob": "60"}, 6)
    ["by hand of bob: '60' is no number from 0 to 6; kept, and in no total"]
    """
    wrong = {student: text for student, text in given.items() if hand_points(text, most) is None}
    return [
        f"by hand of {student}: {text[:40]!r} is no number from 0 to {most:g}; kept, and in no total"
        for student, text in wrong.items()
    ]


def cell(text: str) -> str:
    """One line that no spreadsheet takes for a formula.

    Parameters
    ----------
    text : str

    Examples
    --------
    >>> cell("=1+1"), cell("Ann  Lee")
    ("'=1+1", 'Ann Lee')
    """
    line = printable(" ".join(text.split()))
    return f"'{line}" if text.startswith(FORMULA) or line.startswith(FORMULA) else line


def _text(scores: Path) -> str:
    content = scores.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")  # as Excel saves CSV in the west
